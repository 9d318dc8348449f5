"""Commands that are printed to be copied: those of each verb's help are right for its own parser, and name the places of
the guide."""

import ast
import re
import runpy
import shlex
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from genweek import verbs

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(path for path in (ROOT / "scripts").glob("*.py") if not path.name.startswith("_"))
GUIDE = "".join(path.read_text(encoding="utf-8") for path in (ROOT / ".github").glob("*.md"))
COMMAND = re.compile(
    r"(?:python -m autograding|scripts/\w+\.py)(?: (?:--[\w-]+|{}|[A-Z]+|[\w/{}.]*[_\d{.][\w/{}.]*[\w}]))*(\.)(?=\s|$)"
)
EXAMPLE = re.compile(r"^(?:examples?:)? +scripts/(\w+\.py)(.*?)(?: {2,}.*)?$", re.M)


class Parsed(Exception):
    pass


def parsed(path: Path, words: list[str], monkeypatch) -> Namespace:
    """What the verb's own parser makes of them; the verb does nothing."""
    parse = verbs.Parser.parse_args

    def stop(self, args=None, namespace=None):
        raise Parsed(self, parse(self, args, namespace))

    monkeypatch.setattr(verbs.Parser, "parse_args", stop)
    monkeypatch.setattr(sys, "argv", [path.name, *words])
    with pytest.raises(Parsed) as caught:
        runpy.run_path(str(path), run_name="__main__")
    parser, options = caught.value.args
    return Namespace(**{name: value for name, value in vars(options).items() if value != parser.get_default(name)})


def examples(path: Path) -> list[list[str]]:
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    found = [match for match in EXAMPLE.finditer(doc) if match[1] == path.name]
    return [shlex.split(match[2].partition(" > ")[0]) for match in found]


def paths(options: Namespace) -> list[str]:
    values = [one for value in vars(options).values() for one in (value if isinstance(value, list) else [value])]
    return [str(value) for value in values if isinstance(value, Path)]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_each_example_runs_as_printed_after_the_steps_of_the_guide(path, monkeypatch):
    said = examples(path)
    assert said
    made = {one for words in said for before, one in zip(words, words[1:], strict=False) if before == "--out"}
    for words in said:
        with monkeypatch.context() as patch:
            named = paths(parsed(path, words, patch))
        strange = [one for one in named if one not in made and one not in GUIDE]
        assert not strange, f"scripts/{path.name} {' '.join(words)}: the guide names no {strange}"


def test_the_examples_of_a_verb_would_be_found_wrong(monkeypatch):
    collect = ROOT / "scripts/collect.py"
    assert paths(parsed(collect, ["day1_vae", "--roster", "roster2.csv"], monkeypatch)) == ["roster2.csv"]


def messages(path: Path) -> list[str]:
    """What stands in the strings of a program, but for its docstrings; what is filled in as {}."""
    tree, found = ast.parse(path.read_text(encoding="utf-8")), []
    bare = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            found.append("".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in bare:
            found.append(node.value)
    return found


@pytest.mark.parametrize("room", ["autograding", "scripts", "assignments/common"])
def test_no_command_that_is_printed_ends_in_a_full_stop(room):
    texts = [(path, text) for path in sorted((ROOT / room).rglob("*.py")) for text in messages(path)]
    assert [f"{path.name}: {text}" for path, text in texts if COMMAND.search(text)] == []


@pytest.mark.parametrize(
    "text", ["Run scripts/build.py {}.", "python -m autograding nb1.kl. Then", "scripts/collect.py day1_vae."]
)
def test_such_a_command_would_be_found(text):
    assert COMMAND.search(text)
