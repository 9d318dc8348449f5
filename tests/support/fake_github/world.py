"""What the fake GitHub holds: accounts, one organisation, its repositories. Names compare without case."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from .clock import Clock, stamp
from .faults import Faults
from .store import Store

LEVELS = ("pull", "triage", "push", "maintain", "admin")  # of a permission, the lowest first
WEEK = timedelta(days=7)
QUOTA = 5000  # calls of one hour


class Refused(Exception):
    """An answer that is an error, as GitHub words it."""

    def __init__(self, status: int, message: str, *errors: str):
        self.status, self.message, self.errors = status, message, errors


def not_found() -> Refused:
    return Refused(404, "Not Found")


@dataclass
class Account:
    login: str
    id: int
    token: str
    email: str | None = None


@dataclass
class Invitation:
    """Into a repository, or (repository is None) into the organisation."""

    id: int
    account: Account | None
    email: str | None
    level: str
    inviter: Account
    created: datetime


@dataclass
class Move:
    """Of a branch: a row of the activity."""

    id: int
    ref: str
    before: str
    after: str
    time: datetime
    kind: str
    actor: Account | None


@dataclass
class Said:
    """A commit status."""

    id: int
    state: str
    context: str
    description: str | None
    target_url: str | None
    creator: Account
    time: datetime


@dataclass
class Artifact:
    id: int
    name: str
    data: bytes
    run: "Run"
    created: datetime
    expires: datetime


@dataclass
class Run:
    """Of the workflow."""

    id: int
    number: int
    branch: str
    commit: str
    event: str
    conclusion: str | None
    actor: Account
    created: datetime


@dataclass
class Repository:
    name: str
    id: int
    created: datetime
    private: bool = True
    archived: bool = False
    is_template: bool = False
    description: str | None = None
    default_branch: str = "main"
    template: "Repository | None" = None
    pending: int = 0  # looks until the content of the template is there
    levels: dict[int, str] = field(default_factory=dict)  # by the account's id
    invitations: list[Invitation] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    said: dict[str, list[Said]] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    rulesets: dict[int, dict] = field(default_factory=dict)
    actions: dict = field(default_factory=lambda: {"enabled": True, "allowed_actions": "all", "sha_pinning_required": False})
    lock: threading.RLock = field(default_factory=threading.RLock)


class World:
    def __init__(self, folder: Path, org: str, staff: str, clock: Clock, faults: Faults):
        self.clock, self.faults, self.store = clock, faults, Store(folder)
        self.lock = threading.RLock()
        self._ids = count(1001)
        self.accounts: dict[str, Account] = {}
        self.org, self.org_id, self.org_created = org, self.id(), clock.now()
        self.base_permission = "read"  # as every new organisation has it
        self.org_actions: dict = {"enabled_repositories": "all", "allowed_actions": "all", "sha_pinning_required": False}
        self.staff = self.account(staff)
        self.apps: dict = {}  # those that the organisation has installed, by number: see `apps`
        self.members: dict[int, str] = {self.staff.id: "admin"}  # role, by the account's id
        self.invitations: list[Invitation] = []
        self.repositories: dict[str, Repository] = {}
        self.moved: dict[str, Repository] = {}  # by a name that it had
        self.rulesets: dict[int, dict] = {}
        self.suites: list[dict] = []
        self.url = self.storage_url = ""  # the server says
        self.used = 0  # of the hour's quota
        self.on_push: list = []  # called with repository name, branch and commit, after each push that was taken

    def id(self) -> int:
        return next(self._ids)

    def now(self) -> datetime:
        return self.clock.now()

    def quota(self) -> dict[str, int]:
        reset = int(self.now().timestamp()) + 3600
        return {"limit": QUOTA, "used": self.used, "remaining": QUOTA - self.used, "reset": reset}

    # ---- People ----

    def account(self, login: str, email: str | None = None) -> Account:
        """The account of this login, which is made when there is none."""
        known = self.accounts.get(login.lower())
        if known is None:
            number = self.id()
            known = self.accounts[login.lower()] = Account(login, number, f"ghp_{number:036d}", email)
        return known

    def find_account(self, login: str) -> Account:
        if login.lower() not in self.accounts:
            raise not_found()
        return self.accounts[login.lower()]

    def of_token(self, token: str) -> Account | None:
        return next((one for one in self.accounts.values() if one.token == token), None)

    def is_owner(self, account: Account | None) -> bool:
        return account is not None and (self.members.get(account.id) == "admin" or self.is_app(account))

    def is_app(self, account: Account) -> bool:
        return any(account is app.bot for app in self.apps.values())

    def join(self, account: Account) -> None:
        """Somebody accepts to be a member."""
        self.members.setdefault(account.id, "member")
        self.invitations = [one for one in self.invitations if one.account is not account]

    def open_invitations(self) -> list[Invitation]:
        """They expire after a week."""
        return [one for one in self.invitations if self.now() - one.created < WEEK]

    # ---- Repositories ----

    def repository(self, owner: str, name: str) -> Repository:
        if owner.lower() != self.org.lower() or name.lower() not in self.repositories:
            raise not_found()
        return self.repositories[name.lower()]

    def create(self, name: str, **facts) -> Repository:
        if name.lower() in self.repositories:
            raise Refused(422, "Repository creation failed.", "name already exists on this account")
        made = Repository(name, self.id(), self.now(), **facts)
        self.store.create(made.id)
        self.repositories[name.lower()] = made
        self.moved.pop(name.lower(), None)
        return made

    def rename(self, repository: Repository, new: str) -> None:
        if self.repositories.get(new.lower(), repository) is not repository:
            raise Refused(422, "Repository creation failed.", "name already exists on this account")
        self.moved[repository.name.lower()] = self.repositories.pop(repository.name.lower())
        repository.name = new
        self.repositories[new.lower()] = repository
        self.moved.pop(new.lower(), None)

    def level(self, account: Account | None, repository: Repository) -> str | None:
        """What somebody may do there; None: not even see it."""
        if account is None:
            return None if repository.private else "pull"
        if self.is_owner(account):
            return "admin"
        base = {"read": "pull", "write": "push", "admin": "admin"}.get(self.base_permission)
        found = [repository.levels.get(account.id)]
        found += [base] if account.id in self.members else []
        found += ["pull"] if not repository.private else []
        return max(filter(None, found), key=LEVELS.index, default=None)

    def may(self, account: Account | None, repository: Repository, level: str) -> bool:
        found = self.level(account, repository)
        return found is not None and LEVELS.index(found) >= LEVELS.index(level)

    def look(self, repository: Repository) -> None:
        """Somebody looks at the content of a repository, which a template may still be copied into."""
        with repository.lock:
            if not repository.pending or repository.template is None:
                return
            repository.pending -= 1
            settling = self.faults.generate_settles and repository.pending == 1
            if repository.pending and not settling:
                return
            source, branch = repository.template, repository.template.default_branch
            tree = self.store.tree(source.id, branch) if not settling else self.store.empty_tree(repository.id)
            if tree:
                commit = self.store.first_commit(repository.id, source.id, tree, branch, self.now())
                if not settling:
                    self.note(repository, f"refs/heads/{branch}", "0" * 40, commit, self.staff)

    def note(self, repository: Repository, ref: str, before: str, after: str, actor: Account) -> None:
        """A ref has moved."""
        if ref.startswith("refs/heads/"):
            kind = self.store.kind_of_move(repository.id, before, after)
            repository.moves.append(Move(self.id(), ref, before, after, self.now(), kind, actor))

    def time(self, when: datetime) -> str:
        return stamp(when)
