"""The local forge: repositories, access, and a record of pushes that no client can forge."""

from datetime import timedelta

import pytest
from classroom_examples import NINE

from genweek.forges.forge import MAIN, ForgeError, Push, Status
from genweek.forges.git import git

MINUTE = timedelta(minutes=1)


def pushes(forge) -> list[Push]:
    return forge.pushes("toy-alice")


def test_a_repository_begins_as_its_template_and_has_no_pushes(forge, alice):
    assert forge.repos() == ["toy", "toy-alice"]
    assert forge.tip("toy-alice") == forge.tip("toy") == git(alice.folder, "rev-parse", "HEAD")
    assert pushes(forge) == []


def test_creating_a_repository_twice_leaves_it_as_it_is(forge, alice):
    commit = alice.write("mine")
    alice.push()
    forge.create("toy-alice", "toy")
    assert forge.tip("toy-alice") == commit


def test_a_creation_that_was_cut_off_is_made_anew(forge, alice):
    (forge.repos_folder / ".new-toy-carol.git").mkdir()
    assert "toy-carol" not in forge.repos()
    forge.create("toy-carol", "toy")
    assert forge.tip("toy-carol") == forge.tip("toy")


def test_a_push_has_the_time_of_the_server_s_clock(forge, alice):
    commit = alice.write("one")
    alice.push(at=NINE + MINUTE)
    assert pushes(forge) == [Push("main", commit, NINE + MINUTE)]


def test_a_client_cannot_set_the_time_of_its_push(forge, alice):
    alice.write("one")
    alice.push(at=NINE + MINUTE, GIT_COMMITTER_DATE="2001-01-01T00:00:00Z", GIT_AUTHOR_DATE="2001-01-01T00:00:00Z")
    assert [push.time for push in pushes(forge)] == [NINE + MINUTE]


def test_a_force_push_is_marked_and_what_it_replaced_can_still_be_had(forge, alice, tmp_path):
    first = alice.write("one")
    alice.push()
    git(alice.folder, "reset", "--quiet", "--hard", "HEAD~1")
    second = alice.write("other")
    alice.push("--force", "origin", "HEAD:main", at=NINE + MINUTE)
    git(alice.folder, "gc", "--quiet", "--prune=now")
    assert [(push.commit, push.rewrote) for push in pushes(forge)] == [(first, False), (second, True)]
    assert git(forge.fetch("toy-alice", tmp_path / "old", first), "rev-parse", MAIN) == first


def test_deleting_a_branch_does_not_delete_its_record(forge, alice):
    first = alice.write("one")
    alice.push("origin", "HEAD:work")
    alice.push("origin", ":work", at=NINE + MINUTE)
    second = alice.write("two")
    alice.push("origin", "HEAD:work/again", at=NINE + 2 * MINUTE)
    assert [(push.branch, push.commit) for push in pushes(forge)] == [("work", first), ("work/again", second)]


@pytest.mark.parametrize("how", ["HEAD:refs/received/main", ":refs/received/main"])
def test_the_record_cannot_be_pushed_to_or_deleted(forge, alice, how):
    alice.write("one")
    alice.push()
    assert alice.push("origin", how).returncode != 0
    assert "received" not in git(alice.folder, "ls-remote", "origin")


def test_a_push_that_was_cut_off_before_it_was_noted_is_still_a_push(forge, alice):
    commit = alice.write("one")
    (forge.folder / "hooks/post-receive").unlink()
    alice.push()
    assert [push.commit for push in pushes(forge)] == [commit]


def test_what_the_instructor_publishes_is_no_push(forge, alice):
    commit = alice.write("solved")
    forge.publish("toy-alice", alice.folder, commit, "solutions")
    assert forge.tip("toy-alice", "solutions") == commit
    assert pushes(forge) == []


def test_nobody_pushes_to_a_closed_repository(forge, alice):
    forge.grant("toy-alice", "alice", "read")
    alice.write("one")
    done = alice.push()
    assert done.returncode != 0
    assert "closed" in done.stderr
    assert forge.tip("toy-alice") == forge.tip("toy")


def test_access_is_what_was_granted(forge, alice):
    forge.grant("toy-alice", "9-to-5", "read")
    assert forge.access("toy-alice") == {"alice": "write", "9-to-5": "read"}
    assert forge.access("toy") == {}


def test_the_newest_status_comes_first(forge, alice):
    commit = forge.tip("toy-alice")
    forge.set_status("toy-alice", commit, Status("pending", "grading"))
    forge.set_status("toy-alice", commit, Status("success", "2/2"))
    assert [status.state for status in forge.statuses("toy-alice", commit)] == ["success", "pending"]
    assert forge.status("toy-alice", commit).description == "2/2"


def test_a_repository_that_is_not_there_is_a_sentence(forge):
    with pytest.raises(ForgeError, match="There is no repository toy-zoe"):
        forge.pushes("toy-zoe")
