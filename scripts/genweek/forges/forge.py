"""What the classroom needs of a place that hosts git repositories: an organisation on GitHub, or a folder.

The verbs in scripts/ know this interface and nothing else. All times are the server's. What is read is remembered until
something is changed through the same object, or `look_again` is called: a verb sees the forge as it stood at one time.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from .git import git
from .hours import Hours

MAIN = "refs/heads/main"
GRADER = "grader"  # the branch of a template that grades pushes where `main` is locked: no student's repository has it
ANY = ""  # wherever a branch stands
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


class Finding(NamedTuple):
    """What there is to say of a forge. todo: the command that repairs it; empty where nothing is to be done."""

    subject: str
    said: str
    todo: str = ""


class Preparation(NamedTuple):
    """One change of the place, in the words of a plan. kind: see `expected`."""

    sentence: str
    act: Callable[[], object]
    kind: str


class Forge(ABC):
    """Names of repositories are bare (`day1_vae-alice`), in small letters. Every call that changes something can be
    repeated.

    folder: where it lies, or what is remembered of it. keeps_hours: whether it opens and hides by its own clock; where it
    does not, a run of `generate` at that time does.
    """

    folder: Path
    keeps_hours = True

    def set_up(self) -> "Forge":
        """Make or renew what it needs on this machine before something is changed."""
        return self

    @abstractmethod
    def refuse_missing(self) -> None:
        """Raises ForgeError where it is not there, or cannot be reached; the message says what to do."""

    def settle(self) -> None:
        """See to what has to go on when a verb has changed something."""
        return

    def look_again(self) -> None:
        """Forget what was read."""
        return

    def health(self, slug: str) -> Sequence[Finding]:
        """What `scripts/status.py` says of the place itself."""
        return ()

    @property
    def grades(self) -> bool:
        """Whether a push is graded."""
        return True

    def catch_up(self) -> str:
        """The command that grades what waits, where nobody is at it; empty where somebody is, or another machine's is."""
        return ""

    def notes(self) -> Sequence[str]:
        """What every verb says of it: what somebody has to look at."""
        return ()

    def preparations(self, logins: Collection[str]) -> Sequence[Preparation]:
        """What has to be done to the place as a whole before these students are given repositories."""
        return ()

    def expected(self, kinds: Sequence[str]) -> str:
        """How long changes take, in a sentence; empty where that needs no saying. kinds: names of methods, one each."""
        return ""

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

        hours: kept from its first moment on, so that an exam is never to be seen before its time. Raises ForgeError where
        it is not ready yet; then the same call, later, goes on.
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

    def template(self, name: str) -> str | None:
        """The repository that this one was made from; None for a template, and where the forge cannot tell."""
        return None

    @abstractmethod
    def tip(self, name: str, branch: str = "main") -> str | None:
        """The commit on a branch; None when there is no such branch."""

    @abstractmethod
    def publish(self, name: str, folder: Path, commit: str, branch: str, seen: str | None = ANY) -> None:
        """Move a branch to a commit of the repository in `folder`, as the instructor: it is no push of a student.

        seen: where it stood when that was planned, None for nowhere. Raises ForgeError where it has moved since.
        """

    @abstractmethod
    def pushes(self, name: str) -> list[Push]:
        """Every push of a student to any branch, in the order in which the server received them."""

    @abstractmethod
    def access(self, name: str) -> Mapping[str, str]:
        """Who may do what: `{"alice": "write"}`. `invited` is who has been let in and has not accepted yet."""

    @abstractmethod
    def grant(self, name: str, login: str, level: str) -> None:
        """level: `write`, `read` for a student who may look and not push, or `none`."""

    @abstractmethod
    def closed(self, slug: str) -> Collection[str] | None:
        """The repositories of an assignment that take pushes though it is closed; None where it is open."""

    @abstractmethod
    def close(self, slug: str, but: Collection[str] = ()) -> None:
        """All repositories of an assignment take no more pushes, but for some; who may do what stays as it is."""

    @abstractmethod
    def open(self, slug: str) -> None:
        """They take pushes again."""

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
        self.bring(name, folder, commit, *([] if history else ["--depth=1"]))
        git(folder, "update-ref", MAIN, "FETCH_HEAD")
        return folder

    def bring(self, name: str, folder: Path, commit: str, *options: str) -> None:
        """Bring a commit of a repository, or the tip of a ref, into the one in `folder`, as its FETCH_HEAD."""
        settings = self.credentials()
        git(folder, "fetch", "--quiet", "--no-tags", *options, self.url(name), commit, settings=settings)

    def credentials(self) -> Mapping[str, str]:
        """The settings with which git reaches `url`. They hold a secret: never print them."""
        return {}


def moved(name: str, branch: str) -> ForgeError:
    """What is said where somebody else has moved a branch meanwhile."""
    return ForgeError(f"The branch {branch} of {name} has moved since it was looked at. Nothing was done to it: look again.")


def repo_name(slug: str, login: str) -> str:
    """The repository of one student."""
    return f"{slug}-{login}"


def template_name(slug: str, paper: str = "") -> str:
    """What students' repositories are made from; of an exam, one for each paper. No login begins with a hyphen."""
    return f"{slug}--{paper}" if paper else slug


def paper_of(forge: Forge, name: str) -> str:
    """The paper that a student's repository holds; empty in a lab, and where the forge cannot tell."""
    return (forge.template(name) or "").partition("--")[2]
