"""The hours of a repository, as the text that GitHub shows beside its name: that is where they are remembered."""

import re
from datetime import UTC, datetime

from ..hours import Hours

TIME = r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00)"
TEXT = re.compile(rf"Opens {TIME}, counts until {TIME} \(zone ([\w/+-]+)(?:; hidden until {TIME})?\)")


def written(hours: Hours) -> str:
    opens, ends, visible = (
        when and f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00" for when in (hours.opens, hours.ends, hours.visible)
    )
    return f"Opens {opens}, counts until {ends} (zone {hours.zone}{f'; hidden until {visible}' if visible else ''})"


def read(text: str | None) -> Hours | None:
    """None where nobody has said any."""
    found = TEXT.fullmatch(text or "")
    if not found:
        return None
    opens, ends, visible = (when and datetime.fromisoformat(when) for when in (found[1], found[2], found[4]))
    return Hours(opens, ends, found[3], visible)
