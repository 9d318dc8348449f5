"""The names of the columns in Canvas and Moodle: one that would not arrive as what it is, is refused.

Canvas reads more in a name than a name (lib/gradebook_importer.rb): a number in brackets at its end is an assignment's
own number, some words are its own columns, and of two columns with one name it reads the first for both.
"""

import re
from collections.abc import Iterable, Mapping

from autograding.reports.escape import for_cell

from ...course.course_file import THEORY, Course
from ...course.day import CourseError, Day

CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
NOTES = "Notes"  # the column for a teacher's notes, which many courses have
NUMBER = re.compile(r"(.*)\s\(([0-9]+)\)", re.DOTALL)
DROPPED = re.compile(r"(?:Current|Final) (?:Score|Points|Grade)|Override (?:Score|Grade|Status)")
ONLY_DIGITS = re.compile(r"-?[0-9.,]+%?")


def column_titles(course: Course, parts: Iterable[str]) -> dict[str, str]:
    """For each part its title, or what [columns] says in its place. Raises CourseError for those that cannot be."""
    own = {part: part if part == THEORY else Day.load(part).title for part in parts if part not in course.columns}
    titles = {part: course.columns.get(part) or own[part] for part in parts}
    problems = [
        f"The title of {part}, {title!r}, ends in what Canvas takes for the number of an assignment."
        for part, title in own.items()
        if number(title)
    ]
    if problems := [*problems, *problems_of(titles)]:
        advice = "Nothing was done. Give it another name under [columns] in assignments/course.toml, and in Canvas."
        raise CourseError("\n".join([*problems, advice]))
    return titles


def number(title: str) -> str:
    """The number of an assignment that Canvas reads in it, or nothing."""
    found = NUMBER.fullmatch(title)
    return found[2] if found else ""


def problems_of(titles: Mapping[str, str]) -> list[str]:
    """A sentence for each that would arrive as something else, or not at all."""
    problems, first = [], {}
    for part, title in titles.items():
        name = f"The column {title!r} of {part}"
        if found := DROPPED.search(title):
            problems.append(f"{name} has {found[0]!r} in it: Canvas takes it for a column of its own, and drops it.")
        if title in (*CANVAS, NOTES):
            problems.append(f"{name} is called as one of Canvas's own.")
        if ONLY_DIGITS.fullmatch(title):
            problems.append(f"{name} is a number, which Canvas may write in another way.")
        if for_cell(title) != title:
            problems.append(f"{name} has spaces or signs that do not arrive, or begins like a formula.")
        key = number(title) or title.casefold()
        if key in first:
            problems.append(f"{name} and the one of {first[key]} are one column to Canvas: grades of one go into both.")
        first.setdefault(key, part)
    return problems
