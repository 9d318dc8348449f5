"""What Exam A provides to check oneself with: shapes and simple facts, the same on every paper.

A function that builds on others is judged with the student's own ones and, should that fail, with given ones.
"""

import numpy as np

from autograding import assert_same, assert_shape, task, torch
from autograding.checks.exams import attentive_network, either, falling_table, other_p_sample, other_q_sample, put
from autograding.checks.gradients import gradients

IMAGES = (5, 1, 8, 8)


def num_steps(ns):
    return ns.T


def own_table(ns):
    return ns.compute_alpha_cumprod(ns.BETAS)


@task("examA.compute_alpha_cumprod", points=2)
def test_the_table_starts_with_1_and_falls(student):
    """For BETAS: T + 1 numbers, the first is 1, and each is smaller than the one before, and above 0."""
    table = assert_shape(student.run(own_table), student.run(num_steps) + 1)
    assert_same(float(table[0]), 1.0, what="the first number")
    falls = bool((np.diff(table) < 0).all() and (table > 0).all())
    assert_same(falls, True, what="whether it falls, and stays above 0")


def jumps(ns, x0, t, noise, table):
    put(ns, table)
    return ns.q_sample(x0, t, noise), ns.q_sample(x0, t, -noise), ns.q_sample(x0, 0 * t, noise)


@task("examA.q_sample", points=2)
def test_a_jump_has_the_shape_of_the_pictures(student, rng):
    """x_t has the shape of x0 and is finite; the noise matters; at step 0 it is x0."""
    x0, noise, t = rng.uniform(*IMAGES), rng.normal(*IMAGES), np.array([3, 7, 20, 21, 50])

    def judge(table):
        one, other, clean = (assert_shape(x_t, *IMAGES) for x_t in student.run(jumps, x0, t, noise, table))
        assert_same(bool(np.isfinite(one).all()), True, what="whether all numbers are finite")
        assert_same(bool(np.abs(one - other).max() > 1e-6), True, what="whether another noise gives another x_t")
        assert_same(clean, x0.astype(float), atol=1e-4, what="x_t at step 0")

    either(lambda: judge(None), lambda: judge(falling_table(rng, student.run(num_steps))))


def losses(ns, x0, t, noise, table, given):
    put(ns, table, **({"q_sample": other_q_sample} if given else {}))
    model = attentive_network()
    found = [ns.diffusion_loss(model, x0, t, noise) for _ in range(2)]
    drawn = ns.diffusion_loss(model, x0)
    return [loss.reshape(()) for loss in found], gradients(drawn, [model.weights])[0]


@task("examA.diffusion_loss", points=2)
def test_the_loss_is_a_scalar_with_a_gradient(student, rng):
    """The loss is one number, not negative, the same for the same t and noise; its gradient reaches the model."""
    x0, noise, t = rng.uniform(*IMAGES), rng.normal(*IMAGES), np.array([3, 7, 20, 21, 50])

    def judge(table, given):
        found, gradient = student.run(losses, x0, t, noise, table, given)
        one, other = (float(assert_shape(loss)) for loss in found)
        assert_same(bool(np.isfinite(one) and one >= 0), True, what="whether the loss is finite and not negative")
        assert_same(bool(np.isclose(one, other)), True, what="whether the same t and noise give the same loss")
        arrived = bool(np.isfinite(gradient).all() and np.abs(gradient).max() > 0)
        assert_same(arrived, True, what="whether a gradient reaches the model")

    either(lambda: judge(None, False), lambda: judge(falling_table(rng, student.run(num_steps)), True))


def steps_back(ns, x_t, noise, table, given):
    put(ns, table, **({"q_sample": other_q_sample} if given else {}))
    model, kept = attentive_network(), x_t.clone()
    back = ns.p_sample(model, x_t, 2 * ns.T // 3, ns.T // 2, noise=noise)
    ends = [ns.p_sample(model, x_t.clone(), 1, 0, noise=part) for part in (noise, -noise)]
    return back, *ends, torch.equal(x_t, kept)


@task("examA.p_sample", points=2)
def test_a_step_back_has_the_shape_of_the_pictures(student, rng):
    """x_s has the shape of x_t, is finite and another one; x_t is left alone; at s = 0 the fresh noise does not matter."""
    x_t, noise = rng.uniform(*IMAGES), rng.normal(*IMAGES)

    def judge(table, given):
        *found, untouched = student.run(steps_back, x_t, noise, table, given)
        back, one, other = (assert_shape(x, *IMAGES) for x in found)
        assert_same(bool(np.isfinite(back).all()), True, what="whether all numbers are finite")
        assert_same(untouched, True, what="whether x_t is the same after the call")
        assert_same(bool(np.abs(back - x_t).max() > 1e-6), True, what="whether x_s is another one than x_t")
        assert_same(bool(np.allclose(one, other, atol=1e-4)), True, what="whether at s = 0 the noise does not matter")

    either(lambda: judge(None, False), lambda: judge(falling_table(rng, student.run(num_steps)), True))


def two_samples(ns, shape, table, given):
    put(ns, table, **({"p_sample": other_p_sample} if given else {}))
    model = attentive_network()
    return *(ns.p_sample_loop(model, tuple(shape)) for _ in range(2)), len(model.steps)


@task("examA.p_sample_loop", points=2)
def test_samples_have_the_shape_that_was_asked_for(student, rng):
    """Samples have the shape that was asked for and are finite, two calls differ, and the model is asked many times."""

    def judge(table, given):
        *found, calls = student.run(two_samples, IMAGES, table, given)
        one, other = (assert_shape(x, *IMAGES) for x in found)
        assert_same(bool(np.isfinite(one).all()), True, what="whether all numbers are finite")
        assert_same(bool(np.abs(one - other).max() > 1e-6), True, what="whether two calls give different samples")
        assert_same(bool(calls > 4), True, what="whether the model is asked many times")

    either(lambda: judge(None, False), lambda: judge(falling_table(rng, student.run(num_steps)), True))


def noises(ns, y, x_t, t, table):
    put(ns, table)
    return ns.epsilon_from(y, x_t, t), ns.epsilon_from(y + 1, x_t, t), ns.epsilon_from(y, x_t + 1, t)


@task("examA.epsilon_from", points=2)
def test_the_noise_has_the_shape_of_the_pictures(student, rng):
    """The noise has the shape of x_t, is finite, and depends on y and on x_t."""
    y, x_t, t = rng.normal(*IMAGES), rng.normal(*IMAGES), np.array([13, 17, 20, 21, 50])

    def judge(table):
        noise, by_y, by_x = (assert_shape(found, *IMAGES) for found in student.run(noises, y, x_t, t, table))
        assert_same(bool(np.isfinite(noise).all()), True, what="whether all numbers are finite")
        assert_same(bool(np.abs(by_y - noise).max() > 1e-6), True, what="whether it depends on y")
        assert_same(bool(np.abs(by_x - noise).max() > 1e-6), True, what="whether it depends on x_t")

    either(lambda: judge(None), lambda: judge(falling_table(rng, student.run(num_steps))))
