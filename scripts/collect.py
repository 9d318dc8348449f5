#!/usr/bin/env python3
"""Collect what counts: each student's last commit pushed to main before the deadline, by the server's clock.

examples: scripts/collect.py day1_vae --roster roster.csv                             by the schedule
          scripts/collect.py day4_exam --roster roster.csv --at "2026-11-27 12:00"    by another time

Writes DIR/submissions/SLUG-LOGIN (one checkout per student, for scripts/regrade.py), DIR/collection.csv (one row per
student, with the commit or the reason why there is none) and DIR/late.csv. It changes nothing on the forge; run it as
often as you like.
"""

import _venv  # noqa: F401  (continues inside .venv)

from collections import Counter
from pathlib import Path

from genweek import verbs
from genweek.classroom.afterwards.collecting import check_out, choose_all, write
from genweek.course.day import Day
from genweek.forges.git import GitError
from genweek.course.roster import read_roster
from genweek.course.schedule import Schedule, in_words, read_time


def main() -> int:
    parser = verbs.parser(__doc__, "slug", "roster", "forge")
    parser.add_argument("--at", metavar="TIME", type=read_time, help="in place of the schedule's `due`")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where it goes (classroom/SLUG)")
    options = parser.parse_args()
    schedule, students = Schedule.of(Day.load(options.slug)), read_roster(options.roster)
    forge, out = verbs.open_forge(options), options.out or verbs.CLASSROOM / options.slug
    rows, failed = choose_all(forge, schedule, students, options.at), 0
    print(f"{options.slug}: pushes before {in_words(options.at or schedule.due)}, each student's extension added")
    if forge.now() < max(row.deadline for row in rows):
        print("Note: that is not over for everyone. Collect again when it is.")
    for row in rows:
        try:
            changed = check_out(forge, row, out / "submissions" / row.repository)
        except GitError as error:
            failed += 1
            print(f"  {row.student.login:<20} not collected: {error}")
            continue
        what = f"{row.push.commit[:7]}  {in_words(row.push.time)}" if row.push else row.status
        late = f"  {len(row.late)} late" if row.late else ""
        print(f"  {row.student.login:<20} {what}{late}{'' if changed or not row.push else '  (was there)'}")
        for note in row.notes:
            print(f"  {'':<20} {note}")
    paths = write(rows, out)
    counts = ", ".join(f"{count} {status}" for status, count in Counter(row.status for row in rows).most_common())
    print(f"{counts}.\n{out / 'submissions'}\n" + "\n".join(map(str, paths)))
    return 1 if failed else 0


if __name__ == "__main__":
    verbs.run(main)
