"""A push to the local forge is graded by the steps of its own classroom.yml, in the environment that Actions gives."""

import json
import time
import urllib.error
import urllib.request

import pytest
import yaml
from classroom_examples import ROOT

from genweek.forges.forge import Status
from genweek.forges.local import workflow
from genweek.forges.local.actions import grade
from genweek.forges.local.hook import catch_up
from genweek.forges.local.status_api import status_api

NAME = "toy-alice"
REAL = ROOT / "assignments/common" / workflow.PATH


def run(forge, alice, *steps: dict, **job) -> tuple[str, str]:
    """Grade a commit whose workflow has these steps. The description of its status, and the log."""
    text = yaml.safe_dump({"on": "push", "jobs": {"one": {"steps": list(steps)} | job}})
    commit = alice.write(text, str(workflow.PATH))
    alice.push()
    status = grade(forge, NAME, commit)
    return status.description, (forge.run_folder(NAME, commit) / "log.txt").read_text()


def test_a_push_is_graded_at_once_and_the_score_stands_beside_the_commit(forge, alice):
    forge.set_up(grading="foreground")
    commit = alice.write("right and wrong")
    assert "autograding — 1/2" in alice.push().stderr
    status = forge.status(NAME, commit)
    assert (status.state, status.description) == ("failure", "autograding — 1/2")
    assert json.loads(forge.scores(NAME, commit).read_text())["score"] == 1
    assert status.target_url.endswith("/artifact/report.html")


def test_what_the_steps_report_is_kept(forge, alice):
    commit = alice.write("right right")
    alice.push()
    assert grade(forge, NAME, commit).state == "success"
    folder = forge.run_folder(NAME, commit)
    assert "2 / 2 points" in (folder / "summary.md").read_text()
    assert "::notice title=Autograding complete::Points 2/2" in (folder / "log.txt").read_text()
    assert "Word 1" in (folder / "artifact/report.html").read_text()


def test_every_pushed_branch_is_graded_and_a_deleted_one_is_not(forge, alice):
    forge.set_up(grading="foreground")
    commit = alice.write("right")
    alice.push("origin", "HEAD:work")
    assert forge.status(NAME, commit).description == "autograding — 1/2"
    assert alice.push("origin", ":work").returncode == 0


def test_in_the_background_a_push_ends_before_its_grading(forge, alice):
    forge.set_up(grading="background")
    commit = alice.write("right")
    assert "autograding" not in alice.push().stderr
    end = time.monotonic() + 60
    while (status := forge.status(NAME, commit)) is None or status.state == "pending":
        assert time.monotonic() < end
        time.sleep(0.1)
    assert status.description == "autograding — 1/2"


def test_what_a_restart_cut_off_is_graded_later(forge, alice):
    commit = alice.write("right")
    alice.push()
    forge.set_status(NAME, commit, Status("pending", "grading"))
    assert catch_up(forge) == 0
    assert forge.status(NAME, commit).description == "autograding — 1/2"


def test_a_grader_that_crashes_still_has_its_score_reported(forge, alice):
    (alice.folder / "autograding/__main__.py").write_text("raise SystemExit(3)")
    commit = alice.write("right")
    alice.push()
    assert grade(forge, NAME, commit).description == "autograding — 0/2"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "has no classroom.yml"),
        ("a: [", "is no workflow"),
        ("jobs: {a: {steps: 3}}", "is no workflow"),
        ("jobs: {a: {steps: [{run: x, if: 'matrix.os'}]}}", "beyond the local forge"),
    ],
)
def test_a_broken_workflow_is_an_error_with_a_sentence(forge, alice, content, said):
    path = alice.folder / workflow.PATH
    path.unlink() if content is None else path.write_text(content)
    commit = alice.write("x")
    alice.push()
    status = grade(forge, NAME, commit)
    assert status.state == "error"
    assert said in status.description


def test_a_workflow_that_posts_nothing_ends_in_an_error_not_in_waiting(forge, alice):
    assert run(forge, alice, {"run": "true"})[0] == "The workflow ended without a score; its log says why."


def test_the_token_is_there_only_where_a_step_names_it(forge, alice):
    named = {"run": 'echo "named ${#GITHUB_TOKEN}"', "env": {"GITHUB_TOKEN": "${{ github.token }}"}}
    _, log = run(forge, alice, {"run": 'echo "none ${#GITHUB_TOKEN}"'}, named)
    assert "none 0" in log
    assert "named 32" in log


def test_steps_after_a_failure_run_only_if_always(forge, alice):
    _, log = run(
        forge,
        alice,
        {"run": "echo a; false; echo b"},
        {"run": "echo c"},
        {"run": "echo d", "if": "always()"},
        {"run": "echo e", "if": "${{ failure() }}"},
    )
    assert [line for line in log.splitlines() if len(line) == 1] == ["a", "d", "e"]


def test_nothing_of_the_server_s_environment_reaches_a_step(forge, alice, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_SERVER", "x")
    _, log = run(forge, alice, {"run": "env", "env": {"OWN": "${{ github.repository }} ${{ github.unknown }}"}})
    assert "SECRET_OF_THE_SERVER" not in log
    assert "OWN=classroom/toy-alice" in log
    assert "GITHUB_ACTOR=alice" in log


def test_packages_are_not_installed_again(forge, alice):
    _, log = run(forge, alice, {"name": "Install", "run": "python -m pip install no-such-package"})
    assert log == "▸ Install\n"


def test_a_step_ends_at_its_limit_with_all_that_it_started(forge, alice):
    _, log = run(forge, alice, {"run": "sleep 60 & sleep 60", "timeout-minutes": 0.01}, {"run": "echo no"})
    assert "took longer" in log
    assert "no\n" not in log


def test_an_artifact_outside_the_checkout_is_not_kept(forge, alice):
    (alice.folder / "link").symlink_to("/etc/hostname")
    step = {"uses": "actions/upload-artifact@v7", "with": {"path": "/etc/hostname\n../step.sh\nlink/../../step.sh"}}
    run(forge, alice, step)
    folder = forge.run_folder(NAME, forge.tip(NAME)) / "artifact"
    assert [path.name for path in folder.iterdir()] == []


def test_the_api_takes_the_statuses_of_its_own_commit_alone():
    received = []
    with status_api("classroom/toy-alice", "a" * 40, received.append) as api:

        def post(path: str, token: str, body: object) -> int:
            request = urllib.request.Request(api.url + path, json.dumps(body).encode(), {"Authorization": f"Bearer {token}"})
            try:
                return urllib.request.urlopen(request, timeout=10).status
            except urllib.error.HTTPError as error:
                return error.code

        own = f"/repos/classroom/toy-alice/statuses/{'a' * 40}"
        good = {"state": "success", "description": "2/2", "context": "autograding"}
        assert post(own, "guess", good) == 401
        assert post("/repos/classroom/toy-bob/statuses/" + "a" * 40, api.token, good) == 404
        assert post(own, api.token, {"state": "rich"}) == 422
        assert post(own, api.token, good) == 201
    assert [(status.state, status.context) for status in received] == [("success", "autograding")]


def test_the_workflow_that_students_get_is_within_what_is_understood():
    job = workflow.read(REAL.parents[2])
    assert [step.installs for step in job.steps if step.run] == [True, False, False]
    assert job.minutes == yaml.safe_load(REAL.read_text())["jobs"]["run-autograding-tests"]["timeout-minutes"]
