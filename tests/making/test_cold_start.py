"""Who falls behind runs an unsolved notebook, types one code, and goes on: from there on every cell must run."""

import copy

import nbformat
import pytest
from nbclient import NotebookClient

from genweek.course.day import Day
from genweek.making.building import build
from genweek.making.locking import code_for, course_secret, sections
from genweek.making.masters import Master

LESSONS = [("day3_discrete", "nb5_discrete_diffusion")]
CODES = [(slug, stem, id) for slug, stem in LESSONS for id in sections(Master(Day.load(slug).masters / f"{stem}.py"))]

# Networks are trained for a moment only: that cells run is the question here, not what comes out.
SHORTLY = """\
import genlab.training
def train(step, batches, steps=None, epochs=None, _train=genlab.training.train, **options):
    return _train(step, batches, steps=min(steps or 40, 40), **options | {"every": 10})
genlab.training.train = train
"""


@pytest.mark.slow
@pytest.mark.parametrize("slug, stem, id", CODES)
def test_after_a_code_everything_below_runs(slug, stem, id, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("PYTHONPATH", "")
    day = Day.load(slug)
    repo, master = build(day, tmp_path), Master(day.masters / f"{stem}.py")
    unused = f'checkpoint("{id}", code=""'
    (at,) = [k for k, cell in enumerate(master.solved.cells) if cell.cell_type == "code" and cell.source.startswith(unused)]
    cells = [nbformat.v4.new_code_cell(SHORTLY), *copy.deepcopy(master.starter.cells[:at] + master.solved.cells[at:])]
    used = unused[:-2] + f'"{code_for(slug, id, course_secret())}"'
    cells[at + 1].source = cells[at + 1].source.replace(unused, used)
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=master.solved.metadata)
    NotebookClient(notebook, timeout=300, allow_errors=True, resources={"metadata": {"path": str(repo)}}).execute()
    failed = [
        f"{output.ename} in {cell.source.splitlines()[0]!r}: {output.evalue}"
        for cell in notebook.cells[at + 1 :]
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    assert failed == []
