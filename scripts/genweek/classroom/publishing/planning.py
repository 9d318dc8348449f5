"""A change to a forge is a plan first: sentences that are printed, and done only when the instructor says so."""

import errno
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from tqdm import tqdm

from autograding.reports.escape import one_line

from ...forges.forge import Forge


@dataclass(frozen=True)
class Step:
    """One change. Doing it twice is the same as doing it once, so that a plan that was cut off can be run again.

    kind: the method of the forge that it calls, by which a forge tells how long it takes."""

    sentence: str
    act: Callable[[], object]
    kind: str = ""


def each(names: Iterable[str], steps_for: Callable[[str], Sequence[Step]]) -> list[Step]:
    """The steps of many repositories. One that cannot even be looked at becomes a step that fails and says why."""
    steps: list[Step] = []
    for name in names:
        try:
            steps += steps_for(name)
        except Exception as error:  # whatever one repository comes up with, the others have their steps
            steps.append(Step(f"{name}: it cannot be read, look at it", partial(_fail, error)))
    return steps


def _fail(error: Exception) -> None:
    raise error


def carry_out(steps: Sequence[Step], apply: bool, forge: Forge | None = None) -> int:
    """Print the plan and, with `apply`, do it. 1 when a step failed (the others were tried all the same), else 0.

    forge: where a plan takes long, that is said before, and a bar shows how far it is.
    """
    if not steps:
        print("Nothing to do: everything is as it should be.")
        return 0
    failed = 0
    expected = forge.expected([step.kind for step in steps if step.kind]) if forge else ""
    if expected:
        print(expected, flush=True)
    shown = apply and expected and sys.stderr.isatty()
    for number, step in enumerate(tqdm(steps, unit="step", disable=not shown), 1):
        print(f"  [{number}/{len(steps)}] {one_line(step.sentence)}", end="" if apply else "\n", flush=True)
        if not apply:
            continue
        try:
            step.act()
            print("  ✓", flush=True)
        except Exception as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
                print("  ✗")
                raise  # no other step could be done either
            failed += 1
            print(f"  ✗\n        {one_line(str(error)) or type(error).__name__}", flush=True)
    if not apply:
        print(f"This is the plan ({len(steps)} steps). Nothing was changed: add --apply to do it.")
    elif failed:
        print(f"{failed} of {len(steps)} steps failed. Run this again: what is done stays done.", file=sys.stderr)
    return 1 if failed else 0
