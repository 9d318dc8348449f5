"""`python -m autograding --start CODE`, and `start("CODE")` in a notebook: the exam begins.

Nothing that a student has is overwritten: a second start brings back what is missing, and leaves alone what is there.
"""

import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from ..whole import write_whole
from .clock import until
from .locked import OPENED, Locked, NotOpened

ROOT = Path(__file__).resolve().parent.parent.parent
NOTHING_LOCKED = "Nothing is locked here: this assignment needs no code. Are you in the folder of the exam?"
MESSAGE = "The exam begins"


def start(code: str = "", root: Path = ROOT, say: Callable[[str], object] = print) -> int:
    """Open the exam. 0 when it is open; 1, with a sentence, when it is not. Raises nothing."""
    try:
        return _start(str(code), root, say)
    except NotOpened as reason:
        say(str(reason))
    except ModuleNotFoundError as error:
        say(f"{error.name} is not installed here. Run: python -m pip install -r requirements.txt")
    except OSError as error:
        say(f"{error.strerror or error}: {error.filename}. Nothing is lost: when that is repaired, start again.")
    return 1


def _start(code: str, root: Path, say: Callable[[str], object]) -> int:
    locked = Locked.of(root)
    if locked is None:
        say(NOTHING_LOCKED)
        return 1
    first, files = not locked.begun, locked.open(code)
    there = [name for name in files if (root / name).exists()]
    new = [name for name in files if name not in there]
    for name in sorted(new, key=lambda name: (name == OPENED.as_posix(), name)):  # what says that it is open comes last
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(root / name, files[name])
    if not new:
        say("The exam is open already. Nothing was changed: your work is as you left it.")
    elif first:
        say(f"The exam is open: {_shown(new)}.")
        if mine := [name for name in there if _at_the_top(name)]:
            say(f"{_shown(mine)} lay here before and is as it was. To get the exam's, rename yours and start again.")
    else:
        say(f"Back again, as handed out: {', '.join(new)}. All else is as you left it.")
    if new:
        _commit(root, new, say)
    say(until(locked))
    return 0


def _shown(names: Iterable[str]) -> str:
    return ", ".join(sorted(filter(_at_the_top, names)))


def _at_the_top(name: str) -> bool:
    return "/" not in name


def _commit(root: Path, names: list[str], say: Callable[[str], object]) -> None:
    """With the files in a commit, `git commit -a` takes them along from now on."""

    def git(*arguments: str) -> bool:
        try:
            return not subprocess.run(["git", "-C", root, *arguments], capture_output=True, timeout=30).returncode
        except (OSError, subprocess.TimeoutExpired):
            return False

    if git("add", "--force", "--", *names) and git("commit", "--quiet", "--no-verify", "--message", MESSAGE, "--", *names):
        return
    say('They are in no commit yet. Before your first push: git add --all, then git commit -m "begun"')
