#!/usr/bin/env python3
"""Measure what grading costs, as ratios of things that are run in turn: the machine's own speed cancels.

examples: scripts/bench.py                    what a student waits for, and what a regrade costs
          scripts/bench.py push               only the former
          scripts/bench.py regrade --memory   the latter, and its memory over 1,000 submissions (some minutes)
          scripts/bench.py install            a runner's cold install by the lock, against one without (some minutes)
          scripts/bench.py exam               the whole exam of 300, on all its papers (some minutes)
          scripts/bench.py github             what the verbs ask of GitHub for 30 and for 300 students (some minutes)
          scripts/bench.py peers              Otter-Grader and nbgrader, each in an environment that this makes once
"""

import _venv  # noqa: F401  (continues inside .venv)

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from autograding.judge.host import CALL_LIMIT
from genweek.bench import github as bench_github
from genweek.bench import install as bench_install
from genweek.bench import peers as bench_peers
from genweek.regrading import sandbox
from genweek import verbs
from genweek.bench.exam import whole_exam
from genweek.bench.population import Class, Texts, save
from genweek.bench.measure import Cost, cost_of, in_turn, median, ratio, report
from genweek.bench.regrade import Row, against_the_floor, lane_cost, memory, open_lane, two_lanes
from genweek.course.day import CourseError

SLUG = "day1_vae"
MANY = 1000


def push(course: Class, options: argparse.Namespace) -> list[Row]:
    """All of NB1 as a push is graded, from the start of the process to the written scores."""
    notebook = course.day.notebooks[0].partition("_")[0]

    def grading(texts: Texts) -> Callable[[], Cost]:
        def run() -> Cost:
            save(course.repo, texts)
            return cost_of([sys.executable, "-m", "autograding", notebook], course.repo)

        return run

    command = [sys.executable, "-c", "import torch"]
    torch, right = in_turn(options.repeats, lambda: cost_of(command, course.repo), grading(course.right))
    score = json.loads((course.repo / "scores.json").read_text())["score"]
    pairs = zip(*in_turn(2, grading(course.hanging), grading(course.right)), strict=True)
    lost = statistics.median(hanging.wall - other.wall for hanging, other in pairs)
    return [
        ("import torch", median(torch), ""),
        (f"python -m autograding {notebook} ({score} points)", median(right), ""),
        ("    wall / import torch's", f"{ratio(right, torch, 'wall'):.2f}", "at most 2"),
        ("    CPU / import torch's", f"{ratio(right, torch, 'cpu'):.2f}", "at most 2"),
        ("more wall where one function hangs", f"{lost:.1f} s", f"its limit, {CALL_LIMIT:g} s"),
    ]


def regrading(course: Class, options: argparse.Namespace) -> list[Row]:
    rows = against_the_floor(course) + two_lanes(course)
    return rows + (memory(course, MANY) if options.memory else [])


def installing(course: Class, options: argparse.Namespace) -> list[Row]:
    runs = [lambda what=what: bench_install.install(course.scratch, what) for what in (bench_install.OLD, bench_install.NEW)]
    old, new = [[run()] for run in runs]  # both are cold: there is nothing to warm
    return [
        ("pip install -r requirements.txt", median(old), ""),
        ("pip install --no-compile --require-hashes -r requirements.lock", median(new), ""),
        ("    CPU / the former", f"{ratio(new, old, 'cpu'):.2f}", "at most 0.5"),
    ]


def peers(course: Class, options: argparse.Namespace) -> list[Row]:
    """Every peer that can be had, in turn with a lane of ours."""
    runs, rows = {}, []
    for name, set_up in (("otter run", bench_peers.otter), ("nbgrader autograde", bench_peers.nbgrader)):
        try:
            runs[name] = set_up(course, options.cache)
            runs[name]()
        except (CourseError, OSError) as error:
            runs.pop(name, None)
            rows.append((name, "could not be measured", str(error)))
    with open_lane(course) as lane:
        ours, *others = in_turn(2, lambda: lane_cost(lane, course, [course.right] * 10), *runs.values())
    rows.append(("a lane of ours", median(ours), ""))
    for name, costs in zip(runs, others, strict=True):
        rows.append((name, median(costs), ""))
        rows.append(("    CPU / ours", f"{ratio(costs, ours, 'cpu'):.0f}", "at least 10"))
    return rows


def exam(course: Class, options: argparse.Namespace) -> list[Row]:
    return whole_exam(options.submissions, course.scratch, os.cpu_count() or 1)


def github(course: Class, options: argparse.Namespace) -> list[Row]:
    return bench_github.weeks(options.students, course.scratch)


PARTS = {
    "push": ("A push", push),
    "regrade": ("A regrade", regrading),
    "exam": ("The exam", exam),
    "github": ("GitHub, by the verbs", github),
    "install": ("A runner's install", installing),
    "peers": ("Peers, for each submission", peers),
}


def main() -> int:
    parser = verbs.parser(__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: push and regrade)")
    parser.add_argument("--peers", action="store_true", help="measure the peers, too")
    parser.add_argument("--memory", action="store_true", help=f"grade {MANY} submissions and watch the memory")
    parser.add_argument("--submissions", type=verbs.count, default=300, metavar="N", help="to the exam (300)")
    parser.add_argument(
        "--students", type=verbs.count, nargs="+", default=[30, 300], metavar="N", help="of GitHub's classes (30 and 300)"
    )
    parser.add_argument("--repeats", type=verbs.count, default=5, metavar="N", help="repeats of a push (5)")
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path.home() / ".cache" / "genweek",
        metavar="DIR",
        help="where the peers' environments are kept (~/.cache/genweek)",
    )
    options = parser.parse_args()
    if unknown := set(options.parts) - PARTS.keys():
        parser.error(f"there is no part {unknown.pop()!r}; there are {', '.join(PARTS)}")
    os.environ["OMP_NUM_THREADS"] = "1"
    if not sandbox.available():
        print(f"Without a sandbox: {sandbox.UNPROTECTED}", file=sys.stderr)
    chosen = (options.parts or ["push", "regrade"]) + ["peers"] * options.peers
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o755)
        course = Class(SLUG, Path(scratch))
        for name in dict.fromkeys(chosen):
            title, measure = PARTS[name]
            report(title, measure(course, options))
    return 0


if __name__ == "__main__":
    verbs.run(main)
