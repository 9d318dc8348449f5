"""What the classroom needs of a place that hosts git repositories: GitHub, or a folder (`local_forge`).

The verbs in scripts/ know this interface and nothing else. All times are the server's.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .git import git
from .hours import Hours

MAIN = "refs/heads/main"
CONTEXT = "autograding"  # the name under which the score stands beside a commit


class ForgeError(Exception):
    """The forge cannot do what was asked; the message says why, and what to do."""


@dataclass(frozen=True)
class Push:
    """A student moved `branch` to `commit`. rewrote: what stood there before is no longer in its history."""

    branch: str
    commit: str
    time: datetime
    rewrote: bool = False


@dataclass(frozen=True)
class Status:
    """What is said beside a commit. state: pending, success, failure or error."""

    state: str
    description: str
    context: str = CONTEXT
    target_url: str | None = None
    time: datetime | None = None


class Forge(ABC):
    """Names of repositories are bare (`day1_vae-alice`). Every call that changes something can be repeated."""

    @abstractmethod
    def now(self) -> datetime:
        """The server's clock, in UTC."""

    @abstractmethod
    def identity(self) -> str:
        """What tells it from every other forge, wherever it has moved to; empty where that is not known."""

    @abstractmethod
    def repos(self) -> list[str]:
        """The names of all repositories, sorted."""

    @abstractmethod
    def create(self, name: str, template: str | None = None, hours: Hours | None = None) -> None:
        """A private repository: empty, or with the main branch of `template`. An existing one stays as it is.

        hours: kept from its first moment on, so that an exam is never to be seen before its time.
        """

    @abstractmethod
    def rename(self, name: str, new: str) -> None:
        """Give a repository another name; pushes, access and scores come along. Raises ForgeError when `new` is there."""

    @abstractmethod
    def hours(self, name: str) -> Hours | None:
        """What `set_hours` said last."""

    @abstractmethod
    def set_hours(self, name: str, hours: Hours) -> None:
        """From now on the repository is hidden, opens and ends by these. Where a forge has no clock to act by, it
        remembers them, and each later call of `set_hours` (by a scheduled run of `generate`) does what is due."""

    @abstractmethod
    def url(self, name: str) -> str:
        """What git calls the repository."""

    def clone_url(self, name: str) -> str:
        """What a student calls the repository, on a machine of their own."""
        return self.url(name)

    @abstractmethod
    def tip(self, name: str, branch: str = "main") -> str | None:
        """The commit on a branch; None when there is no such branch."""

    @abstractmethod
    def publish(self, name: str, folder: Path, commit: str, branch: str) -> None:
        """Move a branch to a commit of the repository in `folder`, as the instructor: it is no push of a student."""

    @abstractmethod
    def pushes(self, name: str) -> list[Push]:
        """Every push of a student to any branch, in the order in which the server received them."""

    @abstractmethod
    def access(self, name: str) -> Mapping[str, str]:
        """Who may do what: `{"alice": "write"}`."""

    @abstractmethod
    def grant(self, name: str, login: str, level: str) -> None:
        """level: `write`, `read` for a student who may look and not push, or `none`."""

    @abstractmethod
    def set_status(self, name: str, commit: str, status: Status) -> None:
        """Say something beside a commit."""

    @abstractmethod
    def statuses(self, name: str, commit: str) -> list[Status]:
        """What is said beside a commit, the newest first."""

    @abstractmethod
    def scores(self, name: str, commit: str) -> Path | None:
        """The `scores.json` that grading a push kept for a commit: feedback, never the grade of record."""

    def status(self, name: str, commit: str) -> Status | None:
        """The newest status of the grading of a commit."""
        return next((status for status in self.statuses(name, commit) if status.context == CONTEXT), None)

    def fetch(self, name: str, folder: Path, commit: str, history: bool = False) -> Path:
        """Make `folder` a bare repository with one commit of a repository, or the tip of a ref: nothing is checked out.

        Tell a branch by its full name, `refs/heads/main`: a student may have a tag of the same short one.
        """
        folder.mkdir(parents=True)
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main")
        git(folder, "fetch", "--quiet", "--no-tags", *([] if history else ["--depth=1"]), self.url(name), commit)
        git(folder, "update-ref", MAIN, "FETCH_HEAD")
        return folder


def repo_name(slug: str, login: str) -> str:
    """The repository of one student. The template is called `slug` alone."""
    return f"{slug}-{login}"
