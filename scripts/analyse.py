#!/usr/bin/env python3
"""Say what the tasks of an assignment measured: difficulty, discrimination, time of first pass; and which paper was harder.

examples: scripts/analyse.py day4_exam
          scripts/analyse.py day1_vae     a lab, after its regrade

It reads what scripts/collect.py and scripts/regrade.py left in DIR/SLUG, and the times of pushes from the forge, and writes
DIR/SLUG/statistics.html. The page holds no names. Where students are too few for a number, a sentence says so.
"""

import _venv  # noqa: F401  (continues inside .venv)

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from autograding.reports.reading import read_scores
from autograding.reports.scorecard import Assignment, ScoreCard
from autograding.whole import write_whole
from genweek import verbs
from genweek.classroom.afterwards.pushes import steps
from genweek.classroom.afterwards.tables import read_table
from genweek.classroom.items.numbers import Taken, analysed, compared
from genweek.classroom.items.page import render
from genweek.course.day import CourseError, Day
from genweek.course.roster import Student, read_roster
from genweek.forges.forge import Forge, ForgeError
from genweek.forges.git import GitError
from genweek.making.closing import windows
from genweek.regrading.results import SCORES, folder_of

PAGE = "statistics.html"


def main() -> int:
    parser = verbs.parser(__doc__, "slug", "roster", "forge")
    parser.add_argument("--work", type=Path, default=verbs.CLASSROOM, metavar="DIR", help="the graded (classroom)")
    options = parser.parse_args()
    day, students = Day.load(options.slug), read_roster(options.roster)
    folder = options.work / day.slug
    cards, collected = _graded(day, folder, students), _collected(folder)
    forge, opens = verbs.open_forge(options), {window.id: window.opens for window in windows(day)}
    taken = [
        _taken(card, collected.get(one.login, {}), forge, opens)
        for one in students
        if (card := cards.get(one.login)) is not None
    ]
    points = {task.id: task.max_score for card in cards.values() for task in card.tasks}
    items, papers = analysed(points, taken), compared(taken)
    write_whole(folder / PAGE, render(day, items, taken, papers, len(students)))
    for item in items:
        print(f"  {item.id:<28} difficulty {item.difficulty:.2f}{f': {item.remark}' if item.remark else ''}")
    for one in papers:
        print(f"  {one.sitting}: {one.in_words}")
    print(folder / PAGE)
    return 0


def _graded(day: Day, folder: Path, students: Sequence[Student]) -> dict[str, ScoreCard]:
    """The card of everybody who has a grade of record, by login."""
    table = folder / "grades" / "grades.csv"
    if not table.is_file():
        raise CourseError(f"Nothing of {day.slug} is graded in {folder}. What comes next, says scripts/status.py {day.slug}")
    graded = {row["student"] for _, row in read_table(table, ("student", "status")) if row["status"] != "failed"}
    there = {one.login: folder_of(folder / "grades", one.login) / SCORES for one in students if one.login in graded}
    return {login: read_scores(path, Assignment(day.slug, day.title)) for login, path in there.items()}


def _collected(folder: Path) -> Mapping[str, Mapping[str, str]]:
    table = folder / "collection.csv"
    return {row["student"]: row for _, row in read_table(table, ("student", "repository"))} if table.is_file() else {}


def _taken(card: ScoreCard, row: Mapping[str, str], forge: Forge, opens: Mapping[str, datetime]) -> Taken:
    """opens: by the sitting; a lab has one, without a name."""
    began = opens.get(row.get("sitting", ""), min(opens.values()))
    passed = {}
    try:
        pushes = steps(forge, row["repository"], card.assignment) if row else []
    except (ForgeError, GitError):
        pushes = []
    for step in pushes:
        passed |= {id: (step.time - began).total_seconds() / 60 for id in step.passed}
    return Taken(
        {task.id: task.score for task in card.tasks},
        passed,
        frozenset(task.id for task in card.tasks if task.untouched),
        row.get("sitting", ""),
        row.get("paper", ""),
    )


if __name__ == "__main__":
    verbs.run(main)
