"""What is allowed in the exam is said once, and in the same words wherever it is printed."""

import pytest

from genweek.course.conditions import ALWAYS, SLOT, Changes, Conditions, exchanged, filled
from genweek.course.course_file import read_course
from genweek.course.day import ROOT, Day


@pytest.mark.parametrize("conditions", [Conditions(), Conditions(course_notebooks=True, network="none")])
def test_assistants_and_messages_are_forbidden_whatever_is_allowed(conditions):
    assert set(ALWAYS) < set(conditions.lines())
    assert "Assistants of any kind, completion by a model in the editor included: **forbidden**" in conditions.in_words()


def test_a_sitting_changes_what_it_names_and_nothing_else():
    course = Conditions(own_notes=False)
    assert course.changed(Changes(course_notebooks=True)) == Conditions(course_notebooks=True, own_notes=False)
    assert course.changed(None) == course.changed(Changes()) == course


def test_each_setting_changes_one_line():
    usual = Conditions().lines()
    for other in (
        Conditions(course_notebooks=True),
        Conditions(documentation=False),
        Conditions(own_notes=False),
        Conditions(network="none"),
    ):
        assert sum(one != two for one, two in zip(usual, other.lines(), strict=True)) == 1


def test_notebook_6_prints_them_word_for_word():
    text = (ROOT / "starter/day3_discrete/nb6_review.ipynb").read_text(encoding="utf-8")
    for line in read_course().conditions.lines():
        assert f"- {line}" in text
    assert SLOT not in text and filled(f"a\n{SLOT}\nb", Conditions()).startswith("a\n- The notebooks of the week")


@pytest.mark.parametrize("paper", Day.load("day4_exam").papers)
def test_the_exams_notebook_prints_them_word_for_word_on_each_paper(paper):
    text = (ROOT / f"starter/day4_exam/{paper}/examA_continuous.ipynb").read_text(encoding="utf-8")
    for line in read_course().conditions.lines():
        assert f"- {line}" in text


def test_a_room_without_network_is_never_told_to_push():
    text = (ROOT / "solutions_private/day4_exam/examA_continuous.py").read_text(encoding="utf-8")
    forge, none = (filled(text, Conditions(network=network)) for network in ("forge", "none"))
    assert "push" in forge.lower() and "push" not in none.lower() and "on a stick" in none
    assert exchanged(forge, Conditions(), Conditions(network="none")) == none


@pytest.mark.parametrize("paper", Day.load("day4_exam").papers)
@pytest.mark.parametrize("stem", Day.load("day4_exam").notebooks)
def test_how_to_hand_in_stands_in_each_notebook(stem, paper):
    text = (ROOT / f"starter/day4_exam/{paper}/{stem}.ipynb").read_text(encoding="utf-8")
    assert all(sentence in text for sentence in read_course().conditions.handing_in.values())
