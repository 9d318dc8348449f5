"""A backup of repositories that lie at GitHub has all their branches, whatever happens to them there."""

import subprocess
import sys

import backup
import pytest
from classroom_examples import SLUG, answer
from places import Clone, on_github

from genweek import verbs
from genweek.classroom import mirror
from genweek.course.day import CourseError
from genweek.forges.forge import ForgeError
from genweek.forges.git import git

NAMES = (f"{SLUG}-alice", f"{SLUG}-bob")


@pytest.fixture
def place(tmp_path, monkeypatch, toy):
    monkeypatch.setattr(verbs, "CLASSROOM", tmp_path)
    monkeypatch.setattr(backup, "all_slugs", lambda: [SLUG])
    with on_github(tmp_path, monkeypatch) as made:
        made.clones = {}
        for login in ("alice", "bob"):
            name = made.open_repo(toy, f"{SLUG}-{login}", login)
            made.clones[login] = Clone(made, name, tmp_path.parent / f"{tmp_path.name}-{login}", login)
            made.clones[login].write(answer(1))
            assert made.clones[login].push().returncode == 0
        made.forge.create("something-else")
        yield made


@pytest.fixture
def back_up(place, tmp_path, monkeypatch, capfd):
    def back_up(file: str, *words: str) -> tuple[int, str]:
        command = ["x", str(tmp_path.parent / f"{tmp_path.name}-{file}"), "--work", str(tmp_path), *words]
        monkeypatch.setattr(sys, "argv", command)
        return backup.main(), "".join(capfd.readouterr())

    return back_up


def refs(folder) -> dict[str, str]:
    rows = git(folder, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    return dict(row.split() for row in rows)


def test_all_branches_are_in_it_and_can_be_brought_back(place, back_up, tmp_path, toy):
    place.clones["alice"].push("origin", "HEAD:idea")
    ended, said = back_up("one.tar.gz", "--forge", place.option)
    assert ended == 0 and said.count("✓") == 3, said
    subprocess.run(["tar", "-xzpf", f"{tmp_path}-one.tar.gz"], cwd=(home := tmp_path.parent), check=True)
    copy = home / "classroom/github" / place.github.org / mirror.NAME
    tip = place.github.tip(NAMES[0])
    found = refs(copy)
    assert found[f"{mirror.refs_of(NAMES[0])}/main"] == found[f"{mirror.refs_of(NAMES[0])}/idea"] == tip
    assert {ref.split("/")[2] for ref in found} == {SLUG, *NAMES}, "nothing of what is not the course's"
    place.forge.create("toy-again")
    back = f"{mirror.refs_of(NAMES[0])}/*:refs/heads/*"
    git(copy, "push", "--quiet", place.forge.url("toy-again"), back, settings=place.forge.credentials())
    assert place.github.tip("toy-again") == place.github.tip("toy-again", "idea") == tip


def test_what_was_rewritten_deleted_or_lost_there_stays_here(place, back_up):
    first = place.github.tip(NAMES[0])
    assert back_up("one.tar.gz", "--forge", place.option)[0] == 0
    git(place.clones["alice"].folder, "reset", "--quiet", "--hard", "HEAD~1")
    place.clones["alice"].write("mine anew")
    assert place.clones["alice"].push("--force", "origin", "HEAD:main").returncode == 0
    place.lose(NAMES[1])
    assert back_up("two.tar.gz", "--forge", place.option)[0] == 0
    copy = place.kept / mirror.NAME
    found = refs(copy)
    assert found[f"{mirror.refs_of(NAMES[0])}/main"] == place.github.tip(NAMES[0]) != first
    assert first in git(copy, "reflog", f"{mirror.refs_of(NAMES[0])}/main", "--format=%H")
    assert git(copy, "cat-file", "-t", first) == "commit" and f"{mirror.refs_of(NAMES[1])}/main" in found


def test_one_that_cannot_be_read_stops_no_other_and_is_said(place, back_up):
    place.github.faults.forbid("git-upload-pack", times=1)
    ended, said = back_up("one.tar.gz", "--forge", place.option)
    assert ended == 1 and said.count("✓") == 2 and "1 of 3 could not be copied" in said


def test_a_run_that_is_cut_off_goes_on(place, back_up, monkeypatch, capfd):
    with monkeypatch.context() as patch:
        real = mirror.git
        left = iter(range(1 + len(mirror.SETTINGS) + 1))  # the first of three, and no more

        def until(folder, *words, **options):
            if next(left, None) is None:
                raise KeyboardInterrupt
            return real(folder, *words, **options)

        patch.setattr(mirror, "git", until)
        with pytest.raises(KeyboardInterrupt):
            back_up("one.tar.gz", "--forge", place.option)
    assert capfd.readouterr().out.count("✓") == 1
    ended, said = back_up("two.tar.gz", "--forge", place.option)
    assert ended == 0 and said.count("✓") == 3


def test_without_it_the_note_says_what_is_missing(place, back_up, monkeypatch):
    place.forge.pushes(NAMES[0])  # something is remembered of it
    monkeypatch.setattr(verbs, "_place", lambda: "forge")
    ended, said = back_up("one.tar.gz")
    assert ended == 0 and f"The repositories at github:{place.github.org} are not in it" in said


def test_a_copy_that_would_not_be_packed_is_refused(place, back_up, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(CourseError, match="outside of what is packed: leave --work out"):
        back_up("one.tar.gz", "--forge", place.option, "--work", str(other))
    with pytest.raises(ForgeError, match="is a folder, and has no part in this"):
        back_up("one.tar.gz", "--forge", str(tmp_path))
