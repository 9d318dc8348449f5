"""The proof holds for every assignment, and the committed starters are what the masters make.

Of the exam's papers one is proved here, drawn by the commit: over some commits each has its turn. `scripts/verify.py
day4_exam` proves them all.
"""

import os
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from genweek.course.day import ROOT, Day, all_slugs


def script(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True)


def drawn_paper(slug: str) -> list[str]:
    """Of an exam, the options that name one of its papers: another commit, another paper, on every machine the same."""
    papers = Day.load(slug).papers
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip() or "0"
    return ["--paper", papers[int(commit, 16) % len(papers)]] if papers else []


@pytest.fixture(scope="module")
def proofs(request) -> dict[str, Future]:
    """The proofs of the selected assignments, side by side: each keeps one core busy for minutes."""
    selected = {item.callspec.params["slug"] for item in request.session.items if "proofs" in item.fixturenames}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verify = ["scripts/verify.py", "--no-notebooks"]
        yield {slug: pool.submit(script, *verify, slug, *drawn_paper(slug)) for slug in sorted(selected)}


@pytest.mark.slow
@pytest.mark.timeout(2400)
@pytest.mark.parametrize("slug", all_slugs())
def test_every_assignment_is_fit_to_publish(slug, proofs):
    done = proofs[slug].result()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_committed_starters_are_up_to_date():
    done = script("scripts/build.py", "--check")
    assert done.returncode == 0, done.stderr
