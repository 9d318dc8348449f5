"""The first mock exam, as tests: for no points. All randomness is passed in."""

import numpy as np

from autograding import assert_same, task


@task("mock1.prior_kl", points=0)
def test_the_kl_to_a_wider_prior(student, reference, rng):
    """One value per example, for a prior of any width."""
    mean, std = rng.normal(6, 4), rng.uniform(6, 4, low=0.3, high=1.7)
    for width in (0.7, 2.5):
        assert_same(student.prior_kl(mean, std, width), reference.prior_kl(mean, std, width))


@task("mock1.skip_forward", points=0)
def test_several_steps_at_once(student, reference, rng):
    """Each example goes from its own s to its own t, with the given noise."""
    alpha_bar = np.linspace(0.97, 0.08, 12, dtype=np.float32) + rng.uniform(12, low=-0.01, high=0.01)
    s, t = np.array([0, 3, 5, 1, 8]), np.array([4, 5, 11, 2, 9])
    given = rng.normal(5, 3), s, t, rng.normal(5, 3), alpha_bar
    assert_same(student.skip_forward(*given), reference.skip_forward(*given))


@task("mock1.fill_masks", points=0)
def test_masked_tokens_are_drawn(student, reference, rng):
    """Masked tokens are drawn with their own number u, visible tokens stay."""
    weights = rng.uniform(9, 7, 5, low=0.1, high=1.0).astype(np.float64)
    probability = (weights / weights.sum(axis=-1, keepdims=True)).astype(np.float32)
    x_t, u = rng.integers(0, 8, 9, 7), rng.uniform(9, 7, low=0.001, high=0.999)
    x_t = np.where(x_t > 4, 5, x_t)
    running = probability.cumsum(axis=-1)
    u = np.where(np.abs(running - u[..., None]).min(axis=-1) < 1e-3, np.float32(0.0005), u)  # never at a border
    assert_same(student.fill_masks(probability, x_t, 5, u), reference.fill_masks(probability, x_t, 5, u))


@task("mock1.mended_loss", points=0)
def test_the_mended_loss(student, reference, rng):
    """The negative ELBO in nats, averaged over the batch."""
    given = rng.normal(5, 64, std=3), rng.bits(5, 64), rng.normal(5, 4), rng.normal(5, 4)
    assert_same(student.mended_loss(*given), reference.mended_loss(*given))
