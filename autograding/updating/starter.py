"""What the course has handed out, version by version: the history of the template's main branch."""

import os
from collections.abc import Callable
from dataclasses import dataclass

TRAILER = "Starter"  # in the message of a commit that brings a fix: the template's commit
HALVES = (".ipynb", ".py")
Git = Callable[..., bytes | None]  # git in one repository: its output; None where its answer is no


@dataclass(frozen=True)
class Starter:
    """commits, trees: of every version, the oldest first. files: what each version has of the files that differ."""

    commits: tuple[str, ...]
    trees: tuple[str, ...]
    files: dict[str, tuple[bytes | None, ...]]

    @classmethod
    def read(cls, git: Git, newest: str) -> "Starter":
        """All versions up to the commit `newest`, from a repository that holds them."""
        listed = lines(git, "log", "--first-parent", "--reverse", "--format=%H %T", newest)
        commits, trees = zip(*(line.split() for line in listed), strict=True)
        inside = [_blobs(git, tree) for tree in trees]
        changed = sorted({path for one in inside for path in one if len({there.get(path) for there in inside}) > 1})
        ids = {there[path] for there in inside for path in changed if path in there}
        contents = _contents(git, sorted(ids))
        files = {path: tuple(contents.get(there.get(path, "")) for there in inside) for path in changed}
        return cls(commits, trees, files)

    @property
    def newest(self) -> str:
        return self.commits[-1]

    def since(self, git: Git, head: str) -> int:
        """The version that the work in the history of `head` began from, or was last brought to.

        Found by the version's own commit, by the trailer of an update whose commit was rewritten, or by an equal tree: a
        forge may give each student an own first commit. Where all history was rewritten, it is the oldest.
        """
        known = {name: n for names in (self.trees, self.commits) for n, name in enumerate(names)}
        wanted = f"--format=%H %T %(trailers:key={TRAILER},valueonly,separator=%x20)"
        return max((known.get(word, 0) for line in lines(git, "log", wanted, head) for word in line.split()), default=0)


def brought_by(git: Git, commit: str) -> str | None:
    """The template's commit that an update brings; None for a commit that is no update."""
    said = lines(git, "log", "-1", f"--format=%(trailers:key={TRAILER},valueonly)", commit)
    return next((line for line in said if line), None)


def made_on(git: Git, update: str) -> str:
    """The student's own commit that an update, or a row of them, was made on."""
    wanted = f"--format=%H %(trailers:key={TRAILER},valueonly,separator=%x20)"
    rows = (line.split() for line in lines(git, "log", "--first-parent", wanted, update))
    return next((row[0] for row in rows if len(row) == 1), update)


def is_half(path: str) -> bool:
    """Is it one half of a notebook's pair, which lie at the top?"""
    return path.endswith(HALVES) and "/" not in path


def lines(git: Git, *arguments: str) -> list[str]:
    return (git(*arguments) or b"").decode(errors="replace").splitlines()


def _blobs(git: Git, tree: str) -> dict[str, str]:
    """The files of a tree: for each path, the object."""
    rows = ((git("ls-tree", "-r", "-z", tree) or b"").split(b"\0"))[:-1]
    pairs = (row.partition(b"\t") for row in rows)
    return {os.fsdecode(path): facts.split()[2].decode() for facts, _, path in pairs}


def _contents(git: Git, ids: list[str]) -> dict[str, bytes]:
    """The content of each object, by one git (its answers: a line that ends with the size, the content, a newline)."""
    answer, found = git("cat-file", "--batch", given="".join(f"{id}\n" for id in ids).encode()) or b"", {}
    for id in ids:
        line, _, rest = answer.partition(b"\n")
        size = int(line.split()[-1])
        found[id], answer = rest[:size], rest[size + 1 :]
    return found
