"""Whoever accuses a line of one of Notebook 6's programs is answered, whichever line it is."""

import ast
import re

import pytest

from genweek.course.day import Day

DAY = Day.load("day3_discrete")
TEXT = (DAY.masters / "nb6_review.py").read_text(encoding="utf-8")
ASKED = re.findall(r"# TODO (nb6\.\w+_bug_line): a number from 1 to (\d+)\.", TEXT)


def answered(task: str) -> set[int]:
    """The numbers for which the library has a sentence."""
    tree = ast.parse(DAY.variants_file("mistakes", "nb6_review").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list]
    marked = [node for node in functions if ast.literal_eval(node.decorator_list[0].args[0]) == task]
    return {ast.literal_eval(node.body[-1].value) for node in marked}


@pytest.mark.parametrize("task, last", ASKED)
def test_every_line_that_can_be_accused_has_an_answer(task, last):
    right = int(re.search(rf"# TODO {task}:.*?return (\d+)", TEXT, re.S)[1])
    assert answered(task) == set(range(1, int(last) + 1)) - {right}


def test_four_programs_are_asked_about():
    assert len(ASKED) == 4
