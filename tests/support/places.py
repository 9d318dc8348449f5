"""The two places where a forge can be, for tests that run on both: a folder, and an organisation on a fake GitHub."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import classroom_examples
import pytest
from classroom_examples import NINE, SLUG
from fake_github import FakeGitHub
from fake_github.fake import Person

from genweek.forges.forge import Forge
from genweek.forges.git import git
from genweek.forges.github import client, github_forge
from genweek.forges.github.github_forge import GitHubForge
from genweek.forges.local.local_forge import LocalForge


class Clone(classroom_examples.Clone):
    """A student's working copy, with the student's own rights."""

    def __init__(self, place: "Place", name: str, folder: Path, login: str = "alice"):
        self.place, self.folder = place, folder
        git(folder.parent, "clone", "--quiet", place.address(name, login), folder.name)

    def push(self, *arguments: str, at: datetime | None = None, **variables: str) -> subprocess.CompletedProcess:
        if at:
            self.place.at(at)
        done = self._push(arguments, variables)
        self.place.forge.look_again()
        return done


class Place:
    """forge: as the verbs get it. option: what they are given as --forge."""

    forge: Forge
    option: str

    def at(self, when: datetime) -> None:
        """The server's clock stands there from now on."""

    def address(self, name: str, login: str) -> str:
        """What a student's git calls a repository."""
        raise NotImplementedError

    def knows(self, *logins: str) -> None:
        """They have accounts, and may be given something."""

    def scored(self, name: str, commit: str, scores: dict) -> None:
        """Grading a push left this."""
        raise NotImplementedError

    def renamed(self, old: str, new: str) -> None:
        """Somebody has taken another login."""

    def lose(self, name: str) -> None:
        """A repository is gone."""
        raise NotImplementedError

    def reopened(self) -> Forge:
        """The same place as another process sees it."""
        raise NotImplementedError

    def open_repo(self, built: Path, name: str = f"{SLUG}-alice", login: str = "alice") -> str:
        """A repository that somebody may push to, made from the template."""
        self.knows(login)
        if SLUG not in self.forge.repos():
            self.forge.create(SLUG)
            self.forge.publish(SLUG, built, "HEAD", "main")
        self.forge.create(name, SLUG)
        self.forge.grant(name, login, "write")
        return name


class FolderPlace(Place):
    def __init__(self, folder: Path):
        self.forge = self.local = classroom_examples.new_forge(folder)
        self.option = str(self.local.folder)

    def at(self, when: datetime) -> None:
        self.local.set_clock(when)

    def address(self, name: str, login: str) -> str:
        return self.local.url(name)

    def scored(self, name: str, commit: str, scores: dict) -> None:
        kept = self.local.run_folder(name, commit) / "artifact"
        kept.mkdir(parents=True)
        (kept / "scores.json").write_text(json.dumps(scores))

    def lose(self, name: str) -> None:
        shutil.rmtree(self.local.repo(name))

    def reopened(self) -> Forge:
        return LocalForge(self.local.folder)


class GitHubPlace(Place):
    def __init__(self, github: FakeGitHub, kept: Path, patch: pytest.MonkeyPatch):
        self.github, self.kept, self.patch = github, kept, patch
        self.people: dict[str, Person] = {}
        self.forge = self.reopened().set_up()
        self.option = f"github:{github.org}"
        self.at(NINE)

    def at(self, when: datetime) -> None:
        self.github.clock.set(when)
        self.forge.look_again()

    def address(self, name: str, login: str) -> str:
        return self.people[login].url(name)

    def knows(self, *logins: str) -> None:
        for login in logins:
            self.people.setdefault(login, self.github.student(login))
        self.forge.look_again()

    def renamed(self, old: str, new: str) -> None:
        with self.github.world.lock:
            accounts, person = self.github.world.accounts, self.people.pop(old)
            accounts[new] = accounts.pop(old)
            accounts[new].login = person.login = new
        self.people[new] = person
        self.forge.look_again()

    def scored(self, name: str, commit: str, scores: dict) -> None:
        self.github.run(name, commit, {"scores.json": json.dumps(scores).encode()})
        self.forge.look_again()

    def lose(self, name: str) -> None:
        with self.github.world.lock:
            del self.github.world.repositories[name]
        self.forge.look_again()

    def reopened(self) -> Forge:
        return GitHubForge(self.github.org, self.kept)


@contextmanager
def on_github(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[GitHubPlace]:
    """Without the pauses in which GitHub copies. Members see nothing but what they are given."""
    patch.setattr(github_forge, "PAUSE", 0)
    patch.setattr(client, "BACKOFF", 0.001)
    patch.setattr(client, "SECONDARY_WAIT", 0.01)
    with FakeGitHub(folder=folder / "server") as github:
        github.world.base_permission = "none"
        for name in ("GITHUB_API_URL", "GITHUB_SERVER_URL"):
            patch.setenv(name, github.url)
        patch.setenv("GITHUB_TOKEN", github.token)
        yield GitHubPlace(github, folder / "github" / github.org, patch)


PLACES = ("folder", "github")


@pytest.fixture(params=PLACES)
def place(request, tmp_path, monkeypatch) -> Iterator[Place]:
    if request.param == "folder":
        yield FolderPlace(tmp_path)
        return
    with on_github(tmp_path, monkeypatch) as made:
        yield made
