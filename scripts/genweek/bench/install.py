"""A runner's cold install: from nothing to what grading imports, with nothing kept from before."""

import shutil
import venv
from collections.abc import Sequence
from pathlib import Path

from ..making.environment import LOCK, RUNNER
from .measure import Cost, cost_of

OLD = ("--requirement", RUNNER)  # by version, and every file compiled
NEW = ("--no-compile", "--require-hashes", "--requirement", LOCK)  # as classroom.yml does


def install(scratch: Path, what: Sequence[str | Path]) -> Cost:
    """In a fresh environment. Where torch is taken from is left to pip's own configuration, as for .venv."""
    folder, *options, listed = scratch / "venv", *what
    wanted = scratch / Path(listed).name
    lines = Path(listed).read_text(encoding="utf-8").splitlines(keepends=True)
    wanted.write_text("".join(line for line in lines if not line.startswith("--extra-index-url")), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-cache-dir", "--disable-pip-version-check"]
    try:
        return cost_of([*pip, *options, wanted], scratch)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
