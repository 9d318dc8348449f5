"""A verb that is killed before any of its calls or pushes goes on when it is run again: nothing is doubled or lost.

For a folder, `tests/classroom/test_interrupted.py` shows the same.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from classroom_examples import ALICE, BOB, NINE, SCHEDULE, SLUG, answer
from places import Clone, GitHubPlace
from updates import starter

from genweek.classroom.afterwards.collecting import choose_all
from genweek.classroom.afterwards.keeping import collect
from genweek.classroom.publishing import generating
from genweek.classroom.publishing.planning import carry_out
from genweek.forges import git as forge_git
from genweek.forges.forge import MAIN, Forge
from genweek.forges.github.client import Client

STUDENTS = (ALICE, BOB)
FORK = multiprocessing.get_context("fork")


def generated(forge: Forge, folder: Path) -> int:
    return carry_out(generating.plan(forge, SLUG, folder / "first", STUDENTS, SCHEDULE), apply=True, forge=forge)


def updated(forge: Forge, folder: Path) -> int:
    commit, is_new = generating.next_template(forge, SLUG, folder / "second")
    steps, _ = generating.plan_update(forge, SLUG, folder / "second", commit, is_new, STUDENTS)
    return carry_out(steps, apply=True, forge=forge)


def collected(forge: Forge, folder: Path) -> int:
    for row in choose_all(forge, SCHEDULE, STUDENTS, None):
        collect(forge, row, folder / "collected" / row.repository)
    return 0


def closed(forge: Forge, folder: Path) -> int:
    forge.close(SLUG, ["toy-bob-b"])
    return 0


def killed_at(step: int, verb: Callable, place: GitHubPlace, folder: Path) -> bool:
    """Run the verb in a process that is killed before its n-th question or change; False when it came to its end."""

    def die_in_time() -> None:
        left = iter(range(step))

        def counted(do, counts=lambda *_: True):
            def act(*arguments, **options):
                if counts(*arguments) and next(left, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)
                return do(*arguments, **options)

            return act

        forge_git.call = counted(forge_git.call, lambda _, what, *rest: what in ("push", "fetch"))
        Client._ask, os.replace = counted(Client._ask), counted(os.replace)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os._exit(verb(place.reopened(), folder))

    process = FORK.Process(target=die_in_time)
    process.start()
    process.join(120)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode != 0


def state(place: GitHubPlace, folder: Path) -> dict:
    """All that the verbs make, without the names of commits, which are other ones on another forge."""
    forge, found = place.reopened(), {}
    for name in forge.repos():
        trees = {}
        for branch in ("main", "starter-update"):
            if commit := forge.tip(name, branch):
                fetched = forge.fetch(name, folder / f"look {len(os.listdir(folder))}", commit)
                trees[branch] = forge_git.git(fetched, "rev-parse", f"{MAIN}^{{tree}}")
        pushes = [(push.branch, push.commit, push.time, push.rewrote) for push in forge.pushes(name)]
        found[name] = trees, dict(forge.access(name)), pushes, forge.hours(name)
    taken = {path.name: (path / ".commit").read_text() for path in sorted((folder / "collected").glob("[!.]*"))}
    return {"repositories": found, "collected": taken, "closed": forge.closed(SLUG)}


@pytest.fixture
def ready(place: GitHubPlace, tmp_path) -> Path:
    for version, name in enumerate(("first", "second")):
        starter(tmp_path / name, version)
    place.knows(*(one.login for one in STUDENTS))
    return tmp_path


@pytest.mark.parametrize("verb", [generated, updated, collected, closed])
def test_a_verb_that_is_killed_at_any_point_goes_on_when_it_is_run_again(place, ready, verb):
    if verb is not generated:
        assert generated(place.forge, ready) == 0
        for student in STUDENTS:
            clone = Clone(place, f"{SLUG}-{student.login}", ready / student.login, student.login)
            clone.write(answer(2))
            assert clone.push(at=NINE).returncode == 0
    step = 0
    while killed_at(step, verb, place, ready):
        step += 1
    assert step > (5 if verb is not closed else 0)
    after = state(place, ready)
    assert verb(place.reopened(), ready) == 0
    assert state(place, ready) == after, "there was nothing left to do"
    names = [f"{SLUG}-{student.login}" for student in STUDENTS]
    assert sorted(after["repositories"]) == [SLUG, *names]
    for student, name in zip(STUDENTS, names, strict=True):
        trees, access, pushes, hours = after["repositories"][name]
        assert access == {student.login: "write"} and hours == generating.hours_of(SCHEDULE, False, student)
        assert len(pushes) == (verb is not generated)
        assert ("starter-update" in trees) == (verb is updated)
        assert (name in after["collected"]) == (verb is collected)
    assert after["closed"] == (["toy-bob-b"] if verb is closed else None)
