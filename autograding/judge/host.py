"""One submission's worker process, as the judge sees it: what is asked, for how long, and what came back."""

import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import wire
from .faults import StudentFault, from_error
from .processes import Worker, WorkerPool
from .unlocking import unlocked_by

CALL_LIMIT = 10.0  # seconds for one call; every honest one takes milliseconds
READ_LIMIT = 30.0  # seconds for reading one pair, in which no code of the student's runs
KEPT_LIMIT = 512 * 2**20  # bytes of all answers together: the judge keeps them until the mistakes are named
TOTAL_LIMIT = 180.0  # seconds for all calls of one submission together
MOST_WARNINGS, WARNING_LENGTH = 20, 500


class Host:
    """One submission's worker process: started when it is needed, replaced when it is lost."""

    def __init__(
        self,
        pool: WorkerPool,
        pairs: Mapping[str, Mapping],
        limit: float | None = None,
        locked: Path = Path(),
        hints: bool = True,
        unseen: bool = False,
    ):
        """pairs: for each notebook's stem, its `texts` and the `starter` of its exercises (see `pair.resolve`).

        locked: the folder of the checkpoints. hints: see `from_error`. unseen: the tests are such as nobody has seen.
        Then no exercise is judged in a worker that has met those of another one, for code can keep what these tell and
        lend it; and no message quotes what code has made of them.
        """
        self.pool, self.pairs, self.limit, self.hints, self.unseen = pool, pairs, limit or CALL_LIMIT, hints, unseen
        self.renew()
        self.worker: Worker | None = None
        self.stem: str | None = None  # the pair that the worker has read
        self._read: dict[str, list[str] | StudentFault] = {}
        self._locked, self._unlocked = locked, {}
        self._handed_in: set[str] = set()  # exercises whose source the worker has been given
        self._judged: str | None = None  # the exercise that it was asked about

    def renew(self) -> None:
        """All the time, and all the room for answers, once more."""
        self.left, self.room = TOTAL_LIMIT, KEPT_LIMIT

    def open(self, stem: str) -> list[str]:
        """Let a worker read one pair; its warnings. Raises StudentFault, the same one however often it is asked.

        Each pair has a worker of its own, which reads it before any code of the student's has run in there.
        """
        if isinstance(known := self._read.get(stem), StudentFault):
            raise known
        if self.stem != stem:
            self.close()
            try:
                reply = self._ask({"open": {"stem": stem, **self.pairs[stem]}}, READ_LIMIT)
                if isinstance(reply.get("error"), dict):  # what was read is more than an answer may hold
                    raise from_error(reply["error"], "", self.hints, not self.unseen)
            except StudentFault as fault:
                self._read[stem] = fault
                raise
            self.stem = stem
            if stem not in self._read:
                self._unlocked[stem], notes = unlocked_by(reply["codes"], self._locked, reply["untouched"])
                self._read[stem] = [str(text)[:WARNING_LENGTH] for text in [*reply["warnings"], *notes][:MOST_WARNINGS]]
        warnings = self._read[stem]
        assert isinstance(warnings, list)
        return warnings

    def call(self, stem: str, graded: str, request: Mapping) -> Any:
        """The value of one call. Raises StudentFault when there is none.

        graded: the exercise (`f` or `Class.method`) that is judged. Its source never comes from a checkpoint, and the
        worker is one that has never seen it.
        """
        top = graded.partition(".")[0]
        if top in self._handed_in or (self.unseen and self._judged not in (None, graded)):
            self.close()
        self.open(stem)
        self._judged = graded
        unlocked = {name: source for name, source in self._unlocked[stem].items() if name != top}
        self._handed_in |= unlocked.keys()
        reply = self._ask({"call": {"stem": stem, "unlocked": unlocked, **request}}, self.limit)
        if reply.get("spent"):
            self.close()
        if isinstance(reply.get("error"), dict):
            raise from_error(reply["error"], str(reply.get("printed") or ""), self.hints, not self.unseen)
        return wire.from_plain(reply.get("value"))

    def close(self) -> None:
        self.stem, self._judged, self._handed_in = None, None, set()
        if self.worker is not None:
            worker, self.worker = self.worker, None
            worker.end()

    def _ask(self, request: dict, limit: float) -> dict:
        """One request and its reply. The nonce tells it from frames that were sent before anyone asked."""
        if self.left <= 0:
            raise StudentFault(
                "timeout",
                f"was not called: all calls before it took {TOTAL_LIMIT:g} seconds together. "
                "Is there a loop over pixels where one tensor operation would do?",
            )
        if self.room <= 0:
            raise StudentFault(
                "error", f"was not called: all calls before it brought back more than {KEPT_LIMIT >> 20} MB.", "too much"
            )
        self.worker = self.worker or self.pool.worker()
        nonce, start = secrets.token_hex(8), time.monotonic()
        try:
            self.worker.channel.settimeout(limit)  # for sending: who never reads must not block us
            wire.send(self.worker.channel, {"nonce": nonce, **request})
            reply, weight = wire.receive_weighed(self.worker.channel, start + limit, wire.MAX_REPLY, wire.MAX_REPLY_TEXT)
            self.room -= weight
        except TimeoutError:
            self.close()
            raise StudentFault(
                "timeout",
                f"did not return within {limit:g} seconds. Is there a loop that never "
                "ends, or a loop over pixels where one tensor operation would do?",
            ) from None
        except (EOFError, OSError):
            self.close()
            raise StudentFault(
                "error",
                "ended the Python process. Look for `exit`, `os._exit`, or memory that grows without bound.",
                "ended",
            ) from None
        finally:
            self.left -= time.monotonic() - start
        if reply.get("nonce") != nonce:
            raise wire.WireError("an answer to a question that was not asked")
        return reply
