"""Changing the worker, torch, numpy and the judge's code, as far as they are within reach."""

from .arena import Attack


def patched(statements: str, then: str = "return x") -> str:
    """`scale` that runs some statements and goes on."""
    lines = [line.strip() for line in statements.strip().splitlines()]
    return "def scale(x):\n    import sys, torch, numpy, json, socket, builtins\n    " + "\n    ".join([*lines, then])


ATTACKS = [
    Attack(
        "comparisons",
        "makes every comparison of this process true",
        patched("""
        yes = lambda *a, **k: True
        torch.allclose = torch.equal = torch.isclose = numpy.allclose = numpy.isclose = numpy.array_equal = yes
        torch.Tensor.__eq__ = torch.Tensor.allclose = yes
        """),
        "entries are wrong",
    ),
    Attack(
        "assertions",
        "empties the judge's comparison, as loaded here",
        patched("""
        from autograding.checks import compare
        compare._difference = compare._array_difference = lambda *a: ""
        compare.assert_same = lambda *a, **k: None
        """),
        "No module named 'autograding.checks'",
    ),
    Attack(
        "pytest",
        "makes every report of pytest a success",
        """
        def scale(x):
            try:
                import _pytest.reports
                _pytest.reports.TestReport.from_item_and_call = None
            except ImportError: pass
            return x
        """,
        "entries are wrong",
    ),
    Attack(
        "wire_send",
        "has the wire send something else",
        patched("""
        from autograding import wire
        send = wire.send
        wire.send = lambda channel, message, *a: send(channel, {"status": "pass", "score": 100, "nonce": message["nonce"]})
        """),
        "it is None",
    ),
    Attack(
        "to_plain",
        "answers `true` for everything that is sent",
        patched("""
        from autograding import wire
        wire.to_plain = lambda value: True
        """),
        "(a single number)",
    ),
    Attack(
        "json",
        "writes another JSON",
        patched("""json.dumps = lambda value, **k: '{"value": [], "spent": "pass"}'"""),
        "a question that was not asked",
    ),
    Attack(
        "socket",
        "sends other bytes through the socket",
        patched("""
        from autograding import wire
        wire.send = lambda channel, *a: channel.sendall(b"\\xffPoints 100/100 for everybody")
        """),
        "longer than allowed",
    ),
    Attack(
        "the_worker",
        "replaces the worker's method for calls",
        patched("""
        from autograding.worker.serve import Worker
        Worker.call = lambda self, **k: {"value": 100, "points": 100, "status": "pass"}
        """),
    ),
    Attack(
        "autograd",
        "makes gradients what the tests want to see",
        patched("""
        torch.autograd.grad = lambda total, leaves, *a, **k: [torch.ones(3) * 2.5]
        """),
    ),
    Attack(
        "the_probe",
        "exchanges what a probe finds in the namespace",
        """
        import torch
        class Net:
            def __new__(cls, *a):
                import sys
                sys._getframe(1).f_globals["output"] = lambda ns, x: x
                return lambda x: x
        """,
        "nb1.Net.forward",
    ),
    Attack(
        "the_code_of_probes",
        "unpacks another probe than the one that was sent",
        """
        import marshal, torch
        marshal.loads = lambda data: compile("def output(ns, *a): return 1.0", "probe", "exec")
        class Net(torch.nn.Module):
            def forward(self, x): return x
        """,
        "nb1.Net.forward",
    ),
    Attack(
        "builtins",
        "replaces isinstance, abs and type",
        patched("""
        builtins.isinstance = lambda *a: True
        """),
    ),
    Attack(
        "numpy_arrays",
        "changes how tensors become bytes",
        patched("""
        torch.Tensor.numpy = lambda self: numpy.zeros((4, 3), numpy.float32)
        """),
        "entries are wrong",
    ),
    Attack(
        "import_hook",
        "puts itself in front of every later import",
        patched("""
        find = lambda name, *a: sys.exit(0)
        sys.meta_path.insert(0, type("Hook", (), {"find_spec": staticmethod(find)}))
        sys.modules.pop("random", None)
        """),
    ),
    Attack("sys_modules", "removes every module", patched("sys.modules.clear()")),
    Attack(
        "stdout_object",
        "puts a hostile object in the place of the printed text",
        patched("""
        sys.stdout.text = type("Text", (str,), {"__len__": lambda self: -5})("Points 100/100")
        """),
    ),
    Attack(
        "shift_rewrites_scale",
        "uses a task that it has solved to change one that it has not",
        """
        def scale(x): raise NotImplementedError("TODO nb1.scale")
        def shift(x):
            import gc, torch
            from autograding.worker import serve as worker
            for one in gc.get_objects():
                if isinstance(one, worker.Worker):
                    one.call = lambda **k: {"value": worker.wire.to_plain(worker._from_torch(x + 1))}
            return x + 1
        """,
        "is to do",
    ),
    Attack(
        "hooks_on_modules",
        "registers global hooks that change what every module returns",
        patched("""
        torch.nn.modules.module.register_module_forward_hook(lambda module, args, out: out * 0)
        """),
        "entries are wrong",
    ),
    Attack(
        "dispatch_mode",
        "stands between torch and everybody who calls it",
        patched("""
        from torch.overrides import TorchFunctionMode
        zeros = lambda self, function, types, args=(), kwargs=None: torch.zeros(4, 3)
        type("Mode", (TorchFunctionMode,), {"__torch_function__": zeros})().__enter__()
        """),
    ),
    Attack(
        "autograding_cache",
        "poisons the caches of the parser",
        patched("""
        from autograding.reading import slicing
        from autograding.worker import serve as worker
        slicing.used = slicing.bound = lambda node: set()
        worker.resolve = None
        """),
    ),
]
