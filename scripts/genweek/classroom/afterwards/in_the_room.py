"""What somebody in the room took counts, too: commits that were read out, and work that came on a stick."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

from ...course.day import CourseError, Day
from ...course.roster import Student
from ...course.schedule import Schedule, Window, in_words
from ...forges.forge import Forge, Push
from ...forges.git import git, succeeds
from . import sticks
from .collected import COLLECTED, FAILED, MAIN, Collected
from .papers import Papers
from .receipts import TABLE, Receipt, read_receipts
from .sticks import FOLDER, KINDS, Sticks

ALIKE = 0.85  # from there on two names differ by a letter or two
STICK_FAILED = "What came on a stick does not count: "


@dataclass(frozen=True)
class InTheRoom:
    """What somebody in the room took: receipts by login, and sticks. stems: of the notebooks."""

    receipts: Mapping[str, Sequence[Receipt]] = field(default_factory=dict)
    sticks: Sticks = Sticks()
    stems: Sequence[str] = ()


def in_the_room(day: Day, schedule: Schedule, students: Sequence[Student], folder: Path) -> InTheRoom:
    """folder: where `receipts.csv` and `bundles` lie. Raises CourseError for a table that is wrong."""
    receipts, found = read_receipts(folder / TABLE, schedule, students), sticks.find(folder / FOLDER, day.slug, students)
    problems = (*found.problems, *_a_letter_off(folder))
    return InTheRoom(receipts, replace(found, problems=problems), day.notebooks)


def _a_letter_off(folder: Path) -> list[str]:
    """What lies beside the two and looks like one of them, so that nobody reads it."""
    there = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    said = []
    for meant, is_it in ((TABLE, Path.is_file), (FOLDER, Path.is_dir)):
        stem = meant.partition(".")[0]
        if meant in there and not is_it(folder / meant):
            said.append(f"{meant} was not read: it has to be a {'folder' if meant == FOLDER else 'file'}.")
        for name in there:
            word = name.lower().partition(".")[0]
            near = get_close_matches(word, [stem], 1, ALIKE) or (meant not in there and word.startswith(stem[:-1]))
            if near and name != meant:
                said.append(f"{name} was not read: it looks like {meant}, and has another name. Rename it, or take it away.")
    return said


def with_receipts(row: Collected, found: Mapping[Receipt, Push | None]) -> Collected:
    """What became of each that is not what counts."""
    for receipt, push in found.items():
        counts = row.push.commit if row.push else ""
        if counts.startswith(receipt.commit):
            continue
        if receipt.time >= row.closes:
            row = row.says(f"{receipt.in_words}, which is after the end.")
        elif push or row.stick:
            row = row.says(f"{receipt.in_words}, and is not what counts: {counts[:7]} is.")
        elif row.provisional:
            row = row.says(f"{receipt.in_words}, and is not pushed yet.")
        else:
            row = row.asks(
                f"{receipt.in_words}, and is not pushed yet. Exactly that commit still counts, pushed or on a stick: ask "
                f"{row.student.login} for it. If there is none, take the line out of {TABLE}."
            )
    return row


def with_stick(
    forge: Forge, row: Collected, window: Window, path: Path, there: bool, taken: InTheRoom, papers: Papers
) -> Collected:
    """What came on a stick counts, unless it lies in the history of a push that counts, or is of another sitting."""
    if row.opens and row.taken_at < row.opens:
        return row.asks(f"{path.name} was not taken: the sitting {row.sitting} begins {in_words(row.opens)}.")
    pushed = row.push.commit if row.push else ""
    with tempfile.TemporaryDirectory() as scratch:
        repo = base(forge, row if there else None, Path(scratch) / "repository")
        try:
            held = sticks.unpack(path, repo, taken.stems)
        except CourseError as error:
            return replace(row, status=row.status if row.push else FAILED).asks(f"{STICK_FAILED}{error}")
        paper = papers.of(held.locked) if row.sitting else ""
        if paper and paper not in window.papers:
            return row.asks(f"{of_another_sitting(row, path.name, paper)} Else take {path.name} away.")
        if pushed and _leads_to(repo, held.commit, pushed):
            return row.says(f"{path.name} holds nothing that was not pushed in time.")
        goes_on = bool(pushed) and _leads_to(repo, pushed, held.commit)
    receipts = taken.receipts.get(row.student.login, ())
    receipt = next((one for one in receipts if held.commit.startswith(one.commit)), None)
    how = f"handed in as {KINDS[path.suffix.lower()]}, in the room" + (f", and {receipt.in_words}" if receipt else "")
    if goes_on:
        row = row.says(f"{path.name} counts, and goes on from {pushed[:7]}, which was pushed in time.")
    elif pushed:
        row = row.asks(
            f"{path.name} counts, and not {pushed[:7]}, which was pushed in time. Compare the two. For the other way round "
            f"take {path.name} away, and collect with --let-go {row.student.login}."
        )
    row = _with_paper_of_stick(row, path, held, paper).asks(*held.left_out)
    push = Push(MAIN, held.commit, row.closes)
    return replace(row, status=COLLECTED, push=push, stick=path, counted_by=how)


def _with_paper_of_stick(row: Collected, path: Path, held: sticks.Unpacked, paper: str) -> Collected:
    """It is graded by the paper that it answers, whatever the student was to have."""
    if not row.sitting or paper == row.paper:
        return row
    if not held.locked:
        return row.says(f"{path.name} does not tell which paper it answers: it is graded by {row.paper or 'none'}.")
    if not paper:
        return row.asks(f"{path.name} has a locked paper that was never given out here. Is it this exam's? It is graded.")
    meant = f", and not {row.paper}" if row.paper else ""
    told = (
        f"{path.name} holds the paper {paper}, by which it is graded{meant}. Write {paper} into the roster, as its paper_…"
    )
    return replace(row, paper=paper).asks(f"{told} of {row.student.login}.")


def _leads_to(repo: Path, commit: str, later: str) -> bool:
    return succeeds(repo, "merge-base", "--is-ancestor", commit, later)


def base(forge: Forge, row: Collected | None, folder: Path) -> Path:
    """A bare repository with the student's pushes to main, where there are any: a bundle may build on them."""
    pushed = row.push.commit if row and row.push and not row.stick else None
    if row and (commit := forge.tip(row.repository) or pushed):
        forge.fetch(row.repository, folder, commit, history=True)
        if pushed and not succeeds(folder, "cat-file", "-e", pushed):  # a force-push has left it behind
            forge.bring(row.repository, folder, pushed)
            git(folder, "update-ref", "refs/heads/counts", pushed)
        return folder
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main")
    return folder


def of_another_sitting(row: Collected, what: str, paper: str) -> str:
    return (
        f"{what} holds the paper {paper}, and the sitting {row.sitting}, in which {row.student.login} is by the roster, has "
        "no such paper: nothing in it counts there. If the roster is wrong, right its column sitting_…, and collect again."
    )
