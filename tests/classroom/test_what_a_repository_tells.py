"""What a student's repository of the exam holds, every git object of it, tells nothing of other papers or of unseen tests;
and before the exam nothing of the own paper either."""

import subprocess
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec
import pytest
from classroom_examples import NINE, new_forge
from locked_exam import DUE, OPENS, SLUG

from autograding.starting.locked import Locked
from genweek.classroom.publishing import generating
from genweek.classroom.publishing.planning import carry_out
from genweek.course.day import ROOT, Day, Sitting
from genweek.course.roster import Student
from genweek.course.schedule import Schedule
from genweek.forges.forge import GRADER, Forge, template_name
from genweek.making.building import build
from genweek.making.closing import start_code
from genweek.making.contents import OF_EXAMS
from genweek.making.locking import course_secret

PAPERS = ("amber", "birch")
LONG, WORDS = 24, 40  # characters of a slot, and of a line of a test, that stand nowhere else by chance


def exam() -> Day:
    day = Day.load(SLUG)
    sitting = Sitting(id="friday", opens=OPENS, due=DUE, papers=list(PAPERS))
    return replace(day, facts=msgspec.structs.replace(day.facts, sittings=[sitting]))


@pytest.fixture(scope="module")
def forge(tmp_path_factory) -> Forge:
    """Two students, each with another paper, a few days before the exam."""
    folder, day = tmp_path_factory.mktemp("exam"), exam()
    forge, schedule = new_forge(folder), Schedule.of(day)
    forge.set_clock(NINE)
    for paper in PAPERS:
        which, student = day.on(paper), Student(paper, paper.title(), f"{paper}@uni.example")
        locked, grader = build(which, folder / "locked", locked=True), build(which, folder / "open")
        assert carry_out(generating.plan(forge, SLUG, locked, [student], schedule, True, (), paper, grader), True) == 0
    return forge


def objects(repo: Path) -> str:
    """All there is in a repository's store, reachable or not."""
    command = ["git", "-C", repo, "cat-file", "--batch-all-objects", "--batch"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8", errors="ignore")


def opened(forge: Forge, paper: str, folder: Path) -> str:
    """What the code shows in the student's folder, its notebooks as the text that they stand for."""
    subprocess.run(["git", "clone", "-q", forge.url(f"{SLUG}-{paper}"), folder], check=True)
    locked = Locked.of(folder)
    files = locked.open(start_code(SLUG, "friday", course_secret()))
    assert any(name.startswith("autograding/tests/") for name in files)
    return "\n".join(content.decode("utf-8", errors="ignore") for content in files.values())


@cache
def slots(paper: str) -> frozenset[str]:
    """What stands in the slots of a paper, where it is long enough to be of that paper alone."""
    rows = tomllib.loads((ROOT / "solutions_private" / SLUG / "papers.toml").read_text())[paper]
    values = [str(value) for row in rows.values() for value in row.values()]
    return frozenset(value for value in values if len(value) > LONG)


def unseen() -> set[str]:
    """The lines of the unseen tests that do not stand among the provided ones, or the words that both share."""
    grader = ROOT / "autograding"
    lines = {
        kind: {line.strip() for path in (grader / "tests" / SLUG / kind).glob("*.py") for line in path.open()}
        for kind in ("provided", "unseen")
    }
    lines["provided"] |= {line.strip() for name in OF_EXAMS for line in (grader / name).open()}
    told = lines["unseen"] - lines["provided"]
    return {line for line in told if len(line) > WORDS and not line.startswith(("from ", "import "))}


@pytest.mark.parametrize("paper", PAPERS)
def test_before_the_exam_nothing_of_any_paper_can_be_read(forge, paper):
    text = objects(forge.repo(f"{SLUG}-{paper}"))
    everything = frozenset().union(*map(slots, exam().papers)) | unseen()
    assert not [found for found in everything if found in text]


@pytest.mark.parametrize("paper", PAPERS)
def test_opened_it_holds_nothing_of_the_other_papers_or_of_unseen_tests(forge, paper, tmp_path):
    text = opened(forge, paper, tmp_path / "clone")
    others = frozenset().union(*(slots(other) for other in exam().papers if other != paper)) - slots(paper)
    names = set(exam().papers) - {paper, "plain"}
    assert others and not [found for found in others | unseen() | names if found in text]


@pytest.mark.parametrize("paper", PAPERS)
def test_the_objects_of_the_template_that_is_open_are_in_no_student_s_repository(forge, paper):
    template = forge.repo(template_name(SLUG, paper))
    hidden = _listed(template, "rev-list", "--objects", GRADER) - _listed(template, "rev-list", "--objects", "main")
    everything = "cat-file", "--batch-all-objects", "--batch-check=%(objectname)"
    assert hidden and not hidden & _listed(forge.repo(f"{SLUG}-{paper}"), *everything)


def _listed(repo: Path, *command: str) -> set[str]:
    """The names of objects that git lists."""
    said = subprocess.run(["git", "-C", repo, *command], check=True, capture_output=True, text=True).stdout
    return {line.split()[0] for line in said.splitlines()}
