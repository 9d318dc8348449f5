#!/usr/bin/env python3
"""Grade submissions on unseen inputs: the grade of record.

SUBMISSIONS is a folder with one checkout per student (scripts/collect.py makes it). Only the notebooks are taken from
it; the grader, the tests, the inputs and the answers are yours. Each submission of an exam is graded by its own paper.

Each grade says what it was made under: tests, masters, starter, grader, seed. When one of them was changed since, --resume
grades everybody anew. A grade that is replaced is kept in students/LOGIN/history, and changes.csv says who changed and why.

examples: scripts/regrade.py day1_vae classroom/day1_vae/submissions --out classroom/day1_vae/grades
          scripts/regrade.py day1_vae classroom/day1_vae/submissions --out classroom/day1_vae/grades --resume
          scripts/regrade.py day1_vae classroom/day1_vae/submissions --out classroom/day1_vae/grades --only ada ben
          scripts/regrade.py day1_vae classroom/day1_vae/submissions --out part1 --seed 77 --shard 1/2
          scripts/regrade.py day1_vae classroom/day1_vae/submissions --out part2 --seed 77 --shard 2/2
          scripts/regrade.py day1_vae --merge part1 part2 --out classroom/day1_vae/grades
"""

import _venv  # noqa: F401  (continues inside .venv)

import argparse
import os
import re
import secrets
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

from autograding.judge import recording
from autograding.judge.assignment import Assignment
from autograding.judge.processes import worker_pool
from autograding.reports.escape import for_log, one_line
from autograding.whole import write_whole
from genweek import verbs
from genweek.alone import alone, refuse_while_held
from genweek.classroom.afterwards.keeping import provisional
from genweek.classroom.publishing.secrets_in_use import of_folder
from genweek.regrading import changes, choosing, grades, sandbox
from genweek.regrading.fingerprint import Fingerprint, digest, fingerprint, register, remember
from genweek.regrading.results import folder_of, is_graded, keep, read_scores, under
from genweek.making.building import build
from genweek.course.day import CourseError, Day
from genweek.making.locking import course_secret
from genweek.making.record import record
from genweek.making.staleness import refuse_stale
from genweek.regrading.lanes import regrade
from genweek.regrading.submissions import Submission, find


def main() -> int:
    options = _options()
    if options.merge:
        return _report(grades.merge(options.merge, options.out, options.slug), options.out)
    if not options.submissions or not options.submissions.is_dir():
        raise CourseError(f"{options.submissions} is no folder of submissions. scripts/collect.py makes one.")
    if options.out.resolve().is_relative_to(options.submissions.resolve()):
        raise CourseError(f"{options.out} lies among the submissions and would be taken for one: name another --out.")
    if not sandbox.available() or options.no_sandbox:
        print(f"Warning: {sandbox.UNPROTECTED}", file=sys.stderr)
    else:
        sandbox.check()
    day = Day.load(options.slug)
    found = _shard(find(options.submissions, day.slug), options.shard)
    grades.refuse_another_day(options.out, day.slug)
    refuse_while_held(options.submissions.resolve().parent)  # collect writes the submissions of its folder
    with alone(options.out):
        scratch = options.out.resolve() / ".scratch"
        shutil.rmtree(scratch, ignore_errors=True)  # of a run that was killed
        scratch.mkdir()
        try:
            _run(day, found, options, scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    graded = [one for one in found if is_graded(options.out, one.student)]
    scores = {one.student: read_scores(folder_of(options.out, one.student)) for one in graded}
    rows = [grades.row(one.student, scores[one.student], provisional(one.folder)) for one in graded]
    grades.write_rows(options.out / "grades.csv", rows)
    return _report(rows, options.out)


def _report(rows: list[dict[str, str]], out: Path) -> int:
    text = grades.summary(out, rows)
    write_whole(out / "summary.txt", text + "\n")
    print(f"{for_log(text)}\n{out / 'grades.csv'}")
    failed = ", ".join(row["student"] for row in rows if row["status"] == "failed")
    if failed:
        print(for_log(f"LOOK AT IT: {failed} could not be graded. --resume tries again."), file=sys.stderr)
    return 1 if failed else 0


def _run(day: Day, found: list[Submission], options: argparse.Namespace, scratch: Path) -> None:
    by_paper = choosing.by_paper(day, found)
    for which, _ in by_paper:
        refuse_stale(which)
    course_secret(make=False, in_use=of_folder(options.submissions, "the repositories of these submissions"))
    choosing.refuse_to_begin_anew(options, found)
    choosing.refuse_unknown(options.only, found)
    seed = _seed(options)
    made = [_made(which, theirs, seed, scratch) for which, theirs in by_paper]
    _forget_recordings(options.out, [one.recording(options.out) for one in made])
    for one in made:
        waiting = choosing.choose(options, one.submissions, one.assignment, one.under)
        remember(options.out, one.under)
        for submission in waiting:
            keep(options.out, submission.student)
        if waiting:
            answers = _answers(one.day, one.assignment, one.repo, seed, one.recording(options.out))
            _grade(waiting, one.repo, one.assignment, answers, options, scratch)
        one.graded_now += waiting
    _tell(made, found, options.out)


@dataclass
class _Made:
    """What some submissions are graded with: all of a lab, or those of one paper of an exam."""

    day: Day
    repo: Path
    assignment: Assignment
    under: Fingerprint
    submissions: list[Submission]
    graded_now: list[Submission] = field(default_factory=list)

    def recording(self, out: Path) -> Path:
        return out / f"recording-{self.under.id}.json"


def _made(day: Day, submissions: list[Submission], seed: str, scratch: Path) -> _Made:
    repo = build(day, scratch)
    assignment = Assignment.load(repo / "autograding").of_record(day.unseen)
    return _Made(day, repo, assignment, fingerprint(day, repo, seed), submissions)


def _answers(day: Day, assignment: Assignment, repo: Path, seed: str, path: Path) -> recording.Recording:
    """The answers on the secret seed, recorded if need be."""
    if not path.exists():
        pool = worker_pool([repo])  # no sandbox for what is ours: in one, all workers end together
        recording.save(path, record(day, assignment, pool, seed), private=True)
        pool.close()
    return recording.load(path)


def _forget_recordings(out: Path, still: list[Path]) -> None:
    """Those of other tests or masters are never used, and go."""
    for other in set(out.glob("recording*.json")) - set(still):
        other.unlink()


def _grade(
    waiting: list[Submission],
    repo: Path,
    assignment: Assignment,
    answers: recording.Recording,
    options: argparse.Namespace,
    scratch: Path,
) -> None:
    jobs = min(options.jobs, len(waiting))
    graded = regrade(waiting, jobs, repo, assignment, answers, options.out, scratch, not options.no_sandbox)
    progress = tqdm(graded, total=len(waiting), unit="submission", disable=not sys.stderr.isatty())
    for student in progress:
        progress.set_postfix_str(one_line(student))


def _tell(made: list[_Made], found: list[Submission], out: Path) -> None:
    """Whose grade changed in this run, and who has one of another make."""
    graded = [one.student for one in found if is_graded(out, one.student)]
    every = changes.all_changes(out, graded)
    if every:
        changes.write(out, every)
    last = {one.student: one for one in every}
    steps = [last[one.student] for each in made for one in each.graded_now if one.student in last]
    for step in steps:
        if step.is_one:
            print(for_log(f"  {step.in_words}"))
    if steps:
        print(f"{sum(step.is_one for step in steps)} of {len(steps)} that were graded anew changed.")
    now = {one.student: [each.under.id] for each in made for one in each.submissions}
    others = [student for student in graded if under(read_scores(folder_of(out, student))) != now[student]]
    if others:
        print(f"Note: {len(others)} of {len(graded)} keep a grade of another make. --resume grades them like the rest.")


def _seed(options: argparse.Namespace) -> str:
    """The seed of this run, kept beside its results: a run that goes on must ask the same questions."""
    path = options.out / "seed.txt"
    kept = path.read_text().strip() if path.exists() else ""
    if kept and options.seed not in (None, kept):
        raise CourseError(f"{options.out} was begun with another seed: leave --seed away, or name another --out.")
    if not kept:
        _refuse_other_questions(options)
        kept = options.seed or secrets.token_hex(16)
        write_whole(path, f"{kept}\n", private=True)
    return kept


def _refuse_other_questions(options: argparse.Namespace) -> None:
    """Grades that were merged from parts have no seed beside them."""
    seeds = {parts["seed"] for parts in register(options.out).values()}
    if (seeds or any(options.out.glob("students/*/scores.json"))) and not options.seed:
        raise CourseError(f"{options.out} holds grades, and not the seed of their questions: name it with --seed.")
    if seeds and digest(options.seed.encode()) not in seeds:
        raise CourseError(f"{options.out} holds grades on another seed than that of --seed.")


def _shard(found: list[Submission], shard: str) -> list[Submission]:
    number, _, count = shard.partition("/")
    if not (re.fullmatch("[0-9]{1,6}/[0-9]{1,6}", shard) and 1 <= int(number) <= int(count)):
        raise CourseError(f"--shard {shard}: write it as K/N, the K-th of N parts, e.g. 2/8.")
    return found[int(number) - 1 :: int(count)]


def _options() -> argparse.Namespace:
    parser = verbs.parser(__doc__, "slug")
    parser.add_argument("submissions", type=Path, nargs="?", metavar="SUBMISSIONS", help="one checkout per student")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the grades go")
    parser.add_argument("--jobs", type=verbs.count, default=os.cpu_count(), metavar="N", help="at a time (all cores)")
    parser.add_argument("--seed", metavar="N", help="the secret seed (default: drawn, and kept in DIR/seed.txt)")
    parser.add_argument("--resume", action="store_true", help="go on: nothing is graded twice that is still right")
    parser.add_argument("--only", nargs="+", default=[], metavar="LOGIN", help="grade these anew, after an appeal")
    parser.add_argument("--task", metavar="ID", help="take over only the points of this task (nb1.kl_divergence)")
    parser.add_argument("--no-sandbox", action="store_true", help="run student code with your own rights")
    parser.add_argument("--shard", default="1/1", metavar="K/N", help="grade the K-th of N parts only")
    parser.add_argument("--merge", type=Path, nargs="+", metavar="PART", help="merge the results of several parts")
    options = parser.parse_args()
    if options.merge:
        parser.only_with(options, "--merge", "slug", "out")
    return options


if __name__ == "__main__":
    verbs.run(main, again="Go on with --resume: nothing that was graded is lost.")
