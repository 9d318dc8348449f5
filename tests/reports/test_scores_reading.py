"""What a scores.json says, and what is left of one that says nonsense."""

import random

import pytest
from report_examples import DAY1, EVIL, HALF, SHA, everything, outcome, scores, task

from autograding.reports import reading
from autograding.reports.scorecard import Assignment

pytest_plugins = ["report_fixtures"]


def test_a_card_says_what_the_file_says(read):
    card = read(HALF)
    assert (card.score, card.max_score, card.problem) == (33, 100, "")
    assert [(t.id, t.score, t.max_score, t.extension) for t in card.tasks] == [
        ("nb1.sample_z", 20, 20, False),
        ("nb1.kl", 13, 40, False),
        ("nb1.elbo", 0, 40, False),
        ("nb1.more", 0, 0, True),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"7",
        b'"x"',
        b"\xff\xfe\x00",
        b"{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"1" * 10_000,
        b'{"schema": "other/v1"}',
        b'{"schema": ["genweek/scores/v1"]}',
        b'{"schema": "genweek/scores/v1", "warnings": [' + b"[" * 900 + b"]" * 900 + b"]}",
    ],
    ids=lambda content: content[:24].decode("latin-1"),
)
def test_a_file_that_is_no_score_is_no_points_of_the_same_maximum(read, content):
    card = read(content)
    assert (card.score, card.max_score) == (0, 100)


def test_a_missing_file_is_no_points_and_a_sentence(tmp_path):
    card = reading.read_scores(tmp_path / "scores.json", DAY1)
    assert (card.score, card.max_score) == (0, 100)
    assert card.problem == "Grading stopped before it wrote scores.json."
    assert reading.read_scores(tmp_path, DAY1).problem.startswith(f"{tmp_path.name} cannot be read")


def test_a_score_of_another_commit_is_no_score_of_this_one(read):
    assert read(HALF, commit=SHA).score == 33
    assert read(scores(commit=None), commit=SHA).problem == ""
    assert read(HALF, commit="0" * 40).problem == "scores.json is the score of another commit, 3f9c2ab; this one is 0000000."


@pytest.mark.parametrize(
    "content, expected",
    [
        ('{"assignment": "day1_vae", "title": "Day 1", "max_score": 100}', DAY1),
        ('{"assignment": "day1_vae", "title": "Day 1", "tests": [{"points": 60}, {"points": 40}]}', DAY1),
        ("", Assignment()),
        ("[]", Assignment()),
        ('{"max_score": "many", "title": null}', Assignment()),
        (None, Assignment()),
    ],
)
def test_an_assignment_says_its_maximum_or_its_tests_do(tmp_path, content, expected):
    path = tmp_path / "assignment.json"
    if content is not None:
        path.write_text(content)
    assert reading.read_assignment(path) == expected


def test_the_maximum_is_the_assignment_s(read):
    assert read(scores(max_score=40)).max_score == 100
    assert read(scores(max_score=40), Assignment("x", "", 0)).max_score == 40
    assert read(scores(max_score=None), Assignment("x", "", 0)).max_score == 100


def test_a_sum_is_the_sum_of_its_parts(read):
    card = read({**HALF, "score": 100})
    assert card.score == 33
    assert card.warnings[-1] == "scores.json claims 100 points, but its tests add up to 33; 33 is reported."


def test_a_name_counts_once(read):
    once, twice = outcome("test_a", points=5, max_points=5), task("nb1.a", outcome("test_a", points=9, max_points=9))
    card = read(scores(task("nb1.a", once, once), twice))
    assert (card.score, len(card.tasks), len(card.tasks[0].outcomes)) == (5, 1, 1)
    assert "nb1.a is reported twice; only the first report counts." in card.warnings


@pytest.mark.parametrize(
    "points, expected",
    [
        (4, 4),
        (-3, 0),
        (99, 5),
        (2.9999999996, 3),
        (1.5, 1),
        (float("nan"), 0),
        (float("inf"), 5),
        (None, 0),
        ("5", 0),
        (True, 0),
        ([], 0),
    ],
)
def test_points_are_whole_and_within_their_maximum(read, points, expected):
    card = read(
        scores(task("nb1.a", outcome("t", points=0, max_points=5)), score=expected)
        | {"tasks": [{"id": "nb1.a", "max_score": 5, "tests": [outcome("t", max_points=5) | {"points": points}]}]}
    )
    assert card.score == expected and isinstance(card.score, int)


def test_no_file_of_the_right_schema_stops_a_report(read):
    """Random damage, 150 times: every value of the file may become any other."""
    rng = random.Random(0)
    junk = [
        None,
        -1,
        0.3,
        1e308,
        float("nan"),
        True,
        "",
        EVIL,
        "\ud800",
        [],
        {},
        [None],
        {"a": 1},
        "x" * 3000,
        10**30,
        ["x"],
    ]

    def damage(value):
        if rng.random() < 0.15:
            return rng.choice(junk)
        if isinstance(value, dict):
            return {key: damage(v) for key, v in value.items() if rng.random() > 0.05}
        return [damage(v) for v in value] if isinstance(value, list) else value

    for _ in range(150):
        card = read({key: damage(value) for key, value in HALF.items()} | {"schema": reading.SCHEMA})
        everything(card)
        assert card.max_score == 100 and 0 <= card.score <= 100
        assert all(0 <= t.score <= t.max_score for t in card.tasks)
