"""Chooses the commit of each student that counts: the last one pushed to `main` in time, by the server's clock.

Commit dates are never looked at. A branch other than `main`, and what came late, is listed and not counted.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ...forges.forge import Forge, Push, repo_name
from ...course.roster import Student
from ...course.schedule import Schedule
from .tables import write_table

MAIN = "main"
COLLECTED, NO_REPOSITORY, NO_PUSH, ONLY_LATE = "collected", "no repository", "nothing pushed", "pushed too late"
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
    others = sorted({push.branch for push in in_time if push.branch != MAIN})
    if others:
        notes.append(f"Other branches, not counted: {', '.join(others)}.")
    for push in late:
        if push.branch == MAIN and push.commit in [early.commit for early in in_time if early.branch != MAIN]:
            notes.append(f"The late {push.commit[:7]} had been pushed in time to another branch.")
    chosen = on_main[-1] if on_main else None
    status = COLLECTED if chosen else ONLY_LATE if any(push.branch == MAIN for push in late) else NO_PUSH
    return Collected(student, repository, deadline, status, chosen, late, tuple(notes))


def choose_all(forge: Forge, schedule: Schedule, students: Sequence[Student], at: datetime | None) -> list[Collected]:
    """One row per student of the roster, whatever there is of them."""
    existing, rows = set(forge.repos()), []
    for student in students:
        name, deadline = repo_name(schedule.slug, student.login), schedule.deadline(student, at)
        if name in existing:
            rows.append(choose(student, name, forge.pushes(name), deadline))
        else:
            rows.append(Collected(student, name, deadline, NO_REPOSITORY))
    return rows


def check_out(forge: Forge, row: Collected, folder: Path) -> bool:
    """Bring `folder` to what counts, as plain files; True when something changed. It appears whole or not at all.

    Beside the student's files it holds `.commit`, and `scores.json`, the score that their own workflow claimed.
    """
    mark = folder / ".commit"
    if row.push and mark.is_file() and mark.read_text().strip() == row.push.commit:
        return False
    part = folder.with_name(f".part-{folder.name}")
    shutil.rmtree(part, ignore_errors=True)
    changed = folder.exists() or row.push is not None
    if row.push:
        forge.clone(row.repository, part, row.push.commit)
        _replace(part / ".commit", f"{row.push.commit}\n".encode())
        claimed = forge.scores(row.repository, row.push.commit)
        _replace(part / "scores.json", claimed.read_bytes() if claimed else None)
        shutil.rmtree(part / ".git")
    shutil.rmtree(folder, ignore_errors=True)
    if row.push:
        part.rename(folder)
    return changed


def _replace(path: Path, content: bytes | None) -> None:
    """Whatever the student may have put under that name goes."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content)


def write(rows: Sequence[Collected], out: Path) -> list[Path]:
    """collection.csv, a row per student, and late.csv, one per late push."""
    late = [line for row in rows for line in row.late_rows()]
    return [
        write_table(out / "collection.csv", COLUMNS, [row.row() for row in rows]),
        write_table(out / "late.csv", LATE_COLUMNS, late),
    ]
