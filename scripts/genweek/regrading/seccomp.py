"""The system calls that no student code needs, refused by the kernel: a seccomp filter for bubblewrap.

libseccomp knows the numbers of every machine and writes the program; what is refused, and why, stands here. The groups
are those of the manual, section 2. See .github/decisions/system-calls.md.
"""

import errno
import tempfile
from contextlib import suppress

from ..course.day import CourseError

REFUSED = {
    "outlives a process": "shmget shmat shmctl semget semop semtimedop semctl msgget msgsnd msgrcv msgctl mq_open "
    "add_key request_key keyctl",
    "is memory that no limit of a process counts": "memfd_create memfd_secret",
    "carries a word from lane to lane": "flock inotify_init inotify_init1 fanotify_init cachestat syslog",
    "reaches into another process": "ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp "
    "setpriority sched_setparam sched_setscheduler sched_setattr sched_setaffinity ioprio_set migrate_pages move_pages",
    "leaves a door to the kernel ajar": "io_uring_setup io_uring_enter io_uring_register bpf userfaultfd "
    "perf_event_open mount umount2 pivot_root chroot unshare setns open_tree move_mount mount_setattr fsopen fsconfig "
    "fsmount fspick name_to_handle_at open_by_handle_at",
}
NEW_NAMESPACES = (0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)  # CLONE_NEW…
# Of fcntl: locks, leases and notes on files, which other lanes can see, too; and larger pipes.
SHARED = (5, 6, 7, 36, 37, 38, 1024, 1025, 1026, 1031)
UNIX, INET, INET6 = 1, 2, 10  # all other families of sockets are refused: some leave the network namespace (vsock)


def program() -> bytes:
    """The filter as bubblewrap's --seccomp takes it. Raises CourseError where there is no libseccomp."""
    try:
        import pyseccomp
    except (ImportError, RuntimeError, OSError) as error:
        raise CourseError(f"The sandbox needs libseccomp ({error}). Debian: apt-get install libseccomp2.") from None
    refused, filter, arg = pyseccomp.ERRNO(errno.EPERM), pyseccomp.SyscallFilter(pyseccomp.ALLOW), pyseccomp.Arg
    filter.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)  # x86_64 has two more numberings
    for name in " ".join(REFUSED.values()).split():
        with suppress(OSError, ValueError):  # not on this machine, or newer than this libseccomp
            filter.add_rule(refused, name)
    filter.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")  # whose flags cannot be seen: the C library uses clone
    for flag in NEW_NAMESPACES:
        filter.add_rule(refused, "clone", arg(0, pyseccomp.MASKED_EQ, flag, flag))
    filter.add_rule(refused, "prlimit64", arg(0, pyseccomp.NE, 0))  # another process's limits
    for command in SHARED:
        filter.add_rule(refused, "fcntl", arg(1, pyseccomp.EQ, command))
    for family in (*range(INET + 1, INET6), 0):
        filter.add_rule(refused, "socket", arg(0, pyseccomp.EQ, family))
    filter.add_rule(refused, "socket", arg(0, pyseccomp.GT, INET6))
    with tempfile.TemporaryFile() as file:
        filter.export_bpf(file)
        file.seek(0)
        return file.read()
