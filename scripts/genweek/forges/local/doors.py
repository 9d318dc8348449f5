"""Lets what is hidden be seen at its time, whether or not anybody runs a verb then.

Every look at the forge opens what is due (`LocalForge.open_due`). For a student's clone, which asks nobody, a process
waits; it ends when nothing is hidden any more.
"""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from .local_forge import LocalForge

LONGEST_WAIT = 5.0  # seconds, after which the dates are read anew: they may have been changed


def keep(forge: LocalForge) -> None:
    """Have a process wait where anything is hidden. For a clock that stands still nobody waits."""
    if forge.open_due() and not forge.settings["clock"]:
        command = [sys.executable, "-I", Path(__file__).with_name("hook.py"), forge.folder, "doors"]
        nothing = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        subprocess.Popen(command, **nothing, start_new_session=True)


def wait(forge: LocalForge) -> int:
    """Returns when nothing is hidden, or another process waits already."""
    with suppress(Timeout), FileLock(forge.folder / ".doors", timeout=0):
        while until := forge.open_due():
            time.sleep(min(max((until - forge.now()).total_seconds(), 0), LONGEST_WAIT))
    return 0
