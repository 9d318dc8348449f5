"""A right answer must not be knowable: programs that do not compute it earn nothing."""

from collections.abc import Iterable

from autograding.judge.scores import scores_of
from autograding.judge.session import Result

from ..making.leaning import empty_programs, leaning
from ..making.record import run_master
from .proof import Proof

SECRET, ELSEWHERE = "a secret seed", "public"  # what is asked, and what is known


def every_task_has_a_firm_test(proof: Proof) -> list[str]:
    """One that cannot be passed without computing; the points of the others hang on it."""
    one, other = (run_master(proof.day, proof.assignment, proof.pool, seed) for seed in (ELSEWHERE, SECRET))
    leans = leaning(proof.day, proof.assignment, proof.pool, one, [other])
    proof.summary = f"{len(leans)} of {len(proof.assignment.tests)} tests lean"
    marked = {f"{test['id']}:{test['name']}" for test in proof.assignment.declared if test.get("leans")}
    graded = [test for test in proof.assignment.declared if test["points"]]
    problems = []
    for task in dict.fromkeys(test["id"] for test in graded):
        tests = [f"{task}:{test['name']}" for test in graded if test["id"] == task]
        if all(test in marked or test in leans for test in tests):
            reasons = [f"{test.partition(':')[2]}: {leans.get(test, 'it leans on another seed')}" for test in tests]
            problems += [f"{task} has no firm test: {reason}" for reason in reasons]
    problems += [f"{test} is not marked as leaning: {leans[test]}" for test in sorted(leans.keys() - marked)]
    return problems


def empty_programs_earn_nothing(proof: Proof) -> list[str]:
    """Answers of another seed, arguments handed back, constants: sent in reply, and in the place of every exercise."""
    one, other = (run_master(proof.day, proof.assignment, proof.pool, seed) for seed in (SECRET, ELSEWHERE))
    programs = list(empty_programs(proof.day, proof.assignment, proof.pool, one, other))
    proof.summary = f"{len(programs)} programs"
    return [sentence for name, results in programs for sentence in earned(proof, name, results)]


def earned(proof: Proof, who: str, results: Iterable[Result]) -> list[str]:
    """A sentence for each task in which somebody who has solved nothing has points."""
    scores = scores_of(proof.assignment, results, [], "none")
    return [
        f"{who} earn {task['score']} of {task['max_score']} in {task['id']}: "
        + ", ".join(test["name"] for test in task["tests"] if test["points"])
        for task in scores["tasks"]
        if task["score"]
    ]
