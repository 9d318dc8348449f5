"""Other graders on an equivalent assignment: the same functions, and in every check the work of the floor.

Each has an environment of its own, made once. None gets the lesson around the functions, which ours has to read.
"""

import importlib.metadata
import json
import os
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from .population import Class
from .measure import Cost, cost_of
from ..course.day import ROOT, CourseError

NEEDED = ("numpy", "torch", "ipykernel")  # of our versions, local build labels left out
STUDENTS = 4  # that nbgrader grades in one process
PATHS = (ROOT, ROOT / "scripts", ROOT / "assignments" / "common")
CHECK = "from genweek.bench.floor import passes\nassert passes({folder!r}, {test!r}, {names})"


def environment(package: str, cache: Path) -> Path:
    """The `bin` folder of an environment that holds a package. Raises CourseError."""
    folder = cache / package
    marker = folder / "installed.txt"
    wanted = [package, *(f"{name}=={importlib.metadata.version(name).partition('+')[0]}" for name in NEEDED)]
    if not marker.exists() or marker.read_text() != "\n".join(wanted):
        print(f"Installing {package} into {folder} …", file=sys.stderr, flush=True)
        venv.create(folder, with_pip=True)
        cost_of([folder / "bin" / "python", "-m", "pip", "install", "--quiet", *wanted], cache)
        marker.write_text("\n".join(wanted))
    return folder / "bin"


def otter(course: Class, cache: Path) -> Callable[[], Cost]:
    """Sets up Otter-Grader; what comes back grades one submission."""
    bin, folder = environment("otter-grader", cache), course.scratch / "otter"
    (folder / "tests").mkdir(parents=True)
    for test in course.assignment.tests:
        body = CHECK.format(folder=str(course.repo), test=test.__name__, names="env").replace("\n", "\n    ")
        (folder / "tests" / f"{test.__name__}.py").write_text(
            f"from otter.test_files import test_case\nOK_FORMAT = False\nname = {test.__name__!r}\npoints = 1\n\n"
            f"@test_case()\ndef {test.__name__}(env):\n    {body}\n"
        )
    notebook = new_notebook(cells=_definition_cells(course))
    nbformat.write(notebook, folder / "nb1.ipynb")
    env = _env(bin)
    cost_of([bin / "otter", "generate", "-t", "tests", "--no-requirements", "--no-environment"], folder, env)

    def run() -> Cost:
        cost = cost_of([bin / "otter", "run", "--no-logo", "-a", "autograder.zip", "nb1.ipynb"], folder, env)
        tests = [test for test in json.loads((folder / "results.json").read_text())["tests"] if test.get("max_score")]
        _all_passed("otter", sum(test["score"] == test["max_score"] for test in tests), course)
        return cost

    return run


def nbgrader(course: Class, cache: Path) -> Callable[[], Cost]:
    """Sets up nbgrader; what comes back grades STUDENTS submissions and tells the cost of each."""
    bin, folder = environment("nbgrader", cache), course.scratch / "nbgrader"
    for name in ("source/nb1", *(f"submitted/student{number}/nb1" for number in range(STUDENTS))):
        (folder / name).mkdir(parents=True)
    cells = _definition_cells(course)
    for test in course.assignment.tests:
        source = CHECK.format(folder=str(course.repo), test=test.__name__, names="globals()")
        facts = {
            "grade": True,
            "grade_id": test.__name__,
            "locked": True,
            "points": 1,
            "schema_version": 3,
            "solution": False,
            "task": False,
        }
        cells.append(new_code_cell(source, metadata={"nbgrader": facts}))
    notebook = new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    nbformat.write(notebook, folder / "source" / "nb1" / "nb1.ipynb")
    env = _env(bin)
    cost_of([bin / "nbgrader", "generate_assignment", "nb1"], folder, env)
    for number in range(STUDENTS):
        nbformat.write(notebook, folder / "submitted" / f"student{number}" / "nb1" / "nb1.ipynb")

    def run() -> Cost:
        cost = cost_of([bin / "nbgrader", "autograde", "nb1", "--force"], folder, env)
        graded = nbformat.read(folder / "autograded" / "student0" / "nb1" / "nb1.ipynb", 4)
        outputs = [output for cell in graded.cells for output in cell.outputs]
        wrong = sum(output.output_type == "error" for output in outputs)
        _all_passed("nbgrader", len(course.assignment.tests) - wrong, course)
        return Cost(cost.cpu / STUDENTS, cost.wall / STUDENTS)

    return run


def _definition_cells(course: Class) -> list[nbformat.NotebookNode]:
    return [new_code_cell(source) for source in course.definitions(course.right)]


def _env(bin: Path) -> dict[str, str]:
    path = os.pathsep.join([str(bin), os.environ["PATH"]])
    return os.environ | {"PATH": path, "PYTHONPATH": os.pathsep.join(map(str, PATHS))}


def _all_passed(peer: str, passed: int, course: Class) -> None:
    if passed != len(course.assignment.tests):
        raise CourseError(f"{peer} passes only {passed} of {len(course.assignment.tests)} tests of a right submission.")
