"""What somebody with another paper hands on, as `genweek.proving.pasted` makes it."""

import ast

from genweek.course.day import Day
from genweek.making.masters import Master
from genweek.proving.pasted import _functions, _in_roles, turned_papers_are_alike

EXAM = Day.load("day4_exam")
AMBER, BIRCH, DUNE = (EXAM.on(paper) for paper in ("amber", "birch", "dune"))


def test_a_neighbours_functions_bring_the_constants_that_are_missing():
    master = Master(BIRCH.masters / "examB_discrete.py")
    moved = {variant.task_id: variant for variant in _functions(AMBER, master.stem, master)}
    assert moved.keys() == master.exercises.keys()
    text = moved["examB.q_sample_discrete"].text
    assert "new = torch.multinomial(FREQUENCY" in text and text.count("FREQUENCY = ") == 1
    assert "BLANK = 0" in text and "K = 4" in text and "K = 7" not in text
    ast.parse(text)


def test_constants_are_exchanged_in_every_function_of_exam_a():
    exchanged = {variant.task_id: variant for variant in _in_roles(AMBER, DUNE)}
    assert exchanged.keys() == Master(AMBER.masters / "examA_continuous.py").exercises.keys()
    jump = exchanged["examA.q_sample"].function
    assert "0.5 + left * (x0 - 0.5)" in jump and "0.5 * (1 - left**2).sqrt()" in jump
    assert "T = 120" in exchanged["examA.p_sample_loop"].text


def test_a_turned_paper_that_the_week_answers_better_is_found():
    assert turned_papers_are_alike({"plain": 77, "amber": 5, "birch": 7}) == []
    (sentence,) = turned_papers_are_alike({"amber": 5, "birch": 9})
    assert "5 on amber, 9 on birch" in sentence
