"""A table that a person saved reads the same whatever program saved it, and what cannot be read is a sentence."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genweek.course.sheet import Sheet, clean, unseen
from genweek.course.toml import CourseError

COLUMNS = ["login", "name", "email"]
FIELDS = st.text(st.characters(codec="utf-8"), max_size=8).filter(lambda text: not unseen(text) and "\ufeff" not in text)


def sheet(tmp_path, raw: bytes) -> Sheet:
    path = tmp_path / "table.csv"
    path.write_bytes(raw)
    return Sheet(path, COLUMNS)


def said_of(tmp_path, raw: bytes) -> str:
    with pytest.raises(CourseError) as refusal:
        sheet(tmp_path, raw).refuse()
    return str(refusal.value)


@settings(deadline=None)
@given(
    rows=st.lists(st.tuples(FIELDS, FIELDS, FIELDS), max_size=4),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    sep=st.booleans(),
    beyond=st.integers(0, 2),
)
def test_however_it_is_saved_it_says_the_same(tmp_path_factory, rows, delimiter, encoding, newline, sep, beyond):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(
        [*row, *[""] * beyond] for row in [COLUMNS, *rows]
    )
    first = f"sep={delimiter}{newline}" if sep and newline != "\r" else ""
    found = sheet(tmp_path_factory.getbasetemp(), (first + text.getvalue()).encode(encoding))
    expected = [[clean(field) for field in row] for row in rows]
    assert not found.problems
    assert [list(row.values()) for _, row in found.rows] == [row for row in expected if any(row)]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "line 1: it is empty. The first line is login,name,email."),
        (b"\n,,\n", "line 1: it is empty"),
        (b"login,name\na,b\n", "line 1: the column 'email' is missing."),
        (b"login,name,email,name\n", "line 1: the column 'name' stands there twice."),
        (
            "login,name,email,se\u200bat\n".encode(),
            "'se⟨U+200B⟩at' has a character that nobody sees (U+200B ZERO WIDTH SPACE)",
        ),
        (b"login,name,email\na,b\n", "line 2: it has 2 fields, and line 1 has 3: an empty cell needs its comma"),
        (b"login;name;email\n\na;b;c;d\n", "line 3: it has 4 fields, and line 1 has 3: an empty cell needs its semicolon"),
        (b"sep=;\nlogin;name;email\na;b\n", "line 3: it has 2 fields, and line 2 has 3"),
        (b"login,name,email,,\na,b,c,45,\n", "line 2: '45' stands in a column without a name."),
        (b'login,name,email\n"a\nb",b,c\nd\n', "line 4: it has 1 fields"),
        (b'login,name,email\na,"b,c\nd,e,f\n', "line 2: this is no line of CSV"),
        (b"login,name,email\na,Zo\xeb,c\n", "line 2: this is not UTF-8. Save it as CSV UTF-8."),
        ("login,name,email\n".encode("utf-16-le"), "line 1: a zero byte"),
        (b"PK\x03\x04\x14", "is a workbook, whatever its name ends in"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(tmp_path, raw, said):
    assert said in said_of(tmp_path, raw)


def test_what_is_missing_or_a_folder_is_a_sentence(tmp_path):
    with pytest.raises(CourseError, match=r"There is no .*none.csv. Write one: its first line is login,name,email."):
        Sheet(tmp_path / "none.csv", COLUMNS)
    with pytest.raises(CourseError, match="is a folder. Name the CSV file itself"):
        Sheet(tmp_path, COLUMNS)


def test_the_spaces_of_a_web_page_and_letters_in_pieces_are_what_they_look_like():
    assert clean("\u00a0Zoe\u0308\u202fNg \n") == "Zo\u00eb Ng"
