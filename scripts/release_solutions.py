#!/usr/bin/env python3
"""Give every student the solved notebooks, and answers to the written questions, as a branch of their own repository.

examples: scripts/release_solutions.py day1_vae                             print the plan
          scripts/release_solutions.py day1_vae --apply                     do it
          scripts/release_solutions.py day1_vae --except ada ben --apply    without who may still push

The branch is `solutions`. It is refused before the date `solutions` of the assignment's schedule, and while a student's
extension still runs. Of an exam each student gets those of the own paper, when the last sitting is over.
"""

import _venv  # noqa: F401  (continues inside .venv)

import tempfile
from pathlib import Path

from genweek.classroom.drawing import on, seats
from genweek.classroom.publishing import solutions
from genweek import verbs
from genweek.course.day import Day
from genweek.classroom.publishing.planning import carry_out
from genweek.course.roster import read_roster, without
from genweek.making.staleness import refuse_stale
from genweek.course.schedule import Schedule


def main() -> int:
    parser = verbs.parser(__doc__, "slug", "roster", "forge", "work", "apply")
    parser.add_argument("--except", nargs="+", default=[], dest="left_out", metavar="LOGIN", help="not to these, as yet")
    options = parser.parse_args()
    day, students, forge = Day.load(options.slug), read_roster(options.roster), verbs.open_forge(options)
    schedule = Schedule.of(day)
    students = without(students, options.left_out)
    solutions.refuse_early(forge.now(), schedule, students)
    verbs.say_who_is_missing(forge, day.slug, options.roster)
    shared = seats(day, schedule, students, options.work / day.slug, forge)
    steps = []
    with verbs.changing(forge, options.apply), tempfile.TemporaryDirectory() as scratch:
        for paper, theirs in shared.by_paper(students).items():
            if schedule.sittings and not paper:
                continue  # who has drawn none has no repository
            which, folder = on(day, paper), Path(scratch) / f"solutions-{paper}"
            refuse_stale(which)
            texts = solutions.solved_texts(which)
            commit = solutions.make_commit(forge, day.slug, texts, schedule.solutions, folder, paper)
            steps += solutions.plan(forge, day.slug, theirs, folder, commit)
        return carry_out(steps, options.apply, forge)


if __name__ == "__main__":
    verbs.run(main)
