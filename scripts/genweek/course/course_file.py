"""Reads `assignments/course.toml`: the time zone of all dates, the weights of the grade, the names of its columns."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta

from . import toml
from .conditions import Conditions
from .day import ROOT, CourseError, all_slugs

PATH = ROOT / "assignments" / "course.toml"
THEORY, EXAM = "theory", "exam"
Share = Annotated[float, Meta(ge=0)]  # per cent


class Exam(toml.Table, frozen=True, kw_only=True):
    assignment: str
    practical: Share
    theory: Share
    grace_minutes: Annotated[int, Meta(ge=0, le=60)] = 3
    conditions: Conditions = Conditions()


class CourseFile(toml.Table, frozen=True, kw_only=True):
    """planned: assignments that are still to be written. Whatever else is named has to exist."""

    title: toml.Text = "Course"
    time_zone: str = "UTC"
    forge: str = ""
    planned: list[str] = []
    weights: dict[str, Share] = {}
    exam: Exam | None = None
    columns: dict[str, toml.Text] = {}


@dataclass(frozen=True)
class Course:
    """weights: for each part (an assignment, or `theory`), its share of the grade, in per cent; they sum to 100."""

    title: str = "Course"
    zone: ZoneInfo = ZoneInfo("UTC")
    forge: str = ""  # where the repositories are; empty: the default place
    assignments: Sequence[str] = ()  # those that exist, and those that are planned
    weights: Mapping[str, float] = field(default_factory=dict)
    exam: str = ""  # the assignment that is the practical part of the exam
    columns: Mapping[str, str] = field(default_factory=dict)
    conditions: Conditions = Conditions()
    grace_minutes: int = 0  # after the end of an exam, in which a push still counts


def read_course(path: Path = PATH) -> Course:
    """Raises CourseError where the file is wrong, a share is missing, or the shares do not sum to 100."""
    if not path.exists():
        raise CourseError(f"There is no {toml.shown(path)}: it holds the time zone and the weights.")
    facts = toml.read(path, CourseFile)
    zone, exam = _zone(path, facts.time_zone), facts.exam
    assignments = sorted({*all_slugs(), *facts.planned})
    _names_must_be_known(path, "weights", facts.weights, assignments, (EXAM, THEORY))
    _names_must_be_known(path, "columns", facts.columns, assignments, (THEORY,))
    for title, count in Counter(facts.columns.values()).items():
        if count > 1:
            raise CourseError(f"{toml.place(path, 'columns')}: two of the [columns] are called {title!r}.")
    _must_be_100(path, "weights", "the ", facts.weights)
    weights = _weights(path, facts, assignments)
    course = Course(facts.title, zone, facts.forge, assignments, weights, columns=facts.columns)
    if not exam:
        return course
    return replace(course, exam=exam.assignment, conditions=exam.conditions, grace_minutes=exam.grace_minutes)


def _weights(path: Path, facts: CourseFile, assignments: Sequence[str]) -> dict[str, float]:
    """The weight of each part, the exam's divided among its two."""
    weights, exam = dict(facts.weights), facts.exam
    if exam is None and EXAM not in weights:
        return weights
    if exam is None or EXAM not in weights:
        raise CourseError(
            f"{toml.place(path, 'weights')}: [weights] and [exam] must both say something of the exam, or none."
        )
    _names_must_be_known(path, "exam", [exam.assignment], assignments, key="assignment")
    shares = {exam.assignment: exam.practical, THEORY: exam.theory}
    _must_be_100(path, "exam", "practical and theory in ", shares)
    whole = weights.pop(EXAM)
    for part, share in shares.items():
        if part in weights:
            where = toml.place(path, "weights", part)
            raise CourseError(f"{where}: [weights] has {part!r}, and the exam that it is a part of. Leave one out.")
        weights[part] = whole * share / 100
    return weights


def _zone(path: Path, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        where = toml.place(path, "", "time_zone")
        raise CourseError(f"{where}: there is no time zone {name!r}. One is Europe/Berlin.") from None


def _names_must_be_known(
    path: Path, table: str, names: Iterable[str], assignments: Sequence[str], parts: Sequence[str] = (), key: str = ""
) -> None:
    """parts: names that are no assignments and stand there too. key: whose value the name is, where it is no key."""
    known = [*assignments, *parts]
    for name in names:
        if name not in known:
            near = toml.did_you_mean(name, known) or f" There are: {', '.join(known)}."
            said = f"[{table}] names {name!r}, and there is no such assignment.{near}"
            raise CourseError(
                f"{toml.place(path, table, key or name)}: {said} If it is still to be written, add it to `planned`."
            )


def _must_be_100(path: Path, table: str, which: str, shares: Mapping[str, float]) -> None:
    total = sum(shares.values())
    if not math.isclose(total, 100, abs_tol=1e-6):
        sums = " + ".join(f"{share:.10g}" for share in shares.values())
        raise CourseError(f"{toml.place(path, table)}: {which}[{table}] must sum to 100, not to {total:.10g}: {sums}.")
