"""One run of a verb at a time for each folder or forge that verbs write to: a second one is told who is at it."""

import getpass
import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from .course.day import CourseError
from .private import private_folder


@contextmanager
def alone(folder: Path, file: str = "") -> Iterator[None]:
    """Hold the folder, which is made if need be, or one file of it. Raises CourseError while another run holds it.

    The lock ends with the process that holds it, however that ends; so a run that was killed is in nobody's way.
    """
    private_folder(folder)
    name = f".{file}.lock" if file else ".lock"
    note = folder / f"{name}.who"
    lock = FileLock(folder / name, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise CourseError(
            f"{_who(note)} is writing to {folder / file}. Nothing was done: wait until that is over, then run this again."
        ) from None
    try:
        verb = Path((sys.argv or ["a run"])[0]).stem
        facts = {"verb": verb, "user": _user(), "host": socket.gethostname(), "process": os.getpid()}
        note.write_text(json.dumps(facts | {"since": f"{datetime.now().astimezone():%H:%M %Z}"}), encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def refuse_while_held(folder: Path) -> None:
    """Raises CourseError while another run holds a folder that we only read: what it holds may be half written."""
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        if Path(lock.lock_file).exists():
            lock.acquire()
            lock.release()
    except Timeout:
        raise CourseError(
            f"{_who(folder / '.lock.who')} is writing to {folder}. Nothing was done: wait until that is over, then run this "
            "again."
        ) from None


def _user() -> str:
    with suppress(OSError, KeyError):  # a container may run as a number without a name
        return getpass.getuser()
    return "somebody"


def _who(note: Path) -> str:
    try:
        facts = json.loads(note.read_text(encoding="utf-8"))
        return "{verb} of {user} (since {since}, process {process} on {host})".format(**facts)
    except (OSError, ValueError, KeyError, TypeError):
        return "Another run"
