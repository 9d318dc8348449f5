"""Classroom 50: `result.json`, as foundation50/classroom50 has it in schemas/result-v1.schema.json."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from ..delivery import Request
from ..escape import shorten
from ..scorecard import ScoreCard

NAME = "result for Classroom 50"
FLAG = "--classroom50", "write Classroom 50's result.json"
SCHEMA = "classroom50/result/v1"
MESSAGE_LIMIT = 1_000  # characters; the receiver limits the size of the whole file


def _instant(text: str) -> str:
    """`text` as YYYY-MM-DDTHH:MM:SSZ; now, when it is no time of these years."""
    try:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        moment = datetime.now(UTC)
    if not 2000 <= moment.year < 2200:
        moment = datetime.now(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def result(card: ScoreCard, env: Mapping[str, str]) -> dict:
    """The closed set of fields that the schema names. The receiver's environment says who and where."""
    commit = env.get("COMMIT_URL") or card.commit or "unknown"
    submission = env.get("SUBMISSION_TAG", "")
    kind = env.get("ASSIGNMENT_TYPE", "")
    return {
        "schema": SCHEMA,
        "classroom": env.get("CLASSROOM") or "unknown",
        "assignment": env.get("ASSIGNMENT") or card.assignment.slug,
        "assignment_type": kind if kind in ("individual", "group", "team") else "individual",
        "owner": env.get("OWNER") or env.get("USERNAME") or "unknown",
        "submission": submission if re.match("submit/", submission) else "submit/unknown",
        "commit": commit,
        "release": env.get("RELEASE_URL") or commit,
        "review": env.get("REVIEW_URL") or commit,
        "datetime": _instant(card.graded_at),
        "score": card.score,
        "max-score": card.max_score,
        "tests": [
            {
                "test-name": f"{task.id}: {outcome.title}",
                "passed": outcome.passed,
                "score": outcome.points,
                "max-score": outcome.max_points,
                "message": shorten("\n".join(filter(None, (outcome.mistake, outcome.message))), MESSAGE_LIMIT),
            }
            for task in card.tasks
            for outcome in task.outcomes
        ],
    }


def deliver(card: ScoreCard, request: Request) -> None:
    if path := request.files.get(FLAG[0]):
        path.write_text(json.dumps(result(card, request.env), indent=2) + "\n", encoding="utf-8")
