"""What the verbs ask of GitHub in a week: counted at the fake GitHub of the tests, for classes of several sizes.

The assignment is the tests' toy: how often GitHub is asked does not depend on what students write. The fake has no limits,
so minutes are no measurement: they follow from the counts by the pace that GitHub asks for (`forges/github/pace.py`).
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ..course.day import CourseError
from ..forges.git import git
from ..forges.github.pace import Cost, minutes
from ..support import with_support

NEW_CONTENT = {"repos/create-using-template", "repos/create-in-org", "orgs/set-membership-for-user"}
PUSH, FETCH = "git-receive-pack", "git-upload-pack"
FORMAT = "{:>8} {:>7} {:>7} {:>7} {:>7} {:>7} {:>8}"
HEAD = ("students", "calls", "writing", "quota", "pushes", "fetches", "minutes")

Row = tuple[str, str, str]


@dataclass(frozen=True)
class Asked:
    """cost: a fetch is taken for a push, since it lasts as long. quota: the calls that count in an hour: what has not
    changed since it was asked for is free."""

    verb: str
    students: int
    cost: Cost
    quota: int
    pushes: int
    fetches: int

    @property
    def row(self) -> Row:
        counts = (self.cost.reads + self.cost.writes, self.cost.writes, self.quota, self.pushes, self.fetches)
        return self.verb, FORMAT.format(self.students, *counts, f"{minutes(self.cost):.1f}"), ""


def weeks(sizes: Sequence[int], scratch: Path) -> list[Row]:
    """What each verb asked in the week of each class."""
    played = [week(size, scratch) for size in sizes]
    return [("", FORMAT.format(*HEAD), ""), *(one.row for same in zip(*played, strict=True) for one in same)]


def week(students: int, scratch: Path) -> list[Asked]:
    """Play the week of a toy assignment. Nothing of it leaves this machine."""
    with_support()
    import pytest
    from classroom_examples import CELLS, MISTAKE, NOON, SLUG, answer, build
    from fake_github.contract import Contract
    from places import Clone, GitHubPlace, on_github
    from report_examples import outcome, scores, task
    from toy_verbs import ToyVerbs, close, collect, dashboard, generate, give_back, gradebook, regrade, release_solutions

    from .. import verbs

    folder = scratch / f"class of {students}"
    folder.mkdir(mode=0o755)
    operations, found = Contract.load().operations, []

    def note(verb: str, place: GitHubPlace, before: tuple[Counter, int]) -> None:
        made, used = place.github.calls - before[0], place.github.world.used - before[1]
        pushes, fetches = made.pop(PUSH, 0), made.pop(FETCH, 0)
        writes = sum(count for id, count in made.items() if operations[id].method.upper() != "GET")
        content = sum(made[id] for id in NEW_CONTENT)
        cost = Cost(made.total() - writes, writes, content, pushes + fetches)
        found.append(Asked(verb, students, cost, used, pushes, fetches))

    def counted(verb: str, *words: Any) -> None:
        before, began = (Counter(place.github.calls), place.github.world.used), time.monotonic()
        if played.run(*words):
            raise CourseError(f"{verb} did not do all that it should:\n{played.said[-1]}")
        note(verb, place, before)
        seconds = time.monotonic() - began
        print(f"{found[-1].verb}: {found[-1].row[1]}   played in {seconds:.0f} s", file=sys.stderr, flush=True)

    with pytest.MonkeyPatch.context() as patch, on_github(folder, patch) as place:
        patch.setattr(verbs, "CLASSROOM", folder)
        place.github.world.base_permission = "read"  # as a new organisation has it
        people = {f"s{n}": place.github.student(f"s{n}", member=False) for n in range(1, students + 1)}
        place.people |= people
        played = ToyVerbs(folder, patch, build(folder / "built"))
        played.forge = place.option
        played.roster(*(f"{login},{login.title()} Ng,{login}@uni.example,," for login in people))
        counted("generate, all are invited", generate, "--apply")
        for one in people.values():
            one.accept()
        counted("generate, nothing to do", generate, "--apply")
        clone = Clone(place, f"{SLUG}-s1", folder / "clone", "s1")
        commit = clone.write(answer(1))  # copies that are made in one second are one commit: it is everybody's
        points = outcome("test_1", points=1, max_points=1), outcome("test_2", "fail", 0, 1, "It is 1.", MISTAKE)
        scored = json.dumps(scores(task("nb1.words", *points), assignment=SLUG, max_score=2)).encode()
        for login, one in people.items():
            git(clone.folder, "push", "--quiet", one.url(f"{SLUG}-{login}"), f"{commit}:refs/heads/main")
            place.github.run(f"{SLUG}-{login}", commit, {"scores.json": scored})
        counted("the wall", dashboard)
        note("the wall, a renewal", place, _renewed(place, dashboard, patch, played.run))

        place.at(NOON + timedelta(minutes=10))
        counted("close", close, "--apply")
        counted("close --open", close, "--open", "--apply")
        counted("collect", collect)
        counted("release_solutions", release_solutions, "--apply")
        if played.run(regrade) or played.run(gradebook):
            raise CourseError(played.said[-1])
        counted("give_back", give_back, "--apply")
        played.built = build(folder / "fixed", ("# Toy, corrected", *CELLS[1:]))
        counted("generate --update", generate, "--update", "--apply")
    return found


def _renewed(place: Any, dashboard: Any, patch: Any, run: Callable) -> tuple[Counter, int]:
    """Watch the wall through one renewal; what had been asked before it."""
    before: list[tuple[Counter, int]] = []

    def sleep(seconds: float) -> None:
        if before:
            raise KeyboardInterrupt
        before.append((Counter(place.github.calls), place.github.world.used))

    patch.setattr(dashboard, "time", SimpleNamespace(sleep=sleep))
    with suppress(KeyboardInterrupt):
        run(dashboard, "--watch", 30)
    return before[0]
