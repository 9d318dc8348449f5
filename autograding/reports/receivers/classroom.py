"""GitHub Classroom: two annotations on the job's check run, made by printing two lines. No network call."""

import json

from ..delivery import Request
from ..scorecard import ScoreCard

NAME = "notices for GitHub Classroom"


def notices(card: ScoreCard) -> str:
    """The two lines that the service reads. They hold numbers only, so there is nothing to escape."""
    points = json.dumps({"totalPoints": card.score, "maxPoints": card.max_score}, separators=(",", ":"))
    return (
        f"::notice title=Autograding complete::Points {card.score}/{card.max_score}\n"
        f"::notice title=Autograding report::{points}"
    )


def deliver(card: ScoreCard, request: Request) -> None:
    request.say(notices(card))
