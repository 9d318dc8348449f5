"""Whatever a student's code says, it says it in words: no terminal, log or page obeys it."""

import html
import io
import re
import unicodedata

import pytest

from autograding.reports import escape

COMMANDS = [
    "::error::x",
    "  ::notice title=a::b",
    "\t::stop-commands::x",
    "\u00a0::set-output name=a::b",
    "\u3000::add-mask::x",
    ":::",
    "::",
    "x\n::error::y",
    "a\r\n::error::y",
    "a\n\n\n   ::error::y",
    ":\x1b[0m:error::z",
    "\x1b[31m::error::z",
    "##[error]x",
    "x ##[group]y",
    "##\x1b[1m[error]x",
    "\ufeff::error::x",
    "##[##[",
    "a\x0b::error::x",
    "a\u2028::error::b",
    "a\x85::error::b",
    "a\r::error::b",
]


def obeyed(log: str) -> list[str]:
    """The lines that GitHub's runner would take for commands, however it splits lines."""
    lines = [line for part in log.splitlines() for line in re.split(r"[\r\n\x0b\x0c\x85\u2028\u2029]", part)]
    return [line for line in lines if line.lstrip(" \t\u00a0\u3000\ufeff\x1b[0-9;m").startswith("::") or "##[" in line]


@pytest.mark.parametrize("text", COMMANDS)
def test_no_line_of_a_log_is_a_command(text):
    assert obeyed(text) or "\x1b" in text  # it is one before
    assert not obeyed(escape.for_log(escape.visible(text)))


def test_a_log_keeps_what_is_no_command():
    text = "a::b\n    x[::2]\n# [1]\n## Title"
    assert escape.for_log(text) == text


@pytest.mark.parametrize(
    "text, expected",
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;https://evil.example\x07link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;never ended", "⟨U+001B⟩]0;never ended"),
        ("\x1b\x1b[0m[2J", "⟨U+001B⟩[2J"),
        ("\u202eevil\u202c", "⟨U+202E⟩evil⟨U+202C⟩"),
        ("zero\u200bwidth", "zero⟨U+200B⟩width"),
        ("\x00\x07\x7f\x9b", "⟨U+0000⟩⟨U+0007⟩⟨U+007F⟩⟨U+009B⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("a\tb\r\nc\rd", "a    b\nc⟨U+000D⟩d"),
        ("naïve σ² 你好 🙂", "naïve σ² 你好 🙂"),
    ],
)
def test_every_character_is_seen(text, expected):
    assert escape.visible(text) == expected


def test_nothing_that_acts_unseen_is_left_in_the_whole_of_unicode():
    text = escape.visible("".join(map(chr, range(0x110000))))
    assert {
        c for c in text if unicodedata.bidirectional(c) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    } == set()
    assert {c for c in text if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}} == {"\n"}


def test_visible_text_passes_unchanged():
    once = escape.visible("\x1b[1m\u202e\x00\ta\r\n::b ##[c")
    assert escape.visible(once) == once


def test_long_text_says_how_much_is_missing():
    assert escape.shorten("x" * 12_345, 345) == "x" * 345 + "\n… 12,000 more characters"
    assert escape.shorten("x" * 345, 345) == "x" * 345


def test_a_hostile_text_of_some_megabytes_is_quick():
    for part in ("\x1b[", "\x1b]", " ", "\n", ":", "\u202e"):
        text = escape.visible(part * 1_000_000)
        escape.for_log(text)  # the run's own timeout is the judge


def test_markdown_keeps_nothing_that_opens_structure():
    text = escape.for_markdown(
        "| a\nb | <b> [x](y) ![i](u) `c` *d* _e_ ~f~ \\ $g$ :tada: &amp; https://h.example www.k.example"
    )
    assert not set(re.sub(r"&#\d+;", "", text)) & set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\n")


def test_markdown_text_reads_as_it_was():
    assert html.unescape(escape.for_markdown("KL(q || p) = 0.5 * <x>")) == "KL(q || p) = 0.5 * <x>"


@pytest.mark.parametrize("text", ["@everyone", "see #12", "a@b.example"])
def test_markdown_text_mentions_nobody(text):
    assert not re.search(r"[@#]\w", html.unescape(escape.for_markdown(text)))


def test_a_markdown_block_is_one_line_that_only_we_can_close():
    block = escape.for_markdown_block("a\n\n</pre>\n</details>\n<script>\n```\n| x |")
    assert "\n" not in block
    assert re.findall(r"<[^>]*>", block) == ["<pre>", "</pre>"]
    assert html.unescape(block) == "<pre>a\n\n</pre>\n</details>\n<script>\n```\n| x |</pre>"


def test_commands_stop_until_a_token_that_nobody_can_guess():
    tokens = set()
    for _ in range(20):
        stream = io.StringIO()
        with pytest.raises(ZeroDivisionError), escape.stop_commands(stream):
            print("half a line", end="", file=stream)
            raise ZeroDivisionError
        first, text, last = stream.getvalue().splitlines()
        token = re.fullmatch(r"::stop-commands::([0-9a-f]{32})", first)[1]
        assert (text, last) == ("half a line", f"::{token}::")
        tokens.add(token)
    assert len(tokens) == 20
