"""The two files that git runs at a push: they find their forge from where they lie, so that it can be moved or copied."""

import os
import shlex
import sys
from pathlib import Path

from autograding.whole import write_whole

ROOT = Path(__file__).resolve().parents[4]
ERRORS = "errors.txt"  # in the forge: what went wrong in a hook
PROGRAM = Path(__file__).with_name("hook.py")
HOOK = """\
#!/bin/sh
# Made by genweek; every verb with --apply renews it. The forge is where this file lies, wherever that is by now.
hook=$(basename "$0")
forge=$(cd "$(dirname "$0")/.." && pwd -P)
run() { [ -x "$1" ] && [ -f "$2" ] && exec "$1" -I "$2" "$forge" "$hook"; }
WAYS
echo "This server was moved and takes no pushes yet. Your commits are safe on your machine: tell your instructor, who"
echo "lets it run again with: scripts/generate.py SLUG --apply"
exit 1
"""


def write_hooks(forge: Path) -> None:
    """Make or renew the hooks of a forge."""
    ways = [(sys.executable, str(PROGRAM))]
    quoted = [" ".join(["run", *map(shlex.quote, way)]) for way in ways]
    if forge.is_relative_to(ROOT):  # then both may have moved together
        quoted = [" ".join(["run", *(_from(forge, part) for part in way)]) for way in ways] + quoted
    for name in ("pre-receive", "post-receive"):
        path = forge / "hooks" / name
        write_whole(path, HOOK.replace("WAYS", "\n".join(quoted)))
        path.chmod(0o755)


def _from(forge: Path, path: str) -> str:
    """A word of the shell: the path as it is seen from the forge, where it lies in this repository."""
    if not Path(path).is_relative_to(ROOT):
        return shlex.quote(path)
    return '"$forge"/' + shlex.quote(os.path.relpath(path, forge))
