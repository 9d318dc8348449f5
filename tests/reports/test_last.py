"""`python -m autograding --last`: what the server says of the last push, or where else it stands."""

import io
import json
import os
import subprocess
import sys

import pytest
from classroom_examples import MISTAKE, NINE, answer

from autograding.reports.last import show
from genweek.forges.forge import Status
from genweek.forges.git import git

NAME = "toy-alice"
TESTS = [
    {"name": "test_1", "title": "Word 1", "status": "pass", "points": 1, "max_points": 1},
    {"name": "test_2", "title": "Word 2", "status": "fail", "points": 0, "max_points": 1, "mistake": MISTAKE},
]
TASK = {"id": "nb1.words", "score": 1, "max_score": 2, "tests": TESTS}
SCORES = {"schema": "genweek/scores/v1", "assignment": "toy", "score": 1, "max_score": 2, "tasks": [TASK]}


def local(when) -> str:
    """As a clock on the student's machine shows it."""
    return f"{when.astimezone():%a %d %b %Y, %H:%M:%S}"


def graded(forge, commit: str) -> None:
    """As `grading.grade` leaves it."""
    artifact = forge.run_folder(NAME, commit) / "artifact"
    artifact.mkdir(parents=True)
    (artifact / "scores.json").write_text(json.dumps(SCORES | {"commit": commit}))
    forge.set_status(NAME, commit, Status("failure", "autograding — 1/2"))


def last(folder) -> tuple[int, str]:
    out = io.StringIO()
    code = show(folder, folder / "autograding/assignment.json", out)
    return code, out.getvalue()


@pytest.fixture
def pushed(forge, alice) -> str:
    commit = alice.write(answer(1))
    alice.push()
    return commit


def test_the_whole_report_of_the_last_push_can_be_fetched(forge, alice, pushed):
    graded(forge, pushed)
    code, said = last(alice.folder)
    assert code == 0
    assert MISTAKE in said and "1 / 2 points" in said
    assert said.splitlines()[-1] == f"main {pushed[:7]}, {local(NINE)}, the server: autograding — 1/2"


def test_a_student_asks_for_it_in_a_terminal(forge, alice, pushed):
    graded(forge, pushed)
    ask = [sys.executable, "-m", "autograding", "--last"]
    done = subprocess.run(ask, cwd=alice.folder, capture_output=True, encoding="utf-8", env=os.environ | {"PYTHONUTF8": "1"})
    assert done.returncode == 0 and "1 / 2 points" in done.stdout, done.stderr
    assert not (alice.folder / "scores.json").exists()
    assert "name no task" in subprocess.run([*ask, "nb1"], cwd=alice.folder, capture_output=True, text=True).stderr


def test_what_waits_is_said_to_wait(forge, alice, pushed):
    forge.set_status(NAME, pushed, Status("pending", "received"))
    code, said = last(alice.folder)
    assert (code, "the server: received. Look again in a minute" in said, "points" in said) == (0, True, False)


def test_the_newest_push_that_something_is_said_of_is_shown_and_what_is_newer_is_named(forge, alice, pushed):
    graded(forge, pushed)
    later = alice.write(answer(2))
    alice.push()
    newest = alice.write("not pushed", "notes.txt")
    _, said = last(alice.folder)
    assert f"main {pushed[:7]}" in said
    assert f"The server has said nothing yet of {later[:7]}, which was pushed later." in said
    assert f"Your latest commit, {newest[:7]}, is not on the server: git push" in said


def test_the_result_of_another_branch_is_not_taken_for_this_one_s(forge, alice, pushed):
    graded(forge, pushed)
    git(alice.folder, "switch", "--quiet", "--orphan", "work")
    alice.write("x", "x.txt")
    assert last(alice.folder) == (1, "Nothing has been pushed to work yet: git push\n")


def test_nobody_deletes_or_writes_a_result_by_a_push(forge, alice, pushed):
    graded(forge, pushed)
    for how in (f":refs/scores/{pushed}", f"HEAD:refs/scores/{'a' * 40}"):
        assert alice.push("origin", how).returncode != 0
    assert last(alice.folder)[0] == 0


def test_a_clone_is_not_burdened_with_results(forge, alice, pushed, tmp_path):
    graded(forge, pushed)
    git(tmp_path, "clone", "--quiet", forge.url(NAME), "again")
    assert "scores" not in git(tmp_path / "again", "for-each-ref")


def test_a_server_that_keeps_none_is_told_plainly(alice, tmp_path):
    git(tmp_path, "init", "--quiet", "--bare", "elsewhere")
    git(alice.folder, "push", "--quiet", str(tmp_path / "elsewhere"), "HEAD:main")
    git(alice.folder, "remote", "set-url", "origin", str(tmp_path / "elsewhere"))
    code, said = last(alice.folder)
    assert code == 1 and said.startswith("The server has no result that could be shown here. Is something pushed?")


@pytest.mark.parametrize("url", ["https://github.com/uni/day1-alice", "git@github.com:uni/day1-alice.git"])
def test_on_github_it_says_where_to_look(alice, tmp_path, url):
    git(tmp_path, "init", "--quiet", "--bare", "hub")
    git(alice.folder, "push", "--quiet", str(tmp_path / "hub"), "HEAD:main")
    git(alice.folder, "config", f"url.{tmp_path / 'hub'}.insteadOf", url)  # the network is not asked
    git(alice.folder, "config", "remote.origin.url", url)
    code, said = last(alice.folder)
    head = git(alice.folder, "rev-parse", "HEAD")
    assert code == 1 and f"https://github.com/uni/day1-alice/commit/{head}" in said and "/actions" in said


def test_without_a_server_or_a_repository_it_is_a_sentence(alice, tmp_path):
    git(alice.folder, "remote", "set-url", "origin", str(tmp_path / "gone"))
    assert last(alice.folder)[1].startswith("The server cannot be asked. git says: ")
    git(alice.folder, "remote", "remove", "origin")
    assert "has no remote" in last(alice.folder)[1]
    assert "in no git repository" in last(tmp_path)[1]


def test_what_a_student_has_printed_is_not_obeyed_by_the_terminal(forge, alice, pushed):
    forge.set_status(NAME, pushed, Status("error", "Failed: \x1b[2J\x07 x"))
    assert "\x1b" not in last(alice.folder)[1] and "\x07" not in last(alice.folder)[1]
