"""The wall between judge and worker is a folder: who may import whom."""

import ast

import pytest

from genweek.course.day import ROOT
from genweek.regrading import sandbox

GRADER = ROOT / "autograding"
ROOMS = sorted(path.parent.name for path in GRADER.glob("*/__init__.py"))
MAY_IMPORT = {
    "reading": {"reading"},
    "worker": {"worker", "reading", "wire"},
    "judge": {"judge", "reading", "checks", "reports", "updating", "wire", "task", "whole"},
    "checks": {"checks", "judge", "wire", "torch", "task"},
    "reports": {"reports"},
    "updating": {"updating", "reading"},
    "starting": {"starting", "whole"},
}


def imported(room: str) -> set[str]:
    """What of the grader the modules of a room import: rooms, and modules beside them."""
    found = set()
    for path in (GRADER / room).rglob("*.py"):
        package = ["autograding", *path.relative_to(GRADER).parts[:-1]]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {tuple(alias.name.split(".")) for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                above = package[: len(package) - node.level + 1] if node.level else []
                module = above + (node.module or "").split(".") * bool(node.module)
                found |= {(*module, alias.name) for alias in node.names}
    return {names[1] for names in found if names[0] == "autograding" and len(names) > 1}


def test_every_room_has_its_rule():
    assert sorted(MAY_IMPORT) == ROOMS


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_may(room):
    assert imported(room) <= MAY_IMPORT[room]


def test_what_the_sandbox_stages_needs_nothing_else():
    staged = {name.removesuffix(".py") for name in sandbox.STAGED}
    assert MAY_IMPORT["worker"] | MAY_IMPORT["reading"] <= staged
    assert not staged & {"judge", "checks", "reports", "updating", "starting"}
