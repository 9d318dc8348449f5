"""What Exam B provides to check oneself with: shapes and simple facts, the same on every paper.

Tests that use other tasks are judged with given parts, too, so that an error in one task does not turn the next one red.
"""

import numpy as np

from autograding import assert_same, assert_same_either, assert_shape, task, torch

STEPS = 40


def either(judge):
    """Passes when judge(given=False) or judge(given=True) has no complaint."""
    assert_same_either(*(lambda given=given: (judge(given), None) for given in (False, True)))


def language(ns):
    """All sequences of the language, and the ids that there are."""
    return ns.STRINGS, [id for id, symbol in enumerate(ns.SYMBOLS) if symbol.strip()]


def assert_tokens(got, like, ids):
    """Passes for int64 tokens of the shape of others that are among the ids, and hands them on."""
    values = assert_shape(got, *like.shape)
    assert_same(str(got.dtype), "int64", what="the dtype of the tokens")
    assert_same(sorted(set(values.astype(int).ravel().tolist()) - set(ids)), [], what="ids that do not exist on this paper")
    return values


def use_given(ns, given, *parts):
    """Puts simple functions in the place of the student's other tasks."""

    def corruption_probability(t):
        return t / STEPS

    def q_sample_discrete(x0, t):
        hit = torch.rand(x0.shape) < (t / STEPS)[:, None]
        return torch.where(hit, x0[torch.randperm(len(x0))], x0)

    known = {"corruption_probability": corruption_probability, "q_sample_discrete": q_sample_discrete}
    for name in parts if given else ():
        setattr(ns, name, known[name])


@task("examB.corruption_probability", points=2)
def test_the_probability_starts_at_0_and_does_not_fall(student):
    """One probability for each step from 0 to T: 0 at the start, never falling, and above one half in the end."""
    p = assert_shape(student.corruption_probability(np.arange(STEPS + 1)), STEPS + 1)
    assert_same(float(p[0]), 0.0, what="the probability at t = 0")
    assert_same(bool((np.diff(p) >= -1e-6).all()), True, what="whether it never falls")
    assert_same(bool(0.5 < p[-1] <= 1.0001), True, what="whether it is above 1/2, and at most 1, at t = T")


def corrupted_twice(ns, given, x0, t):
    """Two calls of the same, and x0 afterwards."""
    use_given(ns, given, "corruption_probability")
    return ns.q_sample_discrete(x0, t), ns.q_sample_discrete(x0, t), x0


@task("examB.q_sample_discrete", points=2)
def test_tokens_become_tokens(student, reference, rng):
    """The result holds int64 tokens of this paper, another time others; x0 is left as it was."""
    strings, ids = reference.run(language)
    x0 = np.asarray(strings)[rng.integers(0, len(strings), 300)].astype(np.int64)

    def judge(given):
        one, two, after = student.run(corrupted_twice, given, x0, np.full(300, 30))
        one, two = (assert_tokens(x_t, x0, ids) for x_t in (one, two))
        assert_same(bool((after == x0).all()), True, what="whether x0 is left as it was")
        differs = [bool((one != x0).any()), bool((one != two).any())]
        assert_same(differs, [True, True], what="whether tokens change at all, and whether two calls differ")

    either(judge)


def losses(ns, given, x0, t):
    """The loss with and without a given t, and whether a gradient arrives."""
    use_given(ns, given, "corruption_probability", "q_sample_discrete")
    model = ns.Network()
    drawn, told = ns.denoising_loss(model, x0), ns.denoising_loss(model, x0, t)
    drawn.sum().backward()
    moved = any(parameter.grad is not None and bool((parameter.grad != 0).any()) for parameter in model.parameters())
    return [float(loss.detach().reshape(-1)[0]) if loss.numel() == 1 else loss for loss in (drawn, told)], moved


@task("examB.denoising_loss", points=2)
def test_the_loss_is_a_number_with_a_gradient(student, reference, rng):
    """One finite number that is not negative, with and without a given t; its gradient reaches the network."""
    strings, _ = reference.run(language)
    x0 = np.asarray(strings)[rng.integers(0, len(strings), 40)].astype(np.int64)

    def judge(given):
        numbers, moved = student.run(losses, given, x0, rng.integers(1, STEPS + 1, 40))
        found = [assert_shape(number) for number in numbers]
        fine = [bool(np.isfinite(number) and number >= 0) for number in found]
        assert_same(fine, [True, True], what="whether the loss is finite and not negative, without t and with t")
        assert_same(moved, True, what="whether a gradient reaches the network")

    either(judge)


def stepped(ns, given, x_t, t, s):
    """x_s, and x_t afterwards."""
    use_given(ns, given, "corruption_probability", "q_sample_discrete")
    return ns.reverse_step(ns.Network(), x_t, t, s), x_t


@task("examB.reverse_step", points=2)
def test_a_step_makes_tokens_of_tokens(student, reference, rng):
    """The result holds int64 tokens of this paper and differs from x_t, which is left as it was."""
    strings, ids = reference.run(language)
    x_t = np.array(ids)[rng.integers(0, len(ids), *np.shape(strings[:60]))]

    def judge(given):
        x_s, after = student.run(stepped, given, x_t, 30, 12)
        x_s = assert_tokens(x_s, x_t, ids)
        assert_same(bool((after == x_t).all()), True, what="whether x_t is left as it was")
        assert_same(bool((x_s != x_t).any()), True, what="whether tokens change at all")

    either(judge)
