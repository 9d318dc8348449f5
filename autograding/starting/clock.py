"""`python -m autograding --clock`: how long the exam still lasts.

The repository knows the end of its sitting. Extra minutes are between a student and the course, so they are in no
repository: whoever has some says how many, `--clock 30`.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from .locked import Locked, NotOpened

NO_CLOCK = "There is no clock here: when this assignment is due stands in README.md."


def until(locked: Locked, extra: int = 0) -> str:
    """A sentence with the end."""
    end = locked.due + timedelta(minutes=extra)
    with_extra = f" with your {extra} extra minutes" if extra else "; extra minutes of yours come on top"
    return f"What you hand in counts until {end:%H:%M} ({locked.facts['zone']}, {end:%a %d %b}){with_extra}."


def left(locked: Locked, extra: int, now: datetime) -> str:
    """`1:12:05 left`, by a clock like this machine's."""
    opens = datetime.fromisoformat(locked.facts["opens"])
    seconds = int((locked.due + timedelta(minutes=extra) - now).total_seconds())
    if now < opens:
        return f"It begins at {opens:%H:%M} ({locked.facts['zone']}, {opens:%a %d %b})."
    if seconds <= 0:
        return "The time is over. What is handed in later is kept and listed, and does not count."
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02} left"


def clock(
    root: Path, extra: int = 0, out: TextIO = sys.stdout, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> int:
    """Say it; in a terminal, every second until Ctrl-C or the end."""
    try:
        locked = Locked.of(root)
    except NotOpened as reason:
        print(reason, file=out)
        return 1
    if locked is None:
        print(NO_CLOCK, file=out)
        return 1
    print(until(locked, extra), file=out)
    try:
        while "left" in (said := left(locked, extra, now())) and out.isatty():
            print(f"\r{said}   ", end="", file=out, flush=True)
            time.sleep(1)
        print(f"\r{said}   " if out.isatty() else said, file=out)
    except KeyboardInterrupt:
        print(file=out)
    return 0
