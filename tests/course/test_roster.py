"""The roster: a wrong row is named with its line, and then nothing of the roster is used."""

import pytest

from genweek.course.roster import RosterError, read_roster

HEAD = "login,name,email,extension_minutes\n"


def roster(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return read_roster(path)


def test_students_come_in_the_order_of_the_file(tmp_path):
    students = roster(tmp_path, HEAD + "zoe,Zoe Ö,zoe@uni.example,\n\nbob-b,Bob,bob@uni.example,15\n")
    assert [(one.login, one.name) for one in students] == [("zoe", "Zoe Ö"), ("bob-b", "Bob")]
    assert [one.extension("toy") for one in students] == [0, 15]


def test_a_spreadsheet_s_semicolons_and_byte_order_mark_are_fine(tmp_path):
    assert roster(tmp_path, "login;name;email\nzoe;Zoe, Dr.;zoe@uni.example\n", "utf-8-sig")[0].name == "Zoe, Dr."


def test_an_extension_for_one_assignment_takes_the_place_of_the_general_one(tmp_path):
    text = "login,name,email,extension_minutes,extension_minutes_day4_exam\nzoe,Zoe,z@uni.example,10,45\n"
    (zoe,) = roster(tmp_path, text)
    assert (zoe.extension("day1_vae"), zoe.extension("day4_exam")) == (10, 45)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("bob smith,Bob,bob@uni.example,", "line 3: the login 'bob smith' is not one"),
        ("../bob,Bob,bob@uni.example,", "line 3: the login '../bob' is not one"),
        ("-bob,Bob,bob@uni.example,", "line 3: the login '-bob' is not one"),
        ("ZOE,Bob,bob@uni.example,", "line 3: the login 'zoe' stands on line 2 already"),
        ("bob,Bob,Zoe@uni.example,", "line 3: the email 'zoe@uni.example' stands on line 2 already"),
        ("bob,,bob@uni.example,", "line 3: the name is missing"),
        ("bob,Bob,bob,", "line 3: the email 'bob' is not an address"),
        ("bob,=cmd(),bob@uni.example,", "line 3: the name '=cmd()' has a character"),
        ("bob,B\x1b[2Job,bob@uni.example,", "line 3: the name"),
        ("bob,Bob,bob@uni.example,soon", "line 3: extension_minutes is 'soon'"),
        ("bob,Bob,bob@uni.example,-5", "line 3: extension_minutes is '-5'"),
        ("bob,Bob", "line 3: it has more or fewer fields"),
        ("bob,Bob,bob@uni.example,,more", "line 3: it has more or fewer fields"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path, row, said):
    with pytest.raises(RosterError) as caught:
        roster(tmp_path, f"{HEAD}zoe,Zoe,zoe@uni.example,\n{row}\n")
    assert said in str(caught.value)
    assert "Nothing was done" in str(caught.value)


def test_all_wrong_rows_are_named_at_once(tmp_path):
    with pytest.raises(RosterError) as caught:
        roster(tmp_path, HEAD + "a b,A,a@uni.example,\nc,C,nowhere,\n")
    assert "line 2" in str(caught.value)
    assert "line 3" in str(caught.value)


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(RosterError, match="line 1: the column 'email' is missing"):
        roster(tmp_path, "login,name\nzoe,Zoe\n")


def test_a_slip_in_a_column_s_name_costs_nobody_an_extension(tmp_path):
    with pytest.raises(RosterError, match="did you mean 'extension_minutes'"):
        roster(tmp_path, "login,name,email,extention_minutes\nzoe,Zoe,z@uni.example,30\n")


def test_other_columns_are_welcome(tmp_path):
    assert roster(tmp_path, "login,name,email,seat\nzoe,Zoe,z@uni.example,12\n")[0].login == "zoe"


def test_a_file_that_is_not_utf_8_is_a_sentence_with_the_line(tmp_path):
    with pytest.raises(RosterError, match="line 2: this is not UTF-8"):
        roster(tmp_path, HEAD + "zoe,Zoë,z@uni.example,\n", "latin-1")


def test_an_empty_roster_is_refused(tmp_path):
    with pytest.raises(RosterError, match="lists nobody"):
        roster(tmp_path, HEAD)
