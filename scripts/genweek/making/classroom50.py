"""What a teacher brings to Classroom 50: a template, a bundle with the grader, the roster in its columns, the commands.

Its runner fetches the bundle, which anybody can read, runs `autograder.py` in a student's checkout and reads `result.json`.
An exam is an assignment for each of its papers, which template and bundle hold locked; the bundle is opened by its code, in
a file that is added to it when the code is shown.
The facts are those of its runner.py and autograde-runner.yaml of September 2026.
"""

import csv
import io
import json
import shlex
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from autograding import whole

from ..classroom.drawing import Seats
from ..course.day import CourseError, Day
from ..course.roster import Student
from ..course.schedule import Schedule, in_words
from ..forges.classroom50 import slug_of
from .building import build, is_a_build
from .closing import window_of

WORKFLOW = ".github/workflows/classroom.yml"  # grades what its own runner grades already, and would be paid for, too
MOST_BYTES = 10 * 2**20  # of a bundle, packed
ROSTER = ("username", "first_name", "last_name", "email", "section")
CODE = "CODE"  # in the bundle of an exam, from its beginning on
TAKEN = "accept.csv"  # who accepts which paper
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
if (HERE / "CODE").is_file():
    run("autograding", "--start", (HERE / "CODE").read_text().strip())
scores = Path(tempfile.mkdtemp(dir=os.environ.get("RUNNER_TEMP"))) / "scores.json"
run("autograding", "--quiet", "--work", WORK, "--json", scores)
sys.exit(run("autograding.report", scores, "--classroom50", WORK / "result.json", "--html", WORK / "report.html").returncode)
'''


def write(
    days: Sequence[Day],
    organisation: str,
    classroom: str,
    students: Sequence[Student],
    out: Path,
    seats: Mapping[str, Seats] = MappingProxyType({}),
) -> Path:
    """All of it, into a folder `classroom50`. Raises CourseError before anything is written.

    days: of an exam, one for each paper that is sat. seats: by exam, who writes on which paper."""
    folder = out / "classroom50"
    for day in days:
        if (target := folder / slug_of(day.slug, day.paper)).exists() and not is_a_build(target):
            raise CourseError(f"{target} is not an untouched build: move it away, or name another folder with --out.")
    for day in days:
        _assignment(day, folder)
    whole.write_whole(folder / "runtime.json", json.dumps(RUNTIME) + "\n")
    if students:
        whole.write_whole(folder / "roster.csv", roster(students), private=True)
    for slug, shared in seats.items():
        text = accepted(slug, shared, students, f"{organisation} {classroom}")
        whole.write_whole(folder / f"{slug}-{TAKEN}", text, private=True)
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


def accepted(slug: str, shared: Seats, students: Iterable[Student], where: str) -> str:
    """What each student of an exam types, for a mail merge: the paper is theirs alone to know."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["login", "name", "email", "sitting", "command"])
    for student in students:
        seat = shared.by_login[student.login]
        command = f"gh student accept {where} {slug_of(slug, seat.paper)}"
        lines.writerow([student.login, student.name, student.email, seat.sitting, command])
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
        slug, due = slug_of(day.slug, day.paper), _due(day).strftime("%Y-%m-%dT%H:%M:%SZ")
        lines += [
            "",
            f"gh repo create {organisation}/{slug} --private --source {slug} --push",
            f"gh repo edit {organisation}/{slug} --template",
            f"cp -R autograders/{slug} config/{classroom}/autograders/",
            f"git -C config add --all && git -C config commit -m {shlex.quote(f'Grade {slug}')} && git -C config push",
            f"gh teacher assignment add {organisation} {classroom} {slug} --name {shlex.quote(day.title)} "
            f"--template {organisation}/{slug} --due {due} --runtime runtime.json",
        ]
    theirs = [f"    gh student accept {organisation} {classroom} {slug_of(day.slug)}" for day in days if not day.paper]
    exams = sorted({day.slug for day in days if day.paper})
    theirs += [f"    … and of {slug} what stands in {slug}-{TAKEN} for each of them, days before it" for slug in exams]
    collected = list(dict.fromkeys(day.slug for day in days))
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
            *(line for day in days if day.facts.kind != "lab" for line in _beginning(day, classroom)),
            "Its score is feedback. The grade of record, after the deadline:",
            "",
            *(f"    scripts/collect.py {slug} --forge classroom50:{organisation}/{classroom}" for slug in collected),
            "",
        ]
    )


def _due(day: Day) -> datetime:
    """Of an exam, the end of the sitting in which its paper is sat."""
    return window_of(day).due if day.paper else Schedule.of(day).due


def _beginning(day: Day, classroom: str) -> list[str]:
    """What is typed when the code is shown: until then the bundle, which everybody can read, is locked."""
    window, slug = window_of(day), slug_of(day.slug, day.paper)
    path = f"{classroom}/autograders/{slug}/{CODE}"
    opens = f"git -C config add {path} && git -C config commit -m 'It begins' && git -C config push"
    return [
        f"On {in_words(window.opens)}, when the code of {day.place} is shown in the room, and not before it",
        f"(scripts/codes.py {day.slug} prints it):",
        "",
        f"    echo THE-CODE > config/{path}",
        f"    {opens}",
        "",
    ]


def _assignment(day: Day, folder: Path) -> None:
    """The template and the bundle."""
    slug = slug_of(day.slug, day.paper)
    target, bundle = folder / slug, folder / "autograders" / slug
    with tempfile.TemporaryDirectory() as scratch:
        locked, fresh = day.facts.kind != "lab", Path(scratch) / "bundle" / slug
        repo = build(day, Path(scratch), locked=locked, leave_out=(WORKFLOW,))
        if locked:  # what is locked opens only where all of its repository is
            shutil.copytree(repo, fresh, ignore=shutil.ignore_patterns(".git"))
        else:
            for room in ("autograding", "genlab"):
                shutil.copytree(repo / room, fresh / room)
        shutil.copy(repo / "autograding/requirements.lock", fresh)
        (fresh / "autograder.py").write_text(AUTOGRADER, encoding="utf-8")
        if (size := len(packed(fresh))) > MOST_BYTES:
            raise CourseError(f"The bundle of {day.place} has {size / 2**20:.1f} MiB packed; Classroom 50 takes 10.")
        for path, new in ((target, repo), (bundle, fresh)):
            shutil.rmtree(path, ignore_errors=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(new, path)
