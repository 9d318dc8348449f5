"""What a live run on one seed answered, and what each known mistake would have: enough to grade without the master.

A student's repository carries the recording of the public seed; a regrade makes one of a secret seed when it starts.
"""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict

from ..checks.observed import Observed
from ..whole import read_json, write_whole
from ..wire import from_plain, to_plain


class KnownMistake(TypedDict):
    """What a wrong answer leaves behind: for each test of its task, the log of what was seen."""

    sentence: str
    observed: dict[str, list[Observed]]


class Recording(TypedDict):
    """answers: for each test, the reference's answers in the order of its calls, one list for each section.

    mistakes: for each task, what is known to be answered wrongly.
    """

    seed: int | str
    answers: dict[str, list[list]]
    mistakes: dict[str, list[KnownMistake]]


def load(path: Path) -> Recording:
    remedy = "Build again; a regrade's own one is made anew when it is removed."
    return _converted(read_json(path, remedy, object_hook=_bytes_of_text), from_plain)


def save(path: Path, recording: Recording, private: bool = False) -> None:
    """private: its owner alone may read it."""
    text = json.dumps(_converted(recording, to_plain), sort_keys=True, default=_text_of_bytes)
    write_whole(path, text + "\n", private)


def _text_of_bytes(data: memoryview) -> dict[str, str]:
    return {"base64": base64.b64encode(data).decode("ascii")}


def _bytes_of_text(found: dict) -> Any:
    return bytearray(base64.b64decode(found["base64"])) if found.keys() == {"base64"} else found


def _converted(recording: Recording, convert: Callable[[Any], Any]) -> Recording:
    def entry(one: Observed) -> Observed:
        return {**one, "got": convert(one["got"])} if "got" in one else one

    def mistake(one: KnownMistake) -> KnownMistake:
        observed = {test: [entry(each) for each in entries] for test, entries in one["observed"].items()}
        return {"sentence": one["sentence"], "observed": observed}

    return {
        "seed": recording["seed"],
        "answers": {test: [convert(value) for value in values] for test, values in recording["answers"].items()},
        "mistakes": {task: [mistake(one) for one in known] for task, known in recording["mistakes"].items()},
    }
