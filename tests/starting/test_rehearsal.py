"""The rehearsal looks at everything that a week needs, and ends with one green line or with what to repair."""

import json
import subprocess
import sys

import pytest

from genweek.course.day import Day
from genweek.making.building import build
from genweek.making.closing import start_code
from genweek.making.locking import course_secret

SLUG, SCRIPT = "day0_check", "day0_rehearsal.py"


def run(folder, *command) -> subprocess.CompletedProcess:
    return subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return build(Day.load(SLUG), tmp_path_factory.mktemp("built"), locked=True)


@pytest.fixture
def clone(template, tmp_path):
    """As a student has it after the start."""
    run(tmp_path, "git", "clone", "--quiet", "--bare", template, "server.git")
    run(tmp_path, "git", "clone", "--quiet", "server.git", "clone")
    repo = tmp_path / "clone"
    run(repo, "git", "config", "user.email", "ada@uni.example")
    run(repo, "git", "config", "user.name", "Ada")
    assert not (repo / SCRIPT).exists()
    begun = run(repo, sys.executable, "-m", "autograding", "--start", start_code(SLUG, "", course_secret()))
    assert begun.returncode == 0 and (repo / SCRIPT).is_file(), begun.stderr
    return repo


def test_before_the_start_it_says_how_to_start(template):
    code, said = rehearse(template)
    assert code == 1 and "Nothing is open yet. Start first" in said[-1] and "--start CODE" in said[-1]


def solve(repo):
    for name in (SCRIPT, "day0_rehearsal.ipynb"):
        text = (repo / name).read_text(encoding="utf-8")
        quoted = json.dumps('raise NotImplementedError("TODO day0.doubled")')[1:-1]
        for wrong in ('raise NotImplementedError("TODO day0.doubled")', quoted):
            text = text.replace(wrong, "return x + x")
        (repo / name).write_text(text, encoding="utf-8")


def rehearse(repo) -> tuple[int, list[str]]:
    done = run(repo, sys.executable, "-m", "genlab.day0.rehearsal")
    return done.returncode, done.stdout.splitlines()


def test_it_says_step_by_step_what_to_repair_and_ends_with_a_green_line(clone):
    assert "still needs day0.doubled, which is to do" in rehearse(clone)[1][-1]
    solve(clone)
    code, said = rehearse(clone)
    assert code == 1 and "is in no commit yet: git add --all" in said[-1] and "\033[31m✗ committed" in said[-1]
    assert any(line.startswith("✓ 200 steps trained: minutes to compute, about: NB1 ") for line in said)
    run(clone, "git", "add", "--all")
    run(clone, "git", "commit", "--quiet", "-m", "rehearsal")
    assert "git push origin HEAD:main" in rehearse(clone)[1][-1]
    run(clone, "git", "push", "--quiet")
    code, said = rehearse(clone)
    assert (code, said[-1]) == (0, "\033[32m✓ All is ready for the week.\033[0m")
    assert any(line.startswith("✓ bundled: a bundle of ") for line in said)
    run(clone, "git", "remote", "set-url", "origin", clone.parent / "nowhere.git")
    assert "The server cannot be reached" in rehearse(clone)[1][-1]


def test_a_package_that_is_missing_is_named(clone):
    with (clone / "requirements.txt").open("a") as file:
        file.write("no-such-package>=1\n")
    code, said = rehearse(clone)
    assert code == 1 and "no-such-package not installed" in said[-1] and "pip install -r requirements.txt" in said[-1]
