"""A checkpoint's code opens working functions: they serve what builds on them, and earn nothing themselves."""

import pytest

from autograding.judge.assignment import Assignment
from autograding.judge.processes import worker_pool
from autograding.judge.scores import scores_of
from autograding.judge.session import Session
from genweek.classroom.publishing import secrets_in_use
from genweek.course.day import CourseError
from genweek.making import locking
from genweek.making.checkpoints import sections
from genweek.making.locking import code_for, course_secret
from genweek.making.masters import script_text

STEM = "nb1_vanilla_vae"
TASKS = ("nb1.sample_z", "nb1.vae_loss", "nb1.train_step")


@pytest.fixture(scope="module")
def grade(built, nb1):
    """Grades the starter with a line at its end, and with some exercises solved."""
    pool, assignment = worker_pool([built]), Assignment.load(built / "autograding")

    def grade(line: str, *solved: str) -> dict:
        text = script_text(nb1.starter)
        for id in solved:
            cell = next(cell.source for cell in nb1.solved.cells if f"TODO {id}:" in cell.source)
            text += f"\n# %%\n{cell}\n"
        session = Session(assignment, {STEM: {".py": f"{text}\n# %%\n{line}\n"}}, pool, assignment.recording)
        for test in assignment.tests:
            if test.task.id in TASKS:
                session.run(test)
        session.close()
        found = scores_of(assignment, session.results, session.warnings, "0" * 40)
        return found | {"by_task": {task["id"]: task["score"] for task in found["tasks"]}}

    yield grade
    pool.close()


def checkpoint(id: str) -> str:
    return f'checkpoint("{id}", code="{code_for("day1_vae", id, course_secret())}")'


def test_a_regrade_makes_no_secret_of_its_own(monkeypatch):
    """Under a new one, the codes in the students' notebooks would open nothing."""
    monkeypatch.delenv("GENWEEK_SECRET")
    monkeypatch.setattr(locking, "SECRET_FILE", locking.ROOT / "solutions_private" / "no_such_file")
    with pytest.raises(CourseError, match="would open nothing"):
        course_secret(make=False)
    assert not locking.SECRET_FILE.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("another secret", "in \\$GENWEEK_SECRET is not the one that the repositories of day1_vae were made with"),
        (" ", "The course secret in \\$GENWEEK_SECRET is empty. Nothing was done. The right one lies where"),
        (None, "There is no solutions_private/no_such_file and no \\$GENWEEK_SECRET"),
    ],
)
def test_a_wrong_an_empty_and_a_lost_secret_are_refused_with_where_the_right_one_lies(monkeypatch, given, said):
    in_use = {"the repositories of day1_vae": locking.check_value(course_secret())}
    assert course_secret(in_use=in_use) == course_secret()
    monkeypatch.setattr(locking, "SECRET_FILE", locking.ROOT / "solutions_private" / "no_such_file")
    monkeypatch.setenv("GENWEEK_SECRET", given) if given else monkeypatch.delenv("GENWEEK_SECRET")
    with pytest.raises(CourseError, match=said):
        course_secret(in_use=in_use)
    assert not locking.SECRET_FILE.exists()


@pytest.mark.parametrize("guessable", ["vae2026", "diffusion exam 2026", "abcabcabcabcabcabcabcabc"])
def test_a_secret_that_a_list_of_words_would_hold_begins_no_course(guessable):
    with pytest.raises(CourseError, match=r"too easy to guess.*token_hex"):
        locking.refuse_guessable(guessable.encode())
    locking.refuse_guessable(b"0123456789abcdef0123456789abcdef")


def test_the_check_value_goes_with_a_build_to_the_forge_and_with_the_submissions(built, forge, tmp_path):
    expected = locking.check_value(course_secret())
    assert secrets_in_use.of_forge(forge, "day1_vae") == {}
    forge.create("day1_vae")
    forge.publish("day1_vae", built, "HEAD", "main")
    assert list(secrets_in_use.of_forge(forge, "day1_vae").values()) == [expected]
    secrets_in_use.take_along(forge, "day1_vae", tmp_path / "submissions")
    assert secrets_in_use.of_folder(tmp_path / "submissions", "these") == {"these": expected}


def test_a_secret_that_others_could_read_is_closed(monkeypatch, tmp_path):
    monkeypatch.delenv("GENWEEK_SECRET")
    monkeypatch.setattr(locking, "ROOT", tmp_path)
    monkeypatch.setattr(locking, "SECRET_FILE", tmp_path / "course_secret")
    (tmp_path / "course_secret").write_text("copied by hand\n")
    (tmp_path / "course_secret").chmod(0o644)
    assert course_secret() == b"copied by hand"
    assert (tmp_path / "course_secret").stat().st_mode & 0o777 == 0o600


def test_two_first_builds_agree_on_one_secret(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("GENWEEK_SECRET")
    monkeypatch.setattr(locking, "ROOT", tmp_path)
    monkeypatch.setattr(locking, "SECRET_FILE", tmp_path / "course_secret")
    mine_is_later = locking._made_first

    def somebody_was_first() -> bool:
        assert mine_is_later() and not mine_is_later()
        return False

    monkeypatch.setattr(locking, "_made_first", somebody_was_first)
    assert course_secret() == course_secret() == locking.SECRET_FILE.read_bytes().strip()
    assert [path.name for path in tmp_path.iterdir()] == ["course_secret"] and not capsys.readouterr().err
    assert locking.SECRET_FILE.stat().st_mode & 0o777 == 0o600


def test_the_sections_hold_every_exercise_before_them(nb1):
    held = sections(nb1)
    assert list(held["nb1.B"]) == ["Encoder", "Decoder", "sample_z"]
    assert set(held["nb1.B"]) < set(held["nb1.C"]) < set(held["nb1.D"])


def test_functions_of_a_checkpoint_serve_what_builds_on_them_and_earn_nothing(grade):
    found = grade(checkpoint("nb1.C"), "nb1.train_step")
    assert found["by_task"] == {**found["by_task"], "nb1.train_step": 6, "nb1.sample_z": 0, "nb1.vae_loss": 0}
    assert any("sample_z" in line and "earn no points" in line for line in found["warnings"])


def test_what_a_student_wrote_is_not_replaced(grade):
    found = grade(checkpoint("nb1.B"), "nb1.sample_z")
    assert found["by_task"]["nb1.sample_z"] == 9


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('checkpoint("nb1.B", code="AAAA-BBBB")', "that is not its code"),
        ('checkpoint("nb1.Z", code="AAAA-BBBB")', "There is no checkpoint 'nb1.Z' here"),
        ('checkpoint("../nb1.B", code="AAAA-BBBB")', "There is no checkpoint"),
        ('checkpoint("nb1.\\0", code="é")', "heckpoint"),
    ],
)
def test_a_wrong_code_is_told_and_costs_nothing(grade, line, words):
    found = grade(line, "nb1.sample_z")
    assert found["by_task"]["nb1.sample_z"] == 9 and any(words in warning for warning in found["warnings"])


def test_a_code_may_be_typed_in_lower_case_and_without_its_dash(grade):
    assert "earn no points" in grade(checkpoint("nb1.B").lower().replace("nb1.b", "nb1.B").replace("-", " "))["warnings"][0]


def test_a_code_of_another_checkpoint_opens_nothing(grade):
    assert "not its code" in grade(checkpoint("nb1.B").replace("nb1.B", "nb1.C"))["warnings"][0]
