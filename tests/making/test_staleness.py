"""A recording that another processor made is not stale; one that decides otherwise is."""

import numpy as np
import pytest

from genweek.making.staleness import decide_alike

X = np.array([1000.0, -3.0, 0.0], np.float32)


def recorded(answer=X, got=X, sentence="Twice.", kind="got") -> dict:
    entry = {"got": got, "rtol": 1e-4, "atol": 1e-5} if kind == "got" else {"error": got}
    observed = {"nb1.f:test": [entry]}
    return {
        "seed": "public",
        "answers": {"nb1.f:test": [[answer, (1.0, "a")]]},
        "mistakes": {"nb1.f": [{"sentence": sentence, "observed": observed}]},
    }


@pytest.mark.parametrize("other", [X * np.float32(1 + 3e-7), X + np.float32([0, 0, 1e-4])])
def test_the_last_digits_decide_nothing(other):
    assert decide_alike(recorded(), recorded(other)) and decide_alike(recorded(got=X), recorded(got=X * (1 + 1e-5)))


@pytest.mark.parametrize(
    "other",
    [
        recorded(answer=X * 1.01),
        recorded(answer=X.astype(np.float64)[:2]),
        recorded(got=X * 1.01),
        recorded(sentence="Thrice."),
        recorded(got="ValueError: x", kind="error"),
        recorded() | {"seed": "another"},
        recorded() | {"mistakes": {}},
        recorded() | {"answers": {}},
    ],
)
def test_what_decides_otherwise_is_stale(other):
    assert not decide_alike(recorded(), other)
