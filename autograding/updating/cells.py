"""Brings a new starter into a student's notebook cell by cell, and never touches a cell that the student changed.

A three-way merge of lists of cells. Which cell is which is found by the text; between two cells that agree, also by the
id that the student's editor has kept, and by likeness. A new build may number its cells anew, so there ids say nothing.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

from ..reading.notebook import CELL_MARK

SIMILAR = 0.6  # from here on, two texts at the same place are versions of one cell
INDENTED = re.compile(r"\{\r?\n([ \t]+)")
Text = tuple[str, str]


@dataclass(frozen=True)
class Cell:
    """kind: code, markdown or raw in a notebook; the rest of the `# %%` line in a script. whole: the cell as stored."""

    kind: str
    source: str
    id: str = ""
    whole: Any = None

    @cached_property
    def text(self) -> Text:
        """What makes two cells the same: never their outputs, numbers or ids, nor what an editor does to ends of lines."""
        return self.kind, "\n".join(line.rstrip() for line in self.source.splitlines()).strip()

    @property
    def title(self) -> str:
        """Its first telling line, for a message."""
        lines = [line for line in self.source.splitlines() if line.strip(" #")]
        return lines[0].strip()[:60] if lines else "an empty cell"


def read_cells(name: str, text: str) -> list[Cell]:
    """The cells of one half of a pair. Raises ValueError where it is no notebook."""
    return _read_notebook(text) if name.endswith(".ipynb") else _read_script(text)


def merge_texts(name: str, base: str, mine: str, new: str, outdated: Collection[Text] = ()) -> tuple[str, list[str]]:
    """The student's file `mine`, with what changed from `base` to `new`; and the titles of the cells left as they are.

    outdated: see `merge`. Raises ValueError when one of the files cannot be read.
    """
    old, own, fresh = (read_cells(name, text) for text in (base, mine, new))
    cells, kept = merge(old, own, fresh, outdated)
    if [cell.text for cell in cells] == [cell.text for cell in own]:
        return mine, kept
    if name.endswith(".ipynb"):
        return _write_notebook(mine, cells), kept
    text = "".join(cell.whole for cell in cells)
    return (text.replace("\r\n", "\n").replace("\n", "\r\n") if "\r\n" in mine else text), kept


def merge(
    base: Sequence[Cell], mine: Sequence[Cell], new: Sequence[Cell], outdated: Collection[Text] = ()
) -> tuple[list[Cell], list[str]]:
    """The merged cells, and the titles of those that the update changes and the student changed too.

    outdated: texts of earlier starters. A cell that holds one is no student's: an editor has written the old text back.
    """
    at = dict(_pairs(base, mine, by_id=True))  # where the student has each cell of the old starter
    added: list[tuple[int, Cell]] = []  # new cells, each with the student's cell that it follows
    result: list[Cell | None] = list(mine)
    kept, last = [], -1
    for b, n in _aligned(base, new):
        if b is None:
            added += [(last, new[n])] if n is not None else []
            continue
        own = at.get(b)
        last = last if own is None else own
        if own is None or (n is not None and mine[own].text == new[n].text):
            continue  # the student removed it, or has the new text
        if mine[own].text == base[b].text or mine[own].text in outdated:
            result[own] = new[n] if n is not None else None
        elif n is None or base[b].text != new[n].text:
            kept.append(mine[own].title)
    missing = Counter(cell.text for cell in new) - Counter(cell.text for cell in result if cell)
    before: dict[int, list[Cell]] = {}
    for place, cell in added:
        if missing[cell.text] > 0:  # else it is there: a copy of the update was merged already, or it has only moved
            missing[cell.text] -= 1
            before.setdefault(place, []).append(cell)
    merged = before.get(-1, [])
    for index, cell in enumerate(result):
        merged = [*merged, *([cell] if cell else []), *before.get(index, [])]
    return merged, kept


def _aligned(base: Sequence[Cell], new: Sequence[Cell]) -> list[tuple[int | None, int | None]]:
    """Every cell of both, in order: pairs of versions, (b, None) for a removed and (None, n) for an added cell."""
    rows, b, n = [], 0, 0
    for i, j in [*_pairs(base, new), (len(base), len(new))]:
        rows += [*((k, None) for k in range(b, i)), *((None, k) for k in range(n, j)), (i, j)]
        b, n = i + 1, j + 1
    return rows[:-1]


def _pairs(one: Sequence[Cell], other: Sequence[Cell], by_id: bool = False) -> list[tuple[int, int]]:
    """Which cell of `one` is which of `other`, in the order of both."""
    matcher = SequenceMatcher(None, [cell.text for cell in one], [cell.text for cell in other], autojunk=False)
    found = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found += zip(range(i1, i2), range(j1, j2), strict=True)
            continue
        for i in range(i1, i2):
            likeness = {j: _likeness(one[i], other[j], by_id) for j in range(j1, j2)}
            best = max(likeness, key=lambda j: likeness[j], default=None)
            if best is not None and likeness[best] >= SIMILAR:
                found.append((i, best))
                j1 = best + 1
    return found


def _likeness(one: Cell, other: Cell, by_id: bool) -> float:
    """0 for cells that cannot be versions of each other; at least SIMILAR for versions."""
    if one.kind != other.kind:
        return 0.0
    if by_id and one.id and one.id == other.id:
        return 1.0
    matcher = SequenceMatcher(None, one.source, other.source, autojunk=False)
    return matcher.ratio() if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= SIMILAR else 0.0


def _read_notebook(text: str) -> list[Cell]:
    try:
        found = json.loads(text)["cells"]
        sources = [cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]) for cell in found]
        return [Cell(str(cell["cell_type"]), s, cell.get("id", ""), cell) for cell, s in zip(found, sources, strict=True)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("it is no Jupyter notebook") from None


def _write_notebook(mine: str, cells: Sequence[Cell]) -> str:
    """The student's notebook with these cells, laid out as it was."""
    notebook = json.loads(mine)
    with_ids = (notebook.get("nbformat", 4), notebook.get("nbformat_minor", 0)) >= (4, 5)
    taken, notebook["cells"] = set(), []
    for number, cell in enumerate(cells):  # ids must be unique, and a new cell may bring a used one
        whole = {key: value for key, value in cell.whole.items() if with_ids or key != "id"}
        if whole.get("id") in taken:
            whole["id"] = f"{whole['id']}-{number}"[:64]
        taken.add(whole.get("id"))
        notebook["cells"].append(whole)
    indent = INDENTED.match(mine.lstrip())
    return json.dumps(notebook, indent=indent[1] if indent else 1, ensure_ascii=False) + "\n"


def _read_script(text: str) -> list[Cell]:
    parts: list[list[str]] = [[]]
    for line in text.splitlines(keepends=True):
        if CELL_MARK.match(line.rstrip("\r\n")):
            parts.append([])
        parts[-1].append(line)
    cells = []
    for index, lines in enumerate(parts):
        head, body = (lines[0], lines[1:]) if index else ("", lines)
        cells.append(Cell(head.strip(), "".join(body), whole="".join(lines)))
    return cells
