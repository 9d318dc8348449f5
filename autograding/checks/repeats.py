"""Whether a function answers the same question alike each time: what is random must be looked at often."""

from typing import Any

import numpy as np

from autograding import torch

from .compare import assert_same


def asked_again(call, times=150):
    """For probes: the answers to one question. Where random numbers were drawn it is asked until one differs, at most so
    often that what happens once in ten calls is missed less than once in a million times; elsewhere twice."""
    before = torch.get_rng_state()
    answers = [call()]
    drew = not torch.equal(before, torch.get_rng_state())
    for _ in range(times if drew else 1):
        answers.append(call())
        if torch.is_tensor(answers[0]) and torch.is_tensor(answers[-1]) and not torch.equal(answers[0], answers[-1]):
            break
    return answers


def assert_repeats(answers: tuple, what: str) -> None:
    """Pass when all answers of `asked_again` are alike; their kind is another check's concern."""
    first, *others = answers
    same = not isinstance(first, np.ndarray) or all(_alike(first, other) for other in others)
    assert_same(bool(same), True, what=what)


def assert_only(found: tuple, allowed: Any, what: str) -> None:
    """Pass when nothing but the allowed numbers stands in some arrays, and something does."""
    inside = [bool(np.isin(array, allowed).all()) for array in found]
    assert_same(bool(inside) and all(inside), True, what=what)


def _alike(one: np.ndarray, other: Any) -> bool:
    return isinstance(other, np.ndarray) and one.shape == other.shape and np.allclose(one, other, 1e-4, 1e-5, equal_nan=True)
