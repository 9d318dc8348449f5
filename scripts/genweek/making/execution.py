"""Executes a solved notebook from top to bottom, as a student would after solving it, and keeps its outputs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .masters import Master, notebook_text

LIMIT = 600  # seconds for one cell


def execute(master: Master, repo: Path, scratch: Path) -> tuple[Path, str]:
    """Run it in a copy of the built repository. Returns the executed notebook and, where a cell failed, the error."""
    home = scratch / master.stem
    shutil.copytree(repo, home, ignore=shutil.ignore_patterns(".git"))
    source, executed = home / f"{master.stem}.ipynb", home / f"{master.stem}.executed.ipynb"
    source.write_text(notebook_text(master.solved), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        source.name,
        "--output",
        executed.name,
        f"--ExecutePreprocessor.timeout={LIMIT}",
    ]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": ""}
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True)
    return executed, "" if done.returncode == 0 else done.stderr[-3000:]
