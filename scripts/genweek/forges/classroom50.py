"""The names of Classroom 50: `gen-models-day1-vae-alice` is what we call `day1_vae-alice`."""

import re
from collections.abc import Iterable

NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,38}")  # of a classroom and of an assignment


def slug_of(slug: str) -> str:
    """An assignment's name there: it knows no underscore."""
    return slug.lower().replace("_", "-")


def theirs(name: str, classroom: str) -> str:
    """Of one of our names, its name there: a template has no classroom."""
    slug, _, login = name.partition("-")
    return "-".join([classroom, slug_of(slug), login.lower()]) if login else slug_of(slug)


def ours(name: str, classroom: str, slugs: Iterable[str]) -> str:
    """Of a name there, ours; the name itself, where it is neither a template nor a student's of this classroom."""
    for slug in sorted(slugs, key=len, reverse=True):
        if name == slug_of(slug):
            return slug
        if name.startswith(start := f"{classroom}-{slug_of(slug)}-"):
            return f"{slug}-{name.removeprefix(start)}"
    return name
