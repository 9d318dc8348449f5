"""One list of versions for everybody: students by pip, conda and Docker, and the runner that grades.

What is asked for stands in the two requirements.txt. From one resolution by pip come `constraints.txt`, the pins of all
systems, and `requirements.lock`, what a runner installs, by hash. environment.yml and the Dockerfile read requirements.txt.
"""

import json
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograding import whole

from ..course.day import CourseError
from .contents import COMMON, GRADER

STUDENTS, RUNNER = COMMON / "requirements.txt", GRADER / "requirements.txt"
CONSTRAINTS, LOCK = COMMON / ".github" / "environment" / "constraints.txt", GRADER / "requirements.lock"
MACHINE = "Linux x86_64 with Python 3.11"  # the runner
CPU_INDEX = "https://download.pytorch.org/whl/cpu"  # the only address that may stand in these files
PIN = re.compile(r"^([\w.-]+)==([\w.+!-]+)", re.M)

# What markers see on each system that the pins are for.
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
}
TAGS = {  # of the wheels that each can use
    "linux": [*(f"manylinux_2_{minor}_x86_64" for minor in range(39, 4, -1)), "manylinux2014_x86_64", "manylinux1_x86_64"],
    "windows": ["win_amd64"],
    "macos": ["macosx_14_0_arm64"],
}


@dataclass(frozen=True)
class Package:
    """One that pip chose. needs: its own requirements, with their markers."""

    name: str
    version: str
    sha256: str
    needs: tuple[Requirement, ...]


def requirements(path: Path) -> list[Requirement]:
    """What a requirements file asks for itself, the files that it includes left out."""
    lines = [line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def renew() -> list[Path]:
    """Let pip choose the newest versions that fit, and write both files. Raises CourseError."""
    machine = f"{platform.system()} {platform.machine()} with Python {sys.version_info[0]}.{sys.version_info[1]}"
    if machine != MACHINE:
        raise CourseError(f"The runner's lock is made on {MACHINE}; this is {machine}. Nothing was done.")
    asked = [*requirements(RUNNER), *requirements(STUDENTS)]
    found = _resolved(map(str, asked), "linux")
    if not found["torch"].version.endswith("+cpu"):
        raise CourseError(
            f"pip chose torch {found['torch'].version}, which is not the CPU build. Nothing was written. Run this first:\n"
            f"    export PIP_EXTRA_INDEX_URL={CPU_INDEX}"
        )
    here = {name: str(value) for name, value in default_environment().items()}
    for system, markers in SYSTEMS.items():
        while missing := sorted(closure(asked, found, here | markers) - found.keys()):
            print(f"  for {system} also: {', '.join(missing)}", flush=True)
            found |= _resolved(missing, system, "--no-deps")
    needed = {system: closure(asked, found, here | markers) for system, markers in SYSTEMS.items()}
    graded = closure(requirements(RUNNER), found, here)
    whole.write_whole(CONSTRAINTS, constraints_text(found, needed))
    whole.write_whole(LOCK, lock_text(found[name] for name in graded))
    return [CONSTRAINTS, LOCK]


def closure(roots: Iterable[Requirement], packages: Mapping[str, Package], environment: dict[str, str]) -> set[str]:
    """The names of all that is needed where the markers see `environment`, also of what is not among the packages."""
    seen: set[tuple[str, str]] = set()
    waiting = [(root, "") for root in roots]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate(environment | {"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for wanted in {"", *requirement.extras}:
            if (name, wanted) not in seen:
                seen.add((name, wanted))
                waiting += [(one, wanted) for one in packages[name].needs] if name in packages else []
    return {name for name, _ in seen}


def constraints_text(packages: Mapping[str, Package], needed: Mapping[str, set[str]]) -> str:
    """needed: for each system, the names of what it needs."""
    pins = ""
    for name, package in sorted(packages.items()):
        on = [SYSTEMS[system]["sys_platform"] for system, names in needed.items() if name in names]
        marker = " or ".join(f'sys_platform == "{platform}"' for platform in on) if len(on) < len(SYSTEMS) else ""
        pins += f"{name}=={_public(package.version)}{marker and ' ; '}{marker}\n"
    return (
        "# The versions that everybody has, on Linux, macOS and Windows; requirements.txt asks for them.\n"
        f"# Made by scripts/environment.py, not by hand.\n{pins}"
    )


def lock_text(packages: Iterable[Package]) -> str:
    """A requirements file in pip's hash-checking mode."""
    pins = "".join(
        f"{package.name}=={package.version} \\\n    --hash=sha256:{package.sha256}\n"
        for package in sorted(packages, key=lambda package: package.name)
    )
    return (
        f"# What a runner installs on every push ({MACHINE}): requirements.txt, each file by its hash.\n"
        f"# Made by scripts/environment.py, not by hand.\n--extra-index-url {CPU_INDEX}\n{pins}"
    )


def faults() -> Iterator[str]:
    """Where the files do not agree: found without a network."""
    pins, locked = pinned(CONSTRAINTS), pinned(LOCK)
    for path in (RUNNER, STUDENTS):
        for requirement in requirements(path):
            name = canonicalize_name(requirement.name)
            if name not in pins or not requirement.specifier.contains(pins[name], prereleases=True):
                yield f"{path.name} asks for {requirement}, {CONSTRAINTS.name} has {pins.get(name, 'nothing')}"
            if path == RUNNER and name not in locked:
                yield f"{LOCK.name} lacks {name}"
    for name, version in locked.items():
        if pins.get(name) != _public(version):
            yield f"{LOCK.name} has {name} {version}, {CONSTRAINTS.name} {pins.get(name, 'nothing')}"


def pinned(path: Path) -> dict[str, str]:
    """name -> version, of a file that this module wrote."""
    return dict(PIN.findall(path.read_text(encoding="utf-8")))


def wheels_for(system: str, python: str = "3.11") -> list[str]:
    """pip's options for the wheels of a system, whatever system this is."""
    tags = [word for tag in TAGS[system] for word in ("--platform", tag)]
    return ["--only-binary", ":all:", "--python-version", python, *tags]


def pip(*arguments: str | Path) -> None:
    """Run pip. Raises CourseError with what it complained about."""
    command = [sys.executable, "-m", "pip", *map(str, arguments), "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")] or ["it said nothing"]
        raise CourseError(f"pip {arguments[0]} failed: {errors[-1].removeprefix('ERROR: ')}")


def _resolved(asked: Iterable[str], system: str, *options: str) -> dict[str, Package]:
    """What pip would install for the oldest Python 3.11 of a system: some have no newer one."""
    with tempfile.TemporaryDirectory() as scratch:
        report, wanted = Path(scratch) / "report.json", Path(scratch) / "asked.txt"
        wanted.write_text("\n".join(asked) + "\n", encoding="utf-8")
        options = (*options, *wheels_for(system), "--target", scratch)  # pip wants a target, and writes nothing there
        pip("install", "--dry-run", "--ignore-installed", "--report", report, *options, "-r", wanted)
        chosen = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {package.name: package for package in map(_package, chosen)}


def _package(row: dict[str, Any]) -> Package:
    facts = row["metadata"]
    return Package(
        canonicalize_name(facts["name"]),
        facts["version"],
        row["download_info"]["archive_info"]["hashes"]["sha256"],
        tuple(map(Requirement, facts.get("requires_dist", []))),
    )


def _public(version: str) -> str:
    """Without the label of a build: every system has another one of torch."""
    return version.partition("+")[0]
