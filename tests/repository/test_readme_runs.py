"""The commands in the README's blocks are run as they stand there, in a copy of this repository, against a fake GitHub.

Those of the tables are run elsewhere: what a week needs, each in a process of its own, by tests/classroom/test_demo.py.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fake_github import FakeGitHub

from genweek.course.day import ROOT, Day
from genweek.course.schedule import Schedule
from genweek.forges.git import git
from genweek.forges.github.github_forge import GitHubForge

ELSEWHERE = {  # what takes too long to be run twice, and where it is run
    "scripts/demo": "tests/classroom/test_demo.py",
    "scripts/test": "whoever runs this test has begun it; .github/workflows/ci.yml does",
}
ORG = "my-org"


def blocks() -> list[list[str]]:
    found = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    return [block.splitlines() for block in found]


@pytest.fixture
def copy(tmp_path) -> Path:
    """The repository as it stands here, with this environment."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, check=True
    )
    folder = tmp_path / "genweek"
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    (folder / "classroom").mkdir(mode=0o700)
    (folder / "classroom/roster.csv").write_text("login,name,email\nada,Ada Lovelace,ada@uni.example\n")
    return folder


@pytest.fixture
def github(monkeypatch, tmp_path):
    with FakeGitHub(org=ORG, folder=tmp_path / "server") as github:
        for name in ("GITHUB_API_URL", "GITHUB_SERVER_URL"):
            monkeypatch.setenv(name, github.url)
        monkeypatch.setenv("GITHUB_TOKEN", github.token)
        yield github


def typed_by_commands_md(copy: Path, github: FakeGitHub) -> None:
    """The template, and what Classroom 50 makes of it when a student accepts; she pushes once, and then it is over."""
    dates = Schedule.of(Day.load("day1_vae"))
    github.clock.set(dates.opens)
    github.template("day1-vae", copy / "out/classroom50/day1-vae")
    theirs, ada = "gen-models-day1-vae-ada", github.student("ada")
    there = GitHubForge(ORG, copy / "classroom50")
    there.create(theirs, "day1-vae")
    there.grant(theirs, ada.login, "write")
    git(copy, "clone", "--quiet", ada.url(theirs), "ada")
    git(copy / "ada", "commit", "--quiet", "--allow-empty", "--message", "work")
    git(copy / "ada", "push", "--quiet", "origin", "HEAD:main")
    github.clock.set(dates.solutions)


SAID = {  # by the beginning of a command: what it has to say
    "scripts/generate.py day1_vae": "This is the plan",
    "scripts/generate.py day1_vae --apply": "create day1_vae-ada for Ada Lovelace  ✓",
    "scripts/status.py": "day1_vae",
    "scripts/generate.py day1_vae --forge github:my-org": "minutes by its limits|than a minute by its limits",
    "scripts/generate.py day1_vae --forge github:my-org --apply": "create day1_vae-ada for Ada Lovelace  ✓",
    "scripts/build.py day1_vae --classroom50": "COMMANDS.md: what to type",
    "scripts/collect.py day1_vae --forge classroom50:my-org/gen-models": "1 collected\\.",
}


@pytest.mark.slow
def test_every_command_of_the_readme_does_what_it_says(copy, github):
    github.student("ada", member=False)
    path = f"{Path(sys.prefix) / 'bin'}:{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "OMP_NUM_THREADS": "1"}
    ran = []
    for lines in blocks():
        for line in lines:
            command = line.partition("#")[0].strip()
            if not command or command in ELSEWHERE:
                ran.append(command)
                continue
            if command.startswith("scripts/collect.py"):
                typed_by_commands_md(copy, github)
            done = subprocess.run(["bash", "-c", command], cwd=copy, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
            if command.startswith("scripts/"):
                wanted = max((words for words in SAID if command.startswith(words)), key=len)
                assert re.search(SAID[wanted], done.stdout), f"{command}\n{done.stdout}{done.stderr}"
            ran.append(command)
    assert ran.count("") == 0 and len(ran) >= len(SAID) + len(ELSEWHERE) + 1
    assert "day1_vae-ada" in github.world.repositories


def test_what_is_run_elsewhere_stands_in_the_readme_and_there():
    every = {line.partition("#")[0].strip() for lines in blocks() for line in lines}
    assert set(ELSEWHERE) <= every and (ROOT / ELSEWHERE["scripts/demo"]).is_file()
