"""No work is silently ungraded: whatever slipped, either the work is graded or a sentence says what to do; once."""

import json

import pytest
from tiny_notebooks import notebook

from autograding.reading.folder import MOST_MODULES, read_folder
from autograding.reading.pair import resolve
from autograding.worker.namespace import Missing, Namespace
from autograding.worker.world import furnish

STEM = "nb1_x"
TODO = 'def f():\n    raise NotImplementedError("TODO nb1.f")'
SOLVED = "def f():\n    return 7"
STARTERS = {STEM: {"f": TODO}}
STARTED, DONE = notebook("K = 1", TODO), notebook("K = 1", SOLVED)


def of_kind(kind: str, source: str = SOLVED) -> str:
    """The solved notebook, whose exercise stands in a cell of another kind."""
    made = json.loads(notebook("K = 1", source))
    made["cells"][1]["cell_type"] = kind
    return json.dumps(made)


def run_with(version: str, source: str) -> str:
    return notebook("K = 1", source, metadata={"language_info": {"name": "python", "version": version}})


def read(tmp_path, files: dict[str, str]):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    texts, warnings = read_folder(tmp_path, STARTERS)
    return resolve(STEM, STARTERS[STEM], texts[STEM]), texts[STEM], warnings


def told_once(said: list[str], words: list[str]) -> None:
    assert len(said) == 1 and all(word in said[0] for word in words), said


MEANT = {
    "a copy, and the original as handed out": (
        {f"{STEM}.ipynb": STARTED, f"{STEM}.py": TODO, f"{STEM}-Copy1.ipynb": DONE},
        [f"f: as handed out in {STEM}.ipynb", f"{STEM}-Copy1.ipynb", "Move your work"],
    ),
    "downloaded twice": ({f"{STEM}.ipynb": STARTED, f"{STEM} (1).ipynb": DONE}, [f"{STEM} (1).ipynb", "was graded"]),
    "renamed": ({"NB1 final.ipynb": DONE, f"{STEM}.py": TODO}, [f"{STEM}.ipynb is missing", "NB1 final.ipynb was graded"]),
    "renamed beyond recognition": ({"Untitled.ipynb": DONE}, [f"{STEM}.ipynb is missing", "Untitled.ipynb was graded"]),
    "in a folder": (
        {f"work/day1/{STEM}.ipynb": DONE, f"{STEM}.ipynb": STARTED},
        [f"work/day1/{STEM}.ipynb, which was graded"],
    ),
    "saved as text": ({f"{STEM}.ipynb.txt": DONE}, [f"{STEM}.ipynb.txt was graded", "Give it that name"]),
    "a copy of the script": ({f"{STEM}.py": TODO, f"{STEM} (2).py": SOLVED}, [f"{STEM} (2).py was graded"]),
    "a Markdown cell": ({f"{STEM}.ipynb": of_kind("markdown")}, ["f stands in cell 2", "a Markdown cell", "Esc, then Y"]),
    "a raw cell": ({f"{STEM}.ipynb": of_kind("raw"), f"{STEM}.py": TODO}, ["f stands in cell 2", "a raw cell"]),
    "above the starter's cell": (
        {f"{STEM}.ipynb": notebook(SOLVED, "K = 1", TODO)},
        ["f is defined twice", "yours in cell 1", "starter's in cell 3", "Yours was graded"],
    ),
    "below a forgotten raise": (
        {f"{STEM}.ipynb": notebook("K = 1", TODO + "\n    return 7")},
        [f"{STEM}.ipynb, cell 2, line 2", "never runs", "graded without that line; delete it"],
    ),
    "twice": (
        {f"{STEM}.ipynb": notebook("def f(): return 6", SOLVED)},
        ["f is defined 2 times", "cells 1 and 2", "the last one"],
    ),
    "a copy that says otherwise": (
        {f"{STEM}.ipynb": DONE, f"{STEM}-Copy1.ipynb": notebook("def f(): return 8")},
        [f"{STEM}-Copy1.ipynb was not graded: f stands in {STEM}.ipynb"],
    ),
    "a conflict in a text cell": (
        {f"{STEM}.ipynb": of_kind("markdown", "<<<<<<< local\nText.").replace("K = 1", "def f(): return 7")},
        ["cell 2", "merge conflict", "Keep one side"],
    ),
    "paired by jupytext": (
        {f"{STEM}.ipynb": notebook(SOLVED, metadata={"jupytext": {"formats": "ipynb,py:percent"}}), f"{STEM}.py": TODO},
        ["paired by jupytext and differ", "Unpair"],
    ),
    "a script paired by jupytext": (
        {f"{STEM}.ipynb": DONE, f"{STEM}.py": f"# ---\n#     formats: ipynb,py:percent\n# ---\n\n# %%\n{TODO}"},
        ["paired by jupytext and differ", "Unpair"],
    ),
}


@pytest.mark.parametrize(("files", "words"), MEANT.values(), ids=MEANT)
def test_what_was_meant_is_graded_and_told(tmp_path, files, words):
    submission, _, warnings = read(tmp_path, files)
    assert Namespace(submission).f() == 7
    told_once(warnings + [said for said in submission.warnings if "cannot be read" not in said], words)


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n"
CONFLICT = "<<<<<<< HEAD\ndef f():\n    return 7\n=======\ndef f():\n    return 8\n>>>>>>> other"
LOST = {
    "a pointer to LFS": ({f"{STEM}.ipynb": POINTER}, ["pointer to Git LFS", "git lfs untrack", "push"]),
    "a pointer in the script's place": ({f"{STEM}.py": POINTER}, [f"{STEM}.py is a pointer to Git LFS"]),
    "a conflict around the cells": (
        {f"{STEM}.ipynb": DONE.replace('"metadata"', "\n<<<<<<< HEAD\n", 1)},
        ["merge conflict"],
    ),
    "half a conflict": (
        {f"{STEM}.ipynb": DONE.replace('"metadata"', "\n>>>>>>> main\n", 1)},
        ["merge conflict", "keep one side"],
    ),
    "a conflict in a cell": (
        {f"{STEM}.ipynb": notebook("K = 1", CONFLICT)},
        ["cell 2, line 1", "merge conflict", "keep one"],
    ),
    "half a conflict in a cell": (
        {f"{STEM}.ipynb": notebook("K = 1", SOLVED + "\n>>>>>>> main")},
        ["cell 2, line 3", "merge conflict"],
    ),
    "a conflict in the script": ({f"{STEM}.py": f"# %%\n{CONFLICT}\n"}, [f"{STEM}.py, cell 1, line 1", "merge conflict"]),
    "newer syntax, by the kernel": (
        {f"{STEM}.ipynb": run_with("3.13.1", 'def f():\n    x = {"a": 7}\n    return int(f"{x["a"]}")')},
        ["cell 2, line 3", "you run Python 3.13, and grading runs 3.1"],
    ),
    "newer syntax, by its looks": (
        {f"{STEM}.py": "def f[T](x: T = 7):\n    return x"},
        ["a newer Python, and grading runs 3.1"],
    ),
    "inside another function": (
        {f"{STEM}.ipynb": notebook("K = 1", "def train():\n    def f():\n        return 7")},
        ["f is defined inside train (cell 2", "left margin"],
    ),
    "under a false condition": (
        {f"{STEM}.ipynb": notebook("if False:\n    def f():\n        return 7")},
        ["cell 1", "a condition that never holds", "left margin"],
    ),
    "in another language": ({f"{STEM}.ipynb": notebook(f"%%bash\n{SOLVED}")}, ["cell 1", "begins with %%bash", "code cell"]),
    "text that is no Python": (
        {f"{STEM}.ipynb": of_kind("markdown", f"Mine:\n{SOLVED}\nso it is")},
        ["cell 2", "a Markdown cell"],
    ),
    "renamed": (
        {f"{STEM}.ipynb": notebook("def F():\n    return 7"), f"{STEM}.py": TODO},
        ["f is not defined", "Restore its cell"],
    ),
}


@pytest.mark.parametrize(("files", "words"), LOST.values(), ids=LOST)
def test_what_cannot_be_graded_says_what_to_do(tmp_path, files, words):
    submission, _, warnings = read(tmp_path, files)
    with pytest.raises(Missing) as error:
        Namespace(submission).f()
    told_once([str(error.value)], words)
    assert not warnings


def test_copies_that_disagree_are_not_guessed(tmp_path):
    files = {f"{STEM}.ipynb": STARTED, f"{STEM} a.ipynb": DONE, f"{STEM} b.ipynb": notebook("def f(): return 8")}
    submission, _, _ = read(tmp_path, files)
    assert submission.untouched == {"f"}
    told_once(
        submission.warnings, [f"{STEM} a.ipynb and {STEM} b.ipynb", "each time otherwise", f"Move it into {STEM}.ipynb"]
    )


def test_work_that_is_not_done_yet_stays_to_do(tmp_path):
    begun = TODO.replace("    raise", "    x = 7\n    raise")
    submission, _, _ = read(tmp_path, {f"{STEM}.ipynb": notebook(begun)})
    with pytest.raises(NotImplementedError, match="TODO"):
        Namespace(submission).f()
    told_once(submission.warnings, ["cell 1, line 3", "ends in the starter's `raise`", "Return your result"])


def test_what_an_editor_keeps_beside_is_no_copy(tmp_path):
    files = {f"{STEM}.ipynb": STARTED, f".ipynb_checkpoints/{STEM}-checkpoint.ipynb": DONE, f".venv/{STEM}.ipynb": DONE}
    assert read(tmp_path, files)[0].untouched == {"f"}


def test_an_untouched_copy_has_nothing_to_say(tmp_path):
    submission, _, warnings = read(
        tmp_path, {f"{STEM}.ipynb": DONE, f"{STEM}-Copy1.ipynb": STARTED, "plots.ipynb": notebook("1")}
    )
    assert not submission.warnings and not warnings


# ---- Modules of a student's own ----


@pytest.fixture
def modules_of():
    """The modules of these texts, until the test ends."""
    import sys

    before, loaded = list(sys.meta_path), set(sys.modules)
    yield furnish
    sys.meta_path[:] = before
    for name in set(sys.modules) - loaded:
        del sys.modules[name]


def test_a_module_beside_the_notebook_is_imported(tmp_path, modules_of):
    using = "from my_helpers import seven\nfrom my_lib.ops import one\nimport my_lib.more as more\n"
    using += "def f():\n    return seven() * one * more.ONE"
    files = {
        f"{STEM}.ipynb": notebook(using),
        "my_helpers.py": "from my_lib.ops import one\n\n\ndef seven(): return 7 * one",
    }
    files |= {"my_lib/ops.py": "one = 1", "my_lib/more.py": "ONE = 1"}
    submission, texts, warnings = read(tmp_path, files)
    modules_of(texts)
    assert Namespace(submission).f() == 7 and not warnings and not submission.warnings


def test_a_module_never_shadows_a_library(tmp_path, modules_of):
    files = {f"{STEM}.ipynb": notebook("import json, math\n\n\ndef f():\n    return len(json.dumps('12345'))")}
    submission, texts, _ = read(tmp_path, files | {"json.py": "dumps = None", "math.py": "1 / 0"})
    modules_of(texts)
    assert Namespace(submission).f() == 7


def test_modules_are_bounded_and_what_is_left_out_is_told(tmp_path):
    _, texts, warnings = read(
        tmp_path, {f"m{n:02}.py": "x = 1" for n in range(MOST_MODULES + 1)} | {"a_big.py": "#" * 200_001}
    )
    assert sum(name.endswith(".py") for name in texts) == MOST_MODULES - 1
    assert "a_big.py is larger than 200 kB" in warnings[0] and "m19.py is one module too many" in warnings[1]


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "secret").write_text(DONE)
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / f"{STEM}.ipynb").symlink_to(tmp_path / "secret")
    (tmp_path / "repo" / "nb1_copy.ipynb").symlink_to(tmp_path / "secret")
    (tmp_path / "repo" / "sub").symlink_to(tmp_path)
    texts, warnings = read_folder(tmp_path / "repo", STARTERS)
    assert texts == {STEM: {}}
    told_once(warnings, [f"{STEM}.ipynb is no ordinary file"])
