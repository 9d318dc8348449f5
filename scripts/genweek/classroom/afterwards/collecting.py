"""Chooses the commit of each student that counts: the last one pushed to `main` in time, by the server's clock.

Commit dates are never looked at. A branch other than `main`, and what came late, is listed and not counted. `keeping`
brings what was chosen into a folder.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from autograding.reports.escape import one_line

from ..belonging import repository
from ...forges.forge import Forge, Push
from ...course.roster import Student
from ...course.schedule import Schedule
from .tables import write_table

MAIN = "main"
FAILED = "failed (look at it)"
COLLECTED, NO_REPOSITORY, NO_PUSH, ONLY_LATE = "collected", "no repository", "nothing pushed", "pushed too late"
ELSEWHERE = f"nothing pushed to {MAIN}"  # but to a branch that the notes name
PUSH_COLUMNS = ("student", "repository", "commit", "pushed_at", "deadline")
COLUMNS = (*PUSH_COLUMNS, "status", "collected_at", "provisional", "late_pushes", "notes")
LATE_COLUMNS = ("student", "branch", "commit", "pushed_at", "deadline", "minutes_late")


@dataclass(frozen=True)
class Collected:
    """What counts of one student. push: None where nothing does; `status` says why.

    taken_at: the server's time at which this was found out. final_from: from then on no push changes it any more.
    stays: it was collected before, and nothing newer counts.
    """

    student: Student
    repository: str
    deadline: datetime
    taken_at: datetime
    final_from: datetime
    status: str
    push: Push | None = None
    late: tuple[Push, ...] = ()
    notes: tuple[str, ...] = field(default=())
    stays: bool = False

    @property
    def provisional(self) -> bool:
        return self.taken_at < self.final_from

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
            stamp(self.taken_at),
            "yes" if self.provisional else "",
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


def choose(row: Collected, pushes: Sequence[Push]) -> Collected:
    """pushes: all of the student's, in the server's order. In time is before the deadline's very second."""
    deadline = row.deadline
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
    return replace(row, status=status, push=chosen, late=late, notes=tuple(notes))


def choose_all(forge: Forge, schedule: Schedule, students: Sequence[Student], at: datetime | None) -> list[Collected]:
    """One row per student of the roster, whatever there is of them."""
    existing, now, rows = set(forge.repos()), forge.now(), []
    for student in students:
        name, deadline = repository(forge, existing, schedule.slug, student), schedule.deadline(student, at)
        final_from = max(deadline, schedule.deadline(student))  # who looks early, by --at, has not seen the end
        row = Collected(student, name, deadline, now, final_from, NO_REPOSITORY)
        if name in existing:
            try:
                row = choose(row, forge.pushes(name))
            except Exception as error:  # whatever one repository comes up with, the others are collected
                row = row.failed(error)
        rows.append(row)
    return rows


def write(rows: Sequence[Collected], out: Path) -> list[Path]:
    """collection.csv, a row per student, and late.csv, one per late push."""
    late = [line for row in rows for line in row.late_rows()]
    return [
        write_table(out / "collection.csv", COLUMNS, [row.row() for row in rows]),
        write_table(out / "late.csv", LATE_COLUMNS, late),
    ]
