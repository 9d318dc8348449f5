"""Which half of a pair is graded: the notebook or its `.py`, exercise by exercise.

Nothing but the student writes into either half, so each may be the newer one. The half that differs from the starter
counts; where both differ and disagree, the notebook counts and the report says so. A half that lost an exercise, or
cannot be read, differs too: it is never passed over for an untouched starter in the other half. Work that stands in
neither half, but in a copy of the notebook, counts where there is no doubt which is meant.
"""

import ast
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path

from .binding import bound, changed, digest, used
from .notebook import EARLIER, Notebook, NotebookError, parse, unparsed
from .slicing import HandedOut, Program
from .slips import MISSING, UNREADABLE, Absent, absent, read_as_meant

NOTEBOOK, SCRIPT = 0, 1
PAIRED = (
    "{0}.ipynb and {0}.py are paired by jupytext and differ: opening one in Jupyter can replace your newer work by the "
    "older of the two. Part them: in Jupyter, View > Activate Command Palette > Unpair Notebook, then save."
)


@dataclass
class Submission:
    """A student's pair, resolved.

    missing: the exercises that are nowhere to be found. untouched: exercises as they were handed out.
    codes: the checkpoints that the notebook opens, each with the codes that were tried.
    """

    program: Program
    missing: dict[str, Absent] = field(default_factory=dict)
    untouched: set[str] = field(default_factory=set)
    codes: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def resolve(
    stem: str,
    starter: Mapping[str, str],
    texts: Mapping[str, str],
    handed_out: Mapping[str, Iterable[str]] | None = None,
) -> Submission:
    """Read and join the halves of one notebook.

    starter: for each exercise (a top-level function or class), the source of its cell in the starter.
    texts: the halves that exist, by suffix (`.ipynb`, `.py`); and what else the folder holds, by name (`read_folder`).
    handed_out: the digests of the starter's other statements (see `slicing.HandedOut`).
    """
    given = {name: _canonical(parse("the starter's cell", source), name) or "" for name, source in starter.items()}
    halves, unreadable = _read(stem, texts)
    nowhere = ""
    if not texts.keys() & {".ipynb", ".py"}:
        unreadable[f"{stem}.ipynb"] = nowhere = (
            f"{stem}.ipynb is missing, and so is {stem}.py. {EARLIER.format(f'{stem}.ipynb')}"
        )
    warnings = [
        *unreadable.values(),
        *(f"{half.name}: {problem}" for half in halves for problem in [*half.problems, *half.newer]),
    ]
    originals = [copy(half) for half in halves]
    for half in halves:
        warnings += read_as_meant(half, given)
    present = [at for at, half in enumerate(halves) if half.name in unreadable or half.name.removeprefix(stem) in texts]
    copies = _copies(stem, given, texts)
    homes, missing, untouched, taken, passed_over = {}, {}, set(), {}, {}
    for name in starter:
        versions = [_canonical(half, name) for half in halves]
        edited = [version not in (None, given[name]) for version in versions]
        homes[name] = NOTEBOOK if edited[NOTEBOOK] or not edited[SCRIPT] else SCRIPT
        if all(edited) and versions[NOTEBOOK] != versions[SCRIPT]:
            warnings.append(f"{name} differs between {stem}.ipynb and {stem}.py: the notebook was graded.")
        elsewhere = {other.name: _canonical(other, name) for other in copies}
        found = {version for version in elsewhere.values() if version not in (None, given[name])}
        if any(edited):
            passed_over |= {
                place: [*passed_over.get(place, []), name] for place in elsewhere if elsewhere[place] in found - {*versions}
            }
            continue
        solved_in = [other for other in copies if elsewhere[other.name] in found]
        if len(found) == 1:
            taken.setdefault(solved_in[0].name, []).append(name)
            homes[name] = _place_of(solved_in[0], halves)
            continue
        if found:
            places = " and ".join(other.name for other in solved_in)
            warnings.append(f"{name} stands in {places}, each time otherwise: none was graded. Move it into {stem}.ipynb.")
        untouched.add(name)
        if lost := [at for at in present if versions[at] is None]:
            half = halves[lost[0]]
            whole = unreadable.get(half.name)
            kind = MISSING if whole == nowhere else UNREADABLE
            missing[name] = Absent(whole, kind) if whole else absent(half, name, originals[lost[0]])
    warnings += [
        f"{place} was not graded: {', '.join(names)} stands in {stem}.ipynb or {stem}.py too, and that one counts."
        for place, names in passed_over.items()
    ]
    if taken:
        warnings = [said for said in warnings if said != nowhere]
    warnings += [_taken(stem, place, names, texts) for place, names in taken.items()]
    if any(half.paired for half in halves) and any(
        _canonical(halves[0], name) != _canonical(halves[1], name) for name in given
    ):
        warnings.append(PAIRED.format(stem))
    return Submission(Program(halves, homes, HandedOut.of(handed_out or {})), missing, untouched, _codes(halves), warnings)


def _copies(stem: str, given: Mapping[str, str], texts: Mapping[str, str]) -> list[Notebook]:
    """Other files that may hold work on this notebook: copies, under another name or in another folder."""
    found, prefix = [], stem.partition("_")[0]
    for place in sorted(texts.keys() - {".ipynb", ".py"}):
        if ".ipynb" not in place.lower() and not place.rpartition("/")[2].startswith(prefix):
            continue  # a module of the student's own
        try:
            found.append(parse(place, texts[place]))
            read_as_meant(found[-1], given)
        except NotebookError:
            continue
    return found


def _place_of(notebook: Notebook, halves: list[Notebook]) -> int:
    if notebook not in halves:
        halves.append(notebook)
    return halves.index(notebook)


def _taken(stem: str, place: str, names: list[str], texts: Mapping[str, str]) -> str:
    if ".ipynb" not in texts:
        return f"{stem}.ipynb is missing; {place} was graded in its place. Give it that name, and push again."
    return (
        f"{', '.join(names)}: as handed out in {stem}.ipynb, and yours in {place}, which was graded in its place. Move your "
        f"work into {stem}.ipynb, and push again."
    )


def read_ahead(paths: Iterable[Path]) -> None:
    """Read notebooks as they were handed out: most cells of a submission are theirs, and all about them is cached."""
    for path in paths:
        for statement in parse(path.name, path.read_text(encoding="utf-8")).statements:
            for names_of in (bound, changed, used, digest):
                names_of(statement.node)


def _read(stem: str, texts: Mapping[str, str]) -> tuple[list[Notebook], dict[str, str]]:
    """Both halves, empty where there is none; and for each half that should be there and cannot be read, why."""
    halves, unreadable = [], {}
    for name in (f"{stem}.ipynb", f"{stem}.py"):
        halves.append(Notebook(name))
        try:
            if name.removeprefix(stem) in texts:
                halves[-1] = parse(name, texts[name.removeprefix(stem)])
        except NotebookError as error:
            unreadable[name] = str(error)
    return halves, unreadable


def _codes(halves: list[Notebook]) -> dict[str, list[str]]:
    """The calls `checkpoint("nb1.B", code="…")` with a code."""
    nodes = [statement.node for half in halves for statement in half.statements]
    calls = [
        call
        for node in nodes
        if "checkpoint" in unparsed(node)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "checkpoint"
    ]
    found = {}
    for call in calls:
        values = [*call.args[:2], *(word.value for word in call.keywords if word.arg in ("id", "code"))]
        texts = [value.value for value in values if isinstance(value, ast.Constant)]
        if len(texts) == 2 and all(isinstance(text, str) and text for text in texts):
            found.setdefault(texts[0], []).append(texts[1])
    return found


def _canonical(half: Notebook, name: str) -> str | None:
    """The code that defines and alters `name`, without comments and layout; None when nothing defines it."""
    nodes = [statement.node for statement in half.statements]
    if not any(name in bound(node) for node in nodes):
        return None
    return "\n".join(unparsed(node) for node in nodes if name in bound(node) | changed(node))
