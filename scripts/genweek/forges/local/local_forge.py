"""A forge in a folder: bare git repositories, a hook that grades each push, and the server's own record of pushes.

    repos/NAME.git            the repositories; the one folder that is served
    held/NAME.git             those that nobody may see yet
    runs/NAME/COMMIT/         what grading a commit left: statuses.json, log.txt, summary.md, artifact/
    graders/SLUG/COMMIT/      what grades: the files of the template, which is the instructor's alone
    hooks/, settings.json     the server's side of a push, and how it behaves
    closed.json               the assignments that take no pushes, and which of their repositories do all the same

Whoever can write into the folder can write anything: give students access through ssh or http, not through a path.
"""

import json
import os
import secrets
import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from autograding.whole import read_json, rename_whole, write_whole

from . import answering, health, push_log
from ..forge import ANY, CONTEXT, GRADER, MAIN, Finding, Forge, ForgeError, Push, Status, moved
from ..git import ZERO, GitError, call, git, resolve
from ..hours import Hours
from ..serving import gitolite
from ..snapshot import snapshot
from ...private import private_folder
from .hooks import write_hooks

SETTINGS = {"grading": "background", "clock": None, "owner": "classroom", "address": None, "patience": 20}
CONFIG = {
    "core.hooksPath": "../../hooks",
    "core.logAllRefUpdates": "always",
    "gc.auto": "0",  # a commit that a force-push left behind is evidence
    "gc.reflogExpire": "never",  # by hand, too
    "gc.reflogExpireUnreachable": "never",
    "receive.autogc": "false",
    "receive.fsckObjects": "true",
    "receive.maxInputSize": str(256 * 2**20),
    "transfer.hideRefs": "refs/received",
    "uploadpack.allowAnySHA1InWant": "true",  # so that such a commit can still be collected
}
HOURS = "hours.json"  # in a repository
CATCH_UP = (".venv/bin/python scripts/genweek/forges/local/hook.py", "catch-up")


class LocalForge(Forge):
    def __init__(self, folder: Path | str):
        self.folder = Path(folder).resolve()
        self.repos_folder, self.runs_folder = self.folder / "repos", self.folder / "runs"
        self.held_folder = self.folder / "held"

    def set_up(self, **settings) -> "LocalForge":
        """Make the folder, or renew its hooks. Settings: grading ("foreground", "background", "off"), owner,
        clock (an ISO time at which the server's clock stands still, for demonstrations; None: the real time),
        patience (seconds that a push waits for its score),
        address (account, host and port under which `scripts/serve.py` serves it)."""
        private_folder(self.folder)
        for folder in (self.repos_folder, self.runs_folder, self.folder / "hooks"):
            folder.mkdir(parents=True, exist_ok=True)
        made = {"id": secrets.token_hex(8)} | self.settings | settings
        write_whole(self.folder / "settings.json", json.dumps(made, indent=1) + "\n")
        write_hooks(self.folder)
        return self

    def __str__(self) -> str:
        return str(self.folder)

    def refuse_missing(self) -> None:
        if not self.folder.is_dir():
            raise ForgeError(f"There is no forge in {self.folder}. scripts/generate.py SLUG --apply makes one.")

    def settle(self) -> None:
        from . import doors  # which knows this class

        doors.keep(self)

    def health(self, slug: str) -> list[Finding]:
        return health.findings(self, slug)

    @property
    def grades(self) -> bool:
        return self.settings["grading"] != "off"

    def catch_up(self) -> str:
        return "" if health.somebody_grades(self) else f"{CATCH_UP[0]} {self.folder} {CATCH_UP[1]}"

    @property
    def settings(self) -> dict:
        path = self.folder / "settings.json"
        remedy = "Restore it from a backup; or remove it, and run a verb with --apply: then what was set in it is lost."
        return SETTINGS | (read_json(path, remedy) if path.exists() else {})

    def identity(self) -> str:
        return self.settings.get("id", "")

    def now(self) -> datetime:
        clock = self.settings["clock"]
        return datetime.fromisoformat(clock).astimezone(UTC) if clock else datetime.now(UTC)

    def set_clock(self, when: datetime | None) -> None:
        """Let the server's clock stand at a time, for demonstrations and tests; None: let it run."""
        self.set_up(clock=when.isoformat() if when else None)

    def repos(self) -> list[str]:
        self.open_due()
        folders = (self.repos_folder, self.held_folder)
        return sorted(path.name.removesuffix(".git") for folder in folders for path in folder.glob("[!.]*.git"))

    def url(self, name: str) -> str:
        held = self.held_folder / f"{name}.git"
        return str(held if held.is_dir() else self.repos_folder / held.name)

    def clone_url(self, name: str) -> str:
        if address := self.settings["address"]:
            return "ssh://{account}@{host}:{port}/".format(**address) + name
        return self.url(name)

    def repo(self, name: str) -> Path:
        """The bare repository. Raises ForgeError when there is none."""
        self.open_due()
        path = Path(self.url(name))
        if not path.is_dir():
            raise ForgeError(f"There is no repository {name} in {self.folder}. scripts/generate.py makes repositories.")
        return path

    def open_due(self) -> datetime | None:
        """Let what was hidden be seen, once its time has come; when the next one's comes, None when nothing is hidden.

        Hidden is what lies outside of `repos/`, the one folder that is served.
        """
        later = []
        for path in self.held_folder.glob("[!.]*.git"):
            hours = Hours.read(path / HOURS)
            if hours and hours.visible and hours.hidden(self.now()):
                later.append(hours.visible)
            else:
                with suppress(FileNotFoundError):  # somebody else was first
                    path.rename(self.repos_folder / path.name)
        return min(later, default=None)

    def hours(self, name: str) -> Hours | None:
        return Hours.read(self.repo(name) / HOURS)

    def set_hours(self, name: str, hours: Hours) -> None:
        repo = self.repo(name)
        write_whole(repo / HOURS, hours.to_json())
        if hours.hidden(self.now()) and repo.parent != self.held_folder:
            self.held_folder.mkdir(mode=0o700, exist_ok=True)
            repo.rename(self.held_folder / repo.name)
        self.open_due()

    def rename(self, name: str, new: str) -> None:
        here, there = self.repo(name), self.runs_folder / name
        if new in self.repos():
            raise ForgeError(f"{name} cannot be called {new}: there is a repository of that name.")
        if there.is_dir():
            there.rename(self.runs_folder / new)
        here.rename(here.with_name(f"{new}.git"))

    def create(self, name: str, template: str | None = None, hours: Hours | None = None) -> None:
        if Path(self.url(name)).is_dir():
            return
        new = self.repos_folder / f".new-{name}.git"  # it gets its name when it is complete
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        git(new, "init", "--quiet", "--bare", "--initial-branch=main")
        for key, value in CONFIG.items():
            git(new, "config", key, value)
        if template:
            git(new, "config", "genweek.template", template)
            git(new, "fetch", "--quiet", "--no-tags", self.url(template), f"{MAIN}:{MAIN}")
            push_log.note(new, "main", git(new, "rev-parse", MAIN), push_log.CREATED, self.now())
        if hours:
            write_whole(new / HOURS, hours.to_json())
        folder = self.held_folder if hours and hours.hidden(self.now()) else self.repos_folder
        folder.mkdir(mode=0o700, exist_ok=True)
        new.rename(folder / f"{name}.git")

    def tip(self, name: str, branch: str = "main") -> str | None:
        return resolve(self.repo(name), f"refs/heads/{branch}")

    def publish(self, name: str, folder: Path, commit: str, branch: str, seen: str | None = ANY) -> None:
        repo, commit = self.repo(name), git(folder, "rev-parse", f"{commit}^{{commit}}")
        if seen != ANY and self.tip(name, branch) not in (seen, commit):
            raise moved(name, branch)
        git(repo, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", str(folder.resolve()), commit)
        push_log.note(repo, branch, commit, push_log.PUBLISHED, self.now())  # first: it must never pass for a student's
        only_from = [] if seen == ANY or self.tip(name, branch) == commit else [seen or ZERO]
        try:
            git(repo, "update-ref", f"refs/heads/{branch}", commit, *only_from, when=self.now())
        except GitError as error:
            raise (moved(name, branch) if only_from and self.tip(name, branch) != seen else error) from None

    def pushes(self, name: str) -> list[Push]:
        return push_log.read(self.repo(name))

    def access(self, name: str) -> dict[str, str]:
        lines = (call(self.repo(name), "config", "--get-regexp", r"^access\.") or b"").decode().splitlines()
        return {key.removeprefix("access.").removesuffix(".level"): level for key, level in map(str.split, lines)}

    def template(self, name: str) -> str | None:
        """The repository that this one was made from; None for a template."""
        found = call(self.repo(name), "config", "genweek.template")
        return found.decode().strip() if found else None

    def grader(self, template: str) -> Path:
        """The template's files as they are now, in a folder: the instructor's, whatever a student has changed."""
        commit = self.tip(template, GRADER) or self.tip(template)
        if commit is None:
            first = f"scripts/generate.py {template.partition('--')[0]} --apply"
            raise ForgeError(f"The template {template} is empty, so nothing grades its pushes. First: {first}")
        folder = self.folder / "graders" / template / commit
        if not folder.is_dir():
            part = folder.with_name(f".{commit}.{os.getpid()}")
            shutil.rmtree(part, ignore_errors=True)
            left_out = snapshot(self.repo(template), commit, part)
            if left_out:
                raise ForgeError(f"The template {template} cannot grade. {' '.join(left_out)}")
            with suppress(OSError):  # another push has made it meanwhile
                rename_whole(part, folder)
            shutil.rmtree(part, ignore_errors=True)
        return folder

    def grant(self, name: str, login: str, level: str) -> None:
        if level != "none":
            git(self.repo(name), "config", f"access.{login}.level", level)
        elif login in self.access(name):
            git(self.repo(name), "config", "--remove-section", f"access.{login}")
        self.let_in(name)

    def let_in(self, name: str) -> None:
        """Tell the server, should there be one, whose repository it is."""
        write_whole(self.repo(name) / gitolite.PERMS, gitolite.perms(self.access(name)))
        gitolite.adopt(gitolite.home_of(self.folder), self.repo(name))

    def closed(self, slug: str) -> list[str] | None:
        return self._closed().get(slug)

    def close(self, slug: str, but: Collection[str] = ()) -> None:
        self._keep_closed(self._closed() | {slug: sorted(but)})

    def open(self, slug: str) -> None:
        self._keep_closed({one: but for one, but in self._closed().items() if one != slug})

    def _closed(self) -> dict[str, list[str]]:
        path = self.folder / "closed.json"
        return read_json(path, "Remove it: then every repository takes pushes.") if path.exists() else {}

    def _keep_closed(self, closed: dict[str, list[str]]) -> None:
        write_whole(self.folder / "closed.json", json.dumps(closed, indent=1) + "\n")

    def run_folder(self, name: str, commit: str) -> Path:
        """Where everything about the grading of a commit is kept."""
        return self.runs_folder / name / commit

    def set_status(self, name: str, commit: str, status: Status) -> None:
        folder = self.run_folder(name, commit)
        folder.mkdir(parents=True, exist_ok=True)
        all_of_them = [replace(status, time=self.now()), *self.statuses(name, commit)]
        plain = [asdict(one) | {"time": one.time and one.time.isoformat()} for one in all_of_them]
        write_whole(folder / "statuses.json", json.dumps(plain, indent=1, ensure_ascii=False) + "\n")
        if status.context == CONTEXT:
            answering.keep(self, name, commit, all_of_them[0])

    def statuses(self, name: str, commit: str) -> list[Status]:
        path = self.run_folder(name, commit) / "statuses.json"
        try:
            plain = json.loads(path.read_text(encoding="utf-8"))
            return [Status(**one | {"time": datetime.fromisoformat(one["time"])}) for one in plain]
        except (FileNotFoundError, ValueError):  # none yet, or cut off by an older version: it is said anew
            return []

    def scores(self, name: str, commit: str) -> Path | None:
        path = self.run_folder(name, commit) / "artifact" / "scores.json"
        return path if path.is_file() else None
