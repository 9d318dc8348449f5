"""A change to a forge is a plan first: sentences that are printed, and done only when the instructor says so."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...forges.forge import ForgeError
from ...forges.git import GitError


@dataclass(frozen=True)
class Step:
    """One change. Doing it twice is the same as doing it once, so that a plan that was cut off can be run again."""

    sentence: str
    act: Callable[[], None]


def carry_out(steps: Sequence[Step], apply: bool) -> int:
    """Print the plan and, with `apply`, do it. 1 when a step failed (the others were tried all the same), else 0."""
    if not steps:
        print("Nothing to do: everything is as it should be.")
        return 0
    failed = 0
    for number, step in enumerate(steps, 1):
        print(f"  [{number}/{len(steps)}] {step.sentence}", end="" if apply else "\n", flush=True)
        if not apply:
            continue
        try:
            step.act()
            print("  ✓", flush=True)
        except (ForgeError, GitError, OSError) as error:
            failed += 1
            print(f"  ✗\n        {error}", flush=True)
    if not apply:
        print(f"This is the plan ({len(steps)} steps). Nothing was changed: add --apply to do it.")
    elif failed:
        print(f"{failed} of {len(steps)} steps failed. Run this again: what is done stays done.", file=sys.stderr)
    return 1 if failed else 0
