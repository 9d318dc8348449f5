"""A course that was backed up and restored elsewhere plays on: push, collect, regrade, gradebook."""

import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import backup
import pytest
import regrade
from classroom_examples import ALICE, NINE, NOON, SCHEDULE, SLUG, Clone, answer, new_forge, open_repo

from autograding.judge import recording
from genweek import verbs
from genweek.classroom import backup as packing
from genweek.classroom.afterwards import gradebook
from genweek.classroom.afterwards.collecting import choose_all, write
from genweek.classroom.afterwards.keeping import collect, refuse_another_source
from genweek.course.day import CourseError
from genweek.forges.git import git
from genweek.forges.local.local_forge import LocalForge


@pytest.fixture
def classroom(tmp_path, toy):
    """A classroom in which alice has pushed once."""
    work = tmp_path / "here/classroom"
    work.mkdir(parents=True, mode=0o700)
    forge = new_forge(work)
    clone = Clone(forge, open_repo(forge, toy), tmp_path / "alice")
    clone.write(answer(1))
    assert clone.push(at=NINE).returncode == 0
    collected(forge, work)
    return SimpleNamespace(work=work, forge=forge, alice=clone)


def collected(forge, work):
    out = work / SLUG
    out.mkdir(exist_ok=True)
    refuse_another_source(out, forge, SLUG)
    rows = [
        collect(forge, row, out / "submissions" / row.repository)[0] for row in choose_all(forge, SCHEDULE, [ALICE], None)
    ]
    write(rows, out)
    return rows[0]


def main(script, monkeypatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", [script.__name__, *map(str, arguments)])
    return script.main()


def test_a_restored_course_plays_on(classroom, tmp_path, toy, monkeypatch):
    (tmp_path / "secret").write_text("the secret\n")
    monkeypatch.setattr(backup, "SECRET_FILE", tmp_path / "secret")
    file = tmp_path / "backup.tar.gz"
    assert main(backup, monkeypatch, file, "--work", classroom.work) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    shutil.rmtree(classroom.work)
    home = tmp_path / "another machine"
    home.mkdir()
    subprocess.run(["tar", "-xzpf", file], cwd=home, check=True)
    work = home / "classroom"
    assert work.stat().st_mode & 0o777 == 0o700
    assert (home / "solutions_private/course_secret").read_text() == "the secret\n"
    forge = classroom.alice.forge = LocalForge(work / "forge")
    git(classroom.alice.folder, "remote", "set-url", "origin", forge.url("toy-alice"))
    commit = classroom.alice.write(answer(2))
    done = classroom.alice.push(at=NOON - (NOON - NINE) / 2)
    assert done.returncode == 0, done.stderr
    forge.set_clock(NOON)
    row = collected(forge, work)
    assert (row.push.commit, row.provisional, row.stays) == (commit, False, False)
    facts = {"notebooks": ["nb1_toy"], "masters": toy, "unseen": None, "place": SLUG, "papers": [], "paper": ""}
    day = SimpleNamespace(slug=SLUG, title="A toy", **facts)
    monkeypatch.setattr(verbs, "known_slug", str)
    monkeypatch.setattr(regrade.Day, "load", lambda slug: day)
    monkeypatch.setattr(regrade, "refuse_stale", lambda day: None)  # nothing is made of this one
    monkeypatch.setattr(regrade, "build", lambda day, out: shutil.copytree(toy, out / "repo"))
    monkeypatch.setattr(regrade, "record", lambda *_: recording.load(toy / "autograding/recorded.json"))
    grades = work / SLUG / "grades"
    assert main(regrade, monkeypatch, SLUG, work / SLUG / "submissions", "--out", grades, "--jobs", 1) == 0
    found = gradebook.read_regrade([ALICE], work / SLUG / "collection.csv", grades / "grades.csv")
    assert (found["alice"].score, found["alice"].commit) == (2, commit)


def test_a_push_in_the_middle_of_a_backup_leaves_a_repository_that_is_whole(classroom, tmp_path, monkeypatch):
    settled, pushed = packing._settled, []

    def then_a_push(repo):
        found = settled(repo)
        if repo.stem == "toy-alice" and not pushed:
            pushed.append(classroom.alice.write("meanwhile"))
            assert classroom.alice.push().returncode == 0
        return found

    monkeypatch.setattr(packing, "_settled", then_a_push)
    packing.pack(classroom.work, tmp_path / "no secret", tmp_path / "backup.tar.gz")
    subprocess.run(["tar", "-xzpf", tmp_path / "backup.tar.gz"], cwd=tmp_path, check=True)
    restored = LocalForge(tmp_path / "classroom/forge")
    git(restored.repo("toy-alice"), "fsck", "--connectivity-only")
    assert len(restored.pushes("toy-alice")) == 1 and pushed


@pytest.mark.parametrize("where", ["backup.tar.gz", "here/classroom/new.tar.gz"])
def test_a_backup_replaces_no_file_and_does_not_pack_itself(classroom, tmp_path, monkeypatch, where):
    (tmp_path / "backup.tar.gz").write_text("an older one")
    with pytest.raises(CourseError, match="Nothing was packed: name another file"):
        main(backup, monkeypatch, tmp_path / where, "--work", classroom.work)
    assert os.listdir(tmp_path / "here/classroom") and (tmp_path / "backup.tar.gz").read_text() == "an older one"
