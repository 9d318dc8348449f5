#!/usr/bin/env python3
"""Build the starters and the assignment repositories from the masters.

examples: scripts/build.py                        every starter, and every repository into out/
          scripts/build.py day1_vae               one day
          scripts/build.py --check                only say whether starter/ is up to date
          scripts/build.py day1_vae --classroom50 my-org/gen-models
                                                  what a teacher brings to Classroom 50, and what to type there
"""

import _venv  # noqa: F401  (continues inside .venv)

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from genweek import verbs
from genweek.alone import alone
from genweek.classroom.drawing import Seats, seats
from genweek.course.roster import Student, read_roster
from genweek.course.schedule import Schedule
from genweek.making import classroom50
from genweek.making.building import build, make_starter, take_away_left_out
from genweek.making.closing import open_notebooks, windows
from genweek.making.contents import refuse_strays
from genweek.making.locking import course_secret
from genweek.making.staleness import refuse_stale, stale_files
from genweek.course.day import ROOT, Day, days


def main() -> int:
    parser = verbs.parser(__doc__, "slugs")
    parser.add_argument("--out", type=Path, default=ROOT / "out", metavar="DIR", help="where repositories go (out/)")
    parser.add_argument("--check", action="store_true", help="change nothing; fail when starter/ is stale")
    parser.add_argument("--classroom50", type=verbs.room50, metavar="ORG/CLASSROOM", help="for that classroom, and no more")
    options = parser.parse_args()
    if options.check:
        parser.only_with(options, "--check", "slugs")
    if options.classroom50:
        return _for_classroom50(options)
    with nullcontext() if options.check else alone(ROOT / "out"):  # one build at a time, wherever it writes
        stale = [name for day in days(options.slugs) for name in _make_each(day, options)]
    if options.check and stale:
        print(f"Stale: {', '.join(stale)}. Run: scripts/build.py", file=sys.stderr)
        return 1
    return 0


def _for_classroom50(options: argparse.Namespace) -> int:
    students = read_roster(roster) if (roster := verbs.CLASSROOM / "roster.csv").exists() else []
    with alone(ROOT / "out"):
        chosen = [day for day in days(options.slugs) if options.slugs or day.facts.kind == "lab"]
        made, shared = [], {}
        for day in chosen:
            secret = course_secret(in_use=verbs.secret_in_use(day.slug))
            if day.papers:
                shared[day.slug] = _seats(day, students, secret)
            sat = {paper for window in windows(day) for paper in window.papers}
            made += [one for one in day.on_each() if not day.papers or one.paper in sat]
        for day in made:
            refuse_stale(day)
        organisation, classroom = options.classroom50
        folder = classroom50.write(made, organisation, classroom, students, options.out, shared)
    print(f"{folder / 'COMMANDS.md'}: what to type, in that folder.")
    if not students:
        print("No roster is in it: there is no classroom/roster.csv.")
    return 0


def _seats(day: Day, students: Sequence[Student], secret: bytes) -> Seats:
    """Who writes on which paper, as generate.py would draw it; kept in classroom/SLUG/papers.csv."""
    folder = verbs.CLASSROOM / day.slug
    found = seats(day, Schedule.of(day), students, folder, secret=lambda: secret)
    if found.is_new(folder):
        found.keeping(folder).act()
    return found


def _make_each(day: Day, options: argparse.Namespace) -> list[str]:
    """On each of its papers, if it has any."""
    stale = [name for one in day.on_each() for name in _make(one, options)]
    print(*(f"Note: {note}\n" for note in open_notebooks(day)), sep="", end="")
    return stale


def _make(day: Day, options: argparse.Namespace) -> list[str]:
    """Renew the starter and the repository of a day, unless --check; the files of the starter that were stale."""
    if not options.check:
        course_secret(in_use=verbs.secret_in_use(day.slug))
        if gone := take_away_left_out(day):
            print(f"{day.slug}: {', '.join(gone)} taken out of starter/{day.place}, for the notebook is left out.")
    refuse_strays(day)  # else they would be taken for a starter of old, and removed
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / day.place
        make_starter(day, fresh)
        changed = stale_files(day, fresh)
        if not options.check:
            day.starter.mkdir(parents=True, exist_ok=True)
            for name in changed:  # the others keep their very bytes
                (day.starter / name).unlink(missing_ok=True)
                if (fresh / name).exists():
                    shutil.copy(fresh / name, day.starter / name)
            print(f"{day.slug}: starter/{day.place} ({len(changed)} files changed), {build(day, options.out)}")
    return [f"starter/{day.place}/{name}" for name in changed]


if __name__ == "__main__":
    verbs.run(main)
