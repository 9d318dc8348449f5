"""What tests of diffusion models ask, for the judge: schedules, steps that a loss draws, noise."""

import numpy as np

from .compare import assert_same, assert_shape
from .statistics import assert_independent, assert_standard_normal, correlation


def falling(rng, steps: int, low: float = 0.1) -> np.ndarray:
    """An alpha_bar (T,) that falls from about 0.95 to `low` in uneven steps."""
    return np.linspace(0.95, low, steps, dtype=np.float32) + rng.uniform(steps, low=-0.1 / steps, high=0.1 / steps)


def assert_even_steps(steps: np.ndarray, num_steps: int) -> None:
    """Pass when steps (batches, B) are drawn from 0..T-1, all alike, anew for each batch and for each example of it.

    The examples of one batch may share the work: steps that are spread evenly over a batch, from a random start or in
    mirrored pairs, are right as well.
    """
    even = np.array([0, *[1 / num_steps] * num_steps, 0])
    shares = np.array([(steps == step).mean(0) for step in range(-1, num_steps + 1)])  # (T+2, B)
    together = float(np.mean([np.unique(batch, return_counts=True)[1].max() for batch in steps]) / steps.shape[1])
    if steps.shape[1] > 1:
        assert_same(together, 1 / num_steps, rtol=0, atol=0.25, what="the share of its most frequent step in a batch")
    error = 6 * ((1 - even[1]) * even[1] / steps.size) ** 0.5
    assert_same(shares.mean(1), even, rtol=0, atol=error, what="the share of each step, -1 to T")
    far = float(np.abs(shares - even[:, None]).max())
    assert_same(far, 0.0, rtol=0, atol=0.5 * 8 / len(steps) ** 0.5, what="how uneven the steps of one example are")


def as_number(loss) -> float:
    """The number that a loss function returned, which may have axes of length 1; anything else is described."""
    return float(assert_shape(loss.reshape(()) if isinstance(loss, np.ndarray) and loss.size == 1 else loss))


def shared(noise: np.ndarray) -> np.ndarray:
    """How much neighbours of noise (N, D) have in common: along a row, and from row to row."""
    rows, columns = correlation(noise[1:], noise[:-1]), correlation(noise[:, 1:], noise[:, :-1])
    return np.array([np.abs(columns).max(), np.abs(rows).max()])


def assert_fresh_noise(noise: np.ndarray, what: str) -> None:
    """Pass when noise (N, D) looks standard normal, each number drawn on its own.

    What common mistakes share comes first, in numbers that do not depend on the draws: who shares noise with whom, how
    often it is negative, and what kind of distribution it is.
    """
    size = np.sqrt((noise**2).mean())
    alike = [bool(size >= 0.05 and noise.std(axis).mean() < 0.1 * size) for axis in (0, 1)]
    what_is_missing = f"whether {what} is missing; whether it is the same in all rows; in all columns"
    assert_same([bool(size < 0.05), *alike], [False] * 3, what=what_is_missing)
    error = 8 / len(noise) ** 0.5
    assert_same(
        shared(noise), np.zeros(2), rtol=0, atol=error, what=f"correlation of neighbours: columns and rows of {what}"
    )
    negative, inside = (noise < 0).mean(), (np.abs(noise - noise.mean(0)) < noise.std(0) / 2).mean()
    kind = np.array([negative, inside])  # 0.5 and 0.383 for a normal distribution
    assert_same(
        kind, np.array([0.5, 0.3829]), rtol=0, atol=4 / noise.size**0.5, what=f"the shares of {what} below 0 and near 0"
    )
    assert_independent(noise, what)
    assert_standard_normal(noise, what)
