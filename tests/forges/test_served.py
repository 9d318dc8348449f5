"""The folder forge behind a real sshd and gitolite: everybody reaches their own repository, and nothing else."""

import io
import shutil
import subprocess

import pytest
from classroom_examples import answer
from ssh_server import MISSING, SshServer

from autograding.reports.last import show
from genweek.forges.git import git

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


@pytest.fixture(scope="module")
def server(tmp_path_factory, toy):
    server = SshServer(tmp_path_factory.mktemp("served"), toy)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def alice(server):
    """Her clone, over ssh."""
    done = server.git("alice", "clone", "--quiet", server.url("toy-alice"), "alice-s-clone")
    assert done.returncode == 0, done.stderr
    return server.folder / "alice-s-clone"


def commit(folder, text: str) -> str:
    (folder / "nb1_toy.py").write_text(text)
    git(folder, "commit", "--quiet", "--all", "--message", "work")
    return git(folder, "rev-parse", "HEAD")


def test_the_owner_clones_and_pushes_and_is_answered_in_the_terminal(server, alice, monkeypatch):
    made = commit(alice, answer(1))
    done = server.git("alice", "push", "origin", "HEAD:main", at=alice)
    assert done.returncode == 0, done.stderr
    assert [push.commit for push in server.forge.pushes("toy-alice")] == [made]
    assert f"main {made[:7]}: autograding — 1/2" in done.stderr and "nb1.words: Word 2 (not yet)" in done.stderr
    monkeypatch.setenv("GIT_SSH_COMMAND", " ".join(server.ssh("alice")))
    out = io.StringIO()
    assert show(alice, alice / "autograding/assignment.json", out) == 0
    assert "1 / 2 points" in out.getvalue()


@pytest.mark.parametrize("name", ["toy", "toy-bob", "toy-nobody", "../forge/repos/toy-bob", "toy-alice/../toy-bob"])
def test_what_belongs_to_others_is_neither_read_nor_written_nor_told_from_what_is_not_there(server, alice, name):
    read = server.git("alice", "ls-remote", server.url(name))
    written = server.git("alice", "push", server.url(name), "HEAD:main", at=alice)
    for done in (read, written):
        assert done.returncode != 0
        assert "DENIED" in done.stderr or "invalid repo name" in done.stderr or "contains '..'" in done.stderr
    assert server.forge.pushes("toy-bob") == []


def test_the_staff_reads_everything_and_writes_nothing(server, alice):
    for name in server.forge.repos():
        assert server.forge.tip(name) in server.git("tina", "ls-remote", server.url(name)).stdout
    assert server.git("tina", "push", server.url("toy-alice"), "HEAD:other", at=alice).returncode != 0


COMMANDS = [(), ("sh",), ("sh", "-c", "id"), ("cat", "/etc/passwd"), ("git-upload-pack", "/etc"), ("info;id",), ("$(id)",)]


@pytest.mark.parametrize("words", COMMANDS)
def test_a_shell_cannot_be_had_and_only_what_is_one_s_own_is_listed(server, words):
    done = server.say("alice", *words)
    assert "uid=" not in done.stdout + done.stderr and "root:" not in done.stdout
    assert [line.split()[-1] for line in done.stdout.splitlines()[2:]] == ([] if words else ["toy-alice"])
    assert done.returncode == 0 if not words else done.returncode != 0


def test_no_other_door_of_ssh_is_open(server):
    there = ["-p", str(server.port), "course@127.0.0.1"]
    forward = [*server.ssh("alice"), "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:22", *there, "info"]
    assert subprocess.run(forward, capture_output=True, timeout=60).returncode != 0
    terminal = subprocess.run([*server.ssh("alice"), "-tt", *there], capture_output=True, text=True, timeout=60)
    assert "PTY allocation request failed" in terminal.stderr
    sftp = subprocess.run([*server.ssh("alice"), "-s", *there, "sftp"], capture_output=True, timeout=60)
    assert sftp.returncode != 0


def test_who_has_no_key_gets_no_further_than_the_door(server):
    assert "Permission denied (publickey)" in server.say("mallory").stderr
    for method in ("password", "keyboard-interactive"):
        asked = [*server.ssh("mallory"), f"-oPreferredAuthentications={method}", "-p", str(server.port)]
        done = subprocess.run([*asked, "course@127.0.0.1"], capture_output=True, text=True, timeout=60)
        assert "Permission denied (publickey)" in done.stderr


def test_the_hook_knows_who_pushes_and_refuses_what_gitolite_would_let_in(server, alice):
    perms = server.forge.repo("toy-bob") / "gl-perms"
    before = perms.read_text()
    perms.write_text("OWNERS alice bob\n")
    commit(alice, "of hers")
    done = server.git("alice", "push", server.url("toy-bob"), "HEAD:main", at=alice)
    perms.write_text(before)
    assert done.returncode != 0
    assert "toy-bob is not alice's: nothing was taken. Push to a repository of your own." in done.stderr
    assert server.forge.pushes("toy-bob") == []


def test_a_closed_repository_is_read_and_says_that_it_is_closed(server, alice):
    server.forge.grant("toy-alice", "alice", "read")
    read, written = (server.git("alice", *words, at=alice) for words in (["fetch"], ["push", "origin", "HEAD:other"]))
    server.forge.grant("toy-alice", "alice", "write")
    assert read.returncode == 0
    assert written.returncode != 0 and "toy-alice is closed: it takes no pushes now." in written.stderr


def test_who_is_granted_nothing_is_let_in_no_longer_and_nobody_has_to_start_anything_again(server, alice):
    server.forge.grant("toy-alice", "alice", "none")
    done = server.git("alice", "fetch", at=alice)
    server.forge.grant("toy-alice", "alice", "write")
    assert "DENIED" in done.stderr
    assert server.git("alice", "fetch", at=alice).returncode == 0


def test_keys_come_and_go_while_it_runs_and_the_plan_says_whose(server):
    (server.keys / "carol.pub").write_bytes((server.folder / "mallory.pub").read_bytes())
    plan = server.serve()
    assert "let carol in with SHA256:" in plan.stdout and "Nothing was changed" in plan.stdout
    assert server.say("mallory").returncode != 0
    assert server.serve("--apply").returncode == 0
    assert server.say("mallory").stdout.startswith("hello carol,")
    (server.keys / "carol.pub").unlink()
    assert "let carol no longer in" in server.serve("--apply").stdout
    assert server.say("mallory").returncode != 0


def test_a_restart_serves_the_same_keys_under_the_same_name(server, alice):
    server.stop()
    assert server.git("alice", "fetch", at=alice).returncode != 0
    known = (server.folder / "known_hosts").read_text()
    server.start()
    assert sorted((server.folder / "known_hosts").read_text().splitlines()) == sorted(known.splitlines())
    assert server.git("alice", "fetch", at=alice).returncode == 0


def test_a_neighbour_s_key_handed_in_again_changes_nothing(server):
    shutil.copyfile(server.keys / "alice.pub", server.keys / "aaron.pub")
    done = server.serve("--apply")
    (server.keys / "aaron.pub").unlink()
    assert "Nothing to do" in done.stdout
    assert "aaron and alice have handed in the same key. It stays alice's. Ask them." in done.stderr
    assert server.say("alice").stdout.startswith("hello alice,")
