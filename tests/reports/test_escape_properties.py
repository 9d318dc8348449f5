"""What holds of any text that a student may have written, in each medium that shows it."""

import csv
import html
import io
import re
import unicodedata

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from autograding.reports import escape

PIECES = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2",
    "@SUM(A1)",
    "＝1",
    ";",
    ",",
    "\t",
    "\n",
    "\r",
    '"',
    "'",
    " ",
    "\u202e",
    "\u200b",
    "\ufeff",
    "\x1b[2J",
    "\x1b]0;t\x07",
    "::notice::",
    "##[error]",
    "<b>",
    "</pre>",
    "`",
    "|",
    "[l](x)",
    "@all",
    "#1",
    "\ud800",
    "ü",
    "漢",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=8).map("".join)
MANY = settings(deadline=None, derandomize=True, max_examples=400)


def unseen(text: str) -> list[str]:
    return [letter for letter in text if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") and letter != "\n"]


@given(TEXTS)
@MANY
def test_every_character_on_a_screen_is_seen(text):
    assert not unseen(escape.visible(text)) and "\n" not in escape.one_line(text)


@given(TEXTS)
@MANY
def test_no_line_of_a_log_is_obeyed(text):
    log = escape.for_log(escape.visible(text))
    assert not any(re.match(r"\s*::", line) or "##[" in line for line in re.split(r"[\n\r]", log))


@given(TEXTS)
@MANY
def test_markdown_opens_nothing(text):
    assert not re.search(r"[<>\[\]`|*_~@#!\n](?![0-9a-z]*;)", re.sub(r"&#\d+;", "", escape.for_markdown(text)))
    block = escape.for_markdown_block(text)
    assert block.count("<") in (0, 2) and "\n" not in block
    assert html.unescape(block[5:-6]).replace("\n", "") == escape.visible(text).replace("\n", "")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@given(text=TEXTS)
@MANY
def test_no_cell_is_a_formula_wherever_a_spreadsheet_splits(delimiter, text):
    file = io.StringIO()
    csv.writer(file).writerow([escape.for_cell(text), "7"])
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        (row,) = csv.reader(io.StringIO(file.getvalue()), delimiter=delimiter, quoting=quoting)
        assert not [cell for cell in row if re.match(r"""[\s"]*[=+\-@＝＋－＠]""", cell)]
    assert not unseen(escape.for_cell(text)) and "\n" not in escape.for_cell(text)
