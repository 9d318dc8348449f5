"""Finds what students handed in: one folder each, of which only the notebooks (and a claimed score) are read."""

import json
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

MAX_BYTES = 20 * 2**20
COMMIT = re.compile(r"[0-9a-f]{7,64}")


@dataclass
class Submission:
    """student: the folder's name without the assignment's. The rest is empty until `read`."""

    student: str
    folder: Path
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    claimed: int | None = None
    commit: str = ""
    warnings: list[str] = field(default_factory=list)

    @property
    def found(self) -> bool:
        """Is there any notebook?"""
        return any(self.texts.values())


def find(folder: Path, slug: str) -> list[Submission]:
    """All submissions in a folder, by student, not yet read. A second folder of one student is named in a warning."""
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
            found[student].warnings.append(f"Two submissions: {kept.name} was graded, {other.name} was not.")
        else:
            found[student] = Submission(student, path)
    return list(found.values())


def read(submission: Submission, stems: Sequence[str]) -> None:
    """Read the notebooks of one folder. Never follows a link, never reads more than a notebook may hold."""
    if submission.folder.is_symlink():
        submission.warnings.append("The folder is a link: it was not followed.")
        return
    try:
        for stem in stems:
            halves = {suffix: _text(submission.folder / (stem + suffix), submission) for suffix in (".ipynb", ".py")}
            submission.texts[stem] = {suffix: text for suffix, text in halves.items() if text is not None}
            if not submission.texts[stem]:
                _look_elsewhere(stem, stems, submission)
        submission.claimed = _claim(submission.folder / "scores.json")
        submission.commit = commit_of(submission.folder)
        left_out = _bytes(submission.folder / ".left_out", 2**16) or b""  # by scripts/collect.py
        submission.warnings += filter(None, left_out.decode("utf-8", errors="replace").split("\n"))
    except OSError as error:
        submission.warnings.append(f"The folder could not be read: {error.strerror}.")


def _bytes(path: Path, most: int) -> bytes | None:
    """The beginning of a regular file, one byte more than `most` at best; None when there is none. Raises OSError."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "no regular file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(most + 1)
    finally:
        os.close(handle)


def _text(path: Path, submission: Submission) -> str | None:
    """The text of a regular file, else None with a warning where there is something that is none."""
    try:
        data = _bytes(path, MAX_BYTES)
    except OSError as error:
        submission.warnings.append(f"{path.name} is no ordinary file ({error.strerror}): it was not read.")
        return None
    if data is not None and len(data) > MAX_BYTES:
        submission.warnings.append(f"{path.name} is larger than {MAX_BYTES // 2**20} MB: it was not read.")
        return None
    return data if data is None else data.decode("utf-8-sig", errors="replace")


def _look_elsewhere(stem: str, stems: Sequence[str], submission: Submission) -> None:
    """A notebook that was renamed, or moved into a folder, is graded all the same when there is no doubt which it is."""
    known = {other + suffix for other in stems for suffix in (".ipynb", ".py")}
    prefix = stem.partition("_")[0].lower()
    folders = [
        submission.folder,
        *sorted(
            path
            for path in submission.folder.iterdir()
            if not path.is_symlink() and not path.name.startswith(".") and path.is_dir()
        ),
    ]
    paths = [
        path
        for folder in folders
        for path in sorted(folder.glob("*.ipynb"))
        if prefix in path.name.lower() and path.name not in known - {stem + ".ipynb"}
    ]
    if len(paths) == 1 and (text := _text(paths[0], submission)) is not None:
        submission.texts[stem] = {".ipynb": text}
        place = paths[0].relative_to(submission.folder)
        submission.warnings.append(f"{stem}.ipynb is missing; {place} was graded in its place.")
    else:
        submission.warnings.append(f"{stem}.ipynb is missing, and so is {stem}.py.")


def _claim(path: Path) -> int | None:
    """The score that the student's own run wrote: only for comparison."""
    try:
        value = json.loads(_bytes(path, 2**20) or b"{}")["score"]
        return value if type(value) is int and 0 <= value <= 1000 else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def commit_of(folder: Path) -> str:
    """The commit of a checkout, where scripts/collect.py left it."""
    try:
        text = (_bytes(folder / ".commit", 100) or b"").decode("ascii", errors="replace").strip()
    except OSError:
        return ""
    return text if COMMIT.fullmatch(text) else ""
