"""The rows of Exam B: what their recaps say is so in their solutions, and no two turned papers share a twist."""

import importlib.util
import re
from itertools import combinations

import pytest
import torch

from genweek.course import papers
from genweek.course.day import Day
from genweek.making.masters import Master, script_text

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
    stays = re.search(r"stays\s+with probability (0\.\d{4})\.", said["rule_words"])
    assert (stays is None) == ("p_s" not in said["step"])
    assert stays is None or stays[1] == f"{p_20 / p_30:.4f}"


@pytest.mark.parametrize("paper", EXAM.papers)
def test_the_worked_chances_of_the_corruption_are_the_solutions(paper):
    exam, said = solved(paper), row(paper)
    torch.manual_seed(0)
    clean = torch.full((100_000, exam.L), exam.FIRST)
    law = {}
    for t in (20, 30):
        x_t = exam.q_sample_discrete(clean, torch.full((len(clean),), t))
        law[t] = {
            "BLANK": (x_t == getattr(exam, "BLANK", -1)).double().mean().item(),
            "same": (x_t == clean).double().mean().item(),
            "next": (x_t == exam.FIRST + 1).double().mean().item(),
        }
    kinds = {
        "plain": ["BLANK"],
        "birch": ["same"],
        "cobalt": ["same", "next"],
        "amber": ["BLANK"],
        "dune": ["BLANK", "same"],
    }
    numbers = [float(number) for number in re.findall(r"probability (0\.\d+)", said["worked_hits"])]
    assert numbers == pytest.approx([law[30][kind] for kind in kinds[paper]], abs=0.006)
    becomes = re.search(r"`BLANK`\s+with\s+probability (0\.\d+)", said["rule_words"])
    assert (becomes is None) == ("p_s" in said["step"])
    assert becomes is None or float(becomes[1]) == pytest.approx(law[20]["BLANK"], abs=0.006)


@pytest.mark.parametrize("paper", EXAM.papers)
def test_the_worked_loss_is_the_solutions(paper):
    exam, said = solved(paper), row(paper)
    x0, x_t = tokens(said["x0_example"]), tokens(said["xt_example"])
    assert (x0 == exam.STRINGS).all(1).any()
    exam.q_sample_discrete = lambda x0, t: x_t
    even = torch.full((1, exam.L, exam.K), 0.5 / (exam.K - 1)).scatter(2, (x0 - exam.FIRST)[..., None], 0.5)
    loss = exam.denoising_loss(lambda x_t, t: exam.as_returned(even.log()), x0, torch.tensor([30]))
    assert said["loss30"] == f"{loss:.4f}"


@pytest.mark.parametrize("paper", EXAM.papers)
def test_the_language_is_as_it_is_described(paper):
    exam, said = solved(paper), row(paper)
    strings = {exam.text(string) for string in exam.STRINGS}
    example = re.search(r"such\s+as\s+`(\w+)`", said["language"])
    assert example and example[1] in strings
    number, length = re.search(r"(\d+) [a-z]+ of (six|eight) tokens, all equally likely", said["language"]).groups()
    assert (len(strings), len(exam.STRINGS), exam.L) == (int(number), int(number), {"six": 6, "eight": 8}[length])
    assert said["lucky"] == f"{len(strings) / exam.K**exam.L:.1%}".replace("%", " %")


@pytest.mark.parametrize("paper", EXAM.papers)
def test_the_ids_are_those_that_are_printed(paper):
    exam, said = solved(paper), row(paper)
    first, last = map(int, re.search(r"ids (\d) to (\d)", said["ids"]).groups())
    assert (first, last) == (exam.FIRST, exam.FIRST + exam.K - 1)
    assert sorted(set(exam.STRINGS.flatten().tolist())) == list(range(first, last + 1))
    blank = re.search(r"`BLANK` = (\d)", said["ids"])
    assert (blank and int(blank[1])) == getattr(exam, "BLANK", None)


@pytest.mark.parametrize("paper", EXAM.papers)
def test_what_hit_tokens_become_is_what_is_described(paper):
    exam, said = solved(paper), row(paper)
    x0 = exam.STRINGS[:1].expand(4000, -1)
    x_t = exam.q_sample_discrete(x0, torch.full((4000,), exam.T))
    assert ("`BLANK`" in said["corruption_words"]) == (x_t == getattr(exam, "BLANK", -1)).any()
    assert ("pair" in said["corruption_words"]) == ("repeat_interleave" in said["hit"])
    assert "perhaps the old one" not in said["corruption_words"] or (x_t == x0).any()
    if "**other**" in said["corruption_words"]:
        untouched = 1 - exam.corruption_probability(torch.tensor(40.0))
        assert torch.isclose((x_t == x0).float().mean(), untouched, atol=0.02)


@pytest.mark.parametrize("paper", EXAM.papers)
def test_the_network_answers_in_the_printed_shape(paper):
    exam, said = solved(paper), row(paper)
    sizes = {"B": 3, "L": exam.L, "K": exam.K}
    answer = exam.Network()(exam.draw(3), torch.tensor([1, 20, 40]))
    assert answer.shape == tuple(sizes[letter] for letter in re.findall(r"\w", said["shape"]))
    assert said["shape"] in said["returned_words"] and f"**{said['returned_noun']}**" in said["returned_words"]
    classes = said["shape"].strip("()").split(", ").index("K")
    assert (said["returned_noun"] == "probabilities") == torch.allclose(answer.sum(classes), torch.tensor(1.0), atol=1e-4)


@pytest.mark.parametrize("paper", EXAM.papers)
def test_the_minutes_of_the_functions_are_those_that_were_planned(paper):
    text = script_text(Master(EXAM.on(paper).masters / "examB_discrete.py").starter)
    exercises = re.findall(r"### Exercise examB\.\w+ · (\d+) points · (\d+) min", text)
    assert (sum(int(points) for points, _ in exercises), sum(int(minutes) for _, minutes in exercises)) == (40, 38)


@pytest.mark.parametrize("twist", TWISTS)
def test_no_two_turned_papers_share_a_twist(twist):
    assert [pair for pair in combinations(TURNED, 2) if len({row(paper)[twist] for paper in pair}) == 1] == []
