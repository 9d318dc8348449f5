"""Submissions whose files are the attack."""

import json
import os

from .arena import PARTLY, STEM, Attack

PY, IPYNB = f"{STEM}.py", f"{STEM}.ipynb"


def replaced(make, name: str = PY):
    """The notebook is replaced by what `make(path, arena)` puts there."""

    def prepare(folder, arena):
        (folder / name).unlink(missing_ok=True)
        make(folder / name, arena)

    return prepare


def notebook(*sources: str, **facts) -> str:
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | facts)


def written(text: str | bytes, name: str = PY):
    return replaced(lambda path, arena: path.write_bytes(text.encode() if isinstance(text, str) else text), name)


def both(folder, arena):
    (folder / IPYNB).write_text(notebook(*PARTLY.split("# %%\n"), *["x = 1"] * 20_000))


def linked_folder(folder, arena):
    (folder / PY).unlink()
    (folder / "mine").symlink_to(arena.handed_in / "neighbour")
    good = arena.handed_in / "neighbour"
    (folder / "nb1 mine.ipynb").symlink_to(good / PY)


ATTACKS = [
    Attack(
        "link_to_a_neighbour",
        "is a link to somebody else's notebook",
        "",
        "no ordinary file",
        prepare=replaced(lambda path, arena: path.symlink_to(arena.handed_in / "neighbour" / PY)),
    ),
    Attack(
        "link_to_a_secret",
        "is a link to a file of the instructor's",
        "",
        "no ordinary file",
        prepare=replaced(lambda path, arena: path.symlink_to(arena.home / "secret.txt")),
    ),
    Attack("linked_folder", "has a folder that is a link to somebody else's", "", "is missing", prepare=linked_folder),
    Attack(
        "link_to_itself",
        "is a link to itself",
        "",
        "no ordinary file",
        prepare=replaced(lambda path, arena: path.symlink_to(path)),
    ),
    Attack(
        "link_to_a_device",
        "is a link to an endless device",
        "",
        "no ordinary file",
        prepare=replaced(lambda path, arena: path.symlink_to("/dev/zero")),
    ),
    Attack(
        "pipe",
        "is a pipe that nobody writes to",
        "",
        "no ordinary file",
        prepare=replaced(lambda path, arena: os.mkfifo(path)),
    ),
    Attack("folder", "is a folder", "", "no ordinary file", prepare=replaced(lambda path, arena: path.mkdir())),
    Attack(
        "enormous",
        "is 1 GB of holes",
        "",
        "larger than",
        prepare=replaced(lambda path, arena: (path.touch(), os.truncate(path, 2**30))),
    ),
    Attack("just_readable", "has 19 MB of text", prepare=written(PARTLY + "# " + "x" * 19 * 2**20), sign="graded"),
    Attack(
        "control_characters",
        "has 19 MB of what JSON writes six times as long",
        prepare=written(b"\x01" * 19 * 2**20),
        sign="nb1",
    ),
    Attack("bad_bytes", "is no text", prepare=written(os.urandom(2**16)), sign="graded"),
    Attack(
        "null_bytes",
        "is full of zeros",
        prepare=written(PARTLY.replace("class Net", "\0class Net")),
        sign="not valid Python",
    ),
    Attack(
        "deep_expression",
        "is nested so deeply that a parser may crash",
        "y = " + "(" * 50_000 + ")" * 50_000,
        "not valid Python",
    ),
    Attack("deep_operators", "is a tower of minus signs", "y = " + "-" * 100_000 + "1\ndef scale(x): return y", "nb1"),
    Attack("deep_attributes", "is a chain of a hundred thousand dots", "y = a" + ".a" * 100_000, "nb1"),
    Attack(
        "deep_blocks",
        "is indented a thousand times",
        "\n".join(" " * n + "if 1:" for n in range(1000)) + "\n" + " " * 1001 + "pass",
        "not valid Python",
    ),
    Attack("huge_number", "is a number of a million digits", "y = " + "9" * 10**6, "not valid Python"),
    Attack(
        "constant_folding",
        "has the compiler compute for ever",
        "y = ((2**99)**99)**99, 'x' * 10**9, (1,) * 10**9\ndef scale(x): return x",
        "nb1",
    ),
    Attack("blank_lines", "is a broken cell of a million blank lines", "\n" * 10**6 + "def scale(x) broken", "nb1"),
    Attack("many_cells", "has twenty thousand cells", prepare=both, sign="graded"),
    Attack("deep_json", "is a notebook of brackets", prepare=written("[" * 10**6, IPYNB), sign="not a Jupyter notebook"),
    Attack(
        "json_keys",
        "is a notebook whose cells are no cells",
        prepare=written('{"cells": {"a": [1, null]}}', IPYNB),
        sign="not a Jupyter notebook",
    ),
    Attack("json_numbers", "is a notebook of a number", prepare=written("1" * 10**5, IPYNB), sign="not a Jupyter notebook"),
    Attack(
        "sources_that_are_no_text",
        "has cells whose source is a number",
        prepare=written(json.dumps({"cells": [{"cell_type": "code", "source": [1, 2]}]}), IPYNB),
        sign="not a Jupyter notebook",
    ),
    Attack(
        "surrogates",
        "has half characters in its text",
        prepare=written(notebook(PARTLY, "s = '\ud800'\ndef scale(x): raise ValueError(s)"), IPYNB),
    ),
    Attack(
        "magics",
        "runs shell lines of its own",
        prepare=written(notebook(PARTLY, "!touch /tmp/owned\n%run evil.py\n%%bash\nrm -rf /"), IPYNB),
        sign="graded",
    ),
    Attack(
        "decorated",
        "runs code while a function is being defined",
        """
        @(lambda f: __import__("os")._exit(0))
        def scale(x): return x
        """,
        "ended the Python process",
    ),
    Attack(
        "default_argument",
        "runs code in a default argument",
        """
        def scale(x, y=__import__("os").getpid()): raise ValueError(f"pid {y > 1}")
        """,
        "pid True",
    ),
    Attack(
        "star_import",
        "imports everything from a module of its own",
        "from scores import *\nfrom os import *\ndef scale(x): return x",
    ),
    Attack("encoding_line", "declares an encoding that is none", "# -*- coding: unknown-codec -*-\ndef scale(x): return x"),
    Attack(
        "checkpoints",
        "tries a thousand codes of checkpoints",
        "\n".join(f'checkpoint("{"./" * n}nb1.B", code="{n}")' for n in range(1000)),
        "There is no checkpoint",
    ),
    Attack(
        "checkpoint_path",
        "has a checkpoint read another file",
        'checkpoint("../../../../proc/self/environ", code="x")\ncheckpoint("/etc/passwd\\0", "y")',
        "graded",
    ),
    Attack(
        "huge_code",
        "has a code of ten megabytes",
        'checkpoint("nb1.B", code="' + "A" * 10**7 + '")',
        "There is no checkpoint",
    ),
    Attack(
        "many_codes",
        "opens a hundred thousand checkpoints, more than the judge would read of one answer",
        "\n".join(f'checkpoint("nb1.{number}", code="{number:040}")' for number in range(100_000)),
        "raised WireError",
    ),
]
