"""Reads `scores.json` (schema genweek/scores/v1) into a `ScoreCard` that every report can trust.

Whatever the file holds, the card's numbers are integers with 0 <= score <= max_score, a sum is the sum of its parts,
the maximum is the assignment's own, ids are unique, and text is visible. A file that is no score becomes 0 points and
a reason.
"""

import json
from dataclasses import replace
from pathlib import Path

from .escape import one_line, visible
from .scorecard import STATUSES, Assignment, Outcome, ScoreCard, TaskScore

SCHEMA = "genweek/scores/v1"
LARGEST_FILE = 32 * 1024 * 1024  # bytes
LARGEST_SCORE = 1_000_000
DEFAULT_MAX_SCORE = 100  # the points of an assignment sum to 100


def _text(value: object) -> str:
    return "" if value is None else visible(value if isinstance(value, str) else str(value)).strip("\n")


def _line(value: object, limit: int = 300) -> str:
    """A name or a sentence: one line, and no longer than a name or a sentence is."""
    return one_line(_text(value)[: 2 * limit])[:limit]


def _points(value: object) -> int:
    """A number of points: whole, not negative, and 0 for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return 0
    return int(min(max(value, 0), LARGEST_SCORE) + 1e-6)  # 2.9999999999 was meant to be 3


def _list(value: object) -> list[dict]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _unique(items: list, key: str, warnings: list[str]) -> tuple:
    """The first of each name: a second one would count its points twice."""
    first = {}
    for item in items:
        if first.setdefault(getattr(item, key), item) is not item:
            warnings.append(f"{getattr(item, key)} is reported twice; only the first report counts.")
    return tuple(first.values())


def _outcome(raw: dict, number: int) -> Outcome:
    name = _line(raw.get("name")) or f"test {number}"
    max_points = _points(raw.get("max_points"))
    return Outcome(
        name=name,
        title=_line(raw.get("title")) or name,
        status=raw["status"] if isinstance(raw.get("status"), str) and raw["status"] in STATUSES else "error",
        points=min(_points(raw.get("points")), max_points),
        max_points=max_points,
        message=_text(raw.get("message")),
        mistake=_line(raw.get("mistake"), 1_000),
        absent=_line(raw.get("absent"), 20),
    )


def _task(raw: dict, number: int, warnings: list[str]) -> TaskScore:
    outcomes = [_outcome(test, n) for n, test in enumerate(_list(raw.get("tests")), 1)]
    outcomes = _unique(outcomes, "name", warnings)
    max_score = max(_points(raw.get("max_score")), sum(outcome.max_points for outcome in outcomes))
    score = sum(outcome.points for outcome in outcomes) if outcomes else _points(raw.get("score"))
    return TaskScore(_line(raw.get("id")) or f"task {number}", min(score, max_score), max_score, outcomes)


def ungraded(assignment: Assignment, problem: str) -> ScoreCard:
    """No score: 0 points of the assignment's maximum, and why."""
    return ScoreCard(assignment, 0, assignment.max_score or DEFAULT_MAX_SCORE, problem=problem)


def _from(raw: dict, assignment: Assignment) -> ScoreCard:
    if assignment.slug == Assignment.slug:
        assignment = replace(assignment, slug=_line(raw.get("assignment")) or assignment.slug)
    warnings = [_text(w) for w in raw["warnings"] if w] if isinstance(raw.get("warnings"), list) else []
    tasks = [_task(task, n, warnings) for n, task in enumerate(_list(raw.get("tasks")), 1)]
    tasks = _unique(tasks, "id", warnings)
    max_score = assignment.max_score or max(_points(raw.get("max_score")), sum(task.max_score for task in tasks))
    max_score = max_score or DEFAULT_MAX_SCORE
    claimed = _points(raw.get("score"))
    score = min(sum(task.score for task in tasks) if tasks else claimed, max_score)
    if "score" in raw and claimed != score:
        warnings.append(f"scores.json claims {claimed} points, but its tests add up to {score}; {score} is reported.")
    return ScoreCard(
        assignment=assignment,
        score=score,
        max_score=max_score,
        tasks=tasks,
        warnings=tuple(warnings),
        commit=_line(raw.get("commit")),
        graded_at=_line(raw.get("graded_at")),
        begun=raw.get("begun") is not False,
        later=_points(raw.get("later")),
    )


def read_assignment(path: Path) -> Assignment:
    """The assignment that `path` describes; the defaults where it is missing or says something else.

    Its maximum is `max_score`, or else what its list of declared tests adds up to.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        max_score = _points(raw.get("max_score")) or sum(_points(test.get("points")) for test in _list(raw.get("tests")))
        return Assignment(_line(raw.get("assignment")) or Assignment.slug, _line(raw.get("title")), max_score)
    except (OSError, ValueError, AttributeError, RecursionError):
        return Assignment()


def read_scores(path: Path, assignment: Assignment, commit: str = "") -> ScoreCard:
    """The score in `path`. It is no score when it belongs to another commit than `commit`, where that is given."""
    name = path.name
    try:
        if path.stat().st_size > LARGEST_FILE:
            return ungraded(assignment, f"{name} is larger than {LARGEST_FILE >> 20} MB, so it was not read.")
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ungraded(assignment, f"Grading stopped before it wrote {name}.")
    except OSError as error:
        return ungraded(assignment, f"{name} cannot be read: {error.strerror}.")
    except (ValueError, RecursionError):
        return ungraded(assignment, f"{name} is not a JSON file: grading may have stopped while it wrote it.")
    return card_of(raw, assignment, commit, name)


def card_of(raw: object, assignment: Assignment, commit: str = "", name: str = "scores.json") -> ScoreCard:
    """The score that a file of this name held. It is no score when it belongs to another commit."""
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        return ungraded(assignment, f"{name} is not a file of schema {SCHEMA}.")
    try:
        card = _from(raw, assignment)
    except RecursionError:
        return ungraded(assignment, f"{name} is nested too deeply to be a score.")
    if commit and card.commit and card.commit != commit:
        theirs, ours = card.commit[:7], commit[:7]
        return ungraded(assignment, f"{name} is the score of another commit, {theirs}; this one is {ours}.")
    return card
