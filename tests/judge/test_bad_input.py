"""What a student may push: each fault costs the tests that it touches, and a sentence says what to do."""

import json

import pytest
from tiny_assignment import MASTER, starter
from tiny_notebooks import STEM, cells_of, notebook, solved

from autograding.judge.assignment import Assignment
from autograding.judge.session import Session
from autograding.reading.folder import read_folder
from autograding.task import Task

STARTED = notebook(*cells_of(starter()))


def with_cell(source: str) -> str:
    """The solved notebook with one more cell, the second."""
    first, *others = cells_of(MASTER)
    return notebook(first, source, *others)


@pytest.mark.parametrize(
    ("ipynb", "words"),
    [
        ("this is no JSON", ["is not a Jupyter notebook", "git log"]),
        ("", ["is empty", "git checkout"]),
        (STARTED.replace('"nbformat": 4', "<<<<<<< HEAD"), ["merge conflict", "text editor"]),
        (json.dumps({"nbformat": 3, "worksheets": [{"cells": []}]}), ["old format", "Open it in Jupyter"]),
        (None, ["is missing", "git checkout"]),
        ("\x00" * 100, ["is not a Jupyter notebook"]),
        (" " * 20_000_001, ["larger than 20 MB", "clear the outputs"]),
    ],
)
def test_a_notebook_that_cannot_be_read_is_told_in_every_test(tiny, ipynb, words):
    graded = tiny.grade(ipynb=ipynb)
    assert (graded.score, graded.max_score) == (0, 100)
    for said in [graded.warnings[0], *(test["message"] for test in graded.tests.values())]:
        assert all(word in said for word in [f"{STEM}.ipynb", *words])


def test_a_notebook_that_cannot_be_read_does_not_hide_a_script_that_can(tiny):
    graded = tiny.grade(ipynb="{", py=MASTER)
    assert graded.score == 100 and "cannot be read" in graded.warnings[0]


@pytest.mark.parametrize("halves", [{"py": starter()}, {}])
def test_a_syntax_error_costs_its_function_and_is_named_by_cell_and_line(tiny, halves):
    broken = notebook(*cells_of(solved("def scale(x):\n    return (2 * x")))
    graded = tiny.grade(ipynb=broken, **halves)
    graded.costs_only("nb1.scale", f"{STEM}.ipynb, cell 2, line 2", "return (2 * x")
    assert "cell 2, line 2" in graded.warnings[0]


@pytest.mark.parametrize("instead", ["", "def scales(x): return 2 * x", "def Scale(x): pass"])
def test_a_deleted_or_renamed_function_is_missed_by_its_name(tiny, instead):
    graded = tiny.grade(ipynb=notebook(*cells_of(solved(instead))), py=starter())
    graded.costs_only("nb1.scale", "scale is not defined")


@pytest.mark.parametrize(
    "scale",
    [
        "scale = lambda x: FACTOR * x",
        "def scale(x): raise ValueError\ndef scale(x): return 2 * x",
        "def times(x, k=FACTOR): return k * x\ndef scale(x): return times(x)",
        "if True:\n    def scale(x): return 2 * x",
        "@torch.no_grad()\ndef scale(x): return 2 * x",
        "@torch.no_grad()\ndef scale(*args, **kwargs): return 2 * args[0]",
        "from math import *\ndef scale(x): return floor(2.5) * x",
        "try:\n    import no_such_package\nexcept ImportError:\n    no_such_package = None\ndef scale(x): return 2 * x",
        "class Scale:\n    def __call__(self, x): return 2 * x\nscale = Scale()",
        "from functools import partial\nscale = partial(torch.mul, FACTOR)",
        "def scale(x):\n\treturn 2 * x",
        "def scale(x):  # \u2028 é \U0001f600\n    'a \x0c form feed'\n    return 2 * x",
        "def scale(värde):\n    return 2 * värde",
    ],
)
@pytest.mark.parametrize("form", ["py", "ipynb"])
def test_a_right_answer_may_be_written_in_any_way(tiny, scale, form):
    text = solved(scale)
    graded = tiny.grade(**{form: text if form == "py" else notebook(*cells_of(text))})
    assert graded.score == 100 and not graded.warnings, [graded.message(id) for id in graded.lost]


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\n!ls\nscale?",
        "%%time\nmodel = Net()",
        "%%bash\nrm -rf somewhere",
        "await something()",
        "raise SystemExit",
        "while True: loss = Net()",
        "x = torch.zeros(10**13)",
        "1 / 0",
        "from no_such_package import *",
        "import os; os._exit(0)",
        "assert False",
        "input()",
        "x = x_of_another_cell",
        "FACTORS = [FACTOR] * 10**12",
        "for x in range(10**12): scale(x)",
        "def helper(: pass",
        "from __future__ import annotations",
        "\ud800",
        "return 5",
        "check('nb1.scale')",
        "class Net2(Net): raise ValueError",
        "del shift",
        "global scale",
        "()" * 200,
        "[" * 300,
    ],
)
def test_a_cell_that_is_not_asked_for_costs_nothing(tiny, cell):
    assert tiny.grade(ipynb=with_cell(cell)).score == 100


def test_a_method_may_be_patched_in_later(tiny):
    wrong = MASTER.replace("self.weight * x.tanh()", "None")
    patch = "\n# %%\ndef forward(self, x):\n    return self.weight * x.tanh()\n\nNet.forward = forward\n"
    assert tiny.grade(py=wrong + patch).score == 100
    assert tiny.grade(ipynb=STARTED, py=wrong + patch).score == 100


@pytest.mark.parametrize(
    "halves",
    [
        {"ipynb": notebook(*cells_of(MASTER)), "py": starter()},
        {"ipynb": STARTED, "py": MASTER},
        {"ipynb": notebook(*cells_of(MASTER)), "py": MASTER},
        {"py": MASTER},
        {"ipynb": notebook(*cells_of(MASTER))},
    ],
)
def test_either_half_may_be_the_one_that_was_edited(tiny, halves):
    graded = tiny.grade(**halves)
    assert graded.score == 100 and not graded.warnings


def test_halves_that_disagree_are_told_and_the_notebook_is_graded(tiny):
    graded = tiny.grade(ipynb=notebook(*cells_of(MASTER)), py=solved("def scale(x): return 3 * x"))
    assert graded.score == 100 and "scale differs between" in graded.warnings[0]


# ---- Bytes on disk ----


IPYNB = json.dumps(json.loads(notebook(*cells_of(MASTER))), indent=1).encode()


@pytest.mark.parametrize("raw", [MASTER.encode(), IPYNB], ids=["py", "ipynb"])
@pytest.mark.parametrize(
    ("change", "points"),
    [
        (lambda raw: raw.replace(b"\n", b"\r\n"), 100),
        (lambda raw: raw.replace(b"\n", b"\r"), 100),
        (lambda raw: b"\xef\xbb\xbf" + raw, 100),
        (lambda raw: raw + b"\n" * 10**6, 100),
        (lambda raw: raw.replace(b"# %%", b"# caf\xe9 \xff\xfe"), 100),
        (lambda raw: raw.decode().encode("utf-16"), 0),
        (lambda raw: b"", 0),
        (lambda raw: raw + b"\n" * 21_000_000, 0),
    ],
)
def test_files_come_with_any_bytes(tiny, tmp_path, raw, change, points):
    suffix = ".ipynb" if raw == IPYNB else ".py"
    (tmp_path / (STEM + suffix)).write_bytes(change(raw))
    texts = read_folder(tmp_path, {STEM: ()})[0][STEM]
    graded = tiny.grade(**{suffix[1:]: texts.get(suffix)})
    assert (graded.score, graded.max_score) == (points, 100)


def test_a_folder_or_a_dangling_link_in_the_place_of_a_notebook_is_a_missing_one(tmp_path):
    (tmp_path / f"{STEM}.ipynb").mkdir()
    (tmp_path / f"{STEM}.py").symlink_to(tmp_path / "nowhere")
    texts, warnings = read_folder(tmp_path, {STEM: ()})
    assert texts == {STEM: {}} and len(warnings) == 2 and all("no ordinary file" in warning for warning in warnings)


def test_a_hang_in_one_notebook_is_no_hang_in_another_of_the_same_name(tiny):
    def in_another(test):
        def copy(student, reference, rng):
            return test(student, reference, rng)

        copy.__name__, copy.task = test.__name__, Task(test.task.id.replace("nb1", "nb2"), 20)
        return copy

    first, second = tiny.tests[0], in_another(tiny.tests[0])
    starters = {stem: tiny.assignment.starters[STEM] for stem in (STEM, "nb2_tiny")}
    assignment = Assignment("two", "Two", starters, (), tiny.assignment.tests_folder)
    answers = {f"nb{n}.scale:test_scale_doubles": [[None]] for n in (1, 2)}
    texts = {STEM: {".py": solved("def scale(x):\n    while True: pass")}, "nb2_tiny": {".py": MASTER}}
    session = Session(assignment, texts, tiny.pool, {"seed": "s", "answers": answers, "mistakes": {}})
    session.host.limit = 1.5
    assert [session.run(test).status for test in (first, second)] == ["timeout", "fail"]
    session.close()
