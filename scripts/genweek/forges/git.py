"""git as a library: one call, with nothing of the caller's own settings, identity or `GIT_*` variables in it.

Nothing of a student's is ever checked out: what is read comes from git's own store (see `snapshot`), and what is
written (`commit_on`) goes there without a working tree, so that no attribute, ignore file, filter, link or hook acts.
"""

import errno
import os
import re
import subprocess
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from autograding.updating.repository import complaint

ZERO = "0" * 40  # how git writes "there is no such commit"
OLDEST = (2, 32)  # the first that can leave a user's own settings aside (GIT_CONFIG_GLOBAL)
FULL = b"No space left on device"
LIMIT = 900.0  # seconds for one command
IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "genweek"), ("EMAIL", "genweek@localhost"))
}
OURS = {name: os.devnull for name in ("core.hooksPath", "core.attributesFile", "core.excludesFile")}
OURS |= {"safe.directory": "*"}  # else git takes a forge of another account for no repository, and its settings for none
NONE: Mapping[str, str] = {}
QUIET = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",  # a file may be called `:(top)x`
    "GIT_DEFAULT_REF_FORMAT": "files",  # `push_log` reads reflogs as files
    "LC_ALL": "C",
}


class GitError(Exception):
    """A git command failed; the message says which, where, and what git said."""


def environment(when: datetime | None = None, settings: Mapping[str, str] = NONE) -> dict[str, str]:
    """What git runs with. when: the date that a commit or a reflog entry gets; None: now. settings: git's own, by name."""
    dates = {f"GIT_{who}_DATE": f"{int(when.timestamp())} +0000" for who in ("AUTHOR", "COMMITTER")} if when else {}
    every = {"GIT_CONFIG_COUNT": str(len(OURS) + len(settings))}
    for n, (name, value) in enumerate((*OURS.items(), *settings.items())):
        every |= {f"GIT_CONFIG_KEY_{n}": name, f"GIT_CONFIG_VALUE_{n}": value}
    return (
        {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | IDENTITY | QUIET | every | dates
    )


def call(
    folder: Path,
    *arguments: str,
    given: bytes | None = None,
    when: datetime | None = None,
    settings: Mapping[str, str] = NONE,
) -> bytes | None:
    """The output of git in `folder`; None where git's answer is no (it ends with 1 and says nothing). Raises GitError.

    A repository that is broken is never mistaken for a part of one that lies further up.
    """
    only_here = {"GIT_CEILING_DIRECTORIES": str(Path(folder).resolve().parent)}
    where = f"git {arguments[0]} failed in {Path(folder).name}"
    try:
        done = subprocess.run(
            ["git", "-C", folder, *arguments],
            capture_output=True,
            input=b"" if given is None else given,
            env=environment(when, settings) | only_here,
            timeout=LIMIT,
        )
    except FileNotFoundError:
        raise GitError("git is not installed, or not in PATH. Debian: apt-get install git.") from None
    except subprocess.TimeoutExpired:
        raise GitError(f"{where}: it took longer than {LIMIT / 60:.0f} minutes") from None
    if done.returncode == 1 and not done.stderr.strip():
        return None
    if done.returncode and FULL in done.stderr:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
    if done.returncode:
        raise GitError(f"{where}: {complaint(done.stderr.decode(errors='replace')) or f'it ended with {done.returncode}'}")
    return done.stdout


def git(folder: Path, *arguments: str, given: str | None = None, **options) -> str:
    """The output of git in `folder` as text, without the last newline. given: its standard input. Raises GitError.

    Further options are those of `call`."""
    out = _said(folder, *arguments, given=None if given is None else given.encode(), **options)
    return out.decode(errors="replace").removesuffix("\n")


def _said(folder: Path, *arguments: str, **options) -> bytes:
    """As `call`; where git's answer is no, GitError."""
    out = call(folder, *arguments, **options)
    if out is None:
        raise GitError(f"git {arguments[0]} failed in {Path(folder).name}: its answer is no")
    return out


def succeeds(folder: Path, *arguments: str) -> bool:
    """Whether git says yes, for questions such as `merge-base --is-ancestor`."""
    try:
        return call(folder, *arguments) is not None
    except GitError:
        return False


def resolve(folder: Path, name: str) -> str | None:
    """The object that a full name (`refs/heads/main`) stands for; None when there is none. Raises GitError."""
    out = call(folder, "rev-parse", "--verify", "--quiet", name)
    return None if out is None else out.decode().strip()


@cache
def check() -> None:
    """Raises GitError where git is missing or too old."""
    said = git(Path.cwd(), "version")
    found = re.search(r"(\d+)\.(\d+)", said)
    if not found or tuple(map(int, found.groups())) < OLDEST:
        raise GitError(f"This is {said}; genweek needs git {'.'.join(map(str, OLDEST))} or newer. Nothing was done.")


def commit_on(
    folder: Path,
    tree: str,
    changes: Mapping[str, bytes | None],
    message: str,
    when: datetime | None = None,
    parents: tuple[str, ...] = (),
) -> str:
    """A commit of `tree` (a commit's or a tree's name) with some files changed; its name. No branch moves."""
    before = [word for parent in parents for word in ("-p", parent)]
    new = tree_with(folder, git(folder, "rev-parse", f"{tree}^{{tree}}"), changes)
    return git(folder, "commit-tree", new, *before, when=when, given=message)


def tree_with(folder: Path, tree: str | None, changes: Mapping[str, bytes | None]) -> str:
    """A tree with some files written, or (None) removed. Only the folders on the way to them are read."""
    listed = _said(folder, "ls-tree", "-z", tree) if tree else b""
    rows = (row.partition(b"\t") for row in listed.split(b"\0") if row)
    entries = {os.fsdecode(name): facts.split() for facts, _, name in rows}  # mode, kind, id
    below: dict[str, dict[str, bytes | None]] = {}
    for path, content in changes.items():
        name, slash, rest = path.partition("/")
        if slash:
            below.setdefault(name, {})[rest] = content
        elif content is None:
            entries.pop(name, None)
        else:
            mode = entries[name][0] if entries.get(name, (0, 0))[1] == b"blob" else b"100644"
            blob = _said(folder, "hash-object", "-w", "--no-filters", "--stdin", given=content)
            entries[name] = [mode, b"blob", blob.strip()]
    for name, inner in below.items():
        _, kind, inside = entries.get(name, (b"", b"", b""))
        entries[name] = [b"040000", b"tree", tree_with(folder, inside.decode() if kind == b"tree" else None, inner).encode()]
    lines = [b"%s %s %s\t%s" % (*facts, os.fsencode(name)) for name, facts in entries.items()]
    return _said(folder, "mktree", "-z", given=b"".join(line + b"\0" for line in lines)).decode().strip()
