"""Each paper of the exam is as plain as any other notebook: no trace of slots or of the others, and right worked numbers."""

import math
import re
import tomllib

import pytest
import torch

from genweek.course.day import Day
from genweek.making.building import build
from genweek.making.contents import contents
from genweek.making.masters import Master, script_text
from genweek.proving.leaks import leaks

EXAM = Day.load("day4_exam")
ROWS = tomllib.loads((EXAM.masters / "papers.toml").read_text(encoding="utf-8"))
papers = pytest.mark.parametrize("paper", EXAM.papers)


@papers
def test_nothing_in_a_repository_shows_slots_or_names_a_paper(paper):
    turned = "|".join(set(EXAM.papers) - {"plain"})  # a word that everybody uses
    for name, source in contents(EXAM.on(paper)).items():
        text = source.read_bytes().decode("utf-8", errors="ignore")
        assert not re.search(rf"papers\.toml|\b({turned})\b", text), name
        assert not name.startswith("exam") or not re.search(r"\{\{ ?\w+ ?\}\}", text), name
        assert paper not in name.split("/"), name


@papers
def test_nothing_in_a_repository_is_a_piece_of_its_solution(paper, tmp_path):
    """Here for all papers: the whole proof takes one of them at a time."""
    day = EXAM.on(paper)
    assert not leaks(day, build(day, tmp_path))


@papers
def test_what_every_paper_uses_stands_in_its_row(paper):
    for stem in EXAM.notebooks:
        room = stem.partition("_")[0]
        files = EXAM.masters.glob(f"*{room}*.py")
        used = {name for path in files for name in re.findall(r"\{\{ ?(\w+) ?\}\}", path.read_text(encoding="utf-8"))}
        assert ROWS[paper][room].keys() == used


@papers
def test_the_minutes_of_the_functions_are_those_that_were_planned(paper):
    (exam_a,) = [stem for stem in EXAM.notebooks if stem.startswith("examA")]
    text = script_text(Master(EXAM.on(paper).masters / f"{exam_a}.py").starter)
    exercises = re.findall(r"### Exercise examA\.\w+ · (\d+) points · (\d+) min", text)
    assert (sum(int(points) for points, _ in exercises), sum(int(minutes) for _, minutes in exercises)) == (60, 52)


@papers
def test_the_worked_numbers_of_exam_a_are_the_solutions(paper):
    row = ROWS[paper]["examA"]
    names: dict = {"torch": torch, "math": math}
    text = script_text(Master(EXAM.on(paper).masters / "examA_continuous.py").solved)
    exec(compile(text, "examA", "exec"), names)
    table = names["compute_alpha_cumprod"](torch.tensor([0.1, 0.5]))
    assert [f"{value:.4g}" for value in table.tolist()] == row["worked_alpha_bar"].split(", ")
    names["ALPHA_BAR"] = torch.tensor([1, 0.8, 0.36])
    ink, noise, t = torch.full((1, 1), row["ink"]), torch.full((1, 1), -0.5), torch.tensor([2])
    x_t = names["q_sample"](ink, t, noise)
    assert f"{x_t.item():.4g}" == row["worked_x_t"]
    x_s = names["p_sample"](lambda x, t: noise, x_t, 2, 1, noise=torch.ones(1, 1))
    assert f"{x_s.item():.4g}" == row["worked_x_s"]
    found = names["epsilon_from"](torch.full((1, 1), float(row["worked_y"])), x_t, t)
    assert found.item() == pytest.approx(-0.5, abs=1e-3)
    step, left = (re.search(rf"{name} = ([\d.]+)", row["worked_step"]) for name in (r"\$t", "alpha_t"))
    names["ALPHA_BAR"] = torch.full((row["T"] + 1,), float(left[1]) if left else 0.5)
    off, t = torch.tensor([[1, -0.5]]), torch.tensor([int(step[1]) if step else 1])
    loss = names["diffusion_loss"](lambda x, t: off, torch.zeros(1, 2), t, torch.zeros(1, 2))
    assert f"{loss.item():.4g}" == row["worked_loss"]


@papers
def test_the_steps_of_exam_a_are_as_many_as_are_printed(paper):
    row = ROWS[paper]["examA"]
    steps = eval(row["grid"], {"T": row["T"]})
    assert (steps[0], steps[-1], len(steps) - 1) == (row["T"], 0, row["calls"])
    if numbers := re.search(r"= ([\d, ]+), \\dots, ([\d, ]+)\$", row["steps"]):
        begin, end = ([int(number) for number in part.split(", ")] for part in numbers.groups())
        assert (steps[: len(begin)], steps[-len(end) :]) == (begin, end)
