"""Reads a notebook, in either of its two forms, into cells and top-level statements.

Nothing is executed here. A cell that cannot be parsed costs only itself: it is remembered as a `Problem`, with its
number and line, and every other cell is still read.
"""

import ast
import json
import re
import sys
from dataclasses import dataclass, field
from functools import cache
from typing import Any

MAX_LENGTH = 20_000_000  # characters
CELL_MARK = re.compile(r"# %%(\s|$)")
TIMED = re.compile(r"^(\s*)%(?:time|timeit|prun)[ \t]+(?=[^-\s])")  # runs the statement behind it
MAGIC = re.compile(r"^(\s*)([%!?]|[\w.]+\?{1,2}\s*$)")
ASSIGNED_MAGIC = re.compile(r"^([\w\s,.]+=\s*)([%!])")  # files = !ls
CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.M)
IN_CONFLICT = "it holds an unresolved merge conflict: keep one side, and delete the lines with <<<<<<<, ======= and >>>>>>>"
GRADED_BY = (3, 11)  # the Python of .github/workflows/classroom.yml
NEWER_SYNTAX = re.compile(
    r"^\s*type \w+.*=|^\s*(?:def|class) \w+\[|^\s*except [\w.]+, |\bt\"|\bf(?:\"[^\"{]*\{[^}\"]*\"|'[^'{]*\{[^}']*')", re.M
)
EARLIER = "`git log -- {0}` lists its earlier versions, and `git checkout COMMIT -- {0}` brings one back."


class NotebookError(Exception):
    """The file as a whole cannot be read. The message is a sentence for the student."""


@dataclass(frozen=True)
class Cell:
    number: int  # counted from 1 over all cells, text cells included
    source: str
    kind: str = "code"  # or markdown, or raw


@dataclass(frozen=True)
class Problem:
    """A cell that Python cannot parse."""

    cell: Cell
    line: int
    reason: str

    def __str__(self) -> str:
        lines = self.cell.source.splitlines()
        text = lines[self.line - 1].strip()[:100] if 0 < self.line <= len(lines) else ""
        return f"cell {self.cell.number}, line {self.line}, is not valid Python ({self.reason}): {text}"

    def mentions(self, name: str) -> bool:
        return mentions(self.cell, name)


@dataclass(frozen=True)
class Statement:
    cell: Cell
    node: ast.stmt


@dataclass
class Notebook:
    """One half of a pair, parsed."""

    name: str  # the file's name, for messages
    statements: list[Statement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    others: list[Cell] = field(default_factory=list)  # text, and code in another language
    newer: list[str] = field(default_factory=list)  # cells that this Python reads, and the runner's does not
    paired: bool = False  # by jupytext, whose extension then reads one half into the other
    history: bool = False  # what a kernel was given in the order of time, cells that were run again included


def read_cells(name: str, text: str) -> tuple[list[Cell], dict]:
    """The cells of an `.ipynb` or of a percent-format `.py`, and the notebook's metadata. Raises NotebookError."""
    if len(text) > MAX_LENGTH:
        raise NotebookError(f"{name} is larger than {MAX_LENGTH // 10**6} MB: clear the outputs, save, and push again.")
    if text.startswith("version https://git-lfs"):
        raise NotebookError(
            f"{name} is a pointer to Git LFS and not the file itself. Run `git lfs untrack '*.ipynb' '*.py'`, then "
            "`git add --renormalize .`, commit and push."
        )
    return _ipynb_cells(name, text) if ".ipynb" in name.lower() else (_percent_cells(text), {})


def parse(name: str, text: str) -> Notebook:
    """Parse the text of an `.ipynb` or of a percent-format `.py`. Raises NotebookError."""
    notebook, (cells, facts) = Notebook(name), read_cells(name, text)
    python = _version(facts.get("language_info"))
    formats = str(_dict(facts.get("jupytext")).get("formats")).replace("ipynb", "")
    notebook.paired = "py" in formats or re.search(r"^#\s+formats: .*ipynb", text[:1000], re.M) is not None
    notebook.history = facts.get("history") is True
    for cell in cells:
        tree = parse_cell(cell, python) if cell.kind == "code" and not in_another_language(cell) else None
        if isinstance(tree, Problem):
            notebook.problems.append(tree)
        elif tree:
            notebook.statements += statements_of(cell, tree)
            notebook.newer += _newer_than_the_runner(cell, tree)
        else:
            notebook.others.append(cell)
    return notebook


def statements_of(cell: Cell, tree: ast.Module) -> list[Statement]:
    return [Statement(cell, part) for node in tree.body for part in _parts(node)]


def mentions(cell: Cell, name: str) -> bool:
    """Does a cell's text define `name`, be it Python or not?"""
    return re.search(rf"^\s*(?:def|class)\s+{re.escape(name)}\b", cell.source, re.M) is not None


def _dict(value: object) -> dict:
    return value if isinstance(value, dict) else {}


def _version(language: object) -> tuple[int, int] | None:
    """The Python that a notebook was last run with."""
    found = re.match(r"(\d+)\.(\d+)", str(_dict(language).get("version")))
    return (int(found[1]), int(found[2])) if found else None


@cache
def _parts(node: ast.stmt) -> list[ast.stmt]:
    """`from m import a, b` as two statements: who needs `a` must not fail for want of `b`."""
    if not isinstance(node, (ast.Import, ast.ImportFrom)) or len(node.names) == 1:
        return [node]
    make: Any = type(node)
    fields = dict(ast.iter_fields(node))
    return [ast.copy_location(make(**fields | {"names": [name]}), node) for name in node.names]


def _ipynb_cells(name: str, text: str) -> tuple[list[Cell], dict]:
    """Its cells, and its metadata."""
    if not text.strip():
        raise NotebookError(f"{name} is empty. {EARLIER.format(name)}")
    try:
        loaded = json.loads(text)
        cells = loaded["cells"]
        sources = [(cell["cell_type"], cell["source"]) for cell in cells]
        joined = [(kind, source if isinstance(source, str) else "".join(source)) for kind, source in sources]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise NotebookError(f"{name} cannot be read: {_why_unreadable(name, text)}") from error
    return [Cell(number, source, str(kind)) for number, (kind, source) in enumerate(joined, 1)], _dict(
        loaded.get("metadata")
    )


def _why_unreadable(name: str, text: str) -> str:
    if re.search(r"<{7}|>{7}|^={7}$", text, re.M):
        return (
            "it holds an unresolved merge conflict. Open it in a text editor, keep one side of each conflict "
            "(between <<<<<<< and >>>>>>>), save and push."
        )
    if '"worksheets"' in text:
        return "it is in an old format (nbformat 3). Open it in Jupyter, which converts it, save and push."
    return f"it is not a Jupyter notebook in JSON form. {EARLIER.format(name)}"


def _percent_cells(text: str) -> list[Cell]:
    sources: list[list[str]] = [[]]
    for line in text.replace("\r\n", "\n").split("\n"):  # not splitlines: a string may hold other line separators
        if CELL_MARK.match(line):
            sources.append([])
        else:
            sources[-1].append(line)
    joined = ["\n".join(lines).rstrip("\n") for lines in sources]  # as in the notebook: each is parsed once for both
    return [Cell(number, source) for number, source in enumerate(joined) if source.strip()]


def in_another_language(cell: Cell) -> bool:
    """Does it begin with a magic that hands the whole cell to something else, like `%%bash`?"""
    first = next((line for line in cell.source.splitlines() if line.strip()), "")
    return first.startswith("%%") and not first.startswith(("%%time", "%%capture", "%%prun"))


def parse_cell(cell: Cell, python: tuple[int, int] | None = None) -> ast.Module | Problem:
    """Python as it stands; failing that, Python with IPython's magics and shell lines blanked out.

    python: the version that the cell was last run with, where that is known.
    """
    try:
        return _compiled(cell.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        first = error
    try:
        return _compiled(_without_magics(cell.source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        if conflict := CONFLICT.search(cell.source):
            return Problem(cell, cell.source.count("\n", 0, conflict.start()) + 1, IN_CONFLICT)
        return Problem(cell, getattr(first, "lineno", None) or 1, _why_no_python(cell, first, python))


def _why_no_python(cell: Cell, error: Exception, python: tuple[int, int] | None) -> str:
    if isinstance(error, (RecursionError, MemoryError)):
        return "it is nested too deeply"
    reason = getattr(error, "msg", "it holds characters that are no text")
    newer = (python or (0, 0)) > sys.version_info[:2] or NEWER_SYNTAX.search(cell.source)
    if isinstance(error, SyntaxError) and newer and sys.version_info < (3, 14):
        here = ".".join(map(str, sys.version_info[:2]))
        yours = f"you run Python {'.'.join(map(str, python))}" if python else "this looks like a newer Python"
        reason += f"; {yours}, and grading runs {here}: write it as Python {here} has it"
    return reason


def _newer_than_the_runner(cell: Cell, tree: ast.Module) -> list[str]:
    """What the runner's Python would say, where this one is newer and reads the cell. Of f-strings it cannot tell."""
    if sys.version_info[:2] > GRADED_BY:
        source = cell.source if tree is _parsed_or_none(cell.source) else _without_magics(cell.source)
        try:
            ast.parse(source, feature_version=GRADED_BY)
        except SyntaxError as error:
            return [
                f"cell {cell.number}, line {error.lineno}, runs in your Python and not where work is graded "
                f"({error.msg}): write it as Python {'.'.join(map(str, GRADED_BY))} has it."
            ]
    return []


def _parsed_or_none(source: str) -> ast.Module | None:
    try:
        return _compiled(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@cache  # the halves of a pair share most of their cells
def _compiled(source: str) -> ast.Module:
    """Parsed, and known to compile: `return` outside a function, say, is found by the compiler alone."""
    tree = ast.parse(source)
    compile(tree, "cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    for node in tree.body:
        unparsed(node)  # what is nested too deeply for this could not be sliced either
    return tree


@cache
def unparsed(node: ast.stmt) -> str:
    """The code of a statement, without comments and layout."""
    return ast.unparse(node)


def _without_magics(source: str) -> str:
    lines = [ASSIGNED_MAGIC.sub(r"\1None  # \2", TIMED.sub(r"\1", line)) for line in source.splitlines()]
    return "\n".join(MAGIC.sub(r"\1pass  # \2", line) for line in lines)
