"""On all cores, tests that share something run on one of them: else each core builds it anew, or they disturb each other."""

import os
import re
import subprocess
import sys
from collections import defaultdict

import pytest
from together import APART, WITH_SANDBOX, together

from genweek.course.day import ROOT

FILES = [f"tests/course/{name}.py" for name in ("test_papers", "test_sheet", "test_toml")]


def test_the_tests_of_a_file_run_on_one_core():
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, "-m", "pytest", "-n", "2", "-vv", *FILES]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    cores = defaultdict(set)
    for core, file in re.findall(r"^\[(gw\d)\].* PASSED (\S+?)::", done.stdout, re.M):
        cores[file].add(core)
    assert sorted(cores) == FILES, done.stdout + done.stderr
    assert {len(found) for found in cores.values()} == {1}
    assert len(set.union(*cores.values())) == 2, "one core was left with nothing to do"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("tests/course/test_toml.py::test_a", "tests/course/test_toml.py::TestB::test_c[x/y::z]", True),
        ("tests/course/test_toml.py::test_a", "tests/course/test_sheet.py::test_a", False),
        ("tests/attacks/test_attacks.py::test_a[b]", "tests/classroom/test_a_week.py::test_c", True),
        ("tests/proving/test_proof.py::test_a[day1]", "tests/proving/test_proof.py::test_a[day2]", False),
    ],
)
def test_what_is_shared_stays_together(one, other, same):
    assert (together(one) == together(other)) == same


@pytest.mark.parametrize("name", sorted(WITH_SANDBOX | APART))
def test_each_name_that_is_given_is_there(name):
    assert list((ROOT / "tests").rglob(name))
