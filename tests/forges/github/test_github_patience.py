"""What goes wrong on the way to GitHub is tried again, and done once."""

import pytest
from classroom_examples import NINE, NOON, SLUG

from genweek.forges.forge import ForgeError, Status
from genweek.forges.git import git
from genweek.forges.github import client, github_forge
from genweek.forges.hours import Hours

NAME = "toy-alice"
HOURS = Hours(NINE, NOON)
CHANGES = {
    "repos/create-in-org": lambda forge: forge.create("day9"),
    "repos/create-using-template": lambda forge: forge.create("toy-bob", SLUG, HOURS),
    "repos/add-collaborator": lambda forge: forge.grant(NAME, "bob", "write"),
    "repos/remove-collaborator": lambda forge: forge.grant(NAME, "alice", "none"),
    "repos/update": lambda forge: forge.set_hours(NAME, HOURS),
    "repos/create-org-ruleset": lambda forge: forge.close(SLUG),
    "orgs/set-membership-for-user": lambda forge: forge.people.invite("zoe"),
}


def state(place) -> dict:
    forge = place.reopened()
    repos = {name: (forge.access(name), forge.hours(name), forge.pushes(name)) for name in forge.repos()}
    world = place.github.world
    return {"repos": repos, "closed": forge.closed(SLUG), "asked": len(world.invitations), "rulesets": len(world.rulesets)}


@pytest.fixture
def ready(place, alice):
    place.knows("bob")
    place.github.student("zoe", member=False)
    return place


FAULTS = {
    "a secondary limit that says how long": lambda faults, name: faults.secondary_limit(name, retry_after=0, times=2),
    "one that does not": lambda faults, name: faults.secondary_limit(name, times=2),
    "one by 429": lambda faults, name: faults.secondary_limit(name, status=429, times=2),
    "the quota of the hour": lambda faults, name: faults.primary_limit(name, wait=0, times=1),
    "a gateway, before": lambda faults, name: faults.bad_gateway(name, times=2),
    "a gateway, after": lambda faults, name: faults.bad_gateway(name, after=True),
    "a line that is cut": lambda faults, name: faults.cut(name),
}


@pytest.mark.parametrize("operation", CHANGES)
def test_a_change_happens_once_whatever_goes_wrong(ready, operation):
    wanted = None
    for fault in ("", *FAULTS):
        before = len(ready.github.world.repositories)
        if fault:
            FAULTS[fault](ready.github.faults, operation)
        CHANGES[operation](ready.forge)
        wanted = wanted or state(ready)
        assert state(ready) == wanted, fault
        if "create" in operation and "ruleset" not in operation and fault != list(FAULTS)[-1]:
            assert len(ready.github.world.repositories) >= before
            ready.lose("toy-bob" if "template" in operation else "day9")
        if "ruleset" in operation:
            ready.github.world.rulesets.clear()
            ready.forge.look_again()
        if "membership" in operation:
            ready.github.world.invitations.clear()


def test_a_rename_whose_answer_was_lost_is_no_failure(ready):
    ready.github.faults.cut("repos/update")
    ready.forge.rename(NAME, "toy-alicia")
    assert ready.forge.repos() == ready.reopened().repos() == [SLUG, "toy-alicia"]


def test_what_is_read_is_tried_again(ready):
    for fault in FAULTS:
        FAULTS[fault](ready.github.faults, "repos/list-activities")
        assert ready.reopened().pushes(NAME) == []


def test_a_limit_without_end_ends_with_a_sentence(ready, monkeypatch):
    monkeypatch.setattr(client, "TRIES", 2)
    ready.github.faults.bad_gateway("repos/list-activities", times=9)
    with pytest.raises(ForgeError, match="GitHub does not answer: .*502.*What is done stays done"):
        ready.reopened().pushes(NAME)


def test_a_long_wait_is_told(ready, monkeypatch, capsys):
    monkeypatch.setattr(client, "SAID", 0)
    ready.github.faults.secondary_limit("repos/list-activities", retry_after=1)
    ready.forge.pushes(NAME)
    assert "GitHub asks us to wait 1 s; it goes on by itself." in capsys.readouterr().err


def test_a_copy_that_github_does_not_finish_in_time_is_not_ready_and_goes_on_later(ready):
    ready.github.faults.generate_after = github_forge.LOOKS + 3
    with pytest.raises(ForgeError, match="toy-bob is not ready yet: GitHub still copies the template. Run this again"):
        ready.forge.create("toy-bob", SLUG)
    ready.github.world.repositories["toy-bob"].pending = 5
    assert "toy-bob" not in ready.reopened().repos()  # nothing is given before it is complete
    ready.reopened().create("toy-bob", SLUG)
    assert ready.reopened().repos() == [SLUG, NAME, "toy-bob"]
    assert len(ready.github.world.repositories) == 3


def test_a_copy_that_was_finished_meanwhile_is_there(ready):
    ready.github.faults.generate_after = github_forge.LOOKS + 1
    with pytest.raises(ForgeError):
        ready.forge.create("toy-bob", SLUG)
    assert ready.reopened().repos() == [SLUG, NAME, "toy-bob"]


def test_the_first_content_that_shows_is_not_taken_for_the_last(ready, toy):
    ready.github.faults.generate_after, ready.github.faults.generate_settles = 4, True
    ready.forge.create("toy-bob", SLUG)
    number = ready.github.world.repositories["toy-bob"].id
    store = ready.github.world.store
    assert store.tree(number, "main") == git(toy, "rev-parse", "HEAD^{tree}")


def test_more_rows_than_a_page_has_are_all_read(ready, alice):
    ready.github.faults.largest_page = 2
    commits = []
    for number in range(5):
        commits.append(alice.write(str(number)))
        alice.push()
    ready.knows(*"cdefg")
    assert [push.commit for push in ready.reopened().pushes(NAME)] == commits
    assert {"alice", "bob", *"cdefg"} <= ready.reopened().people.members().keys()


def test_a_row_that_comes_late_is_not_missed(ready, alice):
    first = alice.write("one")
    alice.push()
    moves = ready.github.world.repositories[NAME].moves
    late = moves.pop()
    second = alice.write("two")
    alice.push()
    assert [push.commit for push in ready.forge.pushes(NAME)] == [second]
    moves.insert(len(moves) - 1, late)
    ready.forge.look_again()
    assert [push.commit for push in ready.forge.pushes(NAME)] == [first, second]


def test_what_github_has_forgotten_is_still_known_here(ready, alice):
    commit = alice.write("one")
    alice.push()
    assert [push.commit for push in ready.forge.pushes(NAME)] == [commit]
    ready.github.world.repositories[NAME].moves.clear()
    assert [push.commit for push in ready.reopened().pushes(NAME)] == [commit]


def test_an_artifact_that_has_expired_is_still_known_here(ready, alice):
    commit = alice.write("one")
    alice.push()
    ready.scored(NAME, commit, {"score": 1})
    assert ready.forge.scores(NAME, commit)
    ready.github.world.repositories[NAME].artifacts.clear()
    assert ready.reopened().scores(NAME, commit).read_text() == '{"score": 1}'


@pytest.mark.parametrize("data", [{"other.txt": b"x"}, {"scores.json": b"x" * (5 * 2**20)}])
def test_an_artifact_that_is_none_of_ours_is_no_score(ready, alice, data):
    commit = alice.write("one")
    alice.push()
    ready.github.run(NAME, commit, data)
    ready.forge.look_again()
    assert ready.forge.scores(NAME, commit) is None


def test_a_status_is_cut_to_what_github_takes(ready, alice):
    commit = ready.forge.tip(NAME)
    ready.forge.set_status(NAME, commit, Status("success", "x" * 300))
    assert ready.forge.status(NAME, commit).description == "x" * 140
