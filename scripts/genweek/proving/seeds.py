"""Grades do not depend on the luck of a seed."""

from tqdm import tqdm

from autograding.judge.session import Session

from ..making.record import record, tests_for
from ..making.variants import alternatives, mistakes
from .proof import Proof, lost


def alternatives_score_everything(proof: Proof) -> list[str]:
    variants = [variant for variant in alternatives(proof.day) if variant.task_id.startswith(proof.only)]
    proof.summary = f"{len(variants)} alternatives"
    return [problem for variant in variants for problem in lost(proof.of_task(variant), str(variant))]


def seeds_take_no_point(proof: Proof, seeds: int) -> list[str]:
    """On unseen inputs the master and every alternative keep every point, and every mistake loses some."""
    recordings = [record(proof.day, proof.assignment, proof.pool, f"verify {seed}", named=False) for seed in range(seeds)]
    problems = []
    for variant in tqdm([*alternatives(proof.day), *mistakes(proof.day)], unit="variant", disable=None):
        tests = tests_for(proof.assignment, variant.task_id)
        session = Session(proof.assignment, variant.texts, proof.pool, recordings[0])
        for seed, recording in enumerate(recordings):  # one worker for all seeds: starting it is most of the work
            session.ask_anew(recording)
            results = map(session.run, tests)
            if variant.sentence is None:
                problems += lost(results, f"{variant} on seed {seed}")
            elif all(result.status == "pass" for result in results):  # the first failure is enough
                problems.append(f"{variant} loses no point on seed {seed}")
        session.close()
    return problems
