"""The code keeps one style."""

import subprocess
import sys

from genweek.course.day import ROOT


def test_the_linter_has_nothing_to_say():
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
