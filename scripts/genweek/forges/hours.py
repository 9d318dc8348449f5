"""What a server decides by its own clock: when a repository can be seen, when it takes pushes, from when on they are graded,
and until when they count.

They are kept with the repository, so that nobody has to run anything at eight in the morning.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Hours:
    """zone: the one whose clock a student is told. visible: None where there is nothing to hide before it opens. grace:
    until when a push after the end still counts; None where none does. begins: when the exam does that lies locked in it:
    its grader is open, and code that a student pushed could read the paper there. None where nothing is locked."""

    opens: datetime
    ends: datetime
    zone: str = "UTC"
    visible: datetime | None = None
    grace: datetime | None = None
    begins: datetime | None = None

    def hidden(self, now: datetime) -> bool:
        return self.visible is not None and now < self.visible

    def refusal(self, name: str, now: datetime) -> str:
        """Why a push is not taken yet; empty when it is."""
        if now >= self.opens:
            return ""
        return (
            f"{name} opens {self._shown(self.opens)}: until then it takes no pushes. Your commits are safe on your machine."
        )

    def earliness(self, now: datetime) -> str:
        """What is said of a push that was taken and is not graded, because the exam has not begun; else empty."""
        if self.begins is None or now >= self.begins:
            return ""
        return f"The exam begins {self._shown(self.begins)}: what is pushed before is kept, and not graded."

    def lateness(self, now: datetime) -> str:
        """What is said of a push that was taken and comes too late; empty when it is in time."""
        if now < self.ends:
            return ""
        if self.grace and now < self.grace:
            return (
                f"After the end, {self._shown(self.ends)}. It counts by the time of grace, until {self._shown(self.grace)}."
            )
        return f"LATE: pushes counted until {self._shown(self.ends)}. This one is kept, and listed as late."

    def _shown(self, when: datetime) -> str:
        return f"{when.astimezone(ZoneInfo(self.zone)):%a %d %b %Y, %H:%M:%S %Z}"

    def to_json(self) -> str:
        times = {name: when and when.isoformat() for name, when in vars(self).items() if name != "zone"}
        return json.dumps(times | {"zone": self.zone}, indent=1) + "\n"

    @classmethod
    def read(cls, path: Path) -> "Hours | None":
        """What `to_json` made; None where there is no such file."""
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        zone = facts.pop("zone")
        return cls(zone=zone, **{name: when and datetime.fromisoformat(when) for name, when in facts.items()})
