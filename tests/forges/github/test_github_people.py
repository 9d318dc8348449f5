"""At GitHub people have accounts, accept invitations or do not, and change their names."""

from datetime import timedelta

import pytest
from classroom_examples import ALICE, NINE, SCHEDULE, SLUG
from places import Clone

from genweek.classroom.publishing import generating
from genweek.classroom.publishing.planning import carry_out
from genweek.course.roster import Student
from genweek.forges.forge import ForgeError
from genweek.forges.git import git, succeeds

NAME = "toy-alice"
DAY = timedelta(days=1)


def plan(forge, toy, *students):
    return generating.plan(forge, SLUG, toy, students or (ALICE,), SCHEDULE)


def sentences(steps) -> list[str]:
    return [step.sentence for step in steps]


def test_who_is_no_member_is_invited_once_and_works_when_that_is_accepted(place, forge, toy, tmp_path):
    place.people["alice"] = place.github.student("alice", member=False)
    said = sentences(plan(forge, toy))
    assert said[0] == "invite alice to the organisation gen-models" and said[-1] == "let alice write toy-alice"
    assert carry_out(plan(forge, toy), apply=True) == 0
    assert forge.access(NAME) == {"alice": "invited"} and plan(forge, toy) == []
    assert not succeeds(tmp_path, "ls-remote", place.address(NAME, "alice"))
    place.people["alice"].accept()
    forge.look_again()
    assert forge.access(NAME) == {"alice": "write"} and plan(forge, toy) == []
    assert Clone(place, NAME, tmp_path / "alice").push().returncode == 0


def test_an_invitation_that_has_expired_is_told_and_made_again(place, forge, toy):
    place.people["alice"] = place.github.student("alice", member=False)
    carry_out(plan(forge, toy), apply=True)
    place.at(NINE + 8 * DAY)
    assert "alice has not accepted the invitation to gen-models, which has expired: generate" in forge.notes()[0]
    assert sentences(plan(forge, toy)) == ["invite alice to the organisation gen-models"]


def test_a_member_who_never_took_the_invitation_to_a_repository_is_let_in_without(place, forge, toy):
    place.people["alice"] = place.github.student("alice", member=False)
    carry_out(plan(forge, toy), apply=True)
    place.github.world.join(place.people["alice"].account)
    forge.look_again()
    assert sentences(plan(forge, toy)) == ["let alice write toy-alice"]
    carry_out(plan(forge, toy), apply=True)
    assert forge.access(NAME) == {"alice": "write"}


def test_who_is_invited_can_be_shut_out_again(place, forge, toy):
    place.people["alice"] = place.github.student("alice", member=False)
    carry_out(plan(forge, toy), apply=True)
    forge.grant(NAME, "alice", "none")
    assert forge.access(NAME) == {}


def test_members_see_every_repository_of_a_new_organisation_until_a_plan_ends_that(place, forge, toy, alice, tmp_path):
    place.github.world.base_permission = "read"
    place.knows("bob")
    assert succeeds(tmp_path, "ls-remote", place.address(NAME, "bob"))
    assert forge.health(SLUG)[0].said == "may read EVERY repository of gen-models"
    assert sentences(plan(forge, toy))[0] == "let the members of gen-models see no repository but what they are given"
    carry_out(plan(forge, toy), apply=True)
    assert not succeeds(tmp_path, "ls-remote", place.address(NAME, "bob"))
    assert succeeds(tmp_path, "ls-remote", place.address(NAME, "alice"))
    assert forge.health(SLUG)[0].said == "see nothing but what they are given"


def test_logins_compare_without_case(place, forge, toy):
    place.people["alice"] = place.github.student("Alice")
    carry_out(plan(forge, toy), apply=True)
    assert forge.access(NAME) == {"alice": "write"} and plan(forge, toy) == []


def test_an_account_that_does_not_exist_is_a_sentence(place, forge, toy, capsys):
    nobody = Student("alcie", "Alice Ng", "alice@uni.example")
    assert carry_out(plan(forge, toy, nobody), apply=True) == 1
    assert "GitHub has no account 'alcie', or it cannot be let in: look at the login" in capsys.readouterr().out


def test_who_has_another_login_is_known_by_the_number(place, forge, toy, alice):
    forge.preparations(["alice"])
    place.renamed("alice", "alicia")
    said = "alice is called alicia at GitHub now: in the roster, write alicia as the login and alice into `was`."
    assert forge.notes() == [said] and forge.access(NAME) == {"alicia": "write"}
    with pytest.raises(ForgeError, match="alice is called alicia now"):
        forge.grant(NAME, "alice", "write")
    renamed = Student("alicia", "Alice Ng", "alice@uni.example", was=("alice",))
    assert carry_out(plan(forge, toy, renamed), apply=True) == 0
    assert plan(forge, toy, renamed) == [] and forge.repos() == [SLUG, "toy-alicia"]


def test_pushes_of_the_staff_and_of_machines_are_nobody_s(place, forge, alice):
    mine = alice.write("mine")
    alice.push()
    git(alice.folder, "commit", "--quiet", "--allow-empty", "--message", "of the staff")
    git(alice.folder, "push", "--quiet", place.github.staff.url(NAME), "HEAD:main")
    forge.look_again()
    assert [push.commit for push in forge.pushes(NAME)] == [mine]
    for actor in ({"id": 1, "login": "robot[bot]", "type": "User"}, {"id": 2, "login": "robot", "type": "Bot"}):
        assert forge.people.is_ours(actor, owners=())
    assert not forge.people.is_ours({"id": 3, "login": "alice", "type": "User"}, owners=())


def test_who_was_staff_when_a_push_came_is_no_student_later(place, forge, alice):
    git(alice.folder, "commit", "--quiet", "--allow-empty", "--message", "of the staff")
    git(alice.folder, "push", "--quiet", place.github.staff.url(NAME), "HEAD:work")
    forge.look_again()
    assert forge.pushes(NAME) == []
    teacher = place.github.student("second")
    world = place.github.world
    world.members[teacher.id] = "admin"
    world.members[world.staff.id] = "member"
    place.patch.setenv("GITHUB_TOKEN", teacher.token)
    assert place.reopened().pushes(NAME) == []


def test_a_push_of_whom_github_does_not_say_counts(place, forge, alice):
    place.github.faults.null_actor = True
    commit = alice.write("mine")
    alice.push()
    assert commit in [push.commit for push in forge.pushes(NAME)]
