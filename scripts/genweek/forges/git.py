"""git as a library: one call, with nothing of the caller's own settings, identity or `GIT_*` variables in it."""

import os
import subprocess
from datetime import datetime
from pathlib import Path

ZERO = "0" * 40  # how git writes "there is no such commit"
IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "genweek"), ("EMAIL", "genweek@localhost"))
}
QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


class GitError(Exception):
    """A git command failed; the message says which, where, and what git said."""


def environment(when: datetime | None = None) -> dict[str, str]:
    """What git runs with. when: the date that a commit or a reflog entry gets; None: now."""
    dates = {f"GIT_{who}_DATE": f"{int(when.timestamp())} +0000" for who in ("AUTHOR", "COMMITTER")} if when else {}
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | IDENTITY | QUIET | dates


def git(folder: Path, *arguments: str, when: datetime | None = None, given: str | None = None) -> str:
    """The output of git in `folder`, without the last newline. given: its standard input. Raises GitError."""
    done = subprocess.run(
        ["git", "-C", folder, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        input=given,
        env=environment(when),
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise GitError(f"git {arguments[0]} failed in {Path(folder).name}: {said[-1]}")
    return done.stdout.removesuffix("\n")


def succeeds(folder: Path, *arguments: str) -> bool:
    """Whether git says yes, for questions such as `merge-base --is-ancestor`."""
    return subprocess.run(["git", "-C", folder, *arguments], capture_output=True, env=environment()).returncode == 0


def resolve(folder: Path, name: str) -> str | None:
    """The commit that a name stands for; None when there is none."""
    try:
        return git(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    except GitError:
        return None


def blob(folder: Path, commit: str, path: str) -> bytes | None:
    """The content of a file in a commit; None when it has none of that name."""
    done = subprocess.run(["git", "-C", folder, "show", f"{commit}:{path}"], capture_output=True, env=environment())
    return done.stdout if done.returncode == 0 else None


def commit_all(folder: Path, message: str, when: datetime | None = None, parents: tuple[str, ...] = ()) -> str:
    """Everything in `folder` as one commit on `parents`; its name. No hook runs, and no branch moves."""
    git(folder, "add", "--all", "--force")
    tree = git(folder, "write-tree")
    before = [word for parent in parents for word in ("-p", parent)]
    return git(folder, "commit-tree", tree, *before, when=when, given=message)
