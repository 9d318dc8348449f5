"""What a learning platform makes of the exports: of odd names, ids and titles, of what has no grade, of what somebody wrote.

Each export of these tests arrives, in the importers that tests/support/importers.py re-enacts, as what gradebook.csv says.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from classroom_examples import ALICE, BOB
from gradebook_examples import TITLES, exported, graded, table
from importers import Aborted, Canvas, take_in_moodle

from genweek.classroom.afterwards import before_import, exports
from genweek.classroom.afterwards.adjustments import Adjustment
from genweek.classroom.afterwards.grade import Entry, Grade, Standing
from genweek.classroom.afterwards.titles import column_titles, problems_of
from genweek.course.course_file import THEORY, Course
from genweek.course.day import CourseError
from genweek.course.roster import Student, read_roster

ROSTER = """login,name,email,section,student_id,lms_login
twin-1,Alice Ng,one@uni.example,,,
twin-2,"Ng, Alice",two@uni.example,,,
twin-3,alice ng,three@uni.example,A;B,1003,
points,Points Possible,points@uni.example,,,
at,At,at@uni.example,,@00123456,=a-1
zero,Zero,zero@uni.example,,0,zero
borrowed,Borrowed,login@uni.example,,,
owner,Owner,owner@uni.example,,,login@uni.example
ali,علی\u200cرضا نوری,ali@uni.example,,,
semi,"Zoe; =x, 'Z'",Zoe@uni.example,,00123,ZOE
"""


@pytest.fixture
def entries(tmp_path) -> list[Entry]:
    students = read_roster(table(tmp_path / "roster.csv", ROSTER))
    return [Entry(student, {"day1_vae": graded(40 + n), "theory": graded(n, 30)}) for n, student in enumerate(students)]


def names(rows) -> dict[str, str]:
    return dict(zip([line.partition(",")[0] for line in ROSTER.splitlines()[1:]], [row[0] for row in rows[2:]], strict=True))


def test_every_grade_of_a_nasty_roster_arrives(entries, tmp_path):
    exported(tmp_path, entries)


def test_canvas_asks_where_a_name_would_be_somebody_else(entries, tmp_path):
    found = names(exported(tmp_path, entries).canvas)
    canvas = Canvas([entry.student for entry in entries], {"48213": "Tuesday", "1": "Theory"}, knows_ids=False)
    canvas.take(tmp_path / "canvas.csv")
    asked = [login for login, whose in zip(found, canvas.found, strict=True) if not whose]
    assert asked == ["twin-1", "twin-2", "twin-3", "points", "semi"]  # semi: a formula to a spreadsheet
    assert (found["twin-2"], found["points"]) == ("Ng, Alice (two@uni.example)", "points@uni.example")
    assert found["ali"] == "علی\u200cرضا نوری"


def test_a_name_may_be_that_of_one_who_left_and_is_still_in_canvas(tmp_path):
    left = replace(ALICE, login="alice-0", student_id="", lms_login="", left=True)
    exports.write_canvas(tmp_path / "c.csv", [Entry(ALICE, {"theory": graded(1)})], TITLES, [left])
    assert Canvas([left, ALICE], {"1": "Theory"}, knows_ids=False).take(tmp_path / "c.csv").found == [""]


def test_moodle_gets_a_column_of_ids_only_when_it_finds_everybody_by_it(tmp_path):
    def columns(*ids: str) -> list[str]:
        people = [Student(f"s{n}", f"S {n}", f"s{n}@uni.example", "", one, f"u{n}") for n, one in enumerate(ids)]
        return exported(tmp_path, [Entry(one, {"theory": graded(1, 2)}) for one in people]).moodle[0][:-2]

    assert columns("1001", "1002") == ["Email address", "ID number", "Username"]
    for other in ("", "0", "@00123456", "-7"):
        assert columns("1001", other) == ["Email address", "Username"]


def test_a_blank_id_gives_a_row_to_the_student_above_or_stops_the_import(tmp_path):
    """Which is why the column is left out: so do the importers that are re-enacted."""
    people = [replace(ALICE, student_id="1"), replace(BOB, student_id="")]
    path = table(tmp_path / "m.csv", "ID number,Theory (Percentage),Theory (Feedback)", "1,80,", ",20,")
    assert take_in_moodle(path, "3.10", "ID number", people) == {"alice": {"Theory": (20, "")}}
    for version in ("3.11", "5.1"):
        with pytest.raises(Aborted):
            take_in_moodle(path, version, "ID number", people)


def test_what_nobody_has_a_grade_in_is_left_out_and_what_stands_there_stays(tmp_path):
    files = exported(tmp_path, [Entry(ALICE, {"day1_vae": graded(8, 10), "theory": Grade(note="no written exam")})])
    assert not any("Theory" in title for title in (*files.canvas[0], *files.moodle[0]))
    excused = Grade(Standing.EXCUSED)
    assert exported(tmp_path, [Entry(ALICE, {"day1_vae": excused})]).canvas[-1][-1] == "EX"
    assert exported(tmp_path, [Entry(ALICE, {"day1_vae": excused})]).moodle[-1][-2:] == ["", "excused"]


@pytest.mark.parametrize("reason", ['ends in \\, and "so"', 'a \\"quoted\\" path, C:\\', "\u207c1+1; \u208c2", "−10, late"])
def test_feedback_arrives_whatever_stands_in_it(tmp_path, reason):
    added = Adjustment("alice", "theory", Decimal(-1), "", reason, "Kim", date(2026, 11, 27))
    entries = [Entry(ALICE, {"theory": graded(5).adjusted([added])}), Entry(BOB, {"theory": graded(6)})]
    exported(tmp_path, entries)


@pytest.mark.parametrize(
    "title",
    ["Final Score", "Friday: Current Grade", "Override Status (7)", "Section", "Notes", "1,5", "=1+1", " Theory", "a\nb"],
)
def test_a_title_that_canvas_takes_for_something_else_is_refused(tmp_path, title):
    (problem,) = problems_of({"theory": title})
    assert repr(title) in problem


@pytest.mark.parametrize("second", ["Tuesday", "tuesday", "Wednesday (48213)"])
def test_two_parts_of_one_column_are_refused(second):
    first = "Tuesday (48213)" if second.startswith("Wed") else "Tuesday"
    (problem,) = problems_of({"day1_vae": first, "day2": second})
    assert "of day2 and the one of day1_vae are one column" in problem


def test_titles_that_differ_are_none_of_them_a_problem():
    assert not problems_of({"a": "Lab (1)", "b": "Lab (2)", "c": "Lab", "d": "Finals: score", "e": "VAEs – σ² (II)"})


def test_a_title_of_an_assignment_may_not_end_in_what_canvas_takes_for_a_number(monkeypatch):
    monkeypatch.setattr("genweek.classroom.afterwards.titles.Day.load", lambda part: SimpleNamespace(title="VAEs (2026)"))
    with pytest.raises(CourseError, match=r"(?s)day1_vae.*'VAEs \(2026\)'.*under \[columns\]"):
        column_titles(Course(), ["day1_vae"])
    assert (
        column_titles(Course(columns={"day1_vae": "Tuesday (48213)"}), ["day1_vae", THEORY])["day1_vae"] == "Tuesday (48213)"
    )


def said(entries) -> str:
    return "\n".join(before_import.in_words(entries, TITLES))


def test_the_screen_says_what_has_to_be_so_on_the_other_side_with_the_numbers():
    entries = [
        Entry(ALICE, {"day1_vae": graded(24, 38), "theory": graded(30, 60)}),
        Entry(BOB, {"day1_vae": Grade(max_score=Decimal(38)), "theory": graded(20, 60)}),
    ]
    assert said(entries).splitlines() == [
        "Canvas does not scale: each assignment must be worth the same there: 'Tuesday (48213)' 38, 'Theory' 60 points.",
        "Moodle gets per cent (24 of 38 is 63.16): the maximum of each item must be 100, else it cuts or refuses.",
        "Into Canvas's assignments number 48213 (day1_vae).",
        "Empty, which takes away a grade that stands there: 'Tuesday (48213)' of bob-b.",
        "moodle.csv has no column 'Username': Moodle could not find bob-b by the lms_login. Use the email.",
    ]


def test_the_screen_says_who_is_alike_and_what_is_left_out(entries):
    assert "Of one name (or of one's who left): twin-1, twin-2, twin-3. Where no id matches, Canvas asks" in said(entries)
    nothing = [Entry(ALICE, {"day1_vae": Grade(), "theory": graded(1)})]
    assert "Not in canvas.csv and moodle.csv, for nobody has a grade in it yet: day1_vae." in said(nothing)


def test_per_cent_into_an_item_of_ten_is_cut_or_refused(entries, tmp_path):
    """As the screen says."""
    exported(tmp_path, entries)
    students = [entry.student for entry in entries]
    cut = take_in_moodle(tmp_path / "moodle.csv", "3.11", "Email address", students, maximum=10)
    assert {items["Tuesday (48213)"][0] for items in cut.values()} == {10}
    with pytest.raises(Aborted):
        take_in_moodle(tmp_path / "moodle.csv", "5.1", "Email address", students, maximum=10)
