"""Coins of which each is thrown on its own pass; coins that are shared in any way do not."""

import numpy as np
import pytest

from autograding.checks.coins import WIDE, assert_coins, assert_unrelated
from autograding.checks.compare import Mismatch

P = 0.4


def judged(hit):
    assert_coins(hit, P, "hit")
    assert_unrelated((hit - P) / np.sqrt(P * (1 - P)), "being hit")


@pytest.mark.parametrize("seed", range(20))
def test_coins_of_their_own_pass(seed):
    judged(np.random.default_rng(seed).random(WIDE) < P)


def one_pattern(u):
    return np.broadcast_to(u[:1], WIDE)


def one_coin_per_row(u):
    return np.broadcast_to(u[:, :1], WIDE)


def two_halves_alike(u):
    return np.vstack([u[:120], u[:120]])


def two_rows_alike(u):
    return np.vstack([u[:-1], u[7:8]])


def two_positions_alike(u):
    return np.hstack([u[:, :-1], u[:, 30:31]])


def infected_from_the_left(u):
    return np.minimum(u, np.roll(u, 1, axis=1))


def a_fixed_number(u):
    return (u.argsort(1).argsort(1) + 0.5) / WIDE[1]


def a_common_mood(u):
    """Every row has a probability of its own, a little off."""
    return u + np.linspace(-0.1, 0.1, WIDE[0])[:, None]


SHARED = [one_pattern, one_coin_per_row, two_halves_alike, two_rows_alike, two_positions_alike, infected_from_the_left,
          a_fixed_number, a_common_mood]  # fmt: skip


@pytest.mark.parametrize("shared", SHARED)
def test_coins_that_are_shared_do_not_pass(shared):
    for seed in range(5):
        with pytest.raises(Mismatch):
            judged(shared(np.random.default_rng(seed).random(WIDE)) < P)
