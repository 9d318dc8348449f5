"""A master is the solved notebook in one plain file; the starter and its pair are made from it here."""

import ast
import hashlib
import re
from copy import deepcopy
from functools import cached_property
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from autograding.reading.binding import bound, digest
from autograding.reading.notebook import parse

from ..course import conditions
from ..course.course_file import read_course
from ..course.day import CourseError

BEGIN, END, TODO = "# BEGIN SOLUTION", "# END SOLUTION", re.compile(r"# TODO ([\w.]+)")


class Master:
    def __init__(self, path: Path):
        self.path, self.stem = path, path.stem

    @cached_property
    def solved(self) -> NotebookNode:
        """The solved notebook, without the markers."""
        return self._notebook(lambda source: re.sub(rf"^ *(?:{BEGIN}|{END})\n?", "", source, flags=re.M))

    @cached_property
    def starter(self) -> NotebookNode:
        """The notebook as a student gets it."""
        return self._notebook(self._without_solution)

    @cached_property
    def exercises(self) -> dict[str, str]:
        """For each exercise id of the notebook, the source of its cell in the starter."""
        found = {}
        for cell in self.starter.cells:
            if "exercise" in cell.metadata.get("tags", []):
                ids = TODO.findall(cell.source)
                if len(ids) != 1:
                    raise CourseError(f"{self.path.name}: an exercise cell must hold one TODO id, not {ids}.")
                found[ids[0]] = cell.source
        return found

    @property
    def starter_sources(self) -> dict[str, str]:
        """For each exercise by its top-level name, the source of its cell in the starter."""
        return {
            node.name: source
            for source in self.exercises.values()
            for node in ast.parse(source).body
            if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        }

    @property
    def handed_out(self) -> dict[str, list[str]]:
        """The digests of the starter's statements that are no exercises, and the names that its lesson binds."""
        facts: dict[str, set[str]] = {"given": set(), "lesson": set(), "names": set()}
        for cell in self.starter.cells:
            tags = cell.metadata.get("tags", [])
            if cell.cell_type == "code" and "exercise" not in tags:
                lesson = "active-ipynb" in tags
                for statement in parse(f"{self.stem}.py", cell.source).statements:
                    facts["lesson" if lesson else "given"].add(digest(statement.node))
                    facts["names"] |= bound(statement.node) if lesson else set()
        return {kind: sorted(found) for kind, found in facts.items()}

    def _notebook(self, change) -> NotebookNode:
        notebook = jupytext.read(self.path)
        for index, cell in enumerate(notebook.cells):
            cell.source = change(cell.source).rstrip("\n") if cell.cell_type == "code" else _filled(cell.source)
            # jupytext draws ids at random; these depend on the place alone, so that a rebuild is byte-identical.
            cell.id = hashlib.sha256(f"{self.stem}/{index}".encode()).hexdigest()[:8]
        notebook.metadata["language_info"] = {"name": "python"}
        return notebook

    def _without_solution(self, source: str) -> str:
        lines, kept, inside = source.split("\n"), [], False
        for line in lines:
            mark = line.strip()
            if mark == BEGIN:
                inside, todo = True, TODO.findall("\n".join(kept))
                if not todo:
                    raise CourseError(f"{self.path.name}: {BEGIN} without a `# TODO id` line above it.")
                kept.append(f'{line[: len(line) - len(mark)]}raise NotImplementedError("TODO {todo[-1]}")')
            elif mark == END:
                inside = False
            elif not inside:
                kept.append(line)
        if inside:
            raise CourseError(f"{self.path.name}: {BEGIN} without {END} in the cell that starts {lines[0]!r}.")
        return "\n".join(kept)


def _filled(text: str) -> str:
    return conditions.filled(text, read_course().conditions) if "{{ exam." in text else text


def script_text(notebook: NotebookNode) -> str:
    """The `.py` half of a pair."""
    return jupytext.writes(_alone(notebook, "py:percent"), "py:percent")


def notebook_text(notebook: NotebookNode) -> str:
    """The `.ipynb` half of a pair."""
    return nbformat.writes(_alone(notebook, "ipynb")) + "\n"


def _alone(notebook: NotebookNode, format: str) -> NotebookNode:
    """A half that says of itself that it is alone, whatever a student has configured for all notebooks: else jupytext's
    extension opens the `.ipynb` with the cells of the `.py`, and a save replaces newer work by them."""
    half = deepcopy(notebook)
    half.metadata["jupytext"] = {"formats": format}
    return half
