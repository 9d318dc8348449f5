"""Closes an assignment and opens it again: by one ruleset of the organisation, whatever the number of repositories.

Where GitHub refuses rulesets (the Free plan, for private repositories) it is done by permission, one repository after the
other. `closed/SLUG.json` then keeps who could write where, before anything is changed.
"""

import json
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from autograding.whole import read_json, write_whole

from .client import Client, Refused
from .people import People
from .token import app_id

REFUSED = (403, 404, 422)
RULES = ("creation", "update", "deletion", "non_fast_forward")


class Closing:
    """repos: the names of all repositories, when it is called. path_of: where the API has one."""

    def __init__(
        self, client: Client, people: People, kept: Path, repos: Callable[[], Sequence[str]], path_of: Callable[[str], str]
    ):
        self.client, self.people, self.kept, self.repos, self.path_of = client, people, kept / "closed", repos, path_of
        self.path = f"/orgs/{people.org}/rulesets"

    def closed(self, slug: str) -> list[str] | None:
        """The repositories that take pushes though the assignment is closed; None where it is open."""
        by_hand = self.by_permission(slug)
        if by_hand is not None:
            return by_hand["but"]
        found = self._ruleset(slug)
        if found is None or found["enforcement"] != "active":
            return None
        return self.client.get(f"{self.path}/{found['id']}")["conditions"]["repository_name"]["exclude"]

    def close(self, slug: str, but: Collection[str]) -> None:
        for _ in range(2) if self.by_permission(slug) is None else ():
            found = self._ruleset(slug)
            try:
                where = ("PUT", f"{self.path}/{found['id']}") if found else ("POST", self.path)
                self.client.send(*where, ruleset(slug, but))
                return
            except Refused as error:
                if error.status not in REFUSED:
                    raise
                if error.status != 422:  # with 422 it may be there: made by a call whose answer was lost
                    break
        self._close_each(slug, but)

    def open(self, slug: str) -> None:
        by_hand = self.by_permission(slug)
        if by_hand is not None:
            for name, logins in by_hand["writers"].items():
                for login in logins:
                    self.people.grant(self.path_of(name), login, "write")
            (self.kept / f"{slug}.json").unlink()
        elif found := self._ruleset(slug):
            self.client.send("DELETE", f"{self.path}/{found['id']}")

    def by_permission(self, slug: str) -> dict | None:
        """Who could write where, and which repositories stay open; None where it was not closed in this way."""
        path = self.kept / f"{slug}.json"
        return read_json(path, f"Look at who may write to {slug}-…, then remove it.") if path.exists() else None

    def note_writer(self, slug: str, name: str, login: str) -> bool:
        """Whether somebody who is let in must wait, until it is opened, before he may write."""
        by_hand = self.by_permission(slug)
        if by_hand is None or name in by_hand["but"]:
            return False
        by_hand["writers"][name] = sorted({*by_hand["writers"].get(name, []), login})
        self._keep(slug, by_hand)
        return True

    def _close_each(self, slug: str, but: Collection[str]) -> None:
        before = self.by_permission(slug) or {"writers": {}, "but": []}
        writers = dict(before["writers"])
        for name in (one for one in self.repos() if one.startswith(f"{slug}-")):
            can = [login for login, level in self.people.access(self.path_of(name)).items() if level == "write"]
            writers[name] = sorted({*writers.get(name, []), *can})
        self._keep(slug, {"writers": writers, "but": sorted(but)})
        for name, logins in writers.items():
            for login in logins:
                if (name in but) != (self.people.access(self.path_of(name)).get(login) == "write"):
                    self.people.grant(self.path_of(name), login, "write" if name in but else "read")

    def _keep(self, slug: str, facts: dict) -> None:
        self.kept.mkdir(parents=True, exist_ok=True)
        write_whole(self.kept / f"{slug}.json", json.dumps(facts, indent=1) + "\n", private=True)

    def _ruleset(self, slug: str) -> dict | None:
        try:
            rows = self.client.pages(self.path)
        except Refused as error:
            if error.status not in REFUSED:
                raise
            return None
        return next((one for one in rows if one["name"] == name_of(slug)), None)


def name_of(slug: str) -> str:
    return f"genweek: {slug} is closed"


def ruleset(slug: str, but: Collection[str]) -> dict:
    """Nobody moves a branch but the owners of the organisation, and the App that acts for us."""
    ours = [{"actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "always"}]
    if number := app_id():
        ours.append({"actor_id": number, "actor_type": "Integration", "bypass_mode": "always"})
    return {
        "name": name_of(slug),
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": ours,
        "conditions": {
            "ref_name": {"include": ["~ALL"], "exclude": []},
            "repository_name": {"include": [f"{slug}-*"], "exclude": sorted(but)},
        },
        "rules": [{"type": one} for one in RULES],
    }
