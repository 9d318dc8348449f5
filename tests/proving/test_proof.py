"""The proof holds for every assignment, and the committed starters are what the masters make."""

import os
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from genweek.course.day import ROOT, all_slugs


def script(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def proofs(request) -> dict[str, Future]:
    """The proofs of the selected assignments, side by side: each keeps one core busy for minutes."""
    selected = {item.callspec.params["slug"] for item in request.session.items if "proofs" in item.fixturenames}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {slug: pool.submit(script, "scripts/verify.py", slug, "--no-notebooks") for slug in sorted(selected)}


# What does not hold yet, and is not run for that reason: each paper of the exam still lacks firm tests for one task.
UNFINISHED = {"day4_exam": pytest.mark.xfail(run=False, reason="the proof of the exam's papers is unfinished")}


@pytest.mark.slow
@pytest.mark.timeout(2400)
@pytest.mark.parametrize("slug", [pytest.param(slug, marks=UNFINISHED.get(slug, ())) for slug in all_slugs()])
def test_every_assignment_is_fit_to_publish(slug, proofs):
    done = proofs[slug].result()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_committed_starters_are_up_to_date():
    done = script("scripts/build.py", "--check")
    assert done.returncode == 0, done.stderr
