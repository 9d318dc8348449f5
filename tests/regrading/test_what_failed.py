"""What fails is a row that says so, and no fault of the student's."""

import os
import shutil
import sys

import pytest
from attacks.arena import PARTLY, SOLVED

from autograding.judge.processes import WorkerError
from genweek.course.day import CourseError
from genweek.regrading import lanes as regrading
from genweek.regrading import sandbox

pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="the sandbox needs bubblewrap")


def test_who_ends_the_judge_is_a_row_and_the_others_are_graded(course, monkeypatch):
    for name in ("ada", "bob", "cyd", "dan"):
        course.hand_in(name)
    run = regrading.Lane.run
    monkeypatch.setattr(regrading.Lane, "run", lambda lane, one: os._exit(9) if one.student == "bob" else run(lane, one))
    rows = course.run()
    assert (rows["bob"]["status"], rows["bob"]["score"]) == ("failed", "0") and "ended the judge" in rows["bob"]["warnings"]
    assert [rows[name]["score"] for name in ("ada", "cyd", "dan")] == ["100"] * 3


def test_what_failed_is_a_row_said_loudly_and_tried_again(course, monkeypatch, capsys):
    course.hand_in("ada")
    with monkeypatch.context() as broken:
        broken.setattr(regrading, "grade", lambda *_: 1 / 0)
        row = course.run()["ada"]
    assert row["status"] == "failed" and "ZeroDivisionError" in row["warnings"]
    assert "LOOK AT IT: ada could not be graded" in capsys.readouterr().err
    assert course.run("--resume")["ada"]["score"] == "100"


def test_a_worker_that_cannot_start_is_no_fault_of_the_students(arena, monkeypatch):
    monkeypatch.setattr(regrading.WarmParent, "worker", lambda self: (_ for _ in ()).throw(WorkerError("no memory")))
    verdict = arena.grade("ada", SOLVED)
    assert verdict.scores["status"] == "failed" and verdict.says("It could not be graded: WorkerError: no memory")


def test_without_bubblewrap_there_is_one_warning(course, monkeypatch, capfd):
    course.hand_in("ada")
    course.hand_in("bob", PARTLY)
    monkeypatch.setattr(sandbox, "available", lambda: False)
    assert [row["score"] for row in course.run().values()] == ["100", "20"]
    assert capfd.readouterr().err.count("there is no sandbox") == 1


def test_a_sandbox_that_does_not_work_is_a_sentence(monkeypatch):
    monkeypatch.setattr(sandbox, "command", lambda *_: ["sh", "-c", "echo bwrap: setting up uid map: denied >&2; exit 1"])
    with pytest.raises(CourseError, match=r"setting up uid map: denied\).*--no-sandbox"):
        sandbox.check()


def test_a_filter_that_cannot_be_made_is_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    with pytest.raises(CourseError, match="apt-get install libseccomp2"):
        sandbox.check()
