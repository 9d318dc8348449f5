"""`scores.json`: the one neutral form of a score, from which every report is made.

A test that leans can be passed without computing the answer: by a constant, or by what the call was given. Its points
count once another test of its task passes, one that cannot.
"""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from ..task import Status
from ..whole import write_whole
from .assignment import Assignment
from .session import Result, key_of

SCHEMA = "genweek/scores/v1"
NOT_BEGUN = (
    "Not begun: no notebook of the exam is in here yet. When its code is shown in the room, `python -m autograding "
    "--start CODE` opens it; then commit and push."
)


def scores_of(
    assignment: Assignment,
    results: Iterable[Result],
    warnings: list[str],
    commit: str | None = None,
    absent: tuple[Status, str] = ("error", "This test did not report."),
    as_they_are: bool = False,
    begun: bool = True,
) -> dict:
    """Every declared test stands in it: one without a result counts 0 points, never a smaller maximum.

    absent: status and message of a declared test without a result. as_they_are: tests that lean count alone, too.
    begun: false for an exam of which there is no notebook.
    """
    by_key = {result.key: result for result in results}
    unproven = {} if as_they_are else _unproven(assignment, by_key)
    tasks: dict[str, dict] = {}
    for declared in assignment.declared:
        task = tasks.setdefault(declared["id"], {"id": declared["id"], "score": 0, "max_score": 0, "tests": []})
        result = by_key.get(key_of(declared["id"], declared["name"]))
        status, message = (result.status, result.message) if result else absent
        points = declared["points"] if status == "pass" else 0
        if points and declared.get("leans") and declared["id"] in unproven:
            points, message = 0, f'This holds. Its points count once this test passes, too: "{unproven[declared["id"]]}"'
        task["score"] += points
        task["max_score"] += declared["points"]
        task["tests"].append(
            {
                "name": declared["name"],
                "title": declared["title"],
                "status": status,
                "points": points,
                "max_points": declared["points"],
                "message": message,
                "mistake": result.mistake if result else None,
                **({"absent": result.absent} if result and result.absent else {}),
            }
        )
    return {
        "schema": SCHEMA,
        "assignment": assignment.slug,
        "commit": commit,
        "graded_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "score": sum(task["score"] for task in tasks.values()),
        "max_score": assignment.max_score,
        "tasks": list(tasks.values()) if begun else [],  # ids and titles tell of a paper
        "warnings": warnings if begun else [NOT_BEGUN, *warnings],
        "begun": begun,
        "later": assignment.later,  # points of an exam that no push can earn
    }


def nothing_yet(slug: str, max_score: int, commit: str | None) -> dict:
    """What stands for the scores of an exam whose tasks are still locked."""
    facts = {"schema": SCHEMA, "assignment": slug, "commit": commit, "score": 0, "max_score": max_score, "tasks": []}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return facts | {"graded_at": now, "warnings": [NOT_BEGUN], "begun": False}


def _unproven(assignment: Assignment, results: Mapping[str, Result]) -> dict[str, str]:
    """For each task that only tests which lean have passed, the title of the first test that does not lean."""
    firm: dict[str, list[Mapping]] = {}
    for declared in assignment.declared:
        if declared["points"] and not declared.get("leans"):
            firm.setdefault(declared["id"], []).append(declared)
    passed = {key for key, result in results.items() if result.status == "pass"}
    return {
        id: tests[0]["title"] for id, tests in firm.items() if not any(key_of(id, test["name"]) in passed for test in tests)
    }


def write(path: Path, scores: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(scores, indent=1, ensure_ascii=False) + "\n"
    write_whole(path, text, errors="replace")  # a message may quote half a surrogate pair


def commit_of(folder: Path) -> str | None:
    """The commit that is graded: what Actions says, or git; None outside a repository."""
    if sha := os.environ.get("GITHUB_SHA"):
        return sha
    try:
        done = subprocess.run(["git", "-C", folder, "rev-parse", "HEAD"], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None
