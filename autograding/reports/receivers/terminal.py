"""The terminal: a table of the tasks, then every test that did not pass, then the next thing to do."""

import os
import re
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from ..delivery import Request
from ..escape import for_log, shorten, stop_commands
from ..scorecard import STATUSES, Outcome, ScoreCard, TaskScore

NAME = "table"
MESSAGE_LIMIT = 1_500  # characters of one message
BAR = 12  # cells
QUOTED, GLUE = re.compile(r"`[^`]{1,70}`"), "\0"  # the latter is in no text that can be seen
ASCII_MARKS = {"pass": "+", "fail": "x", "error": "!", "timeout": "t", "todo": "-"}
COLOURS = {"pass": "32", "fail": "31", "error": "31", "timeout": "33", "todo": "2"}
COLOURS |= {"bold": "1", "dim": "2", "say": "1;36"}


@dataclass(frozen=True)
class Style:
    """What the reader's terminal can show."""

    width: int = 100  # columns
    colour: bool = False
    unicode: bool = True

    @classmethod
    def of(cls, stream: TextIO) -> "Style":
        """Colour only on a terminal, and not where NO_COLOR (no-color.org) is set."""
        try:
            "█░✓✗◷○→—…".encode(stream.encoding or "ascii")
            speaks_unicode = True
        except UnicodeEncodeError:
            speaks_unicode = False
        width = shutil.get_terminal_size((100, 24)).columns
        return cls(min(max(width, 40), 120), stream.isatty() and not os.environ.get("NO_COLOR"), speaks_unicode)

    def paint(self, text: str, colour: str) -> str:
        return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m" if self.colour else text

    def mark(self, status: str) -> str:
        return self.paint(STATUSES[status][0] if self.unicode else ASCII_MARKS[status], status)

    def bar(self, task: TaskScore) -> str:
        full = BAR * task.score // task.max_score
        blocks = ("█" * full, "░" * (BAR - full)) if self.unicode else ("#" * full, "." * (BAR - full))
        return self.paint(blocks[0], "pass") + self.paint(blocks[1], "dim")

    def wrap(self, text: str, indent: int, first: str = "") -> str:
        """`text` wrapped to the width and indented, line by line, so that a table in a message keeps its lines. What stands
        between backticks is there to be copied, and stays on one line."""
        lines = []
        for line in for_log(text).split("\n"):
            whole = QUOTED.sub(lambda quoted: quoted[0].replace(" ", GLUE), line.rstrip())
            parts = fold(whole, self.width - indent - 1)  # 1: a folded line may need for_log again
            lines += [part.replace(GLUE, " ") for part in parts]
        space = " " * indent
        return "\n".join((first if first and not n else space) + line for n, line in enumerate(lines))


def columns(text: str) -> int:
    """The columns that `text` takes: 2 for a wide character, 0 for one that sits on another."""
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` columns."""
    if columns(text) > width:
        while columns(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - columns(text))


def fold(line: str, width: int) -> Iterator[str]:
    """`line` in pieces of at most `width` columns, cut at a space where there is one."""
    while columns(line) > width:
        end = width
        while columns(line[:end]) > width:
            end -= 1
        space = line.rfind(" ", 0, end + 1)
        end = space if line[: max(space, 0)].strip() else end
        yield line[:end].rstrip()
        line = line[end:].lstrip()
    yield line


def _rule(left: str, right: str, style: Style) -> str:
    return style.paint(fit(left, style.width - columns(right) - 1) + " " + right, "bold")


def _table(card: ScoreCard, style: Style) -> Iterator[str]:
    id_width = max(12, min(max(columns(task.id) for task in card.tasks), style.width - BAR - 16))
    for task in card.tasks:
        marks = "".join(style.mark(outcome.status) for outcome in task.outcomes)
        room = style.width - id_width - BAR - 15 >= len(task.outcomes)
        bar = fit("extension", BAR) if task.extension else style.bar(task)
        points = "" if task.extension else f"{task.score}/{task.max_score}"
        yield f"  {fit(task.id, id_width)}  {bar}  {points:>7}  {marks if room else ''}".rstrip()


def _outcome(outcome: Outcome, shown: set[str], style: Style) -> Iterator[str]:
    word = STATUSES[outcome.status][1]
    lost = f", {outcome.points}/{outcome.max_points}" if outcome.max_points else ""
    yield style.wrap(f"{outcome.title} ({word}{lost})", 4, f"  {style.mark(outcome.status)} ")
    if outcome.mistake and outcome.mistake not in shown:
        arrow = style.paint("→" if style.unicode else ">", "say")
        yield style.wrap(outcome.mistake, 6, f"    {arrow} ")
    if outcome.message and outcome.message not in shown and outcome.status != "todo":
        yield style.wrap(shorten(outcome.message, MESSAGE_LIMIT), 6)
    shown |= {outcome.mistake, outcome.message}


def _details(task: TaskScore, style: Style) -> Iterator[str]:
    points = "extension" if task.extension else f"{task.score}/{task.max_score}"
    yield ""
    yield _rule(task.id, points, style)
    shown: set[str] = set()  # a sentence that holds for many tests of a task is said once
    for outcome in task.outcomes:
        if outcome.message or not outcome.passed:
            yield from _outcome(outcome, shown, style)


def _lines(card: ScoreCard, style: Style) -> Iterator[str]:
    yield _rule(card.assignment.title or card.assignment.slug, card.points, style)
    if card.more:
        yield style.paint(f"{card.more}.".rjust(style.width), "dim")
    yield from [""] * bool(card.unread)
    for cause in card.unread:
        yield style.wrap(shorten(cause, MESSAGE_LIMIT), 2, f"{style.mark('error')} ")
    if card.tasks:
        yield ""
        yield from _table(card, style)
    folded = () if card.partial else card.to_do
    for task in card.tasks:
        seen = task.all_passed or task in folded or card.lost(task)
        if not seen and not (task.extension and task.untouched):
            yield from _details(task, style)
    if folded:
        yield ""
        yield style.wrap(", ".join(task.id for task in folded), 6, "Still to do: ")
    if card.problem:
        yield style.wrap(card.problem, 2, f"{style.mark('error')} ")
    yield from [""] * bool(card.others)
    for warning in card.others:
        yield style.wrap(shorten(warning, MESSAGE_LIMIT), 6, "Note: ")
    yield ""
    step = card.next_step()
    yield style.paint(style.wrap(step.sentence, 6, "Next: "), "say")
    if step.command:  # never folded: it is there to be copied
        yield style.paint(f"    {step.command}", "say")


def render(card: ScoreCard, style: Style | None = None) -> str:
    """The report as text that is safe to print where GitHub's runner reads along."""
    return for_log("\n".join(_lines(card, style or Style())))


def deliver(card: ScoreCard, request: Request) -> None:
    """Print it where no line of it is obeyed: it may quote a student."""
    with stop_commands(request.log):
        request.say(render(card, Style.of(request.log)))
