"""The rehearsal of a week at GitHub, rehearsed on the fake: every step is seen, and undone, also after it was cut off."""

import sys

import pytest
import rehearse_github
from fake_github import FakeGitHub
from places import on_github

from genweek import verbs
from genweek.forges.github import rehearsal_steps


@pytest.fixture
def github(tmp_path, monkeypatch):
    with on_github(tmp_path, monkeypatch) as place:
        github = place.github
        github.clock.set(None)
        github.world.base_permission = "read"
        github.world.on_push.append(lambda name, branch, commit: github.run(name, commit, {"scores.json": b'{"score": 1}'}))
        monkeypatch.setattr(verbs, "CLASSROOM", tmp_path / "classroom")
        monkeypatch.setattr(rehearsal_steps, "WAIT", 5.0)
        monkeypatch.setattr(rehearsal_steps, "LOOK", 0.05)
        monkeypatch.setenv("STUDENT_TOKEN", github.student("sam").token)
        yield github


@pytest.fixture
def rehearse(github, monkeypatch, capsys):
    def rehearse(*words: str) -> tuple[int, str]:
        """How it ended, and what was said."""
        monkeypatch.setattr(sys, "argv", ["x", "--forge", f"github:{github.org}", "--student", "Sam", *words])
        return rehearse_github.main(), capsys.readouterr().out

    return rehearse


def state(github: FakeGitHub) -> tuple:
    world = github.world
    return sorted(world.repositories), world.base_permission, len(world.rulesets), len(world.invitations), len(world.members)


def test_without_apply_the_steps_are_printed_and_nothing_is_changed(github, rehearse):
    ended, said = rehearse()
    assert ended == 0 and said.count("[") == 10
    assert not {name for name in github.calls if "create" in name or "update" in name}


def test_ten_steps_go_well_and_leave_nothing(github, rehearse):
    before = state(github)
    ended, said = rehearse("--apply")
    assert (ended, said.count("✓"), said.count("✗")) == (0, 15, 0), said
    assert "the plan is team; rulesets are allowed" in said
    assert "as 1 commit(s)" in said and "one that rewrote: yes" in said and "closed by a ruleset" in said
    assert state(github) == before


def test_on_the_free_plan_it_is_closed_by_permission(github, rehearse):
    github.faults.free_plan = True
    ended, said = rehearse("--apply")
    assert ended == 0 and "rulesets are refused" in said and "closed by permission" in said, said


def test_without_the_student_s_token_it_says_what_it_did_not_try(github, rehearse, monkeypatch):
    monkeypatch.delenv("STUDENT_TOKEN")
    ended, said = rehearse("--apply")
    assert ended == 0 and said.count("–") == 3, said
    assert "there is no token of the student: set STUDENT_TOKEN" in said


CUT = ["orgs/update", "repos/create-in-org", "repos/create-using-template", "repos/create-org-ruleset"]


@pytest.mark.parametrize("where", CUT)
def test_what_was_cut_off_is_undone(github, rehearse, where):
    before = state(github)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rehearse_github, "undo", lambda *_: 1 / 0)  # as if the machine had stopped
        github.faults.bad_gateway(where, times=50, after=True)
        with pytest.raises(ZeroDivisionError):
            rehearse("--apply")
    github.faults.clear()
    ended, said = rehearse("--undo")
    assert ended == 0 and state(github) == before, said


def test_what_is_kept_must_be_undone_before_the_next(github, rehearse):
    before = state(github)
    rehearse("--apply", "--keep")
    assert state(github) != before
    with pytest.raises(rehearse_github.ForgeError, match="run this with --undo first"):
        rehearse("--apply")
    rehearse("--undo")
    assert state(github) == before


def test_nothing_that_was_there_before_is_deleted(github, rehearse):
    github.world.create("rehearsal")
    ended, said = rehearse("--apply")
    assert ended == 1 and "has a repository rehearsal already" in said
    assert "rehearsal" in github.world.repositories


def test_a_folder_is_no_place_for_it(github, rehearse, tmp_path):
    (tmp_path / "forge").mkdir()
    with pytest.raises(rehearse_github.ForgeError, match="is not at GitHub"):
        rehearse("--forge", str(tmp_path / "forge"))
