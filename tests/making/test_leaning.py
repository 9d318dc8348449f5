"""What can be known without computing: what any seed expects, and what a call was given."""

import numpy as np
import pytest

from autograding.checks.observed import Expected
from genweek.making.leaning import all_known

X, Y = np.array([1.0, 2.0]), np.array([3.0, 5.0])


def expected(*values, atol=1e-5) -> list[Expected]:
    return [Expected(value, 0, atol) for value in values]


@pytest.mark.parametrize(
    ("here", "there", "sent"),
    [
        (expected(np.ones(3), (4, 5)), expected(np.ones(3), (4, 5)), []),
        (expected(X, atol=0.1), expected(X + 0.01, atol=0.1), []),
        (expected((X, True)), expected((Y, True)), [7, X]),
        (expected({"a": X}), expected({"a": Y}), [X]),
        ([expected(X)[0], [expected(X), expected(0.0)]], [expected(X)[0], [expected(Y), expected(0.0)]], []),
    ],
)
def test_a_test_leans_when_all_that_it_expects_can_be_known(here, there, sent):
    assert all_known(here, there, sent)


@pytest.mark.parametrize(
    ("here", "there", "sent"),
    [
        (expected(X), expected(Y), [Y]),
        (expected(1.0, X), expected(1.0, Y), []),
        (expected((X, True)), expected((Y, True)), []),
        (expected((X, X)), expected((X,)), []),
        ([[expected(X), expected(X)]], [[expected(Y), expected(Y)]], []),
    ],
)
def test_a_test_stands_by_itself_when_one_expectation_cannot(here, there, sent):
    assert not all_known(here, there, sent)
