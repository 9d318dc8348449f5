"""Telling another lane something, or hearing it: whoever is graded at the same time may have solved what one has not."""

from .arena import Attack

CALL = """
import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
def scale(x):
    result = {call}
    raise ValueError(f"refused: {{result == -1}}, {{ctypes.get_errno()}}")
"""
PYTHON = """
import fcntl, os, socket, struct, sys
def scale(x):
    shared = open(os.__file__)
    {statement}
    raise ValueError("it was let through")
"""
REFUSED, DENIED = "refused: True", "PermissionError"


def calls(name: str, tries: str, call: str) -> Attack:
    return Attack(name, tries, CALL.format(call=call), REFUSED)


def does(name: str, tries: str, statement: str, sign: str = DENIED) -> Attack:
    return Attack(name, tries, PYTHON.format(statement=statement), sign)


def syscall(number: int, *arguments: int) -> str:
    return f"libc.syscall({', '.join(map(str, (number, *arguments)))})"


ATTACKS = [
    does("flock", "locks a library that all lanes read", "fcntl.flock(shared, fcntl.LOCK_EX | fcntl.LOCK_NB)"),
    does("record_lock", "locks a byte of it", "fcntl.lockf(shared, fcntl.LOCK_SH | fcntl.LOCK_NB, 1)"),
    does(
        "open_file_lock",
        "locks it by the open file",
        "fcntl.fcntl(shared, 37, struct.pack('hhqqi4x', fcntl.F_RDLCK, 0, 0, 1, 0))",
    ),
    does(
        "asks_for_locks",
        "asks who has locked it",
        "fcntl.fcntl(shared, fcntl.F_GETLK, struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, 0, 1, 0))",
    ),
    does("lease", "takes a lease on it", "fcntl.fcntl(shared, fcntl.F_SETLEASE, fcntl.F_RDLCK)"),
    does("dnotify", "asks to be told who opens it", "fcntl.fcntl(os.open('/usr/lib', 0), fcntl.F_NOTIFY, 1)"),
    calls("inotify", "watches who opens a file", "libc.inotify_init1(0)"),
    calls("fanotify", "watches who opens any file", "libc.fanotify_init(0, 0)"),
    does("vsock", "speaks with the machine's host", "socket.socket(40, socket.SOCK_STREAM)"),
    does("packet", "reads the wire", "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)"),
    does("netlink", "asks the kernel for its routes", "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)"),
    does("bluetooth", "speaks through the air", "socket.socket(31, socket.SOCK_SEQPACKET, 0)"),
    does("kernel_crypto", "keeps a key in the kernel", "socket.socket(38, socket.SOCK_SEQPACKET, 0)"),
    does("memory_file", "keeps memory in a file without a name", "os.memfd_create('kept')"),
    calls("secret_memory", "keeps memory that not even the kernel reads", syscall(447, 0)),
    calls("shared_memory", "shares memory by number", "libc.shmget(7, 4096, 0o1666)"),
    calls("semaphore", "shares a semaphore by number", "libc.semget(7, 1, 0o1666)"),
    calls("message_queue", "shares a queue by number", "libc.msgget(7, 0o1666)"),
    calls("named_queue", "shares a queue by name", "libc.mq_open(b'/queue', os.O_CREAT | os.O_RDWR, 0o666, None)"),
    does(
        "named_memory",
        "shares memory by name",
        "from multiprocessing.shared_memory import SharedMemory; SharedMemory('kept', True, 4096)",
        "Error",
    ),
    calls("keyring", "keeps a word in the kernel's keyring", syscall(248, 0, 0, 0, 0, "-4")),
    calls("keyring_of_the_user", "joins the keyring of its user", syscall(250, 1, 0)),
    calls("io_uring", "lets the kernel make the calls that it may not make", syscall(425, 8, 0)),
    calls("page_faults", "handles page faults", syscall(323, 0)),
    calls("page_cache", "asks which pages of a library others have read", syscall(451, 0, 0, 0, 0)),
    calls("anothers_files", "takes a file out of another process", syscall(438, 0, 0, 0)),
    does("bigger_pipe", "makes a pipe of a megabyte", "fcntl.fcntl(os.pipe()[0], fcntl.F_SETPIPE_SZ, 2**20)"),
    does("all_locks", "reads the list of all locks", "raise ValueError(open('/proc/locks').read() or 'empty')", "empty"),
    does(
        "stamps",
        "leaves a mark in the time of the last access",
        "os.utime(os.__file__, (1, 1))",
        "OSError",
    ),
]
