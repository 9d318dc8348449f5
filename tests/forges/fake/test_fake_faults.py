"""What goes wrong on request, and only then."""

import urllib.error

import pytest

NEW = "/orgs/gen-models/repos"
BODY = {"name": "new", "private": True}


def test_a_limit_says_for_how_long_or_does_not(github, api):
    github.faults.secondary_limit("users/get-authenticated", retry_after=7)
    github.faults.secondary_limit("users/get-authenticated", status=429)
    assert "secondary rate limit" in api("GET", "/user", status=403)["message"]
    assert api.headers["Retry-After"] == "7"
    api("GET", "/user", status=429)
    assert api.headers["Retry-After"] is None
    api("GET", "/user")


def test_the_quota_of_the_hour_ends_at_a_time_of_the_client_s_clock(github, api):
    github.faults.primary_limit("*", wait=3)
    api("GET", "/user", status=403)
    assert api.headers["X-RateLimit-Remaining"] == "0"


@pytest.mark.parametrize("after", [True, False])
def test_a_bad_gateway_comes_before_the_effect_or_after_it(github, api, after):
    github.faults.bad_gateway("repos/create-in-org", after=after)
    api("POST", NEW, BODY, 502)
    assert ("new" in github.world.repositories) == after
    assert github.calls["repos/create-in-org"] == 1


def test_a_line_that_is_cut_ends_without_an_answer(github, api):
    github.faults.cut("repos/create-in-org", skip=1)
    api("POST", NEW, {"name": "first", "private": True}, 201)
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        api.ask("POST", NEW, BODY)
    assert "new" in github.world.repositories


def test_a_member_may_be_invited_all_the_same(github, api, repo):
    github.faults.invite_members = True
    api("PUT", "/repos/gen-models/toy-alice/collaborators/alice", {"permission": "push"}, 201)


def test_an_activity_without_an_actor_and_one_that_is_late(github, api, repo):
    github.faults.null_actor = True
    assert api("GET", "/repos/gen-models/toy-alice/activity")[0]["actor"] is None
    github.faults.activity_lag = 60
    assert api("GET", "/repos/gen-models/toy-alice/activity") == []
