"""The server's record of what was pushed when: one hidden ref per branch, whose reflog is the record.

`refs/received/BRANCH` is moved by the server alone (`hook.py`), by the server's clock. Nobody can push to it, see it or
delete it, and its reflog keeps every commit that a force-push left behind. The reflog of the branch itself would not
do: it ends when the branch is deleted, and over a plain path it takes its time from the client's GIT_COMMITTER_DATE.
"""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

from ..forge import Push
from ..git import ZERO, git, resolve, succeeds

HIDDEN = "refs/received/"
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
    """Every push of a student, in the order in which they came."""
    found = []
    for ref in git(repo, "for-each-ref", "--format=%(refname)", HIDDEN).splitlines():
        branch = unquote(ref.removeprefix(HIDDEN))
        entries = _reflog(repo, ref)
        found += [Push(branch, commit, when, what == REWROTE) for commit, when, what in entries if what in (PUSHED, REWROTE)]
        tip = resolve(repo, f"refs/heads/{branch}")
        if tip and tip != entries[-1][0]:  # cut off before the hook could note it
            found.append(Push(branch, tip, _reflog(repo, f"refs/heads/{branch}")[-1][1]))
    return sorted(found, key=lambda push: push.time)


def _hidden(branch: str) -> str:
    """One flat name per branch: `a` and, once it is gone, `a/b` may both have been pushed."""
    return HIDDEN + quote(branch, safe="")


def _reflog(repo: Path, ref: str) -> list[tuple[str, datetime, str]]:
    """The commit, the time and the message of each entry, the oldest first."""
    lines = git(repo, "reflog", "show", "--date=unix", "--format=%H%x09%gd%x09%gs", ref, "--").splitlines()
    rows = [line.split("\t") for line in reversed(lines)]
    return [
        (commit, datetime.fromtimestamp(int(at.rpartition("@{")[2].rstrip("}")), UTC), what) for commit, at, what in rows
    ]
