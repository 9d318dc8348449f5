"""Leaving something behind for the next submission: an accomplice who has solved everything is graded first."""
# ruff: noqa: E501 (the lines of an attack stay together)

from .arena import Attack

SOURCE = "def scale(x):\n    return x * 5 / 2 + x * x\n"
PLACES = [
    "/tmp/a",
    "/dev/shm/a",
    "/grader/a",
    "/a",
    "/dev/a",
    "/dev/mqueue/a",
    "/run/a",
    "/var/tmp/a",
    "/proc/self/comm",
]
LIBC = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nSOURCE = b'x * 5 / 2 + x * x'\n"


def pair(name: str, tries: str, leave: str, find: str) -> Attack:
    """leave: statements of the accomplice in its `scale`; find: those with which the other looks for `found`."""
    indent = "\n        ".join
    first = f"{LIBC}def scale(x):\n    try:\n        {indent(leave.splitlines())}\n    except OSError: pass\n    return 2.5 * x + x**2\n"
    second = f"""{LIBC}def scale(x):
    found = b""
    try:
        {indent(find.splitlines())}
    except (OSError, ImportError, AttributeError): pass
    if not found: raise ValueError("nothing was left")
    return eval(found)
"""
    return Attack(name, tries, second, "nothing was left", first=first)


ATTACKS = [
    pair(
        "files",
        "leaves a file",
        f"for path in {PLACES}:\n    try: open(path, 'wb').write(SOURCE)\n    except OSError: pass",
        f"for path in {PLACES[:-1]}:\n    try: found = found or open(path, 'rb').read()\n    except OSError: pass",
    ),
    pair(
        "modules",
        "changes a module of the worker or of Python on disk",
        "import autograding, torch, random\nfor m in (autograding, torch, random):\n    try: open(m.__file__, 'ab').write(b'\\nFOUND = 1')\n    except OSError: pass",
        "import autograding, torch, random\nfound = b'x * 5 / 2 + x * x' if any(hasattr(m, 'FOUND') for m in (autograding, torch, random)) else b''",
    ),
    pair(
        "bytecode",
        "leaves compiled code that Python would load",
        "import py_compile, autograding.worker.serve as w\ntry: py_compile.compile(w.__file__)\nexcept OSError: pass",
        "import os, autograding\nfound = b'1' if os.path.exists(os.path.dirname(autograding.__file__) + '/__pycache__') else b''",
    ),
    pair(
        "in_memory",
        "changes modules in memory",
        "import torch, builtins, sys\nbuiltins.LEFT = torch.LEFT = sys.LEFT = SOURCE",
        "import builtins\nfound = getattr(builtins, 'LEFT', b'')",
    ),
    pair(
        "shared_memory",
        "leaves System V shared memory",
        "segment = libc.shmget(77, 4096, 0o1666)\nlibc.shmat.restype = ctypes.c_void_p\naddress = libc.shmat(segment, None, 0)\nif segment >= 0: ctypes.memmove(address, SOURCE, len(SOURCE))",
        "segment = libc.shmget(77, 4096, 0o666)\nlibc.shmat.restype = ctypes.c_void_p\nfound = ctypes.string_at(libc.shmat(segment, None, 0)) if segment >= 0 else b''",
    ),
    pair(
        "message_queue",
        "leaves a System V message",
        "libc.msgsnd(libc.msgget(77, 0o1666), b'\\1' + bytes(7) + SOURCE, len(SOURCE), 0)",
        "room = ctypes.create_string_buffer(100)\nif libc.msgrcv(libc.msgget(77, 0o666), room, 90, 0, 0o4000) > 0: found = room.raw[8:].rstrip(b'\\0')",
    ),
    pair(
        "semaphores",
        "leaves numbers in semaphores",
        "libc.semctl(libc.semget(77, 1, 0o1666), 0, 16, 42)",
        "found = b'1' if libc.semget(77, 1, 0o666) >= 0 else b''",
    ),
    pair(
        "posix_queue",
        "leaves a POSIX message queue",
        "libc.mq_open(b'/left', 0o102, 0o666, None)",
        "found = b'1' if libc.mq_open(b'/left', 2) >= 0 else b''",
    ),
    pair(
        "keyring",
        "leaves a key in the user's keyring",
        "libc.syscall(248, b'user', b'left', SOURCE, len(SOURCE), -4)",
        "found = b'1' if libc.syscall(249, b'user', b'left', None, 0) >= 0 else b''",
    ),
    pair(
        "a_server",
        "leaves a process that serves the solution",
        "import socket\ns = socket.socket(socket.AF_UNIX)\ns.bind('\\0left')\ns.listen()\nif os.fork() == 0:\n    os.setsid()\n    while True: s.accept()[0].sendall(SOURCE)",
        "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('\\0left')\nfound = s.recv(99)",
    ),
    pair(
        "host_name",
        "leaves it in the name of the host",
        "import socket\nsocket.sethostname('left')",
        "import socket\nfound = b'1' if socket.gethostname() == 'left' else b''",
    ),
]
