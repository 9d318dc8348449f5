"""`python -m autograding [ID…]` grades this repository and writes `scores.json`, whatever happens. With `--last` it
shows what the server says of the last push instead; with `--update` it brings the course's fixes into the repository, and
keeps all that the student wrote. `--start CODE` opens an exam, and `--clock` says how long it lasts."""

import sys

sys.path.append(sys.path.pop(0))  # a file `random.py` of the student's must not shadow a library

import argparse
import io
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .starting.clock import clock
from .starting.command import start
from .starting.locked import Locked, NotOpened
from .updating.command import old_text_in, update

if TYPE_CHECKING:
    from .judge.assignment import Assignment

HERE = Path(__file__).resolve().parent
EPILOG = "example: python -m autograding nb1.kl_divergence --watch"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m autograding", description=__doc__, epilog=EPILOG)
    parser.add_argument("ids", nargs="*", metavar="ID", help="a task (nb1.sample_z) or a notebook (nb1); default: all")
    parser.add_argument("--json", type=Path, default=Path("scores.json"), metavar="FILE", help="where the scores go")
    parser.add_argument("--work", type=Path, default=Path(), metavar="DIR", help="the folder that holds the notebooks")
    parser.add_argument("--live", type=Path, help=argparse.SUPPRESS)  # from a check cell: the cells as they were run
    parser.add_argument("--quiet", action="store_true", help="print no table (CI prints it with the report)")
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--watch", action="store_true", help="grade again whenever a notebook is saved")
    one.add_argument("--last", action="store_true", help="grade nothing: show what the server says of your last push")
    one.add_argument("--update", action="store_true", help="bring the course's fixes here; your work stays as it is")
    one.add_argument(
        "--start", nargs="?", const="", metavar="CODE", help="open the exam with the code that is shown in the room"
    )
    one.add_argument(
        "--clock", nargs="?", const=0, type=_minutes, metavar="MINUTES", help="how long it lasts, with extra MINUTES"
    )
    options = parser.parse_args(arguments)
    if options.start is not None:
        return start(options.start, HERE.parent)
    if options.clock is not None:
        return clock(HERE.parent, options.clock)
    if options.ids and (options.last or options.update):
        parser.error("--last and --update are about the whole repository: name no task")
    if (options.last or options.update) and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # names of files and cells may hold what a terminal cannot show
    if options.last:
        from .reports.last import show

        return show(options.work, HERE / "assignment.json", sys.stdout)
    if options.update:
        return update(HERE.parent)
    if _not_begun(options):
        return 0
    from .judge.assignment import Assignment  # not before now: see below

    assignment = Assignment.load()
    try:
        assignment.selected(options.ids)
    except KeyError as error:
        parser.error(error.args[0])
    if options.watch:
        return _watch(assignment, options)
    _grade(assignment, options)
    return 0  # grading ran; what the score is, the report says


def _minutes(text: str) -> int:
    """Extra minutes, as they may be granted."""
    if not text.isdecimal() or len(text) > 4:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of extra minutes: write 30, for one")
    return int(text)


def _not_begun(options: argparse.Namespace) -> bool:
    """Is an exam still locked? Then that is what the scores say."""
    try:
        locked = Locked.of(HERE.parent)
    except NotOpened as reason:
        sys.exit(str(reason))
    if locked is None or locked.begun:
        return False
    from .judge.scores import NOT_BEGUN, commit_of, nothing_yet, write

    write(options.json, nothing_yet(locked.facts["slug"], locked.facts["max_score"], commit_of(options.work)))
    print(NOT_BEGUN)
    return True


def _grade(assignment: "Assignment", options: argparse.Namespace) -> None:
    import pytest

    from .judge.scores import commit_of, scores_of, write
    from .reports.reading import read_assignment, read_scores
    from .reports.receivers.terminal import Style, render

    # First of all a complete report of nothing: should even the judge crash, every test still has its line.
    write(options.json, scores_of(assignment, [], ["Grading ended before it was done."], commit_of(options.work)))
    for theirs in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):  # what somebody has set for pytest is not for this one
        os.environ.pop(theirs, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    silent = ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:faulthandler"]
    where = ["-c", str(HERE / "pytest.ini"), "--rootdir", str(HERE), "--noconftest", str(HERE / "tests")]
    judge = ["-p", "autograding.judge.plugin", f"--work={options.work}", f"--json={options.json}"]
    judge += [f"--live={options.live}"] * bool(options.live)
    last_resort = ["-p", "pytest_timeout", "--timeout=240", "--timeout-method=thread"]  # should the judge itself hang
    pytest.main([*silent, *where, *judge, *last_resort, *(f"--task={word}" for word in options.ids)])
    if not options.quiet:
        card = read_scores(options.json, read_assignment(HERE / "assignment.json"))
        print(render(card.only(assignment.selected(options.ids)), Style.of(sys.stdout)))
        print("".join(f"\n{sentence}\n" for sentence in old_text_in(options.work.resolve())), end="")


def _watch(assignment: "Assignment", options: argparse.Namespace) -> int:
    def stamps() -> list[int]:
        paths = (options.work / (stem + suffix) for stem in assignment.starters for suffix in (".ipynb", ".py"))
        return [path.stat().st_mtime_ns if path.exists() else 0 for path in paths]

    try:
        while True:
            before = stamps()
            subprocess.run(
                [sys.executable, "-m", "autograding", *options.ids, "--json", options.json, "--work", options.work]
            )
            print("\nWatching: save a notebook to grade it again; Ctrl-C ends.", flush=True)
            while stamps() == before:
                time.sleep(0.5)
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed here. Run: python -m pip install -r requirements.txt")
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
