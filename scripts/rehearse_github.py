#!/usr/bin/env python3
"""Rehearse a week at GitHub in ten steps, in an organisation made for trying things out; then undo them all.

examples: scripts/rehearse_github.py --forge github:my-scratch --student my-other-account            print the steps
          scripts/rehearse_github.py --forge github:my-scratch --student my-other-account --apply    do them, undo them
          scripts/rehearse_github.py --forge github:my-scratch --student my-other-account --undo     after a cut

GITHUB_TOKEN is an owner's, with the rights to administrate and to delete repositories and to change workflows. STUDENT_TOKEN
is one of the second account: without it, nobody pushes as a student. Both must be of accounts that have no part in a course.
"""

import _venv  # noqa: F401  (continues inside .venv)

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from autograding.reports.escape import one_line
from genweek import verbs
from genweek.forges.choosing import GITHUB
from genweek.forges.forge import ForgeError
from genweek.forges.github.rehearsal import Diary, Seen, perform, undo

MARKS = {True: "✓", False: "✗", None: "–"}


def told(seen: Iterable[Seen], undoing: bool = False) -> bool:
    """Print what comes; whether all went well."""
    well = True
    for one in seen:
        what = f"undo “{one.step.does}”: {one.step.undoes}" if undoing else one.step.does
        print(f"  {MARKS[one.went_well]} {what}", flush=True)
        if one.what:
            print(f"      {one_line(one.what)}", flush=True)
        well = well and one.went_well is not False
    return well


def main() -> int:
    parser = verbs.parser(__doc__, "forge", "apply")
    parser.add_argument("--student", required=True, metavar="LOGIN", help="a second account of yours: the student")
    parser.add_argument("--keep", action="store_true", help="undo nothing yet: look at it first, then --undo")
    parser.add_argument("--undo", action="store_true", help="undo a rehearsal that was kept, or cut off")
    options = parser.parse_args()
    forge = verbs.open_forge(options)
    if not str(forge).startswith(GITHUB):
        raise ForgeError(f"{forge} is not at GitHub. Name a scratch organisation: --forge {GITHUB}ORG.")
    from genweek.forges.github.rehearsal_steps import GitHubForge, Steps  # a forge there has found PyGithub

    assert isinstance(forge, GitHubForge)
    diary = Diary(forge.folder / "rehearsal.json")
    with verbs.changing(forge.set_up(), options.apply or options.undo), tempfile.TemporaryDirectory() as scratch:
        steps = Steps(forge, options.student, os.environ.get("STUDENT_TOKEN", ""), Path(scratch), diary).all()
        if options.undo:
            return 0 if told(undo(steps, diary), undoing=True) else 1
        if not options.apply:
            for number, step in enumerate(steps, 1):
                print(f"  [{number}/{len(steps)}] {step.does}" + (f"   (undo: {step.undoes})" if step.undoes else ""))
            print("These are the steps. Nothing was changed: add --apply to do them.")
            return 0
        if diary.is_there:
            raise ForgeError("The last rehearsal has not been undone: run this with --undo first.")
        well = told(perform(steps, diary))
        if options.keep:
            print("Kept. When you have looked at it, run this with --undo.")
        elif not told(undo(steps, diary), undoing=True):
            print("Not everything could be undone. When that is repaired, run this with --undo.")
            return 1
        return 0 if well else 1


if __name__ == "__main__":
    verbs.run(main, again="Run it with --undo.")
