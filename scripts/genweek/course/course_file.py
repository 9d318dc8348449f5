"""Reads `assignments/course.toml`: the time zone of all dates, the weights of the grade, the names of its columns."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .day import ROOT, CourseError

PATH = ROOT / "assignments" / "course.toml"
THEORY, EXAM = "theory", "exam"


@dataclass(frozen=True)
class Course:
    """weights: for each part (an assignment, or `theory`), its share of the grade, in per cent; they sum to 100."""

    title: str = "Course"
    zone: ZoneInfo = ZoneInfo("UTC")
    weights: Mapping[str, float] = field(default_factory=dict)
    exam: str = ""  # the assignment that is the practical part of the exam
    columns: Mapping[str, str] = field(default_factory=dict)


def read_course(path: Path = PATH) -> Course:
    """Raises CourseError where a share is missing or the shares do not sum to 100."""
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(f"There is no assignments/{path.name}: it holds the time zone and the weights.") from None
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"assignments/{path.name} is not valid TOML: {error}.") from None
    name = facts.get("time_zone", "UTC")
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise CourseError(f"{path.name}: there is no time zone {name!r}. One is Europe/Berlin.") from None
    weights, exam = dict(facts.get("weights", {})), facts.get("exam", {})
    _must_be_100(weights, f"{path.name}: the [weights]")
    if EXAM in weights:
        shares = {exam.get("assignment", "?"): exam.get("practical", 0), THEORY: exam.get(THEORY, 0)}
        _must_be_100(shares, f"{path.name}: practical and theory in [exam]")
        whole = weights.pop(EXAM)
        weights |= {part: whole * share / 100 for part, share in shares.items()}
    return Course(facts.get("title", Course.title), zone, weights, exam.get("assignment", ""), facts.get("columns", {}))


def _must_be_100(shares: Mapping[str, float], what: str) -> None:
    if any(not isinstance(share, int | float) or share < 0 for share in shares.values()) or sum(shares.values()) != 100:
        raise CourseError(f"{what} must be numbers from 0 on that sum to 100, not {shares}.")
