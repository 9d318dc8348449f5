"""Finds what a student wrote to each written question, in whichever half of the pair, or copy of it, they wrote.

An answer is a line that was not handed out: in the question's cell, whatever became of its last line, or in new cells
below it. So neither the template's words nor a question's own ever count as one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from autograding.reading.folder import is_notebook
from autograding.reading.notebook import Cell, NotebookError, read_cells

MARK = re.compile(r"[>\s*_]*your answer(?:\s*\(([^)]*)\))?[\s*_:]*(.*)", re.I)
EMPTY = {"", "…", "...", '"""', 'r"""'}

Lines = list[str]


@dataclass(frozen=True)
class HandedOut:
    """The cells of one notebook as students got it, of both its halves."""

    cells: list[Lines]

    @classmethod
    def of(cls, stem: str, texts: Mapping[str, str]) -> "HandedOut":
        """texts: by suffix, as in a submission."""
        return cls([cell for suffix, text in texts.items() for cell in _cells(stem + suffix, text)])

    @cached_property
    def given(self) -> set[str]:
        return {_bare(line) for cell in self.cells for line in cell} - EMPTY

    @cached_property
    def asked(self) -> dict[str, str]:
        """The lines that stand in the cell of one question alone, and its id."""
        return self._telling({number: ids[0] for number, ids in enumerate(map(self._ids, self.cells)) if len(ids) == 1})

    @cached_property
    def before(self) -> dict[str, str]:
        """The lines of the cell above a question's, and its id: where it was deleted, new text may be the answer."""
        above = {number - 1: ids[0] for number, ids in enumerate(map(self._ids, self.cells)) if ids and number}
        return self._telling({number: id for number, id in above.items() if not self._ids(self.cells[number])})

    @cached_property
    def ids(self) -> list[str]:
        return list(dict.fromkeys(id for cell in self.cells for id in self._ids(cell)))

    def _telling(self, of: Mapping[int, str]) -> dict[str, str]:
        homes = defaultdict(set)
        for number, cell in enumerate(self.cells):
            for line in filter(None, map(_bare, cell)):
                homes[line].add(of.get(number, ""))
        return {line: min(home) for line, home in homes.items() if len(home) == 1 and home != {""}}

    @staticmethod
    def _ids(cell: Lines) -> list[str]:
        return [found[1] for line in cell if (found := MARK.match(line)) and found[1]]


@dataclass
class Written:
    """answers: by the question's id, the texts of one student with the places where they stand. faults: what could not
    be read, a sentence each."""

    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def written(stem: str, handed_out: HandedOut, texts: Mapping[str, str]) -> Written:
    """texts: what `read_folder` found of the notebook. The notebook's answer counts; where its script says something
    else, both are kept. What stands in a copy counts where neither half has an answer."""
    found, result = {}, Written()
    prefix = stem.partition("_")[0]
    for place, text in texts.items():
        if is_notebook(place) or place.rpartition("/")[2].startswith(prefix):
            name = stem + place if place in (".ipynb", ".py") else place
            try:
                found[name] = answers_in(_cells(name, text), handed_out)
            except NotebookError as error:
                result.faults.append(str(error))
    halves = [f"{stem}.ipynb", f"{stem}.py"]
    for id in handed_out.ids:
        said = {name: answers[id] for name, answers in found.items() if id in answers}
        own = {name: said[name] for name in halves if name in said} or said
        by_words = {" ".join(text.split()): name for name, text in reversed(own.items())}  # of equal ones, the first
        result.answers[id] = {name: text for name, text in own.items() if name in by_words.values()}
    return result


def answers_in(cells: Iterable[Lines], handed_out: HandedOut) -> dict[str, str]:
    """The answers in one file, by the question's id; those that are there."""
    said, likely = defaultdict(list), defaultdict(list)
    current = near = ""
    for cell in cells:
        bare = [line for line in map(_bare, cell) if line]
        asked = [id for line in bare if (id := _asked_in(line, handed_out))]
        if asked:
            current, near = asked[0], ""
            filled = any(line.startswith("|") for line in bare if line not in handed_out.given)
            for line in cell:
                current = _asked_in(_bare(line), handed_out) or current
                mark = MARK.match(line)
                of_table = filled and line.startswith("|")  # a filled row says little without the others
                if mark or of_table or _bare(line) not in handed_out.given:
                    said[current].append(mark[2] if mark else line)
        elif any(line in handed_out.given for line in bare):
            beside = Counter(handed_out.before[line] for line in bare if line in handed_out.before)
            current, near = "", max(beside, key=lambda id: beside[id], default="")
        elif bare:
            (said[current] if current else likely[near]).extend([*cell, ""])
    texts = [(id, _joined(lines)) for id, lines in [*likely.items(), *said.items()] if id]
    return {id: text for id, text in texts if text}


def _asked_in(line: str, handed_out: HandedOut) -> str:
    """The question whose cell a line belongs to."""
    mark = MARK.match(line)
    return mark[1] if mark and mark[1] in handed_out.ids else handed_out.asked.get(line, "")


def _cells(name: str, text: str) -> list[Lines]:
    return [_lines(cell) for cell in read_cells(name, text)[0]]


def _lines(cell: Cell) -> Lines:
    """A cell's lines; of one that is nothing but comments, as text cells are in a script, what they say."""
    lines = cell.source.replace("\r\n", "\n").split("\n")
    if all(line.lstrip().startswith("#") for line in lines if line.strip()) and cell.kind == "code":
        return [re.sub(r"^\s*# ?", "", line) for line in lines]
    return lines


def _bare(line: str) -> str:
    """What a line says, whatever an editor made of its ends."""
    return " ".join(line.split())


def _joined(lines: Lines) -> str:
    """Blank lines between kept, dots that stand for nothing left out."""
    return "\n".join("" if line.strip() in EMPTY else line.rstrip() for line in lines).strip()
