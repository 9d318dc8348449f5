"""What Exam A is graded with in the end. Every expectation is the reference's, whatever the paper."""

from autograding import assert_same, task


@task("examA.compute_alpha_cumprod", points=5)
def test_other_betas(student, reference, rng):
    """The table is right for other betas."""
    betas = rng.uniform(37, low=0.01, high=0.3)
    assert_same(student.compute_alpha_cumprod(betas), reference.compute_alpha_cumprod(betas))
