"""A notebook that `notebooks` no longer names goes from starter/, unless somebody has worked on it; and comes back."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest

from genweek.course.day import CourseError, Day
from genweek.making.building import take_away_left_out
from genweek.making.contents import contents, refuse_strays


@dataclass(frozen=True)
class Copied(Day):
    """With a starter that a test may change."""

    starter: Path = Path()


@pytest.fixture
def day(tmp_path) -> Copied:
    """One paper of the exam, built with both notebooks; now the second one is left out."""
    exam = Day.load("day4_exam").on("amber")
    facts = msgspec.structs.replace(exam.facts, notebooks=exam.notebooks[:1])
    return Copied(exam.slug, facts, "amber", starter=Path(shutil.copytree(exam.starter, tmp_path / "starter")))


def test_what_was_made_of_it_is_taken_away_and_nothing_else(day):
    with pytest.raises(
        CourseError, match=r"examB_discrete.py: .*leaves this notebook out. .*Run scripts/build.py day4_exam"
    ):
        refuse_strays(day)
    before = {path.name for path in day.starter.iterdir()}
    assert take_away_left_out(day) == ["examB_discrete.ipynb", "examB_discrete.py"]
    assert {path.name for path in day.starter.iterdir()} == before - {"examB_discrete.ipynb", "examB_discrete.py"}
    assert not any("examB" in name for name in contents(day))


def test_work_of_somebody_is_never_taken_away(day):
    mine = day.starter / "examB_discrete.py"
    mine.write_text(mine.read_text() + "# mine\n")
    with pytest.raises(CourseError, match="somebody has changed this: move it away"):
        take_away_left_out(day)
    assert mine.is_file() and (day.starter / "examB_discrete.ipynb").is_file()


def test_nothing_is_left_out_where_all_notebooks_are_named(day):
    whole = replace(day, facts=Day.load("day4_exam").facts)
    assert whole.left_out == [] and take_away_left_out(whole) == [] and day.left_out == ["examB_discrete"]
