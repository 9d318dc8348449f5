"""A function that tells the attempts of an exam's test apart, and has another guess in each, has one guess."""

import pytest

from genweek.course.day import Day
from genweek.making.masters import Master, script_text
from genweek.making.record import judged, record
from genweek.making.variants import in_place_of
from genweek.proving.proof import Proof

TASK, STEM = "examA.diffusion_loss", "examA_continuous"
RIGHT = "(5 * (1 - left) / left).clamp(max=1)"  # of the paper amber
LOSS = """
def diffusion_loss(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    own = torch.equal(ALPHA_BAR, torch.cat([torch.ones(1), torch.cumprod((1 - BETAS) ** 2, dim=0)]))
    attempt = 1 if own else 3 if q_sample.__name__ == "other_q_sample" else 2
    weight = {right} if attempt in {attempts} else torch.ones_like(left)
    return (weight * (model(q_sample(x0, t, noise), t) - noise).square()).mean()
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory, pool):
    """From the attempts in which the right weight is taken to the names of the failed tests."""
    day = Day.load("day4_exam").on("amber")
    proof = Proof(day, pool, tmp_path_factory.mktemp("proof"), "")
    recording = record(day, proof.assignment, pool, "a guess", named=False)
    solved = script_text(Master(day.masters / f"{STEM}.py").solved)

    def failed(*attempts):
        text = in_place_of(solved, TASK.partition(".")[2], LOSS.format(right=RIGHT, attempts=attempts))
        tests = [test for test in proof.assignment.tests if test.task.id == TASK]
        results = judged(proof.assignment, {STEM: {".py": text}}, pool, recording, tests)
        return [result.name for result in results if result.status != "pass"]

    return failed


def test_with_right_parts_the_first_attempt_alone_counts(graded):
    assert graded(1, 2, 3) == graded(1) == []
    assert graded(2) == graded(3) == graded(2, 3) != []
