"""Asks GitHub's API, with patience: paced, tried again where that may help, and nothing asked twice.

PyGithub keeps the distance between calls and knows GitHub's limits. What it would not try again (PATCH, a 429 that names
no time) is tried here as well: every call of ours may be repeated, whether or not it had its effect before the line broke.
"""

import json
import logging
import re
import sys
from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

import requests
from github import Github, GithubException, GithubRetry

from ..forge import ForgeError
from .token import HOW, addresses, credentials, on_this_machine

BETWEEN_CALLS, BETWEEN_WRITES = 0.25, 1.0  # seconds; what GitHub asks for
TRIES, BACKOFF = 8, 2.0  # seconds, doubled each time
SECONDARY_WAIT, LONGEST_WAIT = 60.0, 3700.0  # an hour's quota comes back within an hour
SAID = 5  # seconds: a wait that is longer is told
NEXT = re.compile(r'<([^>]+)>; rel="next"')


logging.getLogger("github.GithubRetry").setLevel(logging.WARNING)  # `Patience` says what is worth saying


class Refused(ForgeError):
    """GitHub's answer is an error, by its number."""

    def __init__(self, status: int, said: str, sentence: str):
        super().__init__(sentence)
        self.status, self.said = status, said


class Patience(GithubRetry):
    """PyGithub's, which also says that it waits."""

    def sleep(self, response=None) -> None:
        seconds = (self.get_retry_after(response) if response else None) or self.get_backoff_time()
        if seconds > SAID:
            print(f"GitHub asks us to wait {seconds:.0f} s; it goes on by itself.", file=sys.stderr, flush=True)
        super().sleep(response)


class Client:
    """calls: how many there were, by method."""

    def __init__(self, org: str):
        self.api, self.site = addresses()
        self._auth = credentials(org, self.api)
        retry = Patience(
            total=TRIES,
            allowed_methods=None,  # all of them
            status_forcelist=[429, *range(500, 600)],
            backoff_factor=BACKOFF,
            secondary_rate_wait=SECONDARY_WAIT,
            max_rate_limit_wait=LONGEST_WAIT,
        )
        calls, writes = (0.0, 0.0) if on_this_machine(self.api) else (BETWEEN_CALLS, BETWEEN_WRITES)
        pace: dict[str, Any] = {"seconds_between_requests": calls, "seconds_between_writes": writes}
        self._requester = Github(auth=self._auth, base_url=self.api, retry=retry, per_page=100, **pace).requester
        self.calls: Counter[str] = Counter()
        self._known: dict[str, tuple[Any, str | None]] = {}
        self._tags: dict[str, tuple[str, Any, str | None]] = {}  # what a page was when it had this tag
        self.time: datetime | None = None  # the server's, at its last answer

    @property
    def token(self) -> str:
        return self._auth.token

    def forget(self) -> None:
        self._known.clear()

    def now(self) -> datetime:
        """The server's clock. This question costs nothing of the quota."""
        self._ask("GET", "/rate_limit")
        assert self.time, "every answer has a date"
        return self.time

    def get(self, path: str, **query: object) -> Any:
        return self.page(path + (f"?{urlencode(query)}" if query else ""))[0]

    def pages(self, path: str, key: str = "", **query: object) -> list:
        """All rows of a list. key: where they stand in each answer."""
        rows, address = [], f"{path}?{urlencode({'per_page': 100} | query)}"
        while address:
            found, address = self.page(address)
            rows += found[key] if key else found
        return rows

    def send(self, method: str, path: str, body: dict | None = None) -> tuple[int, Any]:
        """The number and the content of the answer. What was read before is forgotten."""
        self.forget()
        status, _, found = self._ask(method, path, body)
        return status, found

    def exists(self, path: str) -> bool:
        try:
            self.get(path)
        except Refused as error:
            if error.status in (404, 409):
                return False
            raise
        return True

    def download(self, path: str) -> bytes:
        """A file that lies elsewhere; GitHub's answer leads there."""
        _, headers, _ = self._ask("GET", path)
        try:
            answer = requests.get(headers["location"], timeout=60)  # without the token: it is another company's
            answer.raise_for_status()
        except requests.RequestException as error:
            raise ForgeError(f"GitHub's store of files does not answer: {_reason(error)}.") from None
        return answer.content

    def page(self, address: str) -> tuple[Any, str | None]:
        """The content of a page and the address of the next; one that has not changed costs nothing of the quota."""
        if address not in self._known:
            tag, *before = self._tags.get(address, ("", None, None))
            status, headers, found = self._ask("GET", address, headers={"If-None-Match": tag} if tag else {})
            if status == 304:
                self._known[address] = before[0], before[1]
            else:
                link = NEXT.search(headers.get("link", ""))
                self._known[address] = found, link and link[1]
                if "etag" in headers:
                    self._tags[address] = (headers["etag"], *self._known[address])
        return self._known[address]

    def _ask(self, method: str, path: str, body: dict | None = None, headers: dict | None = None) -> tuple[int, dict, Any]:
        self.calls[method] += 1
        try:
            status, answered, text = self._requester.requestJson(method, path, headers=dict(headers or {}), input=body)
        except GithubException as error:
            raise self._refused(method, path, error.status, error.data) from None
        except requests.RequestException as error:
            raise ForgeError(f"GitHub does not answer: {_reason(error)}. What is done stays done.") from None
        if "date" in answered:
            self.time = parsedate_to_datetime(answered["date"]).astimezone(UTC)
        found = _content(text)
        if status >= 400:
            raise self._refused(method, path, status, found)
        return status, answered, found

    def _refused(self, method: str, path: str, status: int, found: Any) -> Refused:
        facts = found if isinstance(found, dict) else {}
        parts = [facts.get("message"), *(one.get("message") for one in facts.get("errors") or [] if isinstance(one, dict))]
        said = ": ".join(filter(None, parts)) or str(found or "")[:200]
        where = f"{method} {path.partition('?')[0]}"
        known = {
            401: f"GitHub does not know this token: it is wrong, or has expired. {HOW}",
            403: f"GitHub does not allow it ({where}): {said}. Is the token an owner's, with all rights?",
            404: f"GitHub has no such thing, or the token cannot see it ({where}).",
        }
        return Refused(status, said, known.get(status, f"GitHub answers {status} to {where}: {said}."))


def _content(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def _reason(error: Exception) -> str:
    """The last word of a chain of errors, without addresses."""
    while error.args and isinstance(error.args[0], Exception):
        error = error.args[0]
    inner = getattr(error, "reason", None) or error
    return str(inner).rpartition(": ")[2][:200] or type(inner).__name__
