"""What the classroom's scripts have in common: their arguments, the forge that they open, and how they end."""

import argparse
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from .alone import alone
from .course.day import ROOT, CourseError
from .forges.forge import Forge, ForgeError
from .forges.git import GitError, check
from .forges.local.local_forge import LocalForge
from .course.roster import RosterError
from .regrading import sandbox

CLASSROOM = ROOT / "classroom"  # the default place for what a running course has; git ignores it
ARGUMENTS = {
    "slug": ("slug", {"metavar": "SLUG", "help": "the assignment, such as day1_vae"}),
    "roster": (
        "--roster",
        {
            "type": Path,
            "default": CLASSROOM / "roster.csv",
            "metavar": "FILE",
            "help": "the students (classroom/roster.csv): login,name,email,…",
        },
    ),
    "forge": (
        "--forge",
        {
            "type": Path,
            "default": CLASSROOM / "forge",
            "metavar": "DIR",
            "help": "the folder of the local forge (classroom/forge)",
        },
    ),
    "apply": ("--apply", {"action": "store_true", "help": "do it; without this, only the plan is printed"}),
}


def parser(doc: str, *names: str) -> argparse.ArgumentParser:
    """A parser with some of the common arguments; `doc` holds the examples."""
    made = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in names:
        flag, settings = ARGUMENTS[name]
        made.add_argument(flag, **settings)
    return made


def open_forge(options: argparse.Namespace, may_make: bool = False) -> Forge:
    """The forge of the command line. may_make: with --apply, a folder that is not there is made."""
    check()
    forge = LocalForge(options.forge)
    if not forge.folder.is_dir() and not may_make:
        raise ForgeError(f"There is no forge in {options.forge}. scripts/generate.py SLUG --apply makes one.")
    if getattr(options, "apply", False):
        _warn_without_sandbox()
        forge.set_up()
    return forge


def changing(forge: Forge, apply: bool) -> AbstractContextManager:
    """While it lasts, no other verb changes the forge; a plan alone changes nothing and waits for nobody."""
    return alone(forge.folder) if apply and isinstance(forge, LocalForge) else nullcontext()


def _warn_without_sandbox() -> None:
    """Pushes are graded in the regrade's sandbox."""
    try:
        sandbox.check() if sandbox.available() else print(f"Warning: {sandbox.UNPROTECTED}", file=sys.stderr)
    except CourseError as error:
        print(f"Warning: pushes cannot be graded. {error}", file=sys.stderr)


def run(main: Callable[[], int]) -> None:
    """Ends the process: an expected error is a sentence, and an interruption says what to do."""
    name = Path(sys.argv[0]).stem
    try:
        sys.exit(main())
    except (CourseError, ForgeError, GitError, RosterError, OSError) as error:
        sys.exit(f"{name}: {error}")
    except KeyboardInterrupt:
        print(f"\n{name}: interrupted. Run the same command again: what is done stays done.", file=sys.stderr)
        sys.exit(130)
