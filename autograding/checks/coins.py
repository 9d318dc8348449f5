"""Statistics of coins and categories that are thrown for every token of a batch of sequences, for the judge.

A right answer is rejected less than once in ten million checks. The first looks are coarse: a mistake should look the
same in every draw, so that it can be named.
"""

import math

import numpy as np

from .compare import assert_same

WIDE = (240, 250)  # as many sequences and positions as the checks below are made for
TOGETHER = (
    0.6  # no two of so many independent sequences correlate like this: below 1e-10 for shares of 1/4 to 3/4 (Chernoff)
)


def six_errors_of_share(count: int, p: float = 0.5) -> float:
    """Six standard errors of a share p among `count` draws."""
    return 6 * math.sqrt(p * (1 - p) / count)


def alike(values: np.ndarray) -> list[float]:
    """How often a value of (N, L) is equal to its neighbour's in the next row, and in the next position."""
    return [(values[1:] == values[:-1]).mean(), (values[:, 1:] == values[:, :-1]).mean()]


def assert_all(share: float, what: str) -> None:
    """Pass for a share of 1 exactly."""
    assert_same(share, 1.0, rtol=0, atol=0.05, what=f"the share of {what}")
    assert_same(share, 1.0, rtol=0, atol=1e-9, what=f"the share of {what}")


def assert_coins(hit: np.ndarray, p: float, what: str) -> None:
    """Pass for hits (240, 250) of probability p, of which neighbours know nothing and rows hold a binomial number.

    what: names a hit ("masked").
    """
    rows, positions = hit.shape
    assert_same(hit.mean(), p, rtol=0, atol=0.1, what=f"the share of {what}")
    agreed = f"how often two neighbours, in a column and in a row, agree about being {what}"
    assert_same(alike(hit), [p**2 + (1 - p) ** 2] * 2, rtol=0, atol=0.05, what=agreed)
    assert_same(hit.mean(), p, rtol=0, atol=six_errors_of_share(hit.size, p), what=f"the share of {what}")
    off = f"how far the share of {what} is off at the worst position"
    assert_same(np.abs(hit.mean(0) - p).max(), 0.0, rtol=0, atol=8 * math.sqrt(p * (1 - p) / rows), what=off)
    ratio = hit.sum(1).var() / (positions * p * (1 - p))
    of_numbers = f"the variance of the number of {what} per row, over the binomial one"
    assert_same(ratio, 1.0, rtol=0, atol=0.6, what=of_numbers)


def assert_unrelated(z: np.ndarray, what: str) -> None:
    """Pass when numbers z (240, 250), of mean 0 and variance 1, have nothing to do with each other in any two rows, and
    in any two positions; neither strongly in a single pair, nor weakly in all."""
    for lines, name in ((z, "rows"), (z.T, "positions")):
        off = (lines @ lines.T / lines.shape[1])[~np.eye(len(lines), dtype=bool)]
        largest = f"the largest correlation of {what} between two {name}"
        assert_same(np.abs(off).max(), 0.0, rtol=0, atol=TOGETHER, what=largest)
        size = f"the size of these correlations over all pairs of {name}, in standard errors"
        assert_same(math.sqrt((off**2).mean() * lines.shape[1]), 1.0, rtol=0, atol=0.2, what=size)
