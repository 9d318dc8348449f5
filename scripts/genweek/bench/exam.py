"""The whole exam of a class, regraded: every paper, answers of every kind, as the verb grades it on the evening after."""

import ast
import os
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import jupytext

from autograding.judge.assignment import Assignment
from autograding.judge.processes import worker_pool
from autograding.judge.recording import Recording

from ..course.day import Day
from ..making.building import build
from ..making.masters import Master, notebook_text, script_text
from ..making.record import record
from ..making.variants import Variant, alternatives, in_place_of, mistakes
from ..regrading.lanes import regrade
from ..regrading.results import folder_of, read_scores
from ..regrading.submissions import Submission
from .measure import tree_cpu
from .population import Texts, save

SLUG, SEED = "day4_exam", "bench"
SHARES = {"right": 45, "another right answer": 20, "a mistake": 20, "not begun": 15}  # of the tasks, by a guess

Row = tuple[str, str, str]


def population(day: Day, count: int, seed: str) -> Iterator[Texts]:
    """So many submissions on one paper: the master, with another answer or none to some of the tasks."""
    draw, masters = random.Random(seed), {stem: Master(day.masters / f"{stem}.py") for stem in day.notebooks}
    solved = {stem: script_text(master.solved) for stem, master in masters.items()}
    known = {"a mistake": mistakes(day), "another right answer": alternatives(day)}
    for _ in range(count):
        texts: Texts = {}
        for stem, master in masters.items():
            text = solved[stem]
            for id, untouched in master.exercises.items():
                (kind,) = draw.choices(list(SHARES), list(SHARES.values()))
                answers = [one for one in known.get(kind, []) if one.task_id == id]
                if kind == "not begun":
                    text = in_place_of(text, id.partition(".")[2], _definition(untouched))
                elif answers:
                    text = _with(text, draw.choice(answers))
            notebook = jupytext.reads(text, "py:percent")
            texts[stem] = {".ipynb": notebook_text(notebook), ".py": script_text(master.starter)}
        yield texts


def _with(text: str, answer: Variant) -> str:
    """The imports of its library come along, as they would have been written by a student."""
    imports = answer.text.partition("\n\n")[0]
    return f"{imports}\n\n{in_place_of(text, answer.task_id.partition('.')[2], answer.function)}"


def _definition(source: str) -> str:
    """The function in a cell of the starter."""
    node = next(node for node in ast.parse(source).body if isinstance(node, (ast.FunctionDef, ast.ClassDef)))
    return ast.get_source_segment(source, node) or ""


def whole_exam(count: int, scratch: Path, jobs: int) -> list[Row]:
    """Everything between the collected folders and the grades: each paper is built and recorded, then its students."""
    papers = Day.load(SLUG).on_each()
    preparing, grading, scores = Spent(), Spent(), []
    for number, day in enumerate(papers):
        texts = list(population(day, len(range(number, count, len(papers))), day.paper))
        with preparing:
            repo = build(day, scratch)
            assignment = Assignment.load(repo / "autograding").of_record(day.unseen)
            pool = worker_pool([repo])
            answers = record(day, assignment, pool, SEED)
            pool.close()
        if texts:
            scores += _graded(day, texts, repo, assignment, answers, scratch, jobs, grading)
    each = grading.cpu / len(scores)
    expected = (preparing.cpu + each * 300 / jobs) / 60
    return [
        (f"building and recording {len(papers)} papers", f"{preparing.cpu:.0f} s CPU, {preparing.wall:.0f} s", ""),
        (f"grading {len(scores)}, {jobs} at a time", f"{grading.cpu:.0f} s CPU, {grading.wall:.0f} s", ""),
        ("    CPU for each submission", f"{each:.2f} s", ""),
        (f"300 in all, where {jobs} cores are idle", f"{expected:.1f} min", ""),
        ("points, from the least to the most", f"{min(scores)} to {max(scores)}", "of 100"),
    ]


class Spent:
    """Wall and CPU seconds inside its `with` blocks, of this process and its descendants. so_far: count what there is by
    now, and nothing after it: the seconds of a process that is killed are lost with it."""

    def __init__(self):
        self.cpu = self.wall = 0.0

    def __enter__(self) -> None:
        self._began, self._marked = _now(), None

    def so_far(self) -> None:
        self._marked = _now()

    def __exit__(self, *_) -> None:
        (wall, cpu), (began, before) = self._marked or _now(), self._began
        self.wall += wall - began
        self.cpu += cpu - before


def _now() -> tuple[float, float]:
    return time.monotonic(), tree_cpu(os.getpid())


def _graded(
    day: Day,
    students: Sequence[Texts],
    repo: Path,
    assignment: Assignment,
    answers: Recording,
    scratch: Path,
    jobs: int,
    spent: Spent,
) -> list[int]:
    """The points of each."""
    out, folder, staged = (scratch / f"{what}-{day.paper}" for what in ("grades", "handed_in", "staged"))
    staged.mkdir(mode=0o755)
    submissions = []
    for number, texts in enumerate(students):
        save(folder / f"student{number}", texts)
        submissions.append(Submission(f"student{number}", folder / f"student{number}"))
    done = []
    with spent:
        for student in regrade(submissions, min(jobs, len(students)), repo, assignment, answers, out, staged):
            spent.so_far()  # at the end, the lanes are killed
            done.append(student)
    return [read_scores(folder_of(out, student))["score"] for student in done]
