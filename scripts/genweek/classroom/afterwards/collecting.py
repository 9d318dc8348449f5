"""Chooses the commit of each student that counts: the last one pushed to `main` in time, by the server's clock.

Commit dates are never looked at. A branch other than `main`, and what came late, is listed and not counted; but for a
push in the time of grace, a commit with a receipt, and work that came on a stick, and then the table says so. In an exam
nothing counts of another sitting than the student's: neither its papers, nor what came before this one began. `keeping`
brings what was chosen into a folder.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ..belonging import repository
from ..drawing import Seats
from ...forges.forge import Forge, Push, paper_of
from ...course.roster import Student
from ...course.schedule import Schedule, Window, in_words
from .collected import (
    COLLECTED,
    COLUMNS,
    ELSEWHERE,
    FAILED,
    LATE_COLUMNS,
    MAIN,
    NO_PUSH,
    NO_REPOSITORY,
    ONLY_LATE,
    Collected,
)
from .in_the_room import InTheRoom, of_another_sitting, with_receipts, with_stick
from .papers import Papers
from .receipts import Receipt
from .tables import write_table


def choose(row: Collected, pushes: Sequence[Push], receipts: Mapping[Push, Receipt] | None = None) -> Collected:
    """pushes: all of the student's, in the server's order. In time is before the deadline's very second, and in an exam
    before the end of its grace. receipts: commits that were read out, each as a push of that time."""
    read_out = {push: receipt for push, receipt in (receipts or {}).items() if push.time < row.closes}
    early = [push for push in pushes if row.opens and push.time < row.opens]
    in_time = [push for push in pushes if push.time < row.closes and push not in early]
    late = tuple(push for push in pushes if push.time >= row.closes)
    on_main = [push for push in in_time if push.branch == MAIN]
    notes = []
    if any(push.rewrote for push in on_main):
        notes.append("History was rewritten by a force-push.")
    others = sorted({push.branch for push in pushes if push.branch != MAIN})
    if others:
        notes.append(f"Other branches, not counted: {', '.join(others)}.")
    for push in late:
        if push.branch == MAIN and push.commit in [other.commit for other in in_time if other.branch != MAIN]:
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
    row = replace(row.says(*notes), status=status, push=chosen, late=late, counted_by=how)
    if early and not chosen and row.opens:
        return row.asks(
            f"{early[-1].commit[:7]} was pushed {in_words(early[-1].time)}, before the sitting {row.sitting} began, "
            f"{in_words(row.opens)}, and does not count in it. Is that the student's sitting? It stands in the roster."
        )
    return row


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
    taken, papers = taken or InTheRoom(), Papers(forge, schedule.slug)
    for student in students:
        name, deadline = repository(forge, existing, schedule.slug, student), schedule.deadline(student, at)
        final_from = max(deadline + schedule.grace, schedule.closes(student))  # by --at, one has not seen the end
        row = Collected(student, name, deadline, now, final_from, NO_REPOSITORY, grace=schedule.grace)
        window = schedule.window(student)
        row = replace(row, sitting=window.id, opens=window.opens if window.id else None)
        try:
            row = _chosen(forge, row, window, name in existing, taken, papers, seats)
        except Exception as error:  # whatever one repository comes up with, the others are collected
            row = row.failed(error)
        rows.append(row)
    return rows


def _chosen(
    forge: Forge, row: Collected, window: Window, there: bool, taken: InTheRoom, papers: Papers, seats: Seats | None
) -> Collected:
    row, receipts = _with_paper(forge, row, there, seats), taken.receipts.get(row.student.login, ())
    held, pushes = row.paper if there else "", []
    if held and held not in window.papers:
        row = replace(row, status=FAILED).asks(of_another_sitting(row, f"The repository {row.repository}", held))
    elif there:
        pushes = forge.pushes(row.repository)
    found = {receipt: receipt.push(forge, row.repository, pushes) for receipt in receipts}
    if there and row.status != FAILED:
        row = choose(row, pushes, {push: receipt for receipt, push in found.items() if push})
    if path := taken.sticks.files.get(row.student.login):
        row = with_stick(forge, row, window, path, there, taken, papers)
    return with_receipts(row, found)


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
    return replace(row.says(*said), paper=held or meant)


def write(rows: Sequence[Collected], out: Path) -> list[Path]:
    """collection.csv, a row per student, and late.csv, one per late push."""
    late = [line for row in rows for line in row.late_rows()]
    return [
        write_table(out / "collection.csv", COLUMNS, [row.row() for row in rows]),
        write_table(out / "late.csv", LATE_COLUMNS, late),
    ]
