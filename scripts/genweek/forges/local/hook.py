"""The server's side of a push to the local forge: `hook.py FORGE pre-receive|post-receive`, called by git.

`hook.py FORGE catch-up` grades what a restart of the server has cut off. Standard library only until a grade is due: a
push should not wait for more than it needs.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(SCRIPTS), str(SCRIPTS.parent)]

from genweek.forges.git import ZERO  # noqa: E402
from genweek.forges.local.local_forge import LocalForge  # noqa: E402
from genweek.forges.local.push_log import note_push  # noqa: E402

BRANCH = "refs/heads/"


def pre_receive(forge: LocalForge, name: str) -> int:
    """Refuses a push to a repository that nobody may write to."""
    if "write" in forge.access(name).values():
        return 0
    print(f"{name} is closed: it takes no pushes now. Your commits are safe on your machine; ask your instructor.")
    return 1


def post_receive(forge: LocalForge, name: str) -> int:
    """Notes every push at once, then grades, so that a client that goes away has still pushed in time."""
    moved = [line.split() for line in sys.stdin]
    pushed = [(ref.removeprefix(BRANCH), old, new) for old, new, ref in moved if ref.startswith(BRANCH) and new != ZERO]
    for branch, old, new in pushed:
        note_push(Path(forge.url(name)), branch, old, new, forge.now())
    how = forge.settings["grading"]
    for branch, _, commit in pushed:
        if how == "foreground":
            _grade(forge, name, commit, branch)
        elif how == "background":
            command = [sys.executable, "-I", __file__, str(forge.folder), "grade", name, commit, branch]
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
    return 0


def catch_up(forge: LocalForge) -> int:
    """Grades the tip of every branch that a student has pushed and that has no score."""
    for name in forge.repos():
        for branch, commit in {push.branch: push.commit for push in forge.pushes(name)}.items():
            status = forge.status(name, commit)
            if status is None or status.state == "pending":
                _grade(forge, name, commit, branch)
    return 0


def _grade(forge: LocalForge, name: str, commit: str, branch: str) -> int:
    from genweek.forges.local.actions import grade  # reads YAML, so it is slower to import than all the rest

    with _turn(forge):
        status = grade(forge, name, commit, branch)
    print(f"{branch} {commit[:7]}: {status.description}", flush=True)
    return 0


@contextmanager
def _turn(forge: LocalForge) -> Iterator[None]:
    """Waits until a core is free: no more runs at a time than there are cores."""
    with (forge.runs_folder / f".turn-{os.getpid() % (os.cpu_count() or 1)}").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> int:
    forge, verb = LocalForge(sys.argv[1]), sys.argv[2]
    if verb == "grade":
        return _grade(forge, *sys.argv[3:])
    if verb == "catch-up":
        return catch_up(forge)
    name = Path(os.getcwd()).name.removesuffix(".git")  # git runs a hook in the bare repository
    return {"pre-receive": pre_receive, "post-receive": post_receive}[verb](forge, name)


if __name__ == "__main__":
    sys.exit(main())
