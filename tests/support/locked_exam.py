"""The exam on one of its papers, as it would be locked for two sittings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from genweek.course.conditions import Changes
from genweek.course.day import Day, Sitting
from genweek.making.building import build
from genweek.making.closing import start_code
from genweek.making.locking import course_secret

SLUG = "day4_exam"
OPENS = datetime(2026, 11, 27, 10, 30, tzinfo=UTC)
DUE = OPENS + timedelta(minutes=135)
PAPERS = {"friday": "amber", "repeat": "birch"}
CHANGES = {"friday": Changes(), "repeat": Changes(course_notebooks=True, network="none")}


def exam(sitting: str = "friday") -> Day:
    day = Day.load(SLUG)
    sittings = [Sitting(id=id, opens=OPENS, due=DUE, papers=[PAPERS[id]], conditions=CHANGES[id]) for id in PAPERS]
    return replace(day, facts=msgspec.structs.replace(day.facts, sittings=sittings)).on(PAPERS[sitting])


def closed(out: Path, sitting: str = "friday") -> Path:
    return build(exam(sitting), out, locked=True)


def code(sitting: str = "friday") -> str:
    return start_code(SLUG, sitting, course_secret())
