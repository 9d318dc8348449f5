"""The HTML report: one page, no script, nothing loaded from elsewhere. The only report that needs jinja2."""

from datetime import UTC, datetime
from pathlib import Path

from ..delivery import Request
from ..escape import shorten
from ..scorecard import STATUSES, OfRecord, ScoreCard

NAME = "HTML report"
FLAG = "--html", "write the report as one HTML page"
MESSAGE_LIMIT = 6_000  # characters of one message
TEMPLATE = Path(__file__).with_name("report.html.j2")


def _when(text: str) -> str:
    """An ISO time in words, in UTC; any other text as it is."""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return f"{moment.astimezone(UTC):%d %B %Y, %H:%M} UTC".lstrip("0")
    except (ValueError, OverflowError):
        return text


def render(card: ScoreCard, record: OfRecord | None = None) -> str:
    """The page. Everything from the card is made safe by the template. record: None for feedback."""
    from ..pages import template  # jinja2 takes longer to import than all the rest

    share = round(100 * card.score / card.max_score) if card.max_score else 0
    points = (record and record.points) or (str(card.score), f"of {card.max_score}", share)
    return template(TEMPLATE).render(
        card=card,
        record=record,
        statuses=STATUSES,
        graded_at=_when(card.graded_at),
        message=lambda text: shorten(text, MESSAGE_LIMIT),
        points=dict(zip(("score", "of", "percent"), points, strict=True)),
    )


def deliver(card: ScoreCard, request: Request) -> None:
    if path := request.files.get(FLAG[0]):
        path.write_text(render(card), encoding="utf-8", errors="replace")
