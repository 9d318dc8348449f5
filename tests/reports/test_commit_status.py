"""The commit status, against a GitHub that answers, stumbles, refuses, or is not there."""

import pytest
from report_examples import HALF, SHA, outcome, scores, task

from autograding.reports.receivers import status

pytest_plugins = ["report_fixtures"]


@pytest.mark.parametrize(
    "content, state, points",
    [
        (HALF, "failure", 33),
        (scores(task("a", outcome("t", points=100, max_points=100))), "success", 100),
        (b"", "error", 0),
    ],
)
def test_a_status_tells_all_points_from_some_from_none_known(read, content, state, points):
    assert status.payload(read(content), "https://ci.example/1") == {
        "state": state,
        "description": f"autograding — {points}/100",
        "context": "autograding",
        "target_url": "https://ci.example/1",
    }


def test_a_status_is_posted_beside_the_commit(read, github):
    assert status.post(read(HALF), github.env) is None
    [(path, authorization, body)] = github.asked
    assert (path, authorization) == (f"/repos/class/day1-ada/statuses/{SHA}", "Bearer secret-token")
    assert body["description"] == "autograding — 33/100"
    assert body["target_url"] == "https://github.example/class/day1-ada/actions/runs/7"


def test_a_server_that_stumbles_twice_is_asked_again(read, github):
    github.codes = [500, 502]
    assert status.post(read(HALF), github.env, pause=0) is None
    assert len(github.asked) == 3


@pytest.mark.parametrize(
    "codes, asked, reason",
    [
        ([500] * 9, 3, "answered 500"),
        ([403] * 9, 1, "answered 403"),
        ([302] * 9, 1, "answered 302"),
        ([429] * 9, 3, "answered 429"),
    ],
)
def test_a_status_that_is_refused_is_a_sentence(read, github, codes, asked, reason):
    github.codes = codes
    sentence = status.post(read(HALF), github.env, pause=0)
    assert reason in sentence and "secret-token" not in sentence
    assert len(github.asked) == asked


def test_a_server_that_is_down_is_a_sentence(read, github):
    github.shutdown()
    github.server_close()
    assert "could not be reached" in status.post(read(HALF), github.env, pause=0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"GITHUB_SHA": ""},
        {"GITHUB_SHA": "../x"},
        {"GITHUB_REPOSITORY": "a/b/../c"},
        {"GITHUB_REPOSITORY": ""},
        {"GITHUB_API_URL": "file:///etc/passwd"},
        {"GITHUB_TOKEN": "a\nb"},
    ],
)
def test_a_status_with_nowhere_to_go_is_a_sentence(read, github, wrong):
    assert "was not posted" in status.post(read(HALF), github.env | wrong, pause=0)
    assert not github.asked
