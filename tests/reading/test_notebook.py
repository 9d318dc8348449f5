"""Both forms of a notebook are read into cells and statements; what cannot be read costs only itself."""

import json
from pathlib import Path

import pytest
from tiny_notebooks import notebook

from autograding.reading.notebook import GRADED_BY, MAX_LENGTH, NotebookError, parse


def names(parsed) -> list[str]:
    return [getattr(statement.node, "name", type(statement.node).__name__) for statement in parsed.statements]


def read(*cells: str):
    return parse("nb1.ipynb", notebook(*cells))


def test_both_forms_give_the_same_statements_and_cell_numbers():
    script = "# %%\nx = 1\n\n# %% [markdown]\n# Text.\n\n# %%\ndef f():\n    return x\n"
    both = json.loads(notebook("x = 1", "Text.", "def f():\n    return x"))
    both["cells"][1]["cell_type"] = "markdown"
    for parsed in (parse("nb1.py", script), parse("nb1.ipynb", json.dumps(both))):
        assert [(statement.cell.number, statement.node.lineno) for statement in parsed.statements] == [(1, 1), (3, 1)]


def test_a_source_may_be_a_list_of_lines():
    assert names(parse("nb1.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": ["def f():\n", "  pass"]}]})))


def test_raw_cells_and_attachments_are_passed_over():
    cells = [
        {"cell_type": "raw", "source": "def raw(): pass", "metadata": {}},
        {"cell_type": "markdown", "source": "![a](attachment:a.png)", "attachments": {"a.png": {"image/png": "AA"}}},
        {"cell_type": "code", "source": "def f(): pass"},
    ]
    assert names(parse("nb1.ipynb", json.dumps({"cells": cells}))) == ["f"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["is empty", "git checkout"]),
        (" \n", ["is empty"]),
        ("print('hello')", ["not a Jupyter notebook", "git log"]),
        ("[]", ["not a Jupyter notebook"]),
        ('{"cells": 5}', ["not a Jupyter notebook"]),
        ('{"cells": [5]}', ["not a Jupyter notebook"]),
        ('{"cells": [{"cell_type": "code", "source": 5}]}', ["not a Jupyter notebook"]),
        ("[" * 100_000, ["not a Jupyter notebook"]),
        ('{"cells": [\n<<<<<<< HEAD\n]}', ["merge conflict", "text editor"]),
        ('{"worksheets": [{"cells": []}], "nbformat": 3}', ["old format", "Open it in Jupyter"]),
        ("x" * (MAX_LENGTH + 1), ["larger than 20 MB", "clear the outputs"]),
    ],
)
def test_a_file_that_is_no_notebook_gets_a_sentence(text, words):
    with pytest.raises(NotebookError) as error:
        parse("nb1.ipynb", text)
    assert all(word in str(error.value) for word in ["nb1.ipynb", *words])


def test_a_notebook_of_ten_megabytes_of_outputs_is_read():
    big = json.loads(notebook("def f(): pass"))
    big["cells"][0]["outputs"] = [{"output_type": "display_data", "data": {"image/png": "A" * 10_000_000}}]
    assert names(parse("nb1.ipynb", json.dumps(big))) == ["f"]


def test_a_syntax_error_costs_its_cell_and_is_named_with_its_line():
    parsed = read("def f(): pass", "def g():\n    return (1", "def h(): pass")
    assert names(parsed) == ["f", "h"]
    assert "cell 2, line 2" in str(parsed.problems[0]) and "return (1" in str(parsed.problems[0])


@pytest.mark.parametrize(
    "source",
    [
        "return 1",
        "x = 'a",
        "\tx = 1\n        y = 2\n\tif x:\n  z",
        "a\0b",
        "x = '\ud800'",
        "1" + "+1" * 50_000,
        "(" * 1000 + ")" * 1000,
        "if a: pass\n" + "elif a: pass\n" * 5000,
        "x = " + "-" * 2000 + "1",
        "def f(:",
        "lambda" * 9,
        "def f():\n    nonlocal x",
        "from __future__ import nothing",
        "1" + "+1" * 900,
    ],
)
def test_whatever_stands_in_a_cell_the_others_are_read(source):
    parsed = read("def f(): pass", source, "def g(): pass")
    assert {"f", "g"} <= set(names(parsed))
    assert all(len(str(problem)) < 300 for problem in parsed.problems)


@pytest.mark.parametrize(
    "magic",
    [
        "%matplotlib inline",
        "!ls",
        "!pip install x",
        "%load_ext autoreload",
        "?f",
        "f?",
        "torch.nn??",
        "files = !ls",
        "took = %timeit -o f()",
        "if True:\n    %time f()",
        "%%time",
        "%%capture out",
    ],
)
def test_a_line_of_ipython_does_not_hide_the_code_beside_it(magic):
    parsed = read(f"{magic}\ndef f(): pass")
    assert "f" in names(parsed) and not parsed.problems


@pytest.mark.parametrize("magic", ["%%bash\necho $((1+1))", "%%html\n<b>x</b>", "%%writefile a.py\ndef f(): pass"])
def test_a_cell_in_another_language_is_no_python(magic):
    parsed = read(magic)
    assert not parsed.statements and not parsed.problems


def test_syntax_that_the_runner_does_not_have_is_told_where_a_newer_python_reads_it(monkeypatch):
    assert not read("y = (x := 1)").newer
    monkeypatch.setattr("autograding.reading.notebook.GRADED_BY", (3, 7))
    assert not read("y = (5\n % 3)", "%time y = 1").newer
    (said,) = read("y = 1", "if True:\n    y = (x := 1)").newer
    assert "cell 2, line 2" in said and "write it as Python 3.7" in said


def test_the_runner_is_the_one_of_the_workflow():
    workflow = Path(__file__).parent.parent.parent / "assignments/common/.github/workflows/classroom.yml"
    assert f'python-version: "{".".join(map(str, GRADED_BY))}"' in workflow.read_text(encoding="utf-8")


def test_top_level_await_is_python_here():
    assert not read("result = await something()\nawait other()").problems


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(newline):
    parsed = read(f"def f():{newline}    x = 1{newline}    return x{newline}{newline}def g(): pass")
    assert names(parsed) == ["f", "g"]


def test_a_string_may_hold_other_line_separators():
    parsed = parse("nb1.py", "# %%\n# a comment\u2028with a separator\nx = 'a\x0cb\x85c'\n\ndef f(): pass\n")
    assert names(parsed) == ["Assign", "f"] and not parsed.problems


def test_a_commented_cell_magic_is_no_cell_mark():
    assert parse("nb1.py", "# %%\n# %%time\nx = 1\n").statements[0].cell.number == 1
