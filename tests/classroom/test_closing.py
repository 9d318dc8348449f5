"""Closing an assignment: not before the end, nobody before their own, and open again when it is asked for."""

from datetime import timedelta

import close
import generate
import pytest
from classroom_examples import NOON, SLUG
from places import Clone, Place, place  # noqa: F401 - a fixture
from toy_verbs import ToyVerbs

from genweek import verbs
from genweek.making import locking

MINUTE = timedelta(minutes=1)


@pytest.fixture
def week(place: Place, toy, tmp_path, monkeypatch) -> ToyVerbs:  # noqa: F811
    """Alice, and Bob, who has an hour more."""
    monkeypatch.setattr(verbs, "CLASSROOM", tmp_path)
    made = ToyVerbs(tmp_path, monkeypatch, toy)
    made.forge = place.option
    place.knows("alice", "bob")
    (tmp_path / "roster.csv").write_text(
        "login,name,email,extension_minutes\nalice,Alice Ng,alice@uni.example,\nbob,Bob Ng,bob@uni.example,60\n"
    )
    assert made.run(generate, "--apply") == 0
    return made


def test_who_generates_is_told_the_line_for_the_class_and_a_plan_makes_no_secret(week, place, tmp_path, monkeypatch):  # noqa: F811
    address = place.reopened().clone_url(f"{SLUG}-LOGIN")
    assert week.said[-1].endswith(f"\n    git clone {address}\n")
    monkeypatch.delenv("GENWEEK_SECRET")
    monkeypatch.setattr(locking, "ROOT", tmp_path)
    monkeypatch.setattr(locking, "SECRET_FILE", tmp_path / "course_secret")
    assert week.run(generate) == 0 and "the course has no secret yet" in week.said[-1]
    assert not locking.SECRET_FILE.exists() and "git clone" not in week.said[-1]
    assert week.run(generate, "--apply") == 0 and locking.SECRET_FILE.exists()


def test_an_assignment_closes_for_each_after_the_own_end(week, place, tmp_path):  # noqa: F811
    alice, bob = (Clone(place, f"{SLUG}-{login}", tmp_path / login, login) for login in ("alice", "bob"))

    def takes() -> list[bool]:
        for clone in (alice, bob):
            clone.write("one")
        return [clone.push().returncode == 0 for clone in (alice, bob)]

    place.at(NOON + 4 * MINUTE)
    assert week.run(close, "--apply") == 0 and "Not yet: pushes are taken until" in week.said[-1]
    assert "Nothing to do" not in week.said[-1] and "sittings" not in week.said[-1]
    assert takes() == [True, True]
    place.at(NOON + 5 * MINUTE)
    assert week.run(close) == 0 and "Nothing was changed: add --apply" in week.said[-1]
    assert takes() == [True, True]
    assert week.run(close, "--apply") == 0 and "Still open: bob. Run this again after Tue 24 Nov" in week.said[-1]
    assert takes() == [False, True]
    assert week.run(close, "--apply") == 0 and "Nothing to do" in week.said[-1]
    place.at(NOON + 65 * MINUTE)
    assert week.run(close, "--apply") == 0
    assert takes() == [False, False]
    assert week.run(generate, "--apply") == 0 and "Nothing to do" in week.said[-1]
    assert takes() == [False, False], "who generates once more opens nothing"
    assert week.run(close, "--open", "--apply") == 0
    assert takes() == [True, True]
