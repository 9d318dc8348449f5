"""Starts worker processes and makes sure that they end.

On Linux a warm parent with torch imported once forks each worker in milliseconds; elsewhere a worker is a process of
its own, because forking after torch was imported is not safe there.
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

PACKAGE_ROOT = Path(__file__).resolve().parent.parent.parent
STARTUP_LIMIT = 180.0  # seconds that importing torch may take on a cold, busy machine
REPLY_LIMIT = 30.0  # seconds that forking, or killing all that a worker has left, may take
SETTINGS = {
    "OMP_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "CUDA_VISIBLE_DEVICES": "",  # a check on a machine with a GPU sees what the runner sees
    # glibc keeps what it has freed: a worker's calls otherwise fault the same pages in again and again
    "MALLOC_TOP_PAD_": str(16 * 2**20),
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(256 * 2**20),
    # and has huge pages: a fork copies a list that is half as long
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
# Where these are set, a worker computes as on a lesser processor: answers must not depend on it (verify --capability).
PROCESSOR = ("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS")
PASSED_ON = ("PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LD_LIBRARY_PATH")
BOOT = (
    "import socket, sys; sys.path += sys.argv[1].split(sys.argv[2]); "
    "from autograding.worker.{module} import main; main({argument})"
)


class WorkerError(Exception):
    """No worker could be started; the message says what to do."""


class Worker:
    """A connection to one worker, and the power to end it."""

    def __init__(self, channel: socket.socket, end):
        self.channel, self._end = channel, end

    def end(self) -> None:
        self.channel.close()
        self._end()


class WorkerPool(Protocol):
    """Starts workers, one for each pair of a submission."""

    def worker(self) -> Worker:
        """A new worker. Raises WorkerError."""
        ...

    def close(self) -> None: ...


def worker_pool(paths: Sequence[Path] = ()) -> WorkerPool:
    """What starts workers on this machine. `paths` join sys.path at its end."""
    return WarmParent(paths) if sys.platform == "linux" else Spawner(paths)


class WarmParent:
    def __init__(self, paths: Sequence[Path] = (), sandbox: Sequence[str] = (), handed_out: Sequence[Path] = ()):
        """paths: as the worker sees them; inside a sandbox they replace our own folder.

        sandbox: a command to run inside. handed_out: notebooks, as the worker sees them, that submissions are made of.
        """
        argument = "int(sys.argv[3]), *sys.argv[4:]"
        self._command = _command("warm_parent", argument, paths if sandbox else [PACKAGE_ROOT, *paths])
        self._sandbox, self._handed_out = sandbox, handed_out
        self._boot()

    def _boot(self) -> None:
        self.control, theirs = socket.socketpair()
        with theirs:
            command = [*self._sandbox, *self._command, str(theirs.fileno()), *map(str, self._handed_out)]
            self.process = _start(command, pass_fds=[theirs.fileno()])
        self._ready = False

    def worker(self) -> Worker:
        """Fork a worker. Waits for torch the first time. Raises WorkerError."""
        try:
            return self._fork()
        except (OSError, WorkerError):
            if not self._ready:
                raise
        self.close()  # student code can end its parent, and a submission before this one may have done so
        self._boot()
        return self._fork()

    def _fork(self) -> Worker:
        self._wait_until_ready()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self.control, [b"fork"], [theirs.fileno()])
                pid = self._line()
            except OSError as error:
                ours.close()
                raise WorkerError(f"The process that starts workers does not answer ({error}).") from error
        return Worker(ours, lambda: self._end(pid))

    def close(self) -> None:
        self.control.close()
        self.process.kill()
        self.process.wait()

    def _wait_until_ready(self) -> None:
        if not self._ready:
            self.control.settimeout(STARTUP_LIMIT)
            with suppress(TimeoutError):
                self._ready = self.control.recv(5) == b"ready"
            if not self._ready:
                raise WorkerError(_explain(self.process))
            self.control.settimeout(REPLY_LIMIT)

    def _end(self, pid: bytes) -> None:
        with suppress(OSError, WorkerError):  # then the parent is gone, and every worker with it
            self.control.sendall(pid)
            self._line()

    def _line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            part = self.control.recv(1)
            if not part:
                raise WorkerError(_explain(self.process))
            line += part
        return line.strip()


class Spawner:
    def __init__(self, paths: Sequence[Path] = ()):
        self.paths = paths

    def worker(self) -> Worker:
        """Start a worker of its own. Raises WorkerError when Python itself cannot be started."""
        ours, theirs = socket.socketpair()
        with theirs:
            if os.name == "nt":
                command = _command("serve", "socket.fromshare(sys.stdin.buffer.read())", [PACKAGE_ROOT, *self.paths])
                process = _start(command, stdin=subprocess.PIPE)
                process.stdin.write(theirs.share(process.pid))
                process.stdin.close()
            else:
                command = _command("serve", "socket.socket(fileno=int(sys.argv[3]))", [PACKAGE_ROOT, *self.paths])
                fd = theirs.fileno()
                process = _start([*command, str(fd)], pass_fds=[fd], start_new_session=True)
        return Worker(ours, lambda: _end_group(process))

    def close(self) -> None:
        pass


def _end_group(process: subprocess.Popen) -> None:
    try:
        os.killpg(process.pid, 9)
    except (AttributeError, ProcessLookupError, PermissionError):
        process.kill()
    process.wait()


def _command(module: str, argument: str, paths: Sequence[Path]) -> list[str]:
    """Our own folder goes to the end of sys.path: a file `random.py` of the student's must not shadow a library."""
    boot = BOOT.format(module=module, argument=argument)
    joined = os.pathsep.join(map(str, paths))
    return [sys.executable, "-P", "-B", "-c", boot, joined, os.pathsep]


class _Process(subprocess.Popen):
    errors: IO[bytes]  # what it says when it fails


def _start(command: Sequence[str], **options) -> _Process:
    environment = {name: os.environ[name] for name in (*PASSED_ON, *PROCESSOR) if name in os.environ}
    environment |= SETTINGS
    options.setdefault("stdin", subprocess.DEVNULL)
    errors = tempfile.TemporaryFile()  # noqa: SIM115  (read when the process has failed)
    process = _Process(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=errors, cwd=tempfile.gettempdir(), **options
    )
    process.errors = errors
    return process


def _explain(process: _Process) -> str:
    process.kill()
    process.wait()
    process.errors.seek(0)
    last = process.errors.read().decode(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
    return f"The worker process could not start ({last[0]}). Is torch installed here? `pip install -r requirements.txt`"
