"""Puts what students wrote to the written questions onto pages, one per question, to be read, printed or projected."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from autograding.reading.folder import read_folder
from autograding.reports.escape import one_line, shorten, visible
from autograding.reports.pages import template

from ...course.day import Day
from ...course.roster import Student
from ...making.questions import Answer, Question, answers_of, questions_of
from .collecting import COLLECTED
from .tables import read_table
from .written import HandedOut, Written, written

FOLDER, INDEX = "answers", "index.html"
PAGE, CONTENTS = (Path(__file__).with_name(name) for name in ("answers_page.html.j2", "answers_index.html.j2"))
ANSWER_LIMIT = 20_000  # characters of one student's answer


@dataclass(frozen=True)
class Entry:
    """One student's answer to one question. texts: by the place where each stands; more than one where halves differ."""

    student: Student
    texts: dict[str, str]

    @property
    def order(self) -> str:
        """Neither the roster's order nor anything else that tells who wrote it."""
        return hashlib.sha256("\n".join(self.texts.values()).encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class Sheet:
    """One question's page. students: of the roster, those without an answer included."""

    question: Question
    answer: Answer | None
    entries: list[Entry]
    students: int

    @property
    def file(self) -> str:
        return f"{self.question.id}.html"

    @property
    def headline(self) -> str:
        """The question's first paragraph, on a line."""
        return one_line(self.question.text.partition("\n\n")[0]).replace("**", "")

    @property
    def unanswered(self) -> int:
        return self.students - len(self.entries)


def write_pages(day: Day, students: Sequence[Student], out: Path, names: bool = False) -> Path:
    """Write DIR/answers anew from what was collected in DIR; the page that lists all questions.

    names: write the students' names beside their answers. Without it the pages hold none.
    """
    collected, reader = _collected(out), _Reader(day)
    read = {student: reader.read(collected[student.login]) for student in students if student.login in collected}
    sheets = _sheets(day, read, len(students), names)
    shown = {"day": day, "names": names, "ours": _ours, "theirs": _theirs, "one_line": one_line}
    pages = {sheet.file: template(PAGE).render(shown, sheet=sheet) for sheet in sheets}
    faults = [(student, sentence) for student, one in read.items() for sentence in one.faults]
    count = {"students": len(students), "silent": len(students) - len(read)}
    pages[INDEX] = template(CONTENTS).render(shown, sheets=sheets, faults=faults, **count)
    part, target = out / f".part-{FOLDER}", out / FOLDER
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for name, page in pages.items():
        (part / name).write_text(page, encoding="utf-8", errors="replace")
    shutil.rmtree(target, ignore_errors=True)
    part.rename(target)
    return target / INDEX


def _ours(text: str) -> Markup:
    return _rendered(text, breaks=False)


def _theirs(text: str) -> Markup:
    """An answer as it was typed, line by line."""
    return _rendered(shorten(text, ANSWER_LIMIT), breaks=True)


def _rendered(text: str, breaks: bool) -> Markup:
    """Markdown for the eye alone: no markup of the writer's, no picture and no link."""
    reader = MarkdownIt("commonmark", {"html": False, "breaks": breaks}).enable("table")
    shown = reader.disable(["image", "link", "autolink", "reference"]).render(visible(text))
    return Markup(shown.replace("<table>", '<table tabindex="0">'))  # a wide one is scrolled, by keyboard, too


def _collected(out: Path) -> dict[str, Path]:
    """The folder of what counts of each student, by login; those of whom there is something."""
    rows = read_table(out / "collection.csv", ("student", "repository", "status"))
    return {row["student"]: out / "submissions" / row["repository"] for _, row in rows if row["status"] == COLLECTED}


def _sheets(day: Day, read: Mapping[Student, Written], students: int, names: bool) -> list[Sheet]:
    known, sheets = {answer.id: answer for answer in answers_of(day)}, []
    for question in questions_of(day):
        said = [Entry(student, one.answers[question.id]) for student, one in read.items() if one.answers.get(question.id)]
        said.sort(key=lambda entry: (entry.student.name, entry.student.login) if names else (entry.order,))
        sheets.append(Sheet(question, known.get(question.id), said, students))
    return sheets


class _Reader:
    """Knows what was handed out, and reads what came back."""

    def __init__(self, day: Day):
        facts = json.loads((day.starter / "assignment.json").read_text(encoding="utf-8"))
        self.starters = facts["starters"]
        self.handed_out = {stem: HandedOut.of(stem, self._halves(day.starter / stem)) for stem in day.notebooks}

    def read(self, folder: Path) -> Written:
        """Whatever one submission comes up with, the others are read."""
        total = Written()
        try:
            texts, total.faults = read_folder(folder, self.starters)
            for stem, handed_out in self.handed_out.items():
                one = written(stem, handed_out, texts[stem])
                total.answers |= one.answers
                total.faults += one.faults
        except Exception as error:
            total.faults.append(f"It could not be read: {one_line(str(error)) or type(error).__name__}.")
        return total

    @staticmethod
    def _halves(path: Path) -> dict[str, str]:
        return {suffix: path.with_name(path.name + suffix).read_text(encoding="utf-8") for suffix in (".ipynb", ".py")}
