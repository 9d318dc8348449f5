"""The second mock exam, as tests: for no points. All randomness is passed in."""

import numpy as np

from autograding import assert_same, task


@task("mock2.gaussian_nll", points=0)
def test_the_nll_of_an_image(student, reference, rng):
    """One value per image, summed over its pixels."""
    given = rng.normal(4, 1, 5, 3), rng.normal(4, 1, 5, 3), rng.normal(4, 1, 5, 3)
    assert_same(student.gaussian_nll(*given), reference.gaussian_nll(*given))


@task("mock2.first_noisy_step", points=0)
def test_the_step_of_a_ratio(student, reference, rng):
    """The first step below the ratio, 0 where all are below it, T where none is."""
    alpha_bar = np.linspace(0.95, 0.1, 30, dtype=np.float32) + rng.uniform(30, low=-0.004, high=0.004)
    far_from_1 = [rng.uniform(low=0.3, high=0.6).item(), rng.uniform(low=2, high=6).item()]  # unlike their roots
    for ratio in (*far_from_1, 1.003, 1000.0, 0.001):
        got = student.first_noisy_step(alpha_bar, ratio)
        assert_same(got, reference.first_noisy_step(alpha_bar, ratio), what=f"the step of ratio {ratio:.3g}")


@task("mock2.masked_accuracy", points=0)
def test_the_share_of_right_guesses(student, reference, rng):
    """Only masked tokens count, wherever they are."""
    for _ in range(9):  # one share alone could be right by chance
        logits, x0 = rng.normal(11, 8, 4), rng.integers(0, 4, 11, 8)
        x_t = np.where(rng.bits(11, 8, p=0.35) > 0, 4, x0)
        x_t[0] = 4
        assert_same(student.masked_accuracy(logits, x0, x_t, 4), reference.masked_accuracy(logits, x0, x_t, 4))


@task("mock2.mended_bound", points=0)
def test_the_mended_bound(student, reference, rng):
    """One value per example, also where q(z1|x) is not the true posterior."""
    x, noise_1, noise_2, weight = rng.normal(7), rng.normal(7), rng.normal(7), rng.uniform(low=0.2, high=0.9).item()
    got = student.mended_bound(x, noise_1, noise_2, weight)
    assert_same(got, reference.mended_bound(x, noise_1, noise_2, weight))
