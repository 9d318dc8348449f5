#!/usr/bin/env python3
"""Give every student the solved notebooks, and answers to the written questions, as a branch of their own repository.

examples: scripts/release_solutions.py day1_vae --roster roster.csv            print the plan
          scripts/release_solutions.py day1_vae --roster roster.csv --apply    do it
          scripts/release_solutions.py day1_vae --except ada ben --apply       without who may still push

The branch is `solutions`. It is refused before the date `solutions` of the assignment's schedule, and while a student's
extension still runs.
"""

import _venv  # noqa: F401  (continues inside .venv)

import tempfile
from pathlib import Path

from genweek.classroom.publishing import solutions
from genweek import verbs
from genweek.course.day import Day
from genweek.classroom.publishing.planning import carry_out
from genweek.course.roster import read_roster, without
from genweek.making.staleness import refuse_stale
from genweek.course.schedule import Schedule


def main() -> int:
    parser = verbs.parser(__doc__, "slug", "roster", "forge", "apply")
    parser.add_argument("--except", nargs="+", default=[], dest="left_out", metavar="LOGIN", help="not to these, as yet")
    options = parser.parse_args()
    day, students, forge = Day.load(options.slug), read_roster(options.roster), verbs.open_forge(options)
    schedule = Schedule.of(day)
    students = without(students, options.left_out)
    solutions.refuse_early(forge.now(), schedule, students)
    refuse_stale(day)
    verbs.say_who_is_missing(forge, day.slug, options.roster)
    with verbs.changing(forge, options.apply), tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "solutions"
        commit = solutions.make_commit(forge, day.slug, solutions.solved_texts(day), schedule.solutions, folder)
        return carry_out(solutions.plan(forge, day.slug, students, folder, commit), options.apply, forge)


if __name__ == "__main__":
    verbs.run(main)
