"""A timer for the mock exams: it prints, and uploads nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class MockTimer:
    """When a mock exam began, and how long it lasts [minutes]."""

    start: datetime
    minutes: float

    def stop(self) -> None:
        """Say how much time was used."""
        used = (datetime.now() - self.start) / timedelta(minutes=1)
        late = f", {used - self.minutes:.0f} more than the paper gives" if used > self.minutes + 0.5 else ""
        print(f"{used:.0f} of {self.minutes:g} minutes used{late}.")


def mock_timer(minutes: float = 25) -> MockTimer:
    """Start the clock and print when the time is over, in this machine's time."""
    timer = MockTimer(datetime.now(), minutes)
    end = timer.start + timedelta(minutes=minutes)
    print(f"Started at {timer.start:%H:%M}. Pens down at {end:%H:%M}.")
    return timer
