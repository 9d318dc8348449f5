"""Runs the script that imports this module inside the repository's own `.venv`, making it when it is missing or stale.

Standard library only: it is what runs before anything is installed.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
INSTALLED = VENV / "installed.txt"  # the packages it was made for
GIVEN = [str(ROOT), str(ROOT / "assignments" / "common")]  # the grader, and what students are given


def _packages() -> list[str]:
    if sys.version_info < (3, 11):
        sys.exit(f"genweek needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
    import tomllib  # not above: an older Python should reach that sentence

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["dependencies"] + project["optional-dependencies"]["dev"]


def _prepare(packages: list[str]) -> None:
    print(f"Setting up {VENV.name}/ (once; a few minutes, mostly for torch) …", file=sys.stderr, flush=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    if subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]).returncode:
        sys.exit("pip could not install the packages of pyproject.toml; its message is above. Then run this again.")
    INSTALLED.write_text("\n".join(packages))


def enter() -> None:
    """Re-execute the running script with the environment's Python, unless it is that already."""
    if Path(sys.prefix).resolve() == VENV.resolve():
        sys.path += GIVEN
        return
    packages = _packages()
    if not INSTALLED.exists() or INSTALLED.read_text() != "\n".join(packages):
        _prepare(packages)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    arguments = [str(PYTHON), *sys.argv]
    if os.name == "nt":
        sys.exit(subprocess.call(arguments))
    os.execv(PYTHON, arguments)


enter()
