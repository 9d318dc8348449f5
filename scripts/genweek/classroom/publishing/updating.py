"""Brings a fix of the starter to repositories that exist, as the branch `starter-update` that the student merges.

The branch is the student's own latest commit plus the fix, so merging it meets no conflict of its own. Cells that the
student changed, and other files that the student changed, are in it as they are.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from .cell_merge import merge_texts
from ...forges.forge import Forge
from ...forges.git import blob, commit_all, git

BRANCH = "starter-update"
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
        student = forge.clone(name, Path(scratch) / "student", mine, history=True)
        changed, kept = _apply(template, _base(template, new, student), new, student)
        if not changed:
            return None
        commit = commit_all(student, f"Starter update\n\n{_advice(kept)}\nStarter: {new}\n", forge.now(), (mine,))
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
    for line in git(student, "log", "--format=%T %(trailers:key=Starter,valueonly,separator=%x20)").splitlines():
        tree, _, brought = line.partition(" ")
        if brought in commits.values():
            return brought
        if tree in commits:
            return commits[tree]
    return git(template, "rev-list", "--max-parents=0", new)  # the student has rewritten all history


def _apply(template: Path, base: str, new: str, student: Path) -> tuple[list[str], list[str]]:
    """Write the update into the student's checkout: the changed files, and what was kept of the student's."""
    changed, kept = [], []
    for path in git(template, "diff", "--name-only", "--no-renames", base, new).splitlines():
        before, after = blob(template, base, path), blob(template, new, path)
        target = student / path
        mine = target.read_bytes() if target.is_file() else None
        if mine == after:
            continue
        if mine == before:
            merged, own = after, []
        elif None in (before, after, mine) or not path.endswith(MERGED_BY_CELL) or "/" in path:
            kept.append(path)
            continue
        else:
            try:
                text, own = merge_texts(path, before.decode(), mine.decode(), after.decode())
                merged = text.encode()
            except ValueError as error:
                merged, own = mine, [f"all of it ({error})"]
        kept += [f"{path}: {title}" for title in own]
        if merged != mine:
            changed.append(path)
            _write(target, merged)
    return changed, kept


def _write(target: Path, content: bytes | None) -> None:
    if content is None:
        target.unlink()
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
