"""Brings a fix of the starter to repositories that exist, as the branch `starter-update` that the student merges.

The branch is the student's own latest commit plus the fix, so merging it meets no conflict of its own. Cells that the
student changed, and other files that the student changed, are in it as they are.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from .cell_merge import merge_texts
from ...forges.forge import MAIN, Forge
from ...forges.git import commit_on, git
from ...forges.snapshot import content, entry_at

BRANCH = "starter-update"
MOST_BYTES, MOST_CELLS = 8 * 2**20, 1_000  # of one notebook: comparing more would keep all others waiting
MERGED_BY_CELL = (".ipynb", ".py")


@dataclass(frozen=True)
class Update:
    """What a student's repository would get. kept: what the update changes and the student changed too."""

    name: str
    changed: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def sentence(self) -> str:
        kept = f"; the student's own stays: {', '.join(self.kept)}" if self.kept else ""
        return f"{self.name}: branch {BRANCH} with {', '.join(self.changed)}{kept}"


def update(forge: Forge, name: str, template: Path, new: str, publish: bool) -> Update | None:
    """Prepare the update of one repository, and publish it if asked. None when there is nothing to bring.

    template: a git repository with the template's history, in which `new` is the starter to bring.
    """
    mine = forge.tip(name)
    if mine is None:
        return None  # the student has deleted the branch
    with tempfile.TemporaryDirectory() as scratch:
        student = forge.fetch(name, Path(scratch) / "student", mine, history=True)
        changed, kept = _changes(template, _base(template, new, student), new, student)
        if not changed:
            return None
        message = f"Starter update\n\n{_advice(kept)}\nStarter: {new}\n"
        commit = commit_on(student, mine, changed, message, forge.now(), (mine,))
        if _same(forge, name, student, commit):
            return None  # it waits to be merged already
        if publish:
            forge.publish(name, student, commit, BRANCH)
        return Update(name, tuple(changed), tuple(kept))


def _advice(kept: list[str]) -> str:
    if not kept:
        return "Nothing that you changed is touched.\n"
    return "Nothing that you changed is touched. Look at the new starter yourself for:\n" + "\n".join(kept) + "\n"


def _same(forge: Forge, name: str, student: Path, commit: str) -> bool:
    """Whether the branch stands at a commit of the same files on the same parent."""
    tip = forge.tip(name, BRANCH)
    if tip is None:
        return False
    git(student, "fetch", "--quiet", "--no-tags", forge.url(name), tip)
    one, other = (git(student, "log", "-1", "--format=%T %P", which) for which in (tip, commit))
    return one == other


def _base(template: Path, new: str, student: Path) -> str:
    """The commit of the template that the student's work began from, or was last brought to.

    Found by the trailer of a merged update, or by an equal tree: a forge may give each student an own first commit.
    """
    commits = dict(line.split() for line in git(template, "log", "--format=%T %H", new).splitlines())
    lines = git(student, "log", "--format=%T %(trailers:key=Starter,valueonly,separator=%x20)", MAIN).split("\n")
    for line in lines:
        tree, _, brought = line.partition(" ")
        if brought in commits.values():
            return brought
        if tree in commits:
            return commits[tree]
    return git(template, "rev-list", "--max-parents=0", new)  # the student has rewritten all history


def _changes(template: Path, base: str, new: str, student: Path) -> tuple[dict[str, bytes | None], list[str]]:
    """The files that the update writes (None: removes) on the student's commit, and what it leaves as the student has it."""
    changes, kept = {}, []
    for path in filter(None, git(template, "diff", "--name-only", "--no-renames", "-z", base, new).split("\0")):
        before, after, mine = content(template, base, path), content(template, new, path), content(student, MAIN, path)
        if mine == after:
            continue
        if _in_the_way(student, path, mine):
            kept.append(path)
        elif mine == before:
            changes[path] = after
        elif before is None or after is None or mine is None or not path.endswith(MERGED_BY_CELL) or "/" in path:
            kept.append(path)
        else:
            merged, own = _merged(path, before, mine, after)
            kept += [f"{path}: {title}" for title in own]
            if merged != mine:
                changes[path] = merged
    return changes, kept


def _merged(path: str, before: bytes, mine: bytes, after: bytes) -> tuple[bytes, list[str]]:
    if len(mine) > MOST_BYTES or mine.count(b'"cell_type"') > MOST_CELLS:
        return mine, ["all of it (it is too large)"]
    try:
        text, kept = merge_texts(path, before.decode(), mine.decode(), after.decode())
        return text.encode(), kept
    except (ValueError, RecursionError) as error:
        return mine, [f"all of it ({error})"]


def _in_the_way(student: Path, path: str, mine: bytes | None) -> bool:
    """Whether the student has something else there: a folder, a link, a file where a folder would have to be."""
    above = [str(parent) for parent in Path(path).parents][:-1]
    standing = [entry_at(student, MAIN, parent) for parent in above]
    return any(one and one.kind != "folder" for one in standing) or (
        mine is None and entry_at(student, MAIN, path) is not None
    )
