"""How long changes take by GitHub's limits: said before they are made.

Per change: questions, writes, writes that GitHub counts as new content (500 in an hour), and pushes of git. The figures of
calls are what the client is seen to make (`tests/forges/github/test_github_calls.py`).
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from .client import BETWEEN_CALLS, BETWEEN_WRITES

LATENCY, GIT = 0.3, 2.0  # seconds, of one call and of one push
CONTENT = 500  # in an hour


class Cost(NamedTuple):
    reads: int = 0
    writes: int = 0
    content: int = 0  # among the writes
    pushes: int = 0


COSTS = {
    "base": Cost(writes=1),
    "invite": Cost(writes=1, content=1),
    "template": Cost(writes=1, content=1, pushes=1),
    "create": Cost(reads=3, writes=1, content=1),
    "grant": Cost(writes=1),
    "set_hours": Cost(writes=1),
    "rename": Cost(writes=1),
    "close": Cost(reads=1, writes=1),
    "open": Cost(reads=1, writes=1),
    "publish": Cost(pushes=1),
}


def total(kinds: Sequence[str]) -> Cost:
    counts = Counter(kinds)
    return Cost(*(sum(COSTS[kind][n] * count for kind, count in counts.items()) for n in range(len(Cost._fields))))


def minutes(cost: Cost) -> float:
    """By the pace of the client, and by the limit of content where that is slower."""
    busy = cost.reads * (BETWEEN_CALLS + LATENCY) + cost.writes * (BETWEEN_WRITES + LATENCY) + cost.pushes * GIT
    waits = max(cost.content - CONTENT, 0) / CONTENT * 3600
    return max(busy, waits) / 60


def sentence(kinds: Sequence[str]) -> str:
    cost = total(kinds)
    calls = cost.reads + cost.writes
    said = f"{calls} calls of GitHub's API" + (f" and {cost.pushes} pushes" if cost.pushes else "")
    lasting = minutes(cost)
    long = f"about {lasting:.0f} minutes" if lasting >= 1 else "less than a minute"
    return f"{said}: {long} by its limits. It can be stopped at any time and run again."
