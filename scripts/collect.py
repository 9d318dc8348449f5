#!/usr/bin/env python3
"""Collect what counts: each student's last commit pushed to main before the deadline, by the server's clock.

examples: scripts/collect.py day1_vae                              by the schedule
          scripts/collect.py day4_exam --at "2026-11-27 12:00"     by another time
          scripts/collect.py day1_vae --answers                    and what they wrote, to be read
          scripts/collect.py day1_vae --let-go ada ben             take what counts of them, be it older (a slip of --at)

Writes DIR/submissions/SLUG-LOGIN (one checkout per student, for scripts/regrade.py), DIR/collection.csv (one row per
student, with the commit or the reason why there is none) and DIR/late.csv. It changes nothing on the forge; run it as
often as you like: what was collected gives way to newer work alone, or to --let-go, and is then kept in
DIR/submissions/.kept. What somebody took in the room counts too: DIR/receipts.csv, commits that were read out, and
DIR/bundles, work on a stick. With --answers, DIR/answers/index.html leads to a page for each written question, without
names.
"""

import _venv  # noqa: F401  (continues inside .venv)

import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

from autograding.reports.escape import one_line
from genweek import verbs
from genweek.alone import alone
from genweek.classroom.afterwards.answers import write_pages
from genweek.classroom.afterwards.collecting import COLLECTED, FAILED, Collected, choose_all, write
from genweek.classroom.afterwards.in_the_room import InTheRoom, in_the_room
from genweek.classroom.afterwards.keeping import collect, folder_for, let_go, lies_in, refuse_another_source
from genweek.classroom.drawing import seats
from genweek.classroom.overview.facts import some
from genweek.classroom.publishing.generating import other_hours
from genweek.classroom.publishing.secrets_in_use import take_along
from genweek.course.day import CourseError, Day
from genweek.course.roster import Student, read_roster, without
from genweek.forges.forge import Forge
from genweek.course.schedule import Schedule, in_words, read_time


def main() -> int:
    parser = verbs.parser(__doc__, "slug", "roster", "forge", "work")
    parser.add_argument("--at", metavar="TIME", type=read_time, help="in place of the schedule's `due`")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where it goes (classroom/SLUG)")
    parser.add_argument("--answers", action="store_true", help="and what students wrote to each question, on a page")
    parser.add_argument("--names", action="store_true", help="with the students' names on these pages")
    parser.add_argument("--let-go", nargs="+", default=[], metavar="LOGIN", help="take what counts, be it older")
    options = parser.parse_args()
    if options.names and not options.answers:
        parser.error("--names is for the pages that --answers writes")
    day, students = Day.load(options.slug), read_roster(options.roster)
    schedule = Schedule.of(day)
    without(students, options.let_go)  # which names a login that nobody has
    forge, kept = verbs.open_forge(options), options.work / schedule.slug
    out = options.out or kept
    if options.at and options.at <= schedule.release:
        released = in_words(schedule.release)
        raise CourseError(f"--at {in_words(options.at)} is not after the release, {released}: nothing was pushed before it.")
    with alone(out):
        refuse_another_source(out, forge, schedule.slug)
        take_along(forge, schedule.slug, out / "submissions")
        verbs.say_who_is_missing(forge, schedule.slug, options.roster)
        taken = in_the_room(day, schedule, students, kept)
        chosen = choose_all(forge, schedule, students, options.at, taken, seats(day, schedule, students, kept, forge))
        for row in chosen:
            if row.student.login in map(str.lower, options.let_go):
                let_go(row, lies_in(row.student, schedule.slug, out / "submissions"))
        failed = _collect(forge, schedule, students, options.at, out, chosen, taken)
        _say_other_hours(forge, day, schedule, students)
        if options.answers:
            print(write_pages(day, students, out, options.names))
        return failed


def _collect(
    forge: Forge,
    schedule: Schedule,
    students: list[Student],
    at: datetime | None,
    out: Path,
    chosen: list[Collected],
    taken: InTheRoom,
) -> int:
    rows = []
    each = schedule.sittings and not at
    until = "until the end of each sitting" if each else f"before {in_words(at or schedule.due)}"
    print(f"{schedule.slug}: pushes {until}, each student's extension added")
    print(*(f"  {line}" for line in schedule.lines(forge.now())), sep="\n")
    print(schedule.extensions_in_words(students))
    if at and at > schedule.due:
        print(f"Note: --at is after the end, {in_words(schedule.due)}: what came late counts by it.")
    if any(row.provisional for row in chosen):
        print("Provisional: that is not over for everyone. Collect again when it is.")
    for row in chosen:
        row, changed = collect(forge, row, folder_for(row, schedule.slug, out / "submissions"), taken.stems)
        rows.append(row)
        what = f"{row.push.commit[:7]}  {in_words(row.push.time)}" if row.push and row.status == COLLECTED else row.status
        late = f"  {len(row.late)} late" if row.late else ""
        same = "  STAYS" if row.stays else "  (was there)" if row.status == COLLECTED and not changed else ""
        paper = f"  {row.paper}" if row.paper else ""
        print(f"  {row.student.login:<20} {what}{paper}{late}{same}")
        if row.counted_by:
            print(f"  {'':<20} COUNTS: {one_line(row.counted_by)}.")
        for note in row.notes:
            print(f"  {'':<20} {one_line(note)}")
    paths = write(rows, out)
    counts = Counter(row.status for row in rows)
    print(", ".join(f"{count} {status}" for status, count in counts.most_common()) + ".")
    print(*(out / "submissions", *paths), sep="\n")
    if stays := ", ".join(row.student.login for row in rows if row.stays):
        print(f"LOOK AT IT: of {stays}, what was collected before stays. The reason stands above.", file=sys.stderr)
    if counts[FAILED]:
        names = ", ".join(row.student.login for row in rows if row.status == FAILED)
        print(f"LOOK AT IT: {names} could not be collected and will count as 0. The reason stands above.", file=sys.stderr)
    look_at = [*taken.sticks.problems, *(f"{row.student.login}: {note}" for row in rows for note in row.look_at)]
    for sentence in look_at:
        print(one_line(f"LOOK AT IT: {sentence}"), file=sys.stderr)
    return 1 if counts[FAILED] or look_at else 0


def _say_other_hours(forge: Forge, day: Day, schedule: Schedule, students: list[Student]) -> None:
    """What students were told is not what they are collected by."""
    if other := other_hours(forge, schedule, day.facts.kind == "exam", students, only_ends=True):
        print(f"Note: the server tells {some(other)} another end than the schedule and the roster, by which was collected.")
        print(f"To tell it:\n    scripts/generate.py {schedule.slug} --apply")


if __name__ == "__main__":
    verbs.run(main)
