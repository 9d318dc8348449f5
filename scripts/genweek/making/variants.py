"""Wrong and other right answers, read from `mistakes_*.py` and `alternatives_*.py` beside a master; and from `week_*.py`
what the labs have in the place of an exam's tasks.

    @mistake("nb1.kl_divergence", "A KL divergence is never negative: which way round is your sign?")
    def negated(mu, log_var):
        return -0.5 * …

These files are read, not imported: a variant is the master with one function (or method) in the place of the right
one, and it is graded like any submission.
"""

import ast
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

from ..course.day import CourseError, Day
from .masters import Master, script_text


@dataclass(frozen=True)
class Variant:
    stem: str
    task_id: str
    name: str
    sentence: str | None  # what a tutor would say; None for a right answer
    function: str  # its source, whatever its name
    text: str  # the `.py` half of the submission

    def __str__(self) -> str:
        return f"{self.task_id}/{self.name}"

    def notebook(self) -> ModuleType:
        """The functions and classes of the notebook with this answer, as a module; its other cells are not executed."""
        module = ModuleType(str(self))
        exec(compile(self.text, str(self), "exec"), module.__dict__)
        return module

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        return {self.stem: {".py": self.text}}


def mistakes(day: Day) -> list[Variant]:
    return [variant for stem in day.notebooks for variant in _read(day, stem, "mistakes")]


def alternatives(day: Day) -> list[Variant]:
    return [variant for stem in day.notebooks for variant in _read(day, stem, "alternatives")]


def of_the_week(day: Day) -> list[Variant]:
    """What the labs of the week have for the tasks of an exam, in its names."""
    return [variant for stem in day.notebooks for variant in _read(day, stem, "week")]


def together(variants: Sequence[Variant]) -> dict[str, dict[str, str]]:
    """One submission that answers with all of these, of one notebook, at once."""
    first, *others = variants
    text = first.text
    for variant in others:
        text = in_place_of(text, variant.task_id.partition(".")[2], variant.function)
    return {first.stem: {".py": text}}


def _read(day: Day, stem: str, kind: str) -> list[Variant]:
    path = day.variants_file(kind, stem)
    return read(day, stem, path.name, path.read_text(encoding="utf-8")) if path.is_file() else []


def read(day: Day, stem: str, file: str, source: str) -> list[Variant]:
    """The variants of a text, each in the place of a function of the master. file: its name. Raises CourseError."""
    master = Master(day.masters / f"{stem}.py")
    solved = script_text(master.solved)
    tree = ast.parse(source)
    imports = [
        ast.unparse(node)
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom)) and getattr(node, "module", "") != __name__
    ]
    found = []
    for node in tree.body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or not node.decorator_list:
            continue
        mark = node.decorator_list[0]
        task_id, *sentence = [ast.literal_eval(argument) for argument in getattr(mark, "args", [])]
        options = {option.arg: ast.literal_eval(option.value) for option in getattr(mark, "keywords", [])}
        if day.paper and day.paper in options.get("but", "").split():
            continue
        if task_id not in master.exercises:
            raise CourseError(f"{file}:{node.lineno}: {task_id} is no exercise of {stem}.")
        body = "\n".join(source.splitlines()[node.lineno - 1 : node.end_lineno])
        exercise = task_id.partition(".")[2]
        text = in_place_of(solved, exercise.partition(".")[0] if isinstance(node, ast.ClassDef) else exercise, body)
        header = "# %%\n" + "\n".join(imports) + "\n\n"
        found.append(Variant(stem, task_id, node.name, *sentence or [None], function=body, text=header + text))
    names = [(variant.task_id, variant.name) for variant in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise CourseError(f"{file}: two variants share a name: {sorted(twice)}.")
    return found


def in_place_of(solved: str, exercise: str, function: str) -> str:
    """The solved script with `function`, whatever its name, for the exercise `f` or `Class.method`, or for a `Class`."""
    owner, _, method = exercise.partition(".")
    nodes = [node for node in ast.parse(solved).body if getattr(node, "name", None) == owner]
    if method:
        nodes = [node for node in getattr(nodes[0], "body", []) if getattr(node, "name", None) == method]
    (target,) = nodes
    assert isinstance(target, (ast.FunctionDef, ast.ClassDef))
    renamed = re.sub(r"^(def|class) \w+", rf"\1 {target.name}", function, count=1)
    lines = solved.splitlines()
    lines[target.lineno - 1 : target.end_lineno] = [textwrap.indent(renamed, " " * target.col_offset)]
    return "\n".join(lines) + "\n"


def mistake(task_id: str, sentence: str, but: str = ""):
    """Marks a wrong answer in `mistakes_*.py`. Those files are read, not run; this exists for editors and linters.

    but: the papers of an exam on which it is right, or is another mistake.
    """
    raise NotImplementedError(f"{task_id}: mistakes are read by scripts/verify.py, never imported ({sentence})")


def alternative(task_id: str, but: str = ""):
    """Marks another right answer in `alternatives_*.py`; see `mistake`."""
    raise NotImplementedError(f"{task_id}: alternatives are read by scripts/verify.py, never imported")


def week(task_id: str):
    """Marks what a lab has for a task, in the exam's names, in `week_*.py`; see `mistake`."""
    raise NotImplementedError(f"{task_id}: the week's answers are read by scripts/verify.py, never imported")
