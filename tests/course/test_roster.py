"""The roster: a wrong row is named with its line, and then nothing of the roster is used."""

import pytest

from genweek.course.roster import read_roster
from genweek.course.toml import CourseError

HEAD = "login,name,email,student_id,lms_login,extension_minutes\n"
ZOE = "zoe,Zoe,zoe@uni.example,1001,zz,\n"


def roster(tmp_path, text: str):
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return read_roster(path)


def said_of(tmp_path, text: str) -> str:
    with pytest.raises(CourseError) as refusal:
        roster(tmp_path, text)
    return str(refusal.value)


def test_students_come_in_the_order_of_the_file(tmp_path):
    students = roster(tmp_path, HEAD + "zoe,Zoe Ö,zoe@uni.example,,,\n\nbob-b,Bob,bob@uni.example,,,15\n")
    assert [(one.login, one.name) for one in students] == [("zoe", "Zoe Ö"), ("bob-b", "Bob")]
    assert [one.extension("toy") for one in students] == [0, 15]


def test_an_extension_for_one_assignment_takes_the_place_of_the_general_one(tmp_path):
    text = "login,name,email,extension_minutes,extension_minutes_day4_exam\nzoe,Zoe,z@uni.example,10,3 days\n"
    (zoe,) = roster(tmp_path, text)
    assert (zoe.extension("day1_vae"), zoe.extension("day4_exam")) == (10, 4320)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("bob smith,Bob,bob@uni.example,,,", "the login 'bob smith' is not one, for its space: letters, digits"),
        ("../bob,Bob,bob@uni.example,,,", "the login '../bob' is not one, for its '.'"),
        ("-bob,Bob,bob@uni.example,,,", "the login '-bob' is not one"),
        ("ZOE,Bob,bob@uni.example,,,", "the login 'zoe' stands on line 2 already"),
        ("bob,Bob,Zoe@uni.example,,,", "the email 'zoe@uni.example' stands on line 2 already"),
        ("bob,Bob,bob@uni.example,1001,,", "the student_id '1001' stands on line 2 already"),
        ("bob,Bob,bob@uni.example,,ZZ,", "the lms_login 'zz' stands on line 2 already"),
        ("bob,,bob@uni.example,,,", "the name is missing"),
        ("bob,Bob,bob,,,", "the email 'bob' is not an address"),
        ("bob,Bob,bob@uni.example;b@uni.example,,,", "is not an address, for its ';'"),
        ("bob,=cmd(),bob@uni.example,,,", "the name '=cmd()' begins with '=', which a spreadsheet takes for a formula"),
        ("bob,B\x1b[2Job,bob@uni.example,,,", "has a character that nobody sees (U+001B CONTROL). Delete it"),
        (
            "bob,Bo\u200bb,bob@uni.example,,,",
            "the name 'Bo⟨U+200B⟩b' has a character that nobody sees (U+200B ZERO WIDTH SPACE)",
        ),
        ("bob,Bob,bob@uni.example\u202e,,,", "(U+202E RIGHT-TO-LEFT OVERRIDE)"),
        ("bob,B\ufffdb,bob@uni.example,,,", "has lost a letter in another program"),
        (
            "bob,Bob,bob@uni.example,1.23E+07,,",
            "the student_id '1.23E+07' was a number to a spreadsheet, which shortened it",
        ),
        ("bob,Bob,bob@uni.example,1002.0,,", "the student_id '1002.0' was a number to a spreadsheet"),
        ("bob,Bob,bob@uni.example,,#NAME?,", "the lms_login '#NAME?' is what a spreadsheet shows when it cannot compute"),
        ("bob,Bob,bob@uni.example,=cmd|x,,", "the student_id '=cmd|x' has '|', which is no part of an id"),
        ("bob,Bob,bob@uni.example,,,soon", "extension_minutes is 'soon': write whole minutes"),
        ("bob,Bob,bob@uni.example,,,4500", "extension_minutes is '4500': these are 3 d 3 h. If that is meant"),
        ("bob,Bob", "it has 2 fields, and line 1 has 6"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path, row, said):
    found = said_of(tmp_path, f"{HEAD}{ZOE}{row}\n")
    assert "roster.csv, line 3: " in found and said in found
    assert "Nothing was done" in found


def test_all_that_is_wrong_is_named_at_once(tmp_path):
    found = said_of(tmp_path, "login,name,email,extra_minutes\na b,A,a@uni.example,\nc,C\nd,D,nowhere,\n")
    assert [f"line {number}:" in found for number in range(1, 5)] == [True] * 4


def test_ids_that_begin_like_a_formula_are_real_and_welcome(tmp_path):
    (zoe,) = roster(tmp_path, HEAD + "zoe,Zoe,zoe@uni.example,@00123456,=a-1,\n")
    assert (zoe.student_id, zoe.lms_login) == ("@00123456", "=a-1")


@pytest.mark.parametrize("name", ["علی\u200cرضا", "Seán O'Brien", "Zoe, Dr. (PhD)", "José\u00a0Ñ", "李小龙", "क्\u200dष"])
def test_names_of_all_countries_are_welcome(tmp_path, name):
    (zoe,) = roster(tmp_path, f'{HEAD}zoe,"{name}",zoe@uni.example,,,\n')
    assert zoe.name == name.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("column", "said"),
    [("lms_logn", "did you mean 'lms_login'"), ("extra_minutes", "Did you mean 'extension_minutes'"), ("login", "twice")],
)
def test_a_slip_in_a_column_s_name_is_refused(tmp_path, column, said):
    assert said in said_of(tmp_path, f"login,name,email,{column}\nzoe,Zoe,z@uni.example,30\n")


def test_other_columns_are_welcome(tmp_path):
    assert roster(tmp_path, "login,name,email,seat\nzoe,Zoe,z@uni.example,=A\u200b1\n")[0].login == "zoe"


def test_an_empty_roster_is_refused(tmp_path):
    assert "line 1: it lists nobody" in said_of(tmp_path, HEAD)
