"""The fake is held to GitHub's own description: what is asked wrongly is refused, what it would answer wrongly is seen."""

import pytest
from fake_github import FakeGitHub
from fake_github.contract import Broken, Contract
from fake_github.routes import ROUTES
from github_client import Client

STATUS = "repos/create-commit-status"


@pytest.fixture
def contract() -> Contract:
    return Contract.load()


@pytest.fixture
def wrong(github):
    """What was refused, which this test wanted."""
    yield github.violations
    github.violations.clear()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"state": "great"}, "'great' is not one of"),
        ({}, "'state' is a required property"),
        ({"state": "success", "colour": "green"}, "body has no key colour"),
        ({"state": "success", "context": 7}, "7 is not of type 'string'"),
    ],
)
def test_a_body_that_does_not_fit_is_refused(api, repo, wrong, body, said):
    assert said in str(api("POST", f"/repos/gen-models/toy-alice/statuses/{'a' * 40}", body, 422))
    assert said in wrong[0]


def test_a_key_deep_in_a_body_is_read_as_well(api, wrong):
    conditions = {"ref_name": {"include": ["~ALL"], "exclude": []}, "repository_name": {"include": [], "except": []}}
    body = {"name": "x", "enforcement": "active", "conditions": conditions}
    assert "has no key except" in str(api("POST", "/orgs/gen-models/rulesets", body, 422))


def test_numbers_of_pages_are_refused_where_there_are_only_cursors(api, repo, wrong):
    assert "no parameter page" in str(api("GET", "/repos/gen-models/toy-alice/activity?page=2", status=422))


def test_an_operation_outside_of_the_slice_is_seen(api, wrong):
    api("GET", "/orgs/gen-models/blocks", status=404)
    assert "not in our slice" in wrong[0]


def test_a_test_ends_with_what_its_client_asked_wrongly():
    with pytest.raises(Broken, match="no key colour"), FakeGitHub() as github:
        Client(github.url, github.token).ask("PATCH", "/orgs/gen-models", {"colour": "green"})


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"default_repository_permission": 7}, "7 is not of type 'string'"),
        ({"colour": "green"}, "has no key colour"),
        ({"created_at": "yesterday"}, "'yesterday' is not a 'date-time'"),
        ({"login": None}, "None for not nullable"),
    ],
)
def test_an_answer_of_our_own_that_does_not_fit_is_seen(contract, answer, said):
    with pytest.raises(Broken, match=said):
        contract.answer(contract.operations["orgs/get"], 200, answer)


def test_a_field_that_our_answer_lacks_is_filled_and_one_that_a_schema_needs_is_missed(contract):
    made = contract.answer(contract.operations["repos/get"], 200, {"name": "toy"})
    assert made["name"] == "toy" and made["archived"] is False and len(made) > 70
    del made["archived"]
    assert "'archived' is a required property" in str(contract.complaints("repos/get", 200, made))


def test_a_status_that_github_never_gives_is_seen(contract):
    with pytest.raises(Broken, match="never answers 200"):
        contract.answer(contract.operations["repos/create-using-template"], 200, {})


def test_a_broken_answer_ends_the_test_whatever_its_client_made_of_it(monkeypatch):
    monkeypatch.setitem(ROUTES, "users/get-authenticated", lambda asked: {"login": 7})
    with pytest.raises(Broken, match="the fake broke"), FakeGitHub() as github:
        assert Client(github.url, github.token).ask("GET", "/user")[0] == 500


def test_the_slice_holds_what_the_fake_plays_and_nothing_else(contract):
    assert set(contract.operations) == set(ROUTES)
