"""The written questions of the notebooks, and what `answers.md` beside the masters says to each.

A question has a text cell of its own, which ends in `*Your answer (nb1.prior_samples):* …`. The id is part of the text,
so that every editor keeps it in both halves of the pair.

In `answers.md`, each question has a section under its id: a model answer, and below the line `*Rubric*` two lines.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from ..course.day import Day
from .masters import Master

ANSWERS = "answers.md"
MARK = re.compile(r"^\*Your answer(?: \(([^)\n]*)\))?:\* …$", re.M)
HEADING = re.compile(r"^## +(.*\S)\s*$", re.M)
RUBRIC = re.compile(r"^\*Rubric\*\s*$", re.M)


@dataclass(frozen=True)
class Question:
    """id: empty where the notebook gives none. text: what is asked, in Markdown."""

    id: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What the staff would write. rubric: what to look for when reading; a line each."""

    id: str
    text: str
    rubric: tuple[str, ...]


def questions_in(notebook: NotebookNode) -> Iterator[Question]:
    for cell in notebook.cells:
        begin = 0
        for found in MARK.finditer(cell.source):
            yield Question(found[1] or "", cell.source[begin : found.start()].strip())
            begin = found.end()


def questions_of(day: Day) -> list[Question]:
    """In the order in which a student meets them."""
    return [one for stem in day.notebooks for one in questions_in(Master(day.masters / f"{stem}.py").starter)]


def read_answers(text: str) -> list[Answer]:
    """The sections of an `answers.md`, in their order."""
    heads = list(HEADING.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)]
    found = []
    for head, end in zip(heads, ends, strict=True):
        answer, *rubric = RUBRIC.split(text[head.end() : end])
        lines = re.findall(r"^- (.+(?:\n  .+)*)", "\n".join(rubric), re.M)
        found.append(Answer(head[1], answer.strip(), tuple(" ".join(line.split()) for line in lines)))
    return found


def answers_of(day: Day) -> list[Answer]:
    path = day.masters / ANSWERS
    return read_answers(path.read_text(encoding="utf-8")) if path.is_file() else []


def published(day: Day) -> str:
    """For students, after the release: each question with its answer and rubric; empty where nothing is asked."""
    known = {answer.id: answer for answer in answers_of(day)}
    sections = [_section(one, known[one.id]) for one in questions_of(day) if one.id in known]
    opening = (
        f"# {day.title}: the written questions\n\nOne good answer to each; yours may be another. "
        "The figures are those of our runs; yours differ a little."
    )
    return "\n\n".join([opening, *sections]) + "\n" if sections else ""


def _section(question: Question, answer: Answer) -> str:
    asked = "\n".join(f"> {line}".rstrip() for line in question.text.split("\n"))
    return f"## {answer.id}\n\n{asked}\n\n{answer.text}\n\n{_bullets(answer.rubric)}"


def _bullets(lines: Iterable[str]) -> str:
    return "*What to look for*\n\n" + "\n".join(f"- {line}" for line in lines)
