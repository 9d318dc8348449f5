"""Which pushes wait to be graded, and whose turn it is.

The record of pushes is the queue: a commit whose status is still pending waits. So nothing is lost when the server
stops, and nothing has to be kept in order. The newest push goes first, because its author looks at the terminal now.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from ...course.schedule import in_words
from ..forge import Status
from . import grading, limits
from .local_forge import LocalForge

PAUSE = 0.1  # seconds between two looks for a free core


def work_off(forge: LocalForge, name: str) -> None:
    """Grade what waits in a repository, one push at a time, as long as its share of the machine lasts."""
    folder = forge.runs_folder / name
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".turn"):
        while commit := next(iter(waiting(forge, name)), None):
            again = limits.again_at([forge.statuses(name, push.commit) for push in forge.pushes(name)], forge.now())
            if again:
                said = f"Not graded: this repository has had its grading of an hour. Push again after {in_words(again)}."
                forge.set_status(name, commit, Status("error", said))
                continue
            with _core(forge) as lane:
                grading.grade(forge, name, commit, lane)


def waiting(forge: LocalForge, name: str) -> list[str]:
    """The commits that wait, the newest push first."""
    commits = dict.fromkeys(push.commit for push in reversed(forge.pushes(name)))
    return [commit for commit in commits if (status := forge.status(name, commit)) and status.state == "pending"]


@contextmanager
def _core(forge: LocalForge) -> Iterator[int]:
    """Waits until a core is free, and holds it; its number, from 1."""
    while True:
        for number in range(1, (os.cpu_count() or 1) + 1):
            try:
                with FileLock(forge.runs_folder / f".core-{number}", timeout=0):
                    yield number
                    return
            except Timeout:
                continue
        time.sleep(PAUSE)
