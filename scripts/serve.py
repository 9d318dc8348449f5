#!/usr/bin/env python3
"""Serve the forge's folder through ssh: students clone and push their own repository, the staff reads all.

examples: scripts/serve.py --host git.uni.example            print the plan
          scripts/serve.py --host git.uni.example --apply    do it; again whenever a key is new or gone
          scripts/serve.py --run                             the server itself, until Ctrl-C

Needs gitolite3 and openssh-server, and an account that is not root. Everything that it writes stands in
classroom/forge; the machine's own sshd stays as it is. Keys: classroom/keys/LOGIN.pub, and those of who reads
everything: classroom/keys/staff/NAME.pub.
"""

import _venv  # noqa: F401  (continues inside .venv)

import socket
import subprocess
import sys
from pathlib import Path

from autograding.reports.escape import one_line
from genweek import verbs
from genweek.classroom.publishing import serving
from genweek.classroom.publishing.planning import carry_out
from genweek.forges.local.local_forge import LocalForge
from genweek.forges.serving import gitolite, sshd
from genweek.forges.serving.keys import read_keys, without_doubles


def main() -> int:
    parser = verbs.parser(__doc__, "forge", "apply")
    parser.add_argument("--keys", type=Path, default=verbs.CLASSROOM / "keys", metavar="DIR", help="(classroom/keys)")
    parser.add_argument("--host", type=verbs.host, metavar="NAME", help="what students call this machine (its own name)")
    parser.add_argument("--port", type=verbs.port, metavar="N", help=f"where it listens ({sshd.PORT}, or as before)")
    parser.add_argument("--run", action="store_true", help="as --apply, and then serve until Ctrl-C")
    options = parser.parse_args()
    options.apply = options.apply or options.run
    forge = verbs.open_folder(options)
    sshd.check(forge.folder)
    with verbs.changing(forge, options.apply):
        failed = _set_up(forge, options.keys.resolve(), options.host, options.port, options.apply)
    if options.run and not failed:
        sshd.run(forge.folder)
    return failed


def _set_up(forge: LocalForge, folder: Path, host: str | None, port: int | None, apply: bool) -> int:
    before = forge.settings["address"] or {}
    address = {"host": host or before.get("host") or socket.getfqdn(), "port": port or before.get("port") or sshd.PORT}
    keys, problems = read_keys(folder)
    keys, doubles = without_doubles(keys, serving.keys_before(forge))
    for problem in [*problems, *doubles]:
        print(f"Note: {one_line(problem)}", file=sys.stderr)
    failed = carry_out(serving.plan(forge, keys, folder, address["port"]), apply)
    if not any(key.who.startswith(gitolite.STAFF) for key in keys):
        print(f"Note: nobody reads everything: {folder}/staff holds no key.")
    if missing := serving.without_a_key(forge, keys):
        print(f"Without a key in {folder}: {', '.join(missing)}")
    if apply and not failed:
        forge.set_up(address=address | {"account": sshd.account().pw_name})
        _say_how(forge)
    return failed


def _say_how(forge: LocalForge) -> None:
    home = gitolite.home_of(forge.folder)
    shown = subprocess.run(["ssh-keygen", "-l", "-f", home / "host_key.pub"], capture_output=True, text=True, check=True)
    print(f"""
Nothing was changed outside {forge.folder}.
Students clone     git clone {forge.clone_url("SLUG-LOGIN")}
and see once       {shown.stdout.split()[1]}
Start it now, and after each restart of the machine:
    systemctl --user enable --now {home}/genweek.service
    sudo loginctl enable-linger {sshd.account().pw_name}      # so that it runs while nobody is logged in
Without systemd:
    scripts/serve.py --run
After another --port:
    systemctl --user restart genweek""")


if __name__ == "__main__":
    verbs.run(main)
