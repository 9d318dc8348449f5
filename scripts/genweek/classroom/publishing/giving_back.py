"""Gives each student the grade of record: `grade.html`, on the branch `grades` of their own repository.

The branch shares no history with their work, and gives way to one of theirs, as `solutions` does. After an appeal it gets
another commit, whose message says what changed.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ...forges.forge import MAIN, Forge
from ...forges.git import commit_on, git
from ...forges.snapshot import content
from ..afterwards.record import Record, what_changed
from ..afterwards.tables import write_table
from .branches import ours, told
from ..belonging import repository
from .planning import Step, each

BRANCH = "grades"
COLUMNS = ("login", "name", "email", "assignment", "score", "of", "standing", "given_at", "changed", "text")
HOW = "Your page: git fetch, then git switch {branch}, and open grade.html; git switch main leads back."


@dataclass(frozen=True)
class Given:
    """What stands on the branch. changed: what the last commit said that it changed."""

    commit: str
    files: Mapping[str, bytes | None]
    given_at: str
    changed: str

    @property
    def facts(self) -> Mapping:
        return json.loads(self.files["grade.json"] or b"")


def plan(forge: Forge, slug: str, records: Sequence[Record]) -> list[Step]:
    """A step for each student whose page is not there yet, or is there as it was before."""
    existing = set(forge.repos())
    by_name = {repository(forge, existing, slug, record.student): record for record in records}

    def steps_for(name: str) -> list[Step]:
        sentence = give(forge, name, by_name[name], publish=False)
        return [Step(sentence, partial(give, forge, name, by_name[name], publish=True), "publish")] if sentence else []

    return each(sorted(by_name), steps_for)


def give(forge: Forge, name: str, record: Record, publish: bool) -> str:
    """What giving this page back means, in a sentence, and the act if asked; empty where it stands there already."""
    branch = ours(forge, name, BRANCH)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "repository"
        before = standing(forge, name, branch, folder)
        files = record.files()
        if before and before.files == files:
            return ""
        changed = "" if before is None else what_changed(before.facts, record.facts()) or "the points are the same"
        if publish:
            commit, seen = _commit(forge, folder, before, record, files, changed), before.commit if before else None
            forge.publish(name, folder, commit, branch, seen)
        said = f"{name}: {told(branch, BRANCH)}: {record.grade.in_words()}"
        return f"{said}; changed: {changed}" if changed else said


def standing(forge: Forge, name: str, branch: str, folder: Path) -> Given | None:
    """What stands on the branch, fetched into the git repository that is made in `folder`; None where there is none."""
    if forge.tip(name, branch) is None:
        folder.mkdir()
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main")
        return None
    forge.fetch(name, folder, f"refs/heads/{branch}", history=True)
    files = {file: content(folder, MAIN, file) for file in ("grade.html", "grade.json")}
    when, _, body = git(folder, "log", "-1", "--format=%cI%n%b", MAIN).partition("\n")
    changed = next((line.removeprefix("Changed: ") for line in body.splitlines() if line.startswith("Changed: ")), "")
    commit = git(folder, "rev-parse", MAIN)
    return Given(commit, files, when, changed)


def _commit(forge: Forge, folder: Path, before: Given | None, record: Record, files: Mapping, changed: str) -> str:
    subject = f"{record.card.assignment.slug}: your grade of record"
    message = "\n\n".join(filter(None, [subject, f"Changed: {changed}" if changed else "", "[skip ci]"])) + "\n"
    tree = before.commit if before else git(folder, "mktree", given="")
    return commit_on(folder, tree, files, message, forge.now(), (before.commit,) if before else ())


def write_mail(forge: Forge, slug: str, title: str, records: Sequence[Record], path: Path) -> Path:
    """A table for a mail merge: everybody whose page is on the branch, with what it says. `changed` is of the last time."""
    existing, rows = set(forge.repos()), []
    for record in records:
        name = repository(forge, existing, slug, record.student)
        branch = ours(forge, name, BRANCH)
        with tempfile.TemporaryDirectory() as scratch:
            given = standing(forge, name, branch, Path(scratch) / "repository")
        if given and given.files == record.files():
            facts, one = record.facts(), record.student
            score = "" if facts["score"] is None else f"{facts['score']:g}"
            text = f"{title}: {record.grade.in_words()}. {HOW.format(branch=branch)}"
            who = [one.login, one.name, one.email, title, score, f"{facts['max_score']:g}", facts["standing"]]
            rows.append([*who, given.given_at, given.changed, text])
    return write_table(path, COLUMNS, rows, for_excel=True)
