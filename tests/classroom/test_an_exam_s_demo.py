"""`scripts/demo --exam` plays the story of `test_an_exam.py` with the course's own exam, up to the gradebook."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from classroom_examples import ROOT

from genweek.demo.course import SLUG
from genweek.regrading import sandbox

HALF_OF_IT = 7 + 10 + 12 + 6 + 12  # the points of the first three tasks of Exam A, and of the first two of Exam B


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("demo")
    home.chmod(0o755)
    command = [sys.executable, ROOT / "scripts/demo", "--exam", "--keep", home]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return home


def table(path: Path, key: str) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not sandbox.available(), reason="the regrade's sandbox needs bubblewrap")
def test_an_exam_ends_in_the_gradebook(played):
    book = table(played / "gradebook/gradebook.csv", "login")
    points = {login: int(row[f"{SLUG} score"]) for login, row in book.items()}
    assert points.pop("gita") <= 8, "what a neighbour's file earns on another paper"
    assert points == {login: 100 for login in ("ada", "ben", "chloe", "dai", "finn", "hugo")} | {"emma": HALF_OF_IT}
    counted = {login: row["counted_by"] for login, row in table(played / SLUG / "collection.csv", "student").items()}
    assert {login for login, how in counted.items() if how} == {"ben", "dai", "emma"}
    similar = played / SLUG / "similar.html"  # where copydetect is installed
    assert not similar.exists() or ("Ada Ahmed" in (page := similar.read_text(encoding="utf-8")) and "Gita Ghosh" in page)
