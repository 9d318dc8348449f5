"""What every student's page says, whatever the day."""

import re
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from autograding.judge import assignment
from genweek.course.conditions import Conditions
from genweek.course.day import CourseError, Day, all_slugs
from genweek.course.schedule import Schedule, in_words
from genweek.making.closing import window_of
from genweek.making.handout import exam_page, page, tasks_page
from genweek.making.timetable import timetable


def without_b(paper: str) -> Day:
    """The exam after the one setting that leaves Exam B out."""
    day = Day.load("day4_exam").on(paper)
    return replace(day, facts=msgspec.structs.replace(day.facts, notebooks=["examA_continuous"]))


@pytest.mark.parametrize("slug", [slug for slug in all_slugs() if Day.load(slug).facts.kind != "exam"])
def test_a_page_says_how_to_clone_how_to_get_a_fix_and_when_it_is_due(slug):
    day = Day.load(slug)
    text, own = page(day), (day.handout / "README.md").read_text(encoding="utf-8")
    assert f"Due: {in_words(Schedule.of(day).due)}" in text
    assert f"git clone ADDRESS {slug}" in text and "python -m autograding --update" in text
    assert "{{" not in text
    if day.facts.kind == "lab":
        [exercise] = re.findall(r'`check\("(.+)"\)`', text)
        assert exercise in {test.task.id for test in assignment.tests_in(day.tests, day.notebooks)}
    assert text.count("**Check**") == 1
    sections = [line for line in text.split("\n") if line.startswith("## ")]
    assert sections == ["## Your repository", *(line for line in own.split("\n") if line.startswith("## "))]


def test_the_built_repository_shows_it(built):
    assert (built / "README.md").read_text(encoding="utf-8") == page(Day.load("day1_vae"))


def test_the_tasks_of_an_exam_are_those_of_its_notebooks():
    both, alone = tasks_page(Day.load("day4_exam").on("plain")), tasks_page(without_b("plain"))
    assert "carry 20 of the 100 points" in both and "The other 80 points" in both and "`examB.reverse_step` | 10 |" in both
    assert "carry 12 of the 60 points" in alone and "The other 48 points" in alone and "**Exam A** | **60**" in alone
    assert "examB" not in alone and "Exam B" not in alone and "| 1:05–2:15 | Reserve" in alone
    assert "{{" not in both + alone


def test_the_timetable_fills_the_window_and_a_window_that_is_too_short_is_refused():
    for day, reserve in ((Day.load("day4_exam").on("plain"), 25), (without_b("plain"), 70)):
        window = window_of(day)
        slots = timetable(day, window)
        assert [one.end for one in slots[:-1]] == [one.start for one in slots[1:]]
        assert (slots[-1].minutes, slots[-1].end) == (reserve, 135)
    with pytest.raises(CourseError, match="the window of friday has 60 minutes, and its paper needs 65. Move `due`"):
        timetable(without_b("plain"), replace(window, due=window.opens + timedelta(minutes=60)))


def test_a_room_without_network_is_told_of_the_stick_and_never_to_push():
    day = Day.load("day4_exam").on("plain")
    forge, none = (exam_page(day, "noon", Conditions(network=network)) for network in ("forge", "none"))
    assert "git push" in forge and "The last push before noon counts" in forge and "{" not in forge + none
    assert "push" not in none.lower() and "The exam ends at noon" in none and "git bundle create LOGIN.bundle main" in none
