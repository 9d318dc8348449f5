#!/usr/bin/env python3
"""Join all regrades and the written exam into one gradebook, with the weights of assignments/course.toml.

examples: scripts/gradebook.py                                  the assignments that are graded so far
          scripts/gradebook.py --theory-template theory.csv     a file for the written exam, to fill in
          scripts/gradebook.py --theory theory.csv              and the written exam

It reads DIR/SLUG/collection.csv (scripts/collect.py), DIR/SLUG/grades/grades.csv (scripts/regrade.py) and
DIR/adjustments.csv (yours to write), and writes DIR/gradebook/{gradebook,canvas,moodle}.csv. Each number stands beside
the commit that it was given for; a student without a number stands there with the reason.
"""

import _venv  # noqa: F401  (continues inside .venv)

import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from genweek.classroom.afterwards import adjustments, before_import, exports, gradebook
from genweek.classroom.afterwards.grade import Entry, Standing
from genweek.classroom.afterwards.theory import read_theory, write_template
from genweek.classroom.afterwards.titles import column_titles
from genweek import verbs
from genweek.alone import alone
from genweek.course.day import CourseError, all_slugs, readable
from genweek.course.course_file import THEORY, read_course
from genweek.course.roster import read_everybody, read_roster


def main() -> int:
    parser = verbs.parser(__doc__, "roster", "work")
    parser.add_argument("--theory", type=Path, metavar="FILE", help="the written exam: student,score,max_score")
    parser.add_argument(
        "--theory-template", type=Path, metavar="FILE", help="write such a file to fill in, and do nothing else"
    )
    options = parser.parse_args()
    students, course, parts = read_roster(options.roster), read_course(), {}
    if options.theory_template:
        parser.only_with(options, "--theory-template", "roster")
        write_template(students, options.theory_template)
        print(f"{options.theory_template}: {len(students)} row{'s' * (len(students) != 1)} to fill in.")
        return 0
    everybody = read_everybody(options.roster)
    rehearsals = {day.slug for day in readable()[0] if day.facts.kind == "rehearsal"}
    for slug in (slug for slug in all_slugs() if slug not in rehearsals):
        folder = options.work / slug
        grades = gradebook.read_regrade(students, folder / "collection.csv", folder / "grades" / "grades.csv")
        parts |= {slug: grades} if grades is not None else {}
        if others := gradebook.strangers(everybody, folder / "collection.csv", folder / "grades" / "grades.csv"):
            print(f"Not in the gradebook, for the roster has no such login: {', '.join(others)} ({slug}). Whoever was")
            print("renamed gets the old login into the column `was`; whoever left keeps a row, with `left` in `status`.")
    if left := [student for student in everybody if student.left]:
        logins = ", ".join(student.login for student in left)
        print(f"Left, by the roster, and not in the gradebook: {logins}. Their grades stay where they are.")
    if options.theory:
        parts[THEORY] = read_theory(students, options.theory)
    if not parts:
        raise CourseError(f"Nothing is graded in {options.work}. What comes next, says scripts/status.py")
    gradebook.check_weights(course, parts)
    titles = column_titles(course, parts)
    written = adjustments.read_adjustments(options.work / "adjustments.csv", students, {*course.weights, *all_slugs()})
    entries, out = gradebook.entries(students, parts, written), options.work / "gradebook"
    _print_gaps(entries)
    _print_adjustments(written, parts)
    if missing := [part for part in course.weights if part not in parts]:
        print(f"Not in it, for nothing of it is graded: {', '.join(missing)}.")
    with alone(out):
        for path in (
            exports.write_plain(out / "gradebook.csv", course, entries),
            exports.write_canvas(out / "canvas.csv", entries, titles, left),
            exports.write_moodle(out / "moodle.csv", entries, titles),
        ):
            print(path)
    for sentence in before_import.in_words(entries, titles, left):
        print(f"  {sentence}")
    early = [part for part in parts if any(gradebook.PROVISIONAL in one.grades[part].reason for one in entries)]
    if early:
        print(f"PROVISIONAL: {', '.join(early)}. Collect and regrade again after the deadline.", file=sys.stderr)
    every = [(entry.student.login, part, grade) for entry in entries for part, grade in entry.grades.items()]
    failed = [f"{login} ({part})" for login, part, grade in every if grade.standing is Standing.FAILED]
    if failed:
        print(f"LOOK AT IT: {', '.join(failed)}: counted as 0 until it is graded or explained.", file=sys.stderr)
    return 1 if failed else 0


def _print_gaps(entries: list[Entry]) -> None:
    """Every student without a number of the grader's, and every 0 that has a reason."""
    for entry in entries:
        for part, grade in entry.grades.items():
            if grade.standing is not Standing.GRADED or (grade.score == 0 and grade.reason):
                why = ", ".join(filter(None, [grade.standing, grade.reason, grade.note]))
                print(f"  {entry.student.login:<20} {part:<15} {'no grade' if grade.score is None else grade.score}: {why}")


def _print_adjustments(written: Mapping[adjustments.Key, Sequence[adjustments.Adjustment]], parts: Collection[str]) -> None:
    for (login, part), rows in written.items():
        said = [f"{one.word}: {one.in_words}" if one.word else one.in_words for one in rows]
        waits = "" if part in parts else " (waits: nothing of it is graded yet)"
        print(f"  {login:<20} {part:<15} adjusted{waits}: {'; '.join(said)}")


if __name__ == "__main__":
    verbs.run(main)
