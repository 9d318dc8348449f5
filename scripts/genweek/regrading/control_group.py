"""One bound on all that a submission starts and keeps: a control group, where this system lets us make one (Linux, root).

A limit of a process counts neither its children nor files without a name, which are memory, too; a group counts both.
Both versions of the kernel's interface are in use: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/ of Linux.
"""

import os
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MEMORY = 4 * 2**30  # bytes: torch, and what one process may have on top of it
TASKS = 64  # processes and threads
PREFIX = "genweek"
CLOSING = 1.0  # seconds that killed processes may need until they have left a group
JOIN = 'while [ "$1" != -- ]; do echo $$ >"$1" || exit 1; shift; done; shift; exec "$@"'
LIMITS = {
    "cgroup2": {"": {"memory.max": MEMORY, "memory.swap.max": 0, "pids.max": TASKS}},
    "cgroup": {"memory": {"memory.limit_in_bytes": MEMORY}, "pids": {"pids.max": TASKS}},
}
MAY_LACK = {"memory.swap.max"}  # a kernel without swap has no such file


@dataclass(frozen=True)
class Group:
    """folders: of the group, one for each hierarchy that limits something."""

    folders: tuple[Path, ...]

    def joined(self, command: Sequence[str]) -> list[str]:
        """The command, run inside the group with all that it starts."""
        return ["sh", "-c", JOIN, "join", *(str(folder / "cgroup.procs") for folder in self.folders), "--", *command]

    def remove(self) -> None:
        """Once everything in it has ended; what is still there then is left to the next run's `sweep`."""
        end = time.monotonic() + CLOSING
        for folder in self.folders:
            while folder.exists():
                with suppress(OSError):
                    folder.rmdir()
                    break
                if time.monotonic() > end:
                    break
                time.sleep(0.01)


def make(name: str, mounts: str = "/proc/mounts") -> Group | None:
    """A new group whose members share MEMORY and TASKS; None where this process may make none.

    name: of letters and digits, another one for each group that this process has at a time.
    """
    for kind in ("cgroup2", "cgroup"):
        roots = _roots(kind, Path(mounts))
        made: list[Path] = []
        try:
            for controller, limits in LIMITS[kind].items():
                sweep(roots[controller])
                made.append(roots[controller] / f"{PREFIX}-{os.getpid()}-{name}")
                made[-1].mkdir(exist_ok=True)
                for file, most in limits.items():
                    _limit(made[-1] / file, most)
            return Group(tuple(made))
        except (OSError, KeyError):
            Group(tuple(made)).remove()
    return None


def sweep(root: Path) -> None:
    """Remove the groups of processes that were killed before they could."""
    for folder in root.glob(f"{PREFIX}-*"):
        pid = folder.name.split("-")[1]
        if pid.isdigit() and not Path("/proc", pid).exists():
            with suppress(OSError):
                folder.rmdir()


def _limit(file: Path, most: int) -> None:
    if not file.exists() and file.name in MAY_LACK:
        return
    with file.open("r+") as open_file:  # never made: a file that is missing is a controller that is off
        open_file.write(str(most))


def _roots(kind: str, mounts: Path) -> dict[str, Path]:
    """Where groups of each controller are made."""
    found = {}
    for line in mounts.read_text().splitlines() if mounts.exists() else []:
        _, folder, type, options, *_ = line.split(" ")
        path = Path(re.sub(r"\\040", " ", folder))
        if type == kind == "cgroup2":
            found[""] = path
        elif type == kind:
            found |= {option: path for option in options.split(",")}
    return found
