"""What Exam B provides to check oneself with: shapes and simple facts, the same on every paper."""

import numpy as np

from autograding import assert_same, assert_shape, task


@task("examB.corruption_probability", points=2)
def test_the_probabilities_grow_from_0(student):
    """One probability for each sequence: 0 at step 0, and larger at later steps."""
    found = assert_shape(student.corruption_probability(np.arange(5)), 5)
    assert_same(float(found[0]), 0.0)
    assert_same(bool((np.diff(found) > 0).all()), True, what="whether it grows")
