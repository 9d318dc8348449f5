"""Looking for the answers, the seed and other people's work."""
# ruff: noqa: E501 (the lines of an attack stay together)

from .arena import Attack

SEARCH = """
def tell(found):
    raise ValueError(f"found {sorted(map(str, found))[:20]}")
"""


def reads(*patterns: str) -> str:
    """Reads the files that match, all over the tree but in the libraries."""
    return f"""{SEARCH}
import fnmatch, glob, os
def files():
    for folder, inner, names in os.walk("/"):
        inner[:] = [name for name in inner if os.path.join(folder, name) not in ("/usr", "/proc", "/lib", "/bin") and
                    name not in ("site-packages", "python3.11", "include", "share")]
        yield from (os.path.join(folder, name) for name in names)
def scale(x):
    paths = list(files())
    found = []
    for pattern in {patterns!r}:
        for path in glob.glob(pattern) + fnmatch.filter(paths, pattern):
            try: found.append(path + ": " + open(path, errors="replace").read(300))
            except OSError as error: pass
    tell(found)
"""


ATTACKS = [
    Attack(
        "frames",
        "walks up the stack for what is expected",
        f"""{SEARCH}
def scale(x):
    import sys
    frame, found = sys._getframe(), []
    while frame := frame.f_back:
        found += [text for text in (repr(v) for v in frame.f_locals.values()) if "expected" in text or "answers" in text]
    tell(found)
""",
        "found []",
    ),
    Attack(
        "every_object",
        "looks through all objects for the answers, the recording and the seed",
        f"""{SEARCH}
def scale(x):
    import gc
    found = []
    for one in gc.get_objects():
        if type(one) is dict and ("answers" in one or "seed" in one and "mistakes" in one):
            found.append(list(one)[:5])
        if type(one).__name__ in ("Session", "Recorder", "Replay", "Log", "Stream", "Assignment"):
            found.append(type(one))
    tell(found)
""",
        "found []",
    ),
    Attack(
        "judge_modules",
        "imports the judge's modules",
        f"""{SEARCH}
def scale(x):
    import importlib
    found = []
    for name in ("session", "reference", "recording", "rng", "scores", "assignment", "plugin", "mistakes", "student"):
        try: found.append(importlib.import_module("autograding.judge." + name))
        except ImportError: pass
    tell(found)
""",
        "found []",
    ),
    Attack("tests_on_disk", "reads the tests", reads("*/test_nb1*", "/grader/*tests*", "*/target.py"), "found []"),
    Attack(
        "answers_on_disk",
        "reads the recorded answers and the seed",
        reads("*/recorded.json", "*/recording*.json", "*/seed.txt", "*/assignment.json"),
        "found []",
    ),
    Attack("neighbours", "reads other submissions", reads("*/neighbour/*", "*/*target*", "*/submissions/*"), "found []"),
    Attack(
        "home",
        "reads the instructor's home",
        reads("/home/*", "/*/.ssh/*", "/*/.bash*", "*/secret.txt"),
        "found []",
    ),
    Attack(
        "system_files",
        "reads passwords and the machine's identity",
        reads("/etc/shadow", "/etc/passwd", "/etc/machine-id", "/run/secrets/*", "/var*/*"),
        "found []",
    ),
    Attack("solutions", "looks for the masters", reads("*/solutions_private*", "*/nb1_*.py"), "found []"),
    Attack(
        "environment",
        "reads the environment",
        f"""{SEARCH}
def scale(x):
    import os
    tell(set(os.environ) - {{"OMP_NUM_THREADS", "PYTHONHASHSEED", "HOME", "MPLBACKEND", "PWD", "LC_CTYPE"}})
""",
        "found [",
    ),
    Attack(
        "environment_of_others",
        "reads the environment of every process",
        reads("/proc/[0-9]*/environ", "/proc/[0-9]*/task/*/environ"),
        "found [",
    ),
    Attack("command_lines", "reads what every process was started with", reads("/proc/[0-9]*/cmdline"), "found ["),
    Attack(
        "parents_memory",
        "reads the memory of the warm parent",
        reads("/proc/1/mem", "/proc/1/maps", "/proc/1/fd/*"),
        "found []",
    ),
    Attack(
        "parents_files",
        "looks through the parent's root and working folder",
        reads("/proc/1/root/*", "/proc/1/cwd/*", "/proc/1/root/work*"),
        "found []",
    ),
    Attack(
        "trace_the_parent",
        "traces the warm parent",
        """
        def scale(x):
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            raise ValueError(f"{libc.ptrace(16, 1, 0, 0)} {ctypes.get_errno()}")
        """,
        "ValueError: -1 1",
    ),
    Attack(
        "read_across",
        "reads another process's memory with process_vm_readv",
        """
        def scale(x):
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            raise ValueError(f"{libc.process_vm_readv(1, None, 0, None, 0, 0)} {ctypes.get_errno()}")
        """,
        "ValueError: -1 1",
    ),
    Attack(
        "other_files",
        "reads whatever other files are open here",
        f"""{SEARCH}
def scale(x):
    import os
    found = []
    for fd in os.listdir("/proc/self/fd"):
        try: found.append(os.readlink("/proc/self/fd/" + fd))
        except OSError: pass
    tell([path for path in found if not path.startswith(("socket:", "/dev/null", "/proc/"))])
""",
        "found []",
    ),
    Attack(
        "guess_the_seed",
        "tries seeds until one fits the seed of its own random numbers",
        f"""{SEARCH}
def scale(x):
    import hashlib, torch
    fits = lambda seed: int.from_bytes(hashlib.sha256(repr((seed, "nb1.scale:test_scale")).encode()).digest()[:4], "big") == torch.initial_seed()
    tell([seed for seed in ["public", "tests", "", *range(20_000), *map(str, range(20_000))] if fits(seed)])
""",
        "found []",
    ),
    Attack(
        "source_of_probes",
        "reads the text of the tests through the probes that run here",
        f"""{SEARCH}
def scale(x):
    import gc, sys, types
    codes = [one for one in gc.get_objects() if isinstance(one, types.FunctionType) and one.__module__ == "probe"]
    tell([word for code in codes for word in code.__globals__ if "CANARY" in word])
""",
        "found []",
    ),
    Attack(
        "steal_from_reference",
        "looks for a second worker that holds the master",
        f"""{SEARCH}
def scale(x):
    import os
    tell([pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) not in (1, os.getpid())])
""",
        "found []",
    ),
]
