"""Chooses the commit of each student that counts: the last one pushed to `main` in time, by the server's clock.

Commit dates are never looked at. A branch other than `main`, and what came late, is listed and not counted; but for a
push in the time of grace, a commit with a receipt, and work that came on a stick, and then the table says so. `keeping`
brings what was chosen into a folder.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from autograding.reports.escape import one_line

from ..belonging import repository
from ..drawing import Seats
from ...forges.forge import Forge, Push, paper_of
from ...forges.git import git, succeeds
from ...course.day import CourseError, Day
from ...course.roster import Student
from ...course.schedule import Schedule
from . import sticks
from .receipts import TABLE, Receipt, read_receipts
from .sticks import FOLDER, KINDS, Sticks
from .tables import write_table

MAIN = "main"
FAILED = "failed (look at it)"
COLLECTED, NO_REPOSITORY, NO_PUSH, ONLY_LATE = "collected", "no repository", "nothing pushed", "pushed too late"
STICK_FAILED = "What came on a stick does not count: "
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


@dataclass(frozen=True)
class InTheRoom:
    """What somebody in the room took: receipts by login, and sticks. stems: of the notebooks."""

    receipts: Mapping[str, Sequence[Receipt]] = field(default_factory=dict)
    sticks: Sticks = Sticks()
    stems: Sequence[str] = ()


def in_the_room(day: Day, schedule: Schedule, students: Sequence[Student], folder: Path) -> InTheRoom:
    """folder: where `receipts.csv` and `bundles` lie. Raises CourseError for a table that is wrong."""
    receipts = read_receipts(folder / TABLE, schedule, students)
    return InTheRoom(receipts, sticks.find(folder / FOLDER, day.slug, students), day.notebooks)


def choose(row: Collected, pushes: Sequence[Push], receipts: Mapping[Push, Receipt] | None = None) -> Collected:
    """pushes: all of the student's, in the server's order. In time is before the deadline's very second, and in an exam
    before the end of its grace. receipts: commits that were read out, each as a push of that time."""
    read_out = {push: receipt for push, receipt in (receipts or {}).items() if push.time < row.closes}
    in_time = [push for push in pushes if push.time < row.closes]
    late = tuple(push for push in pushes if push.time >= row.closes)
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
    chosen = on_main[-1] if on_main else None  # in the server's order: two may have come in one second
    read_last = max(read_out, key=lambda push: push.time, default=None)
    if read_last and (chosen is None or read_last.time > chosen.time):
        chosen = read_last
    if chosen in read_out:
        late = tuple(push for push in late if push.commit != chosen.commit)
    status = COLLECTED if chosen else ONLY_LATE if any(push.branch == MAIN for push in late) else NO_PUSH
    if status == NO_PUSH and others:
        status = ELSEWHERE
    how = _counted_by(row, chosen, read_out.get(chosen)) if chosen else ""
    return replace(row, status=status, push=chosen, late=late, notes=tuple(notes), counted_by=how)


def _counted_by(row: Collected, push: Push, receipt: Receipt | None) -> str:
    """Why it counts, where it is not simply a push in time."""
    after = (push.time - row.deadline).total_seconds() / 60
    grace = f"{after:.1f} minutes after the end, within the {row.grace.total_seconds() / 60:.0f} minutes of grace"
    what = [f"pushed later, and {receipt.in_words}"] if receipt else []
    what += [grace if receipt else f"pushed {grace}"] if after >= 0 else []
    return ", ".join(what)


def choose_all(
    forge: Forge,
    schedule: Schedule,
    students: Sequence[Student],
    at: datetime | None,
    taken: InTheRoom | None = None,
    seats: Seats | None = None,
) -> list[Collected]:
    """One row per student of the roster, whatever there is of them."""
    existing, now, rows = set(forge.repos()), forge.now(), []
    taken = taken or InTheRoom()
    for student in students:
        name, deadline = repository(forge, existing, schedule.slug, student), schedule.deadline(student, at)
        final_from = max(deadline + schedule.grace, schedule.closes(student))  # by --at, one has not seen the end
        row = Collected(student, name, deadline, now, final_from, NO_REPOSITORY, grace=schedule.grace)
        row = replace(row, sitting=schedule.window(student).id)
        try:
            row = _chosen(forge, row, name in existing, taken.receipts.get(student.login, ()))
            row = _with_paper(forge, row, name in existing, seats)
            if path := taken.sticks.files.get(student.login):
                row = _with_stick(forge, row, path, name in existing, taken)
        except Exception as error:  # whatever one repository comes up with, the others are collected
            row = row.failed(error)
        rows.append(row)
    return rows


def _chosen(forge: Forge, row: Collected, there: bool, receipts: Sequence[Receipt]) -> Collected:
    pushes = forge.pushes(row.repository) if there else []
    found = {receipt: receipt.push(forge, row.repository, pushes) for receipt in receipts}
    if there:
        row = choose(row, pushes, {push: receipt for receipt, push in found.items() if push})
    said = [f"{receipt.in_words}, and is not pushed yet." for receipt, push in found.items() if not push]
    said += [f"{receipt.in_words}, which is after the end." for receipt in receipts if receipt.time >= row.closes]
    return replace(row, notes=(*row.notes, *said))


def _with_paper(forge: Forge, row: Collected, there: bool, seats: Seats | None) -> Collected:
    """It is graded by the paper that the student was given, whatever the roster says now."""
    if not row.sitting:
        return row
    meant = seats.paper(row.student) if seats else ""
    held = paper_of(forge, row.repository) if there else ""
    said = ()
    if held and meant and held != meant:
        said = (
            f"The repository holds the paper {held}, by which it is graded; by the roster and papers.csv it is {meant}.",
        )
    return replace(row, paper=held or meant, notes=(*row.notes, *said))


def _with_stick(forge: Forge, row: Collected, path: Path, there: bool, taken: InTheRoom) -> Collected:
    """What came on a stick counts, unless it lies in the history of a push that counts."""
    with tempfile.TemporaryDirectory() as scratch:
        repo = base(forge, row if there else None, Path(scratch) / "repository")
        try:
            commit = sticks.unpack(path, repo, taken.stems)
        except CourseError as error:
            status = row.status if row.push else FAILED
            return replace(row, status=status, notes=(*row.notes, f"{STICK_FAILED}{error}"))
        pushed = row.push.commit if row.push else ""
        if pushed and succeeds(repo, "merge-base", "--is-ancestor", commit, pushed):
            said = f"{path.name} holds nothing that was not pushed in time."
            return replace(row, notes=(*row.notes, said))
    receipt = next((one for one in taken.receipts.get(row.student.login, ()) if commit.startswith(one.commit)), None)
    how = f"handed in as {KINDS[path.suffix.lower()]}, in the room"
    how += f", and {receipt.in_words}" if receipt else ""
    notes = [note for note in row.notes if not (receipt and note.startswith(receipt.in_words))]
    if pushed:
        notes.append(
            f"{path.name} counts, and not {pushed[:7]}, which was pushed in time: remove it for the other way round."
        )
    push = Push(MAIN, commit, row.closes)
    return replace(row, status=COLLECTED, push=push, stick=path, counted_by=how, notes=tuple(notes))


def base(forge: Forge, row: Collected | None, folder: Path) -> Path:
    """A bare repository with the student's pushes to main, where there are any: a bundle may build on them."""
    if row and (commit := forge.tip(row.repository) or (row.push.commit if row.push else None)):
        return forge.fetch(row.repository, folder, commit, history=True)
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main")
    return folder


def write(rows: Sequence[Collected], out: Path) -> list[Path]:
    """collection.csv, a row per student, and late.csv, one per late push."""
    late = [line for row in rows for line in row.late_rows()]
    return [
        write_table(out / "collection.csv", COLUMNS, [row.row() for row in rows]),
        write_table(out / "late.csv", LATE_COLUMNS, late),
    ]
