"""What a plan says of its calls is what it takes."""

from collections import Counter

import pytest
from classroom_examples import SCHEDULE, SLUG

from genweek.bench import github as bench
from genweek.classroom.publishing import generating
from genweek.classroom.publishing.planning import carry_out
from genweek.course.roster import Student
from genweek.forges.github import pace
from genweek.regrading import sandbox


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


@pytest.mark.skipif(not sandbox.available(), reason="the regrade's sandbox needs bubblewrap")
def test_the_bench_counts_what_every_verb_asks(tmp_path):
    tmp_path.chmod(0o755)
    found = {one.verb: one for one in bench.week(1, tmp_path)}
    assert len(found) == 10
    assert found["generate, nothing to do"].cost.writes == found["collect"].cost.writes == 0
    assert found["close"].cost.writes == found["close --open"].cost.writes == 1
    assert found["the wall, a renewal"].quota == 0 < found["the wall, a renewal"].cost.reads
    assert [found[verb].pushes for verb in ("generate --update", "give_back", "release_solutions")] == [2, 1, 1]
