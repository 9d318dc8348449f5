"""What Exam B is graded with in the end. Every expectation is the reference's, whatever the paper."""

from autograding import assert_same, task


@task("examB.corruption_probability", points=6)
def test_the_probability_of_every_step(student, reference, rng):
    """The probability is right at every step."""
    t = rng.integers(1, 41, 17)
    assert_same(student.corruption_probability(t), reference.corruption_probability(t))
