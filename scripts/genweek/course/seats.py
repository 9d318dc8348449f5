"""The roster's columns of an exam: `sitting_day4_exam`, when somebody writes it, and `paper_day4_exam`, on which paper.

An empty cell is the usual: the first sitting, and the paper that is drawn. A column that somebody meant for one and that
is none would give a student the wrong exam, without a word; so it is refused.
"""

import re
from collections.abc import Mapping, Sequence

from .day import CourseError, Day
from .toml import did_you_mean

KINDS = ("sitting", "paper")
MEANT = re.compile(r"(?:sitting|seating|paper|variant)s?(?:[ _.-].*)?", re.IGNORECASE)


def column_of(kind: str, slug: str) -> str:
    return f"{kind}_{slug}"


def parts_of(column: str) -> tuple[str, str] | None:
    """The kind and the assignment that a column speaks of; None where it is neither a sitting's nor a paper's."""
    kind, _, slug = column.partition("_")
    return (kind, slug) if kind in KINDS and slug else None


def problem_of_column(column: str, assignments: Sequence[str]) -> str:
    """What is wrong with the name of a column; nothing where it is right or has nothing to do with an exam."""
    if (parts := parts_of(column)) and parts[1] in assignments:
        return ""
    if not MEANT.fullmatch(column):
        return ""
    every = [column_of(kind, slug) for slug in assignments for kind in KINDS]
    kind = "sitting" if column.lower().startswith(("sit", "seat")) else "paper"
    near = did_you_mean(column, every) or did_you_mean(
        f"{kind}_{column}", [one for one in every if one.startswith(kind)], 0.4
    )
    return f"the column {column!r} names no exam.{near} If it is none, give it another name."


def problem_of_value(column: str, value: str) -> str:
    """What is wrong with a cell of such a column."""
    parts = parts_of(column)
    known = _known(*parts) if parts and value else None
    if known is None or value in known:
        return ""
    kind, slug = parts or ("", "")
    said = f" There are: {', '.join(known)}." if known else ""
    return f"{column} is {value!r}, and {slug} has no such {kind}.{did_you_mean(value, known)}{said}"


def read(row: Mapping[str, str], kind: str) -> dict[str, str]:
    """What the columns of a kind say, by assignment."""
    found = {parts[1]: row[column] for column in row if (parts := parts_of(column)) and parts[0] == kind}
    return {slug: value for slug, value in found.items() if value}


def _known(kind: str, slug: str) -> tuple[str, ...] | None:
    """The sittings or the papers of an assignment; None for one that is still to be written."""
    try:
        day = Day.load(slug)
    except CourseError:
        return None
    return tuple(one.id for one in day.facts.sittings) if kind == "sitting" else tuple(day.papers)
