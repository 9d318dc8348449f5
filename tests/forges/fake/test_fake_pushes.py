"""Repositories and pushes on the fake GitHub: what a client sees over http, and git over the same port."""

import io
import urllib.request
import zipfile
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from github_client import Client, commit

from genweek.forges.git import GitError, git


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
    rows = api.everything("/repos/gen-models/toy-alice/activity?direction=asc&per_page=100")
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
    bob = Client(github.url, github.student("bob").token)
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


def test_a_name_that_is_taken_is_refused_in_any_case(api, repo):
    body = {"owner": "gen-models", "name": "TOY-ALICE", "private": True}
    assert "already exists" in str(api("POST", "/repos/gen-models/toy/generate", body, 422))


def test_while_nothing_is_copied_yet_a_repository_is_empty(github, api, source):
    github.template("toy", source)
    github.faults.generate_after = 3
    api("POST", "/repos/gen-models/toy/generate", {"owner": "gen-models", "name": "toy-bob", "private": True}, 201)
    assert api("GET", "/repos/gen-models/toy-bob/git/ref/heads/main", status=409)["message"] == "Git Repository is empty."
    assert api("GET", "/repos/gen-models/toy-bob/contents/nb1.py", status=404)["message"] == "This repository is empty."
    assert api("GET", "/repos/gen-models/toy-bob/contents/nb1.py")["name"] == "nb1.py"


def test_content_that_settles_is_seen_as_two_commits(github, api, source):
    github.template("toy", source)
    github.faults.generate_settles = True
    api("POST", "/repos/gen-models/toy/generate", {"owner": "gen-models", "name": "toy-bob", "private": True}, 201)
    tips = [api("GET", "/repos/gen-models/toy-bob/branches/main")["commit"]["sha"] for _ in range(3)]
    assert tips[0] != tips[1] == tips[2] == github.tip("toy-bob")


def test_a_ref_moves_by_the_api_as_by_a_push(github, api, repo, clone):
    head = git(clone, "rev-parse", "HEAD")
    api("POST", "/repos/gen-models/toy-alice/git/refs", {"ref": "refs/heads/solutions", "sha": head}, 201)
    assert github.tip(repo, "solutions") == head
    api("DELETE", "/repos/gen-models/toy-alice/git/refs/heads/solutions", status=204)
    assert [row["activity_type"] for row in activity(api)[1:]] == ["branch_creation", "branch_deletion"]


def test_the_newest_status_of_a_commit_comes_first(api, alice, repo, clone, github):
    head, hers = git(clone, "rev-parse", "HEAD"), Client(github.url, alice.token)
    for state in ("pending", "success"):
        hers("POST", f"/repos/gen-models/toy-alice/statuses/{head}", {"state": state, "context": "autograding"}, 201)
    rows = api("GET", f"/repos/gen-models/toy-alice/commits/{head}/statuses")
    assert [(row["state"], row["creator"]["login"]) for row in rows] == [("success", "Alice"), ("pending", "Alice")]


def test_a_status_needs_a_commit_and_has_a_longest_description(api, repo, clone):
    head = git(clone, "rev-parse", "HEAD")
    body = {"state": "success", "description": "x" * 141}
    assert "too long" in str(api("POST", f"/repos/gen-models/toy-alice/statuses/{head}", body, 422))
    assert "No commit found" in str(api("POST", f"/repos/gen-models/toy-alice/statuses/{'a' * 40}", {"state": "error"}, 422))


def test_an_archived_repository_takes_nothing_and_can_be_brought_back(api, repo, clone):
    api("PATCH", "/repos/gen-models/toy-alice", {"archived": True})
    head = commit(clone, "two")
    with pytest.raises(GitError, match="403"):
        git(clone, "push", "origin", "HEAD:main")
    api("PUT", "/repos/gen-models/toy-alice/collaborators/alice", {"permission": "pull"}, 403)
    api("PATCH", "/repos/gen-models/toy-alice", {"archived": False})
    git(clone, "push", "--quiet", "origin", "HEAD:main")
    assert activity(api)[-1]["after"] == head


def test_a_commit_that_a_force_push_left_behind_can_be_fetched(repo, clone, alice, tmp_path):
    old = commit(clone, "old")
    git(clone, "push", "--quiet", "origin", "HEAD:main")
    git(clone, "reset", "--quiet", "--hard", "HEAD~1")
    commit(clone, "new")
    git(clone, "push", "--quiet", "--force", "origin", "HEAD:main")
    git(tmp_path, "init", "--quiet", "--bare", "kept")
    git(tmp_path / "kept", "fetch", "--quiet", "--depth=1", alice.url(repo), old)
    assert git(tmp_path / "kept", "show", "FETCH_HEAD:nb1.py") == "old"


def test_a_large_push_comes_in_chunks(github, repo, clone):
    git(clone, "config", "http.postBuffer", "65536")
    (clone / "large.bin").write_bytes(bytes(n * n % 251 for n in range(400_000)) + b"\0" * 10)
    git(clone, "config", "core.compression", "0")
    head = commit(clone, "two")
    git(clone, "push", "--quiet", "origin", "HEAD:main")
    assert github.tip(repo) == head


def test_git_with_a_wrong_token_is_refused(alice, repo, tmp_path):
    with pytest.raises(GitError):
        git(tmp_path, "clone", "--quiet", alice.url(repo).replace(alice.token, "ghp_wrong"), "wrong")


def test_a_score_is_fetched_from_another_host_that_is_told_no_token(github, api, repo, clone):
    head = git(clone, "rev-parse", "HEAD")
    github.run(repo, head, {"scores.json": b'{"score": 7}'})
    row = api("GET", "/repos/gen-models/toy-alice/actions/artifacts?name=score")["artifacts"][0]
    assert row["workflow_run"]["head_sha"] == head
    api("GET", row["archive_download_url"], status=302)
    where = api.headers["Location"]
    assert not where.startswith(github.url)
    with urllib.request.urlopen(where) as answer, zipfile.ZipFile(io.BytesIO(answer.read())) as packed:
        assert packed.read("scores.json") == b'{"score": 7}'
    assert api.ask("GET", where)[0] == 400
    assert github.violations == ["the store of artifacts was sent the token"]
    github.violations.clear()
    github.clock.move(timedelta(days=91))
    api("GET", row["archive_download_url"], status=410)
    assert api("GET", "/repos/gen-models/toy-alice/actions/artifacts")["artifacts"][0]["expired"]


def test_the_server_s_clock_is_in_the_header_and_asking_costs_nothing(github, api):
    used = api("GET", "/rate_limit")["rate"]["used"]
    assert parsedate_to_datetime(api.headers["Date"]) == github.clock.now()
    api("GET", "/user")
    assert api("GET", "/rate_limit")["rate"]["used"] == used + 1


def test_what_has_not_changed_is_told_so_and_costs_nothing(api):
    api("GET", "/orgs/gen-models")
    used = api("GET", "/rate_limit")["rate"]["used"]
    api.tag = api.ask("GET", "/orgs/gen-models")[1]["ETag"]
    api("GET", "/orgs/gen-models", status=304)
    assert api("GET", "/rate_limit")["rate"]["used"] == used + 1
    api.tag = None
    api("PATCH", "/orgs/gen-models", {"default_repository_permission": "none"})
    api("GET", "/orgs/gen-models", status=200)
