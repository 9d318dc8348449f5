"""Every known mistake loses points and is told its own sentence; nobody is told another's."""

from collections import defaultdict
from itertools import zip_longest

from autograding.judge.mistakes import sentence_for
from autograding.judge.session import Result

from ..making.record import judged, tests_for
from ..making.variants import Variant, mistakes, together
from .proof import Proof

NAMED = 0.9  # the share of a task's mistakes that must be answered with their own sentence
THIRDS = 3  # a third of the mistakes is held out in turn
AT_ONCE = 6  # submissions in which every task of a notebook is wrong
OTHER_DRAWS = 7  # a mistake is recognised also when its random numbers are others than at the recording


def mistakes_lose_points_and_are_named(proof: Proof) -> list[str]:
    problems, failed = [], set()
    named, unnamed = defaultdict(list), defaultdict(list)
    for variant, results in _judged(proof):
        wrong = [result for result in results if result.status != "pass"]
        failed |= {result.key for result in wrong}
        said = {result.mistake for result in wrong} - {None}
        (named if said == {variant.sentence} else unnamed)[variant.task_id].append(variant)
        graded = any(result.task.points for result in results)
        if not wrong or (graded and not any(result.task.points for result in wrong)):
            problems.append(f"{variant} loses no point")
        elif not said:
            print(f"    (unnamed) {variant}: failed {', '.join(result.name for result in wrong)}")
        elif said != {variant.sentence}:
            problems.append(f"{variant} is told {said}, which is another mistake's sentence")
    for task in sorted(named.keys() | unnamed.keys()):
        count, of = len(named[task]), len(named[task]) + len(unnamed[task])
        print(f"    {task}: {count} of {of} mistakes named")
        if count < NAMED * of:
            problems.append(f"{task}: only {count} of {of} mistakes are named, fewer than {NAMED:.0%}")
    problems += [
        f"no mistake fails {test.task.id}:{test.__name__}"
        for test in proof.assignment.tests
        if test.task.id.startswith(proof.only) and f"{test.task.id}:{test.__name__}" not in failed
    ]
    proof.summary = f"{sum(map(len, [*named.values(), *unnamed.values()]))} mistakes, {sum(map(len, named.values()))} named"
    return problems


def mistakes_held_out_are_told_nothing_wrong(proof: Proof) -> list[str]:
    """Nobody has thought of every mistake: one that is not in the recording must not be told another's sentence."""
    problems, places, silent = [], defaultdict(int), 0
    for variant, results in _judged(proof):
        place = places[variant.task_id]
        places[variant.task_id] += 1
        known = [
            mistake
            for number, mistake in enumerate(proof.recording["mistakes"][variant.task_id])
            if number % THIRDS != place % THIRDS
        ]
        said = sentence_for({result.key: result.observed for result in results}, known)
        silent += said is None
        if said not in (None, variant.sentence):
            problems.append(f"{variant}, held out, is told: {said}")
    proof.summary = f"{sum(places.values())} mistakes, a third at a time; {silent} told nothing"
    return problems


def mistakes_keep_their_names_among_others(proof: Proof) -> list[str]:
    """With every task of a notebook wrong at once, none is told a wrong sentence, and each that had a name keeps it."""
    problems, kept, count = [], 0, 0
    for stem in proof.day.notebooks:
        by_task = defaultdict(list)
        for variant, results in _judged(proof):
            if variant.stem == stem and variant.sentence in {result.mistake for result in results}:
                by_task[variant.task_id].append(variant)
        for at_once in list(zip_longest(*by_task.values()))[:AT_ONCE]:
            chosen = {variant.task_id: variant for variant in at_once if variant}
            tests = [test for task in chosen for test in tests_for(proof.assignment, task)]
            texts = together(list(chosen.values()))
            for result in judged(proof.assignment, texts, proof.pool, proof.recording, tests):
                if result.status != "pass" and result.mistake not in (None, chosen[result.task.id].sentence):
                    problems.append(f"{chosen[result.task.id]}, with all tasks wrong, is told: {result.mistake}")
                count += result.status != "pass"
                kept += result.mistake is not None
    proof.summary = f"{kept} of {count} failed tests keep the name"
    if kept < NAMED * count:
        problems.append(f"only {proof.summary}")
    return problems


def _judged(proof: Proof) -> list[tuple[Variant, list[Result]]]:
    """Every mistake of the notebooks in question, judged by the tests of its task; once for all proofs."""
    if proof.judged_mistakes is None:
        variants = proof.chosen(mistakes(proof.day))
        proof.judged_mistakes = [(variant, proof.of_task(variant, draws=OTHER_DRAWS)) for variant in variants]
    return proof.judged_mistakes
