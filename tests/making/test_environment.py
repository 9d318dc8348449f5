"""Students and the runner have one list of versions, and it can be installed without a network."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from genweek.making import environment, wheelhouse
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


# ---- With wheels that hold nothing but what they are called and need: pip itself, and no download ----


def hollow(folder: Path, pins: Iterable[str]) -> Path:
    folder.mkdir()
    for pin in pins:
        name, _, version = pin.partition("==")
        stem = f"{name.replace('-', '_')}-{version}"
        with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
            facts = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            facts += "".join(f"{line}\n" for line in _needs(name))
            wheel.writestr(f"{stem}.dist-info/METADATA", facts)
            wheel.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{stem}.dist-info/RECORD", "")
    return folder


def _needs(name: str) -> list[str]:
    """As it is installed here: what only another system has, is not. A GPU's packages are not asked for by the CPU build."""
    with suppress(metadata.PackageNotFoundError):
        said, needs = metadata.metadata(name), metadata.requires(name) or []
        lines = [f"Provides-Extra: {extra}" for extra in said.get_all("Provides-Extra") or []]
        return lines + [f"Requires-Dist: {need}" for need in needs if not need.startswith(("nvidia", "triton", "cuda"))]
    return []


@pytest.fixture
def index(tmp_path, monkeypatch) -> Path:
    """What pip finds, and nothing else."""
    pins = {pin for system in environment.SYSTEMS for pin in wheelhouse.pins_of(system)}
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(hollow(tmp_path / "index", pins)))
    return tmp_path / "index"


def installed(command: str, folder: Path) -> dict[str, str]:
    """name -> version, of what pip would install by a command."""
    words = [sys.executable, *shlex.split(command)[1:], "--dry-run", "--ignore-installed", "--quiet"]
    done = subprocess.run([*words, "--report", "-"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    facts = [row["metadata"] for row in json.loads(done.stdout)["install"]]
    return {canonicalize_name(one["name"]): one["version"].partition("+")[0] for one in facts}


def pins_on_linux() -> dict[str, str]:
    pins = (pin.partition("==") for pin in wheelhouse.pins_of("linux"))
    return {name: version.partition("+")[0] for name, _, version in pins}


def test_a_student_installs_from_the_folder_alone(built, index, tmp_path, monkeypatch):
    """What scripts/wheelhouse.py fills, by the line that it writes."""
    count, _ = wheelhouse.fill(tmp_path / "wheels", ["linux"], ["3.11"])
    assert count == len(wheelhouse.pins_of("linux"))
    monkeypatch.delenv("PIP_FIND_LINKS")
    [line] = [line for line in (tmp_path / "wheels" / wheelhouse.NOTE).read_text().splitlines() if "-m pip" in line]
    assert installed(line.replace("FOLDER", str(tmp_path / "wheels")), built) == pins_on_linux()


def test_the_container_s_step_installs_what_everybody_has(built, index, tmp_path):
    """RUN and COPY of the Dockerfile, in a repository that a student gets. Its image, and the build, need Docker."""
    text, course = DOCKERFILE.read_text(), tmp_path / "course"
    for source, into in re.findall(r"^COPY (\S+) (\S+)$", text, re.M):
        target = course / Path(into).relative_to("/tmp/course")
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(built / source, target)
    [command] = re.findall(r"^RUN (.*)$", text, re.M)
    assert installed(command.replace("/tmp/course", str(course)), tmp_path) == pins_on_linux()
    kinds = re.findall(r"^([A-Z]+) ", text, re.M)
    assert sorted(set(kinds)) == ["COPY", "ENV", "FROM", "RUN", "USER"]
