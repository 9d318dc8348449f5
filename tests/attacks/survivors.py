"""Staying alive when the submission is done."""

from .arena import Attack


def forks(child: str, then: str = "return x") -> str:
    return f"""
import ctypes, os, signal, subprocess, sys, threading, time
def scale(x):
    if os.fork() == 0:
        {child}
        os._exit(0)
    {then}
"""


ATTACKS = [
    Attack("child", "leaves a child that sleeps", forks("time.sleep(99)")),
    Attack(
        "double_fork",
        "leaves a grandchild in a session of its own",
        forks("os.setsid()\n        if os.fork() == 0: time.sleep(99)"),
    ),
    Attack(
        "deaf_child",
        "leaves a child that ignores every signal it can",
        forks("for s in set(range(1, 65)) - {9, 19, 32, 33}: signal.signal(s, signal.SIG_IGN)\n        time.sleep(99)"),
    ),
    Attack(
        "not_with_its_parent",
        "undoes the wish to die with its parent",
        forks("ctypes.CDLL(None).prctl(1, 0); ctypes.CDLL(None).prctl(36, 1); os.setsid(); time.sleep(99)"),
    ),
    Attack(
        "another_program",
        "starts another program",
        """
        def scale(x):
            import subprocess
            subprocess.Popen(["sleep", "99"], start_new_session=True)
            return x
        """,
    ),
    Attack(
        "daemon_thread",
        "leaves a thread",
        """
        def scale(x):
            import threading, time
            threading.Thread(target=time.sleep, args=(99,), daemon=True).start()
            return x
        """,
    ),
    Attack(
        "stopped",
        "stops itself",
        "def scale(x): import os; os.kill(os.getpid(), 19); return x",
        "did not return",
        limit=1.5,
    ),
    Attack(
        "relay",
        "forks for ever, each child a moment long",
        forks("os.setsid()\n        while True:\n            if os.fork(): os._exit(0)\n            time.sleep(0.001)"),
    ),
    Attack(
        "zombies",
        "leaves zombies",
        "def scale(x):\n    import os\n    for _ in range(10): os.fork() or os._exit(0)\n    return x",
    ),
    Attack(
        "vfork_shell",
        "leaves a shell that starts itself again",
        """
        def scale(x):
            import subprocess
            subprocess.Popen(["sh", "-c", "trap '' TERM HUP; while :; do sleep 0.05; done"], start_new_session=True)
            return x
        """,
    ),
    Attack(
        "timer",
        "sets a timer that fires during the next calls",
        """
        def scale(x):
            import os, signal
            signal.signal(signal.SIGALRM, lambda *a: os._exit(0))
            signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
            return x
        """,
    ),
]
