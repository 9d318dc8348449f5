"""What a grade of record was made under: tests, masters, starter, grader, what notebooks are given, and the seed.

A recording holds the masters' answers to the questions of the tests. New tests against an old recording take points from
right answers; so a recording is found by its fingerprint alone, and each grade says under which one it was given.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograding.whole import read_json, write_whole

from . import sandbox
from ..course.day import Day

REGISTER = "fingerprints.json"  # of all that something in a folder of grades was given under
LENGTH = 12  # hexadecimal digits
WORDS = {
    "tests": "the tests",
    "masters": "the masters",
    "starter": "the starter",
    "grader": "the grader",
    "given": "what notebooks are given",
    "seed": "the seed",
    "paper": "the paper",
}
GRADER = (*sandbox.STAGED, "judge", "checks")  # beside the student, and over them; not what calls or shows it


@dataclass(frozen=True)
class Fingerprint:
    """parts: a digest for each of WORDS."""

    parts: Mapping[str, str]

    @property
    def id(self) -> str:
        return digest(json.dumps(self.parts, sort_keys=True).encode())


def fingerprint(day: Day, repo: Path, seed: str) -> Fingerprint:
    """repo: the assignment as it was built. Only what can change a grade or a sentence is in it."""
    grader = repo / "autograding"
    masters = [
        path
        for stem in day.notebooks
        for path in (day.masters / f"{stem}.py", day.masters / f"mistakes_{stem.partition('_')[0]}.py")
    ]
    files = {
        "tests": [grader / "tests", *([day.unseen] if day.unseen else [])],
        "masters": masters,
        "starter": [*repo.glob("*.py"), *repo.glob("*.ipynb"), grader / "assignment.json"],
        "grader": [grader / name for name in GRADER],
        "given": [repo / "genlab"],
    }
    of_exam = {"paper": day.paper} if day.paper else {}
    return Fingerprint({part: _of_files(paths) for part, paths in files.items()} | {"seed": digest(seed.encode())} | of_exam)


def remember(out: Path, one: Fingerprint) -> None:
    """Note it in the register of a folder of grades."""
    known = register(out)
    if one.id not in known:
        write_register(out, known | {one.id: dict(one.parts)})


def register(out: Path) -> dict[str, dict[str, str]]:
    """The parts of every fingerprint, by id."""
    path = out / REGISTER
    return read_json(path, "Restore it from a backup, or regrade into another --out.") if path.exists() else {}


def write_register(out: Path, known: Mapping[str, Mapping[str, str]]) -> None:
    write_whole(out / REGISTER, json.dumps(known, indent=1, sort_keys=True) + "\n")


def difference(known: Mapping[str, Mapping[str, str]], before: Iterable[str], after: Iterable[str]) -> str:
    """In words, what differs between two grades' fingerprints; empty when they are of one make."""
    old, new = set(before), set(after)
    if old == new:
        return ""
    if not old <= known.keys() or not new <= known.keys():
        return "what the earlier grade was made under is not known"
    values = {part: [{known[id].get(part) for id in ids} for ids in (old, new)] for part in WORDS}
    differ = [WORDS[part] for part, (one, other) in values.items() if one != other]
    return f"{' and '.join(differ)} changed"


def _of_files(paths: Iterable[Path]) -> str:
    """Of the names and the bytes of files, those in folders included."""
    found = [file for path in paths for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file()]
    lines = [f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}" for file in found if file.suffix != ".pyc"]
    return digest("\n".join(sorted(lines)).encode())


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:LENGTH]
