"""Every master runs from top to bottom as a notebook, passes its own checks and reaches the figures that it prints."""

import json

import pytest

from genweek.course.day import Day, all_slugs
from genweek.making.building import build
from genweek.making.execution import execute
from genweek.making.masters import Master

# Of an exam, the first of its papers; the others are the same text with other numbers and formulas.
DAYS = {slug: Day.load(slug).on_each()[0] for slug in all_slugs()}
NOTEBOOKS = [(slug, stem) for slug, day in DAYS.items() for stem in day.notebooks]


@pytest.mark.slow
@pytest.mark.parametrize("slug, stem", NOTEBOOKS)
def test_a_solved_notebook_runs_and_reaches_its_targets(slug, stem, tmp_path):
    day = DAYS[slug]
    executed, error = execute(Master(day.masters / f"{stem}.py"), build(day, tmp_path / "built"), tmp_path)
    assert not error
    printed = printed_by(executed)
    figures = [line for line in printed if "(target: " in line]
    has_targets = "report(" in (DAYS[slug].masters / f"{stem}.py").read_text(encoding="utf-8")
    assert bool(figures) == has_targets
    assert [line for line in figures if line.endswith("not reached")] == []
    assert [line for line in printed if line.lstrip().startswith("✗")] == []


def printed_by(notebook) -> list[str]:
    """The lines that its cells print, and those of the checks' cards."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs]
    return [line for text in texts for line in "".join(text).splitlines()]
