"""CPU and wall seconds of whole process trees, and the table that a benchmark prints.

The machine is shared and noisy: what is compared is run in turn, several times, and reported as medians and ratios.
"""

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..course.day import CourseError


@dataclass(frozen=True)
class Cost:
    """Seconds."""

    cpu: float
    wall: float


def cost_of(command: Sequence, cwd: Path, env: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end. Raises CourseError when it fails."""
    before, start = _children(), time.monotonic()
    done = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    cost = Cost(_children() - before, time.monotonic() - start)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:] or ["it said nothing"]
        raise CourseError(f"`{' '.join(map(str, command))}` failed: {said[0]}")
    return cost


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def in_turn(repeats: int, *runs: Callable[[], Cost]) -> list[list[Cost]]:
    """The costs of each run, round by round, after one round that only warms the disk's cache."""
    rounds = [[run() for run in runs] for _ in range(repeats + 1)][1:]
    return [list(costs) for costs in zip(*rounds, strict=True)]


def median(costs: Sequence[Cost]) -> str:
    cpu, wall = (statistics.median(getattr(cost, unit) for cost in costs) for unit in ("cpu", "wall"))
    return f"{cpu:.2f} s CPU, {wall:.2f} s"


def ratio(costs: Sequence[Cost], others: Sequence[Cost], unit: str) -> float:
    """The median over the rounds of one's `cpu` or `wall` seconds divided by the other's."""
    rounds = zip(costs, others, strict=True)
    return statistics.median(getattr(one, unit) / getattr(other, unit) for one, other in rounds)


def tree(pid: int) -> list[int]:
    """A process and its living descendants, parents first (Linux)."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [pid, *(other for child in children for other in tree(int(child)))]


def tree_cpu(pid: int) -> float:
    """CPU seconds of a process and its descendants, those included that ended and were waited for."""
    return sum(map(_cpu, tree(pid)))


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """MB of memory that a process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def report(title: str, rows: Sequence[tuple[str, str, str]]) -> None:
    """rows: what, how much, and how much it should be."""
    print(f"\n{title}")
    width = max(len(what) for what, _, _ in rows)
    for what, measured, aim in rows:
        print(f"  {what:{width}}  {measured:>22}  {aim}".rstrip(), flush=True)
