"""What the operating system holds a worker to."""

import os
import sys

MEMORY_LIMIT = 3 * 2**30  # bytes of address space, on top of what importing torch took
MOST_TASKS = 32  # processes and threads, those of the warm parent included


def limit_resources() -> None:
    """Bounds that the judge's kill cannot give: a huge allocation must fail here, not take the machine down."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with open(os.devnull, "r+b") as null:
        for stream in range(3):
            os.dup2(null.fileno(), stream)
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 64 * 2**20}
    if sys.platform == "linux":
        with open("/proc/self/statm") as statm, open("/proc/loadavg") as loadavg:
            limits[resource.RLIMIT_AS] = int(statm.read().split()[0]) * resource.getpagesize() + MEMORY_LIMIT
            all_tasks = int(loadavg.read().split()[3].split("/")[1])  # the limit counts what else this user runs
        limits[resource.RLIMIT_NPROC] = MOST_TASKS if os.getppid() == 1 else all_tasks + MOST_TASKS
    for limit, most in limits.items():
        hard = resource.getrlimit(limit)[1]
        resource.setrlimit(limit, (most, most) if hard == resource.RLIM_INFINITY else (min(most, hard), hard))
