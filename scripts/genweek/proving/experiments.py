"""Every sentence that an experiment bears out stands in its lesson, and the committed table still bears it out."""

from ..experiments import EXPERIMENTS, Table
from .proof import Proof


def experiments_bear_out_their_sentences(proof: Proof) -> list[str]:
    text = "\n".join(cell.source for master in proof.masters for cell in master.solved.cells)
    mine = [one for one in EXPERIMENTS.values() if one.room in proof.day.rooms]
    proof.summary = f"{sum(len(one.claims) for one in mine)} sentences"
    return [fault for one in mine for fault in one.faults(text, Table.read(one.table_in(proof.day)))]
