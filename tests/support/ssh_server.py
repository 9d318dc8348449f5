"""A forge served by a real sshd and gitolite on a port of this machine, as an account that is not root.

The account exists only inside bubblewrap's user namespace: there our files are its files, and it has no other rights.
"""

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from classroom_examples import SLUG, open_repo

from genweek.forges.git import environment
from genweek.forges.local.local_forge import LocalForge
from genweek.forges.serving import sshd

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "course"
MISSING = [program for program in ("bwrap", "ssh", *sshd.NEEDED) if not shutil.which(program, path=sshd.PATH)]


class SshServer:
    def __init__(self, folder: Path, toy: Path):
        self.folder, self.keys = folder, folder / "keys"
        self.forge = LocalForge(folder / "forge").set_up(grading="background", patience=60)
        for login in ("alice", "bob"):
            open_repo(self.forge, toy, f"{SLUG}-{login}", login)
        self.port = _free_port()
        (folder / "passwd").write_text(f"{ACCOUNT}:x:1000:1000::{folder}:/bin/sh\n")
        (self.keys / "staff").mkdir(parents=True)
        for who in ("alice", "bob", "tina", "mallory"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / who], check=True)
        for who, place in (("alice", "alice.pub"), ("bob", "bob.pub"), ("tina", "staff/tina.pub")):
            shutil.copyfile(folder / f"{who}.pub", self.keys / place)
        self.process: subprocess.Popen | None = None

    def command(self, *arguments: str) -> list[str | Path]:
        """scripts/serve.py, as the account."""
        fence = ["bwrap", "--unshare-user", "--uid", "1000", "--gid", "1000", "--dev-bind", "/", "/", "--die-with-parent"]
        fence += ["--ro-bind", self.folder / "passwd", "/etc/passwd"]
        where = ["--forge", self.forge.folder, "--keys", self.keys, "--host", "127.0.0.1", "--port", str(self.port)]
        return [*fence, sys.executable, ROOT / "scripts/serve.py", *where, *arguments]

    def serve(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(self.command(*arguments), capture_output=True, text=True)

    def start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(self.command("--run"), stdout=log, stderr=log)
        end = time.monotonic() + 60
        while socket.socket().connect_ex(("127.0.0.1", self.port)):
            assert time.monotonic() < end and self.process.poll() is None, (self.folder / "server.log").read_text()
            time.sleep(0.05)
        scan = subprocess.run(["ssh-keyscan", "-p", str(self.port), "127.0.0.1"], capture_output=True, text=True)
        (self.folder / "known_hosts").write_text(scan.stdout)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait()

    def ssh(self, who: str) -> list[str]:
        """The client, with one key and nothing of this machine's own settings."""
        options = ["IdentitiesOnly=yes", f"UserKnownHostsFile={self.folder / 'known_hosts'}", "BatchMode=yes"]
        return ["ssh", "-F", "none", "-i", str(self.folder / who), *(f"-o{option}" for option in options)]

    def say(self, who: str, *words: str) -> subprocess.CompletedProcess:
        """A command to the server, past git."""
        there = ["-p", str(self.port), f"{ACCOUNT}@127.0.0.1"]
        return subprocess.run([*self.ssh(who), *there, *words], capture_output=True, text=True, timeout=60)

    def git(self, who: str, *arguments: str | Path, at: Path | None = None) -> subprocess.CompletedProcess:
        here = environment() | {"GIT_SSH_COMMAND": " ".join(self.ssh(who))}
        return subprocess.run(["git", *arguments], cwd=at or self.folder, env=here, capture_output=True, text=True)

    def url(self, name: str) -> str:
        return f"ssh://{ACCOUNT}@127.0.0.1:{self.port}/{name}"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
