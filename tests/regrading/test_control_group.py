"""All that a submission starts and keeps counts against one bound, where the system has control groups."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from genweek.regrading import control_group

HOARD = """
import os, sys
kept, piece = [], bytes(2**20)
for _ in range(int(sys.argv[1])):
    kept.append(os.memfd_create("more"))
    for _ in range(50): os.write(kept[-1], piece)
print("kept")
"""


@pytest.fixture
def group(monkeypatch):
    monkeypatch.setattr(
        control_group,
        "LIMITS",
        {
            "cgroup2": {"": {"memory.max": 2**28, "memory.swap.max": 0, "pids.max": 20}},
            "cgroup": {"memory": {"memory.limit_in_bytes": 2**28}, "pids": {"pids.max": 20}},
        },
    )
    made = control_group.make("test")
    if made is None:
        pytest.skip("this system lets us make no control group")
    yield made
    made.remove()
    assert not any(folder.exists() for folder in made.folders)


def test_files_without_a_name_count(group):
    run = [sys.executable, "-c", HOARD]
    assert subprocess.run(group.joined([*run, "2"]), capture_output=True, text=True).stdout == "kept\n"
    done = subprocess.run(group.joined([*run, "20"]), capture_output=True, text=True)
    assert done.stdout == "" and done.returncode != 0


def test_processes_count(group):
    fork = "import os, time\nfor _ in range(40):\n    if not os.fork(): time.sleep(1)\nprint('forked')"
    done = subprocess.run(group.joined([sys.executable, "-c", fork]), capture_output=True, text=True, timeout=8)
    assert "forked" not in done.stdout and "BlockingIOError" in done.stderr


def test_both_versions_of_the_interface_are_limited(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "mkdir", _with_files(Path.mkdir))
    for kind, folders in (("cgroup2", {"": "unified"}), ("cgroup", {"memory": "memory", "pids": "pids"})):
        lines = [f"none {tmp_path / kind / folder} {kind} rw,{controller} 0 0" for controller, folder in folders.items()]
        for folder in folders.values():
            (tmp_path / kind / folder).mkdir(parents=True)
        (tmp_path / kind / "mounts").write_text("\n".join(lines))
        made = control_group.make("x", str(tmp_path / kind / "mounts"))
        written = {file.read_text() for folder in made.folders for file in folder.iterdir()}
        assert {str(control_group.MEMORY), str(control_group.TASKS)} <= written


def test_without_control_groups_there_is_none(tmp_path):
    (tmp_path / "mounts").write_text("proc /proc proc rw 0 0\n")
    assert control_group.make("x", str(tmp_path / "mounts")) is None
    assert control_group.make("x", str(tmp_path / "no such file")) is None


def test_what_a_killed_run_has_left_is_swept(tmp_path):
    gone, ours = tmp_path / "genweek-999999999-lane1", tmp_path / f"genweek-{os.getpid()}-lane1"
    gone.mkdir()
    ours.mkdir()
    control_group.sweep(tmp_path)
    assert ours.exists() and not gone.exists()


def _with_files(mkdir):
    """The kernel fills a new group's folder by itself."""

    def made(path, *arguments, **options):
        mkdir(path, *arguments, **options)
        if path.name.startswith(control_group.PREFIX):
            for name in ("memory.max", "memory.swap.max", "pids.max", "memory.limit_in_bytes"):
                (path / name).touch()

    return made
