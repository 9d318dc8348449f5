"""Builds, from the masters, the starter (committed here for reviewers) and the assignment repository (for students)."""

import json
import shutil
import tempfile
from collections.abc import Container
from datetime import UTC, datetime
from pathlib import Path

from autograding.judge import recording
from autograding.judge.assignment import Assignment, declared_by, tests_in
from autograding.judge.processes import worker_pool
from autograding.judge.session import key_of

from ..course.conditions import exchanged
from ..course.course_file import read_course
from ..course.day import ROOT, CourseError, Day
from ..course.schedule import in_words
from ..forges.git import GitError, git
from . import editors, sources
from .closing import TASKS, close, window_of
from .contents import called, contents, halves, of_left_out
from .handout import exam_page, page, tasks_page
from .leaning import leaning
from .locking import LOCKED, course_secret, lock
from .masters import Master, notebook_text, script_text
from .record import add_mistakes, run_master

PUBLIC_SEED = "public"
OTHER_SEEDS = ("another", "one more", "a secret seed")  # they show what depends on the seed, and by how much
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
    """Write both halves of each pair, `assignment.json`, `recorded.json` and `sources.json` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    masters = [Master(day.masters / f"{stem}.py") for stem in day.notebooks]
    assignment = assignment_of(day, masters)
    own_pool = pool or worker_pool([ROOT / "assignments" / "common"])
    try:
        public = run_master(day, assignment, own_pool, PUBLIC_SEED)
        leans: Container[str] = ()
        if day.unseen is None:  # of an exam's provided tests no sentence follows, and all of them lean on the unseen ones
            others = [run_master(day, assignment, own_pool, seed) for seed in OTHER_SEEDS]
            leans = leaning(day, assignment, own_pool, public, others)
            add_mistakes(day, assignment, own_pool, public.recording)
    finally:
        if pool is None:
            own_pool.close()
    recording.save(folder / "recorded.json", public.recording)
    for name, text in texts(day, masters, leans).items():
        (folder / name).write_text(text, encoding="utf-8")


def texts(day: Day, masters: list[Master], leans: Container[str]) -> dict[str, str]:
    """All that stands in a starter beside the recording, by name. leans: the keys of the tests that lean."""
    assignment = assignment_of(day, masters)
    tests = [
        {**test, **({"leans": True} if key_of(test["id"], test["name"]) in leans else {})} for test in assignment.declared
    ]
    later = declared_by(tests_in(day.unseen, day.notebooks)) if day.unseen else []
    facts = {
        "assignment": day.slug,
        "title": day.title,
        "kind": assignment.kind,
        "max_score": assignment.max_score,
        **({"later": sum(test["points"] for test in later)} if later else {}),
        "starters": assignment.starters,
        "handed_out": assignment.handed_out,
        "tests": tests,
    }
    made = {"assignment.json": json.dumps(facts, indent=1, ensure_ascii=False) + "\n", sources.NAME: sources.text(day)}
    return made | _texts_of(masters)


def _texts_of(masters: list[Master]) -> dict[str, str]:
    """Both halves of each pair, by name."""
    made = {}
    for master in masters:
        made |= {f"{master.stem}.py": script_text(master.starter), f"{master.stem}.ipynb": notebook_text(master.starter)}
    return made


def take_away_left_out(day: Day) -> list[str]:
    """Remove from starter/ what was made of notebooks that are left out now; the names. What somebody has changed since
    stays: raises CourseError."""
    found = of_left_out(day)
    fresh = _texts_of([Master(day.masters / f"{stem}.py") for stem in day.left_out]) if found else {}
    for path in found:
        if path.read_text(encoding="utf-8") != fresh[path.name] and not is_committed(path):
            raise CourseError(f"{called(path)}: the notebook is left out, and somebody has changed this: move it away.")
    for path in found:
        path.unlink()
    return [path.name for path in found]


def build(day: Day, out: Path, locked: bool = False, leave_out: Container[str] = ()) -> Path:
    """The complete assignment repository `out/SLUG`, of a paper `out/SLUG/PAPER`: a git repository with one commit.

    locked: an exam, or a rehearsal of one, as students get it before it begins. leave_out: files, by path.
    Raises CourseError. An existing one is replaced, unless somebody has committed to it or changed it.
    """
    target = out / day.place
    if target.exists() and not is_a_build(target):
        raise CourseError(f"{target} is not an untouched build: move it away, or name another folder with --out.")
    with tempfile.TemporaryDirectory() as scratch:
        repo = Path(scratch) / day.slug
        for name, source in contents(day).items():
            if name in leave_out:
                continue
            (repo / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, repo / name)
        if day.facts.kind == "exam":
            _as_an_exam(day, repo)
        else:
            (repo / "README.md").write_text(page(day), encoding="utf-8")
            lock(day, repo / LOCKED)
        if locked:
            close(day, repo, course_secret())
        _commit(repo, f"{day.title}: starter")
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(repo, target)
    return target


def _as_an_exam(day: Day, repo: Path) -> None:
    """No checkpoints, no completion by a model, and what is allowed in its sitting."""
    course, window = read_course().conditions, window_of(day)
    for path in (repo / name for name in halves(day)):
        path.write_text(exchanged(path.read_text(encoding="utf-8"), course, window.conditions), encoding="utf-8")
    (repo / "README.md").write_text(exam_page(day, in_words(window.due), window.conditions), encoding="utf-8")
    (repo / TASKS).write_text(tasks_page(day), encoding="utf-8")
    editors.switch_off(repo)


def _commit(repo: Path, message: str) -> None:
    """One commit that depends on the files alone: not on what somebody has told their own git to leave out."""
    git(repo, "init", "--quiet", "--template=", "--initial-branch=main")
    git(repo, "add", "--all", "--force")
    git(repo, "commit", "--quiet", "--message", message, when=BUILT_ON)


def is_committed(path: Path) -> bool:
    """Does git have it as it is?"""
    try:
        known = git(path.parent, "ls-files", "--", path.name)
        return bool(known) and not git(path.parent, "status", "--porcelain", "--", path.name)
    except GitError:
        return False


def is_a_build(repo: Path) -> bool:
    try:
        one = (repo / ".git").is_dir() and git(repo, "rev-list", "--count", "HEAD") == "1"
        return one and not git(repo, "status", "--porcelain")
    except GitError:
        return False
