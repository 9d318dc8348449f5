"""The exam on one of its papers, as it would be locked for two sittings."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from genweek.course.conditions import Conditions
from genweek.course.day import Day
from genweek.making.building import build
from genweek.making.closing import Window, start_code
from genweek.making.locking import course_secret

SLUG, PAPER = "day4_exam", "amber"
OPENS = datetime(2026, 11, 27, 10, 30, tzinfo=UTC)
DUE = OPENS + timedelta(minutes=135)
SITTINGS = ("friday", "repeat")
USUAL = Conditions()


def exam() -> Day:
    return Day.load(SLUG).on(PAPER)


def window(id: str = "friday", conditions: Conditions = USUAL) -> Window:
    return Window(id, OPENS, DUE, ZoneInfo("Europe/Berlin"), conditions)


def closed(out: Path, which: Window) -> Path:
    return build(exam(), out, which, SITTINGS)


def code(sitting: str = "friday") -> str:
    return start_code(SLUG, sitting, course_secret())
