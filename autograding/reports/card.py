"""The card: what a check cell shows in a notebook. The tutor's sentence first, then what was seen; the tests are folded.

Styles stand on the elements, because notebooks strip sheets, and take the notebook's own colours, light or dark. Marks
are never told apart by colour alone. Everything is escaped.
"""

from collections.abc import Iterable, Iterator
from html import escape

from .escape import shorten, visible
from .scorecard import STATUSES, Outcome, ScoreCard, TaskScore

MESSAGE_LIMIT = 1_500  # characters of one message
GREEN, AMBER, GREY = "#2e9e5b", "#c47300", "#8a8f98"  # edges with a contrast of 3 and more on white and on black
BOX = "border-left:0.35em solid {};padding:0.2em 1em 0.5em;margin:0.3em 0;max-width:62em;font-size:1.08em;line-height:1.5"
BLOCK = (
    "white-space:pre-wrap;overflow-wrap:anywhere;margin:0.3em 0;padding:0.4em 0.7em;background:rgba(128,128,128,0.14);"
    "color:inherit;border-radius:0.25em;font-size:0.95em"
)


def sentence(text: str, edge: str = AMBER) -> str:
    """A card that holds one sentence."""
    return f'<div role="status" style="{BOX.format(edge)}">{_paragraph(text)}</div>'


def render(card: ScoreCard, notes: Iterable[str] = ()) -> str:
    """The card of the tasks that were asked for. notes: what else a student should know, said before the rest."""
    open_tasks = [task for task in card.tasks if not task.all_passed]
    edge = GREY if card.tasks and all(task.untouched for task in open_tasks) and open_tasks else AMBER
    edge = edge if open_tasks or card.problem else GREEN
    parts = [_paragraph(note, strong=True) for note in notes]
    parts += [_paragraph(card.problem)] if card.problem else []
    parts += [part for task in card.tasks if not task.untouched for part in _task(task)]
    if waiting := [task.id for task in card.tasks if task.untouched]:
        parts.append(_paragraph(f"{STATUSES['todo'][0]} To do: {', '.join(waiting)}"))
    parts += [_paragraph(f"Note: {shorten(warning, MESSAGE_LIMIT)}") for warning in card.warnings]
    parts += [_paragraph(f"{card.points}; {card.more}.")] if card.more else []
    if len(card.tasks) != 1 or card.problem:
        step = card.next_step()
        parts += [_paragraph(f"Next: {step.sentence}"), *([_block(step.command)] if step.command else [])]
    label = escape(visible(f"Check of {', '.join(task.id for task in card.tasks)}: {card.points}"[:300]))
    return f'<div role="region" aria-label="{label}" style="{BOX.format(edge)}">{"".join(parts)}</div>'


def _task(task: TaskScore) -> Iterator[str]:
    points = "an extension, for no points" if task.extension else f"{task.score} of {task.max_score} points"
    mark, word = (STATUSES["pass"][0], "all tests pass") if task.all_passed else (STATUSES["fail"][0], "not yet")
    yield (
        f'<p style="margin:0.3em 0"><strong style="font-size:1.1em">{mark} {escape(visible(task.id))}</strong> — '
        f"{escape(word)}, {escape(points)}</p>"
    )
    missed = [outcome for outcome in task.outcomes if not outcome.passed]
    yield from (_paragraph(text, strong=True) for text in dict.fromkeys(outcome.mistake for outcome in missed) if text)
    if first := next((outcome for outcome in missed if outcome.message and outcome.status != "todo"), None):
        yield _message(first)
    yield f'<details style="margin:0.3em 0"><summary style="cursor:pointer">{_count(task)}</summary>'
    for outcome in task.outcomes:
        mark, word = STATUSES[outcome.status]
        points = f", {outcome.points}/{outcome.max_points}" if outcome.max_points else ""
        yield f'<p style="margin:0.3em 0 0.1em">{mark} {escape(visible(outcome.title))} ({word}{points})</p>'
        if outcome in missed and outcome is not first and outcome.message and outcome.status != "todo":
            yield _message(outcome)
    yield "</details>"


def _count(task: TaskScore) -> str:
    passed = sum(outcome.passed for outcome in task.outcomes)
    tests = "the test" if len(task.outcomes) == 1 else f"{len(task.outcomes)} tests"
    return f"{passed} of {tests} passed" if len(task.outcomes) > 1 else f"{tests.capitalize()}"


def _message(outcome: Outcome) -> str:
    return _block(shorten(outcome.message, MESSAGE_LIMIT))


def _block(text: str) -> str:
    return f'<pre style="{BLOCK}">{escape(visible(text))}</pre>'


def _paragraph(text: str, strong: bool = False) -> str:
    inner = escape(visible(text))
    return f'<p style="margin:0.3em 0">{f"<strong>{inner}</strong>" if strong else inner}</p>'
