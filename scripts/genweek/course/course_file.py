"""Reads `assignments/course.toml`: the time zone of all dates, the weights of the grade, the names of its columns."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta

from . import toml
from .day import ROOT, CourseError, all_slugs

PATH = ROOT / "assignments" / "course.toml"
THEORY, EXAM = "theory", "exam"
Share = Annotated[float, Meta(ge=0)]  # per cent


class Conditions(toml.Table, frozen=True, kw_only=True):
    """What is allowed in the practical exam. What nobody may use stands in the notebooks: it is no setting."""

    course_notebooks: bool = False
    documentation: bool = True
    own_notes: bool = True

    def in_words(self) -> str:
        """One line of Markdown for each."""
        things = {
            "The notebooks of the week, your own ones included": self.course_notebooks,
            "Documentation that is installed on your machine, such as `help(torch.where)`": self.documentation,
            "Your own notes on paper": self.own_notes,
        }
        lines = [f"- {thing}: **{'allowed' if allowed else 'not allowed'}**." for thing, allowed in things.items()]
        return "\n".join([*lines, "- The network: for opening the exam and handing in, and for nothing else."])


class Exam(toml.Table, frozen=True, kw_only=True):
    assignment: str
    practical: Share
    theory: Share
    conditions: Conditions = Conditions()


class CourseFile(toml.Table, frozen=True, kw_only=True):
    title: str = "Course"
    time_zone: str = "UTC"
    weights: dict[str, Share] = {}
    exam: Exam | None = None
    columns: dict[str, str] = {}


@dataclass(frozen=True)
class Course:
    """weights: for each part (an assignment, or `theory`), its share of the grade, in per cent; they sum to 100."""

    title: str = "Course"
    zone: ZoneInfo = ZoneInfo("UTC")
    weights: Mapping[str, float] = field(default_factory=dict)
    exam: str = ""  # the assignment that is the practical part of the exam
    columns: Mapping[str, str] = field(default_factory=dict)
    conditions: Conditions = Conditions()


def read_course(path: Path = PATH) -> Course:
    """Raises CourseError where the file is wrong, a share is missing, or the shares do not sum to 100."""
    if not path.exists():
        raise CourseError(f"There is no assignments/{path.name}: it holds the time zone and the weights.")
    facts = toml.read(path, CourseFile)
    try:
        zone = ZoneInfo(facts.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CourseError(f"{path.name}: there is no time zone {facts.time_zone!r}. One is Europe/Berlin.") from None
    weights = dict(facts.weights)
    _names_must_be_known(path.name, "weights", weights, (EXAM, THEORY))
    _names_must_be_known(path.name, "columns", facts.columns, (THEORY,))
    _must_be_100(weights, f"{path.name}: the [weights]")
    if EXAM in weights:
        if facts.exam is None:
            raise CourseError(f"{path.name}: [weights] has an exam, and [exam] does not say what it is made of.")
        _names_must_be_known(path.name, "exam", [facts.exam.assignment])
        shares = {facts.exam.assignment: facts.exam.practical, THEORY: facts.exam.theory}
        _must_be_100(shares, f"{path.name}: practical and theory in [exam]")
        whole = weights.pop(EXAM)
        weights |= {part: whole * share / 100 for part, share in shares.items()}
    exam, conditions = (facts.exam.assignment, facts.exam.conditions) if facts.exam else ("", Conditions())
    return Course(facts.title, zone, weights, exam, facts.columns, conditions)


def _names_must_be_known(where: str, table: str, names, others: tuple[str, ...] = ()) -> None:
    """A slip in a name is refused. An assignment that is still to be written may have its weight already."""
    there = all_slugs()
    for name in set(names) - {*there, *others}:
        if near := toml.did_you_mean(name, [*there, *others], cutoff=0.8):
            raise CourseError(f"{where}: [{table}] names {name!r}, and there is no such assignment.{near}")


def _must_be_100(shares: Mapping[str, float], what: str) -> None:
    if not math.isclose(sum(shares.values()), 100, abs_tol=1e-6):
        raise CourseError(f"{what} must sum to 100, not to {sum(shares.values()):g}: {dict(shares)}.")
