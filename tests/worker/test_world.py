"""The same packages for check, push and regrade: what one of them lacks, none has; what only shows is harmless."""

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from autograding.worker.world import INSTALLED

ROOT = Path(__file__).resolve().parent.parent.parent


def scale(*lines: str, before: str = "") -> str:
    return f"{before}\n\n\ndef scale(x):\n    " + "\n    ".join([*lines, "return FACTOR * x"])


@pytest.mark.parametrize(
    "source",
    [
        scale("fig, ax = plt.subplots(1, 2)", "ax[0].plot([1, 2])", "plt.show()", before="import matplotlib.pyplot as plt"),
        scale(
            "with plt.style.context('x'): plt.figure(figsize=(3, 3)).savefig('a')",
            before="from matplotlib import pyplot as plt",
        ),
        scale("for i in tqdm(range(3), desc='x'): pass", "assert i == 2", before="from tqdm import tqdm"),
        scale("for i in trange(3): pass", "assert i == 2", before="from tqdm.auto import trange"),
        scale("bar = tqdm.tqdm([1, 2])", "for i in bar: bar.set_postfix(loss=i)", before="import tqdm"),
        scale("with tqdm(total=3) as bar: bar.update(1)", before="from tqdm.notebook import tqdm"),
        scale("display(x)", "clear_output(wait=True)", before="from IPython.display import display, clear_output"),
        scale("import matplotlib.animation as animation", "animation.FuncAnimation(None, None)"),
        scale("device = 'cuda' if torch.cuda.is_available() else 'cpu'", "x = x.to(device)"),
        scale("device = 'mps' if torch.backends.mps.is_available() else 'cpu'", "x = x.to(device)"),
        scale("x = x.to(torch.accelerator.current_accelerator() or 'cpu')"),
        scale("import torch.nn.utils.rnn, json, sympy"),
    ],
)
def test_what_shows_is_harmless(tiny, source):
    graded = tiny.with_scale(source)
    assert graded.score == 100, graded.message("nb1.scale")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("import scipy", ["No module named 'scipy'", "requirements.txt"]),
        ("from sklearn.decomposition import PCA", ["No module named 'sklearn'", "requirements.txt"]),
        ("x = x.cuda()", ["without a GPU"]),
        ("x = x.to('cuda')", ["without a GPU"]),
        ("x = x.to('cuda:0')", ["without a GPU"]),
        ("x = torch.zeros(3, device='cuda')", ["without a GPU"]),
        ("x = x.to('mps')", ["without a GPU"]),
    ],
)
def test_what_the_runner_lacks_is_told_at_the_first_check(tiny, line, words):
    tiny.with_scale(scale(line)).costs_only("nb1.scale", *words)


def test_a_laptop_with_an_accelerator_looks_like_the_runner():
    laptop = """
import torch
torch.backends.mps.is_available = torch.accelerator.is_available = lambda: True
torch.accelerator.current_accelerator = lambda check_available=False: torch.device("mps")
from autograding.worker import stand_ins
stand_ins.put_in_place()
print(torch.backends.mps.is_available(), torch.accelerator.is_available(), torch.accelerator.current_accelerator())
"""
    done = subprocess.run([sys.executable, "-c", laptop], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "None"]


def test_what_the_runner_installs_may_be_imported():
    """The packages of autograding/requirements.txt and what these need in turn, by the names that are imported."""
    text = (ROOT / "autograding" / "requirements.txt").read_text(encoding="utf-8")
    waiting, needed = re.findall(r"^([\w-]+)[>=]", text, re.M), set()
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name not in needed:
            needed.add(name)
            found = [one for one in metadata.distributions(name=name)][:1]
            wanted = [one for each in found for one in each.requires or [] if ";" not in one]
            waiting += [re.match(r"[\w.-]+", one)[0] for one in wanted]
    modules = metadata.packages_distributions()
    known = {module for module, owners in modules.items() if {owner.lower().replace("_", "-") for owner in owners} & needed}
    assert "torch" in known and not {module for module in known if not module.startswith("_")} - INSTALLED
