"""Statistics of random answers, for the judge. A right answer is rejected less than once in ten million checks.

Six standard errors are exceeded once in 500 million times; a maximum over many needs more, and says how many.
"""

import math

import numpy as np

from .compare import assert_same


def six_errors(count: int) -> float:
    """Of a mean of `count` independent draws in standard deviations, or of a correlation of as many pairs."""
    return 6 / math.sqrt(count)


def correlation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Pearson's, per column; 1 where a column does not vary at all."""
    one, other = one - one.mean(0), other - other.mean(0)
    scale = np.sqrt((one**2).sum(0) * (other**2).sum(0))
    return np.where(scale > 1e-9, (one * other).sum(0) / np.maximum(scale, 1e-9), 1.0)


def strongest_correlation(draws: np.ndarray) -> float:
    """The strongest correlation, of either sign, of draws (N, D) with themselves some rows further on, in a circle: of
    any two columns, at any distance. Independent draws stay below 8/sqrt(N) (for D² N up to 10⁸)."""
    centred = draws - draws.mean(0)
    waves = np.fft.rfft(centred / np.maximum(np.sqrt((centred**2).sum(0)), 1e-9), axis=0)
    found = np.fft.irfft(waves[:, :, None].conj() * waves[:, None, :], n=len(draws), axis=0)
    found[0][np.diag_indices(draws.shape[1])] = 0  # each column with itself
    return float(np.abs(found).max())


def share_repeated(draws: np.ndarray) -> float:
    """The share of rows of (N, D) that occur again somewhere, in any order of their columns and with any signs.

    D of at least 3: two independent rows in 20,000 agree to 1e-5 less than once in ten million times.
    """
    rows = np.sort(np.abs(draws), axis=1)
    rows = rows[np.argsort(rows.sum(1))]
    twin = np.zeros(len(rows), bool)
    for apart in range(1, 20):  # rows whose sums agree are near each other
        same = (np.abs(rows[apart:] - rows[:-apart]) < 1e-5).all(1)
        twin[apart:] |= same
        twin[:-apart] |= same
    return float(twin.mean())


def normal_cdf(numbers: np.ndarray) -> np.ndarray:
    """The share of standard normal draws below each number."""
    return np.vectorize(math.erf, otypes=[float])(np.asarray(numbers) / math.sqrt(2)) / 2 + 0.5


def distance_from_normal(draws: np.ndarray) -> np.ndarray:
    """Per column of (N, D), the largest difference of its distribution function from that of N(0, 1) (Kolmogorov and
    Smirnov). Normal draws stay below 3/sqrt(N): 2 exp(-18) is 3e-8."""
    below = normal_cdf(np.sort(draws, axis=0))
    steps = np.arange(len(draws) + 1)[:, None] / len(draws)
    return np.maximum(np.abs(below - steps[1:]), np.abs(below - steps[:-1])).max(0)


def mean_size(draws: np.ndarray) -> float:
    """The mean distance of numbers from their mean, in their standard deviation: sqrt(2/pi) for normal ones, in whatever
    units; 0 where they do not vary. Source: Geary 1935."""
    centred = draws - draws.mean()
    return float(np.abs(centred).mean() / max(centred.std(), 1e-9))


def mean_size_errors(count: int) -> float:
    """Six standard errors of `mean_size` of `count` independent normal numbers."""
    return 6 * math.sqrt((1 - 3 / math.pi) / count)


def assert_standard_normal(draws: np.ndarray, what: str) -> None:
    """Pass when draws (N, D) look like standard normal noise, each number independent of every other one.

    what: names the noise ("the noise in x_t").
    """
    count, columns = draws.shape
    assert_same(draws.std(0), np.ones(columns), rtol=0, atol=six_errors(count), what=f"the spread of {what}")
    assert_same(draws.mean(0), np.zeros(columns), rtol=0, atol=six_errors(count), what=f"the mean of {what}")
    far = distance_from_normal(draws)
    assert_same(far, np.zeros(columns), rtol=0, atol=3 / math.sqrt(count), what=f"the distance of {what} from normal")
    assert_independent(draws, what)


def assert_independent(draws: np.ndarray, what: str) -> None:
    """Pass when no two numbers of draws (N, D), of mean 0 and like spread, have anything to do with each other."""
    strongest = strongest_correlation(draws)
    assert_same(strongest, 0.0, rtol=0, atol=8 / math.sqrt(len(draws)), what=f"the strongest correlation within {what}")
    if draws.shape[1] > 2:
        assert_same(share_repeated(draws), 0.0, rtol=0, atol=0.001, what=f"the share of rows that come again in {what}")
