"""gitolite in front of the forge: whose key reaches which repository.

    server/                       its home, and that of the sshd that calls it
        .gitolite.rc              where the repositories are
        .gitolite/conf/           one rule for all of them: its owner reads and writes, the staff reads, nobody else
        .gitolite/keydir/         the keys, one a file: LOGIN@1.pub
        .ssh/authorized_keys      made by gitolite: each key may call gitolite, and nothing else
    repos/NAME.git/gl-perms       the owner, as `grant` has said
    repos/NAME.git/hooks/update   by this link gitolite knows a repository as one of its own

The rule stands once and the owners beside the repositories, so what was granted holds at once. Whether a repository is
open is not gitolite's to say: the forge's own hook has a sentence for it. git runs that one (`core.hooksPath`), and
never the link.
"""

import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..forge import ForgeError

HOME, PERMS = "server", "gl-perms"
MARK = ".gitolite/hooks/common/update"  # below its home: where gitolite expects the link of a repository of its own to lead
STAFF = "staff."  # before the name of who reads everything: no login has a full stop
MAY_LOOK = ("read", "write")  # the levels of `grant`
LIMIT = 120  # seconds
RC = """\
%RC = (
  GL_REPO_BASE => '{repos}',
  UMASK => 0077,
  ROLES => {{ OWNERS => 1 }},
  AUTH_OPTIONS => 'restrict',
  COMMANDS => {{ info => 1 }},
  POST_COMPILE => [ 'post-compile/ssh-authkeys' ],
);
1;
"""
CONF = """\
@staff = {staff}

repo [0-9a-zA-Z].*
    RW+ = OWNERS
    R = @staff
"""


def home_of(forge: Path) -> Path:
    return forge / HOME


def perms(access: Mapping[str, str]) -> str:
    """The gl-perms of a repository."""
    owners = sorted(login for login, level in access.items() if level in MAY_LOOK)
    return f"OWNERS {' '.join(owners)}\n" if owners else ""


def is_adopted(home: Path, repo: Path) -> bool:
    """Whether gitolite knows a repository as its own."""
    link = repo / "hooks" / "update"
    return link.is_symlink() and os.readlink(link) == str(home / MARK)


def adopt(home: Path, repo: Path) -> None:
    if not is_adopted(home, repo):
        link = repo / "hooks" / "update"
        link.parent.mkdir(exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(home / MARK)


def files(home: Path, repos: Path, staff: Iterable[str]) -> dict[Path, str]:
    """What gitolite reads, besides keys. staff: the names of those who read everything."""
    conf = CONF.format(staff=" ".join(f"{STAFF}{name}" for name in sorted(staff)))
    return {home / ".gitolite.rc": RC.format(repos=repos), home / ".gitolite/conf/gitolite.conf": conf}


def renew(home: Path) -> None:
    """Make gitolite read its rules and keys. Raises ForgeError."""
    home.chmod(0o700)
    (home / ".gitolite/logs").mkdir(exist_ok=True)
    (home / ".ssh").mkdir(mode=0o700, exist_ok=True)
    for command in (["compile"], ["trigger", "POST_COMPILE"]):
        done = subprocess.run(
            ["gitolite", *command],
            env=os.environ | {"HOME": str(home)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
        if done.returncode:
            raise ForgeError(f"gitolite {command[0]} failed: {(done.stderr or done.stdout).strip()}")
