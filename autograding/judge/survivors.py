"""Ends what a submission has left alive where no sandbox does so: on a student's machine and on a runner (Linux).

A child may leave its group, its session and its parent, and may kill the warm parent that would have reaped it; whoever
is adopted then comes to us, and is a child of ours that we did not start.
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Set
from contextlib import suppress

PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 2.0  # seconds for what forks faster than it is killed


def adopt() -> None:
    """From now on, whoever among our descendants loses its parent becomes our child."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_all(but: Set[int] = frozenset()) -> None:
    """Kill every child and what it leaves in turn, all but those named."""
    deadline = time.monotonic() + PATIENCE
    # Linux may skip a child while another one ends: nobody is left when two looks in a row find nobody
    while (alive := (children() | children()) - but) and time.monotonic() < deadline:
        for pid in alive:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def children() -> set[int]:
    """Children of any of our threads."""
    found: set[int] = set()
    with suppress(OSError):
        for thread in os.listdir("/proc/self/task"):
            with suppress(OSError), open(f"/proc/self/task/{thread}/children") as children:
                found |= {int(child) for child in children.read().split()}
    return found
