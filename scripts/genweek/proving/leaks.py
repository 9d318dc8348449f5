"""Looks in what students get for what they must not have: runs of tokens of a solution or of a page for the staff, in any
file and any git object."""

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..course.day import ROOT, Day
from ..making.masters import BEGIN, END
from ..making.questions import ANSWERS

RUN = 12  # tokens; shorter runs occur in any code on the same subject
SHORTEST = 8  # a shorter solution than this is a phrase that everybody writes
STAFF = ("session.md", "theory.md", "theory_sample.md")  # pages that are never released, whatever the date
WORDS = 8  # so many of a run's tokens are words, where prose is looked for: formulas and the rules of tables are anybody's
TOKEN = re.compile(r"\w+|[^\w\s]")
QUOTED = re.compile(r"\*NB\d\s+› [^*]+\*")  # a heading of a notebook, on a page for the staff
SOLUTION = re.compile(rf"{BEGIN}\n(.*?){END}", re.S)


def leaks(day: Day, repo: Path) -> list[str]:
    """One sentence per file or object of a built repository that holds a piece of a solution or of a page for the staff."""
    wanted = staff_runs((*STAFF, ANSWERS))
    for stem in day.notebooks:
        wanted |= {run: f"the solution of {stem}: {' '.join(run)}" for run in _runs(day.masters / f"{stem}.py")}
    return [sentence for name, text in [*_files(repo), *_objects(repo)] for sentence in pieces(name, text, wanted)]


def pieces(name: str, text: str, wanted: dict[tuple[str, ...], str]) -> list[str]:
    """The first run of tokens in a text that is wanted, as a sentence, if there is one. wanted: what each run belongs to."""
    tokens = TOKEN.findall(text)
    hits = {run for length in {len(run) for run in wanted} for run in _windows(tokens, length) if run in wanted}
    return [f"{name} holds a piece of {wanted[run]}" for run in sorted(hits)[:1]]


def staff_runs(names: Iterable[str] = STAFF) -> dict[tuple[str, ...], str]:
    """Every run of prose on the pages for the staff that have these names, and where it stands."""
    pages = [path for name in names for path in (ROOT / "solutions_private").rglob(name)]
    return {
        run: f"{path.relative_to(ROOT)}: {' '.join(run)}"
        for path in pages
        for run in _windows(TOKEN.findall(QUOTED.sub("", path.read_text(encoding="utf-8"))), RUN)
        if sum(token.isalpha() for token in run) >= WORDS
    }


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
