#!/usr/bin/env python3
"""Make an assignment's repositories on a forge: the template, and a private one for each student of the roster.

examples: scripts/generate.py day1_vae --roster roster.csv            print the plan
          scripts/generate.py day1_vae --roster roster.csv --apply    do it; again later for students who came later
          scripts/generate.py day1_vae --roster roster.csv --update --apply
                                     bring a fix of the starter to all, as a branch to merge: starter-update
"""

import _venv  # noqa: F401  (continues inside .venv)

import tempfile
from pathlib import Path

from genweek.classroom.publishing import generating
from genweek import verbs
from genweek.making.building import build
from genweek.making.locking import course_secret
from genweek.making.staleness import refuse_stale
from genweek.course.day import Day
from genweek.classroom.publishing.planning import carry_out
from genweek.classroom.publishing.secrets_in_use import of_forge
from genweek.classroom.publishing.updating import table
from genweek.course.roster import read_roster
from genweek.course.schedule import Schedule


def main() -> int:
    parser = verbs.parser(__doc__, "slug", "roster", "forge", "apply")
    parser.add_argument("--update", action="store_true", help="bring the new starter to repositories that exist")
    options = parser.parse_args()
    day, students = Day.load(options.slug), read_roster(options.roster)
    schedule, forge = Schedule.of(day), verbs.open_forge(options, may_make=True)
    print(f"{day.title}: {len(students)} students, forge {forge}")
    print(*(f"  {line}" for line in schedule.lines(forge.now())), sep="\n")
    print(schedule.extensions_in_words(students))
    left = verbs.say_who_is_missing(forge, day.slug, options.roster)
    refuse_stale(day)
    with verbs.changing(forge, options.apply), tempfile.TemporaryDirectory() as scratch:
        course_secret(in_use=of_forge(forge, day.slug))
        built = build(day, Path(scratch))
        steps = generating.plan(forge, day.slug, built, students, schedule, day.facts.kind == "exam", left)
        if day.slug in forge.repos() and forge.tip(day.slug):
            commit, is_new = generating.next_template(forge, day.slug, built)
            if options.update:
                updates, found = generating.plan_update(forge, day.slug, built, commit, is_new, students)
                print(table(found))
                steps = updates + steps
            elif is_new:
                print("Note: the starter has changed since the template was made. --update brings it to everybody.")
        return carry_out(steps, options.apply, forge)


if __name__ == "__main__":
    verbs.run(main)
