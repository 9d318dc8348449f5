"""Ending the process before it can be judged."""

from .arena import Attack

ATTACKS = [
    Attack(
        "os_exit",
        "leaves with status 0, as if all had passed",
        "def scale(x): import os; os._exit(0)",
        "ended the Python process",
    ),
    Attack(
        "exit_while_loading",
        "leaves while a constant is computed",
        """
        import os
        CODE = os._exit(0)
        def scale(x): return CODE
        """,
        "ended the Python process",
    ),
    Attack("system_exit", "raises SystemExit(0)", "def scale(x): raise SystemExit(0)", "raised SystemExit"),
    Attack(
        "keyboard_interrupt",
        "looks like the instructor's Ctrl-C",
        "def scale(x): raise KeyboardInterrupt",
        "raised KeyboardInterrupt",
    ),
    Attack(
        "base_exception",
        "raises what `except Exception` lets through",
        """
        class Out(BaseException): pass
        def scale(x): raise Out("let me out")
        """,
        "raised Out",
    ),
    Attack(
        "atexit",
        "answers when the interpreter ends",
        """
        def scale(x):
            import atexit, os, sys
            atexit.register(os.write, 1, b"Points 100/100")
            sys.exit(0)
        """,
        "raised SystemExit",
    ),
    Attack(
        "kill_itself",
        "kills its process with a signal",
        "def scale(x): import os; os.kill(os.getpid(), 9)",
        "ended the Python process",
    ),
    Attack(
        "segfault",
        "crashes the interpreter",
        "def scale(x): import ctypes; ctypes.string_at(0)",
        "ended the Python process",
    ),
    Attack(
        "stack_overflow",
        "overflows the C stack",
        """
        def scale(x):
            import sys
            sys.setrecursionlimit(10**8)
            nested = []
            for _ in range(10**6): nested = [nested]
            return repr(nested)
        """,
        "ended the Python process",
    ),
    Attack("abort", "aborts, for a core dump", "def scale(x): import os; os.abort()", "ended the Python process"),
    Attack(
        "exec",
        "becomes /bin/true",
        "def scale(x): import os; os.execv('/bin/true', ['true'])",
        "ended the Python process",
    ),
    Attack(
        "close_everything",
        "closes every file, the channel to the judge among them",
        "def scale(x): import os; os.closerange(3, 4096); return x",
        "ended the Python process",
    ),
    Attack(
        "later",
        "lets a thread end the process during somebody else's call",
        """
        def scale(x):
            import _thread, os, time
            _thread.start_new_thread(lambda: (time.sleep(0.01), os._exit(0)), ())
            return x
        """,
        "scale",
    ),
    Attack(
        "fork_and_leave",
        "forks: the parent leaves, the child goes on as the worker",
        """
        def scale(x):
            import os
            if os.fork(): os._exit(0)
            return x
        """,
        "ended the Python process",
    ),
    Attack(
        "an_error_that_is_no_text",
        "raises an error whose text raises",
        """
        class Silent(Exception):
            def __str__(self): raise SystemExit
            __repr__ = __str__
        def scale(x): raise Silent
        """,
        "raised Silent",
    ),
    Attack(
        "claims_todo",
        "makes every test look as if it had not been tried",
        """
        def scale(x): raise NotImplementedError("TODO nb1.shift")
        """,
        "is to do",
    ),
]
