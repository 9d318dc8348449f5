"""The job summary: GitHub's Markdown, on the page of the workflow run."""

from collections.abc import Iterator

from ..delivery import Request
from ..escape import for_markdown, for_markdown_block, shorten
from ..scorecard import STATUSES, Outcome, ScoreCard, TaskScore

NAME = "job summary"
MESSAGE_LIMIT = 2_000  # characters of one message
SIZE_LIMIT = 900_000  # bytes; GitHub refuses a summary above 1 MiB


def _table(card: ScoreCard) -> Iterator[str]:
    yield "| Task | Points | Tests |\n|:--|--:|:--|\n"
    for task in card.tasks:
        points = "extension" if task.extension else f"{task.score} / {task.max_score}"
        marks = " ".join(STATUSES[outcome.status][0] for outcome in task.outcomes)
        yield f"| {for_markdown(shorten(task.id, 80))} | {points} | {marks} |\n"
    yield f"| **Total** | **{card.score} / {card.max_score}** | |\n\n"


def _outcome(outcome: Outcome) -> str:
    mark, word = STATUSES[outcome.status]
    points = f" · {outcome.points} / {outcome.max_points}" if outcome.max_points else ""
    text = f"**{mark} {for_markdown(shorten(outcome.title, 300))}** ({word}{points})\n\n"
    if outcome.mistake:
        text += f"> {for_markdown(shorten(outcome.mistake, 600))}\n\n"
    if outcome.message and outcome.status != "todo":
        text += for_markdown_block(shorten(outcome.message, MESSAGE_LIMIT)) + "\n\n"
    return text


def _task(task: TaskScore) -> Iterator[str]:
    yield f"#### {for_markdown(shorten(task.id, 80))}\n\n"
    for outcome in task.outcomes:
        if outcome.message or not outcome.passed:
            yield _outcome(outcome)


def _parts(card: ScoreCard) -> Iterator[str]:
    title = for_markdown(card.assignment.title or card.assignment.slug)
    yield f"### {title}: {card.points}\n\n"
    if card.more:
        yield f"{card.more}.\n\n"
    if card.problem:
        yield f"**{for_markdown(card.problem)}**\n\n"
    for cause in card.unread:
        yield f"**{for_markdown(shorten(cause, MESSAGE_LIMIT))}**\n\n"
    step = card.next_step()
    yield f"**Next:** {for_markdown(step.sentence)}\n\n{for_markdown_block(step.command)}\n\n"
    if card.tasks:
        yield from _table(card)
    for warning in card.others:
        yield f"> **Note:** {for_markdown(shorten(warning, MESSAGE_LIMIT))}\n\n"
    for task in card.tasks:
        if not task.all_passed and not task.untouched and not card.lost(task):
            yield from _task(task)
    if card.to_do:
        yield f"<details><summary>Still to do: {len(card.to_do)} of {len(card.tasks)} tasks</summary>\n\n"
        for task in card.to_do:
            yield from _task(task)
        yield "</details>\n"


def render(card: ScoreCard) -> str:
    """The summary in Markdown, at most SIZE_LIMIT bytes: where it would be more, it says so and ends."""
    text, size = [], 0
    for part in _parts(card):
        size += len(part.encode())
        if size > SIZE_LIMIT:
            text.append("… The rest is in `report.html`, in this run's artifact.\n")
            break
        text.append(part)
    return "".join(text)


def deliver(card: ScoreCard, request: Request) -> None:
    if path := request.env.get("GITHUB_STEP_SUMMARY"):
        notes = "".join(f"> **Note:** {for_markdown(note)}\n\n" for note in request.notes)
        with open(path, "a", encoding="utf-8", errors="replace") as file:
            file.write(render(card) + notes)
