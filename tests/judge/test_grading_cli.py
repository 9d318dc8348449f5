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
    cells = [first, 'check("nb1.no_such")', wrong, "def sample_z(", imports, right, check, 'check("nb1")']
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, resources={"metadata": {"path": repo}}).execute()
    said = ["".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs) for cell in notebook.cells]
    assert "sample_z: not defined yet. Run the cell" in said[0]
    assert "There is no task 'nb1.no_such'" in said[1] and "nb1.vae_loss" in said[1]
    html = notebook.cells[6].outputs[0].data["text/html"]
    assert "all tests pass, 9 of 9 points" in html and "Nothing is left" not in html + said[6]
    assert "9/9" in said[6] and "not valid Python" not in said[6], said[6]
    assert "Not run yet in this kernel, and not judged: Encoder, Decoder" in said[7] and "9/9" in said[7], said[7]
    assert not (repo / "scores.json").exists()


def test_a_check_judges_what_a_push_would_with_what_lies_beside_the_notebook(repo, nb1):
    """The student's modules and the script are seen; a checkpoint's version in the kernel is told from their own."""
    sources = [cell.source for cell in nb1.solved.cells if cell.cell_type == "code"]
    imports = next(source for source in sources if "import torch" in source)
    right = next(source for source in sources if "def sample_z" in source)
    (repo / "my_sampling.py").write_text(imports + "\n\n" + right, encoding="utf-8")
    borrowed = "exec(compile('def sample_z(mu, log_var): return None', 'checkpoint nb1.B', 'exec'))"
    check = 'check("nb1.sample_z")'
    cells = [imports, "from my_sampling import sample_z", check, borrowed, check]
    cells += ["import os\nos.environ |= {'PYTHONPATH': 'broken', 'PYTEST_ADDOPTS': '--no-such-option'}", check]
    cells += ["import autograding.judge.assignment as a\ndel a.Assignment", check]
    (repo / "broken").mkdir()
    (repo / "broken" / "numpy.py").write_text("raise ModuleNotFoundError('no numpy', name='numpy')")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": repo}}).execute()
    said = ["".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs) for cell in notebook.cells]
    assert "9/9" in said[2] and "checkpoint" not in said[2], said[2]
    assert "9/9" in said[4] and "run your own cell again" in said[4], said[4]
    assert "numpy is not installed" in said[6] and "pip install -r requirements.txt" in said[6], said[6]
    assert "The check itself broke (ImportError" in said[8] and "not your fault" in said[8], said[8]


def test_before_anything_is_installed_a_sentence_says_what_to_install(repo, python):
    run = "import runpy, sys; sys.modules['numpy'] = None; runpy.run_module('autograding', run_name='__main__')"
    done = python("-c", run)
    assert done.stderr.strip() == "numpy is not installed here. Run: python -m pip install -r requirements.txt"


def test_a_check_outside_of_a_notebook_says_where_it_belongs(repo, python):
    assert "python -m autograding" in python("-c", "from autograding import check; check()").stdout
