"""Item analysis: numbers that can be checked by hand, silence where students are few, and a harder paper that is seen."""

import json
import sys

import analyse
import numpy as np
import pytest
from classroom_examples import Clone, new_forge

from genweek.classroom.items.numbers import DEALS, FEW, Taken, analysed, compared, correlation
from genweek.classroom.items.page import render
from genweek.course.day import CourseError, Day
from genweek.course.schedule import Schedule

DAY = Day.load("day1_vae")
POINTS = {"a": 10, "b": 5, "extension": 0}


def klass(*scores: tuple[int, int], **more) -> list[Taken]:
    return [Taken({"a": a, "b": b}, **more) for a, b in scores]


def drawn(sizes: dict[str, float], each: int, seed: int = 0) -> list[Taken]:
    """A class of papers whose means are given; the students differ by a standard deviation of 12."""
    draw = np.random.default_rng(seed)
    return [
        Taken({"a": round(float(draw.normal(mean, 12)))}, sitting="friday", paper=paper)
        for paper, mean in sizes.items()
        for _ in range(each)
    ]


def test_difficulty_is_the_mean_share_of_the_points():
    a, b = analysed(POINTS, [*klass((10, 0), (5, 5)), Taken({"a": 0, "b": 5}, not_begun=frozenset({"a"}))])
    assert (a.id, a.points, a.difficulty, a.all_points, a.not_begun) == ("a", 10, 0.5, pytest.approx(1 / 3), 1 / 3)
    assert (b.difficulty, b.all_points, b.not_begun) == (pytest.approx(2 / 3), pytest.approx(2 / 3), 0)


def test_the_first_pass_is_the_median_of_those_who_passed():
    times = [{"a": 10.0}, {"a": 90.0, "b": 1.0}, {"a": 20.0}, {}]
    a, b = analysed(POINTS, [Taken({"a": 1, "b": 1}, time) for time in times])
    assert (a.minutes, a.passed) == (20.0, 3) and (b.minutes, b.passed) == (1.0, 1)
    assert analysed(POINTS, klass((1, 1)))[0].minutes is None


def test_discrimination_leaves_the_task_itself_out():
    """Two tasks that have nothing to do with each other: with itself in the total, each would correlate with it."""
    unrelated = klass(*[(a, b) for a in (0, 10) for b in (0, 5)] * 5)
    a, _ = analysed(POINTS, unrelated)
    assert a.discrimination is not None and abs(a.discrimination[0]) < 1e-9
    assert a.discrimination[1] == pytest.approx(-a.discrimination[2])
    same = analysed(POINTS, klass(*[(10, 5), (0, 0)] * 10))
    assert same[0].discrimination[0] == pytest.approx(1)


def test_the_interval_is_that_of_fisher():
    """r = 0.5 of 28: atanh(0.5) = 0.5493, half a width of 1.96 / 5."""
    rows = np.array([(1, 1), (1, -1), (-1, -1), (-1, 1)] + [(1, 1), (-1, -1)] * 2, dtype=float)
    one, other = np.tile(rows, (7, 1))[:56].T
    r, low, high = correlation(one[:56], other[:56])
    half = 1.96 / np.sqrt(53)
    assert (low, high) == (pytest.approx(np.tanh(np.arctanh(r) - half)), pytest.approx(np.tanh(np.arctanh(r) + half)))


@pytest.mark.parametrize(("count", "there"), [(FEW - 1, False), (FEW, True)])
def test_of_few_students_there_is_no_correlation(count, there):
    items = analysed(POINTS, klass(*[(n, n % 3) for n in range(count)]))
    assert (items[0].discrimination is not None) == there


def test_a_task_that_all_have_has_none_either():
    assert analysed(POINTS, klass(*[(10, n % 3) for n in range(30)]))[0].discrimination is None


def test_only_what_leaves_no_doubt_is_remarked():
    reversed_ = analysed(POINTS, klass(*[(10 - n % 11, n % 6) for n in range(6)] * 6))
    assert "badly here" in reversed_[0].remark
    assert "nobody has a point" in analysed(POINTS, klass((0, 1), (0, 2)))[0].remark
    assert analysed(POINTS, klass(*[(n % 11, n % 6) for n in range(12)]))[0].remark == ""


def test_a_harder_paper_is_seen():
    (one,) = compared(drawn({"amber": 70, "birch": 70, "cobalt": 70, "dune": 55}, 20))
    assert one.furthest[0] == "dune" and one.furthest[1] < -10 and one.furthest[2] < 0.01
    assert "dune was probably harder" in one.in_words


def test_equal_papers_are_called_harder_no_more_often_than_is_said():
    """200 exams of equal papers: 5 % of alarms are due; more than 25 come up once in 100,000 (binomial)."""
    sizes = dict.fromkeys(("amber", "birch", "cobalt"), 60.0)
    alarms = sum("no sign" not in compared(drawn(sizes, 8, seed))[0].in_words for seed in range(200))
    assert 0 < alarms <= 25 and DEALS == 10_000


def test_papers_of_few_are_not_compared():
    (one,) = compared(drawn({"amber": 90, "birch": 10}, 4))
    assert one.furthest is None and "Too few to compare" in one.in_words and "amber (4), birch (4)" in one.in_words


def test_papers_are_compared_within_a_sitting_alone():
    """Who sits later is another class: its paper is not harder because its students are weaker."""
    first = drawn({"amber": 80, "birch": 80}, 10)
    later = [Taken(one.score, sitting="repeat", paper="plain") for one in drawn({"plain": 20}, 10)]
    (one,) = compared([*first, *later])
    assert one.sitting == "friday" and set(one.means) == {"amber", "birch"}


def test_the_page_says_what_it_cannot_tell():
    few = analysed(POINTS, klass((10, 0), (5, 5)))
    html = render(DAY, few, klass((10, 0), (5, 5)), [], 3)
    assert "2 of 3 students have a grade of record" in html and "that needs 10" in html and "nobody" in html
    assert "there is nothing to say yet" in render(DAY, [], [], [], 3)
    alone = [Taken({"a": 1}, paper=paper, sitting=paper) for paper in ("amber", "plain")]
    assert "not decided by lot" in render(DAY, analysed(POINTS, alone), alone, compared(alone), 2)


def scores(path, commit, passed: int) -> None:
    tests = [
        {"name": f"test_{n}", "status": "pass" if n <= passed else "fail", "points": int(n <= passed), "max_points": 1}
        for n in (1, 2)
    ]
    task = {"id": "nb1.kl_divergence", "score": passed, "max_score": 2, "tests": tests}
    facts = {"schema": "genweek/scores/v1", "commit": commit, "score": passed, "max_score": 2, "tasks": [task]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(facts))


@pytest.fixture
def graded(tmp_path, toy, monkeypatch):
    """Alice has pushed a pass 30 minutes after the opening; Bob's grading failed; runs the verb."""
    forge, name, folder = new_forge(tmp_path), "day1_vae-alice", tmp_path / "day1_vae"
    forge.create(name)
    forge.grant(name, "alice", "write")
    clone = Clone(forge, name, tmp_path / "clone")
    commit = clone.write("x = 1", "notes.py")
    opens = Schedule.of(DAY).opens
    clone.push(at=opens.replace(minute=opens.minute + 30))
    scores(forge.run_folder(name, commit) / "artifact/scores.json", commit, 2)
    scores(folder / "grades/students/alice/scores.json", commit, 2)
    scores(folder / "grades/students/bob/scores.json", commit, 0)
    (folder / "collection.csv").write_text(f"student,repository\nalice,{name}\nbob,day1_vae-bob\n")
    (folder / "grades/grades.csv").write_text("student,status\nalice,graded\nbob,failed\n")
    roster = tmp_path / "roster.csv"
    roster.write_text("login,name,email\nalice,Alice,a@uni.example\nbob,Bob,b@uni.example\n")
    options = ["day1_vae", "--roster", roster, "--forge", forge.folder, "--work", tmp_path]
    monkeypatch.setattr(sys, "argv", ["analyse.py", *map(str, options)])
    return folder


def test_the_verb_reads_grades_and_pushes_and_names_nobody(graded):
    assert analyse.main() == 0
    html = (graded / "statistics.html").read_text(encoding="utf-8")
    assert "1 of 2 students" in html and "30 min<br>(1)" in html and "nb1.kl_divergence" in html
    assert "alice" not in html.lower() and "bob" not in html.lower()


def test_nothing_graded_is_a_sentence(graded):
    (graded / "grades/grades.csv").unlink()
    with pytest.raises(CourseError, match="Nothing of day1_vae is graded"):
        analyse.main()
