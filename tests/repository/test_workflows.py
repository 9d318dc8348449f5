"""The workflows: what GitHub and a classroom service rely on, and what an auditor would ask for."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
COMMON = ROOT / "assignments" / "common"
CLASSROOM = COMMON / ".github" / "workflows" / "classroom.yml"
CI = ROOT / ".github" / "workflows" / "ci.yml"
REGRADE = ROOT / ".github" / "workflows" / "regrade.yml"
ALL = pytest.mark.parametrize("path", [CLASSROOM, CI, REGRADE], ids=lambda path: path.name)


def load(path: Path) -> dict:
    workflow = yaml.safe_load(path.read_text())
    workflow["on"] = workflow.pop(True)  # YAML 1.1 reads a bare `on` as a boolean
    return workflow


@pytest.fixture(scope="module")
def job() -> dict:
    jobs = load(CLASSROOM)["jobs"]
    assert list(jobs) == ["run-autograding-tests"]
    return jobs["run-autograding-tests"]


def step(job: dict, name: str) -> dict:
    return next(step for step in job["steps"] if step["name"] == name)


def tool(name: str) -> str:
    return shutil.which(name, path=str(Path(sys.executable).parent)) or pytest.fail(f"{name} is not installed in .venv")


@ALL
def test_zizmor_finds_nothing_at_its_strictest(path):
    strictest = ["--offline", "--no-config", "--no-ignores", "--persona=auditor", "--strict-collection"]
    done = subprocess.run([tool("zizmor"), *strictest, path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@ALL
def test_github_s_schema_holds(path):
    command = [tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@ALL
def test_every_action_is_pinned_to_a_commit_and_says_its_version(path):
    uses = re.findall(r"\buses: *(.*)", path.read_text())
    assert uses
    assert [line for line in uses if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


@ALL
def test_no_expression_stands_in_a_shell_command(path):
    runs = [step["run"] for job in load(path)["jobs"].values() for step in job["steps"] if "run" in step]
    assert runs and not [run for run in runs if "${{" in run]


@ALL
def test_the_checkout_leaves_no_credentials(path):
    jobs = load(path)["jobs"].values()
    checkouts = [step for job in jobs for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert [checkout["with"]["persist-credentials"] for checkout in checkouts] == [False] * len(checkouts)


def test_the_service_finds_its_workflow_and_its_job(job):
    assert load(CLASSROOM)["name"] == "Autograding Tests"
    assert job["name"] == "run-autograding-tests"
    assert job["if"] == "github.actor != 'github-classroom[bot]'"


def test_a_push_a_click_and_a_service_start_it():
    assert set(load(CLASSROOM)["on"]) == {"push", "workflow_dispatch", "repository_dispatch"}


def test_it_may_read_the_code_and_write_a_status_and_no_more(job):
    assert load(CLASSROOM)["permissions"] == {}
    assert job["permissions"] == {"contents": "read", "statuses": "write"}
    assert "secrets." not in CLASSROOM.read_text()


def test_only_the_report_gets_the_token(job):
    holders = [step["name"] for step in job["steps"] if "token" in json.dumps(step).lower()]
    assert holders == ["Report the score"]


def test_a_score_is_reported_and_kept_whatever_grading_did(job):
    assert step(job, "Report the score")["if"] == step(job, "Keep the report")["if"] == "always()"
    assert step(job, "Keep the report")["with"]["path"].split() == ["scores.json", "report.html"]


def test_grading_ends_before_the_job_so_that_there_is_time_to_report(job):
    assert job["timeout-minutes"] == 10
    assert step(job, "Grade")["timeout-minutes"] <= 7


def test_a_runner_installs_from_the_lock_by_hash_and_compiles_nothing(job):
    words = step(job, "Install what grading imports")["run"].split()
    assert {"--no-compile", "--require-hashes"} <= set(words)
    assert words[-2:] == ["--requirement", "autograding/requirements.lock"]


def test_a_report_is_not_kept_for_ever(job):
    assert 14 <= step(job, "Keep the report")["with"]["retention-days"] <= 90  # GitHub's default is 90


def test_a_newer_push_does_not_cancel_the_score_of_an_older_one():
    assert "github.sha" in load(CLASSROOM)["concurrency"]["group"]


def test_the_name_that_classroom_50_reserves_is_not_taken():
    assert not list(COMMON.rglob("autograde.y*ml"))


def test_our_own_ci_runs_every_test():
    steps = [step for job in load(CI)["jobs"].values() for step in job["steps"]]
    assert [step["run"].splitlines()[-1] for step in steps if "run" in step] == ["scripts/test --slow"]


def requirements(path: Path) -> dict[str, str]:
    lines = [line.split("#")[0].strip() for line in path.read_text().splitlines()]
    parsed = [Requirement(line) for line in lines if line and not line.startswith("-")]
    return {requirement.name: str(requirement.specifier) for requirement in parsed}


def test_a_runner_installs_only_what_grading_imports():
    names = set(requirements(ROOT / "autograding" / "requirements.txt"))
    assert names == {"torch", "numpy", "pytest", "pytest-timeout", "jinja2", "cryptography"}


def test_students_and_instructors_ask_for_the_same_versions():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    ours = {requirement.name: str(requirement.specifier) for requirement in map(Requirement, project)}
    theirs = requirements(ROOT / "autograding" / "requirements.txt") | requirements(COMMON / "requirements.txt")
    assert [name for name in theirs.keys() & ours.keys() if theirs[name] != ours[name]] == []
    assert theirs.keys() - ours.keys() == {"jupyterlab"}


def test_the_codespace_is_made_by_the_dockerfile():
    container = json.loads((COMMON / ".devcontainer" / "devcontainer.json").read_text())
    assert container["build"] == {"dockerfile": "Dockerfile", "context": ".."}


def test_what_grading_writes_is_not_committed(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    shutil.copy(COMMON / ".gitignore", tmp_path)
    written = ["scores.json", "report.html", "result.json", "genlab/__pycache__/a.pyc"]
    done = subprocess.run(["git", "check-ignore", *written], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.split() == written
