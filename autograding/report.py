"""Tells everyone the score: `python -m autograding.report scores.json [--html FILE] [--classroom50 FILE]`.

The workflow calls this after grading, also when grading crashed.
"""

import sys

if __name__ == "__main__":
    sys.path.append(sys.path.pop(0))  # a student's json.py must not shadow the library's

import argparse
import io
import os
from pathlib import Path

from .reports.delivery import Request, deliver
from .reports.reading import read_assignment, read_scores
from .reports.receivers import receivers

HERE = Path(__file__).resolve().parent


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m autograding.report", description="Report a score.")
    parser.add_argument("scores", type=Path, help="the file that python -m autograding --json FILE wrote")
    parser.add_argument("--assignment", type=Path, metavar="FILE", default=HERE / "assignment.json", help="its maximum")
    for receiver in receivers():
        if flag := getattr(receiver, "FLAG", None):
            parser.add_argument(flag[0], type=Path, metavar="FILE", help=flag[1])
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """0 when all that was asked for is written, whatever the score."""
    arguments = vars(_arguments(argv))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a log that is not UTF-8 still gets its notices
    assignment = read_assignment(arguments.pop("assignment"))
    card = read_scores(arguments.pop("scores"), assignment, os.environ.get("GITHUB_SHA", ""))
    files = {f"--{name}": path for name, path in arguments.items() if path is not None}
    return 0 if deliver(card, Request(os.environ, sys.stdout, files)) else 1


if __name__ == "__main__":
    sys.exit(main())
