"""What the server says of the last push: `python -m autograding --last`.

A server of the course keeps it in the repository that was pushed to, as the ref `refs/scores/COMMIT`: a blob of JSON with
the commit, the state (pending, success, failure or error), a description, the time, and `scores.json` where there is one.
"""

import json
import re
import subprocess
from datetime import datetime
from pathlib import Path
from typing import TextIO

from .escape import one_line
from .reading import card_of, read_assignment
from .receivers.terminal import Style, render

RESULTS = "refs/scores/"
AGAIN = "python -m autograding --last"
LIMIT = 60  # seconds for one answer of the server
GITHUB = re.compile(r"github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?$")


class NoAnswer(Exception):
    """There is no result to show; the message says why, and where to look."""


def show(folder: Path, assignment: Path, out: TextIO) -> int:
    """Print it. 1 when there is none."""
    try:
        branch, remote, ref = _upstream(folder)
        tip, results = _listed(folder, remote, ref)
        if tip is None:
            raise NoAnswer(f"Nothing has been pushed to {branch} yet: git push")
        commit = next((one for one in [tip, *_history(folder, tip)] if one in results), None)
        if commit is None:
            raise NoAnswer(_elsewhere(_git(folder, "config", f"remote.{remote}.url", otherwise=remote), tip))
        _git(folder, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", remote, RESULTS + commit)
        result = json.loads(_git(folder, "cat-file", "blob", results[commit]))
    except NoAnswer as reason:
        print(reason, file=out)
        return 1
    _print(result, commit, branch, assignment, out)
    if commit != tip:
        print(f"The server has said nothing yet of {tip[:7]}, which was pushed later.", file=out)
    head = _git(folder, "rev-parse", "HEAD")
    if head not in (tip, *_history(folder, tip)):
        print(f"Your latest commit, {head[:7]}, is not on the server: git push", file=out)
    return 0


def _print(result: dict, commit: str, branch: str, assignment: Path, out: TextIO) -> None:
    when = f"{datetime.fromisoformat(result['time']).astimezone():%a %d %b %Y, %H:%M:%S}"
    said = one_line(str(result["description"]))
    if result["state"] == "pending":
        said = f"{said}. Look again in a minute: {AGAIN}"
    if result.get("scores"):
        card = card_of(result["scores"], read_assignment(assignment), commit)
        print(render(card, Style.of(out)), end="\n\n", file=out)
    print(f"{branch} {commit[:7]}, {when}, the server: {said}", file=out)


def _upstream(folder: Path) -> tuple[str, str, str]:
    """The branch that is checked out, the remote that it is pushed to, and its ref there."""
    if _git(folder, "rev-parse", "--is-inside-work-tree", otherwise="") != "true":
        raise NoAnswer("This folder is in no git repository: run this in the one that you push.")
    branch = _git(folder, "symbolic-ref", "--quiet", "--short", "HEAD", otherwise="main")
    first = _git(folder, "remote").partition("\n")[0]
    remote = _git(folder, "config", f"branch.{branch}.remote", otherwise=first)
    if not remote:
        raise NoAnswer("This repository has no remote, so there is nothing that it could be pushed to: clone your own one.")
    return branch, remote, _git(folder, "config", f"branch.{branch}.merge", otherwise=f"refs/heads/{branch}")


def _listed(folder: Path, remote: str, ref: str) -> tuple[str | None, dict[str, str]]:
    """The tip of the branch on the server; and for each commit that it speaks of, the name of the blob."""
    lines = _git(folder, "ls-remote", "--quiet", remote, ref, f"{RESULTS}*").splitlines()
    found = {name: commit for commit, name in (line.split("\t", 1) for line in lines if "\t" in line)}
    results = {name.removeprefix(RESULTS): blob for name, blob in found.items() if name.startswith(RESULTS)}
    return found.get(ref), results


def _history(folder: Path, tip: str) -> list[str]:
    """The commits up to `tip`, the newest first; none when it is not here."""
    return _git(folder, "rev-list", tip, otherwise="").split()


def _elsewhere(url: str, tip: str) -> str:
    """Where the result of a push stands when the server keeps none for us."""
    if on_github := GITHUB.search(url):
        page = f"https://github.com/{on_github[1]}"
        return f"GitHub shows the score beside the commit, {page}/commit/{tip}, and the whole report under {page}/actions"
    return (
        "The server has no result that could be shown here. Is something pushed? Then ask your instructor where the score "
        "of a push stands."
    )


def _git(folder: Path, *arguments: str, otherwise: str | None = None) -> str:
    """What git prints. otherwise: what stands for a refusal; without it, NoAnswer with git's own words."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, encoding="utf-8", errors="replace", timeout=LIMIT
        )
    except FileNotFoundError:
        raise NoAnswer("git is not installed, or not in PATH.") from None
    except subprocess.TimeoutExpired:
        raise NoAnswer(f"The server has not answered for {LIMIT} seconds: try again later.") from None
    if done.returncode and otherwise is None:
        raise NoAnswer(f"The server cannot be asked. git says: {one_line(done.stderr) or 'nothing'}")
    return done.stdout.strip() if not done.returncode else otherwise or ""
