"""scripts/dashboard.py as it is left to itself for a morning: names stay off the wall, late joiners come, and it ends."""

import sys
from datetime import timedelta
from types import SimpleNamespace

import dashboard
import pytest
from classroom_examples import NINE, NOON, SLUG

from genweek import verbs
from genweek.course.day import Dates

HEAD = "login,name,email\n"
ALICE, BOB = "alice,Alice Ng,alice@uni.example\n", "bob,Bob Ray,bob@uni.example\n"


class Verb:
    def __init__(self, folder, forge, toy, patch):
        self.patch, self.folder, self.roster = patch, folder / SLUG, folder / "roster.csv"
        self.roster.write_text(HEAD + ALICE)
        self.facts = facts = SimpleNamespace(schedule=Dates(release=NINE, due=NOON, solutions=NOON), kind="lab", sittings=[])
        patch.setattr(
            dashboard.Day,
            "load",
            lambda slug: SimpleNamespace(slug=SLUG, facts=facts, starter=toy / "autograding", papers=[]),
        )
        patch.setattr(verbs, "known_slug", str)
        patch.setattr(verbs, "CLASSROOM", folder)
        self.common = ("--roster", str(self.roster), "--forge", str(forge.folder))

    def run(self, *options: str) -> int:
        self.patch.setattr(sys, "argv", ["dashboard", SLUG, *self.common, *options])
        return dashboard.main()

    def page(self, name: str = "dashboard.html") -> str:
        return (self.folder / name).read_text()


@pytest.fixture
def verb(tmp_path, forge, toy, monkeypatch) -> Verb:
    return Verb(tmp_path, forge, toy, monkeypatch)


def test_names_never_get_onto_the_walls_own_page(verb):
    verb.run()
    wall = verb.page()
    verb.run("--names")
    assert verb.page() == wall and "Alice Ng" not in wall
    assert "Alice Ng" in verb.page("dashboard-names.html")


def test_a_late_joiner_appears_and_a_roster_that_is_being_written_stops_nothing(verb, capsys):
    rosters, seen = iter([HEAD + ALICE + BOB, "login\n", HEAD + BOB]), []

    def morning(seconds):
        seen.append(verb.page())
        verb.roster.write_text(next(rosters, "") or stop())

    def stop():
        raise KeyboardInterrupt

    verb.patch.setattr(dashboard.time, "sleep", morning)
    with pytest.raises(KeyboardInterrupt):
        verb.run("--watch", "30")
    assert ["2 students" in page for page in seen] == [False, True, True, False]
    assert capsys.readouterr().err.count("Not renewed: ") == 1
    assert all('http-equiv="refresh"' in page for page in seen) and 'http-equiv="refresh"' not in verb.page()


def test_when_the_session_is_over_nobody_is_stuck(verb):
    verb.run("--until", "2026-01-01 00:00")
    assert "The session is over." in verb.page()


def test_the_tasks_of_an_exam_are_not_named_before_it_begins(verb, forge):
    verb.facts.kind, verb.facts.schedule = (
        "exam",
        Dates(release=NINE, opens=NINE + timedelta(hours=1), due=NOON, solutions=NOON),
    )
    verb.run()
    assert "nb1.words" not in verb.page()
    forge.set_clock(NINE + timedelta(hours=1))
    verb.run()
    assert "nb1.words" in verb.page()
