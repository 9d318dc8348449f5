"""Makes text that a student may have written safe to show: in a terminal, in a log of GitHub Actions, in Markdown, in
the cell of a table that a spreadsheet opens.

Text passes `visible` once, where it is read. What is left to each report is the escaping that its own medium needs.
"""

import html
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

# Terminal sequences: colours and cursor moves (CSI), titles and links (OSC), and the two-character rest.
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-Z\\^-~]")

# Characters that act without being seen: controls, bidirectional overrides, zero-width and filler characters, lone
# surrogates, separators that some readers take for a new line, and tags. Tab and newline are dealt with before.
_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)

# Where a cell begins, with the quotes and spaces that a reader may strip, and a sign that makes it a formula. A spreadsheet
# may take the wide, small and raised forms of a sign for the sign itself, as Unicode's compatibility forms do.
_SIGNS = "=＝﹦⁼₌≠⩵⩶+＋﹢⁺₊﬩\\-－﹣⁻₋−@＠﹫"
_FORMULA = re.compile(rf"""((?:^|[;,|])[\s"']*)(?=[{_SIGNS}])""")

# Unseen, and part of how many Persian and Indic names are written: joiners, between two letters that are not ASCII.
_JOINER = "[\u200c\u200d]"
JOINED = re.compile(rf"(?<=[^\s!-~\u200c\u200d]){_JOINER}+(?=[^\s!-~\u200c\u200d])")
_JOINED_OR_NOT = re.compile(f"({JOINED.pattern})|{_JOINER}")


def visible(text: str) -> str:
    """`text` in which every character is one that a reader sees: ANSI sequences go, what else is unseen shows its
    code point, as in ⟨U+202E⟩. Newlines stay, whatever their spelling; a tab becomes four spaces.
    """
    text = _ANSI.sub("", text).replace("\r\n", "\n").replace("\t", "    ")
    return _UNSEEN.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", text)


def one_line(text: str) -> str:
    """`visible` text on a single line, every run of white space one space."""
    return " ".join(visible(text).split())


def shorten(text: str, limit: int) -> str:
    """The first `limit` characters of `text`, and how many more there were."""
    if len(text) <= limit:
        return text
    return f"{text[:limit].rstrip()}\n… {len(text) - limit:,} more characters"


def for_log(text: str) -> str:
    """`text` for a log that GitHub's runner reads: no line of it is a command.

    The runner obeys a line that starts with `::` after white space, and any line that contains `##[`.
    """
    text = text.replace("##[", "## [")
    return re.sub(r"^([^\S\n]*):(?=:)", r"\1: ", text, flags=re.MULTILINE)


def for_markdown(text: str) -> str:
    """`text` as literal words inside a line or a table cell of GitHub's Markdown.

    A character reference never opens Markdown or HTML structure (CommonMark 0.31, section 2.5). Mentions, issue numbers
    and mail addresses are linked after that, in the finished text: a zero-width space parts them.
    """
    text = re.sub(r"[!-/:-@\[-`{-~]", lambda match: f"&#{ord(match[0])};", one_line(text))
    return re.sub(r"(&#(?:35|64);)", r"\1&#8203;", text)


def for_markdown_block(text: str) -> str:
    """`text` as a preformatted block of GitHub's Markdown, in one line, so that no line of it can end the block."""
    return "<pre>" + html.escape(visible(text)).replace("\n", "&#10;") + "</pre>" if text else ""


def for_page(value: object) -> object:
    """What a template fills in. jinja2 escapes the markup; this shows what would act unseen."""
    return visible(value) if type(value) is str else value


def for_cell(text: str) -> str:
    """`text` for a cell of a CSV file: one line of seen characters, and no spreadsheet takes it for a formula.

    A spreadsheet of another country splits the line at a semicolon or a tab, so what follows one begins a cell, too.
    """
    printed = "".join(letter if letter.isprintable() or re.match(_JOINER, letter) else " " for letter in text)
    flat = " ".join(_JOINED_OR_NOT.sub(lambda match: match[1] or " ", printed).split())
    return _FORMULA.sub(r"\1'", flat)


@contextmanager
def stop_commands(stream: TextIO) -> Iterator[None]:
    """While it lasts, GitHub's runner obeys no line written to `stream`: only who knows the token can end it."""
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", file=stream, flush=True)
    try:
        yield
    finally:
        print(f"\n::{token}::", file=stream, flush=True)
