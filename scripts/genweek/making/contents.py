"""Every file of an assignment's repository and where it comes from: nothing else goes out.

A folder that is copied whole publishes what lies in it by chance, a solved copy for one. So files are taken by name or by
kind, and one that is neither taken nor a cache is named and stops the build: it may have been meant.
"""

import ast
from collections.abc import Iterable
from pathlib import Path

from ..course.day import ROOT, CourseError, Day

COMMON, GRADER = ROOT / "assignments" / "common", ROOT / "autograding"
MADE = ("assignment.json", "recorded.json")  # beside both halves of each pair, in starter/
UNPUBLISHED = ("sources.json",)  # there, too: see `sources`
OF_COMMON = (
    ".gitignore",
    ".pytest.ini",
    "requirements.txt",
    "environment.yml",
    ".devcontainer/devcontainer.json",
    ".devcontainer/Dockerfile",
    ".github/environment/constraints.txt",
    ".github/workflows/*.yml",
    "genlab/*.py",
    "genlab/data/README.md",
)
OF_A_ROOM = ("**/*.py", "**/*.npz", "**/*.csv")  # of genlab
ROOMS = ("reading", "worker", "judge", "checks", "reports", "updating", "starting")  # of the grader
OF_GRADER = ("*.py", "pytest.ini", "requirements.*", *(f"{room}/**/*.{kind}" for room in ROOMS for kind in ("py", "j2")))
SHARED = ("genlab", "autograding/checks")  # what several assignments use
OF_EXAMS = ("checks/exams.py",)  # what the labs' tests have no use for, and should not tell of
MOST_NAMED = 5  # of the files that are refused
CACHES = {"__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".ruff_cache", ".vscode", ".idea", ".DS_Store"}


def contents(day: Day) -> dict[str, Path]:
    """For each path of the repository that is a copy, its source. Raises CourseError for a stray file."""
    refuse_strays(day)
    found = {path.relative_to(COMMON).as_posix(): path for path in taken(COMMON, _of_common(day))}
    found = {where.replace(f"/weights/{day.paper}/", "/weights/"): path for where, path in found.items()}
    grader = taken(GRADER, OF_GRADER) - {GRADER / name for name in OF_EXAMS if day.facts.kind != "exam"}
    found |= {f"autograding/{path.relative_to(GRADER).as_posix()}": path for path in grader}
    found |= {f"autograding/tests/test_{stem}.py": day.tests / f"test_{stem}.py" for stem in day.notebooks}
    found |= {name: day.starter / name for name in halves(day)}
    found |= {f"autograding/{name}": day.starter / name for name in MADE}
    return without_answers(found) if day.facts.kind == "exam" else found


def without_answers(found: dict[str, Path]) -> dict[str, Path]:
    """Of what lies in genlab and among the words of tests for several lessons, what this assignment imports: in the rest
    may stand an answer of the exam."""
    shared = {name for name in found if Path(name).parent.as_posix() in SHARED and Path(name).stem != "__init__"}
    needed = {name: path for name, path in found.items() if name not in shared}
    waiting = list(needed)
    while waiting:
        name = waiting.pop()
        imported = _imports(name, found[name]) if name.endswith(".py") else set()
        new = {other for other in shared - needed.keys() if other.removesuffix(".py").replace("/", ".") in imported}
        needed |= {other: found[other] for other in new}
        waiting += new
    return needed


def _imports(name: str, path: Path) -> set[str]:
    """The full names of the modules, and of what is taken from modules, that a file imports."""
    package, names = name.split("/")[:-1], set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return names


def halves(day: Day) -> list[str]:
    """The names of both halves of each pair."""
    return [f"{stem}{suffix}" for stem in day.notebooks for suffix in (".ipynb", ".py")]


def of_left_out(day: Day) -> list[Path]:
    """What lies in starter/ of notebooks that `notebooks` no longer names."""
    names = [f"{stem}{suffix}" for stem in day.left_out for suffix in (".ipynb", ".py")]
    return [day.starter / name for name in names if (day.starter / name).is_file()]


def _of_common(day: Day) -> list[str]:
    return [*OF_COMMON, *of_rooms(day), *(f"genlab/data/{name}" for name in day.facts.data)]


def of_rooms(day: Day) -> list[str]:
    """What of genlab belongs to its notebooks alone; of an exam's weights, which have a folder for each paper, its own."""
    kinds = ("*.py", f"weights/{day.paper}/*.npz") if day.paper else OF_A_ROOM
    return [f"genlab/{room}/{kind}" for room in day.rooms for kind in kinds]


def taken(folder: Path, patterns: Iterable[str]) -> set[Path]:
    """The files below a folder that a pattern fits, caches left out."""
    found = {path for pattern in patterns for path in folder.glob(pattern)}
    return {path for path in found if path.is_file() and CACHES.isdisjoint(path.relative_to(folder).parts)}


def refuse_strays(day: Day) -> None:
    """Raises CourseError for a file in a folder that is published of which nothing is made."""
    every_room = [f"genlab/*/{kind}" for kind in OF_A_ROOM]
    if left := of_left_out(day):
        raise CourseError(
            f"{', '.join(map(called, left))}: assignments/{day.slug}/assignment.toml leaves this notebook out. Nothing was "
            f"done. Run scripts/build.py {day.slug}, which takes its starter away."
        )
    strays = [
        *_strays(day.starter, [*halves(day), *MADE, *UNPUBLISHED]),
        *_strays(COMMON, [*OF_COMMON, "README.md", "EXAM.md", *every_room]),
        *_strays(GRADER, [*OF_GRADER, "tests/**/*"]),
    ]
    if strays:
        more = f" and {len(strays) - MOST_NAMED} more" * (len(strays) > MOST_NAMED)
        raise CourseError(
            f"{', '.join(strays[:MOST_NAMED])}{more}: nothing of an assignment's repository is made from this, so nobody "
            "meant to publish it. Nothing was done: move it away, then run this again."
        )


def _strays(folder: Path, patterns: Iterable[str]) -> list[str]:
    return [called(path) for path in sorted(taken(folder, ["**/*"]) - taken(folder, patterns))]


def called(path: Path) -> str:
    """A file of the course as an instructor knows it: by its path from the top."""
    return (path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).as_posix()
