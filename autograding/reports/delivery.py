"""Tells every receiver a score. One that fails, whatever it fails of, becomes a sentence and stops none of the others."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from .escape import for_log, one_line
from .receivers import receivers
from .scorecard import ScoreCard


@dataclass(frozen=True)
class Request:
    """What a caller asks of the receivers.

    files: by flag, where a receiver should write. env: the environment of the run. log: what a reader sees.
    notes: what receivers before this one had to say.
    """

    env: Mapping[str, str]
    log: TextIO
    files: Mapping[str, Path] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        print(text, file=self.log, flush=True)


def deliver(card: ScoreCard, request: Request) -> bool:
    """Tell them all. False when one of them failed."""
    failed = 0
    for receiver in receivers():
        try:
            note = receiver.deliver(card, request)
        except Exception as error:
            failed += 1
            note = f"The {receiver.NAME} could not be written: {type(error).__name__}: {error}"
        if note:
            request.notes.append(one_line(note))
            with suppress(OSError, ValueError):  # the log itself may be closed
                request.say(for_log(request.notes[-1]))
    return not failed
