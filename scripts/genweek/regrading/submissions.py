"""Finds what students handed in: one folder each, of which only the notebooks (and a claimed score) are read."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograding.reading.folder import is_notebook, read_bytes, read_folder

from ..course.day import ROOT, CourseError, all_slugs

COMMIT = re.compile(r"[0-9a-f]{7,64}")
PAPER = ".paper"  # in a submission of an exam: which one it is an answer to


@dataclass
class Submission:
    """student: the folder's name without the assignment's. texts to warnings are empty until `read`.

    warnings: for the student. notes: for staff. under: the fingerprint of a grade of record; empty for a push, whose
    score is feedback. tasks: those whose points are taken over; all where it is empty.
    """

    student: str
    folder: Path
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    claimed: int | None = None
    commit: str = ""
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    under: str = ""
    tasks: tuple[str, ...] = ()

    @property
    def found(self) -> bool:
        """Is there any notebook?"""
        return any(is_notebook(place) for texts in self.texts.values() for place in texts)


def find(folder: Path, slug: str) -> list[Submission]:
    """All submissions in a folder, by student, not yet read. A second folder of one student is noted.

    Raises CourseError where they are those of another assignment.
    """
    _refuse_another_day(folder, slug)
    found: dict[str, Submission] = {}
    for path in sorted(folder.iterdir()):
        if not path.is_dir() or path.name.startswith("."):
            continue
        short = path.name.removeprefix(f"{slug}-")
        student = path.name if short in ("", ".", "..") else short  # it will name a folder of ours
        if student in found:
            first = found[student]
            exact = path.name.startswith(f"{slug}-")  # what `collect` writes goes before a folder made by hand
            kept, other = (path, first.folder) if exact else (first.folder, path)
            found[student] = Submission(student, kept)
            found[student].notes.append(f"Two submissions: {kept.name} was graded, {other.name} was not.")
        else:
            found[student] = Submission(student, path)
    return list(found.values())


def _refuse_another_day(folder: Path, slug: str) -> None:
    """By the names of the folders, or of the notebooks in them."""
    folders = [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.is_symlink()]
    for other in set(all_slugs()) - {slug}:
        named = [path.name for path in folders if path.name.startswith(f"{other}-")]
        if named:
            raise CourseError(f"{folder} holds {named[0]}, which belongs to {other}, not to {slug}. Nothing was graded.")
        if _holds(folders, other) and not _holds(folders, slug):
            raise CourseError(f"{folder} holds notebooks of {other}, and none of {slug}. Nothing was graded.")


def _holds(folders: Iterable[Path], slug: str) -> bool:
    """Is the notebook of an assignment there, under its own name?"""
    stems = {path.stem for path in (ROOT / "starter" / slug).rglob("*.ipynb")}
    return any(
        os.path.lexists(folder / f"{stem}{half}") for folder in folders for stem in stems for half in (".ipynb", ".py")
    )


def read(submission: Submission, starters: Mapping[str, Iterable[str]]) -> None:
    """Read what one folder holds, as a push reads it (`read_folder`)."""
    if submission.folder.is_symlink():
        submission.notes.append("The folder is a link: it was not followed.")
        return
    try:
        submission.texts, warnings = read_folder(submission.folder, starters)
        submission.warnings += warnings
        submission.claimed = _claim(submission.folder / "scores.json")
        submission.commit = commit_of(submission.folder)
        left_out = read_bytes(submission.folder / ".left_out", 2**16) or b""  # by scripts/collect.py
        submission.warnings += filter(None, left_out.decode("utf-8", errors="replace").split("\n"))
    except OSError as error:
        submission.notes.append(f"The folder could not be read: {error.strerror}.")


def _claim(path: Path) -> int | None:
    """The score that the student's own run wrote: only for comparison."""
    try:
        value = json.loads(read_bytes(path, 2**20) or b"{}")["score"]
        return value if type(value) is int and 0 <= value <= 1000 else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def commit_of(folder: Path) -> str:
    """The commit of a checkout, where scripts/collect.py left it."""
    try:
        text = (read_bytes(folder / ".commit", 100) or b"").decode("ascii", errors="replace").strip()
    except OSError:
        return ""
    return text if COMMIT.fullmatch(text) else ""


def paper_in(folder: Path) -> str:
    """The paper of a submission, where scripts/collect.py left it; empty in a lab."""
    try:
        return (read_bytes(folder / PAPER, 200) or b"").decode("utf-8", errors="replace").strip()
    except OSError:
        return ""
