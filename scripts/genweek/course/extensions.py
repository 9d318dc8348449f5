"""Extra minutes: which columns of the roster give some, for which assignment, and how many.

A column that somebody meant for one and that gives none would cost a student part of an exam, without a word. So
whatever looks like an extension is one or is refused.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from .toml import did_you_mean

COLUMN = "extension_minutes"
HOUR, DAY = 60, 24 * 60  # minutes
UNASKED = 12 * HOUR  # more is mostly a zero too many: it has to be written in hours or days
MOST = 90 * DAY
LENGTH = re.compile(r"(\d+) *(min|minutes?|h|hours?|d|days?)?", re.IGNORECASE)

# Words that speak of somebody's time. `extern…` is where a student comes from.
STEM = re.compile(r"^ext(?:en|ra)|extension|extra(?:time|min)|minut|accom+odat|prolong|deadline")
WORDS = {"ext", "extn", "min", "mins", "due"}
MORE = re.compile(r"more|addition|added|bonus|plus|longer|over|individual|grace|late|factor|percent")
TIME = re.compile(r"time|hour|days")


def assignment_of(column: str) -> str | None:
    """The assignment that a column gives minutes for, "" for all; None where it is no column of minutes."""
    if column == COLUMN:
        return ""
    return column.removeprefix(f"{COLUMN}_") or None if column.startswith(f"{COLUMN}_") else None


def problem_of_column(column: str, assignments: Sequence[str]) -> str:
    """What is wrong with the name of a column; nothing where it is an extension or has nothing to do with one."""
    slug = assignment_of(column)
    if slug == "" or slug in assignments:
        return ""
    if slug is not None:
        return (
            f"the column {column!r} is for no assignment.{_meant(column, assignments)} There are: {', '.join(assignments)}."
        )
    if column in assignments or _looks_like_one(column):
        meant = _meant(column, assignments) or f" Did you mean {COLUMN!r}?"
        return f"the column {column!r} looks like an extension and gives none.{meant} If it is none, give it another name."
    return ""


def minutes(text: str) -> int:
    """How many minutes a cell says: `45`, `240 min`, `3 days`. Raises ValueError with what is wrong with it."""
    said = LENGTH.fullmatch(text)
    if not said:
        raise ValueError("write whole minutes, such as 45, or nothing")
    unit = (said[2] or "m")[0].lower()
    number = int(said[1][-18:]) if len(said[1].lstrip("0")) <= 18 else MOST + 1
    found = number * {"m": 1, "h": HOUR, "d": DAY}[unit]
    if found > MOST:
        raise ValueError(f"an extension is {MOST // DAY} days at most")
    if found > UNASKED and unit == "m":
        raise ValueError(
            f"these are {_in_hours(found)}. If that is meant, write it in hours or days: '{-(-found // HOUR)} h'"
        )
    return found


def in_words(minutes: int) -> str:
    """`45 min`, `240 min (4 h)`, `4320 min (3 d)`."""
    return f"{minutes} min" if minutes < 2 * HOUR else f"{minutes} min ({_in_hours(minutes)})"


def _in_hours(minutes: int) -> str:
    parts = ((minutes // DAY, "d"), (minutes % DAY // HOUR, "h"), (minutes % HOUR, "min"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def _looks_like_one(column: str) -> bool:
    words = _words(column)
    name = "".join(words)
    one_word = any(word in WORDS or STEM.search(word) or _is_near(word) for word in words)
    return one_word or bool(MORE.search(name) and TIME.search(name))


def _is_near(word: str) -> bool:
    """A slip in the word itself: `extention`, `mintues`."""
    return any(SequenceMatcher(None, word, one).ratio() >= 0.8 for one in ("extension", "minutes"))


def _words(column: str) -> list[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return re.findall(r"[^\W_]+", parted.lower())


def _meant(text: str, assignments: Sequence[str]) -> str:
    """` Did you mean …?` with the column of the assignment that a text speaks of: by its name, its day or its subject."""
    name = "_".join(_words(text))
    for part in (str, lambda slug: slug.partition("_")[0], lambda slug: slug.rpartition("_")[2]):
        found = [slug for slug in assignments if re.search(rf"(?:^|_){re.escape(part(slug))}(?:_|$)", name)]
        if len(found) == 1:
            return f" Did you mean '{COLUMN}_{found[0]}'?"
    return did_you_mean(name, [COLUMN, *(f"{COLUMN}_{slug}" for slug in assignments)])
