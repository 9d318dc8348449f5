"""Grades do not depend on the luck of a seed."""

import copy
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

from tqdm import tqdm

from autograding.judge.processes import worker_pool
from autograding.judge.recording import Recording
from autograding.judge.session import Session

from ..course.day import ROOT
from ..making.record import record, tests_for
from ..making.variants import Variant, alternatives, mistakes
from .proof import Proof, lost


_work: Callable  # what a process does with each item, see `_on_all_cores`


def alternatives_score_everything(proof: Proof) -> list[str]:
    variants = proof.chosen(alternatives(proof.day))
    proof.summary = f"{len(variants)} alternatives"
    return [problem for variant in variants for problem in lost(proof.of_task(variant), str(variant))]


def seeds_take_no_point(proof: Proof, seeds: int) -> list[str]:
    """On unseen inputs the master and every alternative keep every point, and every mistake loses some."""
    recordings = list(_on_all_cores(_recorded, proof, range(seeds), "seed"))
    variants = proof.chosen([*alternatives(proof.day), *mistakes(proof.day)])
    proof.summary = f"{len(variants)} variants"
    found = _on_all_cores(partial(_luck, recordings=recordings), proof, variants, "variant")
    return [problem for problems in found for problem in problems]


def _recorded(proof: Proof, seed: int) -> Recording:
    return record(proof.day, proof.assignment, proof.pool, f"verify {seed}", named=False)


def _luck(proof: Proof, variant: Variant, recordings: Sequence[Recording]) -> list[str]:
    """What one variant lost, or did not lose, on each of the recordings."""
    problems = []
    tests = tests_for(proof.assignment, variant.task_id)
    session = Session(proof.assignment, variant.texts, proof.pool, recordings[0])
    for seed, recording in enumerate(recordings):  # one worker for all seeds: starting it is most of the work
        session.ask_anew(recording)
        if variant.sentence is None:
            problems += lost(map(session.run, tests), f"{variant} on seed {seed}")
            continue
        failing = next((test for test in tests if session.run(test).status != "pass"), None)
        if failing is None:
            problems.append(f"{variant} loses no point on seed {seed}")
        else:  # one failure is enough, and the same test is the likeliest to see it on the next seed
            tests.remove(failing)
            tests.insert(0, failing)
    session.close()
    return problems


def _on_all_cores(work: Callable, proof: Proof, items: Sequence, unit: str) -> Iterator:
    """work(proof, item) of every item, in order: in a process on each core, with workers of its own."""
    proof.repo  # noqa: B018  (built once here, and not by each process)
    fork = multiprocessing.get_context("fork")  # what a process begins with is inherited: no assignment can be pickled
    with ProcessPoolExecutor(os.cpu_count(), fork, _begin, (work, proof)) as executor:
        yield from tqdm(executor.map(_one, items), total=len(items), unit=unit, disable=None)


def _begin(work: Callable, proof: Proof) -> None:
    global _work
    proof = copy.copy(proof)
    proof.pool = worker_pool([ROOT / "assignments" / "common"])
    _work = partial(work, proof)


def _one(item: Any) -> Any:
    return _work(item)
