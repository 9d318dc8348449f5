"""What there is to say of a folder forge: its hooks, its server, and whether somebody grades what waits."""

import os
import socket
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from ..forge import Finding
from .hooks import ERRORS

if TYPE_CHECKING:
    from .local_forge import LocalForge

HOOKS = ("pre-receive", "post-receive")


def findings(forge: "LocalForge", slug: str) -> list[Finding]:
    lost = [name for name in HOOKS if not os.access(forge.folder / "hooks" / name, os.X_OK)]
    said = f"{', '.join(lost)} cannot be run, so pushes are refused or not graded" if lost else "are in order"
    said += f"; look at {errors}" if (errors := forge.folder / ERRORS).exists() else ""
    found = [Finding("hooks", said, f"scripts/generate.py {slug} --apply" if lost else "")]
    if address := forge.settings["address"]:
        where = "{host}:{port}".format(**address)
        with socket.socket() as one:
            one.settimeout(1)
            runs = not one.connect_ex(("127.0.0.1", address["port"]))
        said = f"{where} {'runs' if runs else 'DOES NOT RUN'}"
        found.append(Finding("server", said, "" if runs else "scripts/serve.py --run"))
    return found


def somebody_grades(forge: "LocalForge") -> bool:
    """Whether a process holds the turn of a repository (see `queue`)."""
    for turn in forge.runs_folder.glob("*/.turn"):
        try:
            with FileLock(turn, timeout=0):
                continue
        except Timeout:
            return True
    return False
