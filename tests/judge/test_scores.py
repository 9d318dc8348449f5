"""What can be passed without computing counts once something passes that cannot."""

from pathlib import Path

import pytest

from autograding.judge.assignment import Assignment
from autograding.judge.scores import scores_of
from autograding.judge.session import Result
from autograding.task import Task


def declared(id: str, name: str, points: int, **facts) -> dict:
    return {"id": id, "name": name, "title": f"The title of {name}.", "points": points} | facts


DECLARED = (
    declared("nb1.f", "test_value", 5),
    declared("nb1.f", "test_flag", 3, leans=True),
    declared("nb1.g", "test_value", 7),
    declared("nb1.h", "test_flag", 2, leans=True),
)
ASSIGNMENT = Assignment("toy", "Toy", {}, DECLARED, Path())


def scored(*passed: str, **options) -> tuple[dict[str, int], list[dict]]:
    results = [
        Result(
            test["name"],
            Task(test["id"], test["points"]),
            "",
            "pass" if f"{test['id']}:{test['name']}" in passed else "fail",
        )
        for test in DECLARED
    ]
    scores = scores_of(ASSIGNMENT, results, [], "none", **options)
    assert scores["score"] == sum(task["score"] for task in scores["tasks"])
    return {task["id"]: task["score"] for task in scores["tasks"]}, [
        test for task in scores["tasks"] for test in task["tests"]
    ]


def test_a_leaning_test_alone_earns_nothing_and_says_what_is_missing():
    points, tests = scored("nb1.f:test_flag", "nb1.g:test_value")
    assert points["nb1.f"] == 0
    assert tests[1]["status"] == "pass" and "This holds." in tests[1]["message"]
    assert "The title of test_value." in tests[1]["message"]


def test_it_has_its_points_beside_a_firm_test():
    points, tests = scored("nb1.f:test_flag", "nb1.f:test_value")
    assert points["nb1.f"] == 8 and tests[1]["message"] == ""


def test_the_firm_test_of_another_task_is_no_help():
    assert scored("nb1.f:test_flag", "nb1.g:test_value")[0] == {"nb1.f": 0, "nb1.g": 7, "nb1.h": 0}


def test_an_exams_provided_tests_are_shown_as_they_are():
    assert scored("nb1.f:test_flag", as_they_are=True)[0]["nb1.f"] == 3


@pytest.mark.parametrize("passed", [(), ("nb1.f:test_value",)])
def test_what_is_not_passed_has_no_points_in_any_case(passed):
    assert scored(*passed)[0]["nb1.f"] == 5 * len(passed)
