"""The proof that an assignment is fit to publish. Each check returns the sentences that say what does not hold."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tqdm import tqdm

from autograding.judge.assignment import Assignment, texts_in
from autograding.judge.processes import WarmParent
from autograding.judge.reference import Replay
from autograding.judge.session import Result, Session, key_of

from . import leaks
from ..making.building import build
from ..course.day import Day
from ..making.masters import TODO, Master, notebook_text, script_text
from ..making.record import judged, record, tests_for
from ..making.variants import Variant, alternatives, mistakes

NAMED = 0.9  # the share of mistakes that must be answered with their own sentence
OTHER_DRAWS = 7  # a mistake is recognised also when its random numbers are others than at the recording

# Loads every exercise in a process that has none of the packages that only notebooks need.
LEAN = """
import json, sys
sys.modules |= dict.fromkeys(["matplotlib", "tqdm", "IPython", "jupytext", "nbformat", "sklearn"])
sys.path.append(sys.argv[1])
from autograding.worker.namespace import Namespace
from autograding.reading.pair import resolve
solved, starters = json.load(sys.stdin)
for stem, text in solved.items():
    for name in starters[stem]:
        getattr(Namespace(resolve(stem, starters[stem], {".py": text})), name)
"""


@dataclass
class Proof:
    day: Day
    pool: WarmParent
    scratch: Path
    only: str = ""  # a notebook's prefix, to check its variants alone

    @cached_property
    def repo(self) -> Path:
        return build(self.day, self.scratch / "one")

    @cached_property
    def assignment(self) -> Assignment:
        return Assignment.load(self.repo / "autograding")

    @cached_property
    def masters(self) -> list[Master]:
        return [Master(self.day.masters / f"{stem}.py") for stem in self.day.notebooks]

    def results(self, texts: dict) -> list[Result]:
        return judged(self.assignment, texts, self.pool, self.assignment.recording, self.assignment.tests)

    def starter_scores_nothing(self) -> list[str]:
        results = self.results(texts_in(self.repo, self.day.notebooks))
        return [
            f"the starter's {result.key} is {result.status}, not todo: {result.message}"
            for result in results
            if result.status != "todo"
        ]

    def master_scores_everything(self) -> list[str]:
        halves = {
            master.stem: {".py": script_text(master.solved), ".ipynb": notebook_text(master.solved)}
            for master in self.masters
        }
        problems = _lost(self.results(halves), "the master")
        if self.assignment.max_score != 100:
            problems.append(f"the points sum to {self.assignment.max_score}, not 100")
        return problems

    def mistakes_lose_points_and_are_named(self) -> list[str]:
        problems, named, failed = [], 0, set()
        variants = [variant for variant in mistakes(self.day) if variant.task_id.startswith(self.only)]
        for variant in variants:
            results = self._of_task(variant, draws=OTHER_DRAWS)
            wrong = [result for result in results if result.status != "pass"]
            failed |= {result.key for result in wrong}
            said = {result.mistake for result in wrong} - {None}
            named += said == {variant.sentence}
            graded = any(result.task.points for result in results)
            if not wrong or (graded and not any(result.task.points for result in wrong)):
                problems.append(f"{_name(variant)} loses no point")
            elif not said:
                problems.append(f"(unnamed) {_name(variant)}: failed {', '.join(result.name for result in wrong)}")
            elif said != {variant.sentence}:
                problems.append(f"{_name(variant)} is told {said}, which is another mistake's sentence")
        never = [test for test in self.assignment.tests if test.task.id.startswith(self.only)]
        problems += [
            f"no mistake fails {test.task.id}:{test.__name__}"
            for test in never
            if f"{test.task.id}:{test.__name__}" not in failed
        ]
        self.summary = f"{len(variants)} mistakes, {named} named"
        if named >= NAMED * len(variants):
            for problem in [problem for problem in problems if problem.startswith("(unnamed)")]:
                problems.remove(problem)
                print(f"    {problem}")
        return problems

    def alternatives_score_everything(self) -> list[str]:
        variants = [variant for variant in alternatives(self.day) if variant.task_id.startswith(self.only)]
        self.summary = f"{len(variants)} alternatives"
        return [problem for variant in variants for problem in _lost(self._of_task(variant), _name(variant))]

    def public_answers_earn_nothing(self) -> list[str]:
        """What lies recorded in every student's repository passes no graded test on another seed."""
        secret = record(self.day, self.assignment, self.pool, "another seed", named=False)
        session = _Replayed(self.assignment, {}, self.pool, secret)
        results = [session.run(test) for test in self.assignment.tests if test.task.points]
        return [
            f"{result.key} is passed by the recorded answers of the public seed"
            for result in results
            if result.status == "pass"
        ]

    def ids_agree(self) -> list[str]:
        """One id stands in the TODO, the error, the test's mark, the check cell and the handout's points table."""
        starters = "\n".join(script_text(master.starter) for master in self.masters)
        handout = (self.day.handout / "README.md").read_text(encoding="utf-8")
        prefixes = "|".join(stem.partition("_")[0] for stem in self.day.notebooks)
        tested = {test.task.id for test in self.assignment.tests}
        graded = {test.task.id for test in self.assignment.tests if test.task.points}
        listed = set(re.findall(rf"^\|[^\n]*?`((?:{prefixes})\.[\w.]+)`", handout, re.M))
        sets = {
            "a TODO": set(TODO.findall(starters)),
            "a NotImplementedError": set(re.findall(r'NotImplementedError\("TODO ([\w.]+)"\)', starters)),
            "a check cell": {id for id in re.findall(r'check\("([\w.]+)"\)', starters) if "." in id},
            "the handout's table": listed | (tested - graded),  # an extension need not stand there
        }
        return [
            f"{id}: {'no test' if id in ids else f'not in {where}'}"
            for where, ids in sets.items()
            for id in sorted(ids ^ tested)
        ]

    def nothing_leaks(self) -> list[str]:
        return leaks.leaks(self.day, self.repo)

    def grading_imports_only_what_it_installs(self) -> list[str]:
        """A fresh runner installs autograding/requirements.txt alone: no exercise may pull in plots or notebooks."""
        solved = {master.stem: script_text(master.solved) for master in self.masters}
        starters = {master.stem: master.starter_sources for master in self.masters}
        done = subprocess.run(
            [sys.executable, "-c", LEAN, self.repo], input=json.dumps([solved, starters]), text=True, capture_output=True
        )
        return [done.stderr.strip().splitlines()[-1]] if done.returncode else []

    def builds_are_identical(self) -> list[str]:
        other = build(self.day, self.scratch / "two")
        heads = {_head(repo) for repo in (self.repo, other)}
        return [] if len(heads) == 1 else ["two builds have different commits"]

    def seeds_take_no_point(self, seeds: int) -> list[str]:
        """On unseen inputs the master and every alternative keep every point, and every mistake loses some."""
        recordings = [record(self.day, self.assignment, self.pool, f"verify {seed}", named=False) for seed in range(seeds)]
        problems = []
        for variant in tqdm([*alternatives(self.day), *mistakes(self.day)], unit="variant", disable=None):
            tests = tests_for(self.assignment, variant.task_id)
            session = Session(self.assignment, variant.texts, self.pool, recordings[0])
            for seed, recording in enumerate(recordings):  # one worker for all seeds: starting it is most of the work
                session.ask_anew(recording)
                results = map(session.run, tests)
                if variant.sentence is None:
                    problems += _lost(results, f"{_name(variant)} on seed {seed}")
                elif all(result.status == "pass" for result in results):  # the first failure is enough
                    problems.append(f"{_name(variant)} loses no point on seed {seed}")
            session.close()
        return problems

    def _of_task(self, variant: Variant, draws: int = 0) -> list[Result]:
        tests = tests_for(self.assignment, variant.task_id)
        return judged(self.assignment, variant.texts, self.pool, self.assignment.recording, tests, draws=draws)


class _Replayed(Session):
    """A session in which the recorded answers of the public seed stand in the student's place."""

    def _fixtures(self, test: Callable) -> dict[str, Any]:
        answers = self.assignment.recording["answers"].get(key_of(test.task.id, test.__name__), [[]])
        return super()._fixtures(test) | {"student": Replay(answers)}


def _lost(results: Iterable[Result], who: str) -> list[str]:
    return [f"{who} loses {result.key}: {result.message}" for result in results if result.status != "pass"]


def _name(variant: Variant) -> str:
    return f"{variant.task_id}/{variant.name}"


def _head(repo: Path) -> str:
    return (repo / ".git" / "refs" / "heads" / "main").read_text().strip()
