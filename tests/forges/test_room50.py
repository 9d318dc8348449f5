"""The repositories that Classroom 50 has made are read under our names."""

from datetime import timedelta

import pytest
from classroom_examples import NINE
from places import Clone, on_github

from genweek.forges.choosing import forge_at
from genweek.forges.forge import MAIN, Forge, ForgeError, Push, paper_of
from genweek.forges.git import git
from genweek.forges.github.room50 import Room50Forge

THERE, HERE = "gen-models-day1-vae-alice", "day1_vae-alice"


@pytest.fixture
def place(toy, tmp_path, monkeypatch):
    with on_github(tmp_path, monkeypatch) as made:
        made.knows("alice")
        made.forge.create("day1-vae")
        made.forge.publish("day1-vae", toy, "HEAD", "main")
        for name in (THERE, "other-day1-vae-alice"):
            made.forge.create(name, "day1-vae")
            made.forge.grant(name, "alice", "write")
        yield made


@pytest.fixture
def room(place) -> Forge:
    papers = {"day1_vae": [], "day2_diffusion": [], "day4_exam": ["amber", "birch"]}
    return Room50Forge(place.github.org, "gen-models", papers, place.kept / "gen-models", place.kept)


def test_it_has_the_students_of_its_classroom_and_the_template(room):
    assert room.repos() == ["day1_vae", HERE]
    assert room.access(HERE) == {"alice": "write"}


def test_what_generate_made_in_the_same_organisation_is_not_taken_for_theirs(place, room):
    place.forge.create(HERE, "day1-vae")
    place.forge.create("day1_vae-bob", "day1-vae")
    assert room.repos() == ["day1_vae", HERE]
    assert THERE in room.url(HERE)


def test_a_push_is_found_and_fetched_under_our_name(place, room, tmp_path):
    alice = Clone(place, THERE, tmp_path / "alice")
    commit = alice.write("one")
    alice.push(at=NINE + timedelta(minutes=1))
    assert room.pushes(HERE) == [Push("main", commit, NINE + timedelta(minutes=1))]
    assert room.tip(HERE) == commit
    assert git(room.fetch(HERE, tmp_path / "got", commit), "rev-parse", MAIN) == commit


def test_a_page_can_be_given_back(place, room, toy):
    room.publish(HERE, toy, "HEAD", "grades")
    assert room.tip(HERE, "grades") == git(toy, "rev-parse", "HEAD")


def test_what_is_classroom_50_s_to_do_is_a_sentence(room):
    for act in (
        lambda: room.create("day1_vae-bob", "day1_vae"),
        lambda: room.close("day1_vae"),
        lambda: room.open("day1_vae"),
    ):
        with pytest.raises(ForgeError, match="Classroom 50 makes, opens and closes its repositories itself"):
            act()


def test_two_classrooms_are_two_forges(place, room):
    other = Room50Forge(place.github.org, "other", {"day1_vae": []}, place.kept / "other", place.kept)
    assert room.identity() != other.identity()
    assert str(room) == f"classroom50:{place.github.org}/gen-models"


def test_of_several_papers_the_one_that_was_given_counts(place, room):
    for paper in ("amber", "birch"):
        place.forge.create(f"day4-exam-{paper}")
        place.forge.create(f"gen-models-day4-exam-{paper}-alice", "day1-vae")
    place.forge.create("gen-models-day4-exam-birch-bob", "day1-vae")
    mine = "day4_exam-alice"
    (place.kept / "day4_exam").mkdir()
    for given, other in (("birch", "amber"), ("amber", "birch")):
        (place.kept / "day4_exam/papers.csv").write_text(f"login,sitting,paper\nalice,noon,{given}\n")
        room.look_again()
        assert {mine, f"{mine}--{other}", "day4_exam-bob", "day4_exam--amber"} <= set(room.repos())
        assert room.template(mine) == f"day4_exam--{given}" and room.template("day4_exam-bob") == "day4_exam--birch"
        assert room.url(mine).endswith(f"/gen-models-day4-exam-{given}-alice.git")
        assert paper_of(room, mine) == given and room.pushes(mine) == []


def test_a_name_on_the_command_line_chooses_it(place, tmp_path):
    forge = forge_at(f"classroom50:{place.github.org}/gen-models", tmp_path)
    assert HERE in forge.repos()


@pytest.mark.parametrize("name", ["classroom50:my-org", "classroom50:my-org/Gen_Models", "classroom50:"])
def test_what_is_no_classroom_is_a_sentence(name, tmp_path):
    with pytest.raises(ForgeError, match="is no name of a classroom. Write it as classroom50:my-org/gen-models"):
        forge_at(name, tmp_path)
