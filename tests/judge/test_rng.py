"""Inputs are the same everywhere and for ever: a change of these numbers changes every recorded answer."""

import numpy as np
import pytest

from autograding.judge.rng import Stream


def test_a_few_fixed_values():
    rng = Stream("public", "nb1.f:test_x")
    assert rng.seed == 1470095635
    assert rng.normal(4).tolist() == pytest.approx([-1.7331, 1.5388, 0.7682, 0.2457])
    assert rng.uniform(3, low=-1, high=2).tolist() == pytest.approx([1.8266, -0.6864, -0.7345])
    assert rng.integers(0, 10, 8).tolist() == [2, 0, 6, 5, 4, 9, 7, 4]
    assert rng.bits(8).tolist() == [1, 0, 0, 1, 1, 0, 0, 1]


@pytest.mark.parametrize("method", ["normal", "uniform", "bits"])
def test_real_numbers_are_float32_in_the_shape_that_was_asked_for(method):
    drawn = getattr(Stream("a"), method)(2, 3, 4)
    assert drawn.dtype == np.float32 and drawn.shape == (2, 3, 4)


def test_integers_are_int64_and_cover_their_range():
    drawn = Stream("a").integers(3, 6, 1000)
    assert drawn.dtype == np.int64 and set(drawn.tolist()) == {3, 4, 5}


def test_no_shape_is_a_single_number():
    assert Stream("a").normal().shape == () and Stream("a").integers(0, 5).shape == ()


def test_an_empty_shape_is_empty():
    assert Stream("a").normal(0, 3).shape == (0, 3)


def test_equal_keys_draw_equal_numbers():
    assert (Stream("seed", "test").normal(50) == Stream("seed", "test").normal(50)).all()


@pytest.mark.parametrize("other", [("seed", "other"), ("other", "test"), ("seedtest",), ("seed", "test", "")])
def test_other_keys_draw_other_numbers(other):
    ours, theirs = Stream("seed", "test").normal(2000), Stream(*other).normal(2000)
    assert abs(np.corrcoef(ours, theirs)[0, 1]) < 0.15


def test_the_distributions_are_what_they_say():
    rng, n = Stream("moments"), 200_000
    normal, uniform, bits = rng.normal(n, mean=3, std=2), rng.uniform(n, low=-1, high=3), rng.bits(n, p=0.2)
    assert normal.mean() == pytest.approx(3, abs=0.03) and normal.std() == pytest.approx(2, rel=0.01)
    assert (uniform.min(), uniform.max(), uniform.mean()) == pytest.approx((-1, 3, 1), abs=0.02)
    assert bits.mean() == pytest.approx(0.2, abs=0.006) and set(bits.tolist()) == {0.0, 1.0}


def test_a_normal_number_is_always_finite():
    assert np.isfinite(Stream("tails").normal(1_000_000)).all()
