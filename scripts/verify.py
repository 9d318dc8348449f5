#!/usr/bin/env python3
"""Prove that assignments are fit to publish: starter 0, master 100, mistakes named, alternatives 100, no leak, …

examples: scripts/verify.py                               everything
          scripts/verify.py day1_vae --no-notebooks       one day, without executing its notebooks
          scripts/verify.py day1_vae --only nb1           the variants of one notebook
          scripts/verify.py --seeds 200                   every variant on 200 secret seeds, too
"""

import _venv  # noqa: F401  (continues inside .venv)

import argparse
import tempfile
import time
from functools import partial
from pathlib import Path

from autograding.judge.processes import worker_pool
from genweek import verbs
from genweek.course.day import ROOT, Day, days
from genweek.making.execution import execute
from genweek.making.masters import Master
from genweek.proving.proof import Proof

BUILD = [
    "builds_are_identical",
    "starter_scores_nothing",
    "master_scores_everything",
    "public_answers_earn_nothing",
    "ids_agree",
    "nothing_leaks",
    "grading_imports_only_what_it_installs",
]
VARIANTS = ["mistakes_lose_points_and_are_named", "alternatives_score_everything"]


def verify(day: Day, options: argparse.Namespace, pool) -> int:
    """Run and print every check of one day; the number of problems."""
    problems = 0
    with tempfile.TemporaryDirectory() as scratch:
        proof = Proof(day, pool, Path(scratch), options.only)
        names = VARIANTS if options.only else BUILD + VARIANTS
        checks = [(name.replace("_", " "), getattr(proof, name)) for name in names]
        if options.seeds:
            checks.append((f"{options.seeds} seeds take no point", lambda: proof.seeds_take_no_point(options.seeds)))
        if options.notebooks and not options.only:
            checks += [
                (f"{master.stem} runs from top to bottom", partial(runs, master, proof.repo, Path(scratch)))
                for master in proof.masters
            ]
        for name, check in checks:
            proof.summary, start = "", time.monotonic()
            found = check()
            problems += len(found)
            note = f" ({proof.summary})" if proof.summary else ""
            mark, seconds = "FAIL" if found else "ok  ", time.monotonic() - start
            print(f"{mark} {day.slug}: {name}{note}  [{seconds:.1f} s]", flush=True)
            for sentence in found:
                print(f"     {sentence}", flush=True)
    return problems


def runs(master: Master, repo: Path, scratch: Path) -> list[str]:
    """What stops a solved notebook, if anything does."""
    error = execute(master, repo, scratch)[1]
    return [error] if error else []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slugs", nargs="*", metavar="SLUG", help="assignments (default: all)")
    parser.add_argument("--no-notebooks", dest="notebooks", action="store_false", help="do not execute the notebooks")
    parser.add_argument("--only", default="", metavar="NB", help="check the variants of this notebook alone")
    parser.add_argument("--seeds", type=int, default=0, metavar="N", help="grade every variant on N secret seeds, too")
    options = parser.parse_args()
    pool = worker_pool([ROOT / "assignments" / "common"])
    try:
        problems = sum(verify(day, options, pool) for day in days(options.slugs))
    finally:
        pool.close()
    print(f"{problems} problems." if problems else "Everything holds.")
    return 1 if problems else 0


if __name__ == "__main__":
    verbs.run(main)
