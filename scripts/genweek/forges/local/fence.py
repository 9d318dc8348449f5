"""A fence around a command that runs a student's code: bubblewrap, where there is one.

Inside, the machine is read-only, and the instructor's home, this repository (solutions, roster, grades) and the forge
are not there. The network is: a score is posted over it. The grade of record has its own, stricter sandbox (regrade).
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ...course.day import ROOT

UNFENCED = (
    "there is no fence: what students push runs with the rights of whoever runs this forge. It could read your "
    "files, the roster and other students' work. Debian: apt-get install bubblewrap."
)


def fence(writable: Path, hidden: Iterable[Path] = ()) -> list[str]:
    """What to put before a command. Empty where bubblewrap is missing or may not be used."""
    if not works():
        return []
    command = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    for folder in (Path.home(), ROOT, *hidden):
        command += ["--tmpfs", str(folder)] if folder.is_dir() else []
    for folder in (Path(sys.base_prefix), Path(sys.prefix)):
        command += ["--ro-bind", str(folder), str(folder)]
    return [
        *command,
        "--bind",
        str(writable),
        str(writable),
        "--unshare-pid",
        "--unshare-ipc",
        "--new-session",
        "--die-with-parent",
        "--",
    ]


@cache
def works() -> bool:
    """Is bubblewrap installed, and allowed?"""
    trial = ["bwrap", "--ro-bind", "/", "/", "--unshare-pid", "true"]
    return shutil.which("bwrap") is not None and subprocess.run(trial, capture_output=True).returncode == 0
