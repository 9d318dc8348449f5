"""Every master runs from top to bottom as a notebook, passes its own checks and reaches the figures that it prints."""

import json

import pytest

from genweek.building import build
from genweek.course import Day, all_slugs
from genweek.execution import execute
from genweek.masters import Master

NOTEBOOKS = [(slug, stem) for slug in all_slugs() for stem in Day.load(slug).notebooks]


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "stem"), NOTEBOOKS, ids=[stem for _, stem in NOTEBOOKS])
def test_a_solved_notebook_runs_and_reaches_its_targets(slug, stem, tmp_path):
    day = Day.load(slug)
    executed, error = execute(Master(day.masters / f"{stem}.py"), build(day, tmp_path), tmp_path)
    assert not error
    printed = printed_by(executed)
    figures = [line for line in printed if "(target: " in line]
    assert figures
    assert [line for line in figures if line.endswith("not reached")] == []
    assert [line for line in printed if line.lstrip().startswith("✗")] == []


def printed_by(notebook) -> list[str]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", []) if output["output_type"] == "stream"]
    return [line for output in outputs for line in "".join(output["text"]).splitlines()]
