"""The pictures of the README, taken of the real pages: what a check says, and the wall of a made-up class."""

import io
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image

from autograding.reports import card as cards
from autograding.reports.reading import read_assignment, read_scores
from autograding.reports.scorecard import Outcome, ScoreCard, TaskScore

from ..classroom.wall.dashboard import render
from ..classroom.wall.progress import Class, Progress
from ..course.day import CourseError, Day
from ..course.roster import Student
from ..making.building import build
from ..making.masters import Master, script_text
from ..making.variants import mistakes

TASK, RIGHT, WRONG = "nb1.kl_divergence", "return 0.5 * (mu.pow(2)", "return (mu.pow(2)"
NAMED = ("nb1.sample_z", "nb1.kl_divergence")  # the tasks in which a mistake of this class has its name
CELL = """<!doctype html><meta charset="utf-8"><style>body {{ font: 15px sans-serif; margin: 16px; width: 800px }}
pre {{ background: #f5f5f5; border: 1px solid #ddd; padding: 8px; margin: 0 0 8px }}</style>
<pre>check("{task}")</pre>{card}"""


def check_cell(scratch: Path) -> str:
    """The page below an exercise whose answer lacks its factor, as the grader of a built repository makes it."""
    day = Day.load("day1_vae")
    repo, stem = build(day, scratch), day.notebooks[0]
    solved = script_text(Master(day.masters / f"{stem}.py").solved)
    if RIGHT not in solved:
        raise CourseError(f"{stem}.py does not have {RIGHT!r} any more: say in {__name__} what to spoil.")
    (repo / f"{stem}.py").write_text(solved.replace(RIGHT, WRONG), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "autograding", TASK, "--quiet"], cwd=repo, check=True)
    card = read_scores(repo / "scores.json", read_assignment(repo / "autograding/assignment.json"))
    return CELL.format(task=TASK, card=cards.render(card.only([TASK]), []))


def wall(count: int = 24) -> str:
    """A class an hour into the first session."""
    day, draw = Day.load("day1_vae"), random.Random(1)
    facts = json.loads((day.starter / "assignment.json").read_text(encoding="utf-8"))
    tests = [test for test in facts["tests"] if test["points"]]
    points = {id: sum(test["points"] for test in tests if test["id"] == id) for id in dict.fromkeys(t["id"] for t in tests)}
    said_of = {one.task_id: one.sentence or "" for one in mistakes(day) if one.task_id in NAMED}
    now, students = datetime.now(UTC), []  # an older page would say that it is old
    begin = now - timedelta(minutes=75)
    for number in range(count):
        done, tasks = draw.randint(0, 6), []
        for place, (id, most) in enumerate(points.items()):
            status = "pass" if place < done else "fail" if place == done and draw.random() < 0.7 else "todo"
            got, said = (most if status == "pass" else 0), said_of.get(id, "") if status == "fail" else ""
            tasks.append(TaskScore(id, got, most, (Outcome("a", "A test", status, got, most, "It returned nan.", said),)))
        score = ScoreCard(read_assignment(day.starter / "assignment.json"), sum(t.score for t in tasks), 100, tuple(tasks))
        gain = begin + timedelta(minutes=draw.randint(20, 74))
        student = Student(f"s{number}", f"Student {number}", f"s{number}@uni.example")
        last = min(now, gain + timedelta(minutes=draw.choice((0, 0, 12))))
        pushed = Progress(student, "graded", score, draw.randint(2, 9), begin, last, gain)
        students.append(pushed if number < count - 2 else Progress(student, "nothing pushed"))
    session = begin, begin + timedelta(hours=4)
    return render(Class(read_assignment(day.starter / "assignment.json"), tuple(points), tuple(students), *session, now))


def take(page: str, size: Sequence[int], path: Path) -> None:
    """A picture of a page, in few colours: it goes into the repository."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        raise CourseError("There is no chromium here, which takes the pictures: apt-get install chromium.")
    with tempfile.TemporaryDirectory() as scratch:
        html, png = Path(scratch) / "page.html", Path(scratch) / "page.png"
        html.write_text(page, encoding="utf-8")
        options = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={scratch}/profile",
        ]
        window = [f"--window-size={size[0]},{size[1]}", f"--screenshot={png}", html.as_uri()]
        subprocess.run([chromium, *options, *window], check=True, capture_output=True, timeout=300)
        picture, written = Image.open(png).convert("RGB"), io.BytesIO()
        picture.quantize(32).save(written, "PNG", optimize=True)
    path.write_bytes(written.getvalue())
