"""Looks for solutions in what students get: runs of a solution's tokens, in any file and any git object."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ..course.day import Day
from ..making.masters import BEGIN, END

RUN = 12  # tokens; shorter runs occur in any code on the same subject
SHORTEST = 8  # a shorter solution than this is a phrase that everybody writes
TOKEN = re.compile(r"\w+|[^\w\s]")
SOLUTION = re.compile(rf"{BEGIN}\n(.*?){END}", re.S)


def leaks(day: Day, repo: Path) -> list[str]:
    """One sentence per file or object of a built repository that holds a piece of a solution."""
    wanted = {run: f"{stem}: {' '.join(run)}" for stem in day.notebooks for run in _runs(day.masters / f"{stem}.py")}
    lengths = {len(run) for run in wanted}
    found = []
    for name, text in [*_files(repo), *_objects(repo)]:
        tokens = TOKEN.findall(text)
        hits = {run for n in lengths for run in _windows(tokens, n) if run in wanted}
        found += [f"{name} holds a piece of the solution of {wanted[run]}" for run in sorted(hits)[:1]]
    return found


def _runs(master: Path) -> Iterator[tuple[str, ...]]:
    text = master.read_text(encoding="utf-8")
    for solution in SOLUTION.findall(text):
        code = "\n".join(line.split("  #")[0] for line in solution.splitlines())
        tokens = TOKEN.findall(code)
        if len(tokens) >= SHORTEST:
            yield from _windows(tokens, min(RUN, len(tokens)))


def _windows(tokens: list[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(tokens[start : start + length]) for start in range(len(tokens) - length + 1))


def _files(repo: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(repo.rglob("*")):
        if path.is_file() and ".git" not in path.relative_to(repo).parts[:1]:
            text = path.read_bytes().decode("utf-8", errors="ignore")
            yield str(path.relative_to(repo)), _plain(path.name, text)


def _plain(name: str, text: str) -> str:
    """Notebooks and JSON as the text they stand for: escapes would hide a token run."""
    if not name.endswith((".ipynb", ".json")):
        return text
    strings = []

    def collect(value):
        if isinstance(value, str):
            strings.append(value)
        elif isinstance(value, list):
            joined = "".join(value) if all(isinstance(item, str) for item in value) else ""
            strings.append(joined)
            for item in value:
                collect(item) if not isinstance(item, str) else None
        elif isinstance(value, dict):
            for item in value.values():
                collect(item)

    collect(json.loads(text))
    return "\n".join(strings)


def _objects(repo: Path) -> Iterator[tuple[str, str]]:
    """Every object of the repository's history, unreachable ones included, that the working tree does not show."""
    command = ["git", "-C", repo, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    tree = subprocess.run(["git", "-C", repo, "ls-tree", "-r", "HEAD"], check=True, capture_output=True, text=True)
    known = {line.split()[2] for line in tree.stdout.splitlines()}
    for name, kind in (line.split() for line in listed if line):
        if kind in ("blob", "commit", "tag") and name not in known:
            done = subprocess.run(["git", "-C", repo, "cat-file", kind, name], check=True, capture_output=True)
            yield f"git object {name[:12]}", done.stdout.decode("utf-8", errors="ignore")
