"""What verbs rely on, of any forge: repositories, their hours, who may do what, and that every change can be repeated."""

from datetime import timedelta

import pytest
from classroom_examples import NINE, NOON, SLUG
from places import Clone

from genweek.forges.forge import MAIN, ForgeError
from genweek.forges.git import git, succeeds
from genweek.forges.hours import Hours

NAME = "toy-alice"
MINUTE = timedelta(minutes=1)
HOURS = Hours(NINE - MINUTE, NOON, "Europe/Berlin")
HIDDEN = Hours(NINE + MINUTE, NOON, "UTC", NINE + MINUTE, begins=NINE + 2 * MINUTE)


def files(folder, commit: str = "HEAD") -> str:
    return git(folder, "rev-parse", f"{commit}^{{tree}}")


def test_a_repository_has_the_files_of_its_template_and_no_pushes(forge, alice, toy):
    assert forge.repos() == [SLUG, NAME]
    assert files(alice.folder) == files(toy)
    assert forge.tip(NAME) == git(alice.folder, "rev-parse", "HEAD") and forge.tip(SLUG) == git(toy, "rev-parse", "HEAD")
    assert forge.pushes(NAME) == []


def test_creating_a_repository_twice_leaves_it_as_it_is(place, alice):
    commit = alice.write("mine")
    alice.push()
    for forge in (place.forge, place.reopened()):
        forge.create(NAME, SLUG)
        assert forge.tip(NAME) == commit and forge.access(NAME) == {"alice": "write"}


def test_every_change_can_be_repeated(place, alice, toy):
    for _ in range(2):
        for forge in (place.forge, place.reopened()):
            forge.create(SLUG)
            forge.create(NAME, SLUG, HOURS)
            forge.set_hours(NAME, HOURS)
            forge.publish(NAME, toy, "HEAD", "solutions")
            forge.grant(NAME, "alice", "write")
            forge.close(SLUG, [NAME])
            forge.close(SLUG)
    assert forge.repos() == [SLUG, NAME] and forge.hours(NAME) == HOURS
    assert forge.tip(NAME, "solutions") == git(toy, "rev-parse", "HEAD") and forge.pushes(NAME) == []
    assert list(forge.closed(SLUG)) == [] and forge.access(NAME) == {"alice": "write"}
    for _ in range(2):
        forge.open(SLUG)
        forge.grant(NAME, "alice", "none")
    assert forge.closed(SLUG) is None and forge.access(NAME) == {}


def test_a_branch_that_is_not_there_has_no_tip(forge, alice):
    assert forge.tip(NAME, "starter-update") is None


def test_an_empty_repository_has_no_tip(forge):
    forge.create(SLUG)
    assert forge.tip(SLUG) is None and forge.repos() == [SLUG]


@pytest.mark.parametrize("ask", ["pushes", "tip", "access", "hours"])
def test_a_repository_that_is_not_there_is_a_sentence(forge, alice, ask):
    with pytest.raises(ForgeError, match="There is no repository toy-zoe"):
        getattr(forge, ask)("toy-zoe")


def test_a_repository_is_renamed_with_all_that_is_in_it(place, alice):
    place.knows("alicia")
    commit = alice.write("mine")
    alice.push()
    place.forge.set_hours(NAME, HOURS)
    place.forge.rename(NAME, "toy-alicia")
    for forge in (place.forge, place.reopened()):
        assert forge.repos() == [SLUG, "toy-alicia"] and forge.tip("toy-alicia") == commit
        assert [push.commit for push in forge.pushes("toy-alicia")] == [commit]
        assert forge.access("toy-alicia") == {"alice": "write"} and forge.hours("toy-alicia") == HOURS


def test_no_name_is_taken_from_another_repository(place, alice, toy):
    place.open_repo(toy, "toy-bob", "bob")
    with pytest.raises(ForgeError, match="toy-alice cannot be called toy-bob: there is a repository of that name"):
        place.forge.rename(NAME, "toy-bob")
    assert place.forge.repos() == [SLUG, NAME, "toy-bob"]


def test_a_branch_is_published_and_is_no_push(place, alice):
    commit = alice.write("solved")
    place.forge.publish(NAME, alice.folder, "HEAD", "solutions")
    assert place.forge.tip(NAME, "solutions") == place.reopened().tip(NAME, "solutions") == commit
    assert place.forge.pushes(NAME) == []


def test_a_published_branch_can_be_moved_anywhere(forge, alice):
    first = alice.write("one")
    forge.publish(NAME, alice.folder, first, "grades")
    git(alice.folder, "reset", "--quiet", "--hard", "HEAD~1")
    second = alice.write("other")
    forge.publish(NAME, alice.folder, second, "grades")
    assert forge.tip(NAME, "grades") == second


@pytest.mark.parametrize("there", [True, False])
def test_a_branch_that_has_moved_since_it_was_looked_at_is_not_written_over(forge, alice, there):
    seen = alice.write("one") if there else None
    if there:
        forge.publish(NAME, alice.folder, seen, "grades", None)
    moved = alice.write("moved")
    forge.publish(NAME, alice.folder, moved, "grades", seen)
    ours = alice.write("ours")
    with pytest.raises(ForgeError, match="The branch grades of toy-alice has moved since it was looked at"):
        forge.publish(NAME, alice.folder, ours, "grades", seen)
    assert forge.tip(NAME, "grades") == moved and forge.pushes(NAME) == []
    forge.publish(NAME, alice.folder, moved, "grades", moved)  # what is done is done


def test_what_was_fetched_without_its_history_can_be_published(forge, alice, tmp_path):
    only = forge.fetch(SLUG, tmp_path / "only", MAIN)
    commit = git(only, "commit-tree", f"{MAIN}^{{tree}}", given="solutions")
    forge.publish(NAME, only, commit, "solutions")
    assert forge.tip(NAME, "solutions") == commit


def test_a_commit_is_fetched_alone_or_with_its_history(forge, alice, tmp_path):
    first = alice.write("one")
    alice.push()
    assert git(forge.fetch(NAME, tmp_path / "one", first), "rev-list", "--count", MAIN) == "1"
    whole = forge.fetch(NAME, tmp_path / "all", MAIN, history=True)
    assert git(whole, "rev-list", "--count", MAIN) == "2"
    assert files(whole, MAIN) == files(alice.folder)


def test_hours_are_remembered_from_the_first_moment_on(place, alice):
    place.forge.create("toy-bob", SLUG, HOURS)
    assert place.forge.hours("toy-bob") == place.reopened().hours("toy-bob") == HOURS
    place.forge.set_hours("toy-bob", later := Hours(NINE, NOON + MINUTE, "UTC"))
    assert place.forge.hours("toy-bob") == place.reopened().hours("toy-bob") == later
    assert place.forge.hours(NAME) is None


def test_what_is_hidden_is_seen_by_no_student_before_its_time(place, toy, tmp_path):
    place.open_repo(toy)
    place.forge.set_hours(NAME, HIDDEN)
    assert NAME in place.forge.repos()
    assert place.forge.hours(NAME) == HIDDEN
    assert not succeeds(tmp_path, "ls-remote", place_of_students(place))
    place.at(NINE + MINUTE)
    place.forge.grant(NAME, "alice", "write")  # a run of generate at that time
    assert Clone(place, NAME, tmp_path / "alice").push().returncode == 0


def place_of_students(place) -> str:
    """Where students look: what is served of a folder, and GitHub as Alice sees it."""
    address = place.address(NAME, "alice")
    return address.replace("/held/", "/repos/")


def test_access_is_what_was_granted(place, alice):
    place.knows("9-to-5")
    place.forge.grant(NAME, "9-to-5", "read")
    for forge in (place.forge, place.reopened()):
        assert forge.access(NAME) == {"alice": "write", "9-to-5": "read"} and forge.access(SLUG) == {}
    place.forge.grant(NAME, "9-to-5", "none")
    place.forge.grant(NAME, "nobody-has-that", "none")
    assert place.forge.access(NAME) == {"alice": "write"}


def test_who_may_read_cannot_push(forge, alice):
    before = forge.tip(NAME)
    forge.grant(NAME, "alice", "read")
    alice.write("one")
    assert alice.push().returncode != 0
    assert forge.tip(NAME) == before and forge.pushes(NAME) == []


def test_a_closed_assignment_takes_no_pushes_but_from_those_who_have_more_time(place, alice, toy, tmp_path):
    bob = Clone(place, place.open_repo(toy, "toy-bob", "bob"), tmp_path / "bob", "bob")
    other = Clone(place, place.open_repo(toy, "toys-carol", "carol"), tmp_path / "carol", "carol")
    forge = place.forge
    assert forge.closed(SLUG) is None
    forge.close(SLUG, ["toy-bob"])
    for clone in (alice, bob, other):
        clone.write("one")
    assert [clone.push().returncode == 0 for clone in (alice, bob)] == [False, True]
    assert list(place.reopened().closed(SLUG)) == ["toy-bob"]
    assert forge.access(NAME) == {"alice": "write"}
    forge.publish(NAME, alice.folder, "HEAD", "grades")
    forge.close(SLUG)
    bob.write("two")
    assert bob.push().returncode != 0
    forge.open(SLUG)
    assert [clone.push().returncode for clone in (alice, bob)] == [0, 0]
    assert place.reopened().closed(SLUG) is None


def test_closing_an_exam_closes_the_repositories_of_all_its_papers(place, toy, tmp_path):
    forge, paper = place.forge, f"{SLUG}--amber"
    place.knows("alice")
    forge.create(paper)
    forge.publish(paper, toy, "HEAD", "main")
    forge.create(NAME, paper)
    forge.grant(NAME, "alice", "write")
    assert forge.template(NAME) == place.reopened().template(NAME) == paper and forge.template(paper) is None
    clone = Clone(place, NAME, tmp_path / "alice")
    clone.write("one")
    forge.close(SLUG)
    assert clone.push().returncode != 0
    forge.open(SLUG)
    assert clone.push().returncode == 0


def test_the_place_has_one_name_and_another_has_another(place):
    assert place.forge.identity() and place.forge.identity() == place.reopened().identity()
    assert place.forge.now() == place.reopened().now() == NINE


def test_students_who_are_there_need_no_preparations(place):
    place.knows("alice")
    assert not place.forge.preparations(["alice"])
