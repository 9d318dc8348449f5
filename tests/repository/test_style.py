"""The code keeps one style, and its nouns keep their types."""

import subprocess
import sys
from pathlib import Path

import pytest

from genweek.course.day import ROOT


@pytest.mark.parametrize("words", [["check", "--no-cache"], ["format", "--no-cache", "--check", "--diff"]])
def test_ruff_has_nothing_to_say(words):
    done = subprocess.run([sys.executable, "-m", "ruff", *words, "."], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_pyright_has_nothing_to_say():
    tool = Path(sys.executable).with_name("pyright")
    if not tool.exists():
        pytest.skip("pyright is not installed here: pip install 'pyright[nodejs]'")
    done = subprocess.run([tool, "--pythonpath", sys.executable], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
