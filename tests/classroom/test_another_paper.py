"""Who gets another paper, in a folder and at GitHub alike."""

from datetime import timedelta

import generate
import pytest
from classroom_examples import NINE, SLUG
from places import Clone, Place, place  # noqa: F401 - a fixture
from toy_exam import DAYS_BEFORE, ToyExam, build_papers, right

from genweek import verbs

MINUTE = timedelta(minutes=1)
OTHER = {"amber": "birch", "birch": "amber"}


@pytest.fixture
def exam(place: Place, tmp_path, monkeypatch) -> ToyExam:  # noqa: F811
    monkeypatch.setattr(verbs, "CLASSROOM", tmp_path)
    made = ToyExam(tmp_path, monkeypatch, build_papers(tmp_path / "papers"))
    made.forge = place.option
    place.at(DAYS_BEFORE)
    return made


def handed_out_and_pushed(exam, place, tmp_path):  # noqa: F811
    """alice's paper, and the name of her repository, to which she has pushed once."""
    place.knows("alice")
    exam.roster("alice")
    assert exam.run(generate, "--apply") == 0
    paper, name = exam.papers["alice"], f"{SLUG}-alice"
    first = Clone(place, name, tmp_path / "first")
    first.write(right(paper))
    assert first.push(at=NINE + MINUTE).returncode == 0
    return paper, name


def test_who_gets_another_paper_keeps_the_first_to_read(exam, place, tmp_path):  # noqa: F811
    paper, name = handed_out_and_pushed(exam, place, tmp_path)
    exam.roster(f"alice,,,{OTHER[paper]}")
    assert exam.run(generate) == 0
    assert f"set {name} (paper {paper}, 1 push) aside, as {name}--{paper}; alice has to clone the new one" in exam.said[-1]
    assert exam.run(generate, "--apply") == 0
    forge = place.reopened()
    assert forge.template(name) == f"{SLUG}--{OTHER[paper]}" and exam.papers["alice"] == OTHER[paper]
    assert forge.access(f"{name}--{paper}") == {"alice": "read"} and len(forge.pushes(f"{name}--{paper}")) == 1
    assert exam.run(generate) == 0 and "Nothing to do" in exam.said[-1]
    assert "was set aside, with 1 push" in exam.said[-1]

    # It was a slip: back to the first paper, and the work done on it counts again.
    exam.roster(f"alice,,,{paper}")
    assert exam.run(generate, "--apply") == 0
    assert f"take {name}--{paper} back as {name}: its pushes count again" in exam.said[-1]
    forge = place.reopened()
    assert forge.template(name) == f"{SLUG}--{paper}" and forge.access(name) == {"alice": "write"}
    assert len(forge.pushes(name)) == 1 and forge.template(f"{name}--{OTHER[paper]}") == f"{SLUG}--{OTHER[paper]}"
    assert exam.run(generate) == 0 and "Nothing to do" in exam.said[-1]


@pytest.mark.parametrize("made_anew", [False, True])
def test_work_that_lies_aside_is_taken_back_where_nothing_else_was_pushed(exam, place, tmp_path, made_anew):  # noqa: F811
    """So it lies where a run was cut off, and where another repository of the same paper was made meanwhile."""
    paper, name = handed_out_and_pushed(exam, place, tmp_path)
    place.forge.rename(name, f"{name}--{paper}")
    if made_anew:
        place.forge.create(name, f"{SLUG}--{paper}")
    assert exam.run(generate, "--apply") == 0
    assert len(place.reopened().pushes(name)) == 1
    assert exam.run(generate) == 0 and "Nothing to do" in exam.said[-1]
