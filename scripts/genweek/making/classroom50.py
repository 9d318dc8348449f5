"""What a teacher brings to Classroom 50: a template, a bundle with the grader, the roster in its columns, the commands.

Its runner fetches the bundle, which anybody can read, runs `autograder.py` in a student's checkout and reads `result.json`.
The facts are those of its runner.py and autograde-runner.yaml of September 2026.
"""

import csv
import io
import json
import shlex
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from autograding import whole

from ..course.day import CourseError, Day
from ..course.roster import Student
from ..course.schedule import Schedule
from ..forges.classroom50 import slug_of
from .building import build, is_a_build

WORKFLOW = ".github/workflows/classroom.yml"  # grades what its own runner grades already, and would be paid for, too
MOST_BYTES = 10 * 2**20  # of a bundle, packed
ROSTER = ("username", "first_name", "last_name", "email", "section")
RUNTIME = {"python": "3.11"}  # what requirements.lock is for, and what its image has at hand
AUTOGRADER = '''\
"""Classroom 50 runs this in a student's checkout. The grader and its tests lie beside it: the student's own copy of them
is not used."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE, WORK = Path(__file__).resolve().parent, Path.cwd()
INSTALL = ["install", "--quiet", "--disable-pip-version-check", "--no-compile", "--require-hashes"]


def run(*words):
    return subprocess.run([sys.executable, "-m", *map(str, words)], cwd=HERE, env=os.environ | {"OMP_NUM_THREADS": "1"})


run("pip", *INSTALL, "--requirement", HERE / "requirements.lock").check_returncode()
scores = Path(tempfile.mkdtemp(dir=os.environ.get("RUNNER_TEMP"))) / "scores.json"
run("autograding", "--quiet", "--work", WORK, "--json", scores)
sys.exit(run("autograding.report", scores, "--classroom50", WORK / "result.json", "--html", WORK / "report.html").returncode)
'''


def write(days: Sequence[Day], organisation: str, classroom: str, students: Sequence[Student], out: Path) -> Path:
    """All of it, into a folder `classroom50`. Raises CourseError before anything is written."""
    folder = out / "classroom50"
    if exams := ", ".join(day.slug for day in days if day.facts.kind == "exam"):
        raise CourseError(
            f"{exams} is an exam. A bundle of Classroom 50 can be read by everybody, so an exam is not made for it: hand it "
            "out from the folder or from an organisation on GitHub. Name the assignments that you want. Nothing was done."
        )
    for day in days:
        if (target := folder / slug_of(day.slug)).exists() and not is_a_build(target):
            raise CourseError(f"{target} is not an untouched build: move it away, or name another folder with --out.")
    for day in days:
        _assignment(day, folder)
    whole.write_whole(folder / "runtime.json", json.dumps(RUNTIME) + "\n")
    if students:
        whole.write_whole(folder / "roster.csv", roster(students), private=True)
    whole.write_whole(folder / "COMMANDS.md", commands(days, organisation, classroom, bool(students)))
    return folder


def packed(bundle: Path) -> bytes:
    """A bundle as its Pages workflow packs it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        archive.add(bundle, arcname=bundle.name)
    return buffer.getvalue()


def roster(students: Iterable[Student]) -> str:
    """In the five columns that its import reads. What stands before the last space is the first name."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(ROSTER)
    for student in students:
        first, _, last = student.name.rpartition(" ")
        lines.writerow([student.login, first, last, student.email, student.section])
    return text.getvalue()


def commands(days: Sequence[Day], organisation: str, classroom: str, with_roster: bool) -> str:
    """What the teacher types, in this folder, with GitHub's `gh` and its extension for teachers."""
    lines = [
        f"gh teacher init {organisation}",
        f"gh teacher classroom add {organisation} {classroom}",
        *[f"gh teacher roster import {organisation} {classroom} roster.csv"] * with_roster,
        f"gh repo clone {organisation}/classroom50 config",
        f"mkdir -p config/{classroom}/autograders",
    ]
    for day in days:
        slug, due = slug_of(day.slug), Schedule.of(day).due.strftime("%Y-%m-%dT%H:%M:%SZ")
        lines += [
            "",
            f"gh repo create {organisation}/{slug} --private --source {slug} --push",
            f"gh repo edit {organisation}/{slug} --template",
            f"cp -R autograders/{slug} config/{classroom}/autograders/",
            f"git -C config add --all && git -C config commit -m {shlex.quote(f'Grade {slug}')} && git -C config push",
            f"gh teacher assignment add {organisation} {classroom} {slug} --name {shlex.quote(day.title)} "
            f"--template {organisation}/{slug} --due {due} --runtime runtime.json",
        ]
    theirs = [f"    gh student accept {organisation} {classroom} {slug_of(day.slug)}" for day in days]
    return "\n".join(
        [
            f"# Classroom 50: {organisation}, {classroom}",
            "",
            "Type this in the folder of this file, once. You need `gh` and its extension for teachers.",
            "",
            *(f"    {line}".rstrip() for line in lines),
            "",
            "What students type; then they push as always, and every push is graded:",
            "",
            *theirs,
            "",
            "Its score is feedback. The grade of record, after the deadline:",
            "",
            *(f"    scripts/collect.py {day.slug} --forge classroom50:{organisation}/{classroom}" for day in days),
            "",
        ]
    )


def _assignment(day: Day, folder: Path) -> None:
    """The template and the bundle."""
    slug = slug_of(day.slug)
    target, bundle = folder / slug, folder / "autograders" / slug
    with tempfile.TemporaryDirectory() as scratch:
        repo, fresh = build(day, Path(scratch), leave_out=(WORKFLOW,)), Path(scratch) / "bundle" / slug
        for room in ("autograding", "genlab"):
            shutil.copytree(repo / room, fresh / room)
        shutil.copy(repo / "autograding/requirements.lock", fresh)
        (fresh / "autograder.py").write_text(AUTOGRADER, encoding="utf-8")
        if (size := len(packed(fresh))) > MOST_BYTES:
            raise CourseError(f"The bundle of {day.slug} has {size / 2**20:.1f} MiB packed; Classroom 50 takes 10.")
        for path, new in ((target, repo), (bundle, fresh)):
            shutil.rmtree(path, ignore_errors=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(new, path)
