"""The hours of a repository, as the text that GitHub shows beside its name: that is where they are remembered."""

import re
from datetime import UTC, datetime

from ..hours import Hours

TIME = r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00)"
TEXT = re.compile(
    rf"Opens {TIME}, counts until {TIME} \(zone ([\w/+-]+)"
    rf"(?:; hidden until {TIME})?(?:; grace until {TIME})?(?:; begins {TIME})?\)"
)


def written(hours: Hours) -> str:
    opens, ends, *later = (
        when and f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00"
        for when in (hours.opens, hours.ends, hours.visible, hours.grace, hours.begins)
    )
    words = ("hidden until", "grace until", "begins")
    more = "".join(f"; {what} {when}" for what, when in zip(words, later, strict=True) if when)
    return f"Opens {opens}, counts until {ends} (zone {hours.zone}{more})"


def read(text: str | None) -> Hours | None:
    """None where nobody has said any."""
    found = TEXT.fullmatch(text or "")
    if not found:
        return None
    opens, ends = map(datetime.fromisoformat, found.group(1, 2))
    return Hours(opens, ends, found[3], *(datetime.fromisoformat(when) if when else None for when in found.group(4, 5, 6)))
