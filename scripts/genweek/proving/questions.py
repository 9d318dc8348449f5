"""Every written question has one model answer with a rubric, and no answer is to a question that is not asked."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from nbformat import NotebookNode

from ..making.questions import ANSWERS, Answer, Question, answers_of, questions_in
from .proof import Proof

RUBRIC_LINES = 2


def questions_are_answered(proof: Proof) -> list[str]:
    asked = {master.stem: list(questions_in(master.starter)) for master in proof.masters}
    strays = [(master.stem, count) for master in proof.masters if (count := unmarked(master.starter))]
    if strays:
        return [
            f"{stem}: {count} times `Your answer` does not stand as `*Your answer (nbN.name):* …`." for stem, count in strays
        ]
    proof.summary = f"{sum(map(len, asked.values()))} questions"
    return [*faults_of_questions(asked), *faults_of_answers(sum(asked.values(), []), answers_of(proof.day))]


def unmarked(notebook: NotebookNode) -> int:
    """How many places for an answer cannot be read as one."""
    return sum(cell.source.count("Your answer") for cell in notebook.cells) - sum(1 for _ in questions_in(notebook))


def faults_of_questions(asked: dict[str, list[Question]]) -> list[str]:
    """asked: the questions of each notebook's stem."""
    problems = []
    for stem, questions in asked.items():
        room = stem.partition("_")[0]
        for question in questions:
            if not re.fullmatch(rf"{room}\.\w+", question.id):
                problems.append(f"{stem}: a question has the id {question.id!r}, not {room}.name: {question.text[:60]}…")
            if not question.text:
                problems.append(f"{question.id}: its cell asks nothing. A question has a text cell of its own.")
    return problems + [f"{id} is the id of more than one question." for id in _doubled(sum(asked.values(), []))]


def faults_of_answers(questions: Sequence[Question], answers: Sequence[Answer]) -> list[str]:
    ids, answered = {one.id for one in questions}, {one.id for one in answers}
    problems = [f"{id} has no answer in {ANSWERS}." for id in sorted(ids - answered)]
    problems += [f"{ANSWERS} answers {id}, which no notebook asks." for id in sorted(answered - ids)]
    problems += [f"{ANSWERS} has {id} more than once." for id in _doubled(answers)]
    for answer in answers:
        if not answer.text:
            problems.append(f"{ANSWERS}: {answer.id} has no text.")
        if len(answer.rubric) != RUBRIC_LINES:
            problems.append(f"{ANSWERS}: the rubric of {answer.id} has {len(answer.rubric)} lines, not {RUBRIC_LINES}.")
    return problems


def _doubled(items: Iterable[Question | Answer]) -> list[str]:
    return [id for id, count in Counter(item.id for item in items).items() if count > 1]
