"""`python -m genlab.day0.rehearsal`: is this machine, and this clone, ready for the week?

Each step passes, or says in a sentence what to repair; the steps after it wait.
"""

import importlib.metadata
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STEPS = 200
# Seconds of one core that the training below takes somewhere, and minutes of it there for each notebook from top to bottom.
REFERENCE_SECONDS = 10.0
MINUTES = {"NB1": 3.0, "NB2": 3.5, "NB3": 3.3, "NB4": 3.3, "NB5": 2.1, "NB6": 0.5}
GREEN, RED, PLAIN = "\033[32m", "\033[31m", "\033[0m"


class Repair(Exception):
    """Something is to be repaired; the message says what, and how."""


def installed() -> str:
    """Are all packages there, in versions that fit together?"""
    named = {}
    for file in ("requirements.txt", "autograding/requirements.txt"):
        named |= dict.fromkeys(re.findall(r"^([A-Za-z][\w.-]*)", (ROOT / file).read_text(encoding="utf-8"), re.M))
    missing = []
    for name in named:
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        raise Repair(f"{', '.join(missing)} not installed for {sys.executable}: python -m pip install -r requirements.txt")
    import matplotlib.pyplot  # noqa: F401
    import torch

    return f"Python {sys.version.split()[0]}, torch {torch.__version__}"


def graded() -> str:
    """Does grading work here, and does it find the line that was written?"""
    if not (ROOT / "autograding" / "assignment.json").is_file():
        raise Repair("Nothing is open yet. Start first, with the code that is shown: python -m autograding --start CODE")
    with tempfile.TemporaryDirectory() as scratch:
        scores = Path(scratch) / "scores.json"
        done = _run(sys.executable, "-m", "autograding", "--quiet", "--json", str(scores))
        if not scores.is_file():
            raise Repair(f"python -m autograding wrote no score: {_last(done)} Show this to your instructor.")
        found = json.loads(scores.read_text(encoding="utf-8"))
    if found["score"] < found["max_score"]:
        message = next((test["message"] for task in found["tasks"] for test in task["tests"] if test["message"]), "")
        raise Repair(
            f"The check finds {found['score']} of {found['max_score']} points. {message} Is the notebook saved?".strip()
        )
    return f"{found['score']} of {found['max_score']} points"


def committed() -> str:
    """Is all of it in a commit?"""
    if _run("git", "rev-parse", "HEAD").returncode:
        raise Repair(f"{ROOT} is no git repository: clone it with `git clone ADDRESS`, and work in the clone.")
    for key in ("user.name", "user.email"):
        if not _run("git", "config", key).stdout.strip():
            raise Repair(f"git does not know your {key.removeprefix('user.')}: git config --global {key} …")
    if changed := _run("git", "status", "--porcelain").stdout.splitlines():
        raise Repair(f'{changed[0][3:]} is in no commit yet: git add --all, then git commit -m "rehearsal"')
    digits = _run("git", "rev-parse", "--short=16", "HEAD").stdout.strip()
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))  # as a receipt is read out


def pushed() -> str:
    """Has the server got it?"""
    done = _run("git", "ls-remote", "origin", "refs/heads/main")
    if done.returncode:
        raise Repair(f"The server cannot be reached: {_last(done)} Is the network there, and your key or password right?")
    if not done.stdout.startswith(_run("git", "rev-parse", "HEAD").stdout.strip()):
        raise Repair("The server does not have your last commit on main: git push origin HEAD:main")
    return "main is on the server"


def bundled() -> str:
    """Could the work be handed in on a stick?"""
    with tempfile.TemporaryDirectory() as scratch:
        bundle = str(Path(scratch) / "rehearsal.bundle")
        for words in (("create", bundle, "HEAD"), ("verify", bundle)):
            if (done := _run("git", "bundle", *words)).returncode:
                raise Repair(f"git bundle {words[0]} failed: {_last(done)} Is there room on the disk?")
        return f"a bundle of {Path(bundle).stat().st_size >> 10} kB"


def trained() -> str:
    """How long do the notebooks compute on this machine?"""
    factor = seconds_of_training() / REFERENCE_SECONDS
    return "minutes to compute, about: " + ", ".join(f"{name} {minutes * factor:.1f}" for name, minutes in MINUTES.items())


def seconds_of_training(steps: int = STEPS) -> float:
    """Of a small network on noise, as the notebooks train theirs."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.SiLU(), nn.Conv2d(32, 1, 3, padding=1), nn.Flatten(), nn.Linear(784, 784)
    )
    optimizer, x = torch.optim.AdamW(model.parameters()), torch.randn(64, 1, 28, 28)
    start = time.perf_counter()
    for _ in range(steps):
        optimizer.zero_grad()
        (model(x) - x.flatten(1)).square().mean().backward()
        optimizer.step()
    return time.perf_counter() - start


CHECKS: dict[str, Callable[[], str]] = {
    "installed": installed,
    "unlocked and graded": graded,
    "200 steps trained": trained,
    "committed": committed,
    "pushed": pushed,
    "bundled": bundled,
}


def rehearse() -> bool:
    """Look at everything, in order. Ends with one green line, or with what to repair."""
    for name, check in CHECKS.items():
        try:
            print(f"✓ {name}: {check()}", flush=True)
        except Repair as reason:
            print(f"{RED}✗ {name}: {reason}{PLAIN}")
            return False
        except (OSError, subprocess.SubprocessError, ImportError) as error:
            print(f"{RED}✗ {name}: {type(error).__name__}: {error}. Show this to your instructor.{PLAIN}")
            return False
    print(f"{GREEN}✓ All is ready for the week.{PLAIN}")
    return True


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def _last(done: subprocess.CompletedProcess[str]) -> str:
    return ((done.stderr.strip() or done.stdout.strip()).splitlines() or ["it said nothing."])[-1]


if __name__ == "__main__":
    sys.exit(0 if rehearse() else 1)
