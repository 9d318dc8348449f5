"""Students and the runner have one list of versions, and it can be installed without a network."""

import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from genweek.course.day import Day
from genweek.making import environment, wheelhouse
from genweek.making.building import build
from genweek.making.contents import COMMON
from genweek.making.environment import CONSTRAINTS, CPU_INDEX, LOCK, RUNNER, STUDENTS, Package, closure

CONDA, DOCKERFILE = COMMON / "environment.yml", COMMON / ".devcontainer" / "Dockerfile"


def test_the_lists_agree():
    assert list(environment.faults()) == []


@pytest.mark.parametrize(
    ("broken", "old", "new", "said"),
    [
        ("LOCK", "numpy==", "numpy==1.", "requirements.lock has numpy 1."),
        ("LOCK", "pytest-timeout==", "pytest-timeouts==", "requirements.lock lacks pytest-timeout"),
        ("CONSTRAINTS", "torch==2", "torch==1", "requirements.txt asks for torch==2.13.0, constraints.txt has 1."),
        ("STUDENTS", "tqdm>=4.67", "tqdm>=99", "requirements.txt asks for tqdm>=99, constraints.txt has 4."),
    ],
)
def test_what_does_not_agree_is_told(broken, old, new, said, tmp_path, monkeypatch):
    path = getattr(environment, broken)
    text = path.read_text()
    assert old in text
    (tmp_path / path.name).write_text(text.replace(old, new))
    monkeypatch.setattr(environment, broken, tmp_path / path.name)
    assert any(said in fault for fault in environment.faults())


@pytest.mark.parametrize("path", [CONSTRAINTS, LOCK, RUNNER, STUDENTS, CONDA], ids=lambda path: path.name)
def test_no_path_and_no_index_but_one_stands_in_them(path):
    text = path.read_text()
    assert set(re.findall(r"https?://\S+", text)) <= {CPU_INDEX}
    assert not re.search(r"file:|(?<![\w.])/\w", text.replace(CPU_INDEX, ""))


def test_every_line_of_the_lock_has_its_hash():
    pins = [line for line in LOCK.read_text().replace("\\\n", "").splitlines() if line[0] not in "#-"]
    assert len(pins) == len(environment.pinned(LOCK)) > 10
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==\S+ +--hash=sha256:[0-9a-f]{64}", pin)] == []


def test_conda_takes_the_same_list():
    facts = yaml.safe_load(CONDA.read_text())
    assert facts["channels"] == ["conda-forge", "nodefaults"]
    assert facts["dependencies"] == ["python=3.11", "pip", {"pip": ["-r requirements.txt"]}]


def included(path: Path) -> set[Path]:
    """A requirements file and all that it reads."""
    names = re.findall(r"^-[rc] +(\S+)", path.read_text(), re.M)
    found = {path.parent / name if (path.parent / name).exists() else COMMON.parents[1] / name for name in names}
    return {path}.union(*map(included, found))


def test_the_container_is_given_all_that_the_requirements_read():
    copied = re.findall(r"^COPY (\S+) (\S+)$", DOCKERFILE.read_text(), re.M)
    assert {Path(name).name for name, _ in copied} == {path.name for path in included(STUDENTS)}
    assert len(copied) == len(included(STUDENTS)) == 3
    assert all(f"/tmp/course/{name}".startswith(into) for name, into in copied)


def test_the_image_of_the_container_is_pinned():
    [image] = re.findall(r"^FROM (\S+)$", DOCKERFILE.read_text(), re.M)
    assert re.fullmatch(r"mcr\.microsoft\.com/devcontainers/python:[\w.-]*3\.11-\w+@sha256:[0-9a-f]{64}", image)


def test_what_is_needed_depends_on_the_system_and_on_extras():
    packages = {
        "a": Package("a", "1", "", (Requirement("b[x]"), Requirement("w; sys_platform == 'win32'"))),
        "b": Package("b", "1", "", (Requirement("c; extra == 'x'"), Requirement("d; extra == 'y'"))),
    }
    linux, windows = ({**environment.SYSTEMS[name], "python_version": "3.11"} for name in ("linux", "windows"))
    assert closure([Requirement("a")], packages, linux) == {"a", "b", "c"}
    assert closure([Requirement("a")], packages, windows) == {"a", "b", "c", "w"}


def test_every_system_has_its_own_pins():
    names = {system: {pin.partition("==")[0] for pin in wheelhouse.pins_of(system)} for system in environment.SYSTEMS}
    assert "appnope" in names["macos"] - names["linux"] and "pywinpty" in names["windows"] - names["macos"]
    assert "torch==2.13.0+cpu" in wheelhouse.pins_of("linux") and "torch==2.13.0" in wheelhouse.pins_of("macos")


def test_a_file_in_the_place_of_the_folder_is_a_sentence(tmp_path):
    (tmp_path / "wheels").write_text("")
    with pytest.raises(environment.CourseError, match=r"wheels is a file. Name a folder."):
        wheelhouse.fill(tmp_path / "wheels", ["linux"], ["3.11"])


@pytest.mark.slow
def test_a_student_installs_from_the_folder_alone_and_is_graded(tmp_path):
    """In a fresh environment, with the assignment's own requirements.txt; so does the runner, by hash."""
    count, _ = wheelhouse.fill(tmp_path / "wheels", ["linux"], ["3.11"])
    assert count == len(wheelhouse.pins_of("linux"))
    repo = build(Day.load("day1_vae"), tmp_path / "out")
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"

    def pip(*arguments: str) -> str:
        offline = ["--no-index", "--find-links", tmp_path / "wheels"] if arguments[0] == "install" else []
        done = subprocess.run([python, "-m", "pip", *arguments, *offline], cwd=repo, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    pip("install", "--quiet", "--require-hashes", "--dry-run", "-r", "autograding/requirements.lock")
    pip("install", "--quiet", "-r", "requirements.txt")
    there = {line.split("==")[0].lower().replace("_", "-"): line.split("==")[1] for line in pip("freeze").split()}
    pins = environment.pinned(CONSTRAINTS)
    assert {name: version for name, version in there.items() if version.partition("+")[0] != pins[name]} == {}
    graded = subprocess.run([python, "-m", "autograding", "nb1.kl_divergence"], cwd=repo, capture_output=True, text=True)
    assert "0/9" in graded.stdout, graded.stdout + graded.stderr
    assert sys.version_info[:2] == (3, 11)
