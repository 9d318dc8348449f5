"""Reads a notebook, in either of its two forms, into cells and top-level statements.

Nothing is executed here. A cell that cannot be parsed costs only itself: it is remembered as a `Problem`, with its
number and line, and every other cell is still read.
"""

import ast
import json
import re
from dataclasses import dataclass, field
from functools import cache

MAX_LENGTH = 20_000_000  # characters
CELL_MARK = re.compile(r"# %%(\s|$)")
MAGIC = re.compile(r"^(\s*)([%!?]|[\w.]+\?{1,2}\s*$)")
ASSIGNED_MAGIC = re.compile(r"^([\w\s,.]+=\s*)([%!])")  # files = !ls
EARLIER = "`git log -- {0}` lists its earlier versions, and `git checkout COMMIT -- {0}` brings one back."


class NotebookError(Exception):
    """The file as a whole cannot be read. The message is a sentence for the student."""


@dataclass(frozen=True)
class Cell:
    number: int  # counted from 1 over all cells, text cells included
    source: str


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
        return re.search(rf"^\s*(?:def|class)\s+{re.escape(name)}\b", self.cell.source, re.M) is not None


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


def parse(name: str, text: str) -> Notebook:
    """Parse the text of an `.ipynb` or of a percent-format `.py`. Raises NotebookError."""
    if len(text) > MAX_LENGTH:
        raise NotebookError(f"{name} is larger than {MAX_LENGTH // 10**6} MB: clear the outputs, save, and push again.")
    notebook = Notebook(name)
    for cell in _ipynb_cells(name, text) if name.endswith(".ipynb") else _percent_cells(text):
        tree = parse_cell(cell)
        if isinstance(tree, Problem):
            notebook.problems.append(tree)
        else:
            notebook.statements += [Statement(cell, part) for node in tree.body for part in _parts(node)]
    return notebook


@cache
def _parts(node: ast.stmt) -> list[ast.stmt]:
    """`from m import a, b` as two statements: who needs `a` must not fail for want of `b`."""
    if not isinstance(node, (ast.Import, ast.ImportFrom)) or len(node.names) == 1:
        return [node]
    return [ast.copy_location(type(node)(**dict(ast.iter_fields(node)) | {"names": [name]}), node) for name in node.names]


def _ipynb_cells(name: str, text: str) -> list[Cell]:
    if not text.strip():
        raise NotebookError(f"{name} is empty. {EARLIER.format(name)}")
    try:
        cells = json.loads(text)["cells"]
        sources = [(cell["cell_type"], cell["source"]) for cell in cells]
        joined = [(kind, source if isinstance(source, str) else "".join(source)) for kind, source in sources]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise NotebookError(f"{name} cannot be read: {_why_unreadable(name, text)}") from error
    return [Cell(number, source) for number, (kind, source) in enumerate(joined, 1) if kind == "code"]


def _why_unreadable(name: str, text: str) -> str:
    if "<<<<<<<" in text:
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


def parse_cell(cell: Cell) -> ast.Module | Problem:
    """Python as it stands; failing that, Python with IPython's magics and shell lines blanked out."""
    try:
        return _compiled(cell.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        first = error
    try:
        return _compiled(_without_magics(cell.source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        deep = isinstance(first, (RecursionError, MemoryError))
        reason = "it is nested too deeply" if deep else getattr(first, "msg", "it holds characters that are no text")
        return Problem(cell, getattr(first, "lineno", None) or 1, reason)


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
    lines = source.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(("%%time", "%%capture", "%%prun")):
        return ""  # a cell in another language
    return "\n".join(MAGIC.sub(r"\1pass  # \2", ASSIGNED_MAGIC.sub(r"\1None  # \2", line)) for line in lines)
