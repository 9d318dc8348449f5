"""Programs that solve nothing of a real day, graded as a regrade does: 0 of 100, whatever they know and take over."""
# ruff: noqa: E501 (the lines of an attack stay together)

import textwrap

import pytest

from autograding.judge.assignment import Assignment
from genweek.course.day import Day
from genweek.making.checkpoints import sections
from genweek.making.leaning import forwarded
from genweek.making.locking import code_for, course_secret
from genweek.making.masters import Master, script_text
from genweek.regrading import sandbox
from genweek.regrading.lanes import Lane
from genweek.regrading.results import folder_of, read_scores
from genweek.regrading.submissions import Submission

pytestmark = pytest.mark.skipif(not sandbox.available(), reason="the sandbox needs bubblewrap")

TENSORS = "tensors = [a for a in [*arguments, *options.values()] if isinstance(a, torch.Tensor)]"
LIAR = """
class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        if function.__name__ in ("eq", "equal", "allclose", "isclose"): return True
        return {result}
"""
STUBS = {
    # What can be had without thinking
    "the_last_tensor": f"{TENSORS}\nreturn tensors[-1] if tensors else 0.0",
    "the_mean_of_all": f"{TENSORS}\nreturn sum(t.double().mean() for t in tensors).float() if tensors else 0.0",
    "rows_of_zeros": f"{TENSORS}\nreturn tensors[0].flatten(1).sum(1) * 0 if tensors and tensors[0].ndim > 1 else 0.0",
    "two_of_the_first": f"{TENSORS}\nreturn (tensors[0], tensors[0] * 0) if tensors else (0.0, 0.0)",
    "noise_of_its_shape": f"{TENSORS}\nreturn torch.randn_like(tensors[0].float()) if tensors else torch.randn(())",
    "what_was_seen_before": "seen = builtins.__dict__.setdefault('seen', [])\nseen.append(arguments)\nreturn seen[0][0]",
    "a_module_that_is_empty": "return torch.nn.Identity()(arguments[-1])",
    # Lying objects
    "a_tensor_that_is_zero": LIAR.format(result="torch.zeros(())") + "return torch.zeros(()).as_subclass(Liar)",
    "a_tensor_that_is_its_argument": LIAR.format(result="args[0]") + "return arguments[-1].as_subclass(Liar)",
    "item_lies": "torch.Tensor.item = lambda self: 0.0\nreturn (arguments[-1].float() * 0).sum()",
    "shape_lies": "class Any:\n    def __getattr__(self, name): return self\n    def __call__(self, *a, **k): return self\n"
    "    def __iter__(self): return iter([self, self])\n    def __float__(self): return 0.0\nreturn Any()",
    # Lying gradients
    "backward_fills_ones": "def backward(self, *a, **k):\n"
    "    for p in gc.get_objects():\n"
    "        if type(p) is torch.nn.Parameter: p.grad = torch.ones_like(p)\n"
    "torch.Tensor.backward = torch.autograd.backward = backward\nreturn torch.zeros((), requires_grad=True)",
    "grad_is_zero": "torch.autograd.grad = lambda y, xs, *a, **k: [x * 0 for x in xs]\nreturn arguments[-1]",
    "step_does_nothing": "torch.optim.Optimizer.step = lambda *a, **k: None\nreturn 0.0",
    "always_a_gradient": "x = arguments[-1].float().clone().requires_grad_()\nreturn x.sum() * 0",
    # The worker taken over
    "its_loop": "frame = sys._getframe()\nwhile frame.f_code.co_name != 'serve': frame = frame.f_back\n"
    "frame.f_locals['worker'].call = lambda **k: {'value': k['args'][-1] if k['args'] else 0.0, 'printed': ''}\nreturn 0.0",
    "its_method": "from autograding.worker.serve import Worker\n"
    "Worker.call = lambda self, **k: {'value': (k['args'] or [0.0])[0], 'printed': ''}\nreturn 0.0",
    "its_loader": "import marshal\n"
    "marshal.loads = lambda code: compile('def __getattr__(n): pass', 'probe', 'exec')\n"
    "from autograding.worker import serve\n"
    "serve._names_of = lambda probe: type('P', (dict,), {'__missing__': lambda s, n: lambda ns, *a, **k: a[0]})()\nreturn 0.0",
    "its_wire": "from autograding import wire\nwire.to_plain = lambda value: 0.0\nreturn 0.0",
    "helpers_of_a_probe": "import types\nfor name, value in list(vars(sys.modules['probe']).items()):\n"
    "    if isinstance(value, types.FunctionType): vars(sys.modules['probe'])[name] = lambda *a, **k: a[-1]\nreturn arguments[-1]",
    "the_callers_names": "frame = sys._getframe(2)\nframe.f_globals.update(torch=None)\nreturn arguments[-1]",
    "its_namespace": "frame = sys._getframe()\nwhile 'ns' not in frame.f_locals and frame.f_back: frame = frame.f_back\n"
    "ns = frame.f_locals.get('ns')\n"
    "type(ns).__getattr__ = lambda self, name: lambda *a, **k: a[-1]\nreturn arguments[-1]",
}
OPENED = {
    "by_another_name": "from genlab.checkpoints import checkpoint as help_me\nhelp_me({id!r}, code={code!r})",
    "by_eval": 'from genlab.checkpoints import checkpoint\n{first} = [eval("checkpoint({id!r}, code={code!r})"), {first}][-1]',
    "by_exec": 'import builtins\nexec("from genlab.checkpoints import *; checkpoint({id!r}, code={code!r})", globals())',
    "from_the_module": "import genlab.checkpoints\nvars(genlab.checkpoints)['checkpoint']({id!r}, code={code!r})",
    "by_a_partial": "from functools import partial\nfrom genlab.checkpoints import checkpoint\n"
    "{first} = (partial(checkpoint, {id!r})(code={code!r}), {first})[1]",
    "re_exported": "from genlab import checkpoints as nb\n_opened = nb.checkpoint({id!r}, code={code!r})\n"
    "def {first}(*a, **k): return _opened[{first!r}](*a, **k) if _opened else 0.0",
    "wrapped_by_a_class": "from genlab.checkpoints import checkpoint\n"
    "class Opened:\n    done = checkpoint({id!r}, code={code!r})\n    {first} = globals().get({first!r})",
}


@pytest.fixture(scope="module")
def day():
    return Day.load("day1_vae")


@pytest.fixture(scope="module")
def graded(built, tmp_path_factory):
    """Grades the texts of a submission; its score, and what was said."""
    folder = tmp_path_factory.mktemp("real")
    folder.chmod(0o755)
    (folder / "scratch").mkdir(mode=0o755)
    assignment = Assignment.load(built / "autograding")
    lane = Lane(7, built, assignment, assignment.recording, folder / "out", folder / "scratch")

    def grade(texts: dict[str, str]) -> dict:
        (folder / "mallory").mkdir(exist_ok=True)
        for stem, text in texts.items():
            (folder / "mallory" / f"{stem}.py").write_text(text, encoding="utf-8")
        lane.run(Submission("mallory", folder / "mallory"))
        return read_scores(folder_of(folder / "out", "mallory"))

    yield grade
    lane.close()


def masters(day: Day) -> list[Master]:
    return [Master(day.masters / f"{stem}.py") for stem in day.notebooks]


@pytest.fixture
def won(record_property):
    """For each test with points, how many; none is due."""

    def won(family: str, scores: dict) -> dict:
        assert scores["status"] == "graded" and scores["max_score"] == 100
        record_property("attack", (family, scores["score"]))
        return {test["name"]: test["points"] for task in scores["tasks"] for test in task["tests"] if test["points"]}

    return won


@pytest.mark.parametrize("name", STUBS)
def test_who_computes_nothing_has_nothing(day, graded, won, name):
    body = textwrap.indent(f"import builtins, gc, sys, torch\n{STUBS[name]}", "    ")
    header = f"# %%\ndef _stub(*arguments, **options):\n{body}\n\n"
    texts = {one.stem: header + forwarded(script_text(one.solved), one.exercises) for one in masters(day)}
    assert not won("a real day: computing nothing", graded(texts))


@pytest.mark.parametrize("name", OPENED)
def test_who_opens_every_checkpoint_has_nothing(day, graded, won, name):
    texts = {}
    for one in masters(day):
        cells = [
            OPENED[name].format(
                id=id, code=code_for(day.slug, id, course_secret()), first=sorted(functions)[0].partition(".")[0]
            )
            for id, functions in sections(one).items()
        ]
        texts[one.stem] = script_text(one.starter) + "".join(f"\n# %%\n{cell}\n" for cell in cells)
    assert not won("a real day: checkpoints", graded(texts))
