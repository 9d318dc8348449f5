"""What a test holds in its hands."""

import io
import tempfile
import threading
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from genweek.forges.git import git

from .apps import App, install
from .clock import Clock
from .contract import Broken
from .faults import Faults
from .server import Server
from .world import Account, Artifact, Run, World

KEPT = timedelta(days=90)  # an artifact


class Person:
    """Somebody with an account: what a student does at GitHub."""

    def __init__(self, github: "FakeGitHub", account: Account):
        self._github, self.account = github, account
        self.login, self.id, self.token = account.login, account.id, account.token

    def url(self, name: str) -> str:
        """Of a repository, with the credentials in it: for a test's git."""
        host = self._github.url.removeprefix("http://")
        return f"http://{self.login}:{self.token}@{host}/{self._github.org}/{name}.git"

    def accept(self) -> None:
        """Take every invitation, into the organisation and into repositories."""
        world = self._github.world
        with world.lock:
            if any(one.account is self.account for one in world.open_invitations()):
                world.join(self.account)
            for repository in world.repositories.values():
                for one in [one for one in repository.invitations if one.account is self.account]:
                    repository.levels[self.id] = one.level
                    repository.invitations.remove(one)


class FakeGitHub:
    """One organisation, an owner with a token, and nobody else yet.

    As a context manager it ends with an AssertionError when a request, or an answer of its own, did not fit GitHub's
    description: `violations`, which a test that wants one clears.
    """

    def __init__(self, org: str = "gen-models", staff: str = "teacher", folder: Path | None = None):
        self._temporary = None if folder else tempfile.TemporaryDirectory(prefix="fake-github-", ignore_cleanup_errors=True)
        self.clock, self.faults = Clock(), Faults()
        place = folder or Path(self._temporary.name if self._temporary else "")
        self.world = World(place / "github", org, staff, self.clock, self.faults)
        self._server = Server(self.world)
        self.org, self.staff = org, Person(self, self.world.staff)
        self.url, self.token = self.world.url, self.staff.token
        self.calls, self.violations = self._server.calls, self._server.violations
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "FakeGitHub":
        self._thread.start()
        return self

    def __exit__(self, kind, *_) -> None:
        self._server.shutdown()
        self._server.server_close()
        if self._temporary:
            self._temporary.cleanup()
        if self.violations and kind is None:
            raise Broken("\n".join(self.violations))

    def student(self, login: str, member: bool = True, email: str | None = None) -> Person:
        """Somebody with an account; member: who has accepted the invitation into the organisation."""
        with self.world.lock:
            account = self.world.account(login, email)
            if member:
                self.world.join(account)
        return Person(self, account)

    def app(self, name: str = "genweek") -> App:
        """A GitHub App that the organisation has installed: its `id`, and its private key as `pem`."""
        with self.world.lock:
            return install(self.world, name)

    def template(self, name: str, folder: Path, commit: str = "HEAD") -> None:
        """A template with the main branch of the repository in `folder`."""
        with self.world.lock:
            made = self.world.create(name, is_template=True)
        git(folder, "push", "--quiet", self.staff.url(made.name), f"{commit}:refs/heads/main")

    def tip(self, name: str, branch: str = "main") -> str | None:
        """The commit on a branch, as the server's own git has it."""
        return self.world.store.refs(self.world.repository(self.org, name).id).get(f"refs/heads/{branch}")

    def run(
        self,
        name: str,
        commit: str,
        files: Mapping[str, bytes],
        artifact: str = "score",
        branch: str = "main",
        conclusion: str = "success",
        kept: timedelta = KEPT,
    ) -> int:
        """The workflow ran on a commit, and left files in an artifact; the number of the run."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            for path, data in files.items():
                file.writestr(path, data)
        world, now = self.world, self.clock.now()
        with world.lock:
            repository = world.repository(self.org, name)
            pusher = next((move.actor for move in reversed(repository.moves) if move.after == commit), None) or world.staff
            number = len(repository.runs) + 1
            run = Run(world.id(), number, branch, commit, "push", conclusion, pusher, now)
            repository.runs.append(run)
            repository.artifacts.append(Artifact(world.id(), artifact, packed.getvalue(), run, now, now + kept))
        return run.id
