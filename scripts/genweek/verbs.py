"""What all scripts have in common: their arguments, the forge that they open, and how they end."""

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from autograding.judge.processes import WorkerError
from autograding.reports.escape import one_line
from autograding.whole import BrokenFile

from .alone import alone
from .private import close
from .classroom import belonging
from .classroom.publishing.secrets_in_use import of_forge
from .course.course_file import read_course
from .course.day import ROOT, CourseError, known_slug
from .course.roster import Student, read_everybody
from .forges import classroom50
from .forges.choosing import GITHUB, ROOM50, forge_at
from .forges.forge import Forge, ForgeError
from .forges.git import GitError, check
from .forges.local.local_forge import LocalForge
from .regrading import sandbox

# The default place for what a running course has; git ignores it. A demonstration has one of its own.
CLASSROOM = Path(os.environ.get("GENWEEK_CLASSROOM") or ROOT / "classroom").resolve()
MOST_DIGITS = 6  # of a number on the command line
AGAIN = "Run the same command again: what is done stays done."


def slug(text: str) -> str:
    """The name of an assignment, however it is spelled on the command line."""
    return known_slug(text)


def count(text: str) -> int:
    """A whole number from 1 on, and one that somebody can mean."""
    if not text.strip().isdecimal() or not text.strip("0 "):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    if len(text.strip()) > MOST_DIGITS:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is too large")
    return int(text)


def port(text: str) -> int:
    """Of a server that needs no rights of root."""
    if not 1024 <= count(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 1024 to 65535")
    return count(text)


def host(text: str) -> str:
    """What stands in the address of a clone."""
    if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no name of a machine, as git.uni.example is")
    return text


def room50(text: str) -> tuple[str, str]:
    """An organisation and a classroom of Classroom 50."""
    organisation, _, classroom = text.partition("/")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*", organisation) or not classroom50.NAME.fullmatch(classroom):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not ORG/CLASSROOM, as my-org/gen-models is: no capitals, no underscore"
        )
    return organisation, classroom


class Parser(argparse.ArgumentParser):
    """Refuses an empty value: mostly it is a variable of the shell that is not set, and would mean the default, or the
    folder where one stands."""

    def parse_args(self, args=None, namespace=None):
        given = sys.argv[1:] if args is None else list(args)
        for before, value in zip(["", *given], given, strict=False):
            if not value.strip() or (value.startswith("--") and value.rstrip().endswith("=")):
                what = value.strip(" =") or before or "the first argument"
                self.error(f"{what} has an empty value: is a variable of the shell not set?")
        return super().parse_args(args, namespace)

    def only_with(self, options: argparse.Namespace, flag: str, *used: str) -> None:
        """Refuses every other option that was given beside a flag which would ignore it. used: those that it heeds."""
        for name, value in vars(options).items():
            if name not in used and f"--{name}".replace("_", "-") != flag and value != self.get_default(name):
                self.error(f"with {flag}, {name.replace('_', '-')} has no effect: leave it out")


ARGUMENTS = {
    "slug": ("slug", {"type": slug, "metavar": "SLUG", "help": "the assignment, such as day1_vae"}),
    "slugs": ("slugs", {"type": slug, "nargs": "*", "metavar": "SLUG", "help": "assignments (default: all)"}),
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
            "metavar": "PLACE",
            "help": "a folder, github:ORG or classroom50:ORG/CLASSROOM (course.toml's `forge`, or classroom/forge)",
        },
    ),
    "work": (
        "--work",
        {
            "type": Path,
            "default": CLASSROOM,
            "metavar": "DIR",
            "help": "what the course keeps of each assignment (classroom)",
        },
    ),
    "apply": ("--apply", {"action": "store_true", "help": "do it; without this, only the plan is printed"}),
}


def parser(doc: str | None, *names: str) -> Parser:
    """A parser with some of the common arguments; `doc` holds the examples. An option is never abbreviated: what a
    word means must not change when an option is added."""
    made = Parser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    for name in names:
        flag, settings = ARGUMENTS[name]
        made.add_argument(flag, **settings)
    return made


def open_forge(options: argparse.Namespace, may_make: bool = False) -> Forge:
    """The forge of the command line. may_make: with --apply, a folder that is not there is made."""
    check()
    forge = forge_at(options.forge or _place(), CLASSROOM)
    if not (may_make and isinstance(forge, LocalForge)):
        forge.refuse_missing()
    if getattr(options, "apply", False):
        if isinstance(forge, LocalForge):
            _warn_without_sandbox()
        forge.set_up()
    return forge


def open_folder(options: argparse.Namespace) -> LocalForge:
    """The forge of the command line where it must be a folder."""
    forge = open_forge(options)
    if not isinstance(forge, LocalForge):
        raise ForgeError(f"{forge} has a server of its own. This is for a forge in a folder: --forge DIR.")
    return forge


def elsewhere(options: argparse.Namespace) -> Forge | None:
    """The forge of the command line, or of the course, where it is no folder."""
    place = str(options.forge or _place())
    if options.forge and not place.startswith((GITHUB, ROOM50)):
        raise ForgeError(f"{place} is a folder, and has no part in this: --forge is for {GITHUB}ORG.")
    return open_forge(options) if place.startswith((GITHUB, ROOM50)) else None


def _place() -> Path | str:
    """Where this course's repositories are."""
    place = read_course().forge
    return place if place.startswith((GITHUB, ROOM50)) else ROOT / place if place else CLASSROOM / "forge"


def secret_in_use(slug: str) -> dict[str, str]:
    """The check value of the course secret that the forge of this course was made with, if there is one."""
    try:
        return of_forge(forge_at(_place(), CLASSROOM), slug)
    except ForgeError as error:
        print(one_line(f"Note: nobody could ask which course secret is in use. {error}"), file=sys.stderr)
        return {}


def say_who_is_missing(forge: Forge, slug: str, roster: Path) -> list[Student]:
    """Print what the roster and the forge do not agree on; those who have left."""
    everybody = read_everybody(roster)
    for note in [*belonging.notes(forge, slug, everybody), *forge.notes()]:
        print(one_line(f"Note: {note}"))
    return [student for student in everybody if student.left]


@contextmanager
def changing(forge: Forge, apply: bool) -> Iterator[None]:
    """While it lasts, no other verb changes the forge; a plan alone changes nothing and waits for nobody."""
    if not apply:
        yield
        return
    with alone(forge.folder):
        yield
    forge.settle()


def _warn_without_sandbox() -> None:
    """Pushes are graded in the regrade's sandbox."""
    try:
        sandbox.check() if sandbox.available() else print(f"Warning: {sandbox.UNPROTECTED}", file=sys.stderr)
    except CourseError as error:
        print(f"Warning: pushes cannot be graded. {error}", file=sys.stderr)


class _Screen(io.FileIO):
    """Standard output that nobody may be reading any more, as behind `| head`: then it takes everything all the same."""

    def write(self, data) -> int | None:
        try:
            return super().write(data)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            return len(data)


def _let_nothing_on_the_screen_stop_us() -> None:
    """Neither a pipe that is closed nor a letter that a terminal does not have ends a verb in the middle."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if isinstance(sys.stdout, io.TextIOWrapper):
        raw = io.BufferedWriter(_Screen(sys.stdout.fileno(), "wb", closefd=False))
        sys.stdout = io.TextIOWrapper(raw, sys.stdout.encoding, "backslashreplace", line_buffering=sys.stdout.line_buffering)


def run(main: Callable[[], int | None], again: str = AGAIN) -> None:
    """Ends the process: an expected error is a sentence, and an interruption says how to go on."""
    name = Path(sys.argv[0]).stem
    _let_nothing_on_the_screen_stop_us()
    if close(CLASSROOM):
        print(f"Note: {CLASSROOM} could be read by every account of this machine. Now it is yours alone.", file=sys.stderr)
    try:
        sys.exit(main())
    except (BrokenFile, CourseError, ForgeError, GitError, WorkerError) as error:
        sys.exit(f"{name}: {error}")
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        sys.exit(f"{name}: {error.strerror or error}{where}.\nWhen that is repaired: {again}")
    except KeyboardInterrupt:
        print(f"\n{name}: interrupted. {again}", file=sys.stderr)
        sys.exit(130)
