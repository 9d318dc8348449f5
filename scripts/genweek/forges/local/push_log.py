"""The server's record of what was pushed when: one hidden ref per branch, whose reflog is the record.

`refs/received/BRANCH` is moved by the server alone (`hook.py`), by the server's clock. Nobody can push to it, see it or
delete it, and its reflog keeps every commit that a force-push left behind. The reflog of the branch itself would not
do: it ends when the branch is deleted, and over a plain path it takes its time from the client's GIT_COMMITTER_DATE.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

from ..forge import Push
from ..git import ZERO, GitError, git, resolve, succeeds

HIDDEN, HEADS = "refs/received/", "refs/heads/"
ENTRY = re.compile(rb"[0-9a-f]+ ([0-9a-f]+) .*> (\d+) [+-]\d{4}(?:\t(\w*).*)?")  # old, new, who, when, zone, what
LONGEST = 240  # bytes of the name of a file
PUSHED, REWROTE = "pushed", "rewrote"  # by a student
CREATED, PUBLISHED = "created", "published"  # by the instructor


def note(repo: Path, branch: str, commit: str, what: str, when: datetime) -> None:
    """A branch was moved to a commit."""
    git(repo, "update-ref", "--create-reflog", "-m", what, _hidden(branch), commit, when=when)


def note_push(repo: Path, branch: str, old: str, new: str, when: datetime) -> None:
    """A student's push moved a branch. `old` is what the client replaced: zeros when it made or re-made the branch."""
    before = resolve(repo, _hidden(branch)) or old
    kept = before == ZERO or succeeds(repo, "merge-base", "--is-ancestor", before, new)
    note(repo, branch, new, PUSHED if kept else REWROTE, when)


def read(repo: Path) -> list[Push]:
    """Every push of a student, in the order in which they came. Raises GitError.

    However many branches there are, git is asked once: a reflog is a file with a line for each move
    (gitrepository-layout).
    """
    listed = git(repo, "for-each-ref", "--format=%(objectname) %(refname)", HIDDEN, HEADS)
    tips = {ref: commit for commit, ref in (line.split(" ", 1) for line in listed.split("\n") if line)}
    found = []
    for ref in (ref for ref in tips if ref.startswith(HIDDEN)):
        branch = unquote(ref.removeprefix(HIDDEN))
        entries = _reflog(repo, ref)
        if not entries or entries[-1][0] != tips[ref] or not _begins(repo, ref):
            raise GitError(f"The record of pushes to {branch} is broken in {repo.name}: {repo / 'logs' / ref}")
        found += [Push(branch, commit, when, what == REWROTE) for commit, when, what in entries if what in (PUSHED, REWROTE)]
        tip, moves = tips.get(HEADS + branch), _reflog(repo, HEADS + branch)
        publishing = entries[-1][2] == PUBLISHED and tip in [commit for commit, _, _ in entries]  # and was cut off
        if tip and tip != tips[ref] and moves and not publishing:  # a push that was cut off before the hook could note it
            found.append(Push(branch, tip, moves[-1][1]))
    return sorted(found, key=lambda push: push.time)


def names(repo: Path) -> set[str]:
    """Every branch that there ever was."""
    refs = git(repo, "for-each-ref", "--format=%(refname)", HIDDEN).split("\n")
    return {unquote(ref.removeprefix(HIDDEN)) for ref in refs if ref}


def fits(branch: str) -> bool:
    """Whether the record can name it: the name must be that of a file."""
    return len(_hidden(branch)) - len(HIDDEN) <= LONGEST


def _hidden(branch: str) -> str:
    """One flat name per branch: `a` and, once it is gone, `a/b` may both have been pushed."""
    return HIDDEN + quote(branch, safe="")


def _begins(repo: Path, ref: str) -> bool:
    """Whether the record begins where the branch did: git's own `reflog expire` takes the oldest entries away."""
    with (repo / "logs" / ref).open("rb") as file:
        return file.read(len(ZERO)) == ZERO.encode()


def _reflog(repo: Path, ref: str) -> list[tuple[str, datetime, str]]:
    """The commit, the time and the message of each entry, the oldest first."""
    try:
        lines = (repo / "logs" / ref).read_bytes().split(b"\n")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):  # `work` is gone, `work/again` is there
        return []
    matches = filter(None, map(ENTRY.fullmatch, lines))
    return [(match[1].decode(), datetime.fromtimestamp(int(match[2]), UTC), (match[3] or b"").decode()) for match in matches]
