"""What one repository may take, so that nobody fills the server's disk, keeps its cores or stops a verb for all.

Each limit is far above what an honest student needs in a week, and each refusal is a sentence for the terminal of who
pushed. Nothing that was taken is ever dropped.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from ..forge import Push, Status
from ..git import ZERO, git
from . import push_log

MOST_MB = 1_024  # stored, before a push; one push adds 256 at most (`receive.maxInputSize`)
MOST_NAMES = 200  # branches that ever were, and as many tags
HOUR = timedelta(hours=1)
MOST_PUSHES = 1_000  # in an hour
MOST_GRADED, MOST_SECONDS = 60, 900  # of grading, in an hour
GRADING = "grading"  # what a commit's status says while it is graded
KINDS = (push_log.HEADS, "refs/tags/")


def refusal(repo: Path, moved: Sequence[tuple[str, str, str]], pushes: Sequence[Push], now: datetime) -> str:
    """Why a push is not taken; empty when it is. moved: old commit, new commit and ref, as git tells a hook."""
    refs = [ref for _, new, ref in moved if new != ZERO]
    branches = {ref.removeprefix(push_log.HEADS) for ref in refs if ref.startswith(push_log.HEADS)}
    tags = {ref for ref in refs if ref.startswith(KINDS[1])}
    if odd := [ref for _, _, ref in moved if not ref.startswith(KINDS)]:  # nor is one deleted: results stand there
        return f"{odd[0]} is neither a branch nor a tag: push to a branch."
    if any("\ufffd" in ref for ref in refs):
        return "The name of a branch is not UTF-8: give it another one."
    if odd := [branch for branch in branches if not push_log.fits(branch)]:
        return f"The name of the branch {odd[0][:40]}… is too long: give it a shorter one."
    if tags and len(tags | set(git(repo, "for-each-ref", "--format=%(refname)", KINDS[1]).split("\n"))) > MOST_NAMES:
        return f"A repository may have {MOST_NAMES} tags. Push without --tags, or delete some."
    if len(branches | push_log.names(repo)) > MOST_NAMES:
        return f"This repository has had {MOST_NAMES} branches: push to one that it has, such as main."
    if _stored_mb(repo) > MOST_MB:
        return f"This repository holds more than {MOST_MB} MB: nothing more fits. Ask your instructor."
    if sum(push.time > now - HOUR for push in pushes) >= MOST_PUSHES:
        return f"{MOST_PUSHES} pushes within an hour are as many as one repository may have. Wait, then push again."
    return ""


def _stored_mb(repo: Path) -> float:
    facts = dict(line.split(": ") for line in git(repo, "count-objects", "-v").splitlines() if ": " in line)
    return (int(facts["size"]) + int(facts["size-pack"])) / 1024  # git counts in KiB


def again_at(histories: Sequence[Sequence[Status]], now: datetime) -> datetime | None:
    """When a repository may be graded again; None: now. histories: the statuses of each commit, the newest first."""
    spans = []
    for statuses in histories:
        spans += [
            (end.time, (end.time - start.time).total_seconds())
            for end, start in zip(statuses, statuses[1:], strict=False)
            if start.description == GRADING and start.time and end.time and end.time > now - HOUR
        ]
    spans.sort()
    while len(spans) >= MOST_GRADED or sum(seconds for _, seconds in spans) >= MOST_SECONDS:
        (ended, _), *rest = spans
        if len(rest) < MOST_GRADED and sum(seconds for _, seconds in rest) < MOST_SECONDS:
            return ended + HOUR
        spans = rest
    return None
