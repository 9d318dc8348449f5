"""The student's workflow as a whole, run by `act` on this machine: from a push to the status and the artifact.

Its own steps run; three things that a runner downloads are replaced: Python and the packages are those of this environment,
and the artifact is a folder.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from classroom_examples import answer
from fake_github import FakeGitHub

from genweek.forges.git import git

pytestmark = pytest.mark.slow
WORKFLOW = ".github/workflows/classroom.yml"
NOTHING = 'name: replaced\nruns: {using: composite, steps: [{shell: bash, run: "true"}]}\n'
KEEP = """name: replaced
inputs: {name: {}, path: {}, if-no-files-found: {}, retention-days: {}}
runs:
  using: composite
  steps:
    - shell: bash
      run: mkdir -p "$KEPT/$NAME" && for file in $FILES; do cp "$file" "$KEPT/$NAME/"; done
      env:
        NAME: ${{ inputs.name }}
        FILES: ${{ inputs.path }}
"""
REPLACED = {"actions/setup-python": NOTHING, "actions/upload-artifact": KEEP}  # act itself checks out
PYTHON = f'#!/bin/sh\n[ "$2" = pip ] && exit 0\nexec {sys.executable} "$@"\n'


class Runner:
    def __init__(self, folder: Path, github: FakeGitHub):
        self.folder, self.github, self.kept = folder, github, folder / "kept"
        for name, text in REPLACED.items():
            (folder / name).mkdir(parents=True)
            (folder / name / "action.yml").write_text(text)
        shim = folder / "bin/python"
        shim.parent.mkdir()
        shim.write_text(PYTHON)
        shim.chmod(0o755)

    def run(self, clone: Path, name: str, token: str) -> subprocess.CompletedProcess:
        """What GitHub does after a push."""
        used = re.findall(r"uses: (\S+)@(\w+)", (clone / WORKFLOW).read_text())
        local = [f"{action}@{commit}={self.folder / action}" for action, commit in used if action in REPLACED]
        given = {"GITHUB_API_URL": self.github.url, "GITHUB_REPOSITORY": f"{self.github.org}/{name}", "KEPT": str(self.kept)}
        words = [word for one in local for word in ("--local-repository", one)]
        words += [word for key, value in given.items() for word in ("--env", f"{key}={value}")]
        command = [str(Path(sys.executable).with_name("act")), "push", "-P", "ubuntu-24.04=-self-hosted", "-W", WORKFLOW]
        own = {"HOME": str(self.folder), "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "GITHUB_TOKEN": token}
        return subprocess.run(
            [*command, "-s", "GITHUB_TOKEN", *words],
            cwd=clone,
            env={key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "GIT"))} | own,
            capture_output=True,
            text=True,
            timeout=300,
        )


def test_a_push_becomes_a_status_and_an_artifact(toy, tmp_path):
    with FakeGitHub(folder=tmp_path / "github") as github:
        alice = github.student("alice")
        github.template("toy-alice", toy)
        github.world.repository(github.org, "toy-alice").levels[alice.id] = "push"
        git(tmp_path, "clone", "--quiet", alice.url("toy-alice"), "clone")
        (tmp_path / "clone/nb1_toy.py").write_text(answer(1))
        git(tmp_path / "clone", "commit", "--quiet", "--all", "--message", "one")
        git(tmp_path / "clone", "push", "--quiet")
        runner = Runner(tmp_path / "runner", github)
        done = runner.run(tmp_path / "clone", "toy-alice", alice.token)
        assert "Job succeeded" in done.stdout, done.stdout + done.stderr
        (said,) = github.world.repository(github.org, "toy-alice").said[github.tip("toy-alice")]
    assert (said.state, said.description) == ("failure", "autograding — 1/2")
    assert json.loads((runner.kept / "score/scores.json").read_text())["score"] == 1
    assert "Word 1" in (runner.kept / "score/report.html").read_text()
    assert alice.token not in done.stdout + done.stderr
