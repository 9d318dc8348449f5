#!/usr/bin/env python3
"""Grade submissions on unseen inputs: the grade of record.

SUBMISSIONS is a folder with one checkout per student (scripts/collect.py makes it). Only the notebooks are taken from
it; the grader, the tests, the inputs and the answers are yours.

examples: scripts/regrade.py day1_vae collected/day1_vae --out grades/day1_vae
          scripts/regrade.py day1_vae collected/day1_vae --out grades/day1_vae --resume
          scripts/regrade.py day1_vae collected/day1_vae --out part2 --seed 77 --shard 2/8
          scripts/regrade.py day1_vae --merge part1 part2 --out grades/day1_vae
"""

import _venv  # noqa: F401  (continues inside .venv)

import argparse
import os
import secrets
import shutil
import sys
from pathlib import Path

from tqdm import tqdm

from autograding.judge import recording
from autograding.judge.assignment import Assignment
from autograding.judge.processes import worker_pool
from autograding.reports.escape import for_log, one_line
from genweek import verbs
from genweek.alone import alone
from genweek.regrading import grades, sandbox
from genweek.making.building import build
from genweek.course.day import CourseError, Day
from genweek.making.locking import course_secret
from genweek.making.record import record
from genweek.regrading.lanes import folder_of, regrade
from genweek.regrading.submissions import Submission, commit_of, find


def main() -> int:
    options = _options()
    if options.merge:
        return _report(grades.merge(options.merge, options.out), options.out)
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
    with alone(options.out):
        scratch = options.out.resolve() / ".scratch"
        shutil.rmtree(scratch, ignore_errors=True)  # of a run that was killed
        scratch.mkdir()
        try:
            _run(day, found, options, scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    rows = [grades.row(one.student, grades.read_scores(folder_of(options.out, one.student))) for one in found]
    grades.write_rows(options.out / "grades.csv", rows)
    return _report(rows, options.out)


def _report(rows: list[dict[str, str]], out: Path) -> int:
    text = grades.summary(out, rows)
    (out / "summary.txt").write_text(text + "\n", encoding="utf-8")
    print(f"{for_log(text)}\n{out / 'grades.csv'}")
    failed = ", ".join(row["student"] for row in rows if row["status"] == "failed")
    if failed:
        print(for_log(f"LOOK AT IT: {failed} could not be graded. --resume tries again."), file=sys.stderr)
    return 1 if failed else 0


def _run(day: Day, found: list[Submission], options: argparse.Namespace, scratch: Path) -> None:
    done = [one for one in found if _is_done(one, options.out)]
    if done and not options.resume:
        raise CourseError(f"{options.out} holds {len(done)} graded submissions: name another --out, or go on with --resume.")
    course_secret(make=False)  # a build would make a new one
    seed = _seed(options)
    repo = build(day, scratch)
    assignment = Assignment.load(repo / "autograding")
    path = options.out / "recording.json"  # private: the answers on the secret seed
    if not path.exists():
        part = path.with_name("recording.json.part")
        part.touch(mode=0o600)
        pool = worker_pool([repo])  # no sandbox for what is ours: in one, all workers end together
        recording.save(part, record(day, assignment, pool, seed))
        pool.close()
        os.replace(part, path)
    answers = recording.load(path)
    waiting = [one for one in found if one not in done]
    jobs = min(options.jobs, len(waiting)) or 1
    graded = regrade(waiting, jobs, repo, assignment, answers, options.out, scratch, not options.no_sandbox)
    progress = tqdm(graded, total=len(waiting), unit="submission", disable=not sys.stderr.isatty())
    for student in progress:
        progress.set_postfix_str(one_line(student))


def _is_done(submission: Submission, out: Path) -> bool:
    """Graded, and not handed in anew since. What failed is tried again."""
    folder = folder_of(out, submission.student)
    if not (folder / "scores.json").is_file():
        return False
    scores = grades.read_scores(folder)
    return scores["status"] != "failed" and (scores["commit"] or "") == commit_of(submission.folder)


def _seed(options: argparse.Namespace) -> str:
    """The seed of this run, kept beside its results: a run that goes on must ask the same questions."""
    path = options.out / "seed.txt"
    kept = path.read_text().strip() if path.exists() else ""
    if kept and options.seed not in (None, kept):
        raise CourseError(f"{options.out} was begun with another seed: leave --seed away, or name another --out.")
    if not kept:
        kept = options.seed or secrets.token_hex(16)
        part = path.with_name("seed.txt.part")
        part.touch(mode=0o600)
        part.write_text(f"{kept}\n")
        os.replace(part, path)
    return kept


def _shard(found: list[Submission], shard: str) -> list[Submission]:
    number, _, count = shard.partition("/")
    if not (number.isdigit() and count.isdigit() and 1 <= int(number) <= int(count)):
        raise CourseError(f"--shard {shard}: write it as K/N, the K-th of N parts, e.g. 2/8.")
    return found[int(number) - 1 :: int(count)]


def _options() -> argparse.Namespace:
    parser = verbs.parser(__doc__, "slug")
    parser.add_argument("submissions", type=Path, nargs="?", metavar="SUBMISSIONS", help="one checkout per student")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the grades go")
    parser.add_argument("--jobs", type=verbs.count, default=os.cpu_count(), metavar="N", help="at a time (all cores)")
    parser.add_argument("--seed", metavar="N", help="the secret seed (default: drawn, and kept in DIR/seed.txt)")
    parser.add_argument("--resume", action="store_true", help="go on with a run that was ended; nothing is graded twice")
    parser.add_argument("--no-sandbox", action="store_true", help="run student code with your own rights")
    parser.add_argument("--shard", default="1/1", metavar="K/N", help="grade the K-th of N parts only")
    parser.add_argument("--merge", type=Path, nargs="+", metavar="PART", help="merge the results of several parts")
    return parser.parse_args()


if __name__ == "__main__":
    verbs.run(main, again="Go on with --resume: nothing that was graded is lost.")
