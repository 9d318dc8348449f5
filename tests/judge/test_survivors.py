"""Nothing of a submission is alive when a push is graded, where no sandbox ends it: each leaves a child in its own way."""

import os
import time

import pytest

from genweek.making.masters import script_text

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="looks for processes in /proc")
SECONDS = f"77.{os.getpid()}"  # by this we know them, beside another run of these tests
SLEEP = f"os.execvp('sleep', ['sleep', '{SECONDS}'])"
LONELY = "ctypes.CDLL(None).prctl(1, 0); os.setsid()"  # does not die with its parent, and is in no group
WAYS = {
    "in_a_session_of_its_own": f"if os.fork() == 0: os.setsid(); {SLEEP}",
    "by_two_forks": f"if os.fork() == 0:\n        if os.fork() == 0: {LONELY}; {SLEEP}\n        os._exit(0)",
    "without_the_warm_parent": f"if os.fork() == 0: {LONELY}; {SLEEP}\n    time.sleep(0.2); os.kill(os.getppid(), 9)",
    "its_worker_kills_the_warm_parent": f"if os.fork() == 0: {LONELY}; {SLEEP}\n    "
    "os.kill(os.getppid(), 9); time.sleep(0.3); os._exit(0)",
    "under_a_reaper_of_its_own": "if os.fork() == 0:\n"
    f"        {LONELY}; ctypes.CDLL(None).prctl(36, 1)\n        if os.fork() == 0: {SLEEP}\n        {SLEEP}",
    "as_another_program": f"subprocess.Popen(['setsid', 'sleep', '{SECONDS}'], start_new_session=True)",
}


def sleeping() -> list[str]:
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline") as file:
                found += [pid] * (file.read() == f"sleep\0{SECONDS}\0")
        except OSError:
            continue
    return found


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_alive_after_a_push(repo, nb1, python, way):
    code = f"import ctypes, os, subprocess, time\ndef sample_z(*args):\n    {WAYS[way]}\n    return args[0]"
    (repo / "nb1_vanilla_vae.py").write_text(f"{script_text(nb1.solved)}\n# %%\n{code}\n", encoding="utf-8")
    done = python("-m", "autograding", "nb1.sample_z", "--quiet")
    assert done.returncode == 0, done.stderr
    for _ in range(20):
        if not sleeping():
            break
        time.sleep(0.05)
    assert not sleeping()
