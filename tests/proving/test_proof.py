"""The proof holds for every assignment, and the committed starters are what the masters make."""

import subprocess
import sys

import pytest

from genweek.course.day import ROOT


def script(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.slow
def test_every_assignment_is_fit_to_publish():
    done = script("scripts/verify.py", "--no-notebooks")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_committed_starters_are_up_to_date():
    done = script("scripts/build.py", "--check")
    assert done.returncode == 0, done.stderr
