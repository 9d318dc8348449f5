"""The statistics of an assignment on one page."""

from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median

from autograding.reports.pages import template

from ...course.day import Day
from .numbers import FEW, Comparison, Item, Taken

PAGE = Path(__file__).with_name("items.html.j2")


def render(day: Day, items: Sequence[Item], taken: Sequence[Taken], papers: Sequence[Comparison], students: int) -> str:
    """students: of the roster, those without a grade included."""
    totals = sorted(one.total for one in taken)
    return template(PAGE).render(
        day=day,
        items=items,
        count=len(taken),
        students=students,
        totals={"mean": mean(totals), "median": median(totals), "least": totals[0], "most": totals[-1]} if totals else None,
        points=sum(item.points for item in items),
        comparisons=papers,
        papers=sorted({paper for item in items for paper in item.by_paper}),
        few=FEW,
        exam=day.facts.kind == "exam",
    )
