"""The assignment that a benchmark grades, and the class that hands it in."""

import copy
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat

from autograding.judge.assignment import Assignment
from autograding.reading.notebook import parse, unparsed
from autograding.reading.slicing import Program

from ..making.building import build, make_starter
from ..course.day import Day
from ..making.masters import Master, notebook_text, script_text
from ..regrading.submissions import Submission
from ..making.variants import mistakes

HANGING = "def kl_divergence(*arguments):\n    while True:\n        pass"
Texts = dict[str, dict[str, str]]


@dataclass(frozen=True)
class FirstNotebook(Day):
    """A day of its first notebook alone: its figures stay comparable while a course grows."""

    starter: Path = Path()  # made afresh: what is committed may be stale

    @property
    def notebooks(self) -> list[str]:
        return super().notebooks[:1]


@dataclass
class Class:
    """A built assignment and those who hand it in."""

    slug: str
    scratch: Path

    @cached_property
    def day(self) -> Day:
        return FirstNotebook(self.slug, Day.load(self.slug).facts, starter=self.scratch / "starter")

    @cached_property
    def repo(self) -> Path:
        make_starter(self.day, self.day.starter)
        return build(self.day, self.scratch)

    @cached_property
    def assignment(self) -> Assignment:
        return Assignment.load(self.repo / "autograding")

    @cached_property
    def right(self) -> Texts:
        return {stem: _halves(Master(self.day.masters / f"{stem}.py").solved) for stem in self.day.notebooks}

    @property
    def hanging(self) -> Texts:
        """Right but for one function, which never returns."""
        stem = self.day.notebooks[0]
        notebook = copy.deepcopy(Master(self.day.masters / f"{stem}.py").solved)
        notebook.cells.append(nbformat.v4.new_code_cell(HANGING, id="hanging"))
        return self.right | {stem: _halves(notebook)}

    def wrong(self, count: int) -> list[Texts]:
        """Right but for one known mistake each."""
        known = mistakes(self.day)
        return [self.right | known[number * len(known) // count].texts for number in range(count)]

    def hand_in(self, student: str, texts: Texts | None = None) -> Submission:
        """A student's folder, by default with the right answers."""
        folder = self.scratch / "handed_in" / student
        shutil.rmtree(folder, ignore_errors=True)
        save(folder, texts or self.right)
        return Submission(student, folder)

    def definitions(self, texts: Texts) -> list[str]:
        """The statements that the exercises of a submission need, one source each."""
        sources = []
        for stem, exercises in self.assignment.starters.items():
            program = Program([parse(f"{stem}.py", texts[stem][".py"])], {})
            sources += [unparsed(statement.node) for statement in program.slice(exercises)]
        return sources


def save(folder: Path, texts: Texts) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for stem, halves in texts.items():
        for suffix, text in halves.items():
            (folder / (stem + suffix)).write_text(text, encoding="utf-8")


def _halves(notebook: nbformat.NotebookNode) -> dict[str, str]:
    return {".ipynb": notebook_text(notebook), ".py": script_text(notebook)}
