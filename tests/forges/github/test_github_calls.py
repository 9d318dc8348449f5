"""What a plan says of its calls is what it takes."""

from collections import Counter

from classroom_examples import SCHEDULE, SLUG

from genweek.classroom.publishing import generating
from genweek.classroom.publishing.planning import carry_out
from genweek.course.roster import Student
from genweek.forges.github import pace


def test_a_plan_tells_as_many_calls_as_it_takes(place, toy, capsys):
    students = [Student(f"s{n}", f"S {n}", f"s{n}@uni.example") for n in range(3)]
    for one in students:
        place.github.student(one.login, member=False)
    steps = generating.plan(place.forge, SLUG, toy, students, SCHEDULE)
    expected, before = pace.total([step.kind for step in steps]), Counter(place.github.calls)
    assert carry_out(steps, apply=True, forge=place.forge) == 0
    made = Counter(place.github.calls) - before
    pushes = made.pop("git-receive-pack")
    assert (expected.reads + expected.writes, expected.pushes) == (made.total(), pushes)
    said = f"{made.total()} calls of GitHub's API and 1 pushes: less than a minute by its limits."
    assert said in capsys.readouterr().out


def test_content_is_limited_by_the_hour():
    assert pace.minutes(pace.total(["create"] * 1000)) == 60
