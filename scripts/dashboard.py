#!/usr/bin/env python3
"""Write the page for the wall of the classroom: who has what, the commonest mistakes, where people are stuck.

examples: scripts/dashboard.py day1_vae --roster roster.csv                once
          scripts/dashboard.py day1_vae --roster roster.csv --watch 30     again every 30 seconds, and reloads itself
          scripts/dashboard.py day1_vae --roster roster.csv --names        for the instructor: a switch shows the names

The page holds no names without --names. It is one file; open it in any browser.
"""

import _venv  # noqa: F401  (continues inside .venv)

import time
from pathlib import Path

from autograding.whole import write_whole
from genweek import verbs
from genweek.alone import alone
from genweek.course.day import Day
from genweek.classroom.wall.dashboard import render
from genweek.classroom.wall.progress import read_class
from genweek.course.roster import read_roster
from genweek.course.schedule import Schedule, read_time


def main() -> int:
    parser = verbs.parser(__doc__, "slug", "roster", "forge")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the page (classroom/SLUG/dashboard.html)")
    parser.add_argument("--names", action="store_true", help="write names into the page, hidden until asked for")
    parser.add_argument("--watch", type=verbs.count, default=0, metavar="SECONDS", help="renew it until you press Ctrl-C")
    parser.add_argument("--since", metavar="TIME", type=read_time, help="when the session began (its `opens`)")
    options = parser.parse_args()
    day, students, forge = Day.load(options.slug), read_roster(options.roster), verbs.open_forge(options)
    schedule, out = Schedule.of(day), options.out or verbs.CLASSROOM / day.slug / "dashboard.html"
    since, until = options.since or schedule.opens, schedule.last_deadline(students)
    verbs.say_who_is_missing(forge, day.slug, options.roster)
    with alone(out.parent, out.name):  # one with names must not take turns with the wall's
        while True:
            klass = read_class(forge, day.slug, students, day.starter / "assignment.json", since, until)
            write_whole(out, render(klass, options.names, options.watch))
            print(f"{out}: {sum(one.pushes > 0 for one in klass.students)} have pushed, {len(klass.stuck)} are stuck")
            if not options.watch:
                return 0
            time.sleep(options.watch)


if __name__ == "__main__":
    verbs.run(main)
