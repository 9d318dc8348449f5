"""The proctor's sheet says who sits where, until when, and what is allowed, in the exam's own words."""

import html
import re
import sys

import proctor
import pytest

from genweek.course.course_file import read_course
from genweek.course.day import CourseError, Day
from genweek.making.closing import start_code, windows
from genweek.making.locking import course_secret

ROSTER = """login,name,email,section,extension_minutes_day4_exam
ada,Ada <Okafor>,ada@uni.example,Room 1,
ben,Ben Silva,ben@uni.example,Room 2,45
"""


@pytest.fixture
def sheet(tmp_path, monkeypatch):
    def sheet(*words: str) -> str:
        (tmp_path / "roster.csv").write_text(ROSTER)
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
