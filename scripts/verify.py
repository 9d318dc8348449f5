#!/usr/bin/env python3
"""Prove that assignments are fit to publish: starter 0, master 100, mistakes named, alternatives 100, no leak, …

examples: scripts/verify.py                               everything
          scripts/verify.py day1_vae --no-notebooks       one day, without executing its notebooks
          scripts/verify.py day1_vae --only nb1           the variants of one notebook
          scripts/verify.py --seeds 200                   every variant on 200 secret seeds, too
          scripts/verify.py --capability default          answers recorded here, graded as on a processor without AVX
"""

import _venv  # noqa: F401  (continues inside .venv)

import argparse
import os
import tempfile
import time
from functools import partial
from pathlib import Path

from autograding.judge.processes import WorkerPool, worker_pool
from genweek import verbs
from genweek.course.day import ROOT, CourseError, Day, days, known_slug, readable
from genweek.course.toml import did_you_mean
from genweek.making.closing import open_notebooks
from genweek.proving import borrowed, clashes, experiments, handout, knowable, naming, pasted, publication, questions, seeds
from genweek.proving.proof import Proof
from genweek.proving.publication import runs_from_top_to_bottom

# What each library makes of a lesser processor, by the name that torch has for it.
CAPABILITIES = {
    "default": {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41", "MKL_ENABLE_INSTRUCTIONS": "SSE4_2"},
    "avx2": {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"},
}
BUILD = [
    publication.builds_are_identical,
    publication.starter_scores_nothing,
    publication.master_scores_everything,
    publication.ids_agree,
    handout.points_agree,
    handout.minutes_agree_and_fit,
    questions.questions_are_answered,
    experiments.experiments_bear_out_their_sentences,
    publication.nothing_leaks,
    publication.grading_imports_only_what_it_installs,
    clashes.own_names_beat_the_lessons,
    knowable.every_task_has_a_firm_test,
    knowable.empty_programs_earn_nothing,
    borrowed.nothing_given_is_an_answer,
]
OF_A_PAPER = [  # of an exam
    pasted.a_neighbours_file_earns_little,
    pasted.the_weeks_answers_earn_little,
]
VARIANTS = [
    naming.mistakes_lose_points_and_are_named,
    naming.mistakes_held_out_are_told_nothing_wrong,
    naming.mistakes_keep_their_names_among_others,
    seeds.alternatives_score_everything,
]


def verify(day: Day, options: argparse.Namespace, pool: WorkerPool, of_the_week: dict[str, int]) -> int:
    """Run and print every check of one day; the number of problems. of_the_week: its paper's points are entered."""
    problems = 0
    with tempfile.TemporaryDirectory() as scratch:
        proof = Proof(day, pool, Path(scratch), options.only)
        chosen = VARIANTS if options.only else BUILD + OF_A_PAPER * bool(day.paper) + VARIANTS
        checks = [(check.__name__.replace("_", " "), partial(check, proof)) for check in chosen]
        if options.seeds:
            checks.append((f"{options.seeds} seeds take no point", partial(seeds.seeds_take_no_point, proof, options.seeds)))
        if options.notebooks and not options.only:
            checks += [
                (
                    f"{master.stem} runs from top to bottom",
                    partial(runs_from_top_to_bottom, master, proof.repo, proof.scratch),
                )
                for master in proof.masters
            ]
        for name, check in checks:
            proof.summary, start = "", time.monotonic()
            found = check()
            problems += len(found)
            note = f" ({proof.summary})" if proof.summary else ""
            mark, seconds = "FAIL" if found else "ok  ", time.monotonic() - start
            print(f"{mark} {day.place}: {name}{note}  [{seconds:.1f} s]", flush=True)
            for sentence in found:
                print(f"     {sentence}", flush=True)
        if proof.of_the_week is not None:
            of_the_week[day.paper] = proof.of_the_week
    return problems


def _compare(slug: str, of_the_week: dict[str, int]) -> int:
    """Print whether the papers of an exam that were proved are alike; the number of problems."""
    if len(of_the_week) < 2:
        return 0
    found = pasted.turned_papers_are_alike(of_the_week)
    print(
        f"{'FAIL' if found else 'ok  '} {slug}: turned papers are alike ({of_the_week})", *found, sep="\n     ", flush=True
    )
    return len(found)


def _with_notebook(only: str, slugs: list[str]) -> list[str]:
    """The assignments that have the notebook. Raises CourseError where none has it: nothing would be checked."""
    if not only:
        return slugs
    found, problems = readable([known_slug(slug) for slug in slugs])
    chosen = [day.slug for day in found if only in day.rooms]
    if not chosen:
        there = [room for day in found for room in day.rooms]
        near = did_you_mean(only, there)
        where = ", ".join(day.slug for day in found)
        said = f"There is no notebook {only!r} in {where}.{near} There are: {', '.join(there)}."
        raise CourseError("\n".join([*problems, said]))
    return chosen


def _asked(day: Day, options: argparse.Namespace) -> bool:
    """Is this one of the papers that were asked for? Raises CourseError for one that the exam has not."""
    return not (day.paper and options.paper) or day in [day.on(paper) for paper in options.paper]


def main() -> int:
    parser = verbs.parser(__doc__, "slugs")
    parser.add_argument("--no-notebooks", dest="notebooks", action="store_false", help="do not execute the notebooks")
    parser.add_argument("--only", default="", metavar="NB", help="check the variants of this notebook alone")
    parser.add_argument("--paper", action="append", default=[], metavar="NAME", help="of an exam, check this paper alone")
    parser.add_argument("--seeds", type=verbs.count, default=0, metavar="N", help="every variant on N secret seeds, too")
    parser.add_argument("--capability", choices=CAPABILITIES, help="let the workers compute as on a lesser processor")
    options = parser.parse_args()
    chosen = _with_notebook(options.only, options.slugs)
    os.environ |= CAPABILITIES.get(options.capability, {})
    pool = worker_pool([ROOT / "assignments" / "common"])
    problems = 0
    try:
        for day in days(chosen):
            of_the_week: dict[str, int] = {}
            problems += sum(verify(one, options, pool, of_the_week) for one in day.on_each() if _asked(one, options))
            problems += _compare(day.slug, of_the_week)
            print(*(f"Note: {note}\n" for note in open_notebooks(day)), sep="", end="")
    finally:
        pool.close()
    print(f"{problems} problems." if problems else "Everything holds.")
    return 1 if problems else 0


if __name__ == "__main__":
    verbs.run(main)
