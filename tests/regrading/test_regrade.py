"""A regrade goes on where it was, whatever ended it, and no submission is more than a row."""

import csv
import errno
import json
import multiprocessing
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import regrade as script
from attacks.arena import PARTLY, SOLVED, STEM, Arena

from autograding.judge.processes import WorkerError
from genweek.alone import alone
from genweek.course.day import CourseError
from genweek.regrading import grades, sandbox, submissions
from genweek.regrading import lanes as regrading

pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="the sandbox needs bubblewrap")


@pytest.fixture(scope="module")
def arena(tmp_path_factory):
    arena = Arena(tmp_path_factory.mktemp("arena"))
    yield arena
    arena.close()


class Course:
    """A folder of submissions, and the real script on it; only the assignment is a small one."""

    def __init__(self, folder: Path, arena: Arena):
        self.arena, self.handed_in, self.out = arena, folder / "submissions", folder / "grades"
        self.handed_in.mkdir()

    def hand_in(self, name: str, text: str = SOLVED, file: str = f"{STEM}.py") -> Path:
        folder = self.handed_in / name
        folder.mkdir()
        (folder / file).write_text(text)
        return folder

    def run(self, *options: str, out: Path | None = None) -> dict[str, dict]:
        """The rows of grades.csv by student."""
        out = out or self.out
        arguments = [] if "--merge" in options else [str(self.handed_in)]
        sys.argv = ["regrade.py", "target", *arguments, "--out", str(out), "--jobs", "2", *options]
        end = script.main()
        rows = {row["student"]: row for row in grades.read_rows(out / "grades.csv")}
        assert end == any(row["status"] == "failed" for row in rows.values())
        return rows

    def scores(self, student: str) -> Path:
        return self.out / "students" / student / "scores.json"


@pytest.fixture
def course(arena, tmp_path, monkeypatch) -> Course:
    tmp_path.chmod(0o755)
    day = SimpleNamespace(slug="target", notebooks=[STEM])
    monkeypatch.setattr(script.Day, "load", lambda slug: day)
    monkeypatch.setattr(script.verbs, "known_slug", str)
    monkeypatch.setattr(script, "build", lambda day, out: shutil.copytree(arena.repo, out / "repo"))
    monkeypatch.setattr(script, "record", lambda *_: arena.recording)
    monkeypatch.setattr(sys, "argv", [])
    return Course(tmp_path, arena)


def notebook(text: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": text}]})


def test_each_student_has_a_row_a_page_and_scores(course, capsys):
    course.hand_in("target-ada")
    course.hand_in("target-bob", PARTLY)
    (course.handed_in / "target-bob" / "scores.json").write_text('{"score": 100}')
    rows = course.run()
    assert rows["ada"] | {"warnings": ""} == {
        "student": "ada",
        "score": "100",
        "max_score": "100",
        "claimed": "",
        "status": "graded",
        "commit": "",
        "warnings": "",
    }
    assert (rows["bob"]["score"], rows["bob"]["claimed"]) == ("20", "100")
    assert "Target" in course.scores("ada").with_name("report.html").read_text()
    assert "1 claimed more than they have: bob" in capsys.readouterr().out
    assert "1 claimed more" in (course.out / "summary.txt").read_text()


def test_a_run_that_is_killed_goes_on_where_it_was(course):
    for number in range(12):
        course.hand_in(
            f"s{number:02}", SOLVED + "\ndef scale(x):\n    import time; time.sleep(0.2); return 2.5 * x + x**2\n"
        )
    process = multiprocessing.get_context("fork").Process(target=course.run)
    process.start()
    while len(done := list(course.out.glob("students/*/scores.json"))) < 3:
        assert process.is_alive()
        time.sleep(0.02)
    lanes = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    deadline = time.monotonic() + 10
    while any(os.path.exists(f"/proc/{lane}/cwd") and "Z" not in _state(lane) for lane in lanes):
        assert time.monotonic() < deadline, "a judge outlived the run that was killed"
        time.sleep(0.02)
    assert len(lanes) >= 2
    before = {path: path.stat().st_mtime_ns for path in done}
    with pytest.raises(CourseError, match="--resume"):
        course.run()
    rows = course.run("--resume")
    assert len(rows) == 12 and all(row["score"] == "100" for row in rows.values())
    assert all(path.stat().st_mtime_ns == when for path, when in before.items())
    assert not (course.out / ".scratch").exists()


def _state(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_what_was_handed_in_anew_is_graded_anew(course):
    folder = course.hand_in("ada", PARTLY)
    (folder / ".commit").write_text("a" * 40)
    assert course.run()["ada"]["score"] == "20"
    (folder / f"{STEM}.py").write_text(SOLVED)
    assert course.run("--resume")["ada"]["score"] == "20"
    (folder / ".commit").write_text("b" * 40)
    assert course.run("--resume")["ada"] | {"warnings": ""} == {
        "student": "ada",
        "score": "100",
        "max_score": "100",
        "claimed": "",
        "status": "graded",
        "commit": "b" * 40,
        "warnings": "",
    }


def test_a_full_disk_is_a_sentence_and_loses_nothing(course, monkeypatch):
    for name in ("ada", "bob", "cyd"):
        course.hand_in(name)
    write = regrading.write

    def full(path, scores):
        if path.parent.name == "bob":
            path.with_name("new.json.part").write_text("{")
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write(path, scores)

    monkeypatch.setattr(regrading, "write", full)
    with pytest.raises(OSError, match="No space left on device"):
        course.run()
    monkeypatch.setattr(regrading, "write", write)
    assert not course.scores("bob").exists()
    assert {row["score"] for row in course.run("--resume").values()} == {"100"}


def test_a_disk_that_is_full_in_truth(course, tmp_path):
    if os.getuid() != 0 or os.system(f"mkdir {tmp_path}/small && mount -t tmpfs -o size=3m none {tmp_path}/small"):
        pytest.skip("only root can mount a small disk")
    try:
        course.hand_in("ada")
        (tmp_path / "small" / "filler").write_bytes(bytes(3 * 2**20 - 16 * 4096))
        with pytest.raises(OSError, match="No space left"):
            course.run(out=tmp_path / "small" / "grades")
        (tmp_path / "small" / "filler").unlink()
        assert course.run("--resume", out=tmp_path / "small" / "grades")["ada"]["score"] == "100"
    finally:
        os.system(f"umount {tmp_path}/small")


def test_a_missing_notebook_is_a_row(course):
    (course.handed_in / "ada").mkdir()
    row = course.run()["ada"]
    assert (row["score"], row["status"]) == ("0", "missing") and f"{STEM}.ipynb is missing" in row["warnings"]


def test_two_folders_of_one_student(course):
    course.hand_in("target-ada")
    course.hand_in("ada", PARTLY)
    row = course.run()["ada"]
    assert row["score"] == "100" and "target-ada was graded, ada was not" in row["warnings"]


@pytest.mark.parametrize("place", ["NB1 (1).ipynb", "my_nb1_solution.ipynb", f"work/{STEM}.ipynb"])
def test_a_notebook_under_another_name_is_found(course, place):
    folder = course.hand_in("ada", "", file="notes.py")
    (folder / place).parent.mkdir(exist_ok=True)
    (folder / place).write_text(notebook(SOLVED))
    row = course.run()["ada"]
    assert row["score"] == "100" and f"{place} was graded in its place" in row["warnings"]


def test_a_module_of_the_students_own_is_there(course):
    folder = course.hand_in("ada", f"{SOLVED}\n\nfrom helpers import scale\n")
    (folder / "helpers.py").write_text(SOLVED)
    row = course.run()["ada"]
    assert (row["score"], row["warnings"]) == ("100", "")


@pytest.mark.parametrize("others", [["nb1 a.ipynb", "nb1 b.ipynb"], [".ipynb_checkpoints/nb1_target.ipynb"]])
def test_a_notebook_is_not_guessed(course, others):
    folder = course.hand_in("ada", "", file="notes.py")
    for number, name in enumerate(others):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(
            notebook(SOLVED.replace("def ", f"NUMBER = {number}\n\n\ndef ", 1).replace("return ", f"return {number} + "))
        )
    assert course.run()["ada"]["score"] == "0"


NAMES = [
    "=cmd()",
    "-rf",
    "+1",
    "@SUM(A1)",
    "\uff1d1+1",
    "a\nb,100,100,,graded",
    "tab\there",
    "\u202eadA",
    "\x1b[31mred",
    "é\u0301\U0001f600",
    "target-",
    "target-.",
    "target-..",
    "'quoted\"",
    "grades.csv",
    "seed.txt",
    "recording.json",
    "n" * 200,
    "a b",
    "::error::x",
    "##[error]",
    os.fsdecode(b"\xff\xfe"),
]


def test_names_may_be_anything(course, capsys):
    for name in NAMES:
        course.hand_in(name, PARTLY)
    course.run()
    text = (course.out / "grades.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    assert len(rows) == len(NAMES) + 1 and all(len(row) == len(grades.COLUMNS) for row in rows)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\uff1d"))]
    assert all(letter.isprintable() or letter == "\n" for letter in text) and {row[1] for row in rows[1:]} == {"20"}
    assert sorted(path.name for path in course.out.iterdir()) == [
        ".lock",
        "grades.csv",
        "recording.json",
        "seed.txt",
        "students",
        "summary.txt",
    ]
    assert sorted(path.name for path in course.out.parent.iterdir()) == ["grades", "submissions"]
    assert "##[" not in capsys.readouterr().out


def test_odd_folders_never_end_the_batch(course, tmp_path):
    (course.handed_in / "file.txt").write_text("no folder")
    (course.handed_in / "link").symlink_to(course.arena.handed_in / "neighbour")
    os.mkfifo(course.handed_in / "pipe")
    course.hand_in("closed").chmod(0)
    os.mkfifo(course.hand_in("claims") / "scores.json")
    (course.hand_in("loop") / "loop").symlink_to(".")
    rows = course.run()
    (course.handed_in / "closed").chmod(0o755)
    assert sorted(rows) == ["claims", "closed", "link", "loop"]
    assert rows["link"]["score"] == "0" and "is a link" in rows["link"]["warnings"] and rows["claims"]["score"] == "100"


def test_who_ends_the_judge_is_a_row_and_the_others_are_graded(course, monkeypatch):
    for name in ("ada", "bob", "cyd", "dan"):
        course.hand_in(name)
    run = regrading.Lane.run
    monkeypatch.setattr(regrading.Lane, "run", lambda lane, one: os._exit(9) if one.student == "bob" else run(lane, one))
    rows = course.run()
    assert (rows["bob"]["status"], rows["bob"]["score"]) == ("failed", "0") and "ended the judge" in rows["bob"]["warnings"]
    assert [rows[name]["score"] for name in ("ada", "cyd", "dan")] == ["100"] * 3


def test_what_failed_is_a_row_said_loudly_and_tried_again(course, monkeypatch, capsys):
    course.hand_in("ada")
    with monkeypatch.context() as broken:
        broken.setattr(regrading, "grade", lambda *_: 1 / 0)
        row = course.run()["ada"]
    assert row["status"] == "failed" and "ZeroDivisionError" in row["warnings"]
    assert "LOOK AT IT: ada could not be graded" in capsys.readouterr().err
    assert course.run("--resume")["ada"]["score"] == "100"


def test_a_worker_that_cannot_start_is_no_fault_of_the_students(arena, monkeypatch):
    monkeypatch.setattr(regrading.WarmParent, "worker", lambda self: (_ for _ in ()).throw(WorkerError("no memory")))
    verdict = arena.grade("ada", SOLVED)
    assert verdict.scores["status"] == "failed" and verdict.says("It could not be graded: WorkerError: no memory")


def test_parts_make_the_same_table_as_one_run(course, tmp_path):
    for number in range(5):
        course.hand_in(f"s{number}", SOLVED if number % 2 else PARTLY)
    course.run("--seed", "7")
    parts = [tmp_path / "part1", tmp_path / "part2"]
    for number, part in enumerate(parts, 1):
        course.run("--seed", "7", "--shard", f"{number}/2", out=part)
    course.run("--merge", *map(str, parts), out=tmp_path / "merged")
    assert (tmp_path / "merged" / "grades.csv").read_bytes() == (course.out / "grades.csv").read_bytes()
    assert (tmp_path / "merged" / "summary.txt").read_bytes() == (course.out / "summary.txt").read_bytes()
    with pytest.raises(CourseError, match="in two parts"):
        grades.merge([parts[0], course.out], tmp_path / "again")
    with pytest.raises(CourseError, match="not done"):
        grades.merge([tmp_path / "nowhere"], tmp_path / "again")


@pytest.mark.parametrize("shard", ["3/2", "0/2", "1", "x/y"])
def test_a_part_that_is_none_is_a_sentence(course, shard):
    with pytest.raises(CourseError, match="write it as K/N"):
        course.run("--shard", shard)


def test_one_run_at_a_time(course):
    course.hand_in("ada")
    course.out.mkdir()
    with alone(course.out), pytest.raises(CourseError, match="is writing to"):
        course.run()
    course.run()
    with pytest.raises(CourseError, match="another seed"):
        course.run("--resume", "--seed", "other")
    with pytest.raises(CourseError, match="lies among the submissions"):
        course.run(out=course.handed_in / "grades")


def test_the_secrets_of_a_run_are_for_its_owner_alone(course):
    course.hand_in("ada")
    course.run()
    assert {(course.out / name).stat().st_mode & 0o077 for name in ("seed.txt", "recording.json")} == {0}


def test_without_bubblewrap_there_is_one_warning(course, monkeypatch, capfd):
    course.hand_in("ada")
    course.hand_in("bob", PARTLY)
    monkeypatch.setattr(sandbox, "available", lambda: False)
    assert [row["score"] for row in course.run().values()] == ["100", "20"]
    assert capfd.readouterr().err.count("there is no sandbox") == 1


def test_a_sandbox_that_does_not_work_is_a_sentence(monkeypatch):
    monkeypatch.setattr(sandbox, "command", lambda *_: ["sh", "-c", "echo bwrap: setting up uid map: denied >&2; exit 1"])
    with pytest.raises(CourseError, match=r"setting up uid map: denied\).*--no-sandbox"):
        sandbox.check()


def test_a_filter_that_cannot_be_made_is_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    with pytest.raises(CourseError, match="apt-get install libseccomp2"):
        sandbox.check()


def test_a_submission_is_read_when_its_turn_comes(course):
    course.hand_in("ada")
    (found,) = submissions.find(course.handed_in, "target")
    assert found.texts == {} and not found.found
