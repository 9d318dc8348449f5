"""What a student wrote for each exercise, and what of the course's own text it could be made of.

Own are the definition of an exercise and every statement that it needs, but for what was handed out and for other
exercises. An exercise whose right answer has one or two lines is left out: there, everybody writes the same.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping

from autograding.judge.assignment import Assignment
from autograding.reading.binding import bound, changed, digest
from autograding.reading.notebook import NotebookError, Statement
from autograding.reading.pair import resolve

from ...course.day import Day
from ...making.masters import TODO, Master
from ...making.variants import alternatives, of_the_week
from ...regrading.submissions import Submission, read

SHORT = 2  # lines of a right answer


def known_texts(day: Day) -> Iterator[str]:
    """The starter, the master, and every other right answer that is known; of an exam, on one paper, what the week has
    for its tasks, too. What a checkpoint unlocks is the master's."""
    for master in _masters(day):
        for notebook in (master.starter, master.solved):
            yield from (cell.source for cell in notebook.cells if cell.cell_type == "code")
    yield from (variant.function for variant in [*alternatives(day), *of_the_week(day)])


def right_answers(day: Day) -> dict[str, list[str]]:
    """Those that are known, by the exercise's id; of an exam, on one paper."""
    found: dict[str, list[str]] = {}
    for master in _masters(day):
        for id, text in _answers(master).items():
            found.setdefault(id, []).append(text)
    for variant in alternatives(day):
        found.setdefault(variant.task_id, []).append(variant.function)
    return found


def lines_of_answers(day: Day) -> dict[str, int]:
    """How many lines of code each right answer has, by the exercise's id, in the order of the notebooks; of an exam, on
    the paper where it is longest."""
    found: dict[str, int] = {}
    for one in day.on_each():
        for master in _masters(one):
            for id, lines in _of_master(master).items():
                found[id] = max(lines, found.get(id, 0))
    return found


def _masters(day: Day) -> list[Master]:
    return [Master(day.masters / f"{stem}.py") for stem in day.notebooks]


def _of_master(master: Master) -> dict[str, int]:
    return {id: len(set(_code(source)) - set(_code(master.exercises[id]))) for id, source in _answers(master).items()}


def _answers(master: Master) -> dict[str, str]:
    solved = [cell.source for cell in master.solved.cells if "exercise" in cell.metadata.get("tags", [])]
    return dict(zip(master.exercises, solved, strict=True))


def _code(source: str) -> list[str]:
    return ast.unparse(ast.parse(source)).splitlines()


def own_texts(submission: Submission, assignment: Assignment) -> dict[str, str]:
    """By the exercise's id, what a student wrote; an exercise that is as it was handed out is not among them."""
    read(submission, assignment.starters)
    found = {}
    for stem, starters in assignment.starters.items():
        try:
            found |= _of_notebook(stem, starters, submission.texts.get(stem, {}), assignment.handed_out.get(stem, {}))
        except (NotebookError, RecursionError):
            continue  # the regrade says so
    return found


def _of_notebook(
    stem: str, starters: Mapping[str, str], texts: Mapping[str, str], handed_out: Mapping[str, Iterable[str]]
) -> dict[str, str]:
    resolved = resolve(stem, starters, texts, handed_out)
    program, found = resolved.program, {}
    given = program.handed_out.given | program.handed_out.lesson
    for name, starter in starters.items():
        if name not in resolved.untouched:
            others = starters.keys() - {name}
            needed = program.slice([name], program.homes.get(name, 0), given=others)
            own = [one for one in needed if digest(one.node) not in given and not _belongs_to(one.node, others)]
            found[TODO.findall(starter)[0]] = "\n\n".join(dict.fromkeys(map(_as_typed, own)))
    return found


def _belongs_to(node: ast.stmt, exercises: Iterable[str]) -> bool:
    return bool((bound(node) | changed(node)) & set(exercises)) or isinstance(node, (ast.Import, ast.ImportFrom))


def _as_typed(statement: Statement) -> str:
    """With comments and layout: they are for the human."""
    node = statement.node
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    return "\n".join(statement.cell.source.splitlines()[first - 1 : node.end_lineno])
