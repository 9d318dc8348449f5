"""The sandbox in which a regrade holds student code: bubblewrap around one warm parent.

Inside there is no network, no other process, no home, no submission, no test and no answer: only Python with its
libraries, the worker's own modules and what all students are given; and nothing in it can be written to.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path

from autograding.judge.processes import SETTINGS

from . import seccomp
from ..course.day import CourseError

STAGED = ("__init__.py", "task.py", "wire.py", "reading", "worker")  # of the grader: nothing that judges
NO_CACHE = shutil.ignore_patterns("__pycache__")
INSIDE = Path("/grader")  # what is staged, as those inside see it
SYSTEM = (
    "/usr",
    "/bin",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/sys/kernel/mm/transparent_hugepage",
)  # the C library looks there whether it may have huge pages
FIRST_UID = 60_600  # when an instructor is root, each lane's student is a user of its own; systemd uses none of these
WITH_FILTER = (
    "import os, sys; fd = os.open(sys.argv[1], os.O_RDONLY); os.set_inheritable(fd, True); "
    "os.execvp('bwrap', ['bwrap', '--seccomp', str(fd), *sys.argv[2:]])"
)
UNPROTECTED = (
    "there is no sandbox: student code runs with your rights, limited only in time and memory. It could "
    "read your files, the answers and other submissions, and use the network. Debian: apt-get install "
    "bubblewrap."
)


def available() -> bool:
    return shutil.which("bwrap") is not None


def check() -> None:
    """Raises CourseError where bubblewrap is installed and yet cannot make a sandbox."""
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch).chmod(0o755)
        tried = subprocess.run([*command(Path(scratch), 0), sys.executable, "-c", ""], capture_output=True, text=True)
    if tried.returncode:
        reason = (tried.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise CourseError(
            f"bubblewrap is installed, but makes no sandbox here ({reason}). Often this is a container, "
            "or a system that denies user namespaces: run this as root, or allow them (Ubuntu: sysctl "
            "kernel.apparmor_restrict_unprivileged_userns=0). --no-sandbox grades without "
            "protection."
        )


def stage(repo: Path, folder: Path) -> Path:
    """Copy into `folder` what a worker needs of a built assignment; returns it."""
    (folder / "autograding").mkdir(parents=True)
    for name in STAGED:
        source, target = repo / "autograding" / name, folder / "autograding" / name
        shutil.copytree(source, target, ignore=NO_CACHE) if source.is_dir() else shutil.copy(source, target)
    shutil.copytree(repo / "genlab", folder / "genlab", ignore=shutil.ignore_patterns("__pycache__", "locked"))
    (folder / "handed_out").mkdir()
    for path in [*repo.glob("*.ipynb"), *repo.glob("*.py")]:
        shutil.copy(path, folder / "handed_out")
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def command(staged: Path, lane: int) -> list[str]:
    """What to put before the command of a warm parent. `lane` numbers the sandboxes that run at the same time.

    Nothing in there can be written to: what one submission leaves behind, the next one could find.
    """
    arguments = [
        "--unshare-net",
        "--unshare-pid",
        "--unshare-ipc",
        "--unshare-uts",
        "--unshare-cgroup-try",
        "--die-with-parent",
        "--new-session",
        "--as-pid-1",
        "--clearenv",
        "--hostname",
        "grader",
    ]
    for path in _readable():
        for parent in reversed(Path(path).parents[:-1]):
            arguments += ["--perms", "0755", "--dir", str(parent)]  # else bubblewrap makes them for root alone
        arguments += ["--ro-bind", path, path]
    arguments += ["--ro-bind", str(staged), str(INSIDE), "--proc", "/proc", "--dev", "/dev", "--dir", "/tmp"]
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/"]
    for name, value in (SETTINGS | {"HOME": "/tmp"}).items():
        arguments += ["--setenv", name, value]
    arguments += ["--chdir", "/tmp"]
    if os.getuid() != 0:
        return [*_filtered(staged), *arguments, "--unshare-user", "--cap-drop", "ALL", "--"]
    # Root needs no user namespace, and limits on processes do not bind it: hand over to a user that owns nothing.
    uid = str(FIRST_UID + lane)
    become = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--inh-caps=-all", "--no-new-privs", "--"]
    return [*_filtered(staged), *arguments, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--", *become]


def _filtered(staged: Path) -> list[str]:
    """bubblewrap with a filter on system calls, which it wants as an open file."""
    path = staged / "system_calls.bpf"
    path.write_bytes(seccomp.program())
    return [sys.executable, "-I", "-S", "-c", WITH_FILTER, str(path)]


def _readable() -> Sequence[str]:
    """The system's libraries, this Python and its packages."""
    prefixes = {sys.base_prefix, sysconfig.get_path("platlib"), sysconfig.get_path("purelib"), str(Path(sys.executable))}
    prefixes |= {str(Path(sys.prefix) / "pyvenv.cfg"), str(Path(sys.executable).resolve())}
    inside_usr = [path for path in prefixes if path.startswith("/usr/")]
    return [path for path in [*SYSTEM, *sorted(prefixes - set(inside_usr))] if os.path.exists(path)]
