"""What one tells the class: how to clone, until when pushes count, how a fix comes; and a row each for a mail merge."""

from collections.abc import Iterator
from pathlib import Path

from ...course.course_file import read_course
from ...course.schedule import in_words, span
from ...forges.forge import repo_name
from ..afterwards.tables import write_table
from ..publishing.branches import ours
from ..publishing.updating import BRANCH
from .running import Running

COLUMNS = ("login", "name", "email", "title", "clone", "opens", "deadline", "update")
UPDATE = "python -m autograding --update"
LAST = "python -m autograding --last"


def text(running: Running) -> str:
    """For everybody: LOGIN stands for each student's own."""
    clone = running.forge.clone_url(repo_name(running.slug, "LOGIN"))
    extended = ", or until your own extension" * any(one.extension(running.slug) for one in running.students)
    sittings = [f"    {one.id}: {span(one, read_course().zone)}" for one in running.schedule.sittings]
    until = "in your sitting" if sittings else f"until {in_words(running.schedule.due)}"
    lines = [
        running.day.title,
        "",
        "Clone your repository, once (LOGIN is your own):",
        f"    git clone {clone}",
        f"Pushes to main count {until}{extended}{':' if sittings else '.'}",
        *sittings,
        "What the server says of your last push:",
        f"    {LAST}",
    ]
    if any(has_fix(running, name) for name in running.repositories.values()):
        lines += ["The starter was repaired. Bring the fix into your folder; what you wrote stays:", f"    {UPDATE}"]
    return "\n".join(lines)


def has_fix(running: Running, name: str) -> bool:
    """Whether one was brought to a repository."""
    return running.forge.tip(name, ours(running.forge, name, BRANCH)) is not None


def write_mail(running: Running, path: Path) -> Path:
    """A row for each student of the roster."""
    return write_table(path, COLUMNS, list(_rows(running)))


def _rows(running: Running) -> Iterator[list[str]]:
    for student in running.students:
        name = running.repositories.get(student.login)
        clone = f"git clone {running.forge.clone_url(name)}" if name else ""
        fix = UPDATE if name and has_fix(running, name) else ""
        opens, until = running.schedule.window(student).opens, running.schedule.deadline(student)
        who = [student.login, student.name, student.email, running.day.title]
        yield [*who, clone, in_words(opens), in_words(until), fix]
