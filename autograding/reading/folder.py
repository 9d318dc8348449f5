"""Finds what a student handed in: the halves of each pair, other notebooks that may hold work, and modules of their own.

One mechanism for check, push and regrade. Nothing outside of the folder is read: no link is followed, and no more is
read than a submission may hold.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .notebook import MAX_LENGTH

MODULE_BYTES, MOST_MODULES = 200_000, 20
MOST_STRAYS, MOST_ENTRIES, DEPTH = 10, 2_000, 3
NOT_THEIRS = {"autograding", "genlab", "__pycache__", "venv", "env", "site-packages", "node_modules"}

Texts = dict[str, dict[str, str]]


def read_folder(folder: Path, starters: Mapping[str, Iterable[str]]) -> tuple[Texts, list[str]]:
    """The texts of each notebook's stem, and what the student should know about the files.

    starters: for each stem the names of its exercises. The texts are keyed `.ipynb` and `.py` for the halves, and by
    their place in the folder for what else may hold work (`nb1-Copy1.ipynb`) or be imported (`helpers.py`).
    """
    warnings: list[str] = []
    texts: Texts = {stem: {} for stem in starters}
    halves = {stem + suffix: (stem, suffix) for stem in starters for suffix in (".ipynb", ".py")}
    for name, (stem, suffix) in halves.items():
        if (text := _text(folder / name, MAX_LENGTH, warnings)) is not None:
            texts[stem][suffix] = text
    strays = modules = 0
    for place in _places(folder):
        name = place.as_posix()
        if name in halves:
            continue
        if ".ipynb" in place.name.lower() and strays < MOST_STRAYS:
            text = _text(folder / place, MAX_LENGTH, warnings)
            stem = _stem_of(place.name, text, starters) if text else None
            if text and stem:
                texts[stem][name] = text
                strays += 1
        elif place.suffix == ".py" and len(place.parts) < DEPTH:
            modules += 1
            if modules > MOST_MODULES:
                warnings.append(
                    f"{name} is one module too many: grading reads {MOST_MODULES} of your own, and not this one."
                )
                break
            if (text := _text(folder / place, MODULE_BYTES, warnings)) is not None:
                for stem in starters:
                    texts[stem][name] = text
    for stem, suffix in halves.values():  # one notebook may import the other's script
        if suffix == ".py" and ".py" in texts[stem]:
            for other in starters.keys() - {stem}:
                texts[other].setdefault(f"{stem}.py", texts[stem][".py"])
    return texts, warnings


def is_notebook(place: str) -> bool:
    """Is a key of the texts a half of the pair, or a copy of the notebook?"""
    return place in (".ipynb", ".py") or ".ipynb" in place.lower()


def read_bytes(path: Path, most: int) -> bytes | None:
    """The beginning of a regular file, one byte more than `most` at best; None when there is none. Raises OSError."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "no regular file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(most + 1)
    finally:
        os.close(handle)


def _text(path: Path, most: int, warnings: list[str]) -> str | None:
    """The text of a regular file, without a byte order mark; bytes that are no UTF-8 are replaced. None, with a warning,
    for what is no such file."""
    try:
        data = read_bytes(path, most)
    except OSError as error:
        warnings.append(f"{path.name} is no ordinary file ({error.strerror}): it was not read.")
        return None
    if data is None:
        return None
    if len(data) > most == MODULE_BYTES:
        warnings.append(f"{path.name} is larger than {most // 1000} kB, so it was not read: move what is no code elsewhere.")
        return None
    if len(data) > most:
        return " " * (most + 1)  # of too large a notebook, enough to say so, and no more than that to the worker
    return data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")


def _places(folder: Path, below: Path = Path()) -> Iterator[Path]:
    """The files of a folder that may be a student's own, by name, those nearest first."""
    with os.scandir(folder / below) as found:
        entries = sorted((entry for _, entry in zip(range(MOST_ENTRIES), found, strict=False)), key=lambda entry: entry.name)
    own = [entry for entry in entries if not entry.name.startswith(".") and entry.name not in NOT_THEIRS]
    yield from (below / entry.name for entry in own if entry.is_file(follow_symlinks=False))
    if len(below.parts) + 1 < DEPTH:
        for entry in own:
            if entry.is_dir(follow_symlinks=False):
                yield from _places(folder, below / entry.name)


def _stem_of(name: str, text: str, starters: Mapping[str, Iterable[str]]) -> str | None:
    """The notebook that a copy belongs to: by the `nb1` in its name, or else by the exercises that it defines."""
    named = [stem for stem in starters if re.search(rf"(?<![a-z0-9]){stem.partition('_')[0]}(?![0-9])", name.lower())]
    if named:
        return named[0] if len(named) == 1 else None
    hits = {stem: sum(f"def {name}(" in text or f"class {name}(" in text for name in starters[stem]) for stem in starters}
    best = max(hits, key=lambda stem: hits[stem], default=None)
    return best if best and hits[best] and list(hits.values()).count(hits[best]) == 1 else None
