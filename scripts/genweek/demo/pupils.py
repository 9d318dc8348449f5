"""A simulated class of twelve for `scripts/demo`: who they are and what they push."""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat

from ..course.day import Day
from ..making.locking import code_for, course_secret
from ..making.masters import Master, script_text
from ..making.variants import mistakes


class Work:
    """One student's working copy, with the means to edit its notebooks as a student would."""

    def __init__(self, folder: Path, day: Day):
        self.folder, self.day = folder, day
        self.masters = {stem: Master(day.masters / f"{stem}.py") for stem in day.notebooks}

    def solve(self, *exercises: str) -> None:
        """Write right answers into the notebooks: those of the named exercises, or all."""
        for stem, master in self.masters.items():
            for name, source in solved_cells(master).items():
                if not exercises or name in exercises:
                    self.write(stem, name, source)

    def err(self, *variants: str) -> None:
        """Write known mistakes, `task/variant`, into the notebooks."""
        for variant in mistakes(self.day):
            if f"{variant.task_id}/{variant.name}" in variants:
                name = variant.task_id.split(".")[1]
                self.write(variant.stem, name, source_of(variant.text, name))

    def write(self, stem: str, name: str, source: str) -> None:
        """Replace the cell of the notebook that defines `name`."""
        path = self.folder / f"{stem}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code" and re.search(rf"^(def|class) {name}\(", cell.source, re.M):
                cell.source = source
        nbformat.write(notebook, path)

    def replace(self, stem: str, old: str, new: str) -> None:
        """Edit the text of a notebook's code cells."""
        path = self.folder / f"{stem}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.source = cell.source.replace(old, new)
        nbformat.write(notebook, path)

    def write_scripts(self) -> None:
        """Solve everything in the `.py` halves and leave the notebooks alone."""
        for stem, master in self.masters.items():
            (self.folder / f"{stem}.py").write_text(script_text(master.solved), encoding="utf-8")


def solved_cells(master: Master) -> dict[str, str]:
    return {
        node.name: cell.source
        for cell in master.solved.cells
        if "exercise" in cell.metadata.get("tags", [])
        for node in ast.parse(cell.source).body
        if hasattr(node, "name")
    }


def source_of(text: str, name: str) -> str:
    """The definition of a top-level name in a program."""
    node = next(node for node in ast.parse(text).body if getattr(node, "name", "") == name)
    return ast.get_source_segment(text, node) or ""


@dataclass(frozen=True)
class Pupil:
    """minutes: when each push happens, after the session opens. edits: what is done before each push."""

    login: str
    name: str
    story: str
    edits: tuple[Callable[[Work], None], ...]
    minutes: tuple[int, ...] = (60,)


HALF = ("Encoder", "Decoder", "sample_z", "reconstruction_nll", "kl_divergence")
NB1 = "nb1_vanilla_vae"


def two_mistakes(work: Work) -> None:
    work.solve("Encoder", "Decoder", "reconstruction_nll")
    work.err("nb1.kl_divergence/standard_deviation_for_variance", "nb1.sample_z/variance_for_standard_deviation")


def syntax_error(work: Work) -> None:
    work.solve()
    work.write(NB1, "kl_divergence", "def kl_divergence(mu, log_var:\n    return mu")


def endless(work: Work) -> None:
    work.solve()
    work.write(NB1, "kl_divergence", "def kl_divergence(mu, log_var):\n    while True:\n        mu = mu + 0")


def leave_early(work: Work) -> None:
    work.solve("Encoder")
    work.write(
        NB1,
        "sample_z",
        "def sample_z(mu, log_var):\n    import os\n    print('::notice title=x::Points 100/100')\n    os._exit(0)",
    )
    (work.folder / "scores.json").write_text('{"score": 100, "max_score": 100}')


def delete_a_function(work: Work) -> None:
    work.solve()
    work.replace(NB1, "def kl_divergence(", "def kl(")


def checkpoint(work: Work) -> None:
    work.solve("reconstruction_nll", "kl_divergence", "vae_loss", "train_step")
    code = code_for(work.day.slug, "nb1.B", course_secret())
    work.replace(NB1, 'checkpoint("nb1.B", code="")', f'checkpoint("nb1.B", code="{code}")')


def shape_errors(work: Work) -> None:
    work.solve()
    work.err("nb1.kl_divergence/sums_over_everything", "nb1.vae_loss/forgets_the_kl")


CLASS = (
    Pupil("ada", "Ada Ahmed", "pushes the starter untouched", (lambda work: None,)),
    Pupil("ben", "Ben Bauer", "half done, with two classic mistakes", (two_mistakes,)),
    Pupil("chloe", "Chloé Costa", "solves everything", (lambda work: work.solve(*HALF), Work.solve), (45, 140)),
    Pupil("dai", "Dai Dinh", "edits only the .py half, in an editor", (Work.write_scripts,)),
    Pupil(
        "emma",
        "Emma Eze",
        "solves most of the first notebook, in the .ipynb alone",
        (lambda work: work.solve(*HALF, "vae_loss"),),
    ),
    Pupil("finn", "Finn Foss", "leaves a syntax error in one cell", (syntax_error,)),
    Pupil("gita", "Gita Ghosh", "has a function that never returns", (endless,)),
    Pupil("hugo", "Hugo Hahn", "ends the process and forges scores.json", (leave_early,)),
    Pupil("ines", "Inès Ivanova", "renames a function", (delete_a_function,)),
    Pupil("jon", "Jón Jónsson", "falls behind and opens a checkpoint", (checkpoint,)),
    Pupil("kim", "Kim Kowalski", "improves, but the last push is late", (two_mistakes, Work.solve), (90, 60 * 24 * 4)),
    Pupil("lea", "Lea Lund", "returns one number where one per image is wanted", (shape_errors,)),
)
