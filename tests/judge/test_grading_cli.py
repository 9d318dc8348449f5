"""`python -m autograding`, plain `pytest` and `check(…)` in the repository that a student has."""

import json

import nbformat
import pytest
from nbclient import NotebookClient

from genweek.making.masters import script_text

IDS = {"nb1.sample_z", "nb1.kl_divergence", "nb1.vae_loss"}


@pytest.fixture
def half_done(repo, nb1):
    """The repository with the KL and the loss solved, and the KL twice what it should be."""
    path, solved = repo / "nb1_vanilla_vae.py", script_text(nb1.solved)
    path.write_text(solved.replace("return 0.5 * (mu", "return (mu"), encoding="utf-8")
    return repo


def scores(path) -> dict:
    loaded = json.loads(path.read_text(encoding="utf-8"))
    return loaded | {"by_task": {task["id"]: task["score"] for task in loaded["tasks"]}}


def test_files_of_the_student_that_shadow_others_do_not_disturb_grading(half_done, python):
    for name in ("random", "torch", "numpy", "json", "conftest", "pytest", "pluggy", "argparse"):
        (half_done / f"{name}.py").write_text("raise SystemExit('not the one that was meant')")
    (half_done / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option -p no_such_plugin\n")
    (half_done / "pyproject.toml").write_text("[tool.pytest.ini_options\nbroken")
    done = python("-m", "autograding", "--json", "deep/in/scores.json")
    assert done.returncode == 0, done.stderr
    found = scores(half_done / "deep/in/scores.json")
    declared = json.loads((half_done / "autograding/assignment.json").read_text(encoding="utf-8"))
    full = {id: sum(test["points"] for test in declared["tests"] if test["id"] == id) for id in found["by_task"]}
    assert found["max_score"] == declared["max_score"] and not (half_done / "scores.json").exists()
    assert found["by_task"]["nb1.kl_divergence"] < 9 and found["by_task"]["nb1.sample_z"] == 9
    lost = {id for id, score in found["by_task"].items() if id.startswith("nb1.") and score < full[id]}
    assert lost == {"nb1.kl_divergence"}  # a wrong KL costs the points of the KL alone
    assert "nb1.kl_divergence" in done.stdout and "entries are wrong" in done.stdout


def test_an_unknown_task_is_told_with_those_that_there_are(repo, python):
    done = python("-m", "autograding", "nb1.kl")
    assert done.returncode == 2 and "There is no task 'nb1.kl'" in done.stderr
    assert all(id in done.stderr for id in IDS) and "Traceback" not in done.stderr


def test_plain_pytest_grades_too_also_one_task_alone(half_done, python):
    done = python("-P", "-c", "import sys, pytest; sys.exit(pytest.main(['-q', '--task', 'nb1.kl_divergence']))")
    assert "failed" in done.stdout and "[nb1.kl_divergence]" in done.stdout, done.stdout + done.stderr
    found = scores(half_done / "scores.json")
    others = [task for task in found["tasks"] if task["id"] != "nb1.kl_divergence"]
    statuses = {test["status"] for task in others for test in task["tests"]}
    assert statuses == {"todo"} and found["score"] == found["by_task"]["nb1.kl_divergence"]


def test_a_check_judges_the_cells_that_were_run_saved_or_not(repo, nb1):
    sources = [cell.source for cell in nb1.solved.cells if cell.cell_type == "code"]
    imports = next(source for source in sources if "import torch" in source)
    right = next(source for source in sources if "def sample_z" in source)
    wrong = "def sample_z(mu, log_var): return mu"
    check = 'check("nb1.sample_z")'
    first = "from autograding import check\n" + check
    cells = [first, 'check("nb1.no_such")', wrong, "def sample_z(", imports, right, check]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, resources={"metadata": {"path": repo}}).execute()
    said = ["".join(output.get("text", "") for output in cell.outputs) for cell in notebook.cells]
    assert "sample_z: not defined yet. Run the cell" in said[0]
    assert "There is no task 'nb1.no_such'" in said[1] and "nb1.vae_loss" in said[1]
    assert "9/9" in said[6] and "not valid Python" not in said[6], said[6]
    assert not (repo / "scores.json").exists()


def test_a_check_outside_of_a_notebook_says_where_it_belongs(repo, python):
    assert "python -m autograding" in python("-c", "from autograding import check; check()").stdout
