"""Where GitHub refuses rulesets, an assignment is closed by permission, and nobody's right is lost."""

import pytest
from classroom_examples import SLUG
from places import Clone

NAME = "toy-alice"


@pytest.fixture
def free(place, alice, toy, tmp_path):
    """An organisation without a plan; Alice, and Bob, who has more time."""
    place.github.faults.free_plan = True
    place.bob = Clone(place, place.open_repo(toy, "toy-bob", "bob"), tmp_path / "bob", "bob")
    return place


def level(place, login: str) -> str | None:
    return place.github.world.repositories[f"toy-{login}"].levels.get(place.people[login].id)


def test_it_closes_and_opens_by_permission(free, alice):
    free.forge.close(SLUG, ["toy-bob"])
    assert [level(free, "alice"), level(free, "bob")] == ["pull", "push"]
    for clone in (alice, free.bob):
        clone.write("one")
    assert [clone.push().returncode == 0 for clone in (alice, free.bob)] == [False, True]
    for forge in (free.forge, free.reopened()):
        assert forge.access(NAME) == {"alice": "write"} and list(forge.closed(SLUG)) == ["toy-bob"]
    free.forge.close(SLUG)
    assert [level(free, "alice"), level(free, "bob")] == ["pull", "pull"]
    free.forge.close(SLUG, [NAME])
    assert [level(free, "alice"), level(free, "bob")] == ["push", "pull"]
    free.forge.open(SLUG)
    assert [level(free, "alice"), level(free, "bob")] == ["push", "push"] and free.forge.closed(SLUG) is None


def test_who_was_let_only_read_is_not_let_write_by_opening(free):
    free.forge.grant(NAME, "alice", "read")
    free.forge.close(SLUG)
    free.forge.open(SLUG)
    assert [level(free, "alice"), level(free, "bob")] == ["pull", "push"]


def test_who_joins_while_it_is_closed_writes_when_it_opens(free, toy):
    free.forge.close(SLUG)
    free.open_repo(toy, "toy-carol", "carol")
    assert level(free, "carol") == "pull" and free.forge.access("toy-carol") == {"carol": "write"}
    free.forge.open(SLUG)
    assert level(free, "carol") == "push"


@pytest.mark.parametrize("step", range(4))
def test_closing_that_was_cut_off_goes_on(free, step):
    free.github.faults.forbid("repos/add-collaborator", times=0)
    free.github.faults.add("repos/add-collaborator", _broken(step))
    try:
        free.forge.close(SLUG)
        free.forge.open(SLUG)
    except Exception:
        free.forge.look_again()
    forge = free.reopened()
    forge.close(SLUG)
    assert [level(free, "alice"), level(free, "bob")] == ["pull", "pull"]
    forge.open(SLUG)
    assert [level(free, "alice"), level(free, "bob")] == ["push", "push"]


def _broken(skip: int):
    from fake_github.faults import Fault

    return Fault(403, "Forbidden", skip=skip)


def test_one_call_closes_any_number_of_repositories(place, alice, toy):
    before = place.github.calls.total()
    place.forge.close(SLUG)
    assert place.github.calls.total() - before == 2
    assert place.github.calls["repos/create-org-ruleset"] == 1
