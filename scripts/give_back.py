#!/usr/bin/env python3
"""Give every student their grade of record: a page on the branch `grades` of their own repository.

examples: scripts/give_back.py day1_vae            print the plan: who gets which grade
          scripts/give_back.py day1_vae --apply    do it; again after an appeal, it says what changed

It reads what scripts/collect.py and scripts/regrade.py left in DIR/SLUG, and DIR/adjustments.csv. With --apply it also
writes DIR/SLUG/given_back: a copy of each page, and mail.csv for a mail merge. What is not graded yet is not given back.
"""

import _venv  # noqa: F401  (continues inside .venv)

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from autograding.reports.scorecard import Assignment
from autograding.whole import write_whole
from genweek import verbs
from genweek.alone import alone
from genweek.classroom.afterwards.adjustments import read_adjustments
from genweek.classroom.afterwards.grade import Grade, Standing
from genweek.classroom.afterwards.gradebook import PROVISIONAL, read_regrade
from genweek.classroom.afterwards.record import FINAL, Record, read_record
from genweek.classroom.publishing import giving_back
from genweek.classroom.publishing.planning import carry_out
from genweek.course.course_file import read_course
from genweek.course.day import CourseError, Day, all_slugs
from genweek.course.roster import Student, read_roster
from genweek.course.schedule import Schedule, in_words


def main() -> int:
    parser = verbs.parser(__doc__, "slug", "roster", "forge", "work", "apply")
    options = parser.parse_args()
    day, students, forge = Day.load(options.slug), read_roster(options.roster), verbs.open_forge(options)
    verbs.say_who_is_missing(forge, day.slug, options.roster)
    folder = options.work / day.slug
    grades = _grades(students, day.slug, options.work)
    open_until = {one.login: Schedule.of(day).closes(one) for one in students}
    ready = _ready(students, grades, open_until, forge.now())
    assignment = Assignment(day.slug, day.title)
    records = [read_record(one, grades[one.login], assignment, folder / "grades") for one in ready]
    with verbs.changing(forge, options.apply):
        steps, waiting = giving_back.plan(forge, day.slug, records), len(students) - len(ready)
        if waiting and not steps:
            print(f"Nothing to give back as yet: {_waiting(waiting, len(ready))}. What comes next, says")
            print(f"    scripts/status.py {day.slug}")
        failed = carry_out(steps, options.apply, forge) if steps or not waiting else 0
        if options.apply:
            _keep(records, folder / "given_back")
            print(giving_back.write_mail(forge, day.slug, day.title, records, folder / "given_back" / "mail.csv"))
    looking = [login for login, grade in grades.items() if grade.standing is Standing.FAILED]
    if looking:
        print(f"LOOK AT IT: {', '.join(looking)} could not be collected or graded.", file=sys.stderr)
    return 1 if looking else failed


def _grades(students: Sequence[Student], slug: str, work: Path) -> dict[str, Grade]:
    """By login, with what a person wrote. Raises CourseError where nothing is graded."""
    grades = read_regrade(students, work / slug / "collection.csv", work / slug / "grades" / "grades.csv")
    if grades is None:
        raise CourseError(f"Nothing of {slug} is graded in {work}. What comes next, says scripts/status.py {slug}")
    written = read_adjustments(work / "adjustments.csv", students, {*read_course().weights, *all_slugs()})
    return {login: grade.adjusted(written.get((login, slug), ())) for login, grade in grades.items()}


def _ready(
    students: Sequence[Student], grades: dict[str, Grade], open_until: dict[str, datetime], now: datetime
) -> list[Student]:
    """Whose grade can be given back; who is not among them is named with the reason."""
    ready = []
    for student in students:
        grade, until = grades[student.login], open_until[student.login]
        why = f"may push until {in_words(until)}" if now < until else ""
        if grade.standing not in FINAL or PROVISIONAL in grade.reason:
            why = ", ".join(filter(None, [grade.standing, grade.reason, grade.note]))
        if why:
            print(f"  {student.login:<20} is not given back: {why}")
        else:
            ready.append(student)
    return ready


def _waiting(waiting: int, ready: int) -> str:
    have = f"{ready} {'has' if ready == 1 else 'have'} the page already, and " if ready else ""
    return f"{have}{waiting} {'waits' if waiting == 1 else 'wait'}, each for the reason above"


def _keep(records: Sequence[Record], folder: Path) -> None:
    """A copy of each page, for whoever has no branch."""
    with alone(folder):
        for record in records:
            write_whole(folder / f"{record.student.login}.html", record.page())


if __name__ == "__main__":
    verbs.run(main)
