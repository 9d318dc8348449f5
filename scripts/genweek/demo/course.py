"""A copy of the course whose exam has two sittings: what an instructor would write into its assignment.toml."""

import re
import shutil
from datetime import timedelta
from pathlib import Path

from ..course import toml
from ..course.day import FOLDERS, ROOT, Day, Facts

SLUG, SECOND = "day4_exam", "repeat"
PAUSE = timedelta(hours=6)  # from the beginning of the first sitting to that of the second
SITTINGS = """[[sittings]]
id = "{first.id}"
opens = {first.opens:%Y-%m-%dT%H:%M:%S}
due = {first.due:%Y-%m-%dT%H:%M:%S}
papers = ["amber", "birch"]
conditions = {{ course_notebooks = true }}

[[sittings]]
id = "{second}"
opens = {opens:%Y-%m-%dT%H:%M:%S}
due = {due:%Y-%m-%dT%H:%M:%S}
papers = ["cobalt"]
conditions = {{ course_notebooks = true }}
"""


def with_two_sittings(home: Path) -> tuple[Path, Day]:
    """Its folder, in `home`, and its exam. Nothing is changed in the course itself."""
    course = home / "course"
    for folder in (*sorted({folder.partition("/")[0] for folder in FOLDERS}), "scripts"):
        shutil.copytree(ROOT / folder, course / folder, ignore=shutil.ignore_patterns("__pycache__", "course_secret"))
    for name in ("pyproject.toml", ".venv"):
        (course / name).symlink_to(ROOT / name)
    first, path = Day.load(SLUG).facts.sittings[0], course / f"assignments/{SLUG}/assignment.toml"
    sittings = SITTINGS.format(first=first, second=SECOND, opens=first.opens + PAUSE, due=first.due + PAUSE)
    kept = re.split(r"^\[\[sittings\]\]$", path.read_text(encoding="utf-8"), maxsplit=1, flags=re.M)[0]
    path.write_text(kept + sittings, encoding="utf-8")
    return course, Day(SLUG, toml.read(path, Facts))
