"""What the pages for maintainers and instructors name is there."""

import re
from pathlib import Path

import pytest

from genweek.course.day import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / ".github").rglob("*.md"))]
IGNORED = (ROOT / ".gitignore").read_text(encoding="utf-8").split("\n")
MADE = ("students", *filter(None, (line.strip("/") for line in IGNORED)))  # by the scripts, sooner or later
SPANS = re.compile(r"`([^`\n]+)`")
LINKS = re.compile(r"\]\(([^)#:\s]+)\)")
PATH = re.compile(r"(?:[\w.{},*-]+/)+[\w.{},*-]*|[\w-]+\.(?:py|toml|md|yml)")
ANY = re.compile(r"DAY|SLUG|NAME|nb(?:N|9)\w*|…|-?\balice\b")  # stands for a name of the reader's


def paths_in(text: str) -> set[str]:
    """What looks like a path of this repository, in inline code or at the begin of a command."""
    commands = re.findall(r"\bscripts/[\w.]+", text)
    spans = [span.split()[0] for span in SPANS.findall(text)]
    return {span for span in spans if PATH.fullmatch(span)} | set(commands)


def braces(path: str) -> list[str]:
    """`a/{b,c}` is `a/b` and `a/c`."""
    found = re.search(r"\{([^}]*)\}", path)
    return [path.replace(found[0], one, 1) for one in found[1].split(",")] if found else [path]


def is_there(path: str) -> bool:
    """At the root, or, where one file has this name and no folder is said, anywhere."""
    pattern = path.rstrip("/")
    if any(f"{pattern}/".startswith(f"{made}/") for made in MADE) or ANY.search(pattern):
        return True
    return any(ROOT.glob(pattern)) or any(
        found
        for top in ("assignments", "solutions_private", "autograding", "scripts", ".github")
        for found in (ROOT / top).rglob(pattern)
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_path_that_a_page_names_exists(page):
    text = page.read_text(encoding="utf-8")
    named = [path for span in paths_in(text) for path in braces(span)]
    assert [path for path in named if not is_there(path)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_to_a_page_leads_somewhere(page):
    links = LINKS.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_decision_is_in_the_index():
    folder = ROOT / ".github" / "decisions"
    listed = LINKS.findall((folder / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(path.name for path in folder.glob("*.md") if path.name != "README.md")


@pytest.mark.parametrize("folder", ["autograding", "scripts/genweek"])
def test_the_architecture_names_every_room(folder):
    """`bench` and `demo` are the scripts of their names."""
    text = (ROOT / ".github" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (ROOT / folder).glob("*/__init__.py")} - {"bench", "demo"}
    assert [room for room in sorted(rooms) if f"`{folder}/{room}/`" not in text] == []


def test_the_examples_of_paths_are_read_as_paths():
    assert paths_in("`a/b.py` and `x`, `scripts/build.py DAY`\n    scripts/no.py day") == {
        "a/b.py",
        "scripts/build.py",
        "scripts/no.py",
    }
    assert not is_there("autograding/no.py") and Path(__file__).exists()
