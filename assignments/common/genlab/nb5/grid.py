"""What a 4x4 sudoku adds to a string of 16 tokens: rows, columns and boxes."""

import torch
from torch import Tensor, nn

PLACES = torch.arange(16)
ROW, COLUMN = PLACES // 4, PLACES % 4
BOX = 2 * (ROW // 2) + COLUMN // 2


class GridPositions(nn.Module):
    """An embedding of the 16 places that is the sum of three small ones: of the row, the column and the box."""

    def __init__(self, dim: int):
        super().__init__()
        self.row, self.column, self.box = (nn.Embedding(4, dim) for _ in range(3))
        for table in (self.row, self.column, self.box):
            nn.init.normal_(table.weight, std=0.3)

    def forward(self, place: Tensor) -> Tensor:
        """place (L,), each 0..15, to (L, dim)."""
        return self.row(ROW[place]) + self.column(COLUMN[place]) + self.box(BOX[place])


def clashes(tokens: Tensor) -> Tensor:
    """For each of 16 tokens (16,), whether the same digit stands in its row, column or box again; False where masked."""
    related = (ROW[:, None] == ROW) | (COLUMN[:, None] == COLUMN) | (BOX[:, None] == BOX)
    same = (tokens[:, None] == tokens) & related & ~torch.eye(16, dtype=torch.bool)
    return same.any(dim=1) & (tokens < 4)


def puzzle(text: str) -> str:
    """A puzzle as people write it, in four lines of digits with `.`, `?` or `·` where a digit is wanted, in one line."""
    return "".join(text.split()).replace(".", "?")
