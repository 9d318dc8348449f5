"""Leaving the sandbox, or harming the process that every worker is forked from."""
# ruff: noqa: E501 (the lines of an attack stay together)

from .arena import Arena, Attack


def calls(name: str, *arguments: object) -> str:
    return f"""
def scale(x):
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.{name}({", ".join(map(repr, arguments))})
    raise ValueError(f"{{result}} {{ctypes.get_errno()}}")
"""


def runs(*command: str) -> str:
    return f"""
def scale(x):
    import subprocess
    try: done = subprocess.run({command!r}, capture_output=True, timeout=5)
    except OSError as error: raise ValueError(f"not run: {{error}}")
    raise ValueError(f"not root: {{b'uid=0' not in done.stdout}} {{done.stdout[:80]}}")
"""


def network(arena: Arena) -> str:
    addresses = [arena.ports[0].getsockname(), ("1.1.1.1", 53), ("140.82.121.4", 443)]
    return f"""
def scale(x):
    import socket
    reached = []
    for address in {addresses}:
        with socket.socket() as knock:
            knock.settimeout(1)
            if knock.connect_ex(address) == 0: reached.append(address)
    raise ValueError(f"reached {{reached}}")
"""


ATTACKS = [
    *(
        Attack(
            f"signal_{number}",
            "signals the warm parent, and everything else",
            f"""
        def scale(x):
            import os
            for pid in (1, -1):
                try: os.kill(pid, {number})
                except OSError: pass
            return x
        """,
        )
        for number in (1, 2, 3, 6, 9, 11, 13, 15, 19, 20)
    ),
    Attack(
        "write_to_the_parent",
        "writes to the parent's memory",
        """
        def scale(x): open("/proc/1/mem", "r+b")
        """,
        "PermissionError",
    ),
    Attack(
        "parents_score",
        "has the kernel prefer the parent when memory runs out",
        """
        def scale(x): open("/proc/1/oom_score_adj", "w").write("1000")
        """,
        "PermissionError",
    ),
    Attack(
        "limit_the_parent",
        "sets limits for the warm parent",
        """
        def scale(x):
            import resource
            for name in ("NOFILE", "NPROC", "AS", "CPU", "FSIZE"):
                resource.prlimit(1, getattr(resource, "RLIMIT_" + name), (0, 0))
        """,
        "PermissionError",
    ),
    Attack(
        "slow_parent",
        "has every later worker run last",
        """
        def scale(x):
            import os
            os.setpriority(os.PRIO_PROCESS, 1, 19)
        """,
        "PermissionError",
    ),
    Attack(
        "idle_parent",
        "has every later worker run only when nothing else does",
        """
        def scale(x):
            import os
            os.sched_setscheduler(1, os.SCHED_IDLE, os.sched_param(0))
        """,
        "PermissionError",
    ),
    Attack("network", "connects to the instructor's machine and to the world", network, "reached []"),
    Attack(
        "abstract_socket",
        "connects to a socket without a file",
        lambda arena: (
            f"""
def scale(x):
    import socket
    socket.socket(socket.AF_UNIX).connect({arena.ports[1].getsockname().decode()!r})
"""
        ),
        "ConnectionRefusedError",
    ),
    Attack("names", "asks a name server", "def scale(x): import socket; socket.getaddrinfo('github.com', 443)", "gaierror"),
    Attack("unshare", "makes a namespace in which it is root", calls("unshare", 0x10000000), "ValueError: -1 1"),
    Attack("clone", "forks into a new user namespace", calls("syscall", 56, 0x10000011, 0, 0, 0, 0), "ValueError: -1 "),
    Attack(
        "clone3",
        "forks with the newer call, whose flags no filter sees",
        calls("syscall", 435, 0, 0),
        "ValueError: -1 38",
    ),
    Attack(
        "other_numbers",
        "calls the kernel by its other numbering",
        calls("syscall", 0x40000000 + 101, 16, 1, 0, 0),
        "ended the Python process",
    ),
    Attack(
        "mount",
        "mounts something over the tree",
        calls("mount", b"none", b"/tmp", b"tmpfs", 0, None),
        "ValueError: -1 1",
    ),
    Attack("io_uring", "goes around the filter with io_uring", calls("syscall", 425, 1, 0), "ValueError: -1 1"),
    Attack("bpf", "loads a program into the kernel", calls("syscall", 321, 0, 0, 0), "ValueError: -1 1"),
    Attack("setuid", "becomes root", "def scale(x): import os; os.setuid(0)", "raised "),
    Attack("su", "runs a program that becomes root", runs("su", "-c", "id"), "ValueError: not r"),
    Attack("mount_program", "runs a program that may mount", runs("mount", "-t", "tmpfs", "none", "/tmp"), "not root: True"),
    Attack(
        "bwrap_inside",
        "makes a sandbox inside the sandbox",
        runs("bwrap", "--ro-bind", "/", "/", "--unshare-user", "--uid", "0", "id"),
        "not root: True",
    ),
    Attack(
        "devices",
        "opens disks, memory and the kernel's log",
        """
        def scale(x):
            import os
            opened = []
            for folder in ("/dev", "/dev/pts"):
                for name in sorted(os.listdir(folder)):
                    try: open(os.path.join(folder, name), "rb").close(); opened.append(name)
                    except OSError: pass
            raise ValueError(f"opened {set(opened) - set('null zero full random urandom tty stdin stdout stderr ptmx'.split())}")
        """,
        "opened set()",
    ),
    Attack(
        "make_a_device",
        "makes a device of its own",
        "def scale(x): import os, stat; os.mknod('/tmp/disk', stat.S_IFBLK | 0o666, os.makedev(254, 0))",
        "raised ",
    ),
    Attack(
        "kernel_settings",
        "changes the kernel's settings",
        """
        def scale(x): open("/proc/sys/kernel/core_pattern", "w").write("|/tmp/run")
        """,
        "raised ",
    ),
    Attack(
        "working_folder",
        "climbs up from its working folder",
        """
        def scale(x):
            import os
            os.chdir("/"); os.chdir("../../.."); raise ValueError(sorted(set(os.listdir(".")) & {"home", "var", "srv", "mnt", "boot"}))
        """,
        "raised ValueError: []",
    ),
    Attack(
        "push_input",
        "types into the instructor's terminal",
        """
        def scale(x):
            import fcntl, termios
            fcntl.ioctl(open("/dev/tty"), termios.TIOCSTI, b"x")
        """,
        "raised OSError",
    ),
]
