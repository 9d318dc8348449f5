"""Chooses who is graded in a run: all at first, then whose grade is missing or no longer right, or whom somebody names."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from autograding.judge.assignment import Assignment

from ..course.day import CourseError, Day
from ..course.toml import did_you_mean
from .fingerprint import Fingerprint, difference, register
from .results import folder_of, is_graded, read_scores, under
from .submissions import PAPER, Submission, commit_of, paper_in

MOST_NAMED = 5  # of those without a paper


def refuse_to_begin_anew(options: argparse.Namespace, found: Sequence[Submission]) -> None:
    """Raises CourseError where grades stand in the way of a first run."""
    graded = [one for one in found if is_graded(options.out, one.student)]
    if graded and not (options.resume or options.only or options.task):
        raise CourseError(
            f"{options.out} holds {len(graded)} graded submissions: go on with --resume, grade single ones anew with "
            "--only LOGIN, or name another --out."
        )


def refuse_unknown(only: Sequence[str], found: Sequence[Submission]) -> None:
    """Raises CourseError where somebody is named of whom nothing was handed in."""
    students = {one.student for one in found}
    unknown = [f"{name!r}.{did_you_mean(name, students)}" for name in only if name not in students]
    if unknown:
        raise CourseError(f"--only: there is no submission of {' And none of '.join(unknown)} Nothing was graded.")


def by_paper(day: Day, found: Sequence[Submission]) -> list[tuple[Day, list[Submission]]]:
    """The submissions to each paper of an exam; to a lab, all. Raises CourseError where a paper is not known."""
    if not day.papers:
        return [(day, list(found))]
    lost = [one.folder.name for one in found if paper_in(one.folder) not in day.papers]
    if lost:
        more = f" and {len(lost) - MOST_NAMED} more" * (len(lost) > MOST_NAMED)
        raise CourseError(
            f"Nobody knows which paper {', '.join(lost[:MOST_NAMED])}{more} answers, so nothing was graded. "
            f"scripts/collect.py notes it; or write its name into a file {PAPER} there: {', '.join(day.papers)}."
        )
    theirs = {paper: [one for one in found if paper_in(one.folder) == paper] for paper in day.papers}
    return [(day.on(paper), some) for paper, some in theirs.items() if some]


def choose(
    options: argparse.Namespace, found: Sequence[Submission], assignment: Assignment, made_under: Fingerprint
) -> list[Submission]:
    """Who is to be graded. Says why somebody is graded anew who need not be. Raises CourseError."""
    named = [one for one in found if one.student in options.only]
    tasks = _tasks(options.task, assignment)
    waiting = [replace(one, under=made_under.id, tasks=tasks) for one in (named if options.only else found)]
    if tasks:
        _must_be_graded(waiting, options.out)
    elif not options.only:
        waiting = [one for one in waiting if not _is_done(one, options.out)]
        _say_what_changed(waiting, options.out, made_under)
    return waiting


def _tasks(asked: str | None, assignment: Assignment) -> tuple[str, ...]:
    try:
        return tuple(assignment.selected([asked])) if asked else ()
    except KeyError as error:
        raise CourseError(f"--task: {error.args[0]}") from None


def _must_be_graded(waiting: Sequence[Submission], out: Path) -> None:
    """Points of one task are taken over into a grade of the same commit, or not at all."""
    for one in waiting:
        scores = read_scores(folder_of(out, one.student)) if is_graded(out, one.student) else None
        if scores is None or scores["status"] == "failed":
            raise CourseError(f"--task: {one.student} has no grade that it could change. Grade them without --task.")
        if (scores["commit"] or "") != commit_of(one.folder):
            raise CourseError(f"--task: {one.student} has handed in anew since. Grade them without --task.")


def _is_done(one: Submission, out: Path) -> bool:
    """Graded under what holds now, and not handed in anew since. What failed is tried again."""
    if not is_graded(out, one.student):
        return False
    scores = read_scores(folder_of(out, one.student))
    same = under(scores) == [one.under] and (scores["commit"] or "") == commit_of(one.folder)
    return same and scores["status"] != "failed"


def _say_what_changed(waiting: Sequence[Submission], out: Path, made_under: Fingerprint) -> None:
    known = register(out) | {made_under.id: made_under.parts}
    old = [under(read_scores(folder_of(out, one.student))) for one in waiting if is_graded(out, one.student)]
    reasons = [difference(known, ids, [made_under.id]) for ids in old]
    for reason in dict.fromkeys(filter(None, reasons)):
        print(f"{reasons.count(reason)} are graded anew: {reason}.")
