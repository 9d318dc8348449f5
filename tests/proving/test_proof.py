"""The proof holds for every assignment, and the committed starters are what the masters make.

Of the exam's papers one is proved here, drawn by the commit: over some commits each has its turn. `scripts/verify.py
day4_exam` proves them all.
"""

import subprocess
import sys

import pytest

from genweek.course.day import ROOT, Day, all_slugs


def script(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True)


def drawn_paper(slug: str) -> list[str]:
    """Of an exam, the options that name one of its papers: another commit, another paper, on every machine the same."""
    papers = Day.load(slug).papers
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip() or "0"
    return ["--paper", papers[int(commit, 16) % len(papers)]] if papers else []


@pytest.mark.slow
@pytest.mark.timeout(2400)
@pytest.mark.parametrize("slug", all_slugs())
def test_every_assignment_is_fit_to_publish(slug):
    done = script("scripts/verify.py", "--no-notebooks", slug, *drawn_paper(slug))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_committed_starters_are_up_to_date():
    done = script("scripts/build.py", "--check")
    assert done.returncode == 0, done.stderr
