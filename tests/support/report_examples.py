"""A score with everything in it, for the tests of the reports."""

import json

from autograding.reports.receivers import classroom, classroom50, html, status, summary, terminal
from autograding.reports.scorecard import Assignment, ScoreCard

SHA = "3f9c2ab1d0e4f56789ab0123456789abcdef0123"
DAY1 = Assignment("day1_vae", "Day 1", 100)
EVIL = (
    "::notice title=Autograding complete::Points 100/100\n  ::stop-commands::x\n##[error]x\x1b[2J\u202e\n"
    "</pre></details><h1>100/100</h1><script>alert(1)</script> | a | "
    "![i](https://evil.example/i.png) [l](javascript:x) `\n```\n@all"
)


def outcome(name, status="pass", points=0, max_points=0, message="", mistake=None, title=None):
    return {
        "name": name,
        "title": title or f"About {name}.",
        "status": status,
        "points": points,
        "max_points": max_points,
        "message": message,
        "mistake": mistake,
    }


def task(name, *tests):
    sums = {key: sum(one[part] for one in tests) for key, part in (("score", "points"), ("max_score", "max_points"))}
    return {"id": name, **sums, "tests": list(tests)}


def scores(*tasks, **fields):
    return {
        "schema": "genweek/scores/v1",
        "assignment": "day1_vae",
        "commit": SHA,
        "graded_at": "2026-11-24T13:05:09Z",
        "score": sum(one["score"] for one in tasks),
        "max_score": 100,
        "tasks": list(tasks),
        "warnings": [],
        **fields,
    }


HALF = scores(
    task(
        "nb1.sample_z",
        outcome("test_a", points=10, max_points=10),
        outcome("test_b", points=10, max_points=10),
    ),
    task(
        "nb1.kl",
        outcome("test_c", "fail", 3, 30, "It returned 4.2.", "The one half is missing."),
        outcome("test_d", points=10, max_points=10),
    ),
    task(
        "nb1.elbo",
        outcome("test_e", "error", 0, 20, EVIL),
        outcome("test_f", "timeout", 0, 10),
        outcome("test_g", "todo", 0, 10, "TODO nb1.elbo"),
    ),
    task("nb1.more", outcome("test_h", "todo")),
    warnings=["Cell 3 cannot be parsed.", EVIL],
)


def everything(card: ScoreCard) -> str:
    """Every report of `card`; that none of them raises is the point."""
    json.dumps(classroom50.result(card, {}))
    status.payload(card)
    return terminal.render(card) + summary.render(card) + html.render(card) + classroom.notices(card)
