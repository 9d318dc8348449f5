"""The server's clock, which a test can stop, set and move."""

from datetime import UTC, datetime, timedelta


class Clock:
    def __init__(self):
        self._stands_at: datetime | None = None

    def now(self) -> datetime:
        return (self._stands_at or datetime.now(UTC)).astimezone(UTC)

    def set(self, when: datetime | None) -> None:
        """Let it stand at a time; None: let it run."""
        self._stands_at = when

    def move(self, by: timedelta) -> None:
        """Let it stand, later than it was."""
        self.set(self.now() + by)

    def text(self) -> str:
        return stamp(self.now())


def stamp(when: datetime) -> str:
    """As GitHub writes a time."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
