"""Using up time, memory, processes, disk and patience."""

from .arena import Attack

LIMIT = 1.5
ATTACKS = [
    Attack("loop", "never returns", "def scale(x):\n    while True: pass", "did not return", limit=LIMIT),
    Attack(
        "loop_catches_all",
        "catches whatever would end it",
        """
        def scale(x):
            while True:
                try:
                    while True: pass
                except BaseException: continue
        """,
        "did not return",
        limit=LIMIT,
    ),
    Attack(
        "loop_while_loading",
        "never gets to define its function",
        "while True: FACTOR = 1\ndef scale(x): return FACTOR * x",
        "did not return",
        limit=LIMIT,
    ),
    Attack(
        "deaf_loop",
        "ignores signals and loops",
        """
        import signal
        def scale(x):
            for s in set(range(1, 65)) - {9, 19, 32, 33}: signal.signal(s, signal.SIG_IGN)
            while True: pass
        """,
        "did not return",
        limit=LIMIT,
    ),
    Attack(
        "in_c",
        "loops inside a C function that holds the lock",
        "import re\ndef scale(x): re.match('(a+)+$', 'a' * 60 + 'b')",
        "did not return",
        limit=LIMIT,
    ),
    Attack("memory", "asks for a terabyte", "def scale(x): return bytearray(10**12)", "raised MemoryError"),
    Attack(
        "tensor_memory",
        "asks for a tensor of a terabyte",
        "import torch\ndef scale(x): return torch.ones(25 * 10**10)",
        "raised RuntimeError",
    ),
    Attack(
        "nameless_files",
        "keeps gigabytes in files without a name, where no limit of a process counts them",
        """
        import os
        def scale(x):
            kept, piece = [], bytes(2**20)
            while True:
                kept.append(os.memfd_create("more"))
                for _ in range(60): os.write(kept[-1], piece)
        """,
        "",
    ),
    Attack(
        "children_full",
        "lets each of many children take what one process may have",
        """
        import os, time
        def scale(x):
            for _ in range(8):
                if not os.fork():
                    kept = bytearray(2**31); kept[:: 4096] = bytes(len(kept[:: 4096])); time.sleep(60)
            time.sleep(3)
            return x
        """,
        "",
    ),
    Attack(
        "growing",
        "grows until it is stopped",
        """
        def scale(x):
            kept = []
            while True: kept.append(bytearray(2**28))
        """,
        "raised MemoryError",
        limit=60,  # it fills gigabytes
    ),
    Attack("huge_answer", "returns 100 MB", "import torch\ndef scale(x): return torch.zeros(25 * 10**6)", "more than 16 MB"),
    Attack(
        "huge_error",
        "raises an error of 100 MB",
        "def scale(x): raise ValueError('x' * 10**8)",
        "raised ValueError: xxx",
    ),
    Attack(
        "huge_print",
        "prints 100 MB in one piece and in small ones",
        """
        def scale(x):
            print("y" * 10**8)
            for _ in range(10**4): print("z" * 100)
            raise ValueError("done")
        """,
        "yyy",
    ),
    Attack(
        "fork_bomb",
        "forks until nothing is left",
        """
        def scale(x):
            import os
            while True:
                try: os.fork()
                except OSError: pass
        """,
        limit=LIMIT,
    ),
    Attack(
        "how_many_forks",
        "counts how many processes it may have",
        """
        def scale(x):
            import os, time
            count = 0
            try:
                while count < 10**4:
                    if os.fork() == 0: time.sleep(9); os._exit(0)
                    count += 1
            except OSError: pass
            raise ValueError(f"fewer than a hundred: {count < 100}")
        """,
        "fewer than a hundred: True",
    ),
    Attack(
        "thread_bomb",
        "starts ten thousand threads",
        """
        def scale(x):
            import threading, time
            for _ in range(10**4): threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
        """,
        "can't start new thread",
    ),
    Attack(
        "disk",
        "fills every place that can be written to",
        """
        def scale(x):
            import os
            written = 0
            for folder, _, _ in os.walk("/"):
                if not folder.startswith(("/proc/", "/usr/")) and "site-packages/" not in folder:
                    try:
                        with open(folder + "/flood", "wb") as file: written += file.write(bytes(2**20))
                    except OSError: pass
            raise ValueError(f"{written} bytes written")
        """,
        "raised ValueError: 0 bytes written",
    ),
    Attack(
        "memory_file",
        "fills a file that is in memory alone",
        """
        def scale(x):
            import os
            fd = os.memfd_create("flood")
            for _ in range(10**4): os.write(fd, bytes(2**20))
        """,
    ),
    Attack(
        "open_files",
        "opens files until there are no more",
        """
        def scale(x):
            kept = []
            while True: kept.append(open("/dev/null"))
        """,
        "Too many open files",
    ),
    Attack(
        "sleeps",
        "takes a little less than the limit, in every function",
        """
        import time, torch
        def scale(x): time.sleep(1); return x
        """,
        limit=LIMIT,
    ),
    Attack("recursion", "recurses without end", "def scale(x): return scale(x)", "RecursionError"),
    Attack(
        "priority",
        "asks for the highest priority and locks its memory",
        """
        def scale(x):
            import os
            try: os.nice(-20)
            except PermissionError as error: raise ValueError(f"nice: {error}")
        """,
        "nice: ",
    ),
    Attack(
        "raise_limits",
        "raises its own limits",
        """
        def scale(x):
            import resource
            for name in ("RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_FSIZE"):
                resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY,) * 2)
        """,
        "not allowed to raise maximum limit",
    ),
]
