"""A push to the local forge is graded at once, by the template's grader, and what it yields stays beside the commit."""

import json
import subprocess
import sys
import time
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from classroom_examples import NINE, NOON, answer

from autograding.reports.last import AGAIN
from genweek.forges.forge import Status
from genweek.forges.git import git
from genweek.forges.hours import Hours
from genweek.forges.local import grading, hook
from genweek.forges.local.hook import catch_up
from genweek.regrading import sandbox

NAME = "toy-alice"


def pushed(forge, alice, text: str, path: str = "nb1_toy.py") -> tuple[str, Status]:
    """Grade one commit; its name and its status."""
    commit = alice.write(text, path)
    assert alice.push().returncode == 0
    return commit, grading.grade(forge, NAME, commit)


def test_a_push_is_graded_at_once_and_the_score_stands_beside_the_commit(forge, alice):
    forge.set_up(grading="foreground")
    commit = alice.write(answer(1))
    said = [line.removeprefix("remote: ").strip() for line in alice.push().stderr.splitlines()]
    assert said[:4] == [
        "Received. Grading …",
        f"main {commit[:7]}: autograding — 1/2",
        "nb1.words: Word 2 (not yet)",
        f"All of it: {AGAIN}",
    ]
    status = forge.status(NAME, commit)
    assert (status.state, status.description) == ("failure", "autograding — 1/2")
    assert json.loads(forge.scores(NAME, commit).read_text())["score"] == 1
    assert status.target_url.endswith("/artifact/report.html")


def test_what_the_workflow_s_steps_report_is_kept(forge, alice):
    commit, status = pushed(forge, alice, answer(2))
    folder = forge.run_folder(NAME, commit)
    assert status.state == "success"
    assert "2 / 2 points" in (folder / "summary.md").read_text()
    assert "::notice title=Autograding complete::Points 2/2" in (folder / "log.txt").read_text()
    assert "Word 1" in (folder / "artifact/report.html").read_text()
    assert sorted(path.name for path in (folder / "artifact").iterdir()) == ["report.html", "scores.json"]


def test_every_pushed_branch_is_graded_and_a_deleted_one_is_not(forge, alice):
    forge.set_up(grading="foreground")
    commit = alice.write(answer(1))
    alice.push("origin", "HEAD:work")
    assert forge.status(NAME, commit).description == "autograding — 1/2"
    assert alice.push("origin", ":work").returncode == 0


def test_in_the_background_a_push_ends_before_its_grading(forge, alice):
    forge.set_up(grading="background", patience=0)
    commit = alice.write(answer(1))
    said = alice.push().stderr
    assert f"main {commit[:7]}: received. It goes on by itself; see the result later: {AGAIN}" in said
    end = time.monotonic() + 60
    while forge.status(NAME, commit).state == "pending":
        assert time.monotonic() < end
        time.sleep(0.1)
    assert forge.status(NAME, commit).description == "autograding — 1/2"


@pytest.mark.parametrize("said", [None, "received", "grading"])
def test_what_a_restart_cut_off_is_graded_later(forge, alice, said):
    commit = alice.write(answer(1))
    alice.push()
    if said:
        forge.set_status(NAME, commit, Status("pending", said))
    assert catch_up(forge) == 0
    assert forge.status(NAME, commit).description == "autograding — 1/2"


def test_a_fix_of_the_template_grades_from_then_on(forge, alice, toy, tmp_path):
    new = tmp_path / "new"
    subprocess.run(["cp", "-r", toy, new], check=True)
    test = new / "autograding/tests/test_nb1_toy.py"
    test.write_text(test.read_text().replace("reaches, 2", "reaches, 1"))
    subprocess.run(["git", "-C", new, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qam", "fix"], check=True)
    forge.publish("toy", new, "HEAD", "main")
    assert pushed(forge, alice, answer(1))[1].description == "autograding — 2/2"


def test_a_repository_that_no_grader_belongs_to_is_a_sentence(forge, alice):
    assert grading.grade(forge, "toy", "a" * 40).description == (
        "Failed (look at it): toy was made from no template, so nothing grades its pushes."
    )


def test_where_nothing_can_be_graded_nobody_has_zero_points(forge, alice, monkeypatch):
    monkeypatch.setattr(grading.Lane, "_new_pool", lambda self: 1 / 0)
    commit, status = pushed(forge, alice, answer(2))
    assert status.state == "error"
    assert status.description.startswith("Failed (look at it): It could not be graded: ZeroDivisionError")
    assert forge.scores(NAME, commit) is None


def test_a_submission_without_notebooks_is_told_so(forge, alice):
    for half in ("ipynb", "py"):
        (alice.folder / f"nb1_toy.{half}").unlink()
    commit, status = pushed(forge, alice, "x", "notes.txt")
    assert status.description == "autograding — 0/2"
    assert "nb1_toy.ipynb is missing" in unescape((forge.run_folder(NAME, commit) / "summary.md").read_text())


def test_a_server_that_cannot_go_on_says_so_in_a_sentence(forge, monkeypatch, capsys):
    monkeypatch.setattr(hook, "catch_up", lambda forge: Path("/dev/full").write_text("x"))
    monkeypatch.setattr(sys, "argv", ["hook.py", str(forge.folder), "catch-up"])
    assert hook.main() == 1
    assert "was cut off ([Errno 28] No space left on device). Nothing that was pushed is lost" in capsys.readouterr().out


SPY = """
def words():
    import pathlib
    raise ValueError([path.read_text() for path in pathlib.Path("/grader/handed_out").iterdir()])
"""
TOLD = "NotImplementedError"  # stands in what lies there, and not in the code above


def all_that_comes_back(forge, alice, said: str) -> str:
    """Whatever a student may learn of the push: what the terminal said, and every object that can be fetched."""
    git(alice.folder, "fetch", "--quiet", "origin", "+refs/*:refs/back/*")
    refs = git(alice.folder, "for-each-ref", "--format=%(refname)", "refs/back/scores").split()
    return "\n".join([said, *(git(alice.folder, "cat-file", "blob", ref) for ref in refs)])


@pytest.mark.skipif(not sandbox.available(), reason="what is beside the code stands in the sandbox")
def test_before_an_exam_begins_no_code_of_a_student_runs_beside_the_open_paper(forge, alice):
    forge.set_up(grading="foreground")
    forge.set_hours(NAME, Hours(NINE, NOON, begins=NINE + timedelta(hours=1)))
    commit = alice.write(SPY)
    told = all_that_comes_back(forge, alice, alice.push(at=NINE + timedelta(minutes=59)).stderr)
    assert TOLD not in told and "words" not in told and "Word 1" not in told
    assert "The exam begins Tue 24 Nov 2026, 10:00:00 UTC: what is pushed before is kept, and not graded." in told
    assert forge.status(NAME, commit).description == "autograding — not begun"
    forge.set_status(NAME, commit, Status("pending", "received"))  # a restart of the server finds it waiting
    assert catch_up(forge) == 0
    assert forge.status(NAME, commit).description == "autograding — not begun"
    assert TOLD not in all_that_comes_back(forge, alice, "")

    again = alice.write(SPY + "\n")
    told = all_that_comes_back(forge, alice, alice.push(at=NINE + timedelta(hours=1)).stderr)
    assert TOLD in told, "from then on everybody has the paper, and this is what would have come back before"
    assert forge.status(NAME, again).description == "autograding — 0/2"
