"""The day that `scripts/demo` plays, on the fake GitHub: clones and pushes with a student's rights, graded by the workflow
that the student pushed, and every verb in a process of its own. In a folder it is the same play (see `demo.stages`)."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from genweek.regrading import sandbox

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.skipif(not sandbox.available(), reason="the regrade's sandbox needs bubblewrap")
def test_a_day_is_played_at_github(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    command = [sys.executable, ROOT / "scripts/demo", "--github", "--students", "2", "--keep", home]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert "invite ben to the organisation gen-models  ✓" in done.stdout and "autograding — 14/100" in done.stdout
    assert "day1_vae-ben: branch grades: 14 of 100 points  ✓" in done.stdout
    assert "day1_vae-ben: branch solutions  ✓" in done.stdout
    with (home / "gradebook/gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["login"]: row["day1_vae score"] for row in csv.DictReader(file)} == {"ada": "0", "ben": "14"}
    assert (home / "day1_vae/dashboard.html").exists() and (home / "github/gen-models/people.json").exists()
