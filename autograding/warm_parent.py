"""A process that has imported torch once and forks a worker whenever the judge asks (Linux).

It runs no student code itself. It is also the reaper: whatever a worker leaves behind is re-parented to this process,
which kills it, so that nothing of one submission is alive when the next one starts.
"""

import ctypes
import gc
import os
import signal
import socket
import sys

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 1, 4, 36


def main(control_fd: int) -> None:
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    control = socket.socket(fileno=control_fd)

    from . import worker  # imports torch, which is the point

    gc.freeze()  # a collection in a child would copy every page of torch's objects
    control.sendall(b"ready")
    while True:
        request, fds, _, _ = socket.recv_fds(control, 16, 1)
        if not request:
            return
        if fds:
            control.sendall(b"%d\n" % _fork(worker, control, fds[0], prctl))
        else:
            _end(int(request))
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


def _end(pid: int) -> None:
    """Kill a worker and every descendant that it leaves to us."""
    waiting = [pid]
    while waiting:
        for child in waiting:
            try:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
        with open(f"/proc/self/task/{os.getpid()}/children") as children:
            waiting = [int(child) for child in children.read().split()]


if __name__ == "__main__":
    main(int(sys.argv[1]))
