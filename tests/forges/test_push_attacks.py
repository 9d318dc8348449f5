"""What a student writes into a repository acts on nothing of the server's: it is text, and its code runs in the sandbox.

Each attack pushes one solved word of two and something evil; it may get that one point, and leave nothing behind.
"""

import json
import os
import socket
from pathlib import Path

import pytest
from classroom_examples import Clone, answer, new_forge, notebook, open_repo, script

from genweek.forges.git import git
from genweek.forges.local.grading import grader
from genweek.regrading import sandbox

NAME = "toy-alice"
pytestmark = pytest.mark.skipif(not sandbox.available(), reason="the sandbox needs bubblewrap")


class Server:
    """A forge with a neighbour's work, a home with a secret, sockets of a session; and one warm grader for all attacks."""

    def __init__(self, folder: Path, toy: Path):
        self.folder, self.marker = folder, folder / "marker"
        self.forge = new_forge(folder)
        open_repo(self.forge, toy)
        self.neighbour = Clone(self.forge, open_repo(self.forge, toy, "toy-bob"), folder / "bob")
        self.neighbour.write(answer(2) + "# CANARY-OF-A-NEIGHBOUR")
        self.neighbour.push()
        (folder / "secret.txt").write_text("CANARY-OF-THE-HOME")
        self.sockets = [_listener(str(folder / "session.socket")), _listener(f"\0genweek-session-{os.getpid()}")]
        self.count = 0

    def push(self, files: dict[str, str | Path], code: str = "") -> tuple[str, dict, str]:
        """Push files (a path: what a link points to) and code below the notebook; description, scores and log."""
        self.count += 1
        alice = Clone(self.forge, NAME, self.folder / f"alice{self.count}")
        git(alice.folder, "reset", "--quiet", "--hard", self.forge.tip("toy"))  # nothing of the attack before
        for name, content in files.items():
            path = alice.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.symlink_to(content) if isinstance(content, Path) else path.write_text(content)
        git(alice.folder, "add", "--all", "--force")
        commit = alice.write(answer(1, code)) if "nb1_toy.py" not in files else alice.write("x", "x.txt")
        done = alice.push("--force", "origin", "HEAD:main")
        assert done.returncode == 0, done.stderr
        status = self.grader.grade(NAME, commit)
        kept = self.forge.run_folder(NAME, commit)
        said = (kept / "log.txt").read_text()
        scores = self.forge.scores(NAME, commit)
        return status.description, json.loads(scores.read_text()) if scores else {}, said

    def knocks(self) -> int:
        """How often somebody has connected to a socket of ours."""
        count = 0
        for one in self.sockets:
            try:
                one.accept()
                count += 1
            except BlockingIOError:
                pass
        return count


def _listener(address: str) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.bind(address)
    made.listen()
    made.setblocking(False)
    return made


@pytest.fixture(scope="module")
def server(tmp_path_factory, toy):
    server = Server(tmp_path_factory.mktemp("server"), toy)
    with grader(server.forge, NAME) as server.grader:
        yield server


def workflow(marker: Path, **step: object) -> str:
    """A classroom.yml whose one step touches the marker."""
    one = {"run": f"touch {marker}", "timeout-minutes": 10**9} | step
    return json.dumps({"on": "push", "env": step.get("env", {}), "jobs": {"one": {"steps": [one], "runs-on": "x"}}})


WORKFLOWS = {
    "a step of one's own": {},
    "a library for the fence's loader": {"env": {"LD_PRELOAD": "./evil.so", "LD_AUDIT": "./evil.so"}},
    "another bwrap in the path": {"env": {"PATH": ".", "BASH_ENV": "evil.sh"}},
    "a shell of one's own": {"shell": "python {0}"},
    "minutes without end": {"run": "sleep 100000", "timeout-minutes": 10**9},
}


@pytest.mark.parametrize("kind", WORKFLOWS)
def test_a_workflow_is_not_read(server, kind):
    files = {".github/workflows/classroom.yml": workflow(server.marker, **WORKFLOWS[kind]), "bwrap": "#!/bin/sh\n"}
    description, _, _ = server.push(files)
    assert description == "autograding — 1/2"
    assert not server.marker.exists()


GRADERS = {
    "the grader": {
        "autograding/__main__.py": "TOUCH",
        "autograding/__init__.py": "TOUCH",
        "autograding/judge/session.py": "TOUCH",
    },
    "the tests": {
        "autograding/tests/test_nb1_toy.py": "TOUCH",
        "conftest.py": "TOUCH",
        "autograding/tests/conftest.py": "TOUCH",
    },
    "the worker": {"autograding/worker/serve.py": "TOUCH", "autograding/reading/pair.py": "TOUCH"},
    "what Python imports by itself": {
        name: "TOUCH" for name in ("sitecustomize.py", "usercustomize.py", "json.py", "torch.py")
    },
    "the answers": {"autograding/recorded.json": "{}", "autograding/assignment.json": '{"assignment": "toy", "tests": []}'},
    "settings": {
        "pytest.ini": "[pytest]\naddopts = -p evil",
        "pyproject.toml": "[tool.pytest]",
        "setup.cfg": "[",
        ".pythonrc": "x",
    },
    "a score": {"scores.json": '{"schema": "genweek/scores/v1", "score": 2, "max_score": 2}', "report.html": "Full marks"},
    "what collecting writes": {".commit": "f" * 40, ".left_out": "all is well"},
    "git's own files": {
        ".gitattributes": "* filter=evil diff=evil ident text eol=crlf\n*.py export-ignore",
        ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = https://evil.example/x',  # git itself refuses a command
        ".githooks/post-checkout": "#!/bin/sh\ntouch MARKER",
        ".mailmap": "x",
    },
}


@pytest.mark.parametrize("kind", GRADERS)
def test_what_stands_in_the_place_of_our_files_is_not_used(server, kind):
    touch = f"open({str(server.marker)!r}, 'w')"
    files = {
        name: text.replace("TOUCH", touch).replace("MARKER", str(server.marker)) for name, text in GRADERS[kind].items()
    }
    description, scores, _ = server.push(files)
    assert description == "autograding — 1/2"
    assert len(scores["tasks"][0]["tests"]) == 2
    assert not server.marker.exists()


LINKS = {
    "a notebook, to a secret": {"nb1_toy.ipynb": "secret.txt"},
    "a notebook, to a neighbour's": {"nb1_toy.py": "bob/nb1_toy.py", "nb1_toy.ipynb": "bob/nb1_toy.ipynb"},
    "a notebook, to a pipe": {"nb1_toy.ipynb": "pipe"},
    "a notebook, to a device": {"nb1_toy.ipynb": "/dev/zero"},
    "a folder, to the forge": {"work": "forge", "genlab2": "forge/runs"},
    "the files of a step": {name: "secret.txt" for name in ("scores.json", "report.html", "summary.md", ".commit")},
    "itself": {"nb1_toy.ipynb": "nb1_toy.ipynb", "loop": "."},
}


@pytest.mark.parametrize("kind", LINKS)
def test_a_link_is_not_followed(server, kind):
    if not (server.folder / "pipe").exists():
        os.mkfifo(server.folder / "pipe")
    before = (server.folder / "secret.txt").read_text()
    description, _, said = server.push({name: server.folder / target for name, target in LINKS[kind].items()})
    assert description == ("autograding — 0/2" if "nb1_toy.py" in LINKS[kind] else "autograding — 1/2")
    assert "CANARY" not in said
    assert (server.folder / "secret.txt").read_text() == before


INSIDE = {
    "a path socket of the session": "s = socket.socket(socket.AF_UNIX); s.connect({folder!r} + '/session.socket'); got = 2",
    "an abstract socket of the session": "s = socket.socket(socket.AF_UNIX); s.connect('\\0genweek-session-{pid}'); got = 2",
    "the network": "socket.create_connection(('127.0.0.1', 22), 1); got = 2",
    "a secret of the home": "got = 1 + open({folder!r} + '/secret.txt').read().startswith('CANARY')",
    "a neighbour's checkout or repository": "got = 1 + bool([1 for top in ('/tmp', '/work', '/home', '/root', {folder!r})"
    " for root, _, files in os.walk(top) if 'toy-bob' in root or 'nb1_toy.py' in files])",
    "the forge": "open({folder!r} + '/forge/settings.json', 'w').write('{{}}'); got = 2",
    "a file outside": "open({marker!r}, 'w').write('x'); got = 2",
    "the processes of the machine": "got = 1 + (len([p for p in os.listdir('/proc') if p.isdigit()]) > 20)",
    "the fence, lifted as root": "c = ctypes.CDLL(None); got = 1 + (os.getuid() == 0 or c.unshare(0x10020000) == 0"
    " or c.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0 or c.chroot(b'/') == 0)",
    "the environment of the server": "got = 1 + bool({{'GENWEEK_SECRET', 'GIT_DIR', 'SSH_AUTH_SOCK'}} & set(os.environ))",
}


@pytest.mark.parametrize("kind", INSIDE)
def test_code_in_a_notebook_reaches_nothing(server, kind):
    line = INSIDE[kind].format(folder=str(server.folder), pid=os.getpid(), marker=str(server.marker))
    body = f"def words():\n    import ctypes, os, socket\n    got = 1\n    try:\n        {line}\n"
    body += "    except OSError:\n        pass\n    return got"
    settings = (server.forge.folder / "settings.json").read_text()
    description, _, _ = server.push({"nb1_toy.py": script("# Toy", body)})
    assert description == "autograding — 1/2"
    assert server.knocks() == 0
    assert not server.marker.exists()
    assert (server.forge.folder / "settings.json").read_text() == settings


def test_a_loop_without_end_ends(server, monkeypatch):
    monkeypatch.setattr("autograding.judge.host.CALL_LIMIT", 1.0)
    description, scores, _ = server.push({"nb1_toy.py": script("# Toy", "def words():\n    while True:\n        pass")})
    assert description == "autograding — 0/2"
    assert {test["status"] for test in scores["tasks"][0]["tests"]} == {"timeout"}


def test_what_is_printed_is_no_command_of_a_log(server):
    lie = "::notice title=Autograding complete::Points 2/2"
    body = f"def words():\n    print({lie!r})\n    raise ValueError({lie!r} + '\\n' + {lie!r} + '##[error]x\\x1b[2J')"
    _, _, said = server.push({"nb1_toy.py": script("# Toy", body)})
    notices = [line for line in said.splitlines() if line.lstrip().startswith("::notice title=Autograding complete")]
    assert notices == ["::notice title=Autograding complete::Points 0/2"]
    assert "##[" not in said and "\x1b" not in said


def test_a_student_cannot_push_to_the_template(server):
    alice = Clone(server.forge, "toy", server.folder / "mallory")
    alice.write("x")
    done = alice.push()
    assert done.returncode != 0 and "toy is closed" in done.stderr


def test_a_notebook_of_another_name_is_still_found(server):
    files = {
        "nb1 final.ipynb": notebook("# Toy", "def words():\n    return 2"),
        "nb1_toy.py": Path("gone"),
        "nb1_toy.ipynb": Path("gone"),
    }
    assert server.push(files)[0] == "autograding — 2/2"
