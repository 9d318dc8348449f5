"""Being judged on what a checkpoint holds: its code is known to all, and what it opens earns nothing."""

from .arena import CODE, Attack


def taken(name: str, tries: str, code: str, sign: str = "still needs nb1.scale") -> Attack:
    """The attacker has the code, and imports what the notebook is given."""
    header = f"import torch\nfrom genlab.checkpoints import checkpoint\nCODE = {CODE!r}\n"
    return Attack(f"checkpoint_{name}", tries, header + code, sign)


ATTACKS = [
    taken("as_intended", "uses the checkpoint", f"checkpoint('nb1.A', code={CODE!r})"),
    taken("in_a_tuple", "binds what it opens", f"scale = (checkpoint('nb1.A', code={CODE!r}), scale)[-1]"),
    taken("without_the_letters", "keeps the code in a name", "scale = (checkpoint('nb1.A', code=CODE), scale)[-1]"),
    taken("alias", "calls it by another name", "c = checkpoint\nscale = [c('nb1.A', CODE), scale][1]"),
    taken(
        "inside_a_function",
        "opens it when it is called",
        "def scale(x):\n    checkpoint('nb1.A', CODE)\n    return globals()['scale'](x)",
        "raised RecursionError",
    ),
    taken(
        "wrapped",
        "wraps what it opens",
        "opened = (checkpoint('nb1.A', CODE), scale)[1]\nscale = lambda *a: opened(*a)\ncombine = lambda *a: opened(*a)",
    ),
    taken(
        "copied",
        "copies the code object",
        "import types\nf = (checkpoint('nb1.A', CODE), scale)[1]\nscale = types.FunctionType(f.__code__, globals())",
    ),
    taken(
        "for_a_helper",
        "takes one exercise for another",
        f"checkpoint('nb1.A', code={CODE!r})\nscale = draw",
        "entries are wrong",
    ),
    taken(
        "unlocking",
        "opens the bundle itself",
        "import importlib\ndef scale(x):\n    m = importlib.import_module('autograding.judge.unlocking')\n"
        "    return m.unlock(__import__('genlab.checkpoints').checkpoints.LOCKED, 'nb1.A', CODE)['scale']",
        "raised ModuleNotFoundError",
    ),
    taken(
        "reading_the_bundle",
        "decrypts the file",
        "import genlab.checkpoints as c\ndef scale(x): return (c.LOCKED / 'nb1.A.bin').read_bytes()",
        "raised FileNotFoundError",
    ),
    taken(
        "without_the_mark",
        "hides that it is graded",
        "import os\nos.environ.pop('GENWEEK_GRADING', None)\nscale = [os, checkpoint('nb1.A', CODE), scale][-1]",
    ),
    taken(
        "in_memory",
        "looks for the source of what is judged among all objects",
        f"checkpoint('nb1.A', code={CODE!r})\n"
        "import gc\ndef combine(x):\n"
        "    mark = 'shift(' + 'scale(x))'\n"
        "    dicts = [o for o in gc.get_objects() if type(o) is dict]\n"
        "    found = [o for o in dicts if any(type(v) is str and mark in v for v in o.values())]\n"
        "    raise RuntimeError(f'found {len(found)}')",
        "found 0",
    ),
    taken(
        "of_an_earlier_test",
        "keeps the source of one exercise until that one is judged",
        f"checkpoint('nb1.A', code={CODE!r})\n"
        "import sys\nkept = []\n"
        "def shift(x):\n"
        "    frame = sys._getframe(1)\n"
        "    kept.append(frame.f_locals.get('unlocked'))\n"
        "    return x + 1\n"
        "def draw(mean): return kept[0]['draw']",
        "IndexError",
    ),
]
