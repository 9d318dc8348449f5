"""What is made for Classroom 50, run as its runner runs it."""

import io
import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import jsonschema
import pytest
from classroom50_schema import RESULT_V1

from genweek import verbs
from genweek.classroom.drawing import Seat, Seats
from genweek.course.day import CourseError, Day
from genweek.course.roster import Student
from genweek.forges.classroom50 import NAME, ours, slug_of, theirs
from genweek.making import classroom50
from genweek.making.closing import start_code
from genweek.making.environment import pinned
from genweek.making.locking import course_secret
from genweek.making.masters import Master, notebook_text, script_text

STUDENTS = [Student("ada", "Ada Lovelace", "ada@uni.example", "A"), Student("sukarno", "Sukarno", "s@uni.example")]


@pytest.fixture(scope="module")
def day() -> Day:
    return Day.load("day1_vae")


@pytest.fixture(scope="module")
def made(day, tmp_path_factory) -> Path:
    return classroom50.write([day], "my-org", "gen-models", STUDENTS, tmp_path_factory.mktemp("out"))


class Runner:
    """Fetches the bundle, unpacks it beside nothing, and runs it in a checkout."""

    def __init__(self, made: Path, folder: Path, pip: str = "", slug: str = "day1-vae"):
        self.folder, self.checkout, self.slug = folder, folder / "checkout", slug
        packed = classroom50.packed(made / "autograders" / slug)
        self.size = len(packed)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder / "bundle", filter="data")
        subprocess.run(["git", "clone", "-q", made / slug, self.checkout], check=True)
        (folder / "pip").mkdir()  # in the place of the real one: what it is asked for is enough here
        (folder / "pip/__init__.py").touch()
        (folder / "pip/__main__.py").write_text(pip or "import sys\nprint('PIP', *sys.argv[1:])\n")

    def run(self) -> subprocess.CompletedProcess:
        bundle = self.folder / "bundle" / self.slug
        env = os.environ | {
            "CLASSROOM50_BUNDLE_DIR": str(bundle),
            "USERNAME": "ada",
            "OWNER": "ada",
            "CLASSROOM": "gen-models",
            "ASSIGNMENT": self.slug,
            "ASSIGNMENT_TYPE": "individual",
            "SUBMISSION_TAG": "submit/1",
            "COMMIT_URL": "https://x.example/c",
            "RELEASE_URL": "https://x.example/r",
            "REVIEW_URL": "https://x.example/v",
            "RUNNER_TEMP": str(self.folder),
            "PYTHONPATH": str(self.folder),
            "OMP_NUM_THREADS": "1",
        }
        command = [sys.executable, bundle / "autograder.py"]
        return subprocess.run(command, cwd=self.checkout, env=env, capture_output=True, text=True)

    def result(self) -> dict:
        return json.loads((self.checkout / "result.json").read_text())


def test_the_starter_has_0_and_the_solved_notebooks_100(made, day, tmp_path):
    runner, scores = Runner(made, tmp_path), []
    for solved in (False, True):
        if solved:
            for stem in day.notebooks:
                master = Master(day.masters / f"{stem}.py")
                (runner.checkout / f"{stem}.py").write_text(script_text(master.solved), encoding="utf-8")
                (runner.checkout / f"{stem}.ipynb").write_text(notebook_text(master.solved), encoding="utf-8")
        done = runner.run()
        assert done.returncode == 0, done.stdout + done.stderr
        jsonschema.validate(runner.result(), RESULT_V1)
        assert runner.result()["owner"] == "ada" and runner.result()["submission"] == "submit/1"
        assert (runner.checkout / "report.html").stat().st_size > 1000
        scores.append((runner.result()["score"], runner.result()["max-score"]))
    assert scores == [(0, 100), (100, 100)]
    asked = next(line for line in done.stdout.splitlines() if line.startswith("PIP install"))
    assert re.search(r"--no-compile --require-hashes --requirement \S+/bundle/day1-vae/requirements.lock$", asked)


def test_a_student_s_own_grader_is_not_used(made, tmp_path):
    runner = Runner(made, tmp_path)
    (runner.checkout / "autograding/__main__.py").write_text("raise SystemExit('mine')")
    assert runner.run().returncode == 0 and runner.result()["score"] == 0


def test_an_install_that_fails_is_an_error_and_no_score(made, tmp_path):
    runner = Runner(made, tmp_path, pip="raise SystemExit('no network')")
    assert runner.run().returncode != 0
    assert not (runner.checkout / "result.json").exists()


def test_the_bundle_is_small_and_holds_no_notebook(made, tmp_path):
    assert Runner(made, tmp_path).size < classroom50.MOST_BYTES / 2
    bundle = made / "autograders/day1-vae"
    assert {path.name for path in bundle.iterdir()} == {"autograder.py", "requirements.lock", "autograding", "genlab"}
    assert pinned(bundle / "requirements.lock")["torch"] == "2.13.0+cpu"
    assert not list(bundle.rglob("*.ipynb"))


def test_a_bundle_that_is_too_large_is_a_sentence_and_leaves_nothing(day, tmp_path, monkeypatch):
    monkeypatch.setattr(classroom50, "MOST_BYTES", 1000)
    with pytest.raises(CourseError, match=r"The bundle of day1_vae has \d\.\d MiB packed"):
        classroom50.write([day], "my-org", "gen-models", [], tmp_path)
    assert not list(tmp_path.rglob("autograder.py"))


def test_the_template_is_the_assignment_without_our_workflow(made):
    listed = subprocess.run(["git", "ls-files"], cwd=made / "day1-vae", capture_output=True, text=True).stdout.split()
    assert "nb1_vanilla_vae.ipynb" in listed and "README.md" in listed
    assert not [name for name in listed if "workflows" in name]


def test_the_roster_has_its_five_columns(made):
    lines = (made / "roster.csv").read_text().splitlines()
    assert lines == [
        "username,first_name,last_name,email,section",
        "ada,Ada,Lovelace,ada@uni.example,A",
        "sukarno,,Sukarno,s@uni.example,",
    ]


def test_the_commands_name_what_is_there(made):
    text = (made / "COMMANDS.md").read_text()
    for name in re.findall(r"--source (\S+)|cp -R (\S+)|--runtime (\S+)|gen-models (roster\.csv)", text):
        assert (made / "".join(name)).exists(), name
    assert json.loads((made / "runtime.json").read_text()) == {"python": "3.11"}
    assert "--due 2026-11-26T23:59:00Z" in text and "--forge classroom50:my-org/gen-models" in text


# ---- An exam: an assignment for each of its papers, locked ----

PAPER, SLUG = "plain", "day4-exam-plain"


@pytest.fixture(scope="module")
def exam() -> Day:
    return Day.load("day4_exam").on(PAPER)


@pytest.fixture(scope="module")
def examined(exam, tmp_path_factory) -> Path:
    """What scripts/build.py makes of it: the students are on the first paper that is drawn."""
    shared = {"day4_exam": Seats({one.login: Seat("friday", PAPER) for one in STUDENTS})}
    return classroom50.write([exam], "my-org", "gen-models", STUDENTS, tmp_path_factory.mktemp("exam"), shared)


def test_nobody_reads_a_task_in_what_everybody_can_read(exam, examined):
    """A locked repository tells nothing (tests/classroom/test_what_a_repository_tells.py): the bundle has no more."""
    bundle, template = examined / "autograders" / SLUG, examined / SLUG
    listed = subprocess.run(["git", "ls-files"], cwd=template, capture_output=True, text=True).stdout.split()
    inside = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()}
    assert inside - set(listed) == {"autograder.py", "requirements.lock"}
    open_ones = {f"{stem}{suffix}" for stem in exam.notebooks for suffix in (".py", ".ipynb")}
    open_ones |= {"TASKS.md", "autograding/assignment.json", "autograding/recorded.json"}
    assert not open_ones & inside and not [name for name in inside if name.startswith("autograding/tests/test")]
    assert "autograding/locked/paper.bin" in inside and not list(bundle.rglob("unseen"))


def test_a_push_before_the_code_has_nothing_and_after_it_what_it_is_worth(exam, examined, tmp_path):
    runner, scores = Runner(examined, tmp_path, slug=SLUG), []
    for begun in (False, True):
        if begun:
            code = start_code("day4_exam", "friday", course_secret())
            (tmp_path / "bundle" / SLUG / classroom50.CODE).write_text(f"{code}\n")
            opening = [sys.executable, "-m", "autograding", "--start", code]
            subprocess.run(opening, cwd=runner.checkout, check=True, capture_output=True)
            for stem in exam.notebooks:
                solved = Master(exam.masters / f"{stem}.py").solved
                (runner.checkout / f"{stem}.py").write_text(script_text(solved), encoding="utf-8")
                (runner.checkout / f"{stem}.ipynb").write_text(notebook_text(solved), encoding="utf-8")
        done = runner.run()
        assert done.returncode == 0, done.stdout + done.stderr
        jsonschema.validate(runner.result(), RESULT_V1)
        scores.append((runner.result()["score"], runner.result()["max-score"]))
    assert scores == [(0, 20), (20, 20)]  # of the provided tests: the others are the regrade's


def test_each_student_is_told_the_own_paper_and_the_teacher_when_to_open_it(examined):
    lines = (examined / "day4_exam-accept.csv").read_text().splitlines()
    assert lines[1] == "ada,Ada Lovelace,ada@uni.example,friday,gh student accept my-org gen-models day4-exam-plain"
    text = (examined / "COMMANDS.md").read_text()
    path = f"gen-models/autograders/{SLUG}/{classroom50.CODE}"
    assert f"echo THE-CODE > config/{path}" in text and f"git -C config add {path}" in text
    assert "--due 2026-11-27T12:45:00Z" in text and "scripts/collect.py day4_exam --forge classroom50:" in text
    assert "gh student accept my-org gen-models day4-exam\n" not in text


def test_what_somebody_changed_in_the_template_is_not_replaced(made, day):
    (made / "day1-vae/README.md").write_text("mine")
    with pytest.raises(CourseError, match="day1-vae is not an untouched build"):
        classroom50.write([day], "my-org", "gen-models", [], made.parent)
    subprocess.run(["git", "checkout", "-q", "."], cwd=made / "day1-vae", check=True)


@pytest.mark.parametrize("text", ["my-org", "my-org/Gen", "my-org/gen_models", "/gen", "my org/gen", "my-org/"])
def test_what_is_no_classroom_is_refused(text):
    with pytest.raises(verbs.argparse.ArgumentTypeError, match="is not ORG/CLASSROOM"):
        verbs.room50(text)


@pytest.mark.parametrize(
    ("mine", "there"),
    [
        ("day1_vae-alice", "gen-models-day1-vae-alice"),
        ("day1_vae-al-ice", "gen-models-day1-vae-al-ice"),
        ("day4_exam-Bob", "gen-models-day4-exam-amber-bob"),
        ("day1_vae", "day1-vae"),
    ],
)
def test_a_name_goes_there_and_back(mine, there):
    paper = "amber" if "amber" in there else ""
    assert theirs(mine, "gen-models", paper) == there
    assert NAME.fullmatch(slug_of(mine.partition("-")[0], paper))
    known = {"day1_vae": [], "day4_exam": ["amber", "amber_turned"]}
    slug, _, login = mine.lower().partition("-")
    assert ours(there, "gen-models", known) == (slug, paper, login)


def test_a_paper_s_template_goes_there_and_back():
    assert theirs("day4_exam--amber_turned", "gen-models") == "day4-exam-amber-turned"
    known = {"day4_exam": ["amber", "amber_turned"]}
    assert ours("day4-exam-amber-turned", "gen-models", known) == ("day4_exam", "amber_turned", "")
    assert ours("gen-models-day4-exam-amber-turned-bob", "gen-models", known) == ("day4_exam", "amber_turned", "bob")


def test_what_is_no_student_s_repository_keeps_its_name():
    for name in ("classroom50", "gen-models-day1-vae", "other-day1-vae-alice", "gen-models-day9-alice"):
        assert ours(name, "gen-models", {"day1_vae": []}) is None
