"""Using what is known: public answers, the look of the grader, the clock, the inputs."""

from .arena import SOLVED, Arena, Attack


def recorded(arena: Arena) -> str:
    """The public answers as a student may copy them, in the order of the calls, and by what the input looks like."""
    tables = {
        key: [value.tolist() for section in sections for value in section]
        for key, sections in arena.public["answers"].items()
    }
    return f"import torch\nANSWERS = {tables!r}\nflat = [torch.tensor(v) for values in ANSWERS.values() for v in values]\n"


def by_order(arena: Arena) -> str:
    return recorded(arena) + "queue = list(flat)\ndef scale(x): return queue.pop(0)\ncombine = scale\n"


def by_shape(arena: Arena) -> str:
    return recorded(arena) + "def scale(x): return next(v for v in flat if v.shape == x.shape)\ncombine = scale\n"


def by_input(arena: Arena) -> str:
    """Keyed by the first number of each input, as drawn from the public seed."""
    from autograding.judge.rng import Stream

    x = Stream("public", "nb1.scale:test_scale").normal(4, 3)
    known = {round(float(x[0, 0]), 4): arena.public["answers"]["nb1.scale:test_scale"][0][0].tolist()}
    return f"import torch\nKNOWN = {known!r}\ndef scale(x): return torch.tensor(KNOWN[round(x.flatten()[0].item(), 4)])\n"


def when_graded(condition: str) -> str:
    return f"def scale(x):\n    import os, sys, time, inspect\n    graded = {condition}\n    return 100 if graded else x\n"


ATTACKS = [
    Attack("replay_by_order", "returns the recorded public answers, one after the other", by_order, "entries are wrong"),
    Attack("replay_by_shape", "returns the public answer of the right shape", by_shape, "entries are wrong"),
    Attack("replay_by_input", "returns the public answer to this very input", by_input, "raised KeyError"),
    Attack(
        "sees_the_grader",
        "behaves differently when it is graded",
        when_graded("'autograding.worker.serve' in sys.modules"),
        "where (4, 3) is wanted",
    ),
    Attack(
        "sees_the_sandbox",
        "behaves differently in the sandbox",
        when_graded("os.path.exists('/grader')"),
        "where (4, 3) is wanted",
    ),
    Attack(
        "sees_the_caller",
        "looks at who calls it",
        when_graded("inspect.stack()[1].filename.endswith('serve.py')"),
        "where (4, 3) is wanted",
    ),
    Attack(
        "swaps_clocks",
        "turns the clock back, so that no time passes",
        """
        import time
        def scale(x):
            time.time = time.monotonic = time.perf_counter = lambda: 0.0
            while True: pass
        """,
        "did not return",
        limit=1.5,
    ),
    Attack(
        "sets_the_clock",
        "sets the machine's clock",
        "def scale(x): import time; time.clock_settime(0, 0)",
        "PermissionError",
    ),
    Attack(
        "changes_its_input",
        "changes its input, in the hope that it is compared with that",
        "def scale(x): x.fill_(7.0); return x",
        "entries are wrong",
    ),
    Attack(
        "resizes_its_input",
        "empties its input",
        "import torch\ndef scale(x): x.set_(torch.zeros(0)); return x",
        "is wanted",
    ),
    Attack(
        "knows_the_statistics",
        "returns constants that have the right mean and spread",
        "import torch\ndef draw(mean): return torch.tensor([-2.0, 2.0]).repeat(2000)",
        "is not right",
    ),
    Attack(
        "shift_helps_combine",
        "keeps what it has seen in one task for another",
        """
        import torch
        seen = []
        def shift(x): seen.append(x); return x + 1
        def combine(x): return seen[-1] + 1
        """,
        "raised IndexError",
    ),
    Attack(
        "lends_what_it_was_told",
        "keeps what a test of one task tells for another task, where no namespace forgets it",
        """
        import builtins, sys
        def shift(x):
            told = sys._getframe(1).f_locals.get("parts")
            if told is not None: builtins.told = told
            return x + 1
        def combine(x): return builtins.told[0] * x + builtins.told[1] * x**2 + 1
        """,
        "raised AttributeError",
        exam=True,
    ),
    Attack(
        "lends_a_function",
        "lends the function of a solved task to one that is not",
        "def scale(x): return shift(x)\ncombine = scale",
        "entries are wrong",
    ),
    Attack(
        "the_givens_solution",
        "takes its answer from the parts that a probe puts in the place of its own",
        "def scale(x): raise NotImplementedError('TODO nb1.scale')\ndef combine(x): return scale(x)",
        "still needs nb1.scale",
    ),
    Attack(
        "constant_zero",
        "returns zeros of the right shape everywhere",
        """
        import torch
        def scale(x): return torch.zeros_like(x)
        combine = draw = scale
        class Net:
            def __call__(self, x): return x * 0
        """,
        "entries are wrong",
    ),
    Attack(
        "asks_twice",
        "looks for the file that it was itself read from",
        """
        def scale(x): return open(__file__).read()
        """,
        "raised NameError",
    ),
]
assert SOLVED
