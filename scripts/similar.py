#!/usr/bin/env python3
"""Show what submissions share that the course did not give them: pairs side by side on one page, for a human to read.

examples: scripts/similar.py day4_exam                  the 30 pairs that share most
          scripts/similar.py day4_exam --pairs 100      more of them

It reads what scripts/collect.py left in DIR, and writes DIR/similar.html: both texts of each pair and every push of both.
Names, comments and layout make no difference; the starter, the solution, known right answers and exercises of one or two
lines are left out. The page holds names: it is for the staff.
"""

import _venv  # noqa: F401  (continues inside .venv)

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tqdm import tqdm

from autograding.judge.assignment import Assignment
from autograding.reports.scorecard import Assignment as Card
from autograding.whole import write_whole
from genweek import verbs
from genweek.classroom.afterwards.collecting import COLLECTED
from genweek.classroom.afterwards.pushes import Step, steps
from genweek.classroom.afterwards.tables import read_table
from genweek.classroom.similarity import own
from genweek.course.day import CourseError, Day
from genweek.course.roster import Student, read_roster
from genweek.forges.forge import Forge, ForgeError
from genweek.forges.git import GitError
from genweek.regrading.submissions import Submission

NEEDED = "copydetect is not installed, which compares the texts: .venv/bin/pip install -e '.[similarity]'"


def main() -> int:
    parser = verbs.parser(__doc__, "slug", "roster", "forge")
    parser.add_argument("--out", type=Path, metavar="DIR", help="the collected, and the page (classroom/SLUG)")
    parser.add_argument("--pairs", type=verbs.count, default=30, metavar="N", help="how many stand on the page (30)")
    options = parser.parse_args()
    try:
        from genweek.classroom.similarity import page, pairs
    except ModuleNotFoundError as error:
        if error.name != "copydetect":
            raise
        raise CourseError(NEEDED) from None
    day, out = Day.load(options.slug), options.out or verbs.CLASSROOM / options.slug
    students = {student.login: student for student in read_roster(options.roster)}
    collected = _collected(out, students)
    forge = verbs.open_forge(options)
    texts = _texts(day, out, collected)
    lines = own.lines_of_answers(day)
    compared = [id for id, count in lines.items() if count > own.SHORT]
    found = pairs.ranked(texts, own.known_texts(day), compared)
    shown = found[: options.pairs]
    history = {login: _steps(forge, collected[login], day) for pair in shown for login in pair.logins}
    left_out = [id for id in lines if id not in compared]
    write_whole(out / "similar.html", page.render(day, found, options.pairs, students, history, compared, left_out))
    print(f"{len(texts)} submissions, {len(compared)} exercises: {len(found)} pairs share something that is not common.")
    print(out / "similar.html")
    return 0


def _collected(out: Path, students: Mapping[str, Student]) -> dict[str, str]:
    """The repository of everybody of whom something was collected, by login."""
    table = out / "collection.csv"
    if not table.is_file():
        raise CourseError(f"Nothing is collected in {out}: scripts/collect.py first.")
    rows = [row for _, row in read_table(table, ("student", "repository", "status"))]
    return {row["student"]: row["repository"] for row in rows if row["status"] == COLLECTED and row["student"] in students}


def _texts(day: Day, out: Path, collected: Mapping[str, str]) -> dict[str, dict[str, str]]:
    assignment = Assignment.load(day.starter)
    folders = {login: out / "submissions" / repository for login, repository in collected.items()}
    progress = tqdm(folders.items(), unit="submission", disable=not sys.stderr.isatty())
    return {login: own.own_texts(Submission(login, folder), assignment) for login, folder in progress}


def _steps(forge: Forge, repository: str, day: Day) -> Sequence[Step]:
    """Whatever one repository comes up with, the others are shown."""
    try:
        return steps(forge, repository, Card(day.slug, day.title))
    except (ForgeError, GitError):
        return []


if __name__ == "__main__":
    verbs.run(main)
