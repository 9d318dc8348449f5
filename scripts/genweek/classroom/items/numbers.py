"""Item analysis: what each task of an assignment measured, and whether one paper of an exam was harder than another.

Where a number would rest on too few students, there is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np

FEW = 10  # students, below which a correlation says nothing
FEW_ON_A_PAPER = 5
DEALS = 10_000  # of papers, drawn anew: a share of 5 % is then known to half a per cent
LIKELY = 0.05


@dataclass(frozen=True)
class Taken:
    """What one student reached. score: by task. first_pass: minutes from the opening to the first push whose tests of a
    task all passed. not_begun: the tasks that came back as they were handed out."""

    score: Mapping[str, int]
    first_pass: Mapping[str, float] = field(default_factory=dict)
    not_begun: frozenset[str] = frozenset()
    sitting: str = ""
    paper: str = ""

    @property
    def total(self) -> int:
        return sum(self.score.values())


@dataclass(frozen=True)
class Item:
    """One task. difficulty: the mean share of its points, so that an easy task is near 1. all_points, not_begun: shares of
    the students. discrimination: the correlation of its points with those of all other tasks, and its 95 % interval.
    passed: how many pushed it right in time to be seen; minutes: the median of their first times."""

    id: str
    points: int
    difficulty: float
    all_points: float
    not_begun: float
    discrimination: tuple[float, float, float] | None
    passed: int
    minutes: float | None
    by_paper: Mapping[str, float]

    @property
    def remark(self) -> str:
        """What should be looked at; empty where nothing is odd. An interval must leave no doubt."""
        if self.discrimination and self.discrimination[2] < 0:
            return "who does well elsewhere does badly here: read its tests first"
        if self.discrimination and self.discrimination[2] < 0.2:
            return "tells little about who does well elsewhere"
        return "nobody has a point: was it reached, and are its tests right?" if self.difficulty == 0 else ""


def analysed(points: Mapping[str, int], taken: Sequence[Taken]) -> list[Item]:
    """points: the most that each task gives, in their order; those without points are left out."""
    papers = sorted({one.paper for one in taken if one.paper})
    items = []
    for id, most in points.items():
        if not most or not taken:
            continue
        got = np.array([one.score.get(id, 0) for one in taken], dtype=float)
        rest = np.array([one.total for one in taken]) - got
        times = [one.first_pass[id] for one in taken if id in one.first_pass]
        of_paper = {paper: [one.score.get(id, 0) / most for one in taken if one.paper == paper] for paper in papers}
        items.append(
            Item(
                id,
                most,
                float(got.mean() / most),
                float((got == most).mean()),
                sum(id in one.not_begun for one in taken) / len(taken),
                correlation(got, rest),
                len(times),
                median(times) if times else None,
                {paper: float(np.mean(shares)) for paper, shares in of_paper.items()},
            )
        )
    return items


def correlation(one: np.ndarray, other: np.ndarray) -> tuple[float, float, float] | None:
    """Pearson's r and its 95 % interval (Fisher 1921); None for too few, and where all have the same."""
    if len(one) < FEW or not one.std() or not other.std():
        return None
    r = float(np.clip(np.corrcoef(one, other)[0, 1], -1, 1))
    middle, half = np.arctanh(np.clip(r, -1 + 1e-9, 1 - 1e-9)), 1.96 / np.sqrt(len(one) - 3)
    return r, float(np.tanh(middle - half)), float(np.tanh(middle + half))


@dataclass(frozen=True)
class Comparison:
    """The papers of one sitting, whose students drew them by lot. means, counts: by paper. furthest: the paper that is
    furthest from all others, by how many points, and how often a deal of the same papers goes as far by luck alone."""

    sitting: str
    means: Mapping[str, float]
    counts: Mapping[str, int]
    furthest: tuple[str, float, float] | None

    @property
    def in_words(self) -> str:
        if self.furthest is None:
            few = [f"{paper} ({count})" for paper, count in self.counts.items() if count < FEW_ON_A_PAPER]
            return f"Too few to compare: a paper needs {FEW_ON_A_PAPER} students, and there are fewer of {', '.join(few)}."
        paper, points, luck = self.furthest
        harder = "below" if points < 0 else "above"
        said = (
            f"Furthest is {paper}, {abs(points):.1f} points {harder} the others. Had the same students drawn other papers, "
        )
        said += f"luck alone would take some paper as far in {luck:.1%} of all draws"
        if luck >= LIKELY:
            return f"{said}: no sign that a paper was harder."
        word = "harder" if points < 0 else "easier"
        return f"{said}: {paper} was probably {word}. The table of tasks shows where."


def compared(taken: Sequence[Taken]) -> list[Comparison]:
    """One for each sitting in which there was more than one paper: only there were papers drawn by lot."""
    found = []
    for sitting in sorted({one.sitting for one in taken}):
        there = [one for one in taken if one.sitting == sitting and one.paper]
        papers = sorted({one.paper for one in there})
        if len(papers) < 2:
            continue
        drawn, totals = np.array([papers.index(one.paper) for one in there]), np.array([float(one.total) for one in there])
        counts = {paper: int((drawn == number).sum()) for number, paper in enumerate(papers)}
        means = {paper: float(totals[drawn == number].mean()) for number, paper in enumerate(papers)}
        enough = min(counts.values()) >= FEW_ON_A_PAPER
        found.append(Comparison(sitting, means, counts, _furthest(papers, drawn, totals) if enough else None))
    return found


def _furthest(papers: Sequence[str], drawn: np.ndarray, totals: np.ndarray) -> tuple[str, float, float]:
    """A permutation test (Fisher 1935) of the largest difference between one paper and all others."""
    differences = _differences(len(papers), drawn[None], totals)[0]
    at = int(np.abs(differences).argmax())
    deals = np.random.default_rng(0).permuted(np.tile(drawn, (DEALS, 1)), axis=1)
    largest = np.abs(_differences(len(papers), deals, totals)).max(axis=1)
    luck = (1 + (largest >= abs(differences[at]) - 1e-9).sum()) / (1 + DEALS)
    return papers[at], float(differences[at]), float(luck)


def _differences(count: int, deals: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """For each deal and each paper, its mean minus that of all others."""
    columns = []
    for number in range(count):
        on = deals == number
        columns.append((on @ totals) / on.sum(axis=1) - (~on @ totals) / (~on).sum(axis=1))
    return np.stack(columns, axis=1)
