"""Who falls behind opens an unsolved notebook, runs its first cell, types one code, and goes on: every cell below must run.

Every cell is run twice in a row as well: who repairs something runs again what stands there.
"""

import nbformat
import pytest
from lesson_runs import LESSONS, run, shortly, sources
from nbclient import NotebookClient

from genlab import checkpoints
from genweek.course.day import Day
from genweek.making.building import build
from genweek.making.checkpoints import CALL
from genweek.making.locking import code_for, course_secret, lock
from genweek.making.masters import Master


def parts_of(slug: str, stem: str) -> dict[str, list[str]]:
    """The code cells below each checkpoint up to the next one, by its id; "" for those above the first."""
    parts = {"": []}
    for source in sources(Master(Day.load(slug).masters / f"{stem}.py")):
        if found := CALL.search(source):
            parts[found[1]] = []
        parts[[*parts][-1]].append(source)
    return parts


PARTS = {(slug, stem): parts_of(slug, stem) for slug, stem in LESSONS}
CODES = [(slug, stem, id) for slug, stem in LESSONS for id in PARTS[slug, stem] if id]


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """All checkpoints of the week, as in the students' repositories."""
    folder = tmp_path_factory.mktemp("locked")
    for slug in {slug for slug, _, _ in CODES}:
        lock(Day.load(slug), folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoints, "LOCKED", folder)
        yield


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Some cells leave a file beside the notebook."""
    monkeypatch.chdir(tmp_path)


def cold(slug: str, stem: str, id: str) -> dict:
    """The names of a notebook of which the first cell and this checkpoint's have been run, with its code."""
    parts, notebook = PARTS[slug, stem], {"__name__": "notebook"}
    code = code_for(slug, id, course_secret())
    run([parts[""][0], parts[id][0].replace('code=""', f'code="{code}"')], notebook)
    return notebook


@pytest.mark.slow
@pytest.mark.parametrize("slug, stem", LESSONS)
def test_every_cell_can_be_run_twice(slug, stem, locked):
    """Up to each checkpoint from the one before, each in a cold notebook."""
    with shortly():
        for id, cells in PARTS[slug, stem].items():
            run(cells[1:] if id else cells, cold(slug, stem, id) if id else {"__name__": "notebook"}, times=2)


@pytest.mark.slow
@pytest.mark.parametrize("slug, stem, id", CODES)
def test_after_a_code_everything_below_runs(slug, stem, id, locked):
    with shortly():
        ids = list(PARTS[slug, stem])
        below = [cell for later in ids[ids.index(id) :] for cell in PARTS[slug, stem][later]]
        run(below[1:], cold(slug, stem, id))


@pytest.mark.slow
def test_a_check_knows_the_given_definitions_that_a_checkpoint_ran(tmp_path, monkeypatch):
    """Nobody has run their cells in this kernel: they come with the code alone, and the student's own loss uses them."""
    monkeypatch.setenv("PYTHONPATH", "")
    day = Day.load("day2_diffusion")
    parts, code = PARTS["day2_diffusion", "nb4_image_ddpm"], code_for("day2_diffusion", "nb4.B", course_secret())
    own = [cell for cell in parts["nb4.B"] if "def train_step" in cell or 'check("nb4.train_step")' in cell]
    cells = [parts[""][0], parts["nb4.B"][0].replace('code=""', f'code="{code}"'), *own]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(build(day, tmp_path))}}).execute()
    (shown,) = [output["data"]["text/plain"] for output in notebook.cells[-1].outputs if "data" in output]
    assert "4/4" in shown or "4 of 4" in shown, shown
