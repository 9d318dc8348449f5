"""How an answer is judged: structure, shape, kind of number, finiteness, then values. Each has a sentence of its own.

What is expected is never shown. Every measured value goes to the log of `observed`, right or wrong: a mistake is named
by agreement with all of them (see `judge.mistakes`).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..judge.faults import StudentFault
from ..wire import Opaque
from .observed import Expected, current_log

RTOL, ATOL = 1e-4, 1e-5
MOST_AXES, LARGEST = 6, 99_999  # of a shape, or a whole number, that is shown where nothing is quoted


class Mismatch(AssertionError):
    """An answer is not what it should be; the message is for the student."""


def assert_same(got: Any, expected: Any, *, what: str = "", rtol: float = RTOL, atol: float = ATOL) -> None:
    """Pass when `got` agrees with `expected` to within atol + rtol·|expected|.

    `what` names the measured quantity when it is not simply the returned value ("the mean of 4,000 draws").
    A number may come as a Python number, a 0-d array or an array of one element; float16/32/64 are all accepted.
    """
    log = current_log()
    log.seen.append({"got": got, "rtol": rtol, "atol": atol})
    log.expected.append(Expected(expected, rtol, atol))
    difference = _difference(got, expected, rtol, atol)
    if difference:
        subject = what or "the returned value"
        raise Mismatch(f"{log.called}\n{subject}: {difference}" if log.called else f"{subject}: {difference}")


def assert_shape(got: Any, *shape: int) -> np.ndarray:
    """Pass when `got` is an array of real numbers of this shape, and hand it on: for draws that are judged by their
    statistics, of which only the shape is remembered."""
    log = current_log()
    got = np.asarray(got) if type(got) in (bool, int, float) else got
    log.seen.append({"got": list(np.shape(got)) if isinstance(got, np.ndarray) else describe(got), "rtol": 0, "atol": 0})
    log.expected.append(Expected(shape, 0, 0))
    difference = "" if isinstance(got, np.ndarray) else _difference(got, np.empty(shape, bool), 0, np.inf)
    if isinstance(got, np.ndarray) and got.shape != shape:
        difference = f"its shape is {_shape(got)}, where {shape} is wanted."
    elif isinstance(got, np.ndarray) and got.dtype.kind == "c":
        difference = f"its dtype is {got.dtype}, where real numbers are wanted."
    if difference:
        raise Mismatch(f"{log.called}\nthe returned value: {difference}")
    return got.astype(np.float64)


def assert_same_either(*attempts: Callable[[], tuple[Any, Any]], what: str = "", parts_are_right: bool = False) -> None:
    """Pass when one of several measurements agrees; each attempt returns (got, expected).

    For an exercise that builds on another one: measured with the student's own parts and with given parts, so that a
    mistake in a part costs the points of that part alone. All attempts are made, so that a recording holds the answers
    of each; but not after one that never returned. The first attempt's complaint is the one shown.

    parts_are_right: the student's own parts need no replacement, so the first attempt alone counts. Else a function that
    can tell the attempts apart would have a guess in each.
    """
    log = current_log()
    before, agreed, complaint = log.section, False, None
    others, of_attempts = log.expected, []
    for number, attempt in enumerate(attempts, 1):
        log.section, log.expected, begun = before + number, [], len(log.seen)
        of_attempts.append(log.expected)
        try:
            got, expected = attempt()
            assert_same(got, expected, what=what)
            agreed = agreed or number == 1 or not parts_are_right
        except (Mismatch, StudentFault) as error:
            complaint = complaint or error
            if getattr(error, "status", "") == "timeout":
                break
        finally:
            for entry in log.seen[begun:]:
                entry["attempt"] = log.section
    log.section, log.expected = before + len(attempts) + 1, [*others, of_attempts]
    if not agreed:
        raise complaint or TypeError("assert_same_either needs an attempt")


def agrees(got: Any, expected: Any, rtol: float = RTOL, atol: float = ATOL) -> bool:
    """Would `assert_same` pass?"""
    return not _difference(got, expected, rtol, atol)


def _difference(got: Any, expected: Any, rtol: float, atol: float) -> str:
    """A sentence on how `got` differs, or an empty string."""
    if isinstance(expected, dict):
        return _dict_difference(got, expected, rtol, atol)
    if isinstance(expected, (list, tuple)):
        return _sequence_difference(got, tuple(expected), rtol, atol)
    if got is None and expected is not None:
        return "it is None. Does the function end with a `return`?"
    if isinstance(got, (Opaque, dict, tuple, list, str)) and not isinstance(expected, str):
        return f"it is {describe(got)}, where {_noun(expected)} is wanted."
    if isinstance(expected, (str, type(None))) or (isinstance(expected, bool) and not isinstance(got, np.ndarray)):
        same = not isinstance(got, np.ndarray) and got == expected
        return "" if same else f"it is {describe(got)}, which is not right."
    return _array_difference(np.asarray(got), np.asarray(expected), rtol, atol)


def _dict_difference(got: Any, expected: dict, rtol: float, atol: float) -> str:
    if not isinstance(got, dict):
        return f"it is {describe(got)}, where a dict with the keys {', '.join(expected)} is wanted."
    for key, value in expected.items():
        if key not in got:
            return f"the key {key!r} is missing; it is {describe(got)}."
        if difference := _difference(got[key], value, rtol, atol):
            return f"under the key {key!r}, {difference}"
    return ""


def _sequence_difference(got: Any, expected: tuple, rtol: float, atol: float) -> str:
    if not isinstance(got, (list, tuple)) or len(got) != len(expected):
        return f"it is {describe(got)}, where {len(expected)} values are wanted."
    for position, (one, other) in enumerate(zip(got, expected, strict=True), 1):
        if difference := _difference(one, other, rtol, atol):
            return f"of the {len(expected)} values, number {position}: {difference}"
    return ""


def _array_difference(got: np.ndarray, expected: np.ndarray, rtol: float, atol: float) -> str:
    if expected.size == 1 == got.size and (expected.ndim == 0 or got.ndim == 0):
        got = got.reshape(expected.shape)
    if got.shape != expected.shape:
        return f"its shape is {_shape(got)}, where {_shape(expected)} is wanted."
    if expected.dtype.kind in "iu" and got.dtype.kind not in "iu":
        return f"its dtype is {got.dtype}, where an integer dtype is wanted."
    if expected.dtype.kind == "f" and got.dtype.kind != "f":
        return f"its dtype is {got.dtype}, where a floating-point dtype is wanted."
    if expected.dtype.kind == "b" and got.dtype.kind != "b":
        return f"its dtype is {got.dtype}, where bool is wanted."
    got, expected = got.astype(np.float64), expected.astype(np.float64)
    bad = ~np.isfinite(got) & np.isfinite(expected)
    if bad.any():
        names = [name for name, there in (("NaN", np.isnan(got)), ("infinity", np.isinf(got))) if (there & bad).any()]
        return f"{_count(bad)} {' or '.join(names)}. A logarithm or root of a negative number? A division by zero?"
    wrong = ~np.isclose(got, expected, rtol=rtol, atol=atol, equal_nan=True)
    if not wrong.any():
        return ""
    if got.size == 1:
        return f"{got.item():.5g} is not right."
    first = tuple(int(index) for index in np.argwhere(wrong)[0])
    return f"{_count(wrong)} wrong; the first at index {first}, where you have {got[first]:.5g}."


def _count(mask: np.ndarray) -> str:
    return "it is" if mask.size == 1 else f"{int(mask.sum())} of {mask.size} entries are"


def _shape(array: np.ndarray) -> str:
    if not current_log().quoting and (array.ndim > MOST_AXES or max(array.shape, default=0) > LARGEST):
        return "an odd one"
    return "() (a single number)" if array.ndim == 0 else str(array.shape)


def _noun(expected: Any) -> str:
    return "a number" if np.ndim(expected) == 0 else f"a tensor of shape {np.shape(expected)}"


def describe(value: Any) -> str:
    """The kind of a value in a few words, for messages: `a float32 tensor of shape (5, 3)`."""
    if isinstance(value, np.ndarray):
        return f"a {value.dtype} tensor of shape {_shape(value)}" if value.ndim else f"{value.item():.5g}"
    if not current_log().quoting and not isinstance(value, (list, tuple)):
        return _kind_of(value)
    if isinstance(value, Opaque):
        return f"an object of type {value.type_name}"
    if isinstance(value, (list, tuple)):
        return f"a sequence of {len(value)}"
    if isinstance(value, dict):
        return f"a dict with the keys {_short(', '.join(map(str, value)) or '(none)')}"
    return _short(repr(value))


def _kind_of(value: Any) -> str:
    """A number as it is, where it is short; of anything else, no word of its own."""
    if isinstance(value, (bool, float, type(None))) or (isinstance(value, int) and abs(value) <= LARGEST):
        return f"{value:.5g}" if isinstance(value, float) else repr(value)
    return {str: "a string", dict: "a dict", int: "a large number"}.get(type(value), "an object")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
