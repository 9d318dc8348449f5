"""What the overview says: one fact for each subject, and what it asks somebody to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_NAMES = 8


@dataclass(frozen=True)
class Fact:
    """todo: the command that comes next as long as this stands; empty where all is well, or must wait."""

    subject: str
    said: str
    todo: str = ""


def next_of(facts: Iterable[Fact], otherwise: str) -> str:
    """The first thing to do. The facts stand in the order of an assignment's life: what comes first spoils the rest."""
    return next((fact.todo for fact in facts if fact.todo), otherwise)


def some(names: Sequence[str]) -> str:
    """A list for one line."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
