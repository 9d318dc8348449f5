"""Questions and answers are the same set, and each fault of either is a sentence."""

import nbformat
import pytest

from genweek.course.day import Day, all_slugs
from genweek.making.questions import (
    ANSWERS,
    Answer,
    Question,
    answers_of,
    published,
    questions_in,
    questions_of,
    read_answers,
)
from genweek.proving.leaks import pieces, staff_runs
from genweek.proving.questions import faults_of_answers, faults_of_questions, unmarked

ONE = Question("nb1.one", "Why?")
PAGE = """# Day

For staff.

## nb1.one

Because of $x$.

| a | b |

*Rubric*

- Full: says
  why.
- Half: does not.

## nb1.two

Yes.

*Rubric*

- Full: yes.
- Half: no.
"""


def notebook(*sources):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(source) for source in sources])


def test_a_question_is_the_text_above_its_mark():
    found = list(questions_in(notebook("# Title", "**Why?**\n\nSay.\n\n*Your answer (nb1.one):* …")))
    assert found == [Question("nb1.one", "**Why?**\n\nSay.")]


def test_a_page_of_answers_is_read_by_its_headings():
    one, two = read_answers(PAGE)
    assert one == Answer("nb1.one", "Because of $x$.\n\n| a | b |", ("Full: says why.", "Half: does not."))
    assert two.id == "nb1.two"


def test_what_belongs_together_has_no_fault():
    assert faults_of_questions({"nb1_x": [ONE, Question("nb1.two", "And?")]}) == []
    assert faults_of_answers([ONE, Question("nb1.two", "And?")], read_answers(PAGE)) == []


@pytest.mark.parametrize(
    ("questions", "words"),
    [
        ([Question("", "Why?")], "has the id ''"),
        ([Question("nb2.one", "Why?")], "not nb1.name"),
        ([Question("nb1.a/b", "Why?")], "not nb1.name"),
        ([Question("nb1.one", "")], "asks nothing"),
        ([ONE, ONE], "more than one question"),
    ],
)
def test_a_question_with_a_fault_is_told(questions, words):
    (sentence,) = faults_of_questions({"nb1_x": questions})
    assert words in sentence


@pytest.mark.parametrize(
    ("asked", "page", "words"),
    [
        (["nb1.one", "nb1.two", "nb1.three"], PAGE, "nb1.three has no answer"),
        (["nb1.one"], PAGE, "answers nb1.two, which no notebook asks"),
        (["nb1.one", "nb1.two"], PAGE + PAGE[PAGE.index("## nb1.two") :], "nb1.two more than once"),
        (["nb1.one", "nb1.two"], PAGE.replace("Yes.\n", ""), "nb1.two has no text"),
        (["nb1.one", "nb1.two"], PAGE.replace("- Half: no.\n", ""), "the rubric of nb1.two has 1 lines, not 2"),
        (
            ["nb1.one", "nb1.two"],
            PAGE.replace("*Rubric*\n\n- Full: yes", "- Full: yes"),
            "the rubric of nb1.two has 0 lines",
        ),
    ],
)
def test_an_answer_with_a_fault_is_told(asked, page, words):
    (sentence,) = faults_of_answers([Question(id, "Why?") for id in asked], read_answers(page))
    assert words in sentence


def test_a_place_for_an_answer_without_a_mark_that_can_be_read_is_counted():
    assert unmarked(notebook("Why?\n\n*Your answer:* …", "*Your answer (nb1.one):* …")) == 0
    assert unmarked(notebook("Why?\n\nYour answer: ", "*Your answer (nb1.one):*")) == 2


@pytest.mark.parametrize("slug", all_slugs())
def test_what_is_published_holds_every_question_with_its_answer(slug):
    day = Day.load(slug)
    text, answers = published(day), {answer.id: answer for answer in answers_of(day)}
    for question in questions_of(day):
        assert f"## {question.id}\n\n> {question.text.splitlines()[0]}" in text
        assert answers[question.id].text in text


def test_where_nothing_is_asked_nothing_is_published(monkeypatch):
    monkeypatch.setattr("genweek.making.questions.questions_of", lambda day: [])
    assert published(Day.load("day1_vae")) == ""


def test_a_piece_of_an_answer_in_a_students_repository_would_be_found():
    wanted = staff_runs((ANSWERS,))
    for slug in all_slugs():
        for answer in answers_of(Day.load(slug)):
            (found,) = pieces("notes.md", f"# Notes\n{answer.text}", wanted)
            assert ANSWERS in found
            (found,) = pieces("notes.md", f"# Notes\n{answer.rubric[0]}", wanted)
            assert ANSWERS in found
