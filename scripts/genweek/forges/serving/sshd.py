"""An sshd of the forge's own: one account, keys alone, and gitolite behind each of them.

It runs as the account that owns the forge, on a port of its own. Nothing of the machine's own sshd is changed, and no
part of it needs root.
"""

import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from ...course.day import ROOT
from ..forge import ForgeError
from .gitolite import home_of

PORT = 2222
NEEDED = {"sshd": "openssh-server", "ssh-keygen": "openssh-client", "gitolite": "gitolite3"}  # program: package
PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"  # where sshd is
PLAIN = re.compile(r"[\w./@+-]+")  # a path that sshd, gitolite, systemd and a shell read alike
CONFIG = """\
Port {port}
HostKey {home}/host_key
PidFile {home}/sshd.pid
AuthorizedKeysFile {home}/.ssh/authorized_keys
AllowUsers {account}
AuthenticationMethods publickey
UsePAM no
PermitTTY no
PermitUserRC no
DisableForwarding yes
AcceptEnv GIT_PROTOCOL
SetEnv HOME={home}
LoginGraceTime 30
ClientAliveInterval 30
MaxStartups 100:30:300
"""
UNIT = """\
[Unit]
Description=The git server of a course

[Service]
ExecStart={command}
Restart=always

[Install]
WantedBy=default.target
"""


def account() -> pwd.struct_passwd:
    return pwd.getpwuid(os.getuid())


def check(forge: Path) -> None:
    """Raises ForgeError for what would keep everybody out, or let them in too far."""
    missing = [package for program, package in NEEDED.items() if not shutil.which(program, path=PATH)]
    if missing:
        raise ForgeError(f"This needs {' and '.join(missing)}. Debian, as root: apt-get install {' '.join(missing)}.")
    me, home = account(), home_of(forge)
    if me.pw_uid == 0:
        raise ForgeError("Do not serve as root: make an account for the course, and run this as that account.")
    if me.pw_shell.endswith(("nologin", "false")):
        raise ForgeError(f"The account {me.pw_name} has no shell, so sshd starts nothing for it. As root: chsh -s /bin/sh …")
    for path in (str(home), str(ROOT)):
        if not PLAIN.fullmatch(path):
            raise ForgeError(f"{path} holds a character that sshd or gitolite would read as something else. Move it.")
    for folder in [home, *home.parents]:
        if folder.is_dir() and not _private(folder.stat(), me.pw_uid):
            raise ForgeError(f"Others may write to {folder}, so sshd trusts no key below it: chmod go-w {folder}")
        if folder == Path(me.pw_dir):
            break


def _private(facts: os.stat_result, me: int) -> bool:
    """As sshd sees it (StrictModes)."""
    return facts.st_uid in (0, me) and not facts.st_mode & 0o022


def files(forge: Path, port: int, keys: Path) -> dict[Path, str]:
    """sshd's settings, and the unit by which systemd starts it."""
    home, command = home_of(forge), f"{ROOT / 'scripts/serve.py'} --run --forge {forge} --keys {keys}"
    return {
        home / "sshd_config": CONFIG.format(home=home, port=port, account=account().pw_name),
        home / "genweek.service": UNIT.format(command=command),
    }


def make_host_key(home: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "genweek", "-f", home / "host_key"], check=True)


def run(forge: Path) -> NoReturn:
    """Become the server: grade what a restart cut off, and take pushes until somebody stops it."""
    hook = Path(__file__).parents[1] / "local" / "hook.py"
    subprocess.Popen([sys.executable, "-I", hook, forge, "catch-up"], stdin=subprocess.DEVNULL, start_new_session=True)
    program = shutil.which("sshd", path=PATH) or "sshd"
    os.execv(program, [program, "-D", "-e", "-f", str(home_of(forge) / "sshd_config")])
