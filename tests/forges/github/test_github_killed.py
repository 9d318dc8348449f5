"""Every verb that writes, killed before any of its changes, goes on when it is run again: nothing is doubled or lost.

A change is a call that writes, a push, a fetch, or a file that is put in its place; to be killed at a question in between is
to be killed before the next one. For a folder, `tests/classroom/test_interrupted.py` shows the same.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from classroom_examples import ALICE, BOB, NINE, SCHEDULE, SLUG, answer
from gradebook_examples import graded
from places import Clone, GitHubPlace
from updates import starter

from autograding.reports.scorecard import Assignment, ScoreCard
from genweek.classroom.afterwards.collecting import choose_all
from genweek.classroom.afterwards.keeping import collect
from genweek.classroom.afterwards.record import Record
from genweek.classroom.publishing import generating, giving_back, solutions
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


def opened(forge: Forge, folder: Path) -> int:
    forge.open(SLUG)
    return 0


def given_back(forge: Forge, folder: Path) -> int:
    card = ScoreCard(Assignment(SLUG, "A toy", 2), 2, 2)
    records = [Record(student, graded(2, 2), card) for student in STUDENTS]
    return carry_out(giving_back.plan(forge, SLUG, records), apply=True, forge=forge)


def released(forge: Forge, folder: Path) -> int:
    made = folder / f"solutions {len(os.listdir(folder))}"
    commit = solutions.make_commit(forge, SLUG, {"nb1_toy.py": answer(2)}, SCHEDULE.solutions, made)
    return carry_out(solutions.plan(forge, SLUG, STUDENTS, made, commit), apply=True, forge=forge)


# What each verb leaves on a student's repository beside what `generated` has made.
VERBS = {
    generated: set(),
    updated: {"starter-update"},
    collected: set(),
    closed: set(),
    opened: set(),
    given_back: {"grades"},
    released: {"solutions"},
}
CHANGES = ("POST", "PUT", "PATCH", "DELETE")


def killed_at(step: int, verb: Callable, place: GitHubPlace, folder: Path) -> bool:
    """Run the verb in a process that is killed before its n-th change; False when it came to its end."""

    def die_in_time() -> None:
        left = iter(range(step))

        def counted(do, counts=lambda *_: True):
            def act(*arguments, **options):
                if counts(*arguments) and next(left, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)
                return do(*arguments, **options)

            return act

        forge_git.call = counted(forge_git.call, lambda _, what, *rest: what in ("push", "fetch"))
        Client._ask = counted(Client._ask, lambda _, method, *rest: method in CHANGES)
        os.replace = counted(os.replace)
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
        for branch in ("main", *set().union(*VERBS.values())):
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


@pytest.mark.parametrize(("verb", "plan"), [*((verb, "team") for verb in VERBS), (closed, "free"), (opened, "free")])
def test_a_verb_that_is_killed_at_any_point_goes_on_when_it_is_run_again(place, ready, verb, plan):
    """plan: on the free one it is closed by permission, a repository after the other; to other verbs it is all the same."""
    place.github.faults.free_plan = plan == "free"
    if verb is not generated:
        assert generated(place.forge, ready) == 0
        for student in STUDENTS:
            clone = Clone(place, f"{SLUG}-{student.login}", ready / student.login, student.login)
            clone.write(answer(2))
            assert clone.push(at=NINE).returncode == 0
    if verb is opened:
        assert closed(place.forge, ready) == 0
    step = 0
    while killed_at(step, verb, place, ready):
        step += 1
    assert step >= (1 if plan == "team" and verb in (closed, opened) else len(STUDENTS))
    after = state(place, ready)
    assert verb(place.reopened(), ready) == 0
    assert state(place, ready) == after, "there was nothing left to do"
    names = [f"{SLUG}-{student.login}" for student in STUDENTS]
    assert sorted(after["repositories"]) == [SLUG, *names]
    for student, name in zip(STUDENTS, names, strict=True):
        trees, access, pushes, hours = after["repositories"][name]
        assert access == {student.login: "write"} and hours == generating.hours_of(SCHEDULE, False, student)
        assert len(pushes) == (verb is not generated)
        assert trees.keys() == {"main"} | VERBS[verb]
        assert (name in after["collected"]) == (verb is collected)
        held = verb is closed and plan == "free" and student is ALICE
        given = place.github.world.repositories[name].levels[place.people[student.login].id]
        assert given == ("pull" if held else "push")
    assert after["closed"] == (["toy-bob-b"] if verb is closed else None)
