"""The proctor's sheet says who sits where, until when, and what is allowed, in the exam's own words."""

import html
import re
import sys

import proctor
import pytest

from genweek.course import toml
from genweek.course.course_file import read_course
from genweek.course.day import CourseError, Day
from genweek.making.closing import open_notebooks, start_code, windows
from genweek.making.locking import course_secret

ROSTER = """login,name,email,section,extension_minutes_day4_exam
ada,Ada <Okafor>,ada@uni.example,Room 1,
ben,Ben Silva,ben@uni.example,Room 2,45
"""


TWO_SITTINGS = """
[[sittings]]
id = "friday"
opens = 2026-11-27T10:30:00
due = 2026-11-27T12:45:00
papers = ["plain"]

[[sittings]]
id = "repeat"
opens = 2026-11-27T14:30:00
due = 2026-11-27T16:45:00
papers = ["amber"]
conditions = { course_notebooks = true, network = "none" }
"""


@pytest.fixture
def told(monkeypatch):
    """Puts other words into the exam's assignment.toml."""
    path = Day.load("day4_exam").handout / "assignment.toml"
    text = path.read_text(encoding="utf-8")

    def told(old: str, new: str) -> None:
        assert old in text
        changed = toml.tomllib.loads(text.replace(old, new))
        right = toml._text_and_table
        monkeypatch.setattr(
            toml, "_text_and_table", lambda one: (text.replace(old, new), changed) if one == path else right(one)
        )

    told.sittings = lambda new: told(text[text.index("[[sittings]]") :], new)
    return told


@pytest.fixture
def sheet(tmp_path, monkeypatch):
    def sheet(*words: str, roster: str = ROSTER) -> str:
        (tmp_path / "roster.csv").write_text(roster)
        places = ["--roster", str(tmp_path / "roster.csv"), "--work", str(tmp_path)]
        monkeypatch.setattr(sys, "argv", ["proctor", "day4_exam", *places, *words])
        assert proctor.main() == 0
        path = next((tmp_path / "day4_exam").glob("proctor-*.html"))
        assert path.stat().st_mode & 0o777 == 0o600
        return path.read_text(encoding="utf-8")

    return sheet


def test_it_has_the_code_the_times_the_rooms_and_the_extra_minutes(sheet):
    page, window = sheet(), windows(Day.load("day4_exam"))[0]
    assert start_code("day4_exam", window.id, course_secret()) in page
    assert "Exam A: reading" in page and "Exam B: tasks" in page and "reserve" in page
    assert "Room 1 (1)" in page and "Room 2 (1)" in page and "+45 min" in page
    assert "Ada &lt;Okafor&gt;" in page


def test_it_prints_what_is_allowed_in_the_exams_own_words(sheet):
    text = html.unescape(re.sub(r"<[^>]+>", "", sheet()))
    for line in read_course().conditions.lines():
        assert line.replace("*", "").replace("`", "") in text


def test_it_has_a_way_on_for_each_accident(sheet):
    page = sheet()
    for words in ("network is down", "laptop is dead", "code is refused", "Wrong paper", "Not on the roster", "saved half"):
        assert words in page


def test_an_unknown_sitting_and_a_lab_are_refused(sheet, monkeypatch):
    with pytest.raises(CourseError, match="no sitting 'fridya'. Did you mean 'friday'"):
        sheet("--sitting", "fridya")
    monkeypatch.setattr(sys, "argv", ["proctor", "day1_vae"])
    with pytest.raises(CourseError, match="day1_vae is a lab"):
        proctor.main()


# ---- Who sits when, and on which paper ----


def drawn(tmp_path, *rows: str) -> None:
    (tmp_path / "day4_exam").mkdir(exist_ok=True)
    (tmp_path / "day4_exam/papers.csv").write_text("\n".join(["login,sitting,paper", *rows]) + "\n")


def people(page: str) -> list[tuple[str, str]]:
    """Login and paper of each row of the room lists."""
    return re.findall(r"<td>[^<]*</td><td>([^<]*)</td><td>([^<]*)</td><td>\d\d:\d\d", page)


def test_who_was_renamed_keeps_the_paper_and_stands_on_the_list(sheet, tmp_path, capsys):
    drawn(tmp_path, "ada,friday,plain", "ben,friday,plain")
    roster = "login,name,email,was\nada-o,Ada,ada@uni.example,ada\nben,Ben,ben@uni.example,\n"
    assert people(sheet(roster=roster)) == [("ada-o", "plain"), ("ben", "plain")]
    assert "no paper is drawn yet" not in capsys.readouterr().out


def test_everybody_is_on_the_list_of_their_own_sitting_before_and_after_the_draw(sheet, told, tmp_path, capsys):
    told.sittings(TWO_SITTINGS)
    roster = "login,name,email,sitting_day4_exam\nada,Ada,ada@uni.example,\nben,Ben,ben@uni.example,repeat\n"
    lists = {"friday": [("ada", "")], "repeat": [("ben", "")]}
    for id, on_it in lists.items():
        assert people(sheet("--sitting", id, roster=roster)) == on_it
        (tmp_path / f"day4_exam/proctor-{id}.html").unlink()
    assert "no paper is drawn yet for ada, ben. scripts/generate.py day4_exam --apply" in capsys.readouterr().out
    drawn(tmp_path, "ada,friday,plain", "ben,friday,plain")  # Ben is in the other sitting since
    assert people(sheet("--sitting", "repeat", roster=roster)) == [("ben", "")]
    said = capsys.readouterr().out
    assert "no paper is drawn yet for ben." in said and "1 student, from" in said


def test_a_wrong_row_of_the_table_is_named(sheet, tmp_path):
    drawn(tmp_path, "", "ada,friday,plain", "ben,fridy,birch")
    with pytest.raises(CourseError, match="papers.csv, line 4: day4_exam has no sitting 'fridy'. Did you mean 'friday'"):
        sheet()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "repeat"', 'id = "friday"', "two of the [[sittings]] have the id 'friday'"),
        ('["amber"]', '["ambr"]', "'repeat' draws among 'ambr', and there is no such paper. Did you mean 'amber'"),
        ('["amber"]', '["plain"]', "the paper plain is in the sittings friday and repeat"),
        ("2026-11-27T14:30:00", "2026-11-20T14:30:00", "is before release"),
        ("2026-11-27T16:45:00", "2026-11-27T13:45:00", "is before opens"),
        ("2026-11-27T16:45:00", "2026-11-27T15:45:00", "the window of repeat has 75 minutes, and its paper needs 110."),
    ],
)
def test_what_generate_refuses_no_sheet_is_made_of(sheet, told, tmp_path, old, new, said):
    told.sittings(TWO_SITTINGS.replace(old, new))
    with pytest.raises(CourseError) as refusal:
        sheet()
    assert said in str(refusal.value)


def test_a_room_without_network_takes_sticks_and_hears_nothing_of_a_push(sheet, told):
    told.sittings(TWO_SITTINGS)
    page = sheet("--sitting", "repeat")
    assert "push" not in page.lower() and "network is down" not in page
    assert "LOGIN.bundle" in page and "classroom/day4_exam/bundles/" in page


def test_the_rehearsal_has_a_sheet_and_no_papers(tmp_path, monkeypatch, capsys):
    (tmp_path / "roster.csv").write_text(ROSTER)
    places = ["--roster", str(tmp_path / "roster.csv"), "--work", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["proctor", "day0_check", *places])
    assert proctor.main() == 0
    page, said = (tmp_path / "day0_check/proctor.html").read_text(encoding="utf-8"), capsys.readouterr().out
    assert start_code("day0_check", "", course_secret()) in page and "the tasks; at the end" in page
    assert "2 students" in said and "paper" not in said


@pytest.mark.parametrize(("papers", "notes"), [('["plain"]', 1), ('["amber", "plain"]', 1), ('["amber"]', 0)])
def test_open_notebooks_on_the_plain_paper_are_said(sheet, told, capsys, papers, notes):
    told.sittings(TWO_SITTINGS.replace('["plain"]', '["dune"]').replace('["amber"]', papers))
    assert len(open_notebooks(Day.load("day4_exam"))) == notes
    sheet("--sitting", "repeat")
    assert capsys.readouterr().out.count("in the sitting repeat the week's notebooks are open") == notes
