"""Classroom 50: `result.json`, as foundation50/classroom50 has it in schemas/result-v1.schema.json."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from ..escape import shorten
from ..scorecard import ScoreCard

SCHEMA = "classroom50/result/v1"
MESSAGE_LIMIT = 1_000  # characters; the receiver limits the size of the whole file


def _instant(text: str) -> str:
    """`text` as YYYY-MM-DDTHH:MM:SSZ; now, when it is no time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.now(UTC)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


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
