"""Either half of a pair may be edited; what a student wrote is graded, wherever it stands."""

import ast
import json

import jupytext
import nbformat
import pytest
from tiny_notebooks import notebook

from autograding.reading.pair import resolve
from autograding.reading.slips import MISSING, UNREADABLE
from autograding.worker.namespace import Namespace

STARTER = """\
# %%
K = 1

# %%
def f():
    raise NotImplementedError

# %%
def g():
    raise NotImplementedError
"""
SOURCES = {node.name: ast.unparse(node) for node in ast.parse(STARTER).body if hasattr(node, "name")}


def cells(script: str) -> str:
    return notebook(*(cell.strip() for cell in script.split("# %%\n")[1:]))


def with_f(returned, script: str = STARTER) -> str:
    return script.replace("raise NotImplementedError", f"return {returned}", 1)


def submission(ipynb: str | None, py: str | None):
    texts = {suffix: text for suffix, text in ((".ipynb", ipynb), (".py", py)) if text is not None}
    return resolve("nb1_x", SOURCES, texts)


def answer(submission, name: str = "f"):
    return getattr(Namespace(submission), name)()


@pytest.mark.parametrize(
    ("ipynb", "py"),
    [
        (cells(with_f(7)), STARTER),
        (cells(STARTER), with_f(7)),
        (cells(with_f(7)), with_f(7)),
        (cells(with_f(7)), None),
        (None, with_f(7)),
        ("no notebook", with_f(7)),
        (cells(with_f(7)), "def f(:"),
        (cells(with_f(7)), ""),
        (cells("# %%\nK = 1\n"), with_f(7)),
        (cells(STARTER), with_f(7, "# %%\nx = (\n" + STARTER)),
    ],
)
def test_the_half_that_was_edited_is_graded(ipynb, py):
    assert answer(submission(ipynb, py)) == 7


def saved_by_colab(script: str) -> str:
    """As Colab writes a notebook: format 4.0 without ids, its own metadata, sources in lines, two cells more."""
    mount = "from google.colab import drive\ndrive.mount('/content/drive')\n%cd /content/drive/MyDrive/day1_vae"
    badge = (
        '<a href="https://colab.research.google.com/drive/1"><img src="https://colab.research.google.com/badge.svg"/></a>'
    )
    cells = [{"cell_type": "markdown", "metadata": {"id": "view-in-github", "colab_type": "text"}, "source": [badge]}]
    for number, source in enumerate([mount, *(cell.strip() for cell in script.split("# %%\n")[1:])]):
        made = {"id": f"x{number}", "outputId": "y", "colab": {"base_uri": "https://localhost:8080/"}}
        lines = source.splitlines(keepends=True)
        cells.append({"cell_type": "code", "metadata": made, "outputs": [], "execution_count": number, "source": lines})
    facts = {"colab": {"provenance": [], "gpuType": "T4"}, "accelerator": "GPU", "language_info": {"name": "python"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 0, "metadata": facts, "cells": cells})


def test_a_notebook_that_colab_saved_is_graded():
    done = submission(saved_by_colab(with_f(7)), STARTER)
    assert answer(done) == 7 and not done.warnings


def test_each_exercise_may_be_edited_in_another_half():
    g_done = STARTER.replace("def g():\n    raise NotImplementedError", "def g():\n    return 2 + f()")
    resolved = submission(cells(with_f(7)), g_done)
    assert (answer(resolved, "f"), answer(resolved, "g")) == (7, 9)


def test_two_halves_that_disagree_are_told_and_the_notebook_counts():
    resolved = submission(cells(with_f(7)), with_f(8))
    assert answer(resolved) == 7
    assert resolved.warnings == ["f differs between nb1_x.ipynb and nb1_x.py: the notebook was graded."]


def test_comments_and_layout_are_no_disagreement():
    assert not submission(cells(with_f("(7)  # mine")), with_f(7)).warnings


def test_a_pair_that_jupytext_synchronised_agrees():
    made = nbformat.from_dict(nbformat.reads(cells(with_f(7)), 4))
    made.cells.insert(0, nbformat.v4.new_code_cell("%matplotlib inline\n!ls"))
    resolved = submission(nbformat.writes(made), jupytext.writes(made, "py:percent"))
    assert answer(resolved) == 7 and not resolved.warnings


def test_an_untouched_pair_is_untouched_and_has_nothing_to_say():
    resolved = submission(cells(STARTER), STARTER)
    assert resolved.untouched == {"f", "g"} and not resolved.warnings and not resolved.missing


@pytest.mark.parametrize(
    ("ipynb", "py", "words", "kind"),
    [
        (cells(STARTER.replace("def f(", "def mine(")), STARTER, ["f is not defined in nb1_x.ipynb"], MISSING),
        (cells(STARTER), STARTER.replace("def f(", "def mine("), ["f is not defined in nb1_x.py"], MISSING),
        (cells(STARTER.replace("def f():", "def f(:")), STARTER, ["nb1_x.ipynb, cell 2, line 1", "def f(:"], UNREADABLE),
        (cells(STARTER), STARTER.replace("def f():", "def f(:"), ["nb1_x.py, cell 2, line 1", "def f(:"], UNREADABLE),
        (None, "", ["f is not defined in nb1_x.py"], MISSING),
        ("", STARTER, ["nb1_x.ipynb is empty", "git checkout"], UNREADABLE),
        ("{}", None, ["nb1_x.ipynb cannot be read"], UNREADABLE),
        (None, None, ["nb1_x.ipynb is missing", "git checkout"], MISSING),
    ],
)
def test_a_lost_exercise_is_never_passed_over_for_the_starter_of_the_other_half(ipynb, py, words, kind):
    missing = submission(ipynb, py).missing["f"]
    assert all(word in missing.why for word in words) and missing.kind == kind, missing


def test_an_exercise_that_is_patched_later_counts_as_edited():
    patched = STARTER + "\n# %%\nf.note = 'mine'\n"
    assert "f" not in submission(cells(STARTER), patched).untouched


@pytest.mark.parametrize(
    ("call", "codes"),
    [
        ('checkpoint("nb1.B", code="K7QF-2MXA")', {"nb1.B": ["K7QF-2MXA"]}),
        ('model = checkpoint("nb1.B", "K7QF-2MXA", model=f()) or model', {"nb1.B": ["K7QF-2MXA"]}),
        ('checkpoint("nb1.B", code="1"); checkpoint("nb1.B", code="2")', {"nb1.B": ["1", "2"]}),
        ('checkpoint("nb1.B", code="")', {}),
        ('checkpoint("nb1.B")', {}),
        ("checkpoint()", {}),
        ("checkpoint(id, code=5)", {}),
    ],
)
def test_the_codes_of_checkpoints_are_found(call, codes):
    assert submission(cells(STARTER + f"# %%\n{call}\n"), STARTER).codes == codes
