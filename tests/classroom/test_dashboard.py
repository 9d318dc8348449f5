"""The dashboard: who has what, the commonest mistakes, who is stuck; and no name on the wall."""

from datetime import timedelta

import pytest
from classroom_examples import ALICE, BOB, NINE, NOON, SLUG, Clone, answer, build, new_forge, open_repo

from autograding.reports.scorecard import Assignment, Outcome, ScoreCard, TaskScore
from autograding.whole import write_whole
from genweek.classroom.wall.dashboard import render
from genweek.classroom.wall.progress import Class, Progress, read_class
from genweek.course.roster import Student

MINUTE = timedelta(minutes=1)
TOY = Assignment(SLUG, "A toy", 8)
MISTAKE = "The ½ of the KL is missing."


def card(*points: int, mistake: str = "") -> ScoreCard:
    """A score card with a task of four points for each number."""
    tasks = []
    for number, got in enumerate(points, 1):
        status = "pass" if got == 4 else "fail" if got or mistake else "todo"
        said = mistake if got < 4 else ""
        outcomes = Outcome("one", "A test", status, got, 4, "", said), Outcome("other", "", status, 0, 0, "", said)
        tasks.append(TaskScore(f"nb1.t{number}", got, 4, outcomes))
    return ScoreCard(TOY, sum(points), 8, tuple(tasks))


def one(number: int, score: ScoreCard | None = None, gained: int = 0) -> Progress:
    """A student; gained: minutes after nine of the last progress."""
    who = Student(f"s{number}", f"Name{number} <b>", f"s{number}@uni.example")
    gain = NINE + gained * MINUTE
    return Progress(who, "graded", score, 2, gain, gain) if score else Progress(who, "nothing pushed")


def klass(*students: Progress, minutes: int = 60) -> Class:
    return Class(TOY, ("nb1.t1", "nb1.t2"), students, NINE, NOON, NINE + minutes * MINUTE)


def test_a_mistake_counts_once_for_each_student_and_the_commonest_comes_first():
    two = [one(number, card(4, 0, mistake=MISTAKE)) for number in (1, 2)]
    found = klass(*two, one(3, card(0, 4, mistake="Other.")))
    assert found.mistakes() == [("nb1.t2", MISTAKE, 2), ("nb1.t1", "Other.", 1)]


@pytest.mark.parametrize(
    ("score", "gained", "minutes"),
    [(card(4, 0), 30, 30), (card(4, 0), 31, None), (card(4, 4), 0, None), (None, 0, None), (card(0, 0), -600, 60)],
)
def test_stuck_is_who_has_made_no_progress_for_30_minutes_of_this_session(score, gained, minutes):
    student = one(1, score, gained)
    assert klass(student).minutes_stuck(student) == minutes


def test_nobody_is_stuck_when_the_session_is_over():
    over = klass(one(1, card(4, 0)), minutes=180)
    assert over.stuck == []
    assert "The session is over." in render(over)


def test_the_median_is_of_those_who_have_a_score():
    assert klass(one(1, card(4, 0)), one(2, card(4, 4)), one(3, card(4, 4)), one(4)).median_score == 8


def test_without_names_the_page_holds_none_of_them():
    page = render(klass(one(1, card(4, 0), 0), one(2)))
    assert "Name1" not in page
    assert "s1@" not in page
    assert "student 1: 4 of 4" in page


def test_with_names_the_page_shows_them_only_when_asked():
    page = render(klass(one(1, card(4, 0), 0)), names=True)
    assert "Name1 &lt;b&gt;" in page
    assert 'type="checkbox" id="names">' in page  # not ticked
    assert ".named { display: none; }" in page


@pytest.mark.parametrize("count", [0, 1, 30, 300])
def test_a_page_for_any_class_loads_nothing_and_runs_nothing(count):
    page = render(klass(*(one(number, card(4, number % 5), number % 60) for number in range(count))))
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count('class="strip"') == 2
    assert len(page) < 200_000


def test_a_square_says_what_there_is_of_a_task():
    page = render(klass(one(1, card(4, 2)), one(2, card(4, 0)), one(3, card(0, 0, mistake=MISTAKE)), one(4)))
    kinds = [page.count(f'<i class="{kind}" title') for kind in ("done", "part", "tried", "todo", "none")]
    assert kinds == [2, 1, 2, 1, 2]


def test_a_mistake_cannot_be_a_tag():
    assert "<span>&lt;img&gt; <code>" in render(klass(one(1, card(0, 4, mistake="<img>"))))


def test_the_class_is_read_from_the_scores_that_were_posted(tmp_path):
    built = build(tmp_path / "built")
    forge = new_forge(tmp_path, grading="foreground")
    alice = Clone(forge, open_repo(forge, built), tmp_path / "alice")
    for minute, words in enumerate([1, "1 + 0", 0]):
        alice.write(answer(words))
        alice.push(at=NINE + minute * MINUTE)
    found = read_class(forge, SLUG, [ALICE, BOB], built / "autograding/assignment.json", NINE, NOON)
    first, second = found.students
    assert (first.score, first.pushes, first.last_gain, first.at(found.tasks)) == (0, 3, NINE, "nb1.words")
    assert found.mistakes() == [("nb1.words", "A word is missing.", 1)]
    assert second.state == "no repository"


def test_a_score_that_belongs_to_another_commit_is_none(tmp_path):
    built = build(tmp_path / "built")
    forge = new_forge(tmp_path)
    alice = Clone(forge, open_repo(forge, built), tmp_path / "alice")
    commit = alice.write("right")
    alice.push()
    kept = forge.run_folder("toy-alice", commit) / "artifact"
    kept.mkdir(parents=True)
    write_whole(kept / "scores.json", '{"schema": "genweek/scores/v1", "commit": "%s", "score": 2}' % ("f" * 40))
    found = read_class(forge, SLUG, [ALICE], built / "autograding/assignment.json", NINE, NOON)
    assert found.students[0].state == "grading"


def test_what_the_class_should_hear_stands_above_the_map_of_300():
    page = render(klass(*(one(number, card(4, 0, mistake=MISTAKE)) for number in range(300))))
    assert page.index(MISTAKE) < page.index("Who has what")


def test_a_name_acts_on_no_page():
    evil = Progress(
        Student("s1", "\u202eA\u200b<script>\x1b[2J\n\u2066", "s1@uni.example"), "graded", card(4, 0), 1, NINE, NINE
    )
    page = render(klass(evil), names=True)
    assert not set("\u202e\u200b\x1b\u2066") & set(page) and "<script>" not in page and "⟨U+202E⟩A" in page
