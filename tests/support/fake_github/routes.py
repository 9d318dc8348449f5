"""How an operation finds the function that plays it, and what that function is told."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .contract import Operation
from .world import Account, Refused, Repository, World, not_found

ROUTES: dict[str, Callable[["Asked"], object]] = {}


@dataclass
class Asked:
    """A request that fits the description."""

    world: World
    operation: Operation
    path: dict[str, str]
    query: dict[str, str]
    body: dict
    account: Account
    answer_headers: dict[str, str] = field(default_factory=dict)

    def repository(self, level: str = "pull") -> Repository:
        """The one in the path. Who may not see it hears that there is none, who may not do it that it is forbidden."""
        owner = self.path.get("owner") or self.path["template_owner"]
        found = self.world.repository(owner, self.path.get("repo") or self.path["template_repo"])
        if not self.world.may(self.account, found, "pull"):
            raise not_found()
        if not self.world.may(self.account, found, level):
            raise Refused(403, f"Must have {level} rights to Repository." if level == "admin" else "Resource not accessible")
        if found.archived and self.operation.method != "GET" and self.operation.id not in ("repos/update", "repos/delete"):
            raise Refused(403, "Repository was archived so is read-only.")
        return found

    def organisation(self, owner: bool = False) -> None:
        """Refuses another organisation's name; owner: and whoever does not own it."""
        inside = self.account.id in self.world.members or self.world.is_app(self.account)
        if self.path["org"].lower() != self.world.org.lower() or not inside:
            raise not_found()
        if owner and not self.world.is_owner(self.account):
            raise Refused(403, "You must be an admin of the organization to do that.")

    def number(self, name: str) -> int:
        if not self.path[name].isdecimal():
            raise not_found()
        return int(self.path[name])


@dataclass
class Answer:
    """One that is no plain 200. page: the key of the rows that a page is cut from; "" where they are the whole body."""

    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Rows:
    """A list of which an answer has one page. key: where GitHub puts it into an object, with the total."""

    rows: list
    show: Callable[[object], dict]
    key: str = ""


def plays(operation: str):
    """The function below plays an operation of GitHub's description."""

    def keep(function):
        ROUTES[operation] = function
        return function

    return keep
