"""The network that travels with Exam B. It is trained with the solved functions of a paper, so each paper has its own."""

from types import ModuleType

import numpy as np
import torch
from torch import nn

UPDATES, BATCH, RATE = 3000, 96, 2e-3


def network(exam: ModuleType) -> dict[str, np.ndarray]:
    """Weights in float16: less than 0.1 MB for each paper."""
    model = exam.Network()
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.0)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda done: min(1, (done + 1) / 100) * max(0.01, 1 - done / UPDATES)
    )
    for _ in range(UPDATES):
        loss = exam.denoising_loss(model, exam.draw(BATCH))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        pace.step()
    model.eval()
    for num_steps in (40, 20, 10, 1):
        share = exam.share_of_strings(exam.way_back(model, 4000, num_steps)[-1])
        print(f"{num_steps} steps: {share:.3f} of 4,000 sequences are strings of the language")
    return {name: values.half().numpy() for name, values in model.state_dict().items()}
