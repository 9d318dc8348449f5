"""What every student's page says, whatever the day."""

import re

import pytest

from autograding.judge import assignment
from genweek.course.day import Day, all_slugs
from genweek.course.schedule import Schedule, in_words
from genweek.making.handout import page


@pytest.mark.parametrize("slug", all_slugs())
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
