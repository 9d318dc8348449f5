"""Every known mistake loses points and is told its own sentence; none is told another's."""

from collections import defaultdict

from ..making.variants import mistakes
from .proof import Proof

NAMED = 0.9  # the share of a task's mistakes that must be answered with their own sentence
OTHER_DRAWS = 7  # a mistake is recognised also when its random numbers are others than at the recording


def mistakes_lose_points_and_are_named(proof: Proof) -> list[str]:
    problems, failed = [], set()
    named, unnamed = defaultdict(list), defaultdict(list)
    for variant in (variant for variant in mistakes(proof.day) if variant.task_id.startswith(proof.only)):
        results = proof.of_task(variant, draws=OTHER_DRAWS)
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
