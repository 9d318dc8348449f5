#!/usr/bin/env python3
"""Write the page for the wall of the classroom: who has what, the commonest mistakes, where people are stuck.

examples: scripts/dashboard.py day1_vae                once
          scripts/dashboard.py day1_vae --watch 30     again every 30 seconds, and reloads itself
          scripts/dashboard.py day1_vae --names        for the instructor: a switch shows the names

The page holds no names without --names. It is one file; open it in any browser. With --names it is another file: no
mistyped option puts names onto the wall. It sees pushes; what students check in their notebooks stays with them.
"""

import _venv  # noqa: F401  (continues inside .venv)

import sys
import time
from argparse import Namespace
from dataclasses import replace
from functools import partial
from pathlib import Path

from autograding.whole import write_whole
from genweek import verbs
from genweek.alone import alone
from genweek.course.day import CourseError, Day
from genweek.classroom.drawing import on
from genweek.classroom.wall.dashboard import render
from genweek.classroom.wall.progress import Class, read_class
from genweek.course.roster import read_roster
from genweek.course.schedule import Schedule, read_time
from genweek.forges.forge import Forge


def main() -> int:
    parser = verbs.parser(__doc__, "slug", "roster", "forge")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the page (classroom/SLUG/dashboard.html)")
    parser.add_argument("--names", action="store_true", help="write names into the page (dashboard-names.html), hidden")
    parser.add_argument("--watch", type=verbs.count, default=0, metavar="SECONDS", help="renew it until you press Ctrl-C")
    parser.add_argument("--since", metavar="TIME", type=read_time, help="when the session began (its `opens`)")
    parser.add_argument(
        "--until", metavar="TIME", type=read_time, help="when it ends: then nobody is stuck (the last `due`)"
    )
    options = parser.parse_args()
    day = Day.load(options.slug)
    read_roster(options.roster)  # a wrong one is refused before a forge is looked for
    forge = verbs.open_forge(options)
    page = "dashboard-names.html" if options.names else "dashboard.html"
    out = options.out or verbs.CLASSROOM / options.slug / page
    read = partial(_read, day, forge, options)
    klass = read()
    verbs.say_who_is_missing(forge, options.slug, options.roster)
    with alone(out.parent, out.name):  # one with names must not take turns with the wall's
        try:
            _write(out, klass, options.names, options.watch)
            while options.watch:
                time.sleep(options.watch)
                try:
                    klass = read()
                except CourseError as error:  # a roster that is just being written, say
                    print(f"Not renewed: {error}", file=sys.stderr)
                else:
                    _write(out, klass, options.names, options.watch)
        finally:  # whoever looks at it later is told that it does not renew itself
            if options.watch:
                write_whole(out, render(klass, options.names))
    return 0


def _read(day: Day, forge: Forge, options: Namespace) -> Class:
    """The class as it is now, of an exam those whose sitting is running. The roster is read each time: some join late."""
    forge.look_again()
    students, schedule = read_roster(options.roster), Schedule.of(day)
    windows = schedule.running(forge.now(), students)
    if schedule.sittings:
        students = [one for one in students if schedule.window(one) in windows]
    since = options.since or min(one.opens for one in windows)
    until = options.until or max([*(one.due for one in windows), *map(schedule.deadline, students)])
    first = on(day, (day.papers or [""])[0])  # the tasks and their points are those of every paper
    klass = read_class(forge, day.slug, students, first.starter / "assignment.json", since, until)
    locked = day.facts.kind == "exam" and klass.now < min(one.opens for one in windows)
    return replace(klass, tasks=()) if locked else klass  # the names of tasks tell of a paper


def _write(out: Path, klass: Class, names: bool, refresh: int) -> None:
    write_whole(out, render(klass, names, refresh))
    print(f"{out}: {sum(one.pushes > 0 for one in klass.students)} have pushed, {len(klass.stuck)} are stuck")


if __name__ == "__main__":
    verbs.run(main)
