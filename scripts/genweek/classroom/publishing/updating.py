"""Brings a fix of the starter to repositories that exist, as the branch `starter-update` that the student joins.

The branch is the student's own latest commit plus the fix, made by the code that students have (`autograding.updating`).
In its history are the template's versions, by which the next fix knows what this one brought, and the updates before it,
so that a plain `git pull` of the branch goes on from an earlier one that was pulled and not pushed.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from autograding.reports.escape import one_line
from autograding.updating.bringing import Brought, bring
from autograding.updating.starter import TRAILER, Starter, made_on

from ...forges.forge import MAIN, Forge
from ...forges.git import call, commit_on, git, succeeds
from ...forges.snapshot import content, entry_at
from .branches import ours, told

BRANCH = "starter-update"
NEW, ALL, WAITS, THERE = "gets it, and keeps", "gets all of it", "has not pushed it yet", "has it"


@dataclass(frozen=True)
class Update:
    """Where one repository stands. state: NEW, WAITS or THERE. branch: where the fix is, or would be."""

    name: str
    state: str
    branch: str = BRANCH
    brought: Brought = field(default_factory=Brought)

    @property
    def own(self) -> list[str]:
        """What the update changes and the student changed too."""
        return [*self.brought.kept, *(f"{path} (as {place})" for path, place in self.brought.beside.items())]

    @property
    def sentence(self) -> str:
        return f"{self.name}: {told(self.branch, BRANCH)} with {', '.join(self.brought.changes)}"


def update(forge: Forge, name: str, template: Path, starter: Starter, publish: bool) -> Update | None:
    """Look at one repository, and publish what it needs if asked. None where the student has deleted the branch main.

    template: a git repository that holds `starter`.
    """
    mine = forge.tip(name)
    if mine is None:
        return None
    with tempfile.TemporaryDirectory() as scratch:
        student = forge.fetch(name, Path(scratch) / "student", mine, history=True)
        since = starter.since(partial(call, student), MAIN)
        brought = bring(starter, since, Pushed(student))
        if not brought.changes:
            return Update(name, THERE, brought=brought)
        branch = ours(forge, name, BRANCH)
        seen = earlier = forge.tip(name, branch)
        git(student, "fetch", "--quiet", "--no-tags", str(template.resolve()), starter.newest)
        if earlier:
            forge.bring(name, student, earlier)
        if earlier and not _within(student, made_on(partial(call, student), earlier), mine):
            earlier = None  # the student has rewritten what it was made on
        message = f"Starter update\n\n{_advice(brought)}\n{TRAILER}: {starter.newest}\n"
        first = earlier if earlier and _within(student, mine, earlier) else mine  # the first parents lead to what was pushed
        others = [one for one in (earlier, starter.newest) if one and not _within(student, one, first)]
        commit = commit_on(student, mine, brought.changes, message, forge.now(), (first, *others))
        if earlier and first == earlier and not others and _same_files(student, earlier, commit):
            return Update(name, WAITS, branch, brought)
        if publish:
            forge.publish(name, student, commit, branch, seen)
        return Update(name, NEW, branch, brought)


def table(updates: Sequence[Update]) -> str:
    """Who gets all of a fix, who keeps what, and who has it already: a line for each repository."""
    rows = [(one.name, one.state if one.own or one.state != NEW else ALL, "; ".join(one.own)) for one in updates]
    wide, wider = (max((len(row[column]) for row in rows), default=0) for column in (0, 1))
    return "\n".join(f"  {name:<{wide}}  {state:<{wider}}  {one_line(own)}".rstrip() for name, state, own in rows)


@dataclass(frozen=True)
class Pushed:
    """The student's latest commit, read with the limits that a student's tree needs."""

    repo: Path

    def read(self, path: str) -> bytes | None:
        return content(self.repo, MAIN, path)

    def in_the_way(self, path: str) -> bool:
        above = [str(parent) for parent in Path(path).parents][:-1]
        standing = [entry_at(self.repo, MAIN, parent) for parent in above]
        return any(one and one.kind != "folder" for one in standing) or (
            entry_at(self.repo, MAIN, path) is not None and self.read(path) is None
        )


def _advice(brought: Brought) -> str:
    own = [*brought.kept, *(f"{path}: yours is {place}" for path, place in brought.beside.items())]
    if not own:
        return "Nothing that you changed is touched.\n"
    return "Nothing that you changed is touched. Look at the new starter yourself for:\n" + "\n".join(own) + "\n"


def _within(student: Path, one: str, other: str) -> bool:
    return succeeds(student, "merge-base", "--is-ancestor", one, other)


def _same_files(student: Path, one: str, other: str) -> bool:
    return len(set(git(student, "rev-parse", f"{one}^{{tree}}", f"{other}^{{tree}}").split())) == 1
