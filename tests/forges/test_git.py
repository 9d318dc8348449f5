"""git as a library: what it says when a command fails."""

from itertools import permutations

from autograding.updating.repository import complaint

ENDS_OF_A_FETCH = ("fatal: git upload-pack: not our ref abc", "fatal: remote error: upload-pack: not our ref abc")


def test_the_two_ends_of_a_fetch_may_complain_in_any_order():
    assert {complaint("\n".join(order)) for order in permutations(ENDS_OF_A_FETCH)} == {ENDS_OF_A_FETCH[1]}


def test_what_is_no_complaint_of_git_s_own_is_its_last_line():
    assert complaint("one\ntwo\n") == "two" and complaint("") == ""
