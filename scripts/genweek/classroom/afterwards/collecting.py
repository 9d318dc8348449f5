"""Chooses the commit of each student that counts: the last one pushed to `main` in time, by the server's clock.

Commit dates are never looked at. A branch other than `main`, and what came late, is listed and not counted.
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from autograding.reports.escape import one_line

from ...forges.forge import Forge, Push, repo_name
from ...forges.snapshot import snapshot
from ...course.roster import Student
from ...course.schedule import Schedule
from .tables import write_table

MAIN = "main"
COMMIT, LEFT_OUT, SCORES = ".commit", ".left_out", "scores.json"  # our files in a submission
FAILED = "failed (look at it)"
COLLECTED, NO_REPOSITORY, NO_PUSH, ONLY_LATE = "collected", "no repository", "nothing pushed", "pushed too late"
ELSEWHERE = f"nothing pushed to {MAIN}"  # but to a branch that the notes name
COLUMNS = ("student", "repository", "commit", "pushed_at", "deadline", "status", "late_pushes", "notes")
LATE_COLUMNS = ("student", "branch", "commit", "pushed_at", "deadline", "minutes_late")


@dataclass(frozen=True)
class Collected:
    """What counts of one student. push: None where nothing does; `status` says why."""

    student: Student
    repository: str
    deadline: datetime
    status: str
    push: Push | None = None
    late: tuple[Push, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def failed(self, error: Exception) -> "Collected":
        """The row of a student who cannot be collected: it says why, and is never a gap that counts for nothing."""
        reason = one_line(str(error)) or type(error).__name__
        return replace(self, status=FAILED, notes=(*self.notes, f"It could not be collected: {reason}."))

    def row(self) -> list[object]:
        commit, time = (self.push.commit, stamp(self.push.time)) if self.push else ("", "")
        return [
            self.student.login,
            self.repository,
            commit,
            time,
            stamp(self.deadline),
            self.status,
            len(self.late),
            " ".join(self.notes),
        ]

    def late_rows(self) -> list[list[object]]:
        return [
            [
                self.student.login,
                push.branch,
                push.commit,
                stamp(push.time),
                stamp(self.deadline),
                f"{(push.time - self.deadline).total_seconds() / 60:.1f}",
            ]
            for push in self.late
        ]


def stamp(when: datetime) -> str:
    return when.isoformat(timespec="seconds")


def choose(student: Student, repository: str, pushes: Sequence[Push], deadline: datetime) -> Collected:
    """pushes: all of the student's, in the server's order. In time is before the deadline's very second."""
    in_time = [push for push in pushes if push.time < deadline]
    late = tuple(push for push in pushes if push.time >= deadline)
    on_main = [push for push in in_time if push.branch == MAIN]
    notes = []
    if any(push.rewrote for push in on_main):
        notes.append("History was rewritten by a force-push.")
    others = sorted({push.branch for push in pushes if push.branch != MAIN})
    if others:
        notes.append(f"Other branches, not counted: {', '.join(others)}.")
    for push in late:
        if push.branch == MAIN and push.commit in [early.commit for early in in_time if early.branch != MAIN]:
            notes.append(f"The late {push.commit[:7]} had been pushed in time to another branch.")
    chosen = on_main[-1] if on_main else None
    status = COLLECTED if chosen else ONLY_LATE if any(push.branch == MAIN for push in late) else NO_PUSH
    if status == NO_PUSH and others:
        status = ELSEWHERE
    return Collected(student, repository, deadline, status, chosen, late, tuple(notes))


def choose_all(forge: Forge, schedule: Schedule, students: Sequence[Student], at: datetime | None) -> list[Collected]:
    """One row per student of the roster, whatever there is of them."""
    existing, rows = set(forge.repos()), []
    for student in students:
        name, deadline = repo_name(schedule.slug, student.login), schedule.deadline(student, at)
        row = Collected(student, name, deadline, NO_REPOSITORY)
        if name in existing:
            try:
                row = choose(student, name, forge.pushes(name), deadline)
            except Exception as error:  # whatever one repository comes up with, the others are collected
                row = row.failed(error)
        rows.append(row)
    return rows


def collect(forge: Forge, row: Collected, folder: Path) -> tuple[Collected, bool]:
    """Bring `folder` to what counts; the row with what there is to say, and whether something changed.

    What cannot be brought is a row that says so, and leaves no older files there that could be taken for it.
    """
    if row.status == FAILED:
        return row, _remove(folder)
    try:
        changed = check_out(forge, row, folder)
        left_out = _text(folder / LEFT_OUT).split("\n") if row.push else []
        return replace(row, notes=(*row.notes, *filter(None, left_out))), changed
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            raise  # not this student's: nobody's could be written
        return row.failed(error), _remove(folder)
    except Exception as error:
        return row.failed(error), _remove(folder)


def check_out(forge: Forge, row: Collected, folder: Path) -> bool:
    """Bring `folder` to what counts, as plain files; True when something changed. It appears whole or not at all.

    Beside the student's files it holds `.commit`, `.left_out` (what is no plain file, a sentence a line), and
    `scores.json`, the score of the push.
    """
    if row.push and _text(folder / COMMIT).strip() == row.push.commit:
        return False
    part = folder.with_name(f".part-{folder.name}")
    _remove(part)
    if row.push:
        with tempfile.TemporaryDirectory() as scratch:
            repo = forge.fetch(row.repository, Path(scratch) / "repo", row.push.commit)
            left_out = snapshot(repo, row.push.commit, part, (COMMIT, LEFT_OUT, SCORES))
        claimed = forge.scores(row.repository, row.push.commit)
        if claimed:
            shutil.copyfile(claimed, part / SCORES)
        (part / LEFT_OUT).write_text("".join(f"{sentence}\n" for sentence in left_out), encoding="utf-8")
        (part / COMMIT).write_text(f"{row.push.commit}\n", encoding="utf-8")
    removed = _remove(folder)
    if row.push:
        part.rename(folder)
    return removed or row.push is not None


def _remove(path: Path) -> bool:
    """Whatever stands there goes; False when nothing did."""
    if not os.path.lexists(path):
        return False
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
    return True


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def write(rows: Sequence[Collected], out: Path) -> list[Path]:
    """collection.csv, a row per student, and late.csv, one per late push."""
    late = [line for row in rows for line in row.late_rows()]
    return [
        write_table(out / "collection.csv", COLUMNS, [row.row() for row in rows]),
        write_table(out / "late.csv", LATE_COLUMNS, late),
    ]
