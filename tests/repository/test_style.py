"""The code keeps one style."""

import subprocess
import sys

import pytest

from genweek.course.day import ROOT


@pytest.mark.parametrize("words", [["check", "--no-cache"], ["format", "--no-cache", "--check", "--diff"]])
def test_ruff_has_nothing_to_say(words):
    done = subprocess.run([sys.executable, "-m", "ruff", *words, "."], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
