"""Trains the small VAE (Z = 2) that the recap of the first notebook shows, and writes it as nb1/weights/vae2d.npz.

    python scripts/make_vae2d.py

It is the lesson's own model and training step, on all the training images; about ten seconds.
"""

import _venv

# isort: split
import importlib.util
import sys

import numpy as np
import torch

sys.path.insert(0, str(_venv.ROOT / "assignments/common"))
from genlab.data import Batches, binarise, load_mnist
from genlab.training import train

EPOCHS, HIDDEN_DIM, LATENT_DIM = 40, 160, 2
MASTER = _venv.ROOT / "solutions_private/day1_vae/nb1_vanilla_vae.py"
TARGET = _venv.ROOT / "assignments/common/genlab/nb1/weights/vae2d.npz"


def load_master():
    spec = importlib.util.spec_from_file_location("nb1", MASTER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def as_arrays(model: torch.nn.Module) -> dict[str, np.ndarray]:
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


def main() -> None:
    nb1 = load_master()
    images, test_images = (binarise(load_mnist(split)[0]) for split in ("train", "test"))
    torch.manual_seed(0)
    model = nb1.VAE(latent_dim=LATENT_DIM, hidden_dim=HIDDEN_DIM)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    train(
        lambda x: nb1.train_step(model, x, optimizer),
        Batches(images, batch_size=50),
        epochs=EPOCHS,
        evaluate=lambda: nb1.evaluate(model, test_images),
    )
    TARGET.parent.mkdir(exist_ok=True)
    np.savez_compressed(TARGET, **as_arrays(model))
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
