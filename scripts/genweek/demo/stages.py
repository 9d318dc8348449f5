"""Where a demonstration plays: in a folder, which grades each push itself, or at the fake GitHub of the tests, where the
student's own workflow does."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

import yaml

from ..forges.forge import Forge, Status
from ..forges.git import git
from ..forges.local.local_forge import LocalForge
from ..support import with_support

WORKFLOW = ".github/workflows/classroom.yml"
ALREADY = "pip install"  # what grading imports is here already


class Place(Protocol):
    """option: what verbs are given as --forge."""

    option: str

    @property
    def forge(self) -> Forge: ...

    def at(self, when: datetime) -> None:
        """The server's clock stands there."""

    def invited(self, logins: Sequence[str]) -> None:
        """Students take their invitations."""

    def address(self, name: str, login: str) -> str:
        """What a student's git calls a repository."""
        ...

    def graded(self, name: str, commit: str) -> Status | None:
        """What stands beside a push once it is graded."""

    def log(self, name: str, commit: str) -> str:
        """What grading it printed."""
        ...

    def report(self, name: str, commit: str) -> Path:
        """The page that grading it left."""
        ...


class InAFolder:
    def __init__(self, home: Path, clock: datetime):
        self.forge = LocalForge(home / "forge")
        self.option = str(self.forge.folder)
        self.forge.set_up(grading="foreground", clock=clock.isoformat())

    def at(self, when: datetime) -> None:
        self.forge.set_clock(when)

    def invited(self, logins: Sequence[str]) -> None:
        """Nobody has to be invited."""

    def address(self, name: str, login: str) -> str:
        return self.forge.url(name)

    def graded(self, name: str, commit: str) -> Status | None:
        return self.forge.status(name, commit)

    def log(self, name: str, commit: str) -> str:
        return (self.forge.run_folder(name, commit) / "log.txt").read_text(encoding="utf-8")

    def report(self, name: str, commit: str) -> Path:
        return self.forge.run_folder(name, commit) / "artifact" / "report.html"


class AtTheFake:
    """runs: where the workflow leaves what it made."""

    def __init__(self, place, runs: Path):
        self.place, self.github, self.runs = place, place.github, runs
        self.option, self.at, self.address = place.option, place.at, place.address

    @property
    def forge(self) -> Forge:
        return self.place.reopened()

    def know(self, logins: Sequence[str]) -> None:
        """They have accounts; nobody is a member of the organisation yet."""
        self.place.people |= {login: self.github.student(login, member=False) for login in logins}

    def invited(self, logins: Sequence[str]) -> None:
        for login in logins:
            self.place.people[login].accept()

    def graded(self, name: str, commit: str) -> Status | None:
        """Run the workflow that the student pushed, as GitHub would."""
        run = self._run(name, commit)
        run.mkdir(parents=True)
        said = {"GITHUB_SHA": commit, "GITHUB_REPOSITORY": f"{self.github.org}/{name}"}
        said |= {"GITHUB_STEP_SUMMARY": str(run / "summary.md")}
        with tempfile.TemporaryDirectory() as scratch, (run / "log.txt").open("w") as log:
            checkout, settings = Path(scratch) / "checkout", self.place.forge.credentials()
            git(self.runs, "clone", "--quiet", self.place.forge.url(name), str(checkout), settings=settings)
            git(checkout, "checkout", "--quiet", commit)
            for step in _steps(checkout):
                told = {key: value.replace("${{ github.token }}", self.github.token) for key, value in step["env"].items()}
                subprocess.run(step["words"], cwd=checkout, env=os.environ | {"GITHUB_TOKEN": ""} | said | told, stdout=log)
            files = {name: checkout / name for name in ("scores.json", "report.html")}
            kept = {name: path.read_bytes() for name, path in files.items() if path.exists()}
        for one, data in kept.items():
            (run / one).write_bytes(data)
        self.github.run(name, commit, kept)
        return self.forge.status(name, commit)

    def log(self, name: str, commit: str) -> str:
        return (self._run(name, commit) / "log.txt").read_text(encoding="utf-8")

    def report(self, name: str, commit: str) -> Path:
        return self._run(name, commit) / "report.html"

    def _run(self, name: str, commit: str) -> Path:
        return self.runs / name / commit


def _steps(checkout: Path) -> list[dict]:
    """The commands of the workflow, with this Python: what it needs is installed here."""
    workflow = yaml.safe_load((checkout / WORKFLOW).read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"] if ALREADY not in step.get("run", ALREADY)]
    return [{"words": [sys.executable, *step["run"].split()[1:]], "env": step.get("env", {})} for step in steps]


@contextmanager
def at_the_fake(home: Path, logins: Sequence[str], clock: datetime) -> Iterator[AtTheFake]:
    """An organisation that is as new as GitHub makes it, on this machine alone."""
    with_support()
    import pytest
    from places import on_github

    (home / "runs").mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch, on_github(home / "github", patch) as place:
        place.github.world.base_permission = "read"
        made = AtTheFake(place, home / "runs")
        made.know(logins)
        made.at(clock)
        yield made
