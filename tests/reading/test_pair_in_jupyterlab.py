"""Opening a notebook never replaces newer or solved work, whatever the time stamps: JupyterLab itself, on fresh clones.

The hard case is a student who has installed jupytext's extension and has configured it to pair every notebook.
"""

import json
import os
import subprocess
import sys
import time

import nbformat
import pytest

from genweek.course.day import Day
from genweek.demo.pupils import Work, solved_cells
from genweek.forges.git import git

pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
lab = pytest.importorskip("lab", reason="selenium is not installed")
chromium = pytest.importorskip("chromium", reason="selenium is not installed")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (chromium.CHROMIUM and chromium.DRIVER), reason="there is no chromium with chromedriver here"),
]
STEM = "nb1_vanilla_vae"
OF_NOTEBOOK, OF_SCRIPT = "kl_divergence", "sample_z"  # the exercise that is solved in each half
PAIRED = "ipynb,py:percent"
ORDERS = {"the script is newer": (0, 60), "the notebook is newer": (60, 0)}  # seconds after the clone


def opened_lab(tmp_path_factory, *options: str):
    root, home = tmp_path_factory.mktemp("root"), tmp_path_factory.mktemp("home")
    (root / "jupytext.toml").write_text(f'formats = "{PAIRED}"\n')
    opened = lab.Lab(root, home, *options)
    opened.root = root
    return opened


@pytest.fixture(scope="module")
def with_jupytext(tmp_path_factory):
    """A student's own JupyterLab, in which jupytext pairs whatever is opened."""
    opened = opened_lab(tmp_path_factory)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def as_installed(tmp_path_factory):
    """JupyterLab as requirements.txt installs it."""
    opened = opened_lab(
        tmp_path_factory, '--ServerApp.jpserver_extensions={"jupytext": False, "jupyterlab_jupytext": False}'
    )
    yield opened
    opened.close()


class Clone:
    """The repository of day 1, with work in one or both halves of NB1, pushed and cloned again."""

    def __init__(self, built, root, name: str, halves: str, order: str, paired: bool = False):
        self.folder = root / name
        work = root / f".{name}"
        git(root, "clone", "--quiet", str(built), work.name)
        notebook, script = work / f"{STEM}.ipynb", work / f"{STEM}.py"
        if paired:
            notebook.write_text(notebook.read_text().replace('"formats": "ipynb"', f'"formats": "{PAIRED}"'))
            script.write_text(script.read_text().replace("formats: py:percent", f"formats: {PAIRED}"))
        student = Work(work, Day.load("day1_vae"))
        solved = solved_cells(student.masters[STEM])
        if "ipynb" in halves:
            student.solve(OF_NOTEBOOK)
        if "py" in halves.split():
            start = script.read_text().index(f"def {OF_SCRIPT}(")
            end = script.read_text().index("\n# %%", start)
            script.write_text(script.read_text()[:start] + solved[OF_SCRIPT] + "\n" + script.read_text()[end:])
        git(work, "commit", "--quiet", "--all", "--message", "work")
        git(root, "clone", "--quiet", work.name, name)
        self.notebook, self.script = self.folder / f"{STEM}.ipynb", self.folder / f"{STEM}.py"
        now = time.time()
        for path, later in zip((self.notebook, self.script), ORDERS[order], strict=True):
            os.utime(path, (now - 3600 + later, now - 3600 + later))
        self.wanted = [id for half, id in (("ipynb", OF_NOTEBOOK), ("py", OF_SCRIPT)) if half in halves.split()]
        self.page = f"{name}/{self.notebook.name}"

    def sources(self) -> list[str]:
        return [cell.source for cell in nbformat.read(self.notebook, as_version=4).cells]

    def grade(self) -> list[str]:
        """The exercises that have all their points."""
        asked = [f"nb1.{name}" for name in (OF_NOTEBOOK, OF_SCRIPT)]
        command = [sys.executable, "-m", "autograding", *asked, "--json", "scores.json", "--quiet"]
        subprocess.run(command, cwd=self.folder, env=os.environ | {"OMP_NUM_THREADS": "1"}, check=True)
        tasks = json.loads((self.folder / "scores.json").read_text())["tasks"]
        return [task["id"].partition(".")[2] for task in tasks if task["id"] in asked and task["score"] == task["max_score"]]


def opened_saved_and_reopened(lab, clone: Clone) -> list[str]:
    """Open, add a cell, wait for the autosave, Ctrl-S, reopen; the cells on the screen."""
    lab.open(clone.page)
    lab.add_a_cell("first = 1")
    lab.wait_until_saved()
    lab.add_a_cell("second = 2")
    lab.save()
    lab.open(clone.page)
    return lab.sources()


def nothing_is_lost(lab, clone: Clone) -> None:
    notebook, script = clone.sources(), clone.script.read_bytes()
    shown = opened_saved_and_reopened(lab, clone)
    assert shown == clone.sources() == [notebook[0], "second = 2", "first = 1", *notebook[1:]]
    assert clone.script.read_bytes() == script
    assert set(clone.grade()) == set(clone.wanted) and not lab.dialogs()


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("halves", ["ipynb", "py", "ipynb py"])
def test_nothing_is_lost_where_jupytext_pairs_everything(built, with_jupytext, halves, order):
    name = f"{halves}-{order}".replace(" ", "-")
    nothing_is_lost(with_jupytext, Clone(built, with_jupytext.root, name, halves, order))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("paired", [False, True], ids=["as handed out", "paired by hand"])
def test_nothing_is_lost_in_the_jupyterlab_of_the_requirements(built, as_installed, order, paired):
    name = f"{order}-{paired}".replace(" ", "-")
    nothing_is_lost(as_installed, Clone(built, as_installed.root, name, "ipynb py", order, paired))


def test_the_script_may_be_opened_as_a_notebook(built, with_jupytext):
    clone = Clone(built, with_jupytext.root, "script-as-notebook", "ipynb py", "the notebook is newer")
    notebook = clone.notebook.read_bytes()
    with_jupytext.open(f"{clone.page.removesuffix('.ipynb')}.py", "Jupytext Notebook")
    with_jupytext.add_a_cell("first = 1")
    with_jupytext.save()
    with_jupytext.until(lambda: "first = 1" in clone.script.read_text())  # it is emptied first, and then written
    assert clone.notebook.read_bytes() == notebook and set(clone.grade()) == set(clone.wanted)


def test_the_fault_that_this_guards_against_is_seen_here(built, with_jupytext):
    """Halves that are paired by hand, of which the script is the newer: the extension replaces the solved cell."""
    clone = Clone(built, with_jupytext.root, "paired", "ipynb", "the script is newer", paired=True)
    opened_saved_and_reopened(with_jupytext, clone)
    assert clone.grade() == []
