#!/usr/bin/env python3
"""Show what submissions share that the course did not give them: pairs side by side on one page, for a human to read.

examples: scripts/similar.py day4_exam                  the 30 pairs that share most
          scripts/similar.py day4_exam --pairs 100      more of them

It reads what scripts/collect.py left in DIR/SLUG, and writes DIR/SLUG/similar.html: both texts of each pair, and every
push of both. Names, comments and layout make no difference; the starter, the solution, known right answers (of an exam, on
the student's own paper, and the week's) and exercises of one or two lines are left out; answers that fit another paper stand
below. The page holds names: it is for the staff.
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
from genweek.course.roster import read_roster
from genweek.forges.forge import Forge, ForgeError
from genweek.forges.git import GitError
from genweek.regrading.submissions import Submission

PAGE = "similar.html"
NEEDED = "copydetect is not installed, which compares the texts: .venv/bin/pip install -e '.[similarity]'"


def main() -> int:
    parser = verbs.parser(__doc__, "slug", "roster", "forge")
    parser.add_argument("--work", type=Path, default=verbs.CLASSROOM, metavar="DIR", help="the collected (classroom)")
    parser.add_argument("--pairs", type=verbs.count, default=30, metavar="N", help="how many stand on the page (30)")
    options = parser.parse_args()
    try:
        from genweek.classroom.similarity import page, pairs
    except ModuleNotFoundError as error:
        if error.name != "copydetect":
            raise
        raise CourseError(NEEDED) from None
    day, out = Day.load(options.slug), options.work / options.slug
    students = {student.login: student for student in read_roster(options.roster)}
    collected = {login: row for login, row in _collected(out).items() if login in students}
    forge = verbs.open_forge(options)
    texts, lines = _texts(day, out, collected), own.lines_of_answers(day)
    compared = [id for id, count in lines.items() if count > own.SHORT]
    papers = {login: collected[login].get("paper", "") for login in texts}
    course = {one.paper: pairs.runs(own.known_texts(one)) for one in day.on_each()}
    known = {login: course[paper] for login, paper in papers.items()}
    found = pairs.ranked(texts, known, compared)
    right = {one.paper: own.right_answers(one) for one in day.on_each() if one.paper}
    elsewhere = pairs.elsewhere(texts, known, papers, right, compared)
    shown = {login for pair in found[: options.pairs] for login in pair.logins}
    history = {login: _steps(forge, collected[login]["repository"], day) for login in shown}
    left_out = [id for id in lines if id not in compared]
    text = page.render(day, found, options.pairs, students, papers, history, compared, left_out, elsewhere)
    write_whole(out / PAGE, text)
    shared = "1 pair shares" if len(found) == 1 else f"{len(found)} pairs share"
    print(f"{len(texts)} submissions, {len(compared)} exercises: {shared} something that is not common.")
    if elsewhere:
        answers = "1 answer is" if len(elsewhere) == 1 else f"{len(elsewhere)} answers are"
        print(f"{answers} in part as on another paper.")
    print(out / PAGE)
    return 0


def _collected(out: Path) -> dict[str, Mapping[str, str]]:
    """The row of everybody of whom something was collected, by login."""
    table = out / "collection.csv"
    if not table.is_file():
        raise CourseError(f"Nothing is collected in {out}. First: scripts/collect.py {out.name}")
    rows = [row for _, row in read_table(table, ("student", "repository", "status"))]
    return {row["student"]: row for row in rows if row["status"] == COLLECTED}


def _texts(day: Day, out: Path, collected: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """What each student wrote, read against the paper that they had."""
    handed_out = {one.paper: Assignment.load(one.starter) for one in day.on_each()}
    found = {}
    for login, row in tqdm(collected.items(), unit="submission", disable=not sys.stderr.isatty()):
        folder = out / "submissions" / row["repository"]
        found[login] = own.own_texts(Submission(login, folder), handed_out[row.get("paper", "")])
    return found


def _steps(forge: Forge, repository: str, day: Day) -> Sequence[Step]:
    """Whatever one repository comes up with, the others are shown."""
    try:
        return steps(forge, repository, Card(day.slug, day.title))
    except (ForgeError, GitError):
        return []


if __name__ == "__main__":
    verbs.run(main)
