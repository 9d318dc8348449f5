#!/usr/bin/env python3
"""Write the proctor's sheet of each sitting of an exam: the code, the times, what is allowed, rooms, and ways on.

It is a page to print, and it holds the code: keep it from students until the exam has begun.

examples: scripts/proctor.py day4_exam                    a sheet for each sitting, into classroom/day4_exam/
          scripts/proctor.py day4_exam --sitting friday   one of them
"""

import _venv  # noqa: F401  (continues inside .venv)

from pathlib import Path

from autograding.whole import write_whole
from genweek import verbs
from genweek.classroom.drawing import seats
from genweek.classroom.overview.facts import some
from genweek.classroom.overview.proctor import Sheet
from genweek.course.day import CourseError, Day
from genweek.course.roster import read_roster
from genweek.course.schedule import Schedule
from genweek.course.toml import did_you_mean
from genweek.making.closing import Window, open_notebooks, start_code, windows
from genweek.making.locking import course_secret
from genweek.private import private_folder


def main() -> int:
    parser = verbs.parser(__doc__, "slug", "roster")
    parser.add_argument(
        "--work", type=Path, default=verbs.CLASSROOM, metavar="DIR", help="what the course keeps (classroom)"
    )
    parser.add_argument("--sitting", metavar="ID", help="one of the [[sittings]] (default: each)")
    options = parser.parse_args()
    day = Day.load(options.slug)
    if day.facts.kind == "lab":
        raise CourseError(f"{day.slug} is a lab: nothing of it is locked, and nobody proctors it.")
    students, folder = read_roster(options.roster), options.work / day.slug
    schedule, every = Schedule.of(day), windows(day)
    shared = seats(day, schedule, students, folder)
    secret = course_secret(in_use=verbs.secret_in_use(day.slug))
    for note in open_notebooks(day):
        print(f"Note: {note}")
    if waiting := [one.login for one in students if schedule.sittings and not shared.paper(one)]:
        print(
            f"Note: no paper is drawn yet for {some(waiting)}. scripts/generate.py {day.slug} --apply does; then print the "
            "sheet again."
        )
    private_folder(folder)
    for window in _asked(day, every, options.sitting):
        theirs = [one for one in students if shared.by_login[one.login].sitting == window.id]
        papers = {one.login: shared.paper(one) for one in theirs}
        sheet = Sheet(day, window, theirs, papers, start_code(day.slug, window.id, secret))
        path = folder / f"proctor{f'-{window.id}' * bool(window.id)}.html"
        write_whole(path, sheet.page(), private=True)
        print(f"{path}: {sheet.who}, from {sheet.opens}. Print it from a browser.")
    return 0


def _asked(day: Day, every: list[Window], sitting: str | None) -> list[Window]:
    found = [one for one in every if sitting in (None, one.id)]
    if not found:
        known = [one.id for one in every]
        near = did_you_mean(sitting or "", known)
        raise CourseError(f"{day.slug} has no sitting {sitting!r}.{near} There are: {', '.join(known)}.")
    return found


if __name__ == "__main__":
    verbs.run(main)
