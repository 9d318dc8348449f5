"""The scripts as an instructor meets them: an example in the help, a sentence for what is wrong."""

import io
import re
import runpy
import shutil
import subprocess
import sys
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from genweek import verbs
from genweek.course import course_file, day
from genweek.forges import git as forge_git
from genweek.regrading import sandbox

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
VERBS = sorted(path.name for path in SCRIPTS.iterdir() if path.is_file() and not path.name.startswith("_"))

EAGER = ["codes.py", "demo", "environment.py", "make_data.py", "pictures.py"]  # without an argument they do all they can


def run(verb: str, *arguments: object) -> subprocess.CompletedProcess:
    path = SCRIPTS / (verb if (SCRIPTS / verb).exists() else f"{verb}.py")
    return subprocess.run([sys.executable, path, *map(str, arguments)], capture_output=True, text=True)


def tree() -> dict[str, tuple[int, int]]:
    """Every file that git would commit, with its time and its size."""
    listed = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split("\0")
    found = {name: (ROOT / name).lstat() for name in names if name and (ROOT / name).exists()}
    return {name: (facts.st_mtime_ns, facts.st_size) for name, facts in found.items()}


@pytest.fixture(scope="module")
def answers() -> dict[tuple[str, str], subprocess.CompletedProcess]:
    """What every script says to `--help`, and those that need no argument to a wrong one; and that no file changed."""
    before, asked = tree(), [(verb, "--help") for verb in VERBS] + [(verb, "--no-such-option") for verb in EAGER]
    with ThreadPoolExecutor(2) as side_by_side:
        said = dict(zip(asked, side_by_side.map(lambda one: run(*one), asked), strict=True))
    assert tree() == before
    return said


@pytest.mark.parametrize("verb", VERBS)
def test_help_shows_an_example_and_does_nothing(verb, answers):
    done = answers[verb, "--help"]
    assert done.returncode == 0, done.stderr
    assert re.search(rf"^examples?: +scripts/{re.escape(verb)}\b", done.stdout, re.M), done.stdout


@pytest.mark.parametrize("verb", EAGER)
def test_an_unknown_option_is_refused_and_does_nothing(verb, answers):
    done = answers[verb, "--no-such-option"]
    assert done.returncode != 0 and "--no-such-option" in done.stderr


@pytest.mark.parametrize("verb", VERBS)
def test_one_parser_and_one_end_for_all(verb):
    text = (SCRIPTS / verb).read_text(encoding="utf-8")
    assert "verbs.parser(__doc__" in text and "verbs.run(main" in text
    assert "ArgumentParser(" not in text


SENTENCES = [
    (("verify", "--only", "nb7"), "verify: There is no notebook 'nb7' in day0_check, day1_vae, "),
    (("verify", "day1_vea"), "verify: There is no assignment 'day1_vea'. Did you mean 'day1_vae'?"),
    (("build", "day9/"), "build: There is no assignment 'day9/'."),
    (("make_weights", "nb1.vae"), "make_weights: There are no weights called 'nb1.vae'. Did you mean 'nb1.vae2d'?"),
    (("experiments", "nb2.for_cells"), "experiments: There is no experiment called 'nb2.for_cells'. Did you mean"),
    (("regrade", "day1_vae/", "nowhere", "--out", "x"), "regrade: nowhere is no folder of submissions."),
    (("regrade", "day1_vae", "x", "--out", "x", "--jobs", "-1"), "--jobs: '-1' is not a whole number from 1 on"),
    (("dashboard", "day1_vae", "--watch", "0"), "--watch: '0' is not a whole number from 1 on"),
    (("dashboard", "day1_vae", "--watch", "9" * 5000), "--watch: '99999999999999999999' is too large"),
    (("dashboard", "day1_vae", "--since", "2026-11-27"), "'2026-11-27' is not a time. Write it as '2026-11-24 23:59'."),
    (("collect", "day1_vae", "--at", "0001-01-01 00:00"), "'0001-01-01 00:00' is not a time."),
    (("collect", "day1_vae", "--out", ""), "--out has an empty value: is a variable of the shell not set?"),
    (("collect", "day1_vae", "--out="), "--out has an empty value"),
    (("verify", "--only", " "), "--only has an empty value"),
    (("serve", "--port", "99999"), "--port: '99999' is no port from 1024 to 65535"),
    (("serve", "--host", "git uni"), "--host: 'git uni' is no name of a machine"),
    (("build", "--check", "--out", "x"), "with --check, out has no effect: leave it out"),
    (("make_weights", "--list", "nb1"), "with --list, names has no effect"),
    (("regrade", "day1_vae", "x", "--out", "x", "--merge", "y"), "with --merge, submissions has no effect"),
    (("regrade", "day1_vae", "--merge", "y", "--out", "x", "--jobs", "99"), "with --merge, jobs has no effect"),
    (("regrade", "day1_vae", SCRIPTS, "--out", "x", "--shard", "²/8"), "--shard ²/8: write it as K/N"),
]


def said_by(verb: str, *arguments: object) -> str:
    """What a verb prints, run in this process; its last sentence, where it ends with one."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(out):
        patch.setattr(sys, "argv", [f"{verb}.py", *map(str, arguments)])
        try:
            runpy.run_path(str(SCRIPTS / f"{verb}.py"), run_name="__main__")
        except SystemExit as end:
            return f"{out.getvalue()}{end.code if isinstance(end.code, str) else ''}"
    raise AssertionError("a verb ends the process")


@pytest.mark.parametrize(("command", "said"), SENTENCES)
def test_what_selects_nothing_is_refused(command, said):
    assert said in said_by(*command)


class Wrong:
    """A course of which something cannot be read. Its first assignment was graded already."""

    def __init__(self, folder: Path):
        self.folder, self.day = folder, folder / "assignments/day1_vae/assignment.toml"
        for slug in day.all_slugs():
            shutil.copytree(ROOT / "assignments" / slug, self.day.parent.parent / slug)
        (folder / "assignments/common").symlink_to(ROOT / "assignments/common")
        (folder / "solutions_private").symlink_to(ROOT / "solutions_private")
        self.course = Path(shutil.copy(ROOT / "assignments/course.toml", folder))
        self.roster = folder / "roster.csv"
        self.roster.write_text("login,name,email,extension_minutes_day2_diffusion\nzoe,Zoe,zoe@uni.example,45\n")
        (folder / "day1_vae").mkdir()
        (folder / "day1_vae/collection.csv").write_text("student,commit,status\nzoe,,nothing pushed\n")

    def break_in(self, path: Path, old: str, new: str) -> None:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def said_by(self, verb: str, slug: str = "day1_vae") -> str:
        common = [slug, "--roster", self.roster, "--forge", self.folder / "forge"]
        arguments = {
            "build": [slug, "--check"],
            "codes": [slug],
            "gradebook": ["--roster", self.roster, "--work", self.folder],
            "make_weights": ["nb1" if slug == "day1_vae" else "nb9"],
            "regrade": [slug, self.folder, "--out", self.folder.parent / "out", "--shard", "2/1"],
            "verify": [slug],
        }
        return said_by(verb, *arguments.get(verb, common))


@pytest.fixture
def wrong(tmp_path, monkeypatch) -> Wrong:
    made = Wrong(tmp_path / "course")
    monkeypatch.setattr(day, "ROOT", made.folder)
    monkeypatch.setattr(course_file.read_course, "__defaults__", (made.course,))
    return made


OF_A_FORGE = ["collect", "dashboard", "generate", "release_solutions"]


@pytest.mark.parametrize("verb", [*OF_A_FORGE, "build", "codes", "gradebook", "make_weights", "regrade", "verify"])
def test_a_wrong_assignment_is_one_sentence_from_every_verb_that_needs_it(wrong, verb):
    wrong.break_in(wrong.day, "title =", "titel =")
    said = "assignment.toml, line 1: 'titel' is not a key of the file. Did you mean 'title'?"
    assert [said in line for line in wrong.said_by(verb).splitlines()].count(True) == 1


@pytest.mark.parametrize("verb", ["collect", "dashboard", "release_solutions", "codes", "regrade"])
def test_a_wrong_assignment_is_in_no_other_s_way(wrong, verb):
    wrong.break_in(wrong.day, "title =", "titel =")
    assert "titel" not in wrong.said_by(verb, "day2_diffusion")


def test_a_gradebook_needs_only_what_is_graded_and_says_what_it_leaves_out(wrong):
    wrong.break_in(wrong.folder / "assignments/day2_diffusion/assignment.toml", "title =", "titel =")
    said = wrong.said_by("gradebook")
    assert "Not in it, for nothing of it is graded: day2_diffusion" in said and "canvas.csv" in said


@pytest.mark.parametrize("verb", [*OF_A_FORGE, "gradebook", "status"])
def test_a_wrong_course_or_roster_is_one_sentence_from_every_verb_that_reads_it(wrong, verb):
    wrong.break_in(wrong.roster, "_day2_diffusion", "_day2")
    said = "roster.csv, line 1: the column 'extension_minutes_day2' is for no assignment."
    assert said in wrong.said_by(verb) and not (wrong.folder / "forge").exists()
    wrong.break_in(wrong.course, "time_zone", "timezone")
    said = "course.toml, line 4: 'timezone' is not a key of the file. Did you mean 'time_zone'?"
    assert said in wrong.said_by(verb) and not (wrong.folder / "forge").exists()


@pytest.mark.parametrize("verb", ["collect", "dashboard", "release_solutions", "status"])
def test_a_forge_that_is_not_there_is_a_sentence_with_what_to_do(verb, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("login,name,email\nzoe,Zoe,zoe@uni.example\n")
    done = run(verb, "day1_vae", "--roster", roster, "--forge", tmp_path / "none")
    assert done.returncode == 1
    assert done.stderr.startswith(f"{verb}: There is no forge in")
    assert "scripts/generate.py" in done.stderr
    assert not (tmp_path / "none").exists()


def test_a_wrong_roster_stops_everything_before_it_begins(tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("login,name,email\nzoe,Zoe,zoe@uni.example\nzoe,Zoe,other@uni.example\n")
    done = run("generate", "day1_vae", "--roster", roster, "--forge", tmp_path / "forge", "--apply")
    assert done.returncode == 1
    assert "line 3: the login 'zoe' stands on line 2 already" in done.stderr
    assert not (tmp_path / "forge").exists()


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (("available", lambda: False), "It could read your files"),
        (("command", lambda *_: ["false"]), "pushes cannot be graded. bubblewrap is installed, but makes no sandbox here"),
    ],
)
def test_without_a_sandbox_one_warning_says_what_follows(tmp_path, monkeypatch, capsys, broken, said):
    monkeypatch.setattr(sandbox, "available", lambda: True)
    monkeypatch.setattr(sandbox, *broken)
    verbs.open_forge(Namespace(forge=tmp_path / "forge", apply=True), may_make=True)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("said", ["git version 2.31.8", "git version 1.9.1 (Apple Git-50)"])
def test_a_git_that_is_too_old_is_a_sentence(monkeypatch, said):
    monkeypatch.setattr(forge_git, "git", lambda *_: said)
    forge_git.check.cache_clear()
    with pytest.raises(forge_git.GitError, match="genweek needs git 2.32 or newer"):
        forge_git.check()


def test_a_git_that_is_missing_is_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(forge_git.GitError, match="git is not installed"):
        forge_git.git(tmp_path, "status")
