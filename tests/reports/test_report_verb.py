"""`python -m autograding.report`, as the workflow calls it."""

import importlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from report_examples import HALF

from autograding.reports.delivery import Request, deliver
from autograding.reports.receivers import RECEIVERS

pytest_plugins = ["report_fixtures"]
ROOT = Path(__file__).resolve().parents[2]


def run(folder: Path, *arguments: str, env: dict | None = None) -> tuple[int, str]:
    (folder / "assignment.json").write_text(json.dumps({"assignment": "day1_vae", "title": "Day 1", "max_score": 100}))
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GITHUB_")}
    command = [sys.executable, "-m", "autograding.report", "scores.json", "--assignment", "assignment.json", *arguments]
    clean |= {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **(env or {})}
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, encoding="utf-8")
    assert done.stderr == ""
    return done.returncode, done.stdout


def obeyed(log: str) -> list[str]:
    """The commands that GitHub's runner would obey in `log`."""
    commands, token = [], None
    for line in log.splitlines():
        if match := re.match(r"::stop-commands::(\w+)$", line):
            token = match[1]
        elif token:
            token = None if line == f"::{token}::" else token
        elif re.match(r"\s*::|.*##\[", line):
            commands.append(line)
    return commands


def notices(points: int) -> list[str]:
    return [
        f"::notice title=Autograding complete::Points {points}/100",
        f'::notice title=Autograding report::{{"totalPoints":{points},"maxPoints":100}}',
    ]


def test_one_call_tells_everyone(tmp_path, github):
    (tmp_path / "scores.json").write_text(json.dumps(HALF))
    env = github.env | {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    code, log = run(tmp_path, "--html", "report.html", "--classroom50", "result.json", env=env)
    assert (code, obeyed(log)) == (0, notices(33))
    assert github.asked[0][2]["description"] == "autograding — 33/100"
    assert "33 / 100" in (tmp_path / "summary.md").read_text() and "of 100" in (tmp_path / "report.html").read_text()
    assert json.loads((tmp_path / "result.json").read_text())["score"] == 33
    assert "secret-token" not in log


def test_the_table_stands_where_no_line_is_obeyed(tmp_path):
    (tmp_path / "scores.json").write_text(json.dumps(HALF))
    log = run(tmp_path)[1].splitlines()
    token = re.fullmatch(r"::stop-commands::(\w{32})", log[0])[1]
    assert log[log.index(f"::{token}::") + 1 :] == notices(33)


@pytest.mark.parametrize("content", [None, "", "{", "[1]", '{"schema": "genweek/scores/v1", "tasks": 3}'])
def test_the_notices_are_printed_also_when_grading_crashed(tmp_path, content):
    if content is not None:
        (tmp_path / "scores.json").write_text(content)
    code, log = run(tmp_path, "--html", "report.html")
    assert (code, obeyed(log)) == (0, notices(0))
    assert "of 100" in (tmp_path / "report.html").read_text()


def test_a_status_that_cannot_be_posted_fails_nothing_and_is_said(tmp_path, github):
    (tmp_path / "scores.json").write_text(json.dumps(HALF))
    github.codes = [403]
    code, log = run(tmp_path, env=github.env | {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")})
    assert (code, obeyed(log)) == (0, notices(33))
    assert "The commit status was not posted: GitHub answered 403." in log
    assert "was not posted" in (tmp_path / "summary.md").read_text()


def test_a_report_that_cannot_be_written_stops_no_other(tmp_path):
    (tmp_path / "scores.json").write_text(json.dumps(HALF))
    env = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    code, log = run(tmp_path, "--html", "no/such/folder.html", env=env)
    assert (code, obeyed(log)) == (1, notices(33))
    assert "The HTML report could not be written" in log and (tmp_path / "summary.md").exists()


class Closed(io.StringIO):
    """A log whose reader has gone."""

    def write(self, text):
        raise BrokenPipeError


@pytest.mark.parametrize("name", RECEIVERS)
def test_a_receiver_that_fails_stops_no_other(read, monkeypatch, tmp_path, name):
    module = importlib.import_module(f"autograding.reports.receivers.{name}")
    monkeypatch.setattr(module, "deliver", lambda *_: 1 / 0)
    files = {"--html": tmp_path / "report.html", "--classroom50": tmp_path / "result.json"}
    request = Request({"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}, io.StringIO(), files)
    assert deliver(read(HALF), request) is False
    assert f"The {module.NAME} could not be written: ZeroDivisionError" in request.log.getvalue()
    assert obeyed(request.log.getvalue()) == ([] if name == "classroom" else notices(33))
    written = {path.name for path in tmp_path.iterdir()} - {"scores.json"}
    made = {"html": "report.html", "classroom50": "result.json", "summary": "summary.md"}
    assert written == set(made.values()) - {made.get(name)}


def test_a_log_that_is_closed_stops_no_file(read, tmp_path):
    files = {"--html": tmp_path / "report.html", "--classroom50": tmp_path / "result.json"}
    assert deliver(read(HALF), Request({}, Closed(), files)) is False
    assert all(path.exists() for path in files.values())


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0987-01-01", "soon", "", 3, None, "1" * 5000]
)
def test_a_score_of_an_odd_time_reaches_everybody(tmp_path, time):
    (tmp_path / "scores.json").write_text(json.dumps(HALF | {"graded_at": time}))
    code, log = run(tmp_path, "--html", "report.html", "--classroom50", "result.json")
    assert (code, obeyed(log)) == (0, notices(33))
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT[\d:]{8}Z", json.loads((tmp_path / "result.json").read_text())["datetime"])


def test_adding_a_receiver_touches_one_file_and_the_list():
    folder = ROOT / "autograding" / "reports" / "receivers"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "card"}  # the check's card is no receiver
    assert files == set(RECEIVERS)


def test_a_log_that_is_not_unicode_still_gets_its_notices(tmp_path):
    (tmp_path / "scores.json").write_text(json.dumps(HALF))
    code, log = run(tmp_path, env={"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"})
    assert (code, obeyed(log)) == (0, notices(33))


def test_a_student_s_file_does_not_shadow_a_library(tmp_path):
    (tmp_path / "scores.json").write_text(json.dumps(HALF))
    for name in ("json", "html", "random", "secrets", "argparse", "unicodedata", "jinja2"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)")
    code, log = run(tmp_path, "--html", "report.html")
    assert (code, obeyed(log)) == (0, notices(33))


def test_reporting_waits_for_nothing_heavy():
    code = "import sys, autograding.report; print({'torch', 'numpy', 'pytest', 'jinja2', 'IPython'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr
