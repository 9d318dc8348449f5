"""The system calls that no student code needs, refused by the kernel: a seccomp filter for bubblewrap.

What is refused would outlive a process (System V queues and memory, message queues, keyrings), reach into another one
(ptrace, limits, priorities), or open a door to the kernel that a namespace alone leaves ajar (new namespaces, bpf,
io_uring). Names and numbers: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux.
"""

import errno
import platform
import struct

X86_64 = dict(
    shmget=29,
    shmat=30,
    shmctl=31,
    semget=64,
    semop=65,
    semctl=66,
    msgget=68,
    msgsnd=69,
    msgrcv=70,
    msgctl=71,
    ptrace=101,
    syslog=103,
    setpriority=141,
    sched_setparam=142,
    sched_setscheduler=144,
    pivot_root=155,
    chroot=161,
    mount=165,
    umount2=166,
    semtimedop=220,
    mq_open=240,
    sched_setaffinity=203,
    add_key=248,
    request_key=249,
    keyctl=250,
    ioprio_set=251,
    migrate_pages=256,
    unshare=272,
    move_pages=279,
    perf_event_open=298,
    name_to_handle_at=303,
    open_by_handle_at=304,
    setns=308,
    process_vm_readv=310,
    process_vm_writev=311,
    kcmp=312,
    sched_setattr=314,
    bpf=321,
    userfaultfd=323,
)
AARCH64 = dict(
    ioprio_set=30,
    umount2=39,
    mount=40,
    pivot_root=41,
    chroot=51,
    unshare=97,
    syslog=116,
    ptrace=117,
    sched_setparam=118,
    sched_setscheduler=119,
    sched_setaffinity=122,
    setpriority=140,
    mq_open=180,
    msgget=186,
    msgctl=187,
    msgrcv=188,
    msgsnd=189,
    semget=190,
    semctl=191,
    semtimedop=192,
    semop=193,
    shmget=194,
    shmctl=195,
    shmat=196,
    add_key=217,
    request_key=218,
    keyctl=219,
    migrate_pages=238,
    move_pages=239,
    perf_event_open=241,
    name_to_handle_at=264,
    open_by_handle_at=265,
    setns=268,
    process_vm_readv=270,
    process_vm_writev=271,
    kcmp=272,
    sched_setattr=274,
    bpf=280,
    userfaultfd=282,
)
EVERYWHERE = dict(
    io_uring_setup=425,
    io_uring_enter=426,
    io_uring_register=427,
    open_tree=428,
    move_mount=429,
    fsopen=430,
    fsconfig=431,
    fsmount=432,
    fspick=433,
    process_madvise=440,
    mount_setattr=442,
)
# For each machine: the kernel's name for it (AUDIT_ARCH_…), the calls above, the numbers of clone and prlimit64.
MACHINES = {"x86_64": (0xC000003E, X86_64, 56, 302), "aarch64": (0xC00000B7, AARCH64, 220, 261)}
CLONE3 = 435
NEW_NAMESPACES = 0x7E020000  # the CLONE_NEW… flags
X32 = 0x40000000  # the bit of x86_64's other numbering of system calls
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
LOAD, IS, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # operations of classic BPF
ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000


def program(machine: str = "") -> bytes:
    """The filter as bubblewrap's --seccomp takes it; empty on a machine whose numbers are not known here."""
    if (machine or platform.machine()) not in MACHINES:
        return b""
    architecture, calls, clone, prlimit = MACHINES[machine or platform.machine()]
    code = [
        (LOAD, 0, 0, ARCHITECTURE),
        (IS, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        *_when(AT_LEAST, X32, errno.ENOSYS),
        *_when(IS, CLONE3, errno.ENOSYS),
    ]  # its flags cannot be seen here; the C library then uses clone
    for number in sorted((calls | EVERYWHERE).values()):
        code += _when(IS, number, errno.EPERM)
    # Another process's limits, or a new namespace: their first argument says so.
    code += [
        (IS, 0, 4, clone),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        *_when(ANY_BIT, NEW_NAMESPACES, errno.EPERM),
        (RETURN, 0, 0, ALLOW),
        (IS, 0, 3, prlimit),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        *_when(AT_LEAST, 1, errno.EPERM),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)


def _when(test: int, value: int, error: int) -> list[tuple[int, int, int, int]]:
    """Fail with `error` when the loaded word passes the test."""
    return [(test, 0, 1, value), (RETURN, 0, 0, FAIL | error)]
