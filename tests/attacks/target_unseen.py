"""What the target is graded with besides, as an exam is: a test of `shift` that tells what `scale` is made of."""

import numpy as np

from autograding import assert_same, task


def shift_of_what_is_given(ns, x, parts):
    ns.scale = lambda x: parts[0] * x + parts[1] * x**2
    return ns.shift(ns.scale(x))


@task("nb1.shift", points=0)
def test_shift_after_a_given_scale(student, reference, rng):
    """One is added to what a given `scale` brings back."""
    up, down = float(reference.scale(1.0)), float(reference.scale(-1.0))
    arguments = rng.normal(4), np.array([up - down, up + down], np.float32) / 2
    assert_same(student.run(shift_of_what_is_given, *arguments), reference.run(shift_of_what_is_given, *arguments))
