"""What verbs rely on, of any forge: the record of pushes, by the server's clock, and what grading said of them."""

from datetime import timedelta

import pytest
from classroom_examples import NINE

from genweek.forges.forge import MAIN, Push, Status
from genweek.forges.git import git

NAME = "toy-alice"
MINUTE = timedelta(minutes=1)


def test_a_push_has_the_time_of_the_server_s_clock(place, alice):
    commit = alice.write("one")
    alice.push(at=NINE + MINUTE, GIT_COMMITTER_DATE="2001-01-01T00:00:00Z", GIT_AUTHOR_DATE="2001-01-01T00:00:00Z")
    for forge in (place.forge, place.reopened()):
        assert forge.pushes(NAME) == [Push("main", commit, NINE + MINUTE)]


def test_pushes_stand_in_the_server_s_order(forge, alice):
    commits = []
    for minute in range(3):
        commits.append(alice.write(str(minute)))
        alice.push(at=NINE + minute * MINUTE)
        commits.append(alice.write(f"{minute}, within the same second"))
        alice.push()
    assert [push.commit for push in forge.pushes(NAME)] == commits


def test_a_force_push_is_marked_and_what_it_replaced_can_still_be_had(forge, alice, tmp_path):
    first = alice.write("one")
    alice.push()
    git(alice.folder, "reset", "--quiet", "--hard", "HEAD~1")
    second = alice.write("other")
    alice.push("--force", "origin", "HEAD:main", at=NINE + MINUTE)
    git(alice.folder, "gc", "--quiet", "--prune=now")
    assert [(push.commit, push.rewrote) for push in forge.pushes(NAME)] == [(first, False), (second, True)]
    assert git(forge.fetch(NAME, tmp_path / "old", first), "rev-parse", MAIN) == first


def test_deleting_a_branch_does_not_delete_its_record(forge, alice):
    first = alice.write("one")
    alice.push("origin", "HEAD:work")
    alice.push("origin", ":work", at=NINE + MINUTE)
    second = alice.write("two")
    alice.push("origin", "HEAD:work/again", at=NINE + 2 * MINUTE)
    assert [(push.branch, push.commit) for push in forge.pushes(NAME)] == [("work", first), ("work/again", second)]


def test_a_tag_is_no_push(forge, alice):
    alice.push("origin", "HEAD:refs/tags/mine")
    assert forge.pushes(NAME) == []


def test_a_push_that_was_seen_stays_seen(place, alice):
    commit = alice.write("one")
    alice.push()
    assert [push.commit for push in place.forge.pushes(NAME)] == [commit]
    git(alice.folder, "reset", "--quiet", "--hard", "HEAD~1")
    alice.push("--force", "origin", "HEAD:main")
    assert place.forge.pushes(NAME)[0].commit == place.reopened().pushes(NAME)[0].commit == commit


def test_the_newest_status_comes_first(forge, alice):
    commit = forge.tip(NAME)
    assert forge.statuses(NAME, commit) == [] and forge.status(NAME, commit) is None
    forge.set_status(NAME, commit, Status("pending", "grading"))
    forge.set_status(NAME, commit, Status("success", "2/2", target_url="https://example.org/report"))
    forge.set_status(NAME, commit, Status("failure", "somebody else's", "lint"))
    forge.look_again()
    assert [status.state for status in forge.statuses(NAME, commit)] == ["failure", "success", "pending"]
    newest = forge.status(NAME, commit)
    assert (newest.description, newest.target_url, newest.time) == ("2/2", "https://example.org/report", NINE)


def test_of_a_commit_that_is_not_there_nothing_is_said(forge, alice):
    assert forge.statuses(NAME, "0" * 39 + "1") == [] and forge.scores(NAME, "0" * 39 + "1") is None


@pytest.mark.parametrize("pushed", [1, 2])
def test_the_scores_of_a_commit_are_kept(place, alice, pushed):
    commits = [alice.write(str(number)) for number in range(pushed)]
    alice.push()
    assert place.forge.scores(NAME, commits[-1]) is None
    for number, commit in enumerate(commits):
        place.scored(NAME, commit, {"score": number})
    for forge in (place.forge, place.reopened()):
        found = [forge.scores(NAME, commit).read_text() for commit in commits]
        assert found == [f'{{"score": {number}}}' for number in range(pushed)]
