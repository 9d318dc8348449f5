#!/usr/bin/env python3
"""Write the proctor's sheet of each sitting of an exam: the code, the times, what is allowed, rooms, and ways on.

It is a page to print, and it holds the code: keep it from students until the exam has begun.

examples: scripts/proctor.py day4_exam                    a sheet for each sitting, into classroom/day4_exam/
          scripts/proctor.py day4_exam --sitting friday   one of them
"""

import _venv  # noqa: F401  (continues inside .venv)

from collections.abc import Sequence

from autograding.whole import write_whole
from genweek import verbs
from genweek.classroom.drawing import Seats, seats
from genweek.classroom.overview.proctor import Sheet
from genweek.course.day import CourseError, Day
from genweek.course.roster import Student, read_roster
from genweek.course.schedule import Schedule
from genweek.course.toml import did_you_mean
from genweek.making.closing import Window, start_code, windows
from genweek.making.locking import course_secret
from genweek.private import private_folder


def main() -> int:
    parser = verbs.parser(__doc__, "slug", "roster", "work")
    parser.add_argument("--sitting", metavar="ID", help="one of the [[sittings]] (default: each)")
    options = parser.parse_args()
    day, students = Day.load(options.slug), read_roster(options.roster)
    if day.facts.kind == "lab":
        raise CourseError(f"{day.slug} is a lab: nothing of it is locked, and nobody proctors it.")
    schedule, folder, secret = Schedule.of(day), options.work / day.slug, course_secret(in_use=verbs.secret_in_use(day.slug))
    drawn = seats(day, schedule, students, folder, secret=lambda: secret)
    private_folder(folder)
    for window in _asked(day, options.sitting):
        theirs = [student for student in students if drawn.by_login[student.login].sitting == window.id]
        sheet = Sheet(day, window, schedule, theirs, _papers(drawn, theirs), start_code(day.slug, window.id, secret))
        path = folder / f"proctor{f'-{window.id}' * bool(window.id)}.html"
        write_whole(path, sheet.page(), private=True)
        print(f"{path}: {len(theirs)} students, from {sheet.opens}. Print it from a browser.")
    return 0


def _asked(day: Day, sitting: str | None) -> list[Window]:
    every = windows(day)
    found = [one for one in every if sitting in (None, one.id)]
    if not found:
        known = [one.id for one in every]
        near = did_you_mean(sitting or "", known)
        raise CourseError(f"{day.slug} has no sitting {sitting!r}.{near} There are: {', '.join(known)}.")
    return found


def _papers(drawn: Seats, students: Sequence[Student]) -> dict[str, str]:
    return {student.login: drawn.paper(student) for student in students}


if __name__ == "__main__":
    verbs.run(main)
