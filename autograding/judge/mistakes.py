"""Names a mistake: the sentence a tutor would say, when what was observed fits one known mistake and no other.

A recording holds, for each wrong variant, what every test of its task measured. A student's run is given the sentence
of a variant only if it agrees with everything measured, in all tests of the task, and no other sentence fits as well.

A task that builds on others is measured with the student's own parts, and with given ones. Where a part is wrong, too,
the first says nothing of this task: then it is what was measured with given parts that must agree.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..checks.observed import Observed
from .recording import KnownMistake

SLACK = 2.0  # two measurements of one mistake may each be off by the tolerance of the check


def sentence_for(
    observed: Mapping[str, list[Observed]], known: Sequence[KnownMistake], parts_are_wrong: bool = False
) -> str | None:
    """observed: for each test of one task, its log. parts_are_wrong: are other tasks of the notebook wrong as well?"""
    fitting = {mistake["sentence"] for mistake in known if agree(observed, mistake["observed"])}
    if not fitting and parts_are_wrong:
        seen = _with_given_parts(observed)
        fitting = {mistake["sentence"] for mistake in known if agree(seen, _with_given_parts(mistake["observed"]))}
    return fitting.pop() if len(fitting) == 1 else None


def _with_given_parts(observed: Mapping[str, list[Observed]]) -> dict[str, list[Observed]]:
    """Of several attempts at one measurement, the last alone: their numbers follow each other."""
    return {
        test: [entry for entry in log if not any(other.get("attempt") == entry.get("attempt", -9) + 1 for other in log)]
        for test, log in observed.items()
    }


def agree(one: Mapping[str, list[Observed]], other: Mapping[str, list[Observed]]) -> bool:
    return one.keys() == other.keys() and all(
        len(one[test]) == len(other[test]) and all(map(_same_entry, one[test], other[test])) for test in one
    )


def _same_entry(one: Observed, other: Observed) -> bool:
    if "got" in one and "got" in other and "rtol" in one and "atol" in one:
        return _same_value(one["got"], other["got"], one["rtol"] * SLACK, one["atol"] * SLACK)
    return one.get("error", "") == other.get("error", "")


def _same_value(one: Any, other: Any, rtol: float, atol: float) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same_value(one[key], other[key], rtol, atol) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(_same_value(a, b, rtol, atol) for a, b in zip(one, other, strict=True))
    numbers = [isinstance(value, (np.ndarray, np.generic, float, int)) for value in (one, other)]
    if not all(numbers):
        return not any(numbers) and one == other
    one, other = np.asarray(one), np.asarray(other)
    same_kind = one.dtype.kind == other.dtype.kind or one.size == 1
    return one.shape == other.shape and same_kind and np.allclose(one, other, rtol, atol, equal_nan=True)
