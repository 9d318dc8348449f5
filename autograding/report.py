"""Tells everyone the score: `python -m autograding.report scores.json [--html FILE] [--classroom50 FILE]`.

The workflow calls this after grading, also when grading crashed. Log, GitHub Classroom's notices, job summary, commit
status and HTML page are each written on their own: one that fails becomes a sentence and stops none of the others.
"""

import sys

if __name__ == "__main__":
    sys.path.append(sys.path.pop(0))  # a student's json.py must not shadow the library's

import argparse
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from .reports import escape
from .reports.reading import read_assignment, read_scores
from .reports.receivers import classroom, classroom50, status, summary, terminal
from .reports.scorecard import ScoreCard

HERE = Path(__file__).resolve().parent


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m autograding.report", description="Report a score.")
    parser.add_argument("scores", type=Path, help="the file that python -m autograding --json FILE wrote")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as one HTML page")
    parser.add_argument("--classroom50", type=Path, metavar="FILE", help="write Classroom 50's result.json")
    parser.add_argument("--assignment", type=Path, metavar="FILE", default=HERE / "assignment.json", help="its maximum")
    return parser.parse_args(argv)


def _print_scores(card: ScoreCard) -> None:
    """The table, which may quote a student, where no line is obeyed; then the notices, which must be."""
    try:
        with escape.stop_commands(sys.stdout):
            print(terminal.render(card, terminal.Style.of(sys.stdout)))
    finally:
        print(classroom.notices(card), flush=True)


def _write_html(path: Path, card: ScoreCard) -> None:
    from .reports.receivers import html  # jinja2 takes longer to import than all the rest

    path.write_text(html.render(card), encoding="utf-8")


def _append(path: str, text: str) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


def _try(what: str, action: Callable[[], None]) -> bool:
    """Runs one report. A report that fails is a sentence in the log, whatever it failed of."""
    try:
        action()
    except Exception as error:
        sentence = escape.one_line(f"The {what} could not be written: {type(error).__name__}: {error}")
        print(escape.for_log(sentence), flush=True)
        return False
    return True


def report(card: ScoreCard, args: argparse.Namespace, env: Mapping[str, str]) -> bool:
    """Writes every report that was asked for. True when all of them are written; a status not posted is no failure."""
    written = [_try("table", lambda: _print_scores(card))]
    if args.html:
        written.append(_try("HTML report", lambda: _write_html(args.html, card)))
    if args.classroom50:
        text = json.dumps(classroom50.result(card, env), indent=2) + "\n"
        written.append(_try("result for Classroom 50", lambda: args.classroom50.write_text(text, encoding="utf-8")))
    unposted = status.post(card, env) if env.get("GITHUB_TOKEN") else None
    if unposted:
        print(escape.for_log(unposted), flush=True)
    if env.get("GITHUB_STEP_SUMMARY"):
        note = f"> **Note:** {escape.for_markdown(unposted)}\n" if unposted else ""
        written.append(_try("job summary", lambda: _append(env["GITHUB_STEP_SUMMARY"], summary.render(card) + note)))
    return all(written)


def main(argv: list[str] | None = None) -> int:
    """0 when the reports are written, whatever the score."""
    args = _arguments(argv)
    sys.stdout.reconfigure(errors="replace")  # a log that is not UTF-8 still gets its notices
    card = read_scores(args.scores, read_assignment(args.assignment), os.environ.get("GITHUB_SHA", ""))
    return 0 if report(card, args, os.environ) else 1


if __name__ == "__main__":
    sys.exit(main())
