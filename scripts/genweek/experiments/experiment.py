"""An experiment behind sentences of a notebook: what it measures, on which seeds, and what would refute them."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np

from ..course.day import Day
from ..making.contents import COMMON

LEAST_SEEDS = 3
DIGITS = 4  # that a figure keeps in a table

Row = dict[str, str | float]


@dataclass(frozen=True)
class Table:
    """What an experiment measured: rows of figures and words, one of them `seed`."""

    rows: Sequence[Row]

    def of(self, column: str, **where: str | float) -> np.ndarray:
        """The figures of one column in the rows that have these values elsewhere, in order. There is at least one."""
        found = [row[column] for row in self.rows if all(row[name] == value for name, value in where.items())]
        if not found:
            raise LookupError(f"no row has {where}")
        return np.array(found)

    @property
    def seeds(self) -> set[int]:
        return {int(row["seed"]) for row in self.rows}

    @classmethod
    def read(cls, path: Path) -> "Table":
        """Empty where there is none."""
        if not path.is_file():
            return cls([])
        with path.open(encoding="utf-8", newline="") as file:
            return cls([{name: _value(text) for name, text in row.items()} for row in csv.DictReader(file)])

    @property
    def text(self) -> str:
        written = io.StringIO()
        writer = csv.DictWriter(written, list(self.rows[0]), lineterminator="\n")
        writer.writeheader()
        for row in self.rows:
            writer.writerow({k: v if isinstance(v, str | int) else f"{v:.{DIGITS}g}" for k, v in row.items()})
        return written.getvalue()


@dataclass(frozen=True)
class Claim:
    """Words of a notebook, and what the table must show for them to stay. A table that does not refutes them."""

    words: str
    holds: Callable[[Table], bool]


@dataclass(frozen=True)
class Experiment:
    """measure: the rows of one seed, from the solved notebook as a module. shown: students see the table."""

    name: str  # nbN.what
    seeds: Sequence[int]
    measure: Callable[[ModuleType, int], Iterable[Row]]
    claims: Sequence[Claim]
    shown: bool = False

    @property
    def room(self) -> str:
        return self.name.partition(".")[0]

    def table_in(self, day: Day) -> Path:
        """Where its table lies: with what the lesson is given, or beside the masters."""
        room, _, what = self.name.partition(".")
        return COMMON / "genlab" / room / f"{what}.csv" if self.shown else day.masters / "experiments" / f"{self.name}.csv"

    def faults(self, notebook: str, table: Table) -> list[str]:
        """What does not hold of it. notebook: all the text of its day."""
        flat, short = _flat(notebook), f"{self.name}: "
        faults = [f"{short}no row of seed {seed}" for seed in self.seeds if seed not in table.seeds]
        if len(self.seeds) < LEAST_SEEDS:
            faults.append(f"{short}{len(self.seeds)} seeds, and a sentence needs {LEAST_SEEDS}")
        for claim in self.claims:
            words = _flat(claim.words)
            if words not in flat:
                faults.append(f"{short}no notebook says “{words}”")
            if not faults and not _holds(claim, table):
                faults.append(f"{short}its table does not bear out “{words}”")
        return faults


def _holds(claim: Claim, table: Table) -> bool:
    try:
        return bool(claim.holds(table))
    except LookupError:
        return False


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _value(text: str) -> str | float:
    try:
        return int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError:
        return text
