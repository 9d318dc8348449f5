"""The gradebook: the weights of one file, a commit beside every number, a reason where there is none."""

from dataclasses import replace
from decimal import Decimal

import pytest
from classroom_examples import ALICE, BOB
from gradebook_examples import COURSE, exported, graded, table

from genweek.classroom.afterwards import gradebook
from genweek.classroom.afterwards.collecting import FAILED
from genweek.classroom.afterwards.grade import Entry, Grade, Standing, rounded
from genweek.course.course_file import read_course
from genweek.course.day import CourseError
from genweek.course.roster import Student

A, B = "a" * 40, "b" * 40
CAROL = Student("carol", "Carol", "carol@uni.example")


def regrade(tmp_path, collected: list[str], graded: list[str]):
    collection = table(tmp_path / "collection.csv", "student,commit,status", *collected)
    grades = table(tmp_path / "grades.csv", "student,score,max_score,claimed,status,commit,warnings", *graded)
    return gradebook.read_regrade([ALICE, BOB, CAROL], collection, grades)


def test_a_grade_stands_with_the_commit_it_was_given_for(tmp_path):
    grades = regrade(tmp_path, [f"alice,{A},collected"], [f"alice,83,100,90,graded,{A},"])
    assert grades["alice"] == graded(83, commit=A)


def test_a_regrade_of_another_commit_is_no_grade(tmp_path):
    grades = regrade(tmp_path, [f"alice,{A},collected"], [f"alice,83,100,,graded,{B},"])
    assert grades["alice"].score is None
    assert "regraded at bbbbbbb, collected is aaaaaaa" in grades["alice"].note


@pytest.mark.parametrize(
    ("status", "standing", "score"),
    [
        ("nothing pushed", Standing.ABSENT, 0),
        ("pushed too late", Standing.ABSENT, 0),
        ("no repository", Standing.OPEN, None),
    ],
)
def test_who_has_nothing_that_counts_appears_with_the_reason(tmp_path, status, standing, score):
    grade = regrade(tmp_path, [f"alice,,{status}"], [])["alice"]
    assert (grade.standing, grade.score, grade.reason + grade.note) == (standing, score, status)


@pytest.mark.parametrize(
    ("collected", "graded"),
    [
        (f"alice,{A},collected", [f"alice,0,100,,failed,{A},It ended the judge."]),
        (f"alice,{A},{FAILED}", []),
    ],
)
def test_what_failed_is_a_zero_to_look_at_and_no_gap_that_counts_for_nothing(tmp_path, collected, graded):
    grade = regrade(tmp_path, [collected], graded)["alice"]
    assert (grade.standing, grade.score, grade.commit) == (Standing.FAILED, 0, A)
    other = Grade(Standing.GRADED, Decimal(100))
    assert Entry(ALICE, {"day1_vae": grade, "theory": other}).total(COURSE) == (Decimal(24), Decimal(64))


def test_who_came_after_collecting_and_who_is_not_regraded_yet_have_reasons(tmp_path):
    grades = regrade(tmp_path, [f"alice,{A},collected"], [])
    assert grades["alice"].note == "not regraded yet"
    assert "not collected" in grades["carol"].note


def test_grades_without_a_collection_are_refused(tmp_path):
    grades = table(tmp_path / "grades.csv", "student,score,max_score,commit,status")
    with pytest.raises(CourseError, match="can be traced to a push"):
        gradebook.read_regrade([ALICE], tmp_path / "collection.csv", grades)
    assert gradebook.read_regrade([ALICE], tmp_path / "none.csv", tmp_path / "none") is None


@pytest.mark.parametrize("score", ["x", "-1", "NaN", "101"])
def test_a_number_of_points_that_cannot_be_is_named_with_its_line(tmp_path, score):
    with pytest.raises(CourseError, match="grades.csv, line 2"):
        regrade(tmp_path, [f"alice,{A},collected"], [f"alice,{score},100,,graded,{A},"])


def test_the_exam_is_60_percent_practical_and_40_percent_theory():
    weights = read_course().weights
    assert weights["day4_exam"] * 40 == pytest.approx(weights["theory"] * 60)
    assert sum(weights.values()) == pytest.approx(100)


def test_the_total_says_of_how_many_points_it_is():
    half, third = graded(50, commit=A), graded(1, 3)
    grades = {"day1_vae": half, "theory": third, "day4_exam": Grade()}
    assert Entry(ALICE, grades).total(COURSE) == (Decimal(28), Decimal(64))


def test_halves_are_rounded_up_and_needless_zeros_left_out():
    assert [str(rounded(Decimal(x))) for x in ("66.665", "100", "0", "7.50")] == ["66.67", "100", "0", "7.5"]


def test_something_graded_without_a_weight_is_refused():
    with pytest.raises(CourseError, match="no weight to day9"):
        gradebook.check_weights(COURSE, {"day9": {}})


@pytest.fixture
def entries():
    odd = Student("odd", "Odd", "odd@uni.example", "", "1003")
    grades = {
        ALICE: graded(83, commit=A),
        BOB: Grade(Standing.ABSENT, reason="nothing pushed"),
        odd: Grade(note="=cmd()"),
    }
    return [
        Entry(who, {"day1_vae": grade, "theory": graded(15 * n, 20 * n)}) for n, (who, grade) in enumerate(grades.items(), 1)
    ]


def test_the_plain_gradebook_has_every_student_with_commit_and_reason(entries, tmp_path):
    header, alice, bob, odd = exported(tmp_path, entries).plain
    row = dict(zip(header, alice, strict=True))
    assert (row["day1_vae score"], row["day1_vae commit"], row["total"], row["of"]) == ("83", A, "51.2", "64")
    assert dict(zip(header, bob, strict=True))["day1_vae note"] == "nothing pushed"
    assert dict(zip(header, odd, strict=True))["day1_vae note"] == "'=cmd()"  # no formula


def test_canvas_finds_its_columns_its_points_and_its_students(entries, tmp_path):
    header, possible, alice, bob, odd = exported(tmp_path, entries).canvas
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Tuesday (48213)", "Theory"]
    assert possible == ["Points Possible", "", "", "", "", "100", "60"]
    assert alice == ["Alice Ng", "", "1001", "ang", "A", "83", "45"]  # of 20, 40 or 60 points
    assert bob == ["Bob Böhm", "", "1002", "bob@uni.example", "B", "0", "45"]
    assert odd[5] == ""  # no grade is an empty cell, never a 0


def test_moodle_gets_per_cent_and_the_commit_as_feedback(entries, tmp_path):
    header, alice, bob, odd = exported(tmp_path, entries).moodle
    assert header[:2] == ["Email address", "ID number"]  # not everybody has a user name
    assert header[2:4] == ["Tuesday (48213) (Percentage)", "Tuesday (48213) (Feedback)"]
    assert alice[:2] == ["alice@uni.example", "1001"]
    assert alice[2:] == ["83", f"83 of 100 points; commit {A[:10]}", "75", "15 of 20 points"]
    assert bob[2:4] == ["0", "0 of 100 points; absent without excuse; nothing pushed"]
    assert odd[2] == ""


def test_a_student_who_stands_twice_in_a_table_is_refused_with_both_lines(tmp_path):
    twice = [f"alice,83,100,,graded,{A},", f"bob-b,1,100,,graded,{A},", f"alice,90,100,,graded,{A},"]
    with pytest.raises(CourseError, match=r"grades.csv, line 4: alice stands on line 2 already\. Which one is right\?"):
        regrade(tmp_path, [f"alice,{A},collected"], twice)
    with pytest.raises(CourseError, match=r"collection.csv, line 3: alice stands on line 2 already"):
        regrade(tmp_path, [f"alice,{A},collected", "alice,,nothing pushed"], [])


def test_grades_of_two_maxima_are_refused(tmp_path):
    with pytest.raises(CourseError, match="grades of 100 on line 2 and of 90 on line 3 cannot be compared"):
        regrade(tmp_path, [f"alice,{A},collected"], [f"alice,83,100,,graded,{A},", f"bob-b,83,90,,graded,{A},"])


def test_who_is_graded_and_in_no_roster_is_named(tmp_path):
    grades = table(tmp_path / "grades.csv", "student,score", "alice,1", "gus,1", "old,1")
    renamed = replace(BOB, was=("old",))
    assert gradebook.strangers([ALICE, renamed], grades, tmp_path / "collection.csv") == ["gus"]
