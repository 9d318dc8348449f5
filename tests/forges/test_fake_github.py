"""The fake GitHub behaves as GitHub does, as far as is known: what a client sees over http, and git over the same port."""

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from fake_github import FakeGitHub

from genweek.forges.git import GitError, git

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)


class Client:
    """A client of the API without any library."""

    def __init__(self, github: FakeGitHub, token: str):
        self.github, self.token = github, token

    def __call__(self, method: str, path: str, body: object = None, status: int = 200):
        """The answer, which must have this status."""
        got, headers, answer = self.ask(method, path, body)
        assert got == status, answer
        self.headers = headers
        return answer

    def ask(self, method: str, path: str, body: object = None):
        headers = {"Authorization": f"Bearer {self.token}"}
        data = None if body is None else json.dumps(body).encode()
        url = path if path.startswith("http") else self.github.url + path
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=30) as answer:
                text, code, found = answer.read(), answer.status, answer.headers
        except urllib.error.HTTPError as error:
            text, code, found = error.read(), error.code, error.headers
        return code, found, json.loads(text) if text else None


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@pytest.fixture
def github(tmp_path):
    with FakeGitHub(folder=tmp_path) as github:
        github.clock.set(NINE)
        yield github


@pytest.fixture
def api(github) -> Client:
    return Client(github, github.token)


@pytest.fixture
def source(tmp_path):
    """A folder with a commit."""
    folder = tmp_path / "source"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    return commit(folder, "the task")


def commit(folder, text: str):
    (folder / "nb1.py").write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", text)
    return folder


@pytest.fixture
def alice(github):
    return github.student("Alice")


@pytest.fixture
def repo(github, api, source, alice) -> str:
    """Alice's repository, from the template, with its content."""
    github.template("toy", source)
    api("POST", "/repos/gen-models/toy/generate", {"owner": "gen-models", "name": "toy-Alice", "private": True}, 201)
    api("PUT", "/repos/gen-models/toy-alice/collaborators/alice", {"permission": "push"}, 204)
    for _ in range(3):
        api.ask("GET", "/repos/gen-models/toy-alice/branches/main")
    return "toy-Alice"


@pytest.fixture
def clone(alice, repo, tmp_path):
    folder = tmp_path / "alice"
    git(tmp_path, "clone", "--quiet", alice.url(repo), folder.name)
    return folder


def activity(api, words: str = "") -> list[dict]:
    return api("GET", f"/repos/gen-models/toy-alice/activity?direction=asc{words}")


def test_a_generated_repository_is_there_at_once_and_its_content_later(github, api, source):
    github.template("toy", source)
    made = api("POST", "/repos/gen-models/toy/generate", {"owner": "gen-models", "name": "toy-bob", "private": True}, 201)
    assert (made["full_name"], made["private"], made["size"]) == ("gen-models/toy-bob", True, 0)
    statuses = [api.ask("GET", "/repos/gen-models/toy-bob/branches/main")[0] for _ in range(4)]
    assert statuses == [404, 200, 200, 200]


def test_generated_content_is_the_template_s_without_its_history(github, repo, clone):
    assert (clone / "nb1.py").read_text() == "the task"
    assert git(clone, "rev-parse", "HEAD") != github.tip("toy")
    assert git(clone, "rev-list", "--count", "HEAD") == "1"


def test_a_push_is_in_the_activity_with_the_time_of_the_server(github, api, alice, repo, clone):
    before = git(clone, "rev-parse", "HEAD")
    github.clock.move(timedelta(minutes=5))
    commit(clone, "one")
    git(clone, "push", "--quiet", "origin", "HEAD:main")
    made, row = activity(api)
    assert (made["activity_type"], made["actor"]["login"]) == ("branch_creation", "teacher")
    assert (row["activity_type"], row["before"], row["after"]) == ("push", before, git(clone, "rev-parse", "HEAD"))
    assert (row["timestamp"], row["ref"], row["actor"]["login"]) == ("2026-11-24T09:05:00Z", "refs/heads/main", "Alice")


def test_a_force_push_and_a_branch_made_and_deleted_have_their_names(api, repo, clone):
    git(clone, "commit", "--quiet", "--amend", "--message", "other")
    git(clone, "push", "--quiet", "--force", "origin", "HEAD:main", "HEAD:work")
    git(clone, "push", "--quiet", "origin", ":work")
    kinds = [(row["ref"], row["activity_type"]) for row in activity(api)[1:]]
    assert kinds == [
        ("refs/heads/main", "force_push"),
        ("refs/heads/work", "branch_creation"),
        ("refs/heads/work", "branch_deletion"),
    ]


def test_activity_goes_on_by_a_cursor_in_the_header(github, api, repo, clone):
    for n in range(4):
        git(clone, "push", "--quiet", "origin", f"HEAD:w{n}")
    github.faults.largest_page = 2
    rows, url = [], f"{github.url}/repos/gen-models/toy-alice/activity?direction=asc&per_page=100"
    while url:
        rows += api("GET", url)
        link = api.headers["Link"] or ""
        url = next((part.split(">")[0].strip(" <") for part in link.split(",") if 'rel="next"' in part), None)
    assert [row["ref"] for row in rows] == ["refs/heads/main", *(f"refs/heads/w{n}" for n in range(4))]
    assert len({row["id"] for row in rows}) == 5


def test_git_is_refused_what_the_api_would_refuse(github, repo, clone, tmp_path):
    bob = github.student("bob", member=False)
    with pytest.raises(GitError, match="not found"):
        git(tmp_path, "clone", "--quiet", bob.url(repo), "bobs")
    github.world.repository("gen-models", repo).levels[bob.id] = "pull"
    git(clone, "remote", "set-url", "origin", bob.url(repo))
    commit(clone, "two")
    with pytest.raises(GitError, match="403"):
        git(clone, "push", "origin", "HEAD:main")


def test_members_see_everything_until_the_base_permission_is_none(github, api, repo, tmp_path):
    bob = Client(github, github.student("bob").token)
    assert bob("GET", "/repos/gen-models/toy-alice")["name"] == repo
    api("PATCH", "/orgs/gen-models", {"default_repository_permission": "none"})
    bob("GET", "/repos/gen-models/toy-alice", status=404)


def test_a_renamed_repository_is_found_by_its_old_name(github, api, alice, repo, clone):
    api("PATCH", "/repos/gen-models/toy-alice", {"name": "toy-alice2"})
    _, headers, _ = api.ask("GET", "/repos/gen-models/toy-alice")
    assert headers["Location"] == f"{github.url}/repos/gen-models/toy-alice2"
    commit(clone, "two")
    git(clone, "push", "--quiet", "origin", "HEAD:main")
    assert github.tip("toy-alice2") == git(clone, "rev-parse", "HEAD")
