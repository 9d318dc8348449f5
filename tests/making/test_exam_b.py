"""The rows of Exam B: the numbers in their recaps are those of their solutions, and no two turned papers share a twist."""

import importlib.util
import re
from itertools import combinations

import pytest
import torch

from genweek.course import papers
from genweek.course.day import Day

EXAM = Day.load("day4_exam")
TURNED = [paper for paper in EXAM.papers if paper != "plain"]
TWISTS = ("schedule", "new", "returned", "unit", "weight")  # what a pasted function must not find as it left it


def row(paper: str) -> dict[str, str]:
    return papers.rows(EXAM.masters, paper)["examB"]


def solved(paper: str):
    """The solved notebook of a paper, as a module."""
    spec = importlib.util.spec_from_file_location(f"examB_{paper}", EXAM.on(paper).masters / "examB_discrete.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tokens(text: str) -> torch.Tensor:
    return torch.tensor([[int(token) for token in text.split(",")]])


@pytest.mark.parametrize("paper", EXAM.papers)
def test_the_worked_numbers_are_the_solutions(paper):
    exam, said = solved(paper), row(paper)
    p_10, p_20, p_30 = exam.corruption_probability(torch.tensor([10, 20, 30])).tolist()
    assert (said["p10"], said["p30"]) == (f"{p_10:.4f}", f"{p_30:.4f}")
    stays = re.search(r"probability (0\.\d{4})\.", said["rule_words"])
    assert (stays is None) == ("p_s" not in said["step"])
    assert stays is None or stays[1] == f"{p_20 / p_30:.4f}"


@pytest.mark.parametrize("paper", EXAM.papers)
def test_the_worked_loss_is_the_solutions(paper):
    exam, said = solved(paper), row(paper)
    x0, x_t = tokens(said["x0_example"]), tokens(said["xt_example"])
    assert (x0 == exam.STRINGS).all(1).any()
    exam.q_sample_discrete = lambda x0, t: x_t
    even = torch.full((1, exam.L, exam.K), 0.5 / (exam.K - 1)).scatter(2, (x0 - exam.FIRST)[..., None], 0.5)
    loss = exam.denoising_loss(lambda x_t, t: exam.as_returned(even.log()), x0, torch.tensor([30]))
    assert said["loss30"] == f"{loss:.4f}"


@pytest.mark.parametrize("twist", TWISTS)
def test_no_two_turned_papers_share_a_twist(twist):
    assert [pair for pair in combinations(TURNED, 2) if len({row(paper)[twist] for paper in pair}) == 1] == []
