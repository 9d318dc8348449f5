"""What a person decides beside the grader: named where it is wrong, shown where it counts, lost nowhere."""

from dataclasses import replace
from decimal import Decimal

import pytest
from classroom_examples import ALICE, BOB
from gradebook_examples import COURSE, exported, graded, table

from genweek.classroom.afterwards import gradebook
from genweek.classroom.afterwards.adjustments import COLUMNS, read_adjustments
from genweek.classroom.afterwards.grade import Entry, Grade, Standing
from genweek.course.day import CourseError

HEADER = ",".join(COLUMNS)


def written(tmp_path, *rows: str):
    path = table(tmp_path / "adjustments.csv", HEADER, *rows)
    return read_adjustments(path, [ALICE, BOB], COURSE.weights)


def adjusted(tmp_path, grade: Grade, *points: str) -> Grade:
    """Alice's grade with some rows."""
    rows = [f"alice,day1_vae,{one},reason {n},Kim,2026-11-26" for n, one in enumerate(points)]
    return grade.adjusted(written(tmp_path, *rows).get(("alice", "day1_vae"), ()))


def test_without_a_file_nothing_is_adjusted(tmp_path):
    assert read_adjustments(tmp_path / "none.csv", [ALICE], COURSE.weights) == {}


@pytest.mark.parametrize(
    ("given", "points", "score"),
    [
        (graded(80), ["-10"], 70),
        (graded(80), ["-10", "2.5"], "72.5"),  # two rows add up
        (graded(80), ["\N{MINUS SIGN}10", '"+2,5"'], "72.5"),  # as a spreadsheet or another language writes it
        (graded(80), ["30"], 100),
        (graded(5), ["-10"], 0),
        (Grade(Standing.ABSENT), ["60"], 60),  # by hand
        (Grade(Standing.FAILED), ["60"], 60),
    ],
)
def test_points_are_added_to_what_the_grader_gave(tmp_path, given, points, score):
    grade = adjusted(tmp_path, given, *points)
    assert (grade.standing, grade.score, grade.given) == (Standing.GRADED, Decimal(score), given.given)


@pytest.mark.parametrize(
    ("given", "points", "standing", "score"),
    [
        (graded(80), "excused", Standing.EXCUSED, None),
        (Grade(Standing.ABSENT), "Excused", Standing.EXCUSED, None),
        (Grade(), "excused", Standing.EXCUSED, None),
        (Grade(), "absent", Standing.ABSENT, 0),
        (Grade(), "-10", Standing.OPEN, None),  # it waits for the grade
        (Grade(Standing.FAILED), "-10", Standing.FAILED, 0),  # nobody has looked at it yet
        (Grade(Standing.ABSENT), "-10", Standing.ABSENT, 0),
    ],
)
def test_a_word_says_how_a_part_stands(tmp_path, given, points, standing, score):
    grade = adjusted(tmp_path, given, points)
    assert (grade.standing, grade.score) == (standing, score)


def test_a_student_reads_what_was_added_and_why(tmp_path):
    assert adjusted(tmp_path, graded(80), "-10").in_words() == "70 of 100 points; reason 0 (-10)"
    assert adjusted(tmp_path, graded(80), "excused").in_words() == "excused; reason 0"
    held = adjusted(tmp_path, graded(80), "30").in_words()
    assert held == "100 of 100 points; reason 0 (+30); never below 0 or above the maximum"


def test_a_row_of_the_time_before_a_student_was_renamed_holds(tmp_path):
    path = table(tmp_path / "adjustments.csv", HEADER, "alice,day1_vae,-10,late,Kim,2026-11-26")
    assert set(read_adjustments(path, [replace(ALICE, login="ng", was=("alice",))], COURSE.weights)) == {("ng", "day1_vae")}


WRONG = [
    ("alcie,day1_vae,1,why,Kim,2026-11-26", "the roster has no login 'alcie'. Did you mean 'alice'?"),
    ("alice,day1_vea,1,why,Kim,2026-11-26", "there is no assignment 'day1_vea'. Did you mean 'day1_vae'?"),
    ("alice,day1_vae,ten,why,Kim,2026-11-26", "the points 'ten' are none"),
    ("alice,day1_vae,,why,Kim,2026-11-26", "the points '' are none"),
    ("alice,day1_vae,1e9,why,Kim,2026-11-26", "the points '1e9' are more than 1000"),
    ("alice,day1_vae,1,,Kim,2026-11-26", "reason is missing: say why, the student reads it"),
    ("alice,day1_vae,1,why,,2026-11-26", "by is missing: say who decided"),
    ("alice,day1_vae,1,why,Kim,26.11.2026", "when is '26.11.2026': write the date as 2026-11-26"),
]


@pytest.mark.parametrize(("row", "said"), WRONG)
def test_a_wrong_row_is_named_with_its_line(tmp_path, row, said):
    with pytest.raises(CourseError) as refused:
        written(tmp_path, "bob-b,day1_vae,excused,ill,Kim,2026-11-26", row)
    assert f"adjustments.csv, line 3: {said}" in str(refused.value)


def test_all_wrong_rows_are_named_at_once(tmp_path):
    with pytest.raises(CourseError) as refused:
        written(tmp_path, *(row for row, _ in WRONG))
    assert all(f"line {n}: {said}" in str(refused.value) for n, (_, said) in enumerate(WRONG, 2))


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("-10,late,Kim", "it is line 2 once more"),
        ("excused,ill,Kim", "alice has excused and points in day1_vae (line 2)"),
        ("absent,gone,Kim", "alice has absent and points in day1_vae (line 2)"),
    ],
)
def test_what_cannot_both_hold_is_refused(tmp_path, second, said):
    with pytest.raises(CourseError) as refused:
        written(tmp_path, "alice,day1_vae,-10,late,Kim,2026-11-26", f"ALICE,day1_vae,{second},2026-11-26")
    assert f"line 3: {said}" in str(refused.value)


@pytest.fixture
def entries(tmp_path):
    """Alice is excused from Tuesday and late on Friday; Bob was absent on Tuesday, and Friday is not graded yet."""
    missed = Grade(max_score=Decimal(40), note="no written exam")
    parts = {
        "day1_vae": {"alice": graded(80), "bob-b": Grade(Standing.ABSENT, reason="nothing pushed")},
        "theory": {"alice": graded(30, 40, note="theory.csv, line 7"), "bob-b": missed},
    }
    rows = ["alice,day1_vae,excused,ill,Kim,2026-11-26", "alice,theory,-10,late,Kim,2026-11-27"]
    return gradebook.entries([ALICE, BOB], parts, written(tmp_path, *rows))


def test_the_gradebook_keeps_what_was_added_apart_from_what_the_grader_gave(entries, tmp_path):
    header, *rows = exported(tmp_path, entries).plain
    alice, bob = (dict(zip(header, row, strict=True)) for row in rows)
    assert [alice[f"theory {what}"] for what in ("graded", "score", "adjustments")] == [
        "30",
        "20",
        "late (-10), Kim, 2026-11-27",
    ]
    assert [alice[f"day1_vae {what}"] for what in ("graded", "score", "standing")] == ["80", "", "excused"]
    assert [bob[f"day1_vae {what}"] for what in ("graded", "score", "standing")] == ["", "0", "absent without excuse"]
    assert [bob[f"theory {what}"] for what in ("graded", "score", "standing")] == ["", "", "not graded yet"]


def test_a_total_says_why_it_is_of_fewer_points_than_others(entries, tmp_path):
    header, *rows = exported(tmp_path, entries).plain
    alice, bob = (dict(zip(header, row, strict=True)) for row in rows)
    assert [alice[what] for what in ("total", "of", "per cent")] == ["12", "24", "50"]
    assert alice["in words"] == "12 of 24 points; excused, not among them: day1_vae (40)"
    assert bob["in words"] == (
        "0 of 40 points; not graded yet, not among them: theory (24); absent without excuse, counted as 0: day1_vae (40)"
    )
    assert Entry(ALICE, {"theory": Grade()}).total_in_words(COURSE).startswith("nothing is graded yet")


def test_absent_excused_and_not_graded_yet_are_three_things_in_every_export(entries, tmp_path):
    *_, alice, bob = exported(tmp_path, entries).canvas
    assert (alice[-2:], bob[-2:]) == (["EX", "20"], ["0", ""])
    _, alice, bob = exported(tmp_path, entries).moodle
    assert alice[2:] == ["", "excused; ill", "50", "20 of 40 points; late (-10)"]
    assert bob[2:] == ["0", "0 of 100 points; absent without excuse; nothing pushed", "", "not graded yet"]


def test_no_note_of_staffs_reaches_a_learning_platform(entries, tmp_path):
    files = exported(tmp_path, entries)
    said = " ".join(cell for row in (*files.canvas, *files.moodle) for cell in row)
    assert "theory.csv" not in said and "no written exam" not in said and "Kim" not in said
