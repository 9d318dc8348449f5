"""The small VAE (Z = 2) that the recap of the first notebook shows: the lesson's own model and training step."""

from types import ModuleType
from typing import Any

import numpy as np
import torch
from genlab.data import Batches, binarise, load_mnist
from genlab.training import train

EPOCHS, HIDDEN_DIM, LATENT_DIM = 40, 160, 2


def vae2d(notebook: ModuleType) -> dict[str, np.ndarray]:
    """Trained on all the training images."""
    images, test_images = (binarise(load_mnist(split)[0]) for split in ("train", "test"))
    model = notebook.VAE(latent_dim=LATENT_DIM, hidden_dim=HIDDEN_DIM)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    train(
        lambda x: notebook.train_step(model, x, optimizer),
        Batches(images, batch_size=50),
        epochs=EPOCHS,
        evaluate=lambda: notebook.evaluate(model, test_images),
    )
    return _as_arrays(model)


def _as_arrays(model: Any) -> dict[str, np.ndarray]:
    """Three layers per half, float16. The last one of the encoder gives (mean, log_std), so that the code
    which looks at this model is no answer to an exercise on log_var."""
    encoder, decoder = model.encoder, model.decoder
    halves = {
        "encoder.0": encoder.fc1.state_dict(),
        "encoder.1": encoder.fc2.state_dict(),
        "encoder.2": {
            key: torch.cat([value, encoder.to_log_var.state_dict()[key] / 2])
            for key, value in encoder.to_mu.state_dict().items()
        },
        "decoder.0": decoder.fc1.state_dict(),
        "decoder.1": decoder.fc2.state_dict(),
        "decoder.2": decoder.to_logits.state_dict(),
    }
    return {
        f"{name}.{key}": value.numpy().astype(np.float16) for name, state in halves.items() for key, value in state.items()
    }
