"""Who is who at GitHub: members, owners, invitations; and whom an account was known as. Logins compare without case.

`people.json` keeps the number of each login, which stays when its owner changes the name.
"""

import json
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import quote

from autograding.whole import read_json, write_whole

from ..forge import ForgeError, Preparation
from .client import Client, Refused

LEVELS = {"write": "push", "read": "pull"}  # ours, and GitHub's word for giving it
STANDING = {"write": "write", "read": "read", "triage": "read"}  # by GitHub's word for who has it; staff have other ones
BOT = "[bot]"


class People:
    def __init__(self, client: Client, org: str, kept: Path):
        self.client, self.org, self.path = client, org, kept / "people.json"

    def members(self) -> dict[str, int]:
        """The number of each member, by login; owners are members."""
        found = {one["login"].lower(): one["id"] for one in self.client.pages(f"/orgs/{self.org}/members")}
        known = self._known()
        if not found.items() <= known.items():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path, json.dumps(known | found, indent=1) + "\n")
        return found

    def owners(self) -> set[int]:
        return {one["id"] for one in self.client.pages(f"/orgs/{self.org}/members", role="admin")}

    def renamed(self) -> dict[str, str]:
        """Who has taken another login since we knew it: old login, new one."""
        now = self.members()
        by_number = {number: login for login, number in now.items()}
        return {old: by_number[number] for old, number in self._known().items() if old not in now and number in by_number}

    def failed(self) -> list[str]:
        """Whose invitation has come to nothing."""
        rows = self.client.pages(f"/orgs/{self.org}/failed_invitations")
        return sorted({one["login"].lower() for one in rows if one.get("login")} - self.members().keys())

    def preparations(self, logins: Collection[str]) -> Sequence[Preparation]:
        """Members must see nothing but what they are given; and who is to be given something must be a member."""
        steps = []
        if self.client.get(f"/orgs/{self.org}").get("default_repository_permission", "none") != "none":
            said = f"let the members of {self.org} see no repository but what they are given"
            steps.append(Preparation(said, self._close_base, "base"))
        asked = {one["login"].lower() for one in self.client.pages(f"/orgs/{self.org}/invitations") if one.get("login")}
        for login in sorted(set(logins) - self.members().keys() - asked):
            steps.append(
                Preparation(f"invite {login} to the organisation {self.org}", partial(self.invite, login), "invite")
            )
        return steps

    def _close_base(self) -> None:
        self.client.send("PATCH", f"/orgs/{self.org}", {"default_repository_permission": "none"})

    def invite(self, login: str) -> None:
        """Into the organisation; who is a member already stays one."""
        try:
            self.client.send("PUT", f"/orgs/{self.org}/memberships/{quote(login)}", {"role": "member"})
        except Refused as error:
            raise self._unknown(login, error) from None

    def access(self, repository: str) -> dict[str, str]:
        """Who may do what in a repository (its path). A member with an open invitation has nothing, and needs none."""
        rows = self.client.pages(f"{repository}/collaborators", affiliation="direct")
        found = {one["login"].lower(): STANDING[one["role_name"]] for one in rows if one["role_name"] in STANDING}
        members = self.members()
        for one in self.client.pages(f"{repository}/invitations"):
            login = (one.get("invitee") or {}).get("login", "").lower()
            if login and login not in members:
                found.setdefault(login, "invited")
        return found

    def grant(self, repository: str, login: str, level: str) -> None:
        path = f"{repository}/collaborators/{quote(login)}"
        try:
            if level == "none":
                self.client.send("DELETE", path)
            else:
                self.client.send("PUT", path, {"permission": LEVELS[level]})
        except Refused as error:
            if level == "none" and error.status == 404:  # the account is gone
                return
            raise self._unknown(login, error) from None

    def is_ours(self, actor: dict | None, owners: Collection[int]) -> bool:
        """Whether a move of a branch was the staff's or a machine's. Where GitHub does not say whose it was, it counts."""
        if actor is None:
            return False
        return actor.get("type") == "Bot" or actor["login"].endswith(BOT) or actor["id"] in owners

    def _known(self) -> dict[str, int]:
        return read_json(self.path, "Remove it: it is made anew.") if self.path.exists() else {}

    def _unknown(self, login: str, error: Refused) -> ForgeError:
        """What a refusal means for a login."""
        if error.status != 404:
            return error
        new = self.renamed().get(login)
        if new:
            return ForgeError(
                f"{login} is called {new} now. In the roster, write {new} as the login and {login} into `was`."
            )
        return ForgeError(f"GitHub has no account {login!r}, or it cannot be let in: look at the login in the roster.")
