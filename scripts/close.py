#!/usr/bin/env python3
"""Close an assignment: its repositories take no more pushes, but from those whose time is not over yet.

examples: scripts/close.py day4_exam            print what it would do
          scripts/close.py day4_exam --apply    do it, after the last sitting; again when the last extension is over
          scripts/close.py day4_exam --open --apply      take pushes again

Nothing has to be closed for a grade to be right: what counts is the server's time of a push. Until the end and some
minutes' grace (--grace) a repository stays open: a push that is refused is lost, and one that is late is only listed.
"""

import _venv  # noqa: F401  (continues inside .venv)

from datetime import timedelta
from functools import partial

from genweek import verbs
from genweek.classroom.belonging import repository
from genweek.classroom.publishing.planning import Step, carry_out
from genweek.course.day import Day
from genweek.course.roster import Student, read_roster
from genweek.course.schedule import Schedule, in_words
from genweek.forges.forge import Forge

GRACE = 5  # minutes


def main() -> int:
    parser = verbs.parser(__doc__, "slug", "roster", "forge", "apply")
    parser.add_argument("--grace", type=verbs.count, default=GRACE, metavar="MINUTES", help=f"after each end ({GRACE})")
    parser.add_argument("--open", action="store_true", help="the other way: take pushes again")
    options = parser.parse_args()
    if options.open and options.grace != GRACE:
        parser.error("with --open, grace has no effect: leave it out")
    day, students, forge = Day.load(options.slug), read_roster(options.roster), verbs.open_forge(options)
    schedule = Schedule.of(day)
    grace = max(timedelta(minutes=options.grace), schedule.grace)  # no push that counts is refused
    print(*(f"  {line}" for line in schedule.lines(forge.now())), sep="\n")
    print(schedule.extensions_in_words(students))
    with verbs.changing(forge, options.apply):
        if not options.open and forge.now() < schedule.due + grace:
            together = " All sittings are closed together, after the last." if len(schedule.sittings) > 1 else ""
            print(f"Not yet: pushes are taken until {in_words(schedule.due + grace)}, with the grace.{together}")
            return 0
        steps = _opening(forge, schedule) if options.open else _closing(forge, schedule, students, grace)
        return carry_out(steps, options.apply, forge)


def _opening(forge: Forge, schedule: Schedule) -> list[Step]:
    if forge.closed(schedule.slug) is None:
        return []
    return [Step(f"take pushes to all repositories of {schedule.slug} again", partial(forge.open, schedule.slug), "open")]


def _closing(forge: Forge, schedule: Schedule, students: list[Student], grace: timedelta) -> list[Step]:
    """Nobody is closed out before the end; then those who have more time are left out, until this is run again."""
    existing, now = set(forge.repos()), forge.now()
    working = [student for student in students if now < schedule.deadline(student) + grace]
    but = sorted({repository(forge, existing, schedule.slug, student) for student in working} & existing)
    if working:
        last = max(schedule.deadline(student) for student in working) + grace
        print(f"Still open: {', '.join(student.login for student in working)}. Run this again after {in_words(last)}.")
    before = forge.closed(schedule.slug)
    if before is not None and sorted(before) == but:
        return []
    said = f"take no more pushes to the repositories of {schedule.slug}" + (f", but to {', '.join(but)}" if but else "")
    return [Step(said, partial(forge.close, schedule.slug, but), "close")]


if __name__ == "__main__":
    verbs.run(main)
