#!/usr/bin/env python3
"""Make an assignment's repositories on a forge: the template, and a private one for each student of the roster.

examples: scripts/generate.py day1_vae                     print the plan
          scripts/generate.py day1_vae --apply             do it; again for who came later, and for a date that changed
          scripts/generate.py day1_vae --update --apply    and bring a fix of the starter to all, as a branch to merge:
                                                           starter-update

Of an exam each student gets one paper, locked, out of those of the own sitting. It is drawn once and kept in
DIR/SLUG/papers.csv; the roster's columns sitting_SLUG and paper_SLUG name another.
"""

import _venv  # noqa: F401  (continues inside .venv)

import tempfile
from contextlib import nullcontext
from pathlib import Path

from genweek.classroom.drawing import on, seats
from genweek.classroom.overview.announcing import UPDATE
from genweek.classroom.publishing import generating
from genweek import verbs
from genweek.making.building import build
from genweek.making.closing import open_notebooks
from genweek.making.locking import course_secret, planning, refuse_guessable
from genweek.making.staleness import refuse_stale
from genweek.course.day import Day
from genweek.classroom.publishing.planning import Step, carry_out
from genweek.classroom.publishing.secrets_in_use import of_forge
from genweek.classroom.publishing.updating import table
from genweek.course.roster import Student, read_roster
from genweek.course.schedule import Schedule
from genweek.forges.forge import Forge, repo_name, template_name


def main() -> int:
    parser = verbs.parser(__doc__, "slug", "roster", "forge", "work", "apply")
    parser.add_argument("--update", action="store_true", help="bring the new starter to repositories that exist")
    options = parser.parse_args()
    day, students = Day.load(options.slug), read_roster(options.roster)
    schedule, forge = Schedule.of(day), verbs.open_forge(options, may_make=True)
    print(f"{day.title}: {len(students)} student{'s' * (len(students) != 1)}, forge {forge}")
    print(*(f"  {line}" for line in schedule.lines(forge.now())), sep="\n")
    print(schedule.extensions_in_words(students))
    print(*(f"Note: {note}\n" for note in open_notebooks(day)), sep="", end="")
    left = verbs.say_who_is_missing(forge, day.slug, options.roster)
    in_use = of_forge(forge, day.slug)
    for_now = nullcontext() if options.apply else planning(in_use)
    with verbs.changing(forge, options.apply), tempfile.TemporaryDirectory() as scratch, for_now:
        secret, folder = course_secret(in_use=in_use), options.work / day.slug
        if not in_use:
            refuse_guessable(secret)
        shared = seats(day, schedule, students, folder, forge, lambda: secret)
        print(*(f"Papers of {line}" for line in shared.in_words()), sep="\n", end="\n" if schedule.sittings else "")
        steps = [shared.keeping(folder)] if shared.is_new(folder) else []
        for paper, theirs in shared.by_paper(students).items():
            which = on(day, paper)
            refuse_stale(which)
            exam, grader, built = day.facts.kind == "exam", None, build(which, Path(scratch))
            if day.facts.kind != "lab":
                grader, built = built, build(which, Path(scratch) / "locked", locked=True)
            steps += generating.plan(forge, day.slug, built, theirs, schedule, exam, left, paper, grader)
            steps = _updates(forge, which, paper, built, grader, theirs, options.update) + steps
            left = []  # once is enough
        failed = carry_out(steps, options.apply, forge)
    if options.apply and not failed:
        address = forge.clone_url(repo_name(day.slug, "LOGIN"))
        print("To tell the class, LOGIN being each student's own (scripts/status.py --text says it with the deadline):")
        print(f"    git clone {address}")
        if options.update:
            print(f"and for the fix, in the folder of the clone:\n    {UPDATE}")
    return failed


def _updates(
    forge: Forge, day: Day, paper: str, built: Path, grader: Path | None, students: list[Student], asked: bool
) -> list[Step]:
    """What brings a fix of the starter to repositories that exist, if it is asked for."""
    template = template_name(day.slug, paper)
    if template not in forge.repos() or not forge.tip(template):
        return []
    commit, is_new = generating.next_template(forge, template, built)
    if asked:
        updates, found = generating.plan_update(forge, day.slug, built, commit, is_new, students, paper, grader)
        print(table(found))
        return updates
    if is_new:
        of = f" of the paper {paper}" if paper else ""
        print(f"Note: the starter{of} has changed since the template was made. --update brings it to everybody.")
    return []


if __name__ == "__main__":
    verbs.run(main)
