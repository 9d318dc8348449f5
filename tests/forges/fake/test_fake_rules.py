"""Rulesets on the fake GitHub hold pushes, by git and by the API."""

import subprocess

import pytest
from github_client import commit

from genweek.forges.git import environment, git

OWNERS = {"actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "always"}
EVERY_REF = {"include": ["~ALL"], "exclude": []}


def closing(*but: str, **more) -> dict:
    """A ruleset that closes every repository of an assignment, but for some."""
    conditions = {"ref_name": EVERY_REF, "repository_name": {"include": ["toy-*"], "exclude": list(but)}}
    rules = [{"type": kind} for kind in ("creation", "update", "deletion", "non_fast_forward")]
    named = {"name": "closed", "target": "branch", "enforcement": "active", "bypass_actors": [OWNERS]}
    return named | {"conditions": conditions, "rules": rules} | more


def push(clone, *arguments: str) -> str:
    """What git says of a push that is refused; empty for one that is taken."""
    command = ["git", "-C", clone, "push", "--quiet", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment()).stderr


@pytest.fixture
def closed(api, repo) -> dict:
    return api("POST", "/orgs/gen-models/rulesets", closing(), 201)


@pytest.mark.parametrize("where", [["origin", "HEAD:main"], ["--force", "origin", "HEAD:main"], ["origin", "HEAD:new"]])
def test_one_ruleset_closes_every_repository_of_its_pattern(github, api, closed, clone, where):
    before = github.tip("toy-alice")
    commit(clone, "late")
    assert "GH013: Repository rule violations found" in push(clone, *where)
    assert github.tip("toy-alice") == before and github.tip("toy-alice", "new") is None
    assert api("GET", "/orgs/gen-models/rulesets/rule-suites")[0]["result"] == "fail"


def test_opening_is_one_change(github, api, closed, clone):
    api("PUT", f"/orgs/gen-models/rulesets/{closed['id']}", {"enforcement": "disabled"})
    head = commit(clone, "again")
    assert push(clone, "origin", "HEAD:main") == ""
    assert github.tip("toy-alice") == head


def test_a_repository_that_is_excluded_stays_open(api, closed, clone):
    api("PUT", f"/orgs/gen-models/rulesets/{closed['id']}", closing("toy-Alice"))
    commit(clone, "extra time")
    assert push(clone, "origin", "HEAD:main") == ""


def test_owners_are_held_unless_they_are_named(github, api, closed, clone):
    commit(clone, "by the teacher")
    git(clone, "remote", "set-url", "origin", github.staff.url("toy-alice"))
    assert push(clone, "origin", "HEAD:main") == ""
    api("PUT", f"/orgs/gen-models/rulesets/{closed['id']}", {"bypass_actors": []})
    commit(clone, "again")
    assert push(clone, "origin", "HEAD:main")
    results = [row["result"] for row in api("GET", "/orgs/gen-models/rulesets/rule-suites")]
    assert results == ["fail", "bypass"]


def test_the_api_is_held_as_git_is(api, closed, clone):
    api("PUT", f"/orgs/gen-models/rulesets/{closed['id']}", {"bypass_actors": []})
    body = {"ref": "refs/heads/new", "sha": git(clone, "rev-parse", "HEAD")}
    assert "rule violations" in str(api("POST", "/repos/gen-models/toy-alice/git/refs", body, 422))


def test_history_alone_can_be_protected(api, repo, clone):
    body = {
        "name": "keep",
        "enforcement": "active",
        "rules": [{"type": "non_fast_forward"}],
        "conditions": {"ref_name": EVERY_REF},
    }
    api("POST", "/repos/gen-models/toy-alice/rulesets", body, 201)
    commit(clone, "one")
    assert push(clone, "origin", "HEAD:main") == ""
    git(clone, "commit", "--quiet", "--amend", "--message", "other")
    assert push(clone, "--force", "origin", "HEAD:main")


def test_the_free_plan_has_no_rulesets_for_private_repositories(github, api, repo):
    github.faults.free_plan = True
    assert "Upgrade to GitHub Team" in api("GET", "/orgs/gen-models/rulesets", status=403)["message"]
    assert "Upgrade" in api("GET", "/repos/gen-models/toy-alice/rulesets", status=403)["message"]


def test_a_ruleset_of_an_organisation_says_which_repositories(github, api):
    assert api.ask("POST", "/orgs/gen-models/rulesets", closing() | {"conditions": {"ref_name": EVERY_REF}})[0] == 422
    assert "conditions" in github.violations.pop()
