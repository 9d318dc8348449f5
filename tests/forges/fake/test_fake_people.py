"""Members, collaborators and invitations on the fake GitHub."""

from datetime import timedelta

from github_client import Client

HERS = "/repos/gen-models/toy-alice/collaborators"


def test_a_member_is_let_in_at_once_and_anybody_else_is_invited(github, api, repo):
    carol = github.student("carol", member=False)
    assert api("PUT", f"{HERS}/carol", {"permission": "push"}, 201)["invitee"]["login"] == "carol"
    assert [row["login"] for row in api("GET", f"{HERS}?affiliation=direct")] == ["Alice"]
    carol.accept()
    assert [row["login"] for row in api("GET", f"{HERS}?affiliation=direct")] == ["Alice", "carol"]
    api("PUT", f"{HERS}/Carol", {"permission": "pull"}, 204)
    assert api("GET", f"{HERS}/carol/permission")["permission"] == "read"


def test_an_invitation_is_taken_through_the_api_as_well(github, api, repo):
    carol = github.student("carol", member=False)
    number = api("PUT", f"{HERS}/carol", {"permission": "push"}, 201)["id"]
    hers = Client(github.url, carol.token)
    assert [row["id"] for row in hers("GET", "/user/repository_invitations")] == [number]
    hers("PATCH", f"/user/repository_invitations/{number}", status=204)
    assert hers("GET", "/repos/gen-models/toy-alice")["permissions"]["push"]


def test_taking_access_away_takes_an_invitation_back(github, api, repo):
    github.student("carol", member=False)
    api("PUT", f"{HERS}/carol", {"permission": "push"}, 201)
    api("DELETE", f"{HERS}/carol", status=204)
    assert api("GET", "/repos/gen-models/toy-alice/invitations") == []


def test_nobody_is_granted_anything_who_has_no_account(api, repo):
    api("PUT", f"{HERS}/nobody-here", {"permission": "push"}, 404)


def test_all_collaborators_are_more_than_those_who_were_let_in(github, api, repo):
    github.student("bob")
    everybody = {row["login"]: row["role_name"] for row in api("GET", HERS)}
    assert everybody == {"teacher": "admin", "Alice": "write", "bob": "read"}


def test_an_invitation_into_the_organisation_ends_after_a_week(github, api):
    dora = github.student("dora", member=False)
    api("POST", "/orgs/gen-models/invitations", {"invitee_id": dora.id}, 201)
    assert api("GET", "/orgs/gen-models/memberships/dora")["state"] == "pending"
    github.clock.move(timedelta(days=8))
    assert [row["login"] for row in api("GET", "/orgs/gen-models/failed_invitations")] == ["dora"]
    api("GET", "/orgs/gen-models/memberships/dora", status=404)
    api("POST", "/orgs/gen-models/invitations", {"invitee_id": dora.id}, 201)
    dora.accept()
    assert api("GET", "/orgs/gen-models/memberships/dora")["state"] == "active"


def test_a_day_has_so_many_invitations(github, api):
    github.faults.org_invitations = 1
    api("POST", "/orgs/gen-models/invitations", {"email": "a@uni.example"}, 201)
    api("POST", "/orgs/gen-models/invitations", {"email": "b@uni.example"}, 422)
    github.clock.move(timedelta(days=1))
    api("POST", "/orgs/gen-models/invitations", {"email": "b@uni.example"}, 201)


def test_who_leaves_the_organisation_loses_what_a_member_had(github, api, alice, repo):
    api("DELETE", "/orgs/gen-models/memberships/alice", status=204)
    Client(github.url, alice.token)("GET", "/repos/gen-models/toy-alice", status=404)


def test_a_student_is_no_owner(github, alice, repo):
    hers = Client(github.url, alice.token)
    hers("GET", "/orgs/gen-models/rulesets", status=403)
    hers("PUT", f"{HERS}/alice", {"permission": "admin"}, 403)
    hers("GET", f"{HERS}", status=200)


def test_a_list_has_pages(github, api):
    for n in range(5):
        api("POST", "/orgs/gen-models/repos", {"name": f"r{n}", "private": True}, 201)
    github.faults.largest_page = 2
    assert sorted(row["name"] for row in api.everything("/orgs/gen-models/repos")) == [f"r{n}" for n in range(5)]


def test_nobody_without_a_token_is_answered(github):
    assert Client(github.url, "ghp_wrong").ask("GET", "/user")[0] == 401
