"""Whose grade of record changed, by how much and why: told from the grades that are kept."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from autograding.reports.escape import for_cell

from . import grades
from .fingerprint import difference, register
from .results import folder_of, history, read_scores, under

COLUMNS = ("student", "before", "after", "tasks", "why", "graded_at")


@dataclass(frozen=True)
class Change:
    """Two grades of one student, one after the other. tasks: those whose points differ, `nb1.kl_divergence 4 -> 9`."""

    student: str
    before: str
    after: str
    tasks: tuple[str, ...]
    why: str
    graded_at: str

    @property
    def is_one(self) -> bool:
        return self.before != self.after or bool(self.tasks)

    @property
    def in_words(self) -> str:
        return f"{self.student}: {', '.join([f'{self.before} -> {self.after}', *self.tasks])} ({self.why})"


def all_changes(out: Path, students: Iterable[str]) -> list[Change]:
    """Each step of each student's grades, the last one last; also a step that left the points as they were."""
    known, found = register(out), []
    for student in students:
        folder = folder_of(out, student)
        grades = [*history(folder), read_scores(folder)]
        found += [_change(student, one, other, known) for one, other in zip(grades, grades[1:], strict=False)]
    return found


def write(out: Path, changes: Iterable[Change]) -> Path:
    """As a table, `changes.csv`."""
    rows = [asdict(one) | {"student": for_cell(one.student), "tasks": ", ".join(one.tasks)} for one in changes]
    return grades.write_rows(out / "changes.csv", rows, COLUMNS)


def moved(before: Iterable[Mapping], after: Iterable[Mapping]) -> tuple[str, ...]:
    """The tasks whose points differ, in the order of the newer grade; one that is gone comes last."""
    old, new = ({task["id"]: task["score"] for task in tasks} for tasks in (before, after))
    return tuple(
        f"{id} {old.get(id, 'none')} -> {new.get(id, 'none')}" for id in {**new, **old} if old.get(id) != new.get(id)
    )


def _change(student: str, before: dict, after: dict, known: Mapping[str, Mapping[str, str]]) -> Change:
    return Change(
        student=student,
        before=_points(before),
        after=_points(after),
        tasks=() if "failed" in (before["status"], after["status"]) else moved(before["tasks"], after["tasks"]),
        why=_why(before, after, known),
        graded_at=after["graded_at"],
    )


def _points(scores: dict) -> str:
    return "failed" if scores["status"] == "failed" else str(scores["score"])


def _why(before: dict, after: dict, known: Mapping[str, Mapping[str, str]]) -> str:
    commits = [(one["commit"] or "")[:7] for one in (before, after)]
    handed_in = f"handed in anew, {' -> '.join(commits)}" if commits[0] != commits[1] else ""
    reasons = [handed_in, difference(known, under(before), under(after))]
    return "; ".join(filter(None, reasons)) or "the same questions to the same answers"
