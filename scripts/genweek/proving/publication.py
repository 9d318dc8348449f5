"""A build is fit to be handed out: it is what the masters make, scores as it should, and gives nothing away."""

import json
import re
import subprocess
import sys
from pathlib import Path

from autograding.reading.folder import read_folder

from . import leaks
from ..making.building import build
from ..making.execution import execute
from ..making.handout import whole
from ..making.masters import TODO, Master, notebook_text, script_text
from .proof import Proof, lost

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


def builds_are_identical(proof: Proof) -> list[str]:
    other = build(proof.day, proof.scratch / "two")
    heads = {(repo / ".git" / "refs" / "heads" / "main").read_text() for repo in (proof.repo, other)}
    return [] if len(heads) == 1 else ["two builds have different commits"]


def starter_scores_nothing(proof: Proof) -> list[str]:
    results = proof.results(read_folder(proof.repo, proof.assignment.starters)[0])
    return [
        f"the starter's {result.key} is {result.status}, not todo: {result.message}"
        for result in results
        if result.status != "todo"
    ]


def master_scores_everything(proof: Proof) -> list[str]:
    halves = {
        master.stem: {".py": script_text(master.solved), ".ipynb": notebook_text(master.solved)} for master in proof.masters
    }
    problems = lost(proof.results(halves), "the master")
    if proof.assignment.max_score != 100 and not proof.day.left_out:
        problems.append(f"the points sum to {proof.assignment.max_score}, not 100")
    return problems


def ids_agree(proof: Proof) -> list[str]:
    """One id stands in the TODO, the error, the test's mark, the check cell and the handout's points table."""
    starters = "\n".join(script_text(master.starter) for master in proof.masters)
    handout = whole(proof.day)
    prefixes = "|".join(stem.partition("_")[0] for stem in proof.day.notebooks)
    tested = {test.task.id for test in proof.assignment.tests}
    graded = {test.task.id for test in proof.assignment.tests if test.task.points}
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


def nothing_leaks(proof: Proof) -> list[str]:
    return leaks.leaks(proof.day, proof.repo)


def grading_imports_only_what_it_installs(proof: Proof) -> list[str]:
    """A fresh runner installs autograding/requirements.txt alone: no exercise may pull in plots or notebooks."""
    solved = {master.stem: script_text(master.solved) for master in proof.masters}
    starters = {master.stem: master.starter_sources for master in proof.masters}
    done = subprocess.run(
        [sys.executable, "-c", LEAN, proof.repo], input=json.dumps([solved, starters]), text=True, capture_output=True
    )
    return [done.stderr.strip().splitlines()[-1]] if done.returncode else []


def runs_from_top_to_bottom(master: Master, repo: Path, scratch: Path) -> list[str]:
    """What stops a solved notebook, if anything does."""
    error = execute(master, repo, scratch)[1]
    return [error] if error else []
