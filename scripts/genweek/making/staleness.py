"""Is the committed starter what the masters make? Recorded answers are compared by what they decide.

`stale_files` compares with a fresh starter, whose recording takes minutes; `refuse_stale` takes seconds, before anything
is published or graded.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from autograding.judge import recording
from autograding.judge.mistakes import agree
from autograding.judge.session import key_of

from ..course.day import CourseError, Day
from . import sources
from .building import texts
from .contents import refuse_strays
from .masters import Master

MOST_NAMED = 4  # of the files that have changed
CLOSE = 1e-4  # of the largest number in an array; the last digits differ between processors


def stale_files(day: Day, fresh: Path) -> list[str]:
    """The files of the committed starter that differ from a fresh one, and not only by the processor that made them."""
    names = sorted({path.name for folder in (day.starter, fresh) if folder.is_dir() for path in folder.iterdir()})
    return [name for name in names if not _equal(day.starter / name, fresh / name)]


def refuse_stale(day: Day) -> None:
    """Raises CourseError where the masters, the tests or the mistakes have changed since the starter was made of them."""
    refuse_strays(day)
    masters = [Master(day.masters / f"{stem}.py") for stem in day.notebooks]
    made, since = texts(day, masters, _leaning(day)), sources.changed(day)
    stale = [name for name, text in made.items() if name != sources.NAME and _text(day.starter / name) != text]
    if since or not (day.starter / "recorded.json").is_file():
        stale.append("recorded.json")
    if stale:
        more = f" and {len(since) - MOST_NAMED} more" * (len(since) > MOST_NAMED)
        changed = f" Changed since it was made: {', '.join(since[:MOST_NAMED])}{more}." if since else ""
        raise CourseError(
            f"starter/{day.place} is not what its masters and tests make now: {', '.join(sorted(stale))}.{changed} "
            f"Nothing was done. Run scripts/build.py {day.slug}, then scripts/verify.py {day.slug}, then this again."
        )


def _leaning(day: Day) -> set[str]:
    """The keys of the tests that lean, as the starter has them: to find them takes a recording."""
    try:
        tests = json.loads(_text(day.starter / "assignment.json"))["tests"]
        return {key_of(test["id"], test["name"]) for test in tests if test.get("leans")}
    except (ValueError, KeyError, TypeError):
        return set()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _equal(one: Path, other: Path) -> bool:
    if not (one.is_file() and other.is_file()):
        return False
    if one.name != "recorded.json":
        return one.read_bytes() == other.read_bytes()
    return decide_alike(recording.load(one), recording.load(other))


def decide_alike(one: Mapping, other: Mapping) -> bool:
    """Do two recordings of one seed give the same grades and the same names?"""
    known, others = one["mistakes"], other["mistakes"]
    return (
        (one["seed"], known.keys()) == (other["seed"], others.keys())
        and _close(one["answers"], other["answers"])
        and all(map(_name_alike, known.values(), (others[task] for task in known)))
    )


def _name_alike(one: list[Mapping], other: list[Mapping]) -> bool:
    """Does each mistake still fit its own fingerprint, as naming compares them?"""
    return len(one) == len(other) and all(
        (a["sentence"], _attempts(a)) == (b["sentence"], _attempts(b)) and agree(a["observed"], b["observed"])
        for a, b in zip(one, other, strict=True)
    )


def _attempts(mistake: Mapping) -> dict[str, list]:
    return {test: [entry.get("attempt") for entry in log] for test, log in mistake["observed"].items()}


def _close(one, other) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_close(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_close, one, other))
    if isinstance(one, (float, np.ndarray)) and isinstance(other, (float, np.ndarray)):
        one, other = np.asarray(one), np.asarray(other)
        size = np.abs(other[np.isfinite(other)], dtype=np.float64).max(initial=0) if other.dtype.kind == "f" else 0
        return one.shape == other.shape and np.allclose(one, other, CLOSE, CLOSE * size + 1e-6, equal_nan=True)
    return one == other
