"""What a newcomer reads: each command is one that the script takes, and each quoted error is one that we say."""

import re
import runpy
import shlex
import sys

import pytest

from genweek import verbs
from genweek.course.day import ROOT

PAGES = [ROOT / "README.md", *(ROOT / ".github" / name for name in ("GUIDE.md", "COSTS.md", "ENVIRONMENT.md"))]
BLOCK = re.compile(r"^(?:```sh\n(.*?)^```|((?: {4,}\S.*\n)+))", re.M | re.S)
TROUBLE = re.compile(r"^\| (`[^|]+) \|", re.M)
SOURCE = ["autograding", "scripts"]


def commands() -> list[str]:
    """Those in blocks, without what follows them on the line; `…` stands for more of the same."""
    found = []
    for page in PAGES:
        for shell, indented in BLOCK.findall(page.read_text(encoding="utf-8")):
            lines = [line.strip().split(" #")[0].split(" > ")[0] for line in (shell or indented).splitlines()]
            found += [line for line in lines if line.startswith("scripts/") and "…" not in line]
    return list(dict.fromkeys(found))


class Parsed(Exception):
    """The script would begin now."""


def test_there_are_commands():
    assert len(commands()) > 25


@pytest.mark.parametrize("command", commands())
def test_a_script_takes_the_command(command, monkeypatch):
    words = shlex.split(command.replace("SLUG", "day1_vae").replace("DAY", "day1_vae").replace("FILE", "x"))
    real = verbs.Parser.parse_known_args

    def begin(parser, *arguments):
        parsed = real(parser, *arguments)
        raise Parsed(parsed)

    monkeypatch.setattr(verbs.Parser, "parse_known_args", begin)
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(Parsed):
        runpy.run_path(str(ROOT / words[0]), run_name="__main__")


def test_every_error_is_quoted_word_for_word():
    """Where the code has a name in the middle, the table has its words before or after it."""
    table = (
        (ROOT / "README.md").read_text(encoding="utf-8").partition("## When something goes wrong")[2].partition("\n## ")[0]
    )
    quoted = [words for row in TROUBLE.findall(table) for words in re.findall(r"`([^`]+)`", row)]
    files = [path for folder in SOURCE for path in (ROOT / folder).rglob("*.py")]
    source = re.sub(r'"\s+f?"', "", "\n".join(path.read_text(encoding="utf-8") for path in files))
    assert len(quoted) > 10
    assert [words for words in quoted if words not in source] == []


def test_the_pictures_are_small():
    for name in ("wall", "check-cell"):
        picture = (ROOT / ".github" / f"{name}.png").read_bytes()
        assert picture.startswith(b"\x89PNG") and len(picture) < 150_000
