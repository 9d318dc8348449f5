"""What Exam A provides to check oneself with: shapes and simple facts, the same on every paper."""

import numpy as np

from autograding import assert_same, assert_shape, task


@task("examA.compute_alpha_cumprod", points=2)
def test_the_table_starts_with_the_clean_picture_and_falls(student, rng):
    """The table has one entry more than there are betas, starts with 1, and falls."""
    table = assert_shape(student.compute_alpha_cumprod(rng.uniform(9, low=0.02, high=0.2)), 10)
    assert_same(float(table[0]), 1.0)
    assert_same(bool((np.diff(table) < 0).all() and (table > 0).all()), True, what="whether it falls, and stays above 0")
