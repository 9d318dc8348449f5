"""A recording of another processor is not stale; one that decides otherwise is, and so is what was not built since."""

import importlib
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from genweek.course.day import CourseError, Day, all_slugs
from genweek.making import sources
from genweek.making.building import build
from genweek.making.staleness import decide_alike, refuse_stale

X = np.array([1000.0, -3.0, 0.0], np.float32)


def recorded(answer=X, got=X, sentence="Twice.", kind="got") -> dict:
    entry = {"got": got, "rtol": 1e-4, "atol": 1e-5} if kind == "got" else {"error": got}
    observed = {"nb1.f:test": [entry]}
    return {
        "seed": "public",
        "answers": {"nb1.f:test": [[answer, (1.0, "a")]]},
        "mistakes": {"nb1.f": [{"sentence": sentence, "observed": observed}]},
    }


@pytest.mark.parametrize("other", [X * np.float32(1 + 3e-7), X + np.float32([0, 0, 1e-4])])
def test_the_last_digits_decide_nothing(other):
    assert decide_alike(recorded(), recorded(other)) and decide_alike(recorded(got=X), recorded(got=X * (1 + 1e-5)))


@pytest.mark.parametrize(
    "other",
    [
        recorded(answer=X * 1.01),
        recorded(answer=X.astype(np.float64)[:2]),
        recorded(got=X * 1.01),
        recorded(sentence="Thrice."),
        recorded(got="ValueError: x", kind="error"),
        recorded() | {"seed": "another"},
        recorded() | {"mistakes": {}},
        recorded() | {"answers": {}},
    ],
)
def test_what_decides_otherwise_is_stale(other):
    assert not decide_alike(recorded(), other)


# ---- In seconds, before anything is published or graded ----


@dataclass(frozen=True)
class Copied(Day):
    """Day 1 with copies of what a test changes."""

    masters: Path = Path()
    tests: Path = Path()
    starter: Path = Path()


@pytest.fixture
def day(tmp_path) -> Copied:
    one = Day.load("day1_vae")
    folders = {name: Path(shutil.copytree(getattr(one, name), tmp_path / name)) for name in ("masters", "tests", "starter")}
    copied = Copied(one.slug, one.facts, **folders)
    (copied.starter / sources.NAME).write_text(sources.text(copied))
    return copied


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_committed_starters_are_what_their_masters_make():
    for slug in all_slugs():
        for day in Day.load(slug).on_each():
            refuse_stale(day)


def test_no_order_depends_on_where_a_paper_is_rendered():
    """It lies in a temporary folder, before or after the course's own, as the machine has it."""
    for slug in all_slugs():
        for day in Day.load(slug).on_each():
            assert list(sources.fingerprints(day)) == sorted(sources.fingerprints(day))


def test_a_comment_makes_nothing_stale(day):
    refuse_stale(day)
    change(day.tests / "test_nb1_vanilla_vae.py", "@task", "# A comment.\n\n@task")
    refuse_stale(day)


@pytest.mark.parametrize(
    ("folder", "file", "old", "new", "stale"),
    [
        (
            "masters",
            "nb1_vanilla_vae.py",
            "# %% [markdown]\n",
            "# %% [markdown]\n# Repaired.\n",
            "nb1_vanilla_vae.ipynb, nb1",
        ),
        ("masters", "nb1_vanilla_vae.py", "# BEGIN SOLUTION\n", "# BEGIN SOLUTION\n    pass\n", "recorded.json."),
        ("masters", "mistakes_nb1.py", "@mistake(", "@mistake( ", "recorded.json. Changed since it was made:"),
        ("tests", "test_nb1_vanilla_vae.py", "points=", "points=1+", "recorded.json. Changed since it was made:"),
        ("starter", "nb1_vanilla_vae.py", "# %%", "# Mine.\n# %%", "now: nb1_vanilla_vae.py. Nothing was done."),
    ],
)
def test_what_has_changed_since_the_build_is_refused_with_the_command_that_repairs(day, folder, file, old, new, stale):
    change(getattr(day, folder) / file, old, new)
    with pytest.raises(CourseError) as refusal:
        refuse_stale(day)
    assert "starter/day1_vae is not what its masters and tests make now: " in str(refusal.value)
    assert stale in str(refusal.value) and "Run scripts/build.py day1_vae, then scripts/verify.py" in str(refusal.value)


@pytest.mark.parametrize("name", ["nb1_vanilla_vae (solved).ipynb", "solved/nb1.py", "notes.txt"])
def test_a_stray_file_is_never_published_and_never_removed(day, name, tmp_path):
    stray = day.starter / name
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("solved")
    for verb in (refuse_stale, lambda day: build(day, tmp_path / "out")):
        with pytest.raises(CourseError, match="nobody meant to publish it. Nothing was done: move it away"):
            verb(day)
    assert stray.read_text() == "solved" and not (tmp_path / "out").exists()


def test_caches_are_nobody_s_and_not_published(day, tmp_path):
    (day.starter / ".ipynb_checkpoints").mkdir()
    (day.starter / ".ipynb_checkpoints/nb1_vanilla_vae-checkpoint.ipynb").write_text("solved")
    assert not list(build(day, tmp_path).rglob("*checkpoint.ipynb"))


@pytest.mark.parametrize("verb", ["generate", "release_solutions", "regrade"])
def test_no_verb_publishes_or_grades_by_what_is_stale(day, verb, tmp_path, monkeypatch, forge):
    change(day.masters / "nb1_vanilla_vae.py", "# BEGIN SOLUTION\n", "# BEGIN SOLUTION\n    pass\n")
    script = importlib.import_module(verb)
    monkeypatch.setattr(script.Day, "load", lambda slug: day)
    (tmp_path / "roster.csv").write_text("login,name,email\nalice,Alice,alice@uni.example\n")
    forge.set_clock(datetime(2027, 1, 1, tzinfo=UTC))
    (tmp_path / "handed-in").mkdir()
    places = ["--roster", tmp_path / "roster.csv", "--forge", forge.folder, "--apply"]
    graded = [tmp_path / "handed-in", "--out", tmp_path / "grades", "--no-sandbox"]
    monkeypatch.setattr(sys, "argv", list(map(str, [verb, "day1_vae", *(graded if verb == "regrade" else places)])))
    with pytest.raises(CourseError, match="Nothing was done. Run scripts/build.py day1_vae"):
        script.main()
    assert forge.repos() == [] and not list(tmp_path.glob("grades/[!.]*"))
