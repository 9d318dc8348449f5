"""A regrade goes on where it was, whatever ended it."""

import errno
import multiprocessing
import os
import shutil
import signal
import time
from pathlib import Path

import pytest
from attacks.arena import PARTLY, SOLVED, STEM

from genweek.alone import alone
from genweek.course.day import CourseError
from genweek.regrading import results

pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="the sandbox needs bubblewrap")

FREE = {"provisional": "", "under": "", "warnings": ""}  # not compared here
ADA = {"student": "ada", "score": "100", "max_score": "100", "claimed": "", "status": "graded"} | FREE


def test_each_student_has_a_row_a_page_and_scores(course, capsys):
    course.hand_in("target-ada")
    course.hand_in("target-bob", PARTLY)
    (course.handed_in / "target-bob" / "scores.json").write_text('{"score": 100}')
    rows = course.run()
    assert rows["ada"] | FREE == ADA | {"commit": ""}
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
    assert course.run("--resume")["ada"] | FREE == ADA | {"commit": "b" * 40}


def test_a_full_disk_is_a_sentence_and_loses_nothing(course, monkeypatch):
    for name in ("ada", "bob", "cyd"):
        course.hand_in(name)
    write = results.write

    def full(path, scores):
        if path.parent.name == "bob":
            path.with_name("new.json.part").write_text("{")
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write(path, scores)

    monkeypatch.setattr(results, "write", full)
    with pytest.raises(OSError, match="No space left on device"):
        course.run()
    monkeypatch.setattr(results, "write", write)
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


def test_one_run_at_a_time(course):
    course.hand_in("ada")
    course.out.mkdir()
    with alone(course.out), pytest.raises(CourseError, match="is writing to"):
        course.run()
    with alone(course.handed_in.parent), pytest.raises(CourseError, match="is writing to"):  # as collect holds them
        course.run()
    course.run()
    with pytest.raises(CourseError, match="another seed"):
        course.run("--resume", "--seed", "other")
    with pytest.raises(CourseError, match="lies among the submissions"):
        course.run(out=course.handed_in / "grades")


def test_the_secrets_of_a_run_are_for_its_owner_alone(course):
    course.hand_in("ada")
    course.run()
    secrets = [course.out / "seed.txt", *course.out.glob("recording-*.json")]
    assert len(secrets) == 2 and {path.stat().st_mode & 0o077 for path in secrets} == {0}
