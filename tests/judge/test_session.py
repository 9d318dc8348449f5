"""Whose fault it is when a test breaks: the answer's, where one came back; else ours."""

import warnings

import numpy as np
import pytest
from tiny_notebooks import STEM, solved

from autograding import assert_same, task
from autograding.judge.session import Session


def measured(ns, x):
    return ns.scale(x).sum()


@task("nb1.scale", points=5)
def divides(student, rng):
    """Measures a share."""
    assert_same(student.scale(rng.normal(2)) / np.array([np.inf, 0]), [0.0, np.inf])


@task("nb1.scale", points=5)
def takes_a_key(student, rng):
    """Reads a part of the answer."""
    assert_same(student.scale(rng.normal(2))["total"], 1.0)


@task("nb1.scale", points=5)
def measures(student, rng):
    """Measures beside the student's code."""
    assert_same(student.run(measured, rng.normal(2)), 1.0)


@task("nb1.scale", points=5)
def breaks_by_itself(rng):
    """Broken before anything is asked."""
    assert_same(rng.normal(2)["total"], 1.0)


@task("nb1.scale", points=5)
def asks_for_what_was_not_recorded(student, reference, rng):
    """Broken by an old recording."""
    assert_same(student.scale(rng.normal(2)), reference.scale(rng.normal(2)))


def message(tiny, test, scale: str) -> str:
    session = Session(tiny.assignment, {STEM: {".py": solved(scale)}}, tiny.pool, tiny.recording)
    result = session.run(test)
    session.host.close()
    assert result.status == "error"
    return result.message


@pytest.mark.parametrize("answer", ["x", "(x, x)", "'text'", "None", "object()", "float('nan')"])
def test_an_answer_of_an_odd_kind_is_no_fault_of_ours(tiny, answer):
    said = message(tiny, takes_a_key, f"def scale(x): return {answer}")
    assert "scale(float32 (2,)) brought back" in said and "of the kind that the docstring asks for" in said
    assert "not your fault" not in said


@pytest.mark.parametrize("answer", ["(x, x)", "'text'", "None", "object()"])
def test_what_a_probe_cannot_use_is_said_to_be_of_an_odd_kind(tiny, answer):
    said = message(tiny, measures, f"def scale(x): return {answer}")
    assert "[measured] brought back what cannot be used here" in said


def test_an_error_of_the_students_own_is_shown_where_it_rose(tiny):
    said = message(tiny, measures, "def scale(x): return x.no_such_thing")
    assert "raised AttributeError" in said and "at cell" in said


@pytest.mark.parametrize("test", [breaks_by_itself, asks_for_what_was_not_recorded])
def test_a_test_that_breaks_without_an_odd_answer_says_so(tiny, test):
    assert "That is not your fault" in message(tiny, test, "def scale(x): return 2 * x")


def test_an_infinite_answer_makes_no_noise_on_the_instructors_terminal(tiny):
    session = Session(tiny.assignment, {STEM: {".py": solved("def scale(x): return x / 0")}}, tiny.pool, tiny.recording)
    with warnings.catch_warnings(action="error"):
        assert session.run(divides).status == "fail"
    session.host.close()
