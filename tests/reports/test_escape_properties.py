"""What holds of any text that a student may have written, in each medium that shows it."""

import csv
import html
import io
import re
import sys
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
    "﹦1",
    "⁻2",
    "₊3",
    "\u200c",
    "ه",
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
# Signs that make a cell a formula, and what Unicode's compatibility forms make one of.
SIGNS = re.escape("".join(c for c in map(chr, range(sys.maxunicode)) if unicodedata.normalize("NFKD", c)[0] in "=+-−@"))
JOINED = re.compile("(?<=[^\x00-\x7f])[\u200c\u200d]+(?=[^\x00-\x7f])")
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
        assert not [cell for cell in row if re.match(rf"""[\s"]*[{SIGNS}]""", unicodedata.normalize("NFKC", cell))]
        assert not [cell for cell in row if re.match(rf"""[\s"]*[{SIGNS}]""", cell)]
    assert not unseen(JOINED.sub("", escape.for_cell(text))) and "\n" not in escape.for_cell(text)


@pytest.mark.parametrize("name", ["علی\u200cرضا", "क्\u200dष", "نور\u200c\u200cی"])
def test_a_name_keeps_the_joiners_that_it_is_written_with(name):
    assert escape.for_cell(name) == name


@pytest.mark.parametrize("text", ["a\u200cb", "\u200c=1", "; \u200d＝1", "ه\u200c", "\x00\u200c\u200c=1"])
def test_a_joiner_that_joins_nothing_goes(text):
    assert not unseen(escape.for_cell(text)) and escape.for_cell(text)[0] not in "=＝"
