#!/usr/bin/env python3
"""Where are we, and what do I do next? It reads what stands, and changes nothing.

examples: scripts/status.py                                every assignment in short
          scripts/status.py day1_vae                       one, with its next command
          scripts/status.py day1_vae --text                what to tell the class: clone, deadline, update
          scripts/status.py day1_vae --mail mail.csv       the same, a row for each student, for a mail merge
"""

import _venv  # noqa: F401  (continues inside .venv)

import argparse
import re
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from autograding.reports.escape import one_line
from genweek import verbs
from genweek.classroom.overview import announcing
from genweek.classroom.overview.facts import Fact, next_of
from genweek.classroom.overview.results import Results
from genweek.classroom.overview.running import Running
from genweek.classroom.drawing import on, seats
from genweek.course.day import CourseError, Day, days
from genweek.course.roster import Student, read_everybody, read_roster
from genweek.course.schedule import Schedule, in_words
from genweek.forges.forge import Forge
from genweek.making.building import build
from genweek.making.locking import course_secret


COMMAND = re.compile(r"(scripts|\.venv)/\S+\.py ?")


def main() -> int:
    parser = verbs.parser(__doc__, "slugs", "roster", "forge", "work")
    parser.add_argument("--text", action="store_true", help="print what to tell the class, and nothing else")
    parser.add_argument("--mail", type=Path, metavar="FILE", help="write it as a table, a row for each student")
    options = parser.parse_args()
    if options.mail and len(options.slugs) != 1:
        parser.error("--mail is the table of one assignment: name it")
    students, forge = read_roster(options.roster), verbs.open_forge(options)
    for day in days(options.slugs):
        with tempfile.TemporaryDirectory() as scratch:
            _one(day, students, forge, Path(scratch), options)
    return 0


def _one(day: Day, students: list[Student], forge: Forge, scratch: Path, options: argparse.Namespace) -> None:
    said = options.text or options.mail
    schedule = Schedule.of(day)
    shared = seats(day, schedule, students, options.work / day.slug, forge)
    built = {} if said else _built(day, sorted(shared.by_paper(students)), scratch)
    left = [one for one in read_everybody(options.roster) if one.left]
    running = Running(day, schedule, students, forge, built, left, shared)
    if options.text:
        print(announcing.text(running), end="\n\n")
    if options.mail:
        print(announcing.write_mail(running, options.mail))
    if not said:
        results = Results(running, options.work)
        facts = [*running.facts(), *results.facts()]
        _print(running, facts, brief=not options.slugs)
        print(_in_words(next_of(facts, _otherwise(running, results))), end="\n\n")


def _in_words(step: str) -> str:
    """What comes next. A command stands on a line of its own; before it, what to add where the course is kept elsewhere
    than by default."""
    if not COMMAND.match(step):
        return f"Next: {step}"
    named = sorted({"--roster", "--forge", "--work"} & {word.partition("=")[0] for word in sys.argv})
    places = f" (and {', '.join(named)} as here)" if named else ""
    return f"Next{places}:\n    {step}"


def _built(day: Day, papers: list[str], scratch: Path) -> dict[str, Path]:
    """The assignment as it would be published, on each paper; nothing where a fact says why it cannot be."""
    with suppress(CourseError):
        course_secret(make=False)
        return {paper: build(on(day, paper), scratch / "built") for paper in papers if paper or not day.facts.sittings}
    return {}


def _print(running: Running, facts: list[Fact], brief: bool) -> None:
    print(f"{running.day.title} ({running.slug})")
    print(*(f"  {line}" for line in running.schedule.lines(running.forge.now())), sep="\n")
    for fact in facts:
        if fact.todo or not brief:
            print(f"{'!' if fact.todo else ' '} {fact.subject:<13} {one_line(fact.said)}")


def _otherwise(running: Running, results: Results) -> str:
    """What comes next where nothing is left undone."""
    now, schedule = running.forge.now(), running.schedule
    if now < schedule.release:
        return f"nothing before the release, {in_words(schedule.release)}"
    if not results.over:  # of an exam, the last sitting
        return f"scripts/dashboard.py {running.slug} --watch 30"
    if now < schedule.solutions:
        return f"nothing before the solutions are due, {in_words(schedule.solutions)}"
    return "nothing: all is done"


if __name__ == "__main__":
    verbs.run(main)
