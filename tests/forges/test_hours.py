"""The server opens and ends by its own clock: nobody has to run a verb at eight."""

import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from classroom_examples import ALICE, BOB, NOON, SCHEDULE, SLUG, Clone

from genweek.classroom.afterwards.collecting import choose_all
from genweek.classroom.publishing import generating
from genweek.classroom.publishing.planning import carry_out
from genweek.forges.git import environment
from genweek.forges.hours import Hours
from genweek.forges.local import doors, hook

SECOND = timedelta(seconds=1)
EXAM = partial(generating.plan, slug=SLUG, students=[ALICE], schedule=SCHEDULE, exam=True)


def clone(forge, name, folder) -> subprocess.CompletedProcess:
    """As a student would, from the one folder that is served."""
    url = str(forge.folder / "repos" / f"{name}.git")
    return subprocess.run(["git", "clone", url, folder], capture_output=True, text=True, env=environment())


@pytest.fixture
def lab(forge, toy):
    """Generated the evening before."""
    forge.set_clock(SCHEDULE.release - timedelta(hours=12))
    assert carry_out(generating.plan(forge, SLUG, toy, [ALICE, BOB], SCHEDULE), apply=True) == 0
    return forge


@pytest.fixture
def exam(forge, toy):
    forge.set_clock(SCHEDULE.release - timedelta(days=2))
    assert carry_out(EXAM(forge=forge, built=toy), apply=True) == 0
    return forge


def test_a_lab_may_be_looked_at_before_its_release_and_takes_pushes_from_then_on(lab, tmp_path):
    alice = Clone(lab, "toy-alice", tmp_path / "alice")
    alice.write("early")
    refused = alice.push(at=SCHEDULE.release - SECOND)
    assert refused.returncode != 0
    assert "toy-alice opens Tue 24 Nov 2026, 08:00:00 UTC: until then it takes no pushes." in refused.stderr
    assert lab.pushes("toy-alice") == []
    assert alice.push(at=SCHEDULE.release).returncode == 0
    assert generating.plan(lab, SLUG, None, [ALICE, BOB], SCHEDULE) == []


def test_a_push_after_the_end_is_taken_kept_and_told_that_it_is_late(lab, tmp_path):
    alice = Clone(lab, "toy-alice", tmp_path / "alice")
    commit = alice.write("in time")
    assert "LATE" not in alice.push(at=NOON - SECOND).stderr
    late = alice.write("late")
    done = alice.push(at=NOON)
    assert done.returncode == 0
    assert "LATE: pushes counted until Tue 24 Nov 2026, 12:00:00 UTC. This one is kept, and listed as late." in done.stderr
    (row,) = choose_all(lab, SCHEDULE, [ALICE], None)
    assert (row.push.commit, [push.commit for push in row.late]) == (commit, [late])


def test_the_end_is_each_student_s_own_and_a_later_extension_is_a_step_of_the_plan(lab, toy, tmp_path):
    bob = Clone(lab, "toy-bob-b", tmp_path / "bob")
    bob.write("one")
    assert "LATE" not in bob.push(at=NOON + timedelta(minutes=29)).stderr
    later = type(BOB)(BOB.login, BOB.name, BOB.email, extensions={"": 60})
    (step,) = generating.plan(lab, SLUG, toy, [ALICE, later], SCHEDULE)
    assert step.sentence == ("toy-bob-b: opens Tue 24 Nov 2026, 08:00:00 UTC, counts until Tue 24 Nov 2026, 13:00:00 UTC")
    step.act()
    bob.write("two")
    assert "LATE" not in bob.push(at=NOON + timedelta(minutes=59)).stderr


@pytest.mark.parametrize("name", ["toy-alice", "toy"])
def test_an_exam_cannot_be_cloned_before_its_release_and_can_be_from_then_on(exam, tmp_path, name):
    exam.set_clock(SCHEDULE.release - SECOND)
    early = clone(exam, name, tmp_path / "early")
    assert early.returncode != 0 and "does not exist" in early.stderr
    assert not (tmp_path / "early").exists()
    assert oct((exam.folder / "held").stat().st_mode)[-3:] == "700"
    exam.set_clock(SCHEDULE.release)
    exam.open_due()
    assert clone(exam, name, tmp_path / "in-time").returncode == 0
    assert (tmp_path / "in-time/nb1_toy.ipynb").is_file()


def test_a_plan_of_an_exam_says_that_it_is_hidden_and_a_second_one_has_nothing_to_do(forge, exam, toy):
    assert exam.repos() == ["toy", "toy-alice"]
    assert exam.hours("toy-alice").begins == SCHEDULE.opens > SCHEDULE.release, "before, no push is graded"
    assert EXAM(forge=exam, built=toy) == []
    (create, _) = EXAM(forge=exam, built=toy, students=[BOB])
    assert create.sentence == "create toy-bob-b for Bob Böhm, hidden until Tue 24 Nov 2026, 08:00:00 UTC"


def test_an_exam_whose_release_was_moved_is_hidden_again(exam, toy, tmp_path):
    exam.set_clock(SCHEDULE.release)
    dates = {name: when for name, when in vars(SCHEDULE).items() if isinstance(when, datetime)}
    moved = replace(SCHEDULE, **{name: when + timedelta(days=1) for name, when in dates.items()})
    assert carry_out(EXAM(forge=exam, built=toy, schedule=moved), apply=True) == 0
    assert clone(exam, "toy-alice", tmp_path / "early").returncode != 0


def test_a_process_opens_what_is_hidden_when_nobody_looks(exam, tmp_path):
    exam.set_clock(None)
    soon = exam.now() + 2 * SECOND
    for name in exam.repos():
        exam.set_hours(name, Hours(soon, soon, visible=soon))
    waiting = subprocess.Popen([sys.executable, hook.__file__, exam.folder, "doors"])
    try:
        assert clone(exam, "toy-alice", tmp_path / "early").returncode != 0 or exam.now() >= soon
        assert waiting.wait(60) == 0
    finally:
        waiting.kill()
    assert exam.now() >= soon
    assert clone(exam, "toy-alice", tmp_path / "in-time").returncode == 0


def test_one_process_waits_and_none_for_a_clock_that_stands_still(exam, monkeypatch):
    started = []
    monkeypatch.setattr(doors.subprocess, "Popen", lambda command, **_: started.append(command))
    doors.keep(exam)
    assert started == []
    exam.set_clock(None)
    later = exam.now() + timedelta(hours=1)
    exam.set_hours("toy-alice", Hours(later, later, visible=later))
    doors.keep(exam)
    assert started[0][-1] == "doors"


def test_hours_are_read_as_they_were_written(tmp_path):
    hours = Hours(NOON, NOON + SECOND, "Europe/Berlin", NOON, begins=NOON + SECOND)
    (tmp_path / "hours.json").write_text(hours.to_json())
    assert Hours.read(tmp_path / "hours.json") == hours
    assert Hours.read(tmp_path / "none.json") is None


@pytest.mark.parametrize(
    ("late", "said"),
    [(timedelta(minutes=5), "5 minutes"), (timedelta(hours=5), "5 hours"), (timedelta(days=364), "364 days")],
)
def test_a_plan_begins_with_every_date_and_says_what_is_over(late, said):
    lines = SCHEDULE.lines(NOON + late)
    assert [line.split()[0] for line in lines] == ["release", "opens", "due", "solutions", "time"]
    assert lines[2] == f"due        Tue 24 Nov 2026, 12:00:00 UTC   OVER since {said}"
    assert "OVER" not in "".join(SCHEDULE.lines(NOON - SECOND))


def test_a_student_who_has_pushed_to_another_branch_alone_is_told_at_once(lab, tmp_path):
    alice = Clone(lab, "toy-alice", tmp_path / "alice")
    alice.write("one")
    said = "Nothing is on main yet, and only what is pushed to main counts: git push origin HEAD:main"
    assert said in alice.push("origin", "HEAD:master", at=NOON - SECOND).stderr
    assert said not in alice.push().stderr
    assert said not in alice.push("origin", "HEAD:work").stderr
