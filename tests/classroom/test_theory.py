"""The written exam: each row is one student's, whichever key it names them by, or all that is wrong is said at once."""

from dataclasses import replace
from decimal import Decimal

import pytest
from classroom_examples import ALICE, BOB

from genweek.classroom.afterwards.grade import Grade, Standing
from genweek.classroom.afterwards.theory import read_theory, write_template
from genweek.course.roster import Student
from genweek.course.toml import CourseError

CAROL = Student("carol", "Carol", "carol@uni.example", student_id="007")
CLASS = [ALICE, BOB, CAROL]


def table(tmp_path, *rows: str, head: str = "student,score,max_score"):
    path = tmp_path / "theory.csv"
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


@pytest.mark.parametrize("key", ["alice", "ALICE@uni.example", "1001", "ang", " ang "])
def test_a_student_is_found_by_each_key_of_the_roster(tmp_path, key):
    grades = read_theory(CLASS, table(tmp_path, f"{key};30,5;40", "carol;;", head="student;score;max_score"))
    assert grades["alice"] == Grade(Standing.GRADED, Decimal("30.5"), Decimal(40), note="theory.csv, line 2")
    assert grades["bob-b"] == grades["carol"] == Grade(max_score=Decimal(40), note="no written exam")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("zoe,1,40", "line 3: 'zoe' is no login, email, student_id or lms_login of the roster."),
        (
            "7,1,40",
            "line 3: '7' is no login, email, student_id or lms_login of the roster. Did a spreadsheet drop the zeros",
        ),
        ("1.00E+03,1,40", "line 3: the student '1.00E+03' was a number to a spreadsheet"),
        ("car\u200bol,1,40", "line 3: the student 'car⟨U+200B⟩ol' has a character that nobody sees"),
        (",1,40", "line 3: '' is no login"),
        ("1001,2,40", "line 3: alice has a row already, on line 2."),
        ("alice,,", "line 3: alice has a row already, on line 2."),
        ("carol,41,40", "line 3: 41 of 40 points cannot be."),
        ("carol,0,0", "line 3: 0 of 0 points cannot be."),
        ("carol,30,400", "line 3: the maximum is 400, and 40 on line 2."),
        ("carol,absent,40", "line 3: score is 'absent', and not a number of points: leave the score empty"),
        ("carol,-1,40", "line 3: score is '-1'"),
        ("carol,1e1,40", "line 3: score is '1e1'"),
        ("carol,1,", "line 3: max_score is '', and not a number of points: write the most points there are."),
        ("carol,30,5,40", "line 3: it has 4 fields, and line 1 has 3"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path, row, said):
    with pytest.raises(CourseError) as refusal:
        read_theory(CLASS, table(tmp_path, "alice,1,40", row))
    assert said in str(refusal.value)


def test_all_that_is_wrong_is_named_at_once(tmp_path):
    with pytest.raises(CourseError) as refusal:
        read_theory(
            CLASS, table(tmp_path, "zoe,1,40,", "bob-b,50,40,", "carol,x,40,", head="student,score,max_score,max score")
        )
    assert [f"line {number}:" in str(refusal.value) for number in range(1, 5)] == [True] * 4


def test_a_key_that_may_mean_two_students_is_refused(tmp_path):
    with pytest.raises(CourseError, match="line 2: '1001' is the student_id of alice and the lms_login of bob-b"):
        read_theory([ALICE, replace(BOB, lms_login="1001")], table(tmp_path, "1001,1,40"))


def test_the_template_is_a_table_that_nobody_has_filled_in(tmp_path):
    path = tmp_path / "theory.csv"
    write_template(CLASS, path)
    assert {grade.score for grade in read_theory(CLASS, path).values()} == {None}
    path.write_text(path.read_text().replace("alice,,", "alice,12,20"))
    assert read_theory(CLASS, path)["alice"].score == 12


def test_a_template_never_takes_the_place_of_a_table_that_is_filled_in(tmp_path):
    path = table(tmp_path, "alice,12,20")
    with pytest.raises(CourseError, match="is there already, and stays as it is"):
        write_template(CLASS, path)
    assert read_theory(CLASS, path)["alice"].score == 12


def test_who_was_renamed_since_is_found_by_the_login_of_then(tmp_path):
    renamed = replace(ALICE, login="alice-ng", was=("alice",))
    assert read_theory([renamed, BOB], table(tmp_path, "Alice,12,20"))["alice-ng"].score == 12
    with pytest.raises(CourseError, match="line 3: alice-ng has a row already, on line 2"):
        read_theory([renamed, BOB], table(tmp_path, "alice,12,20", "alice-ng,12,20"))
