"""A folder with all that students install, for a stick or a share: then nobody downloads anything in class."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from packaging.requirements import Requirement

from autograding import whole

from ..course.day import CourseError
from . import environment

NOTE = "INSTALL.txt"
HOW = """\
All that the course needs, for: {systems}; Python {pythons}.

In the folder of an assignment, with FOLDER for the one that this file stands in:

    python -m venv .venv
    .venv/bin/python -m pip install --no-index --find-links FOLDER -r requirements.txt

On Windows: .venv\\Scripts\\python in the place of .venv/bin/python.
"""


def fill(folder: Path, systems: Sequence[str], pythons: Sequence[str]) -> tuple[int, int]:
    """The number of wheels in the folder and their bytes. What is there already is not downloaded again."""
    if folder.exists() and not folder.is_dir():
        raise CourseError(f"{folder} is a file. Name a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    for system in systems:
        wanted = pins_of(system)
        for python in pythons:
            print(f"{system}, Python {python}: {len(wanted)} packages …", flush=True)
            _download(wanted, folder, environment.wheels_for(system, python))
    whole.write_whole(folder / NOTE, HOW.format(systems=", ".join(systems), pythons=", ".join(pythons)))
    wheels = list(folder.glob("*.whl"))
    return len(wheels), sum(wheel.stat().st_size for wheel in wheels)


def pins_of(system: str) -> list[str]:
    """What students install on a system: on Linux the CPU build of torch, which is a tenth of the other one."""
    pins = []
    for pin in environment.requirements(environment.CONSTRAINTS):
        if pin.marker is None or pin.marker.evaluate(environment.SYSTEMS[system]):
            build = environment.pinned(environment.LOCK)["torch"] if (system, pin.name) == ("linux", "torch") else ""
            pins.append(f"{pin.name}=={build}" if build else str(Requirement(f"{pin.name}{pin.specifier}")))
    return pins


def _download(wanted: Sequence[str], folder: Path, options: Sequence[str]) -> None:
    """Whole or not at all: a file that is cut off would be taken for a wheel."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".part-") as part:
        listed = Path(part) / "wanted.txt"
        listed.write_text("\n".join(wanted) + "\n", encoding="utf-8")
        try:
            environment.pip("download", "--no-deps", "--find-links", folder, "--dest", part, *options, "-r", listed)
        except CourseError as error:
            raise CourseError(
                f"{error}\nFor the CPU build of torch, pip needs:\n    export PIP_EXTRA_INDEX_URL={environment.CPU_INDEX}"
            ) from None
        for wheel in Path(part).glob("*.whl"):
            shutil.move(wheel, folder / wheel.name)
