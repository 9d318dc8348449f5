"""How answers are judged, and what a student reads."""

import numpy as np
import pytest

from autograding.checks.compare import Mismatch, assert_same, assert_same_either, assert_shape
from autograding.checks.observed import current_log, observing
from autograding.judge.faults import StudentFault
from autograding.wire import Opaque

X = np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3)
NAN, INF = X.copy(), X.copy()
NAN[0, 1], INF[1, 2] = np.nan, np.inf


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (X, X),
        (X.astype(np.float64), X),
        (X.astype(np.float16), X.astype(np.float16)),
        (X + 1e-6, X),
        (1.5, np.float32(1.5)),
        (np.array(1.5), 1.5),
        (np.array([1.5]), 1.5),
        (1.5, np.array(1.5)),
        ((X, 1.0), [X, 1.0]),
        ({"a": X, "b": 2.0}, {"a": X}),
        (np.array([1, 2], np.int32), np.array([1, 2])),
        (np.array([True]), np.array([True])),
        (True, True),
        ("a", "a"),
        (None, None),
        (np.array(True), True),
        (NAN, NAN),
        (INF, INF),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (3, 3),
    ],
)
def test_these_are_the_same(got, expected):
    assert_same(got, expected)


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        (None, X, "is None. Does the function end with a `return`?"),
        (X.T, X, "its shape is (3, 2), where (2, 3) is wanted"),
        (X[0], X, "its shape is (3,), where (2, 3) is wanted"),
        (1.0, X, "its shape is () (a single number)"),
        (X.astype(int), X, "its dtype is int64, where a floating-point dtype is wanted"),
        (X > 0, X, "its dtype is bool"),
        (X.astype(complex), X, "its dtype is complex128"),
        (X, X.astype(int), "where an integer dtype is wanted"),
        (X, X > 0, "where bool is wanted"),
        (NAN, X, "1 of 6 entries are NaN. A logarithm or root of a negative number?"),
        (INF, X, "1 of 6 entries are infinity"),
        (float("nan"), 1.0, "it is NaN"),
        (X + 1, X, "6 of 6 entries are wrong; the first at index (0, 0), where you have 0"),
        (2.5, 1.0, "2.5 is not right"),
        ((X, X), X, "it is a sequence of 2, where a tensor of shape (2, 3) is wanted"),
        (X, (X, X), "it is a float32 tensor of shape (2, 3), where 2 values are wanted"),
        ((X,), (X, X), "where 2 values are wanted"),
        ((X, X + 1), (X, X), "of the 2 values, number 2: 6 of 6 entries are wrong"),
        ({"a": X}, X, "it is a dict with the keys a"),
        (X, {"a": X}, "where a dict with the keys a is wanted"),
        ({"b": X}, {"a": X}, "the key 'a' is missing; it is a dict with the keys b"),
        ({"a": X + 1}, {"a": X}, "under the key 'a', 6 of 6 entries are wrong"),
        ("text", X, "it is 'text', where a tensor of shape (2, 3) is wanted"),
        (Opaque("Normal"), X, "it is an object of type Normal"),
        (X, None, "which is not right"),
        (X, "text", "which is not right"),
        (1.0, "text", "it is 1.0"),
        (False, True, "it is False"),
        (None, True, "is None"),
        ("x" * 10**6, "text", "..."),
        ({"k" * 10**6: 1}, {"a": 1}, "..."),
    ],
)
def test_these_differ_and_a_sentence_says_how(got, expected, words):
    with pytest.raises(Mismatch) as error:
        assert_same(got, expected)
    assert words in str(error.value) and len(str(error.value)) < 300


def test_the_expected_value_is_never_shown():
    for got in (0.0, np.zeros(3), (0.0, 0.0), {"a": 0.0}, None, "0", np.full(3, np.nan)):
        for expected in (7.1234, np.full(3, 7.1234), (7.1234, 7.1234), {"a": 7.1234}):
            with pytest.raises(Mismatch) as error:
                assert_same(got, expected)
            assert "7.12" not in str(error.value)


def test_the_message_opens_with_what_was_called_and_measured():
    with observing() as log, pytest.raises(Mismatch) as error:
        log.called = "f(1)"
        assert_same(2.0, 1.0, what="the mean of 100 draws")
    assert str(error.value) == "f(1)\nthe mean of 100 draws: 2 is not right."


def test_every_measured_value_is_remembered_right_or_wrong():
    with observing() as log:
        assert_same(1.0, 1.0)
        with pytest.raises(Mismatch):
            assert_same(2.0, 1.0)
        assert_shape(X, 2, 3)
    assert [entry["got"] for entry in log.seen] == [1.0, 2.0, [2, 3]]


@pytest.mark.parametrize("got", [X.T, None, 1.0, "x", (X,), Opaque("A"), {"a": X}, X.astype(complex)])
def test_draws_of_another_shape_or_kind_are_refused(got):
    with observing(), pytest.raises(Mismatch):
        assert_shape(got, 2, 3)


def test_draws_come_back_in_float64():
    assert assert_shape(X, 2, 3).dtype == assert_shape(1.5).dtype == np.float64


# ---- One of several measurements ----


def raising(fault):
    def attempt():
        raise fault

    return attempt


WRONG, RIGHT = (lambda: (2.0, 1.0)), (lambda: (1.0, 1.0))
FAULT, HUNG = raising(StudentFault("error", "raised")), raising(StudentFault("timeout", "did not return"))


@pytest.mark.parametrize(
    "attempts",
    [
        (RIGHT, WRONG),
        (WRONG, RIGHT),
        (FAULT, RIGHT),
        (RIGHT, FAULT),
        (RIGHT, HUNG),
        (RIGHT,),
    ],
)
def test_one_measurement_that_agrees_is_enough(attempts):
    with observing():
        assert_same_either(*attempts)


@pytest.mark.parametrize(
    ("attempts", "error"),
    [
        ((WRONG, FAULT), Mismatch),
        ((FAULT, WRONG), StudentFault),
        ((HUNG, RIGHT), StudentFault),
    ],
)
def test_the_first_complaint_is_the_one_shown(attempts, error):
    with observing(), pytest.raises(error):
        assert_same_either(*attempts)


def test_of_right_parts_the_first_attempt_alone_counts_and_all_are_measured():
    with observing() as log, pytest.raises(Mismatch):
        assert_same_either(WRONG, RIGHT, parts_are_right=True)
    assert len(log.seen) == 2
    with observing():
        assert_same_either(RIGHT, WRONG, parts_are_right=True)


def test_an_attempt_after_a_hang_is_not_made():
    made = []
    with observing(), pytest.raises(StudentFault):
        assert_same_either(HUNG, lambda: made.append(1))
    assert not made


@pytest.mark.parametrize("first", [RIGHT, WRONG, FAULT])
def test_the_sections_of_a_test_do_not_depend_on_what_failed(first):
    sections = []

    def second():
        sections.append(current_log().section)
        return 1.0, 1.0

    with observing():
        assert_same_either(first, second)
        assert_same_either(second)
        sections.append(current_log().section)
    assert sections == [2, 4, 5]
