"""What goes wrong on request: for the next calls of one operation, or as a habit of the whole place."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

ANY = "*"
NO_RIGHT = "Resource not accessible by personal access token"


@dataclass
class Fault:
    """For `times` calls of an operation: this answer instead of the real one. after: the effect happens all the same.
    cut: the connection ends without an answer."""

    status: int
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int = 1
    after: bool = False
    cut: bool = False
    skip: int = 0  # calls that go well before


class Faults:
    """Operations have the names of GitHub's description, such as `repos/add-collaborator`; `*` is any of them."""

    def __init__(self):
        self._queued: dict[str, list[Fault]] = {}
        self.generate_after = 2  # looks at a generated repository until its content is there
        self.generate_settles = False  # the first content is replaced by the final one, as a client sees while it is copied
        self.invite_members = False  # 201 and an invitation for those, too, who could be let in at once
        self.free_plan = False  # rulesets are refused for private repositories
        self.null_actor = False  # activity does not say who it was
        self.largest_page = 100
        self.activity_lag = 0.0  # seconds until a push is in the activity
        self.org_invitations = 500  # in 24 hours

    def add(self, operation: str, fault: Fault) -> None:
        self._queued.setdefault(operation, []).append(fault)

    def secondary_limit(self, operation: str, retry_after: int | None = None, status: int = 403, times: int = 1) -> None:
        """Too much in a short time. GitHub says so with 403 or 429, and mostly for how long to wait."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
        self.add(operation, Fault(status, message, headers, times))

    def primary_limit(self, operation: str, wait: int = 1, times: int = 1) -> None:
        """The quota of the hour is used up, for `wait` more seconds of the client's clock."""
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + wait)}
        self.add(operation, Fault(403, "API rate limit exceeded for user ID 1.", headers, times))

    def forbid(self, operation: str, message: str = NO_RIGHT, times: int = 1) -> None:
        self.add(operation, Fault(403, message, times=times))

    def bad_gateway(self, operation: str, times: int = 1, after: bool = False, skip: int = 0) -> None:
        """502; after: once the effect has happened."""
        self.add(operation, Fault(502, "Server Error", times=times, after=after, skip=skip))

    def cut(self, operation: str, times: int = 1, after: bool = True, skip: int = 0) -> None:
        """The line is cut; after: once the effect has happened."""
        self.add(operation, Fault(0, times=times, after=after, cut=True, skip=skip))

    def clear(self) -> None:
        """Nothing that was asked for goes wrong any more."""
        self._queued.clear()

    def take(self, operation: str) -> Fault | None:
        """What goes wrong with this call."""
        for name in (operation, ANY):
            for fault in self._queued.get(name, []):
                if fault.skip:
                    fault.skip -= 1
                elif fault.times:
                    fault.times -= 1
                    return fault
        return None
