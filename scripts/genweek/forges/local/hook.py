"""The server's side of a push to the local forge: `hook.py FORGE pre-receive|post-receive`, called by git.

`hook.py FORGE catch-up` goes on with what a restart of the server has cut off. `hook.py FORGE doors` waits for what is
hidden, and lets it be seen when its time has come. Standard library only until a grade is due: a
push should not wait for more than it needs.
"""

import os
import subprocess
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(SCRIPTS), str(SCRIPTS.parent)]

from genweek.forges.forge import Status  # noqa: E402
from genweek.forges.git import ZERO  # noqa: E402
from genweek.forges.local import answering, limits, push_log  # noqa: E402
from genweek.forges.local.hooks import ERRORS  # noqa: E402
from genweek.forges.local.local_forge import LocalForge  # noqa: E402

SORRY = {
    "pre-receive": "The server cannot take pushes now; nothing was taken. Your commits are safe on your machine: tell your "
    "instructor, who finds the reason in errors.txt of the forge.",
    "post-receive": "Your push is on the server, which could not grade it. Tell your instructor, who finds the reason in "
    "errors.txt of the forge.",
}
CUT_OFF = "{verb} was cut off ({error}). Nothing that was pushed is lost: mend that, then run `catch-up`."
MAIN = "main"
WHO = "GL_USER"  # who pushes, as gitolite knows from the key; missing where somebody pushes to the folder itself


def pre_receive(forge: LocalForge, name: str) -> int:
    """Refuses a push to a repository that nobody may write to, and one that is more than a repository may take."""
    access, who, hours = forge.access(name), os.environ.get(WHO), forge.hours(name)
    takes = forge.closed((forge.template(name) or name).partition("--")[0])  # an exam has a template for each paper
    if who is not None and who not in access:
        reason = f"{name} is not {who}'s: nothing was taken. Push to a repository of your own."
    elif "write" not in ([access[who]] if who else access.values()) or (takes is not None and name not in takes):
        reason = f"{name} is closed: it takes no pushes now. Your commits are safe on your machine; ask your instructor."
    elif hours and hours.refusal(name, forge.now()):
        reason = hours.refusal(name, forge.now())
    else:
        reason = limits.refusal(forge.repo(name), _moved(), forge.pushes(name), forge.now())
    print(reason, end="\n" if reason else "")
    return 1 if reason else 0


def post_receive(forge: LocalForge, name: str) -> int:
    """Notes every push at once, then grades, so that a client that goes away has still pushed in time."""
    how = forge.settings["grading"]
    moved = [(ref.removeprefix(push_log.HEADS), old, new) for old, new, ref in _moved() if ref.startswith(push_log.HEADS)]
    pushed = [(branch, old, new) for branch, old, new in moved if new != ZERO]
    for branch, old, new in pushed:
        push_log.note_push(forge.repo(name), branch, old, new, forge.now())
        if how != "off" and forge.status(name, new) is None:
            forge.set_status(name, new, Status("pending", "received"))
    if pushed and all(push.branch != MAIN for push in forge.pushes(name)):
        answering.say(f"Nothing is on {MAIN} yet, and only what is pushed to {MAIN} counts: git push origin HEAD:{MAIN}")
    hours = forge.hours(name)
    if pushed and hours and (said := hours.earliness(forge.now()) or hours.lateness(forge.now())):
        answering.say(said)
    if how == "off" or not pushed:
        return 0
    answering.say("Received. Grading …")
    if how == "foreground":
        _grade(forge, name)
    else:
        command = [sys.executable, "-I", __file__, str(forge.folder), "grade", name]
        nothing = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        subprocess.Popen(command, **nothing, start_new_session=True)
    patience = forge.settings["patience"] if how == "background" else 0
    answering.answer(forge, name, [(branch, new) for branch, _, new in pushed], patience)
    return 0


def catch_up(forge: LocalForge) -> int:
    """Opens what is due; grades what waits, and the tip of every branch that was pushed and that nothing is said of."""
    from genweek.forges.local import doors

    doors.keep(forge)
    for name in forge.repos():
        for commit in {push.branch: push.commit for push in forge.pushes(name)}.values():
            if forge.status(name, commit) is None:
                forge.set_status(name, commit, Status("pending", "received"))
        _grade(forge, name)
    return 0


def _grade(forge: LocalForge, name: str) -> int:
    """In the words and with the code of the template that this repository was made from."""
    template = forge.template(name)
    if template:
        sys.path.insert(0, str(forge.grader(template)))
        from genweek.forges.local import queue

        queue.work_off(forge, name)
    return 0


def _moved() -> list[tuple[str, str, str]]:
    """Old commit, new commit and ref of each line that git writes to a hook."""
    lines = sys.stdin.buffer.read().decode(errors="replace").split("\n")
    return [(old, new, ref) for old, new, ref in (line.split(" ", 2) for line in lines if line)]


def main() -> int:
    forge, verb, *names = LocalForge(sys.argv[1]), *sys.argv[2:]
    name = names[0] if names else ""
    try:
        if verb == "doors":
            from genweek.forges.local import doors

            return doors.wait(forge)
        if verb == "catch-up":
            return catch_up(forge)
        name = name or Path(os.getcwd()).name.removesuffix(".git")  # git runs a hook in the bare repository
        return {"pre-receive": pre_receive, "post-receive": post_receive, "grade": _grade}[verb](forge, name)
    except Exception as error:  # what went wrong is for the instructor; a traceback would show students the server's folders
        with suppress(OSError), (forge.folder / ERRORS).open("a") as file:
            file.write(f"{datetime.now(UTC).isoformat()} {verb} {name}\n{traceback.format_exc()}\n")
        print(SORRY.get(verb) or CUT_OFF.format(verb=verb, error=error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
