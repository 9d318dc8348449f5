"""The student's repository: git with the student's own settings, and the three states of the files in it."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from .starter import Git, brought_by, lines

BRANCH = "starter-update"
NOTHING = "Nothing was changed."
UNDER_WAY = {"MERGE_HEAD": "merge", "rebase-merge": "rebase", "rebase-apply": "rebase"}
UNDER_WAY |= {"CHERRY_PICK_HEAD": "cherry-pick", "REVERT_HEAD": "revert", "BISECT_LOG": "bisect"}
ZERO = "0" * 40  # no commit has this name
LEAVE = {"bisect": "git bisect reset"}
ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE")
NOBODY = {"NAME": "A student", "EMAIL": "student@localhost"}


class Refused(Exception):
    """It was not done; the message says why, and what to do."""


def complaint(said: str) -> str:
    """The line of git's that says why; the same one in whatever order its two ends of a fetch wrote theirs."""
    lines = said.strip().splitlines() or [""]
    return max((line for line in lines if line.startswith("fatal:")), default=lines[-1])


class Repository:
    """A working copy, and git in it."""

    def __init__(self, root: Path):
        self.root = root
        self.variables = {name: value for name, value in os.environ.items() if name not in ELSEWHERE} | {"LC_ALL": "C"}

    def must_be_at_rest(self) -> None:
        """Raises Refused where it cannot be brought up to date as it stands."""
        try:
            inside = self.said("rev-parse", "--show-prefix")
        except Refused as refused:
            raise Refused(f"{self.root} cannot be brought up to date: {refused} A clone of your repository can.") from None
        if inside:
            raise Refused(f"{self.root} lies inside another repository: clone yours, and work there. {NOTHING}")
        deed = next((deed for name, deed in UNDER_WAY.items() if (self.folder / name).exists()), None)
        if deed:
            raise Refused(
                f"A {deed} is under way here (`git status` shows it). Finish it, or leave it with "
                f"`{LEAVE.get(deed, f'git {deed} --abort')}`; then run this again. {NOTHING}"
            )
        if (lock := self.folder / "index.lock").exists():
            raise Refused(
                f"Another git is at work here. If none is (an editor may run one), delete {lock}; then run this again. "
                f"{NOTHING}"
            )
        if self.said("ls-files", "--unmerged"):
            raise Refused(
                "Some files hold a conflict that is not resolved (`git status` names them). Keep one side of each, "
                f"`git add` the file, and run this again. {NOTHING}"
            )
        if self._asks("rev-parse", "--verify", "--quiet", "HEAD") is None:
            raise Refused(f"There is no commit in this repository yet: clone it again. {NOTHING}")
        if self._asks("var", "GIT_COMMITTER_IDENT") is None:  # nobody has told git a name
            self.variables |= {f"GIT_{who}_{what}": NOBODY[what] for who in ("AUTHOR", "COMMITTER") for what in NOBODY}

    @cached_property
    def folder(self) -> Path:
        """Where git keeps what it knows of this working copy."""
        return Path(self.said("rev-parse", "--absolute-git-dir"))

    def git(self, *arguments: str, given: bytes = b"", index: Path | None = None) -> bytes | None:
        """The output of git; None where its answer is no. index: takes the place of the repository's. Raises Refused."""
        quietly = ["-c", f"core.hooksPath={os.devnull}", "-c", "gc.auto=0", "-c", "advice.detachedHead=false"]
        variables = self.variables | ({"GIT_INDEX_FILE": str(index)} if index else {})
        try:
            done = subprocess.run(
                ["git", *quietly, *arguments], cwd=self.root, input=given, capture_output=True, env=variables
            )
        except FileNotFoundError:
            raise Refused(f"git is not installed, or not in PATH. {NOTHING}") from None
        said = done.stderr.decode(errors="replace")
        if done.returncode == 1 and not said.strip():
            return None
        if done.returncode:
            raise Refused(f"git {arguments[0]} failed: {complaint(said) or 'it gave no reason'}.")
        return done.stdout

    def said(self, *arguments: str) -> str:
        return (self.git(*arguments) or b"").decode(errors="replace").strip()

    def _asks(self, *arguments: str) -> str | None:
        """What git says; None where it has nothing to say, or an error."""
        try:
            out = self.git(*arguments)
        except Refused as refused:
            if "not installed" in str(refused):
                raise
            return None
        return None if out is None else out.decode(errors="replace").strip()

    def has(self, commit: str, head: str = "HEAD") -> bool:
        """Is a commit in the history of another one?"""
        return self.git("merge-base", "--is-ancestor", commit, head) is not None

    @property
    def branch(self) -> str:
        """The branch that is checked out; empty on a detached head."""
        return self._asks("symbolic-ref", "--short", "--quiet", "HEAD") or ""

    def fetch(self) -> str | None:
        """The newest update that the course has put beside the student's work; None when there is none."""
        remotes = self.said("remote").split()
        named = self._asks("config", f"branch.{self.branch}.remote")
        remote = next((one for one in (named, "origin", *remotes[:1]) if one in remotes), None)
        if remote is None:
            raise Refused(f"This repository knows no server (`git remote -v` lists them): clone it again. {NOTHING}")
        deepen = ["--unshallow"] if self.said("rev-parse", "--is-shallow-repository") == "true" else []
        kept = f"refs/remotes/{remote}/{BRANCH}"
        try:  # a pattern: a branch that is not there is no error, and where the student has one, the course's has a number
            self.git("fetch", "--quiet", "--no-tags", *deepen, remote, f"+refs/heads/{BRANCH}*:{kept}*")
        except Refused as refused:
            raise Refused(f"The server cannot be asked for fixes. {refused}\n{NOTHING} Try again when it answers.") from None
        found = lines(self.git, "for-each-ref", "--format=%(objectname)", f"{kept}*")
        counted = {commit: self._asks("rev-list", "--count", brought_by(self.git, commit) or ZERO) for commit in found}
        return max((one for one in found if counted[one]), key=lambda one: int(counted[one] or 0), default=None)

    def keep(self, ref: str) -> None:
        """Let a ref stand for the commit and all changes in tracked files as they are, staged or not."""
        try:
            state = self.said("stash", "create") or self.said("rev-parse", "HEAD")
        except Refused as refused:
            raise Refused(f"Your work cannot be saved first. {refused} Commit it, and run this again. {NOTHING}") from None
        self.git("update-ref", "--create-reflog", "-m", "before an update", ref, state)

    def committed(self, commit: str = "HEAD") -> "Tree":
        listed = self.git("ls-tree", "-r", "-z", "--full-tree", commit) or b""
        rows = [row.partition(b"\t") for row in listed.split(b"\0")[:-1]]
        return Tree(self.git, {os.fsdecode(path): (facts.split()[0], facts.split()[2]) for facts, _, path in rows})

    def staged(self) -> "Tree":
        rows = [row.partition(b"\t") for row in (self.git("ls-files", "--stage", "-z") or b"").split(b"\0")[:-1]]
        return Tree(self.git, {os.fsdecode(path): tuple(facts.split()[:2]) for facts, _, path in rows})

    def stage(self, tree: "Tree", changes: Mapping[str, bytes | None], index: Path | None = None) -> None:
        """Change files in the index alone. tree: what stands in it."""
        rows = []
        for path, content in changes.items():
            mode = tree.entries.get(path, (b"100644", b""))[0] if content is not None else b"0"
            blob = self.git("hash-object", "-w", "--stdin", given=content or b"") or b""
            rows.append(b"%s %s\t%s\0" % (mode, blob.strip(), os.fsencode(path)))
        self.git("update-index", "-z", "--index-info", given=b"".join(rows), index=index)

    def commit(self, tree: "Tree", changes: Mapping[str, bytes | None], parents: list[str], message: str) -> str:
        """A commit of HEAD's files with some changed; no branch moves."""
        index = self.folder / "index.update"
        index.unlink(missing_ok=True)
        self.git("read-tree", "HEAD", index=index)
        self.stage(tree, changes, index)
        made = (self.git("write-tree", index=index) or b"").decode().strip()
        index.unlink(missing_ok=True)
        before = [word for parent in parents for word in ("-p", parent)]
        return (self.git("commit-tree", made, *before, given=message.encode()) or b"").decode().strip()


@dataclass(frozen=True)
class Tree:
    """The files of a commit, or what is staged. entries: mode and object of each path."""

    git: Git
    entries: Mapping[str, tuple[bytes, ...]]

    def read(self, path: str) -> bytes | None:
        mode, id = self.entries.get(path, (b"", b""))
        return self.git("cat-file", "blob", id.decode()) if mode.startswith(b"100") else None

    def in_the_way(self, path: str) -> bool:
        other = path in self.entries and not self.entries[path][0].startswith(b"100")
        return other or any(above in self.entries for above in _above(path)) or path in self._folders

    @cached_property
    def _folders(self) -> set[str]:
        return {above for path in self.entries for above in _above(path)}


@dataclass(frozen=True)
class Folder:
    """The files as they lie in the student's folder. seen: as each was read first."""

    root: Path
    seen: dict[str, bytes | None] = field(default_factory=dict)

    def read(self, path: str) -> bytes | None:
        return self.seen.setdefault(path, self._now(path))

    def _now(self, path: str) -> bytes | None:
        place = self.root / path
        return place.read_bytes() if not self.in_the_way(path) and place.is_file() else None

    def in_the_way(self, path: str) -> bool:
        place = self.root / path
        above = [self.root / one for one in _above(path)]
        blocked = any(one.is_symlink() or (one.exists() and not one.is_dir()) for one in above)
        return blocked or place.is_symlink() or (place.exists() and not place.is_file())

    def write(self, path: str, after: bytes | None) -> None:
        """Replace a file whole (None: remove it). Raises Refused where it is no longer what was read."""
        place = self.root / path
        part = place.with_name(f"{place.name}.part")
        if after is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(after)
        if self._now(path) != self.seen.get(path):
            part.unlink(missing_ok=True)
            raise Refused(f"{path} was saved this very moment. Nothing of it is lost: run this again.")
        part.replace(place) if after is not None else place.unlink()


def _above(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]
