"""Brings what counts into a folder for each student. What was collected before gives way to newer work alone.

Newer is what the server received later, in time. Everything else leaves the folder as it is and says so: a repository
that is gone, a deadline that was mistyped, a forge from an older backup. What gave way lies in `.kept`.
"""

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from autograding.whole import BrokenFile, read_json, rename_whole, write_whole

from ...course.day import CourseError
from ...course.roster import Student
from ...course.schedule import in_words
from ...forges.forge import Forge, Push, repo_name
from ...forges.snapshot import snapshot
from ...regrading.submissions import PAPER, commit_of, paper_in
from .collected import COLLECTED, FAILED, MAIN, NO_REPOSITORY, Collected
from .in_the_room import base
from .sticks import unpack

COMMIT, LEFT_OUT, SCORES, TAKEN = ".commit", ".left_out", "scores.json", ".taken.json"  # our files in a submission
OURS = (COMMIT, LEFT_OUT, SCORES, TAKEN, PAPER)
KEPT, BY_HAND = ".kept", "by_hand"
SOURCE = ".source.json"  # beside the submissions: where they are from
UNKNOWN = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Taken:
    """A submission that is there: the push that it holds, and when it was taken for which deadline."""

    push: Push
    deadline: datetime
    final_from: datetime
    taken_at: datetime

    @property
    def provisional(self) -> bool:
        return self.taken_at < self.final_from


def taken(folder: Path) -> Taken | None:
    """What collecting has left in a submission's folder; None where it has left nothing."""
    commit = commit_of(folder)
    if not commit:
        return None
    try:
        facts = read_json(folder / TAKEN, "")
        pushed, *times = (datetime.fromisoformat(facts[key]) for key in ("pushed_at", "deadline", "final_from", "taken_at"))
        return Taken(Push(MAIN, commit, pushed), *times)
    except (OSError, BrokenFile, ValueError, KeyError, TypeError):
        return Taken(Push(MAIN, commit, UNKNOWN), UNKNOWN, UNKNOWN, UNKNOWN)


def lies_in(student: Student, slug: str, submissions: Path) -> Path:
    """Where a student's submission lies, be it under an earlier login; where it would, if there is none."""
    folder, *earlier = (submissions / repo_name(slug, login) for login in (student.login, *student.was))
    there = (one for one in earlier if one.is_dir() and not folder.exists())
    return next(there, folder)


def folder_for(row: Collected, slug: str, submissions: Path) -> Path:
    """A student's submission, under the login of today. What was collected under an earlier one moves along."""
    folder, before = submissions / repo_name(slug, row.student.login), lies_in(row.student, slug, submissions)
    if before != folder:
        before.rename(folder)
    return folder


def provisional(folder: Path) -> str:
    """The sentence of a submission that was taken while newer pushes could still count; empty for a final one."""
    found = taken(folder)
    if not found or not found.provisional:
        return ""
    return f"Provisional: collected {in_words(found.taken_at)}, and pushes count until {in_words(found.final_from)}."


def refuse_another_source(out: Path, forge: Forge, slug: str) -> None:
    """Raises CourseError where `out` holds what was collected of another assignment, or from another forge."""
    path, here = out / SOURCE, {"assignment": slug, "forge": forge.identity()}
    before = read_json(path, f"Remove it if {out} holds this course's {slug}.") if path.exists() else here
    for what, now in here.items():
        if now and before.get(what) and before[what] != now:
            whose = f"of {before[what]}" if what == "assignment" else "from another forge"
            raise CourseError(
                f"{out} holds what was collected {whose}. Nothing was done: name that one, or another folder with --out. "
                f"If it is the same after all, remove {path}."
            )
    write_whole(path, json.dumps(here) + "\n")


def collect(forge: Forge, row: Collected, folder: Path, stems: Sequence[str] = ()) -> tuple[Collected, bool]:
    """Bring `folder` to what counts; the row with what there is to say, and whether something changed. stems: of the
    notebooks."""
    if before := staying(row, folder):
        return _stays(row, before, folder), False
    if not row.push:
        return _nothing(row, folder), False
    before = taken(folder)
    try:
        changed = check_out(forge, row, folder, stems)
        left_out = (folder / LEFT_OUT).read_text(encoding="utf-8").split("\n")
        return replace(row, notes=(*row.notes, *filter(None, left_out))), changed
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            raise  # not this student's: nobody's could be written
        failed = row.failed(error)
        return (replace(failed, notes=(*failed.notes, _still_there(before))) if before else failed), False


def staying(row: Collected, folder: Path) -> Taken | None:
    """What was collected before, where nothing newer counts; None where it gives way, or there is nothing."""
    before = taken(folder)
    return before if before and (not row.push or row.push.time < before.push.time) else None


def let_go(row: Collected, folder: Path) -> None:
    """Set aside what was collected before, where somebody has said so; but not for a repository that cannot be read."""
    if row.status != FAILED:
        _keep_aside(folder)


def _stays(row: Collected, before: Taken, folder: Path) -> Collected:
    """The row of a student of whom nothing newer counts than what is there."""
    if row.status == FAILED and before.provisional:  # there may be newer work, which nobody can read
        return replace(row, notes=(*row.notes, _still_there(before)))
    why = {
        FAILED: "",
        COLLECTED: f"What counts before {in_words(row.deadline)} is older. ",
        NO_REPOSITORY: "The repository is gone. ",
    }.get(row.status, f"Nothing counts that was pushed before {in_words(row.deadline)}. ")
    said = f"{why}{_still_there(before)} To let it go: --let-go {row.student.login}"
    times = {"deadline": before.deadline, "final_from": before.final_from, "taken_at": before.taken_at}
    row = replace(row, paper=paper_in(folder) or row.paper, counted_by="", stick=None)
    return replace(row, status=COLLECTED, push=before.push, notes=(*row.notes, said), stays=True, **times)


def _still_there(before: Taken) -> str:
    return f"What was collected before stays: {before.push.commit[:7]}, pushed {in_words(before.push.time)}."


def _nothing(row: Collected, folder: Path) -> Collected:
    """The row of a student of whom nothing counts. What somebody else has put there is theirs, and not counted."""
    if not os.path.lexists(folder):
        return row
    return replace(row, notes=(*row.notes, f"{folder.name} was not collected: somebody put it there. It stays."))


def check_out(forge: Forge, row: Collected, folder: Path, stems: Sequence[str] = ()) -> bool:
    """Bring `folder` to the push that counts, as plain files; True when something changed. It appears whole or not at all.

    Beside the student's files it holds `.commit`, `.left_out` (what is no plain file, a sentence a line), `.taken.json`
    (see `Taken`), `.paper` in an exam, and `scores.json`, the score of the push.
    """
    assert row.push, "something counts"
    times = {"deadline": row.deadline, "final_from": row.final_from, "taken_at": row.taken_at}
    facts = {key: when.isoformat() for key, when in ({"pushed_at": row.push.time} | times).items()}
    if commit_of(folder) == row.push.commit:
        write_whole(folder / TAKEN, json.dumps(facts) + "\n")
        if row.paper:
            write_whole(folder / PAPER, f"{row.paper}\n")
        return False
    part = folder.with_name(f".part-{folder.name}")
    shutil.rmtree(part, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        repo = _fetched(forge, row, Path(scratch) / "repo", stems)
        left_out = snapshot(repo, row.push.commit, part, OURS)
    claimed = forge.scores(row.repository, row.push.commit)
    if claimed:
        shutil.copyfile(claimed, part / SCORES)
    (part / LEFT_OUT).write_text("".join(f"{sentence}\n" for sentence in left_out), encoding="utf-8")
    if row.paper:
        (part / PAPER).write_text(f"{row.paper}\n", encoding="utf-8")
    (part / TAKEN).write_text(json.dumps(facts) + "\n", encoding="utf-8")
    (part / COMMIT).write_text(f"{row.push.commit}\n", encoding="utf-8")
    _keep_aside(folder)
    rename_whole(part, folder)
    return True


def _fetched(forge: Forge, row: Collected, repo: Path, stems: Sequence[str]) -> Path:
    """A bare repository that holds the commit that counts."""
    assert row.push, "something counts"
    if row.stick is None:
        return forge.fetch(row.repository, repo, row.push.commit)
    base(forge, row if row.repository in forge.repos() else None, repo)
    unpack(row.stick, repo, stems)
    return repo


def _keep_aside(folder: Path) -> None:
    """Move what stands there to `.kept/NAME/COMMIT.N`, a name that nothing has."""
    if not os.path.lexists(folder):
        return
    place = folder.parent / KEPT / folder.name
    place.mkdir(parents=True, exist_ok=True)
    name = commit_of(folder)[:10] or BY_HAND
    free = (path for n in count(1) if not os.path.lexists(path := place / f"{name}.{n}"))
    folder.rename(next(free))
