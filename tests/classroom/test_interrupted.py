"""A verb that is killed at any point goes on when it is run again; two at once never write to one place."""

import multiprocessing
import os
import shutil
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from classroom_examples import ALICE, BOB, NOON, SCHEDULE, SLUG, Clone, answer, build, open_repo

from genweek.alone import alone
from genweek.classroom.afterwards.collecting import choose_all, write
from genweek.classroom.afterwards.keeping import collect
from genweek.classroom.publishing import generating, solutions
from genweek.classroom.publishing.planning import carry_out
from genweek.course.day import CourseError
from genweek.forges import git as forge_git
from genweek.forges.local import local_forge
from genweek.forges.local.local_forge import LocalForge

FORK = multiprocessing.get_context("fork")
STUDENTS = [ALICE, BOB]
AFTER = NOON + timedelta(hours=1)


def generated(forge: LocalForge, folder: Path) -> int:
    return carry_out(generating.plan(forge, SLUG, folder / "toy", STUDENTS, SCHEDULE), apply=True)


def updated(forge: LocalForge, folder: Path) -> int:
    commit, is_new = generating.next_template(forge, SLUG, folder / "new")
    return carry_out(generating.plan_update(forge, SLUG, folder / "new", commit, is_new, STUDENTS)[0], apply=True)


def released(forge: LocalForge, folder: Path) -> int:
    made = folder / f"solutions{os.getpid()}{len(os.listdir(folder))}"
    commit = solutions.make_commit(forge, SLUG, {"nb1_toy.py": answer(2)}, SCHEDULE.solutions, made)
    return carry_out(solutions.plan(forge, SLUG, STUDENTS, made, commit), apply=True)


def collected(forge: LocalForge, folder: Path) -> int:
    out = forge.folder / "collected"
    rows = [collect(forge, row, out / row.repository)[0] for row in choose_all(forge, SCHEDULE, STUDENTS, None)]
    write(rows, out)
    return sum(row.status != "collected" for row in rows)


def state(forge: LocalForge) -> dict:
    """All that the verbs make: branches, access, the record of pushes, and what was collected."""
    repos = {}
    for name in forge.repos():
        branches = forge_git.git(forge.repo(name), "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads")
        repos[name] = branches, forge.access(name), [(push.branch, push.commit, push.time) for push in forge.pushes(name)]
    out = forge.folder / "collected"
    made = [path for path in out.rglob("*") if path.is_file() and path.parent != out]  # beside half a file of a killed run
    return repos | {str(path.relative_to(out)): path.read_bytes() for path in [*made, *out.glob("[!.]*.csv")]}


def killed_at(step: int, verb, forge: LocalForge, folder: Path) -> bool:
    """Run the verb in a process that is killed before its n-th change or question to git; False when it came to its end."""

    def die_in_time() -> None:
        left = iter(range(step))

        def counted(do):
            def act(*arguments, **options):
                if next(left, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)
                return do(*arguments, **options)

            return act

        forge_git.call, os.replace = counted(forge_git.call), counted(os.replace)
        local_forge.call, Path.rename = forge_git.call, counted(Path.rename)
        sys.exit(verb(forge, folder))

    process = FORK.Process(target=die_in_time)
    process.start()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


@pytest.fixture
def folder(tmp_path, forge, toy) -> Path:
    """A class that has pushed, and two copies of its forge."""
    shutil.copytree(toy, tmp_path / "toy")
    build(tmp_path / "new", ("# Toy, corrected", "def words():\n    raise NotImplementedError\n", "check(words)"))
    for student in STUDENTS:
        clone = Clone(forge, open_repo(forge, toy, f"{SLUG}-{student.login}"), tmp_path / student.login)
        clone.write(answer(2))
        assert clone.push().returncode == 0
    forge.set_clock(AFTER)
    return tmp_path


@pytest.mark.parametrize("verb", [generated, updated, released, collected])
def test_a_verb_that_is_killed_at_any_point_goes_on_when_it_is_run_again(folder, forge, verb):
    if verb is generated:
        shutil.rmtree(forge.repos_folder)
        forge.set_up()
    whole = LocalForge(shutil.copytree(forge.folder, folder / "whole", symlinks=True))
    assert verb(whole, folder) == 0
    step = 0
    while killed_at(step, verb, forge, folder):
        step += 1
    assert step > 5
    assert state(forge) == state(whole)


def hold(folder: Path, ready, end) -> None:
    sys.argv = ["scripts/collect.py"]
    with alone(folder):
        ready.set()
        end.wait(60)


def test_a_page_that_is_renewed_for_hours_keeps_nobody_from_its_folder_but_from_itself(tmp_path):
    with alone(tmp_path, "dashboard.html"):
        with alone(tmp_path):
            pass
        with pytest.raises(CourseError, match="is writing to .*dashboard.html"), alone(tmp_path, "dashboard.html"):
            pass


@pytest.mark.parametrize("killed", [False, True])
def test_a_second_run_is_told_who_is_at_it_and_a_killed_one_is_in_nobody_s_way(tmp_path, killed):
    ready, end = FORK.Event(), FORK.Event()
    first = FORK.Process(target=hold, args=(tmp_path / "out", ready, end))
    first.start()
    assert ready.wait(60)
    who = rf"collect of \w+ \(since \d\d:\d\d \S+, process {first.pid} on .*\) is writing to .*out"
    with pytest.raises(CourseError, match=who), alone(tmp_path / "out"):
        pass
    first.kill() if killed else end.set()
    first.join(60)
    with alone(tmp_path / "out"):
        pass
    assert [path.name for path in (tmp_path / "out").iterdir() if path.name != ".lock"] == []
