"""A fingerprint of everything that a recording was made from, so that a stale one is found without recording again.

It stands beside the recording, as `starter/SLUG/sources.json`, and never goes out. The grader's own code is left out: what
it changes in a recording shows when CI records again (`scripts/build.py --check`).
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from ..course.day import Day
from .contents import COMMON, called, of_rooms, taken

NAME = "sources.json"
DRAWS = b"matplotlib"  # is not there when a notebook is graded, so a module that draws is no part of any answer


def fingerprints(day: Day) -> dict[str, str]:
    """For each file, by its path, a digest of what it says."""
    named = {_named(day, path): path for path in _sources(day)}
    return {name: _digest(named[name]) for name in sorted(named)}  # by name: a path's place depends on the machine


def _named(day: Day, path: Path) -> str:
    """A rendered file of a paper lies anywhere."""
    mine = day.paper and path.is_relative_to(day.masters)
    return f"solutions_private/{day.place}/{path.name}" if mine else called(path)


def text(day: Day) -> str:
    return json.dumps(fingerprints(day), indent=1) + "\n"


def changed(day: Day) -> list[str]:
    """The files that are other ones now than when the recording was made."""
    try:
        then = json.loads((day.starter / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        then = {}
    now = fingerprints(day)
    return sorted(path for path in then.keys() | now.keys() if then.get(path) != now.get(path))


def _sources(day: Day) -> Iterator[Path]:
    for stem in day.notebooks:
        yield day.masters / f"{stem}.py"
        if day.unseen is None and (mistakes := day.variants_file("mistakes", stem)).is_file():
            yield mistakes
    yield from day.tests.glob("*.py")
    given = [kind for kind in of_rooms(day) if day.unseen is None or not kind.endswith("npz")]  # an exam's change no answer
    for path in taken(COMMON, ["genlab/*.py", *given, *(f"genlab/data/{name}" for name in day.facts.data)]):
        if path.suffix != ".csv" and (path.suffix != ".py" or DRAWS not in path.read_bytes()):  # a table is for figures
            yield path


def _digest(path: Path) -> str:
    """Of a program, without its comments and empty lines: they change no answer."""
    content = path.read_bytes()
    if path.suffix == ".py":
        lines = (line.rstrip() for line in content.splitlines())
        content = b"\n".join(line for line in lines if line and not line.lstrip().startswith(b"#"))
    return hashlib.sha256(content).hexdigest()[:16]
