"""An exam goes out locked: paper, provided tests, recording and the handout of tasks, under the code of its sitting.

A repository can then be handed out days before, and the code that is shown in the room opens it in the same second for
everybody, without a network. All codes derive from the course secret (see `locking`).
"""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import nbformat
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from autograding.starting.locked import FOLDER, PAPER, SITTING, check_value, key_of, packed

from ..course import toml
from ..course.conditions import Conditions
from ..course.course_file import read_course
from ..course.day import ROOT, CourseError, Day
from ..course.papers import PLAIN
from ..course.schedule import in_words, instant
from .contents import OF_EXAMS, halves
from .locking import CHECK, LOCKED, code_for
from .locking import check_value as check_value_of

TASKS, START = "TASKS.md", "start.ipynb"  # what the code opens; what begins the exam in Jupyter


@dataclass(frozen=True)
class Window:
    """One sitting, as a repository may know it: nothing of whose it is. id: "" where there is one sitting alone."""

    id: str
    opens: datetime
    due: datetime
    conditions: Conditions
    papers: tuple[str, ...] = ()


def windows(day: Day) -> list[Window]:
    """The sittings of an exam, in order. Raises CourseError for a paper that is in two: it is locked by one code."""
    schedule, course, path = day.facts.schedule, read_course(), ROOT / f"assignments/{day.slug}/assignment.toml"
    found: list[Window] = []
    for number, one in enumerate(day.facts.sittings):
        where = toml.place(path, "sittings", "papers", number)
        for other in found:
            if twice := set(other.papers) & set(one.papers):
                raise CourseError(
                    f"{where}: the paper {min(twice)} is in the sittings {other.id} and {one.id}. Who sits later may know "
                    "it, and it is locked by one code: give each sitting papers of its own."
                )
        opens, due = (instant(when, course.zone, where) for when in (one.opens, one.due))
        found.append(Window(one.id, opens, due, course.conditions.changed(one.conditions), tuple(one.papers)))
    if found or schedule.due is None:
        return found
    opens, due = (instant(when, course.zone, day.slug) for when in (schedule.opens or schedule.release, schedule.due))
    return [Window("", opens, due, course.conditions)]


def window_of(day: Day) -> Window:
    """The sitting in which a paper is sat; the first one for a paper that waits for another year."""
    found = windows(day)
    return next((window for window in found if day.paper in window.papers), found[0])


def open_notebooks(day: Day) -> list[str]:
    """Of each sitting in which answers of the week may be carried into its paper, a sentence: it is allowed, and said."""
    course, path = read_course().conditions, ROOT / f"assignments/{day.slug}/assignment.toml"
    return [
        f"{toml.place(path, 'sittings', 'papers', number)}: in the sitting {one.id} the week's notebooks are open, and its "
        f"paper {PLAIN} asks nothing that they do not answer: who copies from them earns most of its points. Give it turned "
        "papers, or close the notebooks."
        for number, one in enumerate(day.facts.sittings)
        if PLAIN in one.papers and course.changed(one.conditions).course_notebooks
    ]


def start_code(slug: str, sitting: str, secret: bytes) -> str:
    """What is shown in the room."""
    return code_for(slug, f"start/{sitting}", secret)


def close(day: Day, repo: Path, secret: bytes) -> None:
    """Take out of a repository, which is being made, what nobody may see before the exam begins, and leave it locked there.

    It knows the codes of the other sittings again, so that who types one of them is told so.
    """
    window, zone = window_of(day), read_course().zone
    if window.papers and day.paper not in window.papers:
        where = toml.place(ROOT / f"assignments/{day.slug}/assignment.toml", "sittings")
        raise CourseError(f"{where}: the paper {day.paper} is in none of the [[sittings]], so no code can open it.")
    points = json.loads((repo / "autograding/assignment.json").read_text(encoding="utf-8"))["max_score"]
    (repo / START).write_text(_beginning(day, window), encoding="utf-8")
    taken = {path.relative_to(repo).as_posix(): path for path in _of_the_paper(day, repo)}
    sealed = AESSIV(key_of(day.slug, window.id, _code(day, window.id, secret))).encrypt(
        packed({name: path.read_bytes() for name, path in taken.items()}), None
    )
    for path in taken.values():
        path.unlink()
    ids = [one.id for one in windows(day)]
    others = {id: check_value(day.slug, id, _code(day, id, secret)) for id in ids if id != window.id}
    facts = {
        "slug": day.slug,
        "title": day.title,
        "sitting": window.id,
        "opens": window.opens.astimezone(zone).isoformat(),
        "due": window.due.astimezone(zone).isoformat(),
        "zone": str(zone),
        "max_score": points,
        "sha256": sha256(sealed).hexdigest(),
        "others": others,
        "files": sorted(path.relative_to(repo).as_posix() for path in repo.rglob("*") if path.is_file()),
    }
    (repo / FOLDER).mkdir()
    (repo / LOCKED).mkdir(exist_ok=True)
    (repo / LOCKED / CHECK).write_text(f"{check_value_of(secret)}\n")  # another secret than this is refused
    (repo / FOLDER / PAPER).write_bytes(sealed)
    (repo / FOLDER / SITTING).write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _code(day: Day, sitting: str, secret: bytes) -> str:
    return start_code(day.slug, sitting, secret).replace("-", "")


def _of_the_paper(day: Day, repo: Path) -> list[Path]:
    own = [repo / name for name in (*halves(day), TASKS)]
    grader = [repo / "autograding" / name for name in ("assignment.json", "recorded.json", *OF_EXAMS)]
    tests = sorted((repo / "autograding/tests").glob("*.py"))
    rooms = day.rooms if day.facts.kind == "exam" else []  # of a rehearsal, what looks at the machine says "start first"
    given = [path for room in rooms for path in sorted((repo / "genlab" / room).rglob("*"))]
    return [path for path in (*own, *grader, *tests, *given) if path.is_file()]


def _beginning(day: Day, window: Window) -> str:
    """The notebook that begins the exam: nothing in it is graded."""
    text, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    allowed = [text(f"**What is allowed:**\n\n{window.conditions.in_words()}")] if day.facts.kind == "exam" else []
    cells = [
        text(
            f"# {day.title}\n\nWrite the code that is shown in the room between the quotes, and run the cell. It opens "
            "your notebooks and all that belongs to them, with or without network. What you have is never overwritten, "
            "however often you run it."
        ),
        code('from autograding import start\n\nstart("")'),
        *allowed,
        text(
            f"What you hand in counts until {in_words(window.due)}; extra minutes of yours come on top. How long is that? "
            "(With 30 extra minutes: `--clock 30`.)"
        ),
        code("!python -m autograding --clock"),
    ]
    for number, cell in enumerate(cells):
        cell.id = f"start-{number}"  # nbformat draws ids at random; a rebuild must be the same
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})
    return nbformat.writes(notebook) + "\n"
