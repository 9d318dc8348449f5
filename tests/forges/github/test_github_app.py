"""A GitHub App acts in the place of an owner: by tokens that last an hour, with a key that stays here."""

from datetime import UTC, datetime, timedelta

import pytest
from classroom_examples import SCHEDULE, SLUG, answer
from places import Clone

from genweek.classroom.publishing import generating
from genweek.classroom.publishing.planning import carry_out
from genweek.course.roster import Student
from genweek.forges.forge import ForgeError

TOKENS = "apps/create-installation-access-token"
ALICE = Student("alice", "Alice Ng", "alice@uni.example")
HOUR = timedelta(minutes=61)


@pytest.fixture
def app(place, tmp_path, monkeypatch):
    """The server's clock runs: the client holds the hour of a token to its own."""
    made, key = place.github.app(), tmp_path / "app.pem"
    key.write_text(made.pem)
    place.github.clock.set(None)
    monkeypatch.delenv("GITHUB_TOKEN")
    monkeypatch.setenv("GITHUB_APP_ID", str(made.id))
    monkeypatch.setenv("GITHUB_APP_KEY_FILE", str(key))
    return made


def test_an_app_makes_repositories_closes_them_and_is_no_student(place, app, toy, tmp_path):
    place.github.student("alice")
    forge = place.reopened().set_up()
    assert carry_out(generating.plan(forge, SLUG, toy, [ALICE], SCHEDULE), apply=True, forge=forge) == 0
    place.knows("alice")
    clone = Clone(place, f"{SLUG}-alice", tmp_path / "alice")
    commit = clone.write(answer(1))
    assert clone.push().returncode == 0
    forge.publish(f"{SLUG}-alice", toy, "HEAD", "grades")
    forge.close(SLUG)
    clone.write(answer(2))
    assert clone.push().returncode != 0
    forge.publish(f"{SLUG}-alice", toy, "HEAD", "solutions")  # it is not held by its own rule
    assert [push.commit for push in place.reopened().pushes(f"{SLUG}-alice")] == [commit]


def test_a_token_is_asked_for_once_and_anew_when_its_hour_is_over(place, app, toy, tmp_path, monkeypatch):
    forge = place.reopened().set_up()
    forge.create(SLUG)
    forge.publish(SLUG, toy, "HEAD", "main")
    assert place.github.calls[TOKENS] == 1

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + HOUR

    monkeypatch.setattr("github.Auth.datetime", Later)
    place.github.clock.set(datetime.now(UTC) + HOUR)
    forge.publish(SLUG, toy, "HEAD", "again")
    forge.look_again()
    assert forge.tip(SLUG, "again") and place.github.calls[TOKENS] == 2


def test_neither_the_key_nor_a_token_is_said_or_kept(place, app, toy, capfd):
    forge = place.reopened().set_up()
    forge.create(SLUG)
    with pytest.raises(ForgeError) as error:
        forge.grant(SLUG, "zoe", "write")
    said = [str(error.value), forge.url(SLUG), repr(forge), *capfd.readouterr()]
    said += [path.read_text() for path in place.kept.rglob("*") if path.is_file()]
    assert not [text for text in said if any(one in text for one in (*app.tokens, app.pem[40:80]))] and app.tokens


@pytest.mark.parametrize("what", ["another's key", "another organisation", "no key"])
def test_an_app_that_is_not_installed_is_a_sentence(place, app, tmp_path, monkeypatch, what):
    said = rf"The App {app.id} is not installed in \S+, or its key is another's"
    if what == "another's key":
        (tmp_path / "app.pem").write_text(place.github.app("other").pem)
    if what == "no key":
        (tmp_path / "app.pem").write_text("secret")
        said = "GITHUB_APP_KEY_FILE holds no private key of an App"
    forge = place.github.org if what != "another organisation" else "nobody"
    with pytest.raises(ForgeError, match=said):
        type(place.forge)(forge, tmp_path / "kept")
