"""A rehearsal at an organisation made for it: one step after the other, and everything undone, the last step first.

`rehearsal.json` in the forge's folder keeps which steps were begun, and what was there before: a rehearsal that was cut off
is undone like one that has ended.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from autograding.whole import read_json, write_whole

from ..forge import ForgeError
from ..git import GitError

REMEDY = "Look at the organisation, delete what is called `rehearsal` there, and remove this file."


class NotTried(Exception):
    """A step cannot be tried here; the message says why."""


@dataclass(frozen=True)
class Step:
    """does, undoes: what an instructor reads. act: says what was seen."""

    does: str
    act: Callable[[], str]
    undoes: str = ""
    undo: Callable[[], None] = lambda: None


class Seen(NamedTuple):
    """went_well: None where the step was not tried."""

    step: Step
    went_well: bool | None
    what: str


class Diary:
    """What must be known to undo a rehearsal, on the disk before anything is changed."""

    def __init__(self, path: Path):
        self.path = path

    @property
    def is_there(self) -> bool:
        return self.path.exists()

    def read(self, name: str, otherwise=None):
        return (read_json(self.path, REMEDY) if self.is_there else {}).get(name, otherwise)

    def note(self, **facts) -> None:
        known = read_json(self.path, REMEDY) if self.is_there else {}
        write_whole(self.path, json.dumps(known | facts, indent=1) + "\n")

    def end(self) -> None:
        self.path.unlink(missing_ok=True)


def perform(steps: Sequence[Step], diary: Diary) -> Iterator[Seen]:
    """It ends with the first step that fails."""
    for number, step in enumerate(steps, 1):
        diary.note(begun=number)
        try:
            yield Seen(step, True, step.act())
        except NotTried as why:
            yield Seen(step, None, str(why))
        except (ForgeError, GitError) as error:
            yield Seen(step, False, str(error))
            return


def undo(steps: Sequence[Step], diary: Diary) -> Iterator[Seen]:
    """What cannot be undone now is tried again by the next call."""
    undone = True
    for step in reversed(steps[: diary.read("begun", 0)]):
        if not step.undoes:
            continue
        try:
            step.undo()
            yield Seen(step, True, "")
        except (ForgeError, GitError) as error:
            undone = False
            yield Seen(step, False, str(error))
    if undone:
        diary.end()
