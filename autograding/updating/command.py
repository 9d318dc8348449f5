"""`python -m autograding --update`: the course's fixes come into this repository, and what the student has stays.

Three states are brought up to date, each by itself: the last commit, what is staged, and what lies in the folder. So work
that is not committed stays uncommitted, and work that is not staged stays unstaged. The folder comes first and the commit
last: what was cut off in between is found as it is, and completed, by the next run.
"""

from collections.abc import Callable
from pathlib import Path

from .bringing import Brought, bring, written_back
from .repository import Folder, Refused, Repository, Tree
from .starter import TRAILER, Starter, brought_by, is_half, made_on

BACKUP = "refs/autograding/before-update"
NO_FIX = "Nothing to do: the course has brought no fix."
UP_TO_DATE = "Nothing to do: all fixes of the course are here."
RELOAD = (
    "Now, in every notebook that is open in Jupyter: File > Reload Notebook from Disk. An open tab shows the old text, "
    "and would write it back. Should Jupyter ask because the file has changed on disk: Revert; or, where you have typed "
    "something since that you want to keep, Overwrite, and then run this again: it brings the fix into that, too."
)
WRITTEN_BACK = (
    "{} holds text from before the course's last fix: an open tab has written it back. Save it, run "
    "`python -m autograding --update`, then choose File > Reload Notebook from Disk."
)
ELSEWHERE = (
    "You have pushed work that is not in this folder ({}). The fix is here all the same. Bring that work here with "
    "`git pull --no-rebase`."
)
DETACHED = "You are on no branch (a detached head): before you push, `git switch -c BRANCH` gives your commits a name."
SHOWN = 6  # names in a list


def update(root: Path, say: Callable[[str], object] = print) -> int:
    """Bring what is new, and say what came and what was kept. 1 where it was refused, with the reason; else 0."""
    try:
        return _update(Repository(root), say)
    except Refused as refused:
        say(str(refused))
    except OSError as error:
        say(f"{error.strerror or error}: {error.filename}. Nothing is lost: when that is repaired, run this again.")
    except KeyboardInterrupt:
        say("Interrupted. Nothing is lost: run this again, and it goes on where it was.")
    return 1


def old_text_in(root: Path) -> list[str]:
    """A sentence for each notebook into which an open tab has written the text from before a fix. Raises nothing."""
    try:
        repo = Repository(root)
        last = repo.said("log", "-1", "--format=%H", f"--grep=^{TRAILER}: [0-9a-f]*$")
        newest = last and brought_by(repo.git, last)
        if not newest:
            return []
        starter = Starter.read(repo.git, newest)
        return [WRITTEN_BACK.format(path) for path in written_back(starter, len(starter.commits) - 1, Folder(root))]
    except (Refused, OSError, ValueError):
        return []  # not even a clone, perhaps: then no fix has come


def _update(repo: Repository, say: Callable[[str], object]) -> int:
    repo.must_be_at_rest()
    fix = repo.fetch()
    newest = fix and brought_by(repo.git, fix)
    if not (fix and newest):
        say(NO_FIX)
        return 0
    elsewhere = _catch_up(repo, fix)
    starter = Starter.read(repo.git, newest)
    since = starter.since(repo.git, "HEAD")
    folder, staged, committed = Folder(repo.root), repo.staged(), repo.committed()
    back = written_back(starter, since, folder)
    lying, waiting, kept = (bring(starter, since, state) for state in (folder, staged, committed))
    joined = newest if elsewhere else fix
    is_new = not repo.has(joined)
    if not (is_new or lying.changes or waiting.changes or kept.changes):
        say(UP_TO_DATE)
        return 0
    repo.keep(BACKUP)
    for path, content in lying.changes.items():
        folder.write(path, content)
    repo.stage(staged, waiting.changes)
    if is_new or kept.changes:
        _commit(repo, committed, kept, [joined] * is_new, newest)
    for sentence in _told(repo, lying, back, elsewhere, newest):
        say(sentence)
    return 0


def _catch_up(repo: Repository, fix: str) -> str:
    """Fast-forward to what was pushed from elsewhere, where git can; else the commit, which only the student can join."""
    pushed = made_on(repo.git, fix)
    if repo.has(pushed):
        return ""
    if repo.has("HEAD", pushed):
        try:
            repo.git("merge", "--ff-only", "--quiet", pushed)
            return ""
        except Refused:  # it would overwrite what is not committed here
            pass
    return pushed


def _commit(repo: Repository, tree: Tree, brought: Brought, joined: list[str], newest: str) -> None:
    head = repo.said("rev-parse", "HEAD")
    made = repo.commit(tree, brought.changes, [head, *joined], f"Starter update\n\n{TRAILER}: {newest}\n")
    for one in joined:  # the update as it is, where nothing was committed here since
        if repo.has(head, one) and repo.said("rev-parse", f"{one}^{{tree}}") == repo.said("rev-parse", f"{made}^{{tree}}"):
            made = one
    repo.git("update-ref", "-m", "autograding: an update of the starter", "HEAD", made, head)


def _told(repo: Repository, brought: Brought, back: list[str], elsewhere: str, newest: str) -> list[str]:
    came = [path for path in brought.changes if path not in brought.beside.values()]
    told = [f"The course's fix is in this folder now: {_listed(came) or 'your files had it already'}."]
    told += [f"Brought again, an open tab had written the old text back: {', '.join(back)}."] * bool(back)
    told += [f"Yours, as you wrote it, and changed by the fix too: {kept}" for kept in brought.kept]
    halves = {kept.partition(":")[0] for kept in brought.kept if is_half(kept.partition(":")[0])}
    scripts = sorted({Path(half).with_suffix(".py").name for half in halves})
    told += [f"What the course has there now: git show {newest[:10]}:{script}" for script in scripts]
    told += [f"{path} is the course's now. You had changed it; yours is {place}." for path, place in brought.beside.items()]
    told += [ELSEWHERE.format(elsewhere[:10])] * bool(elsewhere)
    told += [RELOAD] * any(path.endswith(".ipynb") for path in came)
    told += [f"The folder as it was before: `git show {BACKUP}:FILE`."]
    told += [f"You are on the branch {repo.branch}. Go on working, and push as always." if repo.branch else DETACHED]
    return told


def _listed(paths: list[str]) -> str:
    more = len(paths) - SHOWN
    halves_first = sorted(paths, key=lambda path: not is_half(path))
    return ", ".join(halves_first[:SHOWN]) + (f" and {more} more" if more > 0 else "")
