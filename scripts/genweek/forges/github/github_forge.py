"""A forge at GitHub: one organisation, whose members see the repository that they are given, and nothing else.

The folder keeps what GitHub may forget, and what a run that is cut off must know (see `people`, `activity`, `closing`):

    people.json              the number of each login
    activity/NUMBER.json     all moves of the branches of a repository
    scores/NUMBER/           the scores that its workflow has left
    closed/SLUG.json         who could write, where closing goes by permission
    making/NAME              a repository that was asked for, and is not ready yet
    templates/NUMBER         the template that a repository was made from
"""

import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from autograding.whole import write_whole

from ...private import private_folder
from ..forge import ANY, Finding, Forge, ForgeError, Preparation, Push, Status, moved
from ..git import GitError, git
from ..hours import Hours
from . import hours_text, pace, scores
from .activity import Activity
from .client import Client, Refused
from .closing import Closing
from .people import People
from .token import git_settings

LOOKS, PAUSE = 20, 0.5  # at a repository that is being made; seconds between two
EXISTS = "already exists"
BARE = {"has_issues": False, "has_projects": False, "has_wiki": False}


class GitHubForge(Forge):
    keeps_hours = False

    def __init__(self, org: str, folder: Path):
        self.org, self.folder = org, folder
        self.client = Client(org)
        self.people = People(self.client, org, folder)
        self.activity = Activity(self.client, folder / "activity", self._is_ours)
        self.closing = Closing(self.client, self.people, folder, self.repos, self._path)
        self._listed: dict[str, dict] | None = None

    def __str__(self) -> str:
        return f"github:{self.org}"

    # ---- The place ----

    def set_up(self) -> "GitHubForge":
        private_folder(self.folder)
        return self

    def refuse_missing(self) -> None:
        self.identity()

    def identity(self) -> str:
        try:
            return f"github:{self.client.get(f'/orgs/{self.org}')['id']}"
        except Refused as error:
            if error.status != 404:
                raise
            raise ForgeError(f"GitHub has no organisation {self.org}, or your token cannot see it. Make it first.") from None

    def now(self) -> datetime:
        return self.client.now()

    def look_again(self) -> None:
        self.client.forget()
        self._listed = None

    def preparations(self, logins: Collection[str]) -> Sequence[Preparation]:
        return self.people.preparations(logins)

    def health(self, slug: str) -> Sequence[Finding]:
        base = self.client.get(f"/orgs/{self.org}").get("default_repository_permission", "none")
        said = "see nothing but what they are given" if base == "none" else f"may {base} EVERY repository of {self.org}"
        return [Finding("members", said, "" if base == "none" else f"scripts/generate.py {slug} --apply")]

    def notes(self) -> Sequence[str]:
        said = [
            f"{old} is called {new} at GitHub now: in the roster, write {new} as the login and {old} into `was`."
            for old, new in sorted(self.people.renamed().items())
        ]
        with suppress(Refused):  # not every token may ask
            said += [
                f"{login} has not accepted the invitation to {self.org}, which has expired: generate invites again."
                for login in self.people.failed()
            ]
        return said

    def expected(self, kinds: Sequence[str]) -> str:
        return pace.sentence(kinds) if kinds else ""

    # ---- Repositories ----

    def repos(self) -> list[str]:
        return sorted(self._all())

    def create(self, name: str, template: str | None = None, hours: Hours | None = None) -> None:
        text = hours_text.written(hours) if hours else ""
        if template is None:
            body = {"name": name, "private": True, "is_template": True, "description": text} | BARE
            self._make(name, f"/orgs/{self.org}/repos", body)
            return
        mark = self.folder / "making" / name
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
        body = {"owner": self.org, "name": name, "private": True, "description": text}
        self._make(name, f"{self._path(template)}/generate", body)
        self._wait(name)
        self._note_template(name, template)
        mark.unlink(missing_ok=True)

    def template(self, name: str) -> str | None:
        """It never changes, so it is asked for once."""
        path = self.folder / "templates" / str(self._facts(name)["id"])
        if not path.is_file():
            made_from = self.client.get(self._path(name)).get("template_repository") or {}
            self._note_template(name, made_from.get("name", "").lower())
        return path.read_text(encoding="utf-8") or None

    def _note_template(self, name: str, template: str) -> None:
        path = self.folder / "templates" / str(self._facts(name)["id"])
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, template, private=True)

    def _make(self, name: str, path: str, body: dict) -> None:
        """One that is there stays as it is, also where it was this call that made it before the line broke."""
        try:
            _, made = self.client.send("POST", path, body)
        except Refused as error:
            if error.status != 422 or EXISTS not in error.said:
                raise
            made = self.client.get(self._path(name))
        self._all()[name] = made

    def _wait(self, name: str) -> None:
        """GitHub says yes at once and copies later; what it shows may still change. Two equal looks mean that it is done."""
        before = None
        for look in range(LOOKS):
            time.sleep(PAUSE if look else 0)
            self.client.forget()
            now = self._main(name)
            if now and now == before:
                return
            before = now
        raise ForgeError(f"{name} is not ready yet: GitHub still copies the template. Run this again in a minute.")

    def _main(self, name: str) -> str | None:
        with suppress(Refused):
            return self.client.get(f"{self._path(name)}/branches/main")["commit"]["sha"]
        return None

    def rename(self, name: str, new: str) -> None:
        path = self._path(name)
        self._facts(name)
        if new in self._all():
            raise ForgeError(f"{name} cannot be called {new}: there is a repository of that name.")
        _, made = self.client.send("PATCH", path, {"name": new})
        self._all().pop(name)
        self._all()[new] = made

    def hours(self, name: str) -> Hours | None:
        """None, too, where students can see what is to be hidden."""
        hours = hours_text.read(self._facts(name)["description"])
        hidden = hours and hours.hidden(self.client.time or self.now())
        return None if hidden and self.access(name) else hours

    def set_hours(self, name: str, hours: Hours) -> None:
        text = hours_text.written(hours)
        if self._facts(name)["description"] != text:
            self.client.send("PATCH", self._path(name), {"description": text})
            self._all()[name]["description"] = text
        if hours.hidden(self.now()):
            for login in self.access(name):
                self.people.grant(self._path(name), login, "none")

    def url(self, name: str) -> str:
        return f"{self.client.site}/{self.org}/{name}.git"

    def credentials(self) -> Mapping[str, str]:
        return git_settings(self.client.site, self.client.token)

    def tip(self, name: str, branch: str = "main") -> str | None:
        self._facts(name)
        try:
            return self.client.get(f"{self._path(name)}/git/ref/heads/{quote(branch)}")["object"]["sha"]
        except Refused as error:
            if error.status not in (404, 409):  # 409: it is empty
                raise
            return None

    def publish(self, name: str, folder: Path, commit: str, branch: str, seen: str | None = ANY) -> None:
        commit = git(folder, "rev-parse", f"{commit}^{{commit}}")
        self._facts(name)
        ref = f"refs/heads/{branch}"
        lease = "--force" if seen == ANY else f"--force-with-lease={ref}:{seen or ''}"
        try:
            git(folder, "push", "--quiet", lease, self.url(name), f"{commit}:{ref}", settings=self.credentials())
        except GitError:
            self.client.forget()
            if seen == ANY or self.tip(name, branch) == seen:
                raise
            raise moved(name, branch) from None
        self.client.forget()

    def pushes(self, name: str) -> list[Push]:
        return self.activity.pushes(self._path(name), self._facts(name)["id"])

    # ---- People ----

    def access(self, name: str) -> Mapping[str, str]:
        self._facts(name)
        found = self.people.access(self._path(name))
        by_hand = self.closing.by_permission(_slug(name)) or {"writers": {}}
        return found | dict.fromkeys(found.keys() & set(by_hand["writers"].get(name, [])), "write")

    def grant(self, name: str, login: str, level: str) -> None:
        hours = hours_text.read(self._facts(name)["description"])
        if level != "none" and hours and hours.visible and hours.hidden(self.now()):
            raise ForgeError(f"{name} is hidden until {hours.visible:%Y-%m-%d %H:%M} UTC: let {login} in then.")
        waits = level == "write" and self.closing.note_writer(_slug(name), name, login)
        self.people.grant(self._path(name), login, "read" if waits else level)

    def closed(self, slug: str) -> Collection[str] | None:
        return self.closing.closed(slug)

    def close(self, slug: str, but: Collection[str] = ()) -> None:
        self.closing.close(slug, but)

    def open(self, slug: str) -> None:
        self.closing.open(slug)

    # ---- Scores ----

    def set_status(self, name: str, commit: str, status: Status) -> None:
        body = {"state": status.state, "description": status.description[:140], "context": status.context}
        body |= {"target_url": status.target_url} if status.target_url else {}
        self.client.send("POST", f"{self._path(name)}/statuses/{commit}", body)

    def statuses(self, name: str, commit: str) -> list[Status]:
        try:
            rows = self.client.pages(f"{self._path(name)}/commits/{commit}/statuses")
        except Refused as error:
            if error.status not in (404, 422):  # there is no such commit
                raise
            return []
        return [_status(row) for row in rows]

    def scores(self, name: str, commit: str) -> Path | None:
        kept = self.folder / "scores" / str(self._facts(name)["id"])
        return scores.scores(self.client, self._path(name), commit, kept)

    # ---- What GitHub knows ----

    def _path(self, name: str) -> str:
        return f"/repos/{self.org}/{quote(name)}"

    def _all(self) -> dict[str, dict]:
        """What GitHub says of each repository, by its name. One that is still being made is not there yet."""
        if self._listed is None:
            rows = self.client.pages(f"/orgs/{self.org}/repos", sort="full_name")
            self._listed = {row["name"].lower(): row for row in rows}
            for mark in (self.folder / "making").glob("*"):
                if mark.name in self._listed and self._main(mark.name):
                    mark.unlink()
                else:
                    self._listed.pop(mark.name, None)
        return self._listed

    def _facts(self, name: str) -> dict:
        found = self._all().get(name)
        if found is None:
            raise ForgeError(f"There is no repository {name} in {self}. scripts/generate.py makes repositories.")
        return found

    def _is_ours(self, actor: dict | None) -> bool:
        return self.people.is_ours(actor, self.people.owners())


def _slug(name: str) -> str:
    """The assignment of a student's repository: a slug has no hyphen."""
    return name.partition("-")[0]


def _status(row: dict) -> Status:
    when = datetime.fromisoformat(row["created_at"].replace("Z", "+00:00"))
    return Status(row["state"], row["description"] or "", row["context"], row["target_url"], when)
