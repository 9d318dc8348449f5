"""HTML pages: one way to load a template, in which everything that is filled in is visible text and no markup."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

from .escape import for_page


@cache  # a regrade makes many pages
def template(path: Path) -> Template:
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, finalize=for_page
    )
    return environment.from_string(path.read_text(encoding="utf-8"))
