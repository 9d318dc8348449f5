"""The rehearsal on Monday: one line."""

from autograding import assert_same, task


@task("day0.doubled", points=100)
def test_every_entry_is_doubled(student, reference, rng):
    """Every entry is doubled."""
    x = rng.normal(3, 4)
    assert_same(student.doubled(x), reference.doubled(x))
