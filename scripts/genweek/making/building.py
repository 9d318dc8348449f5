"""Builds, from the masters, the starter (committed here for reviewers) and the assignment repository (for students)."""

import json
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from autograding.judge import recording
from autograding.judge.assignment import Assignment, declared_by, tests_in
from autograding.judge.processes import worker_pool
from autograding.judge.session import key_of

from ..course.day import ROOT, CourseError, Day
from ..forges.git import GitError, git
from .handout import page
from .leaning import leaning
from .locking import LOCKED, lock
from .masters import Master, notebook_text, script_text
from .record import add_mistakes, run_master

PUBLIC_SEED = "public"
OTHER_SEEDS = ("another", "one more", "a secret seed")  # they show what depends on the seed, and by how much
GRADER_FILES = ("*.py", "pytest.ini", "requirements.txt", "reading", "worker", "judge", "checks", "reports", "updating")
BUILT_ON = datetime(2026, 1, 1, tzinfo=UTC)  # the one commit of a build; a date of its own would make every build differ


def assignment_of(day: Day, masters: list[Master]) -> Assignment:
    """The assignment as this repository declares it, before anything is built."""
    tests = tests_in(day.tests, day.notebooks)
    return Assignment(
        slug=day.slug,
        title=day.title,
        starters={master.stem: master.starter_sources for master in masters},
        declared=tuple(declared_by(tests)),
        tests_folder=day.tests,
        handed_out={master.stem: master.handed_out for master in masters},
        kind=day.facts.kind,
    )


def make_starter(day: Day, folder: Path, pool=None) -> None:
    """Write both halves of each pair, `assignment.json` and `recorded.json` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    masters = [Master(day.masters / f"{stem}.py") for stem in day.notebooks]
    for master in masters:
        (folder / f"{master.stem}.py").write_text(script_text(master.starter), encoding="utf-8")
        (folder / f"{master.stem}.ipynb").write_text(notebook_text(master.starter), encoding="utf-8")
    assignment = assignment_of(day, masters)
    own_pool = pool or worker_pool([ROOT / "assignments" / "common"])
    try:
        public, *others = (run_master(day, assignment, own_pool, seed) for seed in (PUBLIC_SEED, *OTHER_SEEDS))
        leans = leaning(day, assignment, own_pool, public, others)
        add_mistakes(day, assignment, own_pool, public.recording)
    finally:
        if pool is None:
            own_pool.close()
    recording.save(folder / "recorded.json", public.recording)
    tests = [
        {**test, **({"leans": True} if key_of(test["id"], test["name"]) in leans else {})} for test in assignment.declared
    ]
    facts = {
        "assignment": day.slug,
        "title": day.title,
        "kind": assignment.kind,
        "max_score": assignment.max_score,
        "starters": assignment.starters,
        "handed_out": assignment.handed_out,
        "tests": tests,
    }
    (folder / "assignment.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def build(day: Day, out: Path) -> Path:
    """The complete assignment repository `out/SLUG`, a git repository with one commit. Raises CourseError.

    An existing one is replaced, unless somebody has committed to it or changed it.
    """
    target = out / day.slug
    if target.exists() and not _is_a_build(target):
        raise CourseError(f"{target} is not an untouched build: move it away, or name another folder with --out.")
    with tempfile.TemporaryDirectory() as scratch:
        repo = Path(scratch) / day.slug
        common = ROOT / "assignments" / "common"
        shutil.copytree(common, repo, ignore=shutil.ignore_patterns("__pycache__"))
        for path in (repo / "genlab" / "data").glob("*.npz"):
            if path.name not in day.facts.data:
                path.unlink()
        for room in (repo / "genlab").glob("*/__init__.py"):
            if room.parent.name not in day.rooms:
                shutil.rmtree(room.parent)
        (repo / "README.md").write_text(page(day), encoding="utf-8")
        grader = repo / "autograding"
        for pattern in GRADER_FILES:
            for path in (ROOT / "autograding").glob(pattern):
                _copy(path, grader / path.name)
        for stem in day.notebooks:
            _copy(day.tests / f"test_{stem}.py", grader / "tests" / f"test_{stem}.py")
        for path in day.starter.iterdir():
            _copy(path, (grader if path.suffix == ".json" else repo) / path.name)
        lock(day, repo / LOCKED)
        _commit(repo, f"{day.title}: starter")
        shutil.rmtree(target, ignore_errors=True)
        out.mkdir(parents=True, exist_ok=True)
        shutil.move(repo, target)
    return target


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def _commit(repo: Path, message: str) -> None:
    """One commit that depends on the files alone: not on what somebody has told their own git to leave out."""
    git(repo, "init", "--quiet", "--template=", "--initial-branch=main")
    git(repo, "add", "--all")
    git(repo, "commit", "--quiet", "--message", message, when=BUILT_ON)


def _is_a_build(repo: Path) -> bool:
    try:
        one = (repo / ".git").is_dir() and git(repo, "rev-list", "--count", "HEAD") == "1"
        return one and not git(repo, "status", "--porcelain")
    except GitError:
        return False
