"""What counts of one student, as a row of `collection.csv` says it; `collecting` makes it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from autograding.reports.escape import one_line

from ...course.roster import Student
from ...forges.forge import Push

MAIN = "main"
FAILED = "failed (look at it)"
COLLECTED, NO_REPOSITORY, NO_PUSH, ONLY_LATE = "collected", "no repository", "nothing pushed", "pushed too late"
ELSEWHERE = f"nothing pushed to {MAIN}"  # but to a branch that the notes name
PUSH_COLUMNS = ("student", "repository", "commit", "pushed_at", "deadline")
EXAM_COLUMNS = ("sitting", "paper", "counted_by")
COLUMNS = (*PUSH_COLUMNS, "status", "collected_at", "provisional", "late_pushes", *EXAM_COLUMNS, "notes")
LATE_COLUMNS = ("student", "branch", "commit", "pushed_at", "deadline", "minutes_late")


@dataclass(frozen=True)
class Collected:
    """What counts of one student. push: None where nothing does; `status` says why.

    taken_at: the server's time at which this was found out. final_from: from then on no push changes it any more.
    stays: it was collected before, and nothing newer counts. grace: how long after the deadline a push still counts.
    counted_by: what else than a push in time lets it count, in words for the student. stick: the file that it came in.
    opens: what was pushed before does not count; None where that cannot be. look_at: those of the notes that a person has
    to see to.
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
    sitting: str = ""
    paper: str = ""
    grace: timedelta = timedelta()
    counted_by: str = ""
    stick: Path | None = None
    opens: datetime | None = None
    look_at: tuple[str, ...] = ()

    def says(self, *sentences: str) -> "Collected":
        return replace(self, notes=(*self.notes, *sentences))

    def asks(self, *sentences: str) -> "Collected":
        return replace(self.says(*sentences), look_at=(*self.look_at, *sentences))

    @property
    def closes(self) -> datetime:
        return self.deadline + self.grace

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
            self.sitting,
            self.paper,
            self.counted_by,
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
