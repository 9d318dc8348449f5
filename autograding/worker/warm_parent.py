"""A process that has imported torch once and forks a worker whenever the judge asks (Linux).

It runs no student code itself. It is also the reaper: whatever a worker leaves behind is re-parented to this process,
which kills it, so that nothing of one submission is alive when the next one starts.
"""

import contextlib
import ctypes
import gc
import os
import signal
import socket
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 1, 4, 36


def main(control_fd: int, *handed_out: str) -> None:
    """handed_out: notebooks that the submissions to come were made of."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as the first process of a namespace we get only what we handle
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")  # where memory runs out, it is this tree that the kernel should end
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    prctl(PR_SET_DUMPABLE, 0)  # a worker of the same user must not trace or rewrite its parent
    control = socket.socket(fileno=control_fd)

    from ..reading import pair  # imports torch, which is the point
    from . import serve as worker  # imports torch, which is the point

    pair.read_ahead(map(Path, handed_out))
    gc.freeze()  # a collection in a child would copy every page of torch's objects
    control.sendall(b"ready")
    serving: set[int] = set()
    while True:
        request, fds, _, _ = socket.recv_fds(control, 16, 1)
        if not request:
            return
        if fds:
            serving.add(pid := _fork(worker, control, fds[0], prctl))
            control.sendall(b"%d\n" % pid)
        else:
            serving.discard(int(request))
            _end(int(request), serving)
            control.sendall(b"gone\n")


def _fork(worker, control: socket.socket, fd: int, prctl) -> int:
    pid = os.fork()
    if pid == 0:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os.setsid()
        control.close()
        try:
            worker.serve(socket.socket(fileno=fd))
        finally:
            os._exit(1)
    os.close(fd)
    return pid


def _end(pid: int, serving: set[int]) -> None:
    """Kill a worker and every descendant that it leaves to us; other workers go on."""
    if os.getpid() == 1:  # in a namespace of our own, where one submission is graded at a time: nothing escapes this
        _end_all()
        return
    waiting = {pid}
    while waiting:
        for child in waiting:
            for kill in (os.killpg, os.kill):  # the group at once: a fork bomb has no time to go on
                with contextlib.suppress(ProcessLookupError):
                    kill(child, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, 0)
        with open(f"/proc/self/task/{os.getpid()}/children") as children:
            waiting = {int(child) for child in children.read().split()} - serving


def _end_all() -> None:
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(-1, signal.SIGKILL)
        while True:
            os.waitpid(-1, 0)
