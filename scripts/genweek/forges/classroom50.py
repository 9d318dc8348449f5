"""The names of Classroom 50: `gen-models-day1-vae-alice` is what we call `day1_vae-alice`. An exam is an assignment for each
of its papers there, and a student's repository of any of them is `day4_exam-alice` to us."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,38}")  # of a classroom and of an assignment


class Ours(NamedTuple):
    """login: empty of a template; paper: of an assignment that has some."""

    slug: str
    paper: str
    login: str


def slug_of(slug: str, paper: str = "") -> str:
    """An assignment's name there: it knows no underscore."""
    return f"{slug}-{paper}".rstrip("-").lower().replace("_", "-")


def theirs(name: str, classroom: str, paper: str = "") -> str:
    """Of one of our names, its name there: a template has no classroom. paper: of a student's repository of an exam."""
    slug, _, rest = name.partition("-")
    if not rest or rest.startswith("-"):
        return slug_of(slug, rest.removeprefix("-"))
    return "-".join([classroom, slug_of(slug, paper), rest.lower()])


def ours(name: str, classroom: str, papers: Mapping[str, Sequence[str]]) -> Ours | None:
    """Of a name there, what it is here; None where it is neither a template nor a student's of this classroom.

    papers: of each assignment, those that it has."""
    every = [(slug, paper) for slug, some in papers.items() for paper in some or [""]]
    for slug, paper in sorted(every, key=lambda one: len(slug_of(*one)), reverse=True):
        if name == slug_of(slug, paper):
            return Ours(slug, paper, "")
        if name.startswith(start := f"{classroom}-{slug_of(slug, paper)}-"):
            return Ours(slug, paper, name.removeprefix(start))
    return None
