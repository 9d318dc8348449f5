"""Whatever was handed in, and under whatever name: it is a row, and never an end of the batch."""

import csv
import os
import re
import shutil

import pytest
from attacks.arena import PARTLY, SOLVED, STEM
from regrade_course import notebook

from genweek.course.day import CourseError
from genweek.regrading import grades, submissions

pytestmark = [
    pytest.mark.skipif(not shutil.which("bwrap"), reason="the sandbox needs bubblewrap"),
    pytest.mark.usefixtures("warm"),
]


def test_a_missing_notebook_is_a_row(course):
    (course.handed_in / "ada").mkdir()
    row = course.run()["ada"]
    assert (row["score"], row["status"]) == ("0", "missing") and f"{STEM}.ipynb is missing" in row["warnings"]


def test_two_folders_of_one_student(course):
    course.hand_in("target-ada")
    course.hand_in("ada", PARTLY)
    row = course.run()["ada"]
    assert row["score"] == "100" and "target-ada was graded, ada was not" in row["warnings"]
    assert "target-ada" not in course.scores("ada").with_name("report.html").read_text()  # staff's affair


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
    assert sorted(re.sub("-[0-9a-f]{12}", "-ID", path.name) for path in course.out.iterdir()) == [
        ".lock",
        "fingerprints.json",
        "grades.csv",
        "recording-ID.json",
        "seed.txt",
        "students",
        "summary.txt",
    ]
    assert sorted(path.name for path in course.out.parent.iterdir()) == ["built", "grades", "masters", "submissions"]
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


def test_a_submission_is_read_when_its_turn_comes(course):
    course.hand_in("ada")
    (found,) = submissions.find(course.handed_in, "target")
    assert found.texts == {} and not found.found


@pytest.mark.parametrize(
    ("folder", "file", "said"),
    [
        ("day2_diffusion-ada", "notes.py", "holds day2_diffusion-ada, which belongs to day2_diffusion, not to target."),
        ("ada", "nb3_toy_ddpm.ipynb", "holds notebooks of day2_diffusion, and none of target."),
    ],
)
def test_another_days_folder_is_refused(course, folder, file, said):
    course.hand_in(folder, file=file)
    with pytest.raises(CourseError) as refused:
        course.run()
    assert said in str(refused.value) and not course.out.exists()


def test_another_days_grades_are_never_written_over(course):
    course.hand_in("ada")
    course.run()
    path = course.scores("ada")
    path.write_text(path.read_text().replace('"assignment": "target"', '"assignment": "day2_diffusion"'))
    with pytest.raises(CourseError, match="holds the grades of day2_diffusion, not of target. Nothing was done"):
        course.run("--resume")
