"""What one repository may take, and whose turn it is: every push is graded, as long as its share of the machine lasts."""

import threading
from datetime import timedelta

import pytest
from classroom_examples import NINE

from genweek.forges.forge import Status
from genweek.forges.git import git
from genweek.forges.local import grading, limits, queue

NAME = "toy-alice"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def graded(forge, monkeypatch) -> list[str]:
    """Grading that takes a minute of the server's clock; the commits in the order in which they were graded."""
    order = []

    def grade(forge, name, commit, number):
        forge.set_status(name, commit, Status("pending", limits.GRADING))
        forge.set_clock(forge.now() + MINUTE)
        order.append(commit)
        forge.set_status(name, commit, Status("success", "2/2"))

    monkeypatch.setattr(grading, "grade", grade)
    return order


def push(forge, alice, count: int = 1) -> list[str]:
    """Push one commit after another; each waits to be graded."""
    commits = []
    for _ in range(count):
        commits.append(alice.write(f"{len(commits)} {forge.now()}"))
        alice.push()
        forge.set_status(NAME, commits[-1], Status("pending", "received"))
    return commits


def test_every_push_is_graded_the_newest_first(forge, alice, graded):
    commits = push(forge, alice, 3)
    queue.work_off(forge, NAME)
    assert graded == commits[::-1]
    assert queue.waiting(forge, NAME) == []


def test_who_has_used_up_an_hour_s_grading_is_told_when_to_push_again(forge, alice, graded, monkeypatch):
    monkeypatch.setattr(limits, "MOST_SECONDS", 120)
    commits = push(forge, alice, 4)
    queue.work_off(forge, NAME)
    assert graded == commits[:1:-1]
    status = forge.status(NAME, commits[0])
    assert status.state == "error"
    assert (
        "Not graded: this repository has had its grading of an hour. Push again after Tue 24 Nov 2026" in status.description
    )
    forge.set_clock(NINE + 62 * MINUTE)
    (later,) = push(forge, alice)
    queue.work_off(forge, NAME)
    assert graded[-1] == later


def test_the_number_of_gradings_is_bounded_too(forge, alice, graded, monkeypatch):
    monkeypatch.setattr(limits, "MOST_GRADED", 2)
    push(forge, alice, 3)
    queue.work_off(forge, NAME)
    assert len(graded) == 2


def test_two_processes_grade_each_push_once(forge, alice, graded):
    commits = push(forge, alice, 4)
    threads = [threading.Thread(target=queue.work_off, args=(forge, NAME)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(graded) == sorted(commits)


def test_no_more_run_at_a_time_than_there_are_cores(forge, monkeypatch):
    monkeypatch.setattr(queue.os, "cpu_count", lambda: 2)
    with queue._core(forge) as one, queue._core(forge) as other:
        assert {one, other} == {1, 2}
        waiting = threading.Thread(target=lambda: queue._core(forge).__enter__(), daemon=True)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
    waiting.join(10)
    assert not waiting.is_alive()


def refused(alice, *arguments: str) -> str:
    done = alice.push(*arguments)
    assert done.returncode != 0
    return done.stderr


@pytest.mark.parametrize(
    ("refs", "said"),
    [
        (["HEAD:refs/evil/x"], "refs/evil/x is neither a branch nor a tag: push to a branch"),
        (["HEAD:refs/notes/commits"], "neither a branch nor a tag"),
        ([f"HEAD:refs/heads/{'ä' * 60}"], "is too long: give it a shorter one"),
        ([f"HEAD:refs/heads/{'a/' * 90}b"], "is too long: give it a shorter one"),
        ([f"HEAD:refs/heads/b{n}" for n in range(300)], "has had 200 branches: push to one that it has, such as main"),
        ([f"HEAD:refs/tags/t{n}" for n in range(300)], "may have 200 tags. Push without --tags"),
    ],
    ids=["another kind", "notes", "long", "deep", "many branches", "many tags"],
)
def test_a_push_of_more_than_a_repository_may_take_is_refused_with_a_sentence(forge, alice, refs, said):
    alice.write("x")
    assert said in " ".join(refused(alice, "origin", *refs).replace("remote:", " ").split())
    assert forge.pushes(NAME) == []
    assert alice.push().returncode == 0


def test_branches_that_were_deleted_count_because_their_record_stays(forge, alice):
    alice.write("x")
    assert alice.push("origin", *(f"HEAD:refs/heads/b{n}" for n in range(199))).returncode == 0
    assert alice.push("origin", *(f":refs/heads/b{n}" for n in range(199))).returncode == 0
    assert "has had 200 branches" in refused(alice, "origin", "HEAD:more")
    assert len(forge.pushes(NAME)) == 199


def refusal(forge, pushes=()) -> str:
    repo = forge.repo(NAME)
    return limits.refusal(repo, [("0" * 40, "a" * 40, "refs/heads/main")], list(pushes), forge.now())


def test_a_repository_that_is_full_takes_nothing_more(forge, alice, monkeypatch):
    alice.write("x")
    monkeypatch.setattr(limits, "MOST_MB", 0.001)
    assert refusal(forge).startswith("This repository holds more than 0.001 MB")


def test_pushes_without_end_are_refused_until_an_hour_has_passed(forge, alice, monkeypatch):
    monkeypatch.setattr(limits, "MOST_PUSHES", 2)
    push(forge, alice, 2)
    assert refusal(forge, forge.pushes(NAME)).startswith("2 pushes within an hour")
    forge.set_clock(NINE + 61 * MINUTE)
    assert refusal(forge, forge.pushes(NAME)) == ""


def test_ten_thousand_branches_in_a_repository_that_had_no_limit_are_read_at_once(forge, alice):
    commit = alice.write("x")
    alice.push()
    repo = forge.repo(NAME)
    lines = "".join(f"create refs/heads/b{n} {commit}\n" for n in range(10_000))
    git(repo, "update-ref", "--stdin", given=lines)
    assert [one.commit for one in forge.pushes(NAME)] == [commit]
