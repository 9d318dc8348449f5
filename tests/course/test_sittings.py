"""Sittings of an exam: each student is in one, and what is wrong with one is a sentence with its line."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from genweek.course import seats
from genweek.course.day import CourseError, Dates, Facts, Sitting
from genweek.course.roster import Student
from genweek.course.schedule import Schedule, read_schedule
from genweek.course.toml import read

ZONE = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 11, 27, 11)
MINUTE = timedelta(minutes=1)
DATES = Dates(release=datetime(2026, 11, 24, 8), solutions=datetime(2027, 2, 1))
FILE = """title = "Friday"
kind = "exam"
notebooks = ["examA_continuous"]

[schedule]
release = 2026-11-24T08:00:00
solutions = 2027-02-01T08:00:00

[[sittings]]
id = "friday"
opens = 2026-11-27T11:00:00
due = 2026-11-27T13:15:00
papers = ["amber", "birch"]

[[sittings]]
id = "repeat"
opens = 2027-01-27T11:00:00
due = 2027-01-27T13:15:00
papers = ["cobalt"]
"""


def sitting(id: str, opens: datetime, minutes: int = 135, papers: tuple[str, ...] = ("amber",)) -> Sitting:
    return Sitting(id=id, opens=opens, due=opens + minutes * MINUTE, papers=list(papers))


def exam(*sittings: Sitting, dates: Dates = DATES) -> Schedule:
    return read_schedule("toy", dates, ZONE, sittings)


def student(login: str = "zoe", minutes: int = 0, **more) -> Student:
    return Student(login, login.title(), f"{login}@uni.example", extensions={"toy": minutes}, **more)


TWO = (sitting("friday", FRIDAY), sitting("afternoon", FRIDAY + 60 * MINUTE))


def test_each_student_has_the_window_of_their_sitting_and_their_own_minutes():
    one = exam(*TWO)
    assert one.deadline(student()) == datetime(2026, 11, 27, 12, 15, tzinfo=UTC)
    assert one.deadline(student(minutes=30, sittings={"toy": "afternoon"})) == datetime(2026, 11, 27, 13, 45, tzinfo=UTC)


def test_it_opens_with_the_first_sitting_and_is_due_with_the_last():
    one = exam(*TWO)
    assert (one.opens, one.due) == (one.sittings[0].opens, one.sittings[1].due)


@pytest.mark.parametrize(
    ("minute", "ids"),
    [(-60, ["friday"]), (1, ["friday"]), (61, ["friday", "afternoon"]), (140, ["afternoon"]), (9999, ["afternoon"])],
)
def test_which_sittings_are_running_at_a_time(minute, ids):
    one = exam(*TWO)
    assert [found.id for found in one.running(one.opens + minute * MINUTE, [student()])] == ids


def test_a_sitting_runs_as_long_as_somebodys_extra_minutes():
    one = exam(*TWO)
    longer = student(minutes=60)
    assert [found.id for found in one.running(one.opens + 150 * MINUTE, [longer])] == ["friday", "afternoon"]


def test_the_plan_shows_each_sitting_with_its_zone():
    lines = exam(*TWO).lines(datetime(2026, 11, 1, tzinfo=UTC))
    assert "sitting    friday: Fri 27 Nov 2026, 10:00:00 UTC to Fri 27 Nov 2026, 12:15:00 UTC" in lines


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: exam(sitting("a", FRIDAY), sitting("a", FRIDAY)), "two of the [[sittings]] have the id 'a'"),
        (lambda: exam(sitting("a", FRIDAY, -5)), "[[sittings]] a: due (Fri 27 Nov 2026, 10:55:00 CET) is before opens"),
        (
            lambda: exam(sitting("a", datetime(2026, 11, 20))),
            "[[sittings]] a: opens (Fri 20 Nov 2026, 00:00:00 CET) is before release",
        ),
        (lambda: exam(sitting("a", datetime(2027, 2, 2))), "solutions (Mon 01 Feb 2027, 00:00:00 CET) is before due"),
        (
            lambda: exam(sitting("a", FRIDAY), dates=Dates(release=DATES.release, due=FRIDAY, solutions=DATES.solutions)),
            "due stands in each of the [[sittings]]. Leave it out here.",
        ),
        (lambda: exam(*TWO).window(student(sittings={"toy": "noon"})), "zoe is in the sitting 'noon' of toy"),
    ],
)
def test_what_is_wrong_with_a_sitting_is_a_sentence(make, said):
    with pytest.raises(CourseError) as refusal:
        make()
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "repeat"\n', "", "line 15: [[sittings]] has no 'id', which it needs"),
        (
            '"repeat"',
            '"../../x"',
            "line 16: [[sittings]] id must be small letters and digits, with hyphens between them, not '../",
        ),
        ('"repeat"', '"second sitting/2"', "line 16: [[sittings]] id must be small letters and digits"),
        ('"repeat"', '"Friday\\n"', "line 16: [[sittings]] id must be small letters and digits"),
        ('papers = ["cobalt"]', "papers = []", "line 19: [[sittings]] papers must be a list with something in it"),
        ("due = 2027-01-27T13:15:00", 'due = "noon"', "line 18: [[sittings]] due must be a date and a time"),
        (
            'papers = ["cobalt"]',
            'paper = ["cobalt"]',
            "line 19: 'paper' is not a key of [[sittings]]. Did you mean 'papers'?",
        ),
    ],
)
def test_a_slip_in_the_file_names_its_line(tmp_path, old, new, said):
    (tmp_path / "assignment.toml").write_text(FILE.replace(old, new))
    with pytest.raises(CourseError) as refusal:
        read(tmp_path / "assignment.toml", Facts)
    assert said in str(refusal.value)


@pytest.mark.parametrize("column", ["paper_day4_exam", "sitting_day4_exam", "section", "citing"])
def test_a_column_that_is_right_or_has_nothing_to_do_with_an_exam_is_let_be(column):
    assert seats.problem_of_column(column, ["day1_vae", "day4_exam"]) == ""


@pytest.mark.parametrize(
    ("column", "meant"),
    [
        ("paper_day4_exan", "paper_day4_exam"),
        ("papers_day4_exam", "paper_day4_exam"),
        ("sitting", "sitting_day4_exam"),
        ("variant_day4_exam", "paper_day4_exam"),
    ],
)
def test_a_column_that_looks_like_one_and_is_none_is_refused(column, meant):
    said = seats.problem_of_column(column, ["day1_vae", "day4_exam"])
    assert "names no exam" in said
    assert meant.partition("_")[0] in said
