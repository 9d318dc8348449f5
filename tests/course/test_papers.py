"""Slots and the table that fills them: what a master says on each paper, and what is said of a table that does not fit."""

import pytest

from genweek.course import papers
from genweek.course.day import CourseError, Day

MASTER = """\
# %% [markdown]
# The weight is {{tex}}.
# {{note}}
# {{nothing}}
# The conditions: {{ exam.conditions }}
T = {{T}}
def f(x):
    {{ lines }}
    return {{half}} * x
"""
TABLE = r"""
[amber.examA]
T = 120
tex = '$\sqrt{1-\bar\alpha_t}$'
note = "One line.\nAnother."
nothing = ""
lines = "x = x + 1\nx = x * 2"
half = 0.5
[birch.examA]
T = 7
"""


@pytest.fixture
def masters(tmp_path):
    (tmp_path / "examA_continuous.py").write_text(MASTER)
    (tmp_path / papers.TABLE).write_text(TABLE)
    return tmp_path


def test_a_row_stands_in_the_place_of_its_slots(masters):
    assert (papers.rendered(masters, "amber") / "examA_continuous.py").read_text() == (
        "# %% [markdown]\n"
        "# The weight is $\\sqrt{1-\\bar\\alpha_t}$.\n"
        "# One line.\n"
        "# Another.\n"
        "# The conditions: {{ exam.conditions }}\n"
        "T = 120\n"
        "def f(x):\n"
        "    x = x + 1\n"
        "    x = x * 2\n"
        "    return 0.5 * x\n"
    )


def test_mistakes_are_rendered_with_the_row_of_their_notebook(masters):
    (masters / "mistakes_examA.py").write_text('@mistake("examA.f", "Not {{half}}.")\ndef g(x):\n    return {{T}} * x\n')
    text = (papers.rendered(masters, "amber") / "mistakes_examA.py").read_text()
    assert '"Not 0.5."' in text and "return 120 * x" in text


def test_another_text_is_rendered_anew_and_the_same_is_kept(masters):
    first = papers.rendered(masters, "amber")
    assert papers.rendered(masters, "amber") == first
    (masters / papers.TABLE).write_text(TABLE.replace("120", "121"))
    assert papers.rendered(masters, "amber") != first


def test_a_slot_without_a_text_is_named_with_its_line(masters):
    with pytest.raises(CourseError, match=r"line 2: \[birch.examA\] of .*papers.toml has no slot 'tex'"):
        papers.rendered(masters, "birch")


@pytest.mark.parametrize(
    ("table", "words"),
    [("[amber]\nT = 1\n", "amber is no paper"), ("[amber.examA]\nT = true\n", "line 2: .amber.examA. T must be a text")],
)
def test_a_table_that_is_none_is_said(masters, table, words):
    (masters / papers.TABLE).write_text(table)
    with pytest.raises(CourseError, match=words):
        papers.names(masters)


def test_a_lab_has_no_papers_and_an_exam_stands_on_each_of_its_own():
    lab, exam = Day.load("day1_vae"), Day.load("day4_exam")
    assert lab.papers == [] and lab.on_each() == [lab] and lab.unseen is None
    amber = exam.on("amber")
    assert [one.paper for one in exam.on_each()] == exam.papers == ["plain", "amber", "birch", "cobalt", "dune"]
    assert (amber.place, amber.starter.name, amber.tests.name) == ("day4_exam/amber", "amber", "provided")
    with pytest.raises(CourseError, match="has no paper 'ambre'. Did you mean 'amber'"):
        exam.on("ambre")
