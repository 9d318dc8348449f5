"""What the price of the code is good for, and what dead layers cost: the two trainings of the flat VAE that need a proof."""

from collections.abc import Iterator
from types import ModuleType

import numpy as np
import torch
from genlab.data import binarise, load_mnist
from genlab.nb1.latents import decode_probs
from genlab.nb1.probe import share_named, train_probe
from genlab.nb2.hierarchy import train_classifier
from genlab.nb4.classifier import frechet
from torch import nn

from .experiment import Claim, Experiment, Row, Table

EPOCHS = 12  # of the notebook's short runs
FEW_EPOCHS = 4  # codes for a probe need no more
SEEDS = range(3)
PROBES = ("colleague's", "repaired")
NUM_SAMPLES = 2000


def autoencoder(notebook: ModuleType, seed: int) -> Iterator[Row]:
    """With the weight 0 and 1: the codes, and decoded draws from the prior and from the Gaussian that the codes fit best."""
    (train_images, train_labels), (test_images, _) = load_mnist("train"), load_mnist("test")
    train_x, test_x = binarise(train_images), binarise(test_images)
    classifier = train_classifier(train_x, train_labels)
    features = nn.Sequential(*list(classifier.children())[:3])  # without its last layer
    for weight in (0, 1):
        model, log = notebook.fit(train_x, test_x, epochs=EPOCHS, kl_weight=weight, seed=seed)
        torch.manual_seed(seed)
        with torch.no_grad():
            codes, log_var = model.encoder(train_x)
            draws = torch.randn(NUM_SAMPLES, notebook.LATENT_DIM)
            root = torch.linalg.cholesky(codes.T.cov() + 1e-6 * torch.eye(notebook.LATENT_DIM))
            from_prior, from_fit = (decode_probs(model.decoder, z) for z in (draws, codes.mean(0) + draws @ root.T))
            copies = model(test_x)[0].sigmoid()
            real, prior, fit, copied = (features(images).double() for images in (train_x, from_prior, from_fit, copies))
        yield {
            "weight": weight,
            "seed": seed,
            "reconstruction": log.last("reconstruction"),
            "spread": codes.std(0).mean().item(),
            "noise": (log_var / 2).exp().mean().item(),
            "frechet_prior": frechet(prior, real),
            "frechet_fit": frechet(fit, real),
            "frechet_copies": frechet(copied, real),
        }


def probe(notebook: ModuleType, seed: int) -> Iterator[Row]:
    """The colleague's probe and the repaired one on the codes of a VAE: before and after saving and loading."""
    (train_images, train_labels), (test_images, test_labels) = load_mnist("train"), load_mnist("test")
    train_x, test_x = binarise(train_images), binarise(test_images)
    model, _ = notebook.fit(train_x, test_x, epochs=FEW_EPOCHS, seed=seed)
    with torch.no_grad():
        codes, test_codes = (model.encoder(x)[0] for x in (train_x, test_x))
    for name, made in zip(PROBES, (notebook.ColleaguesProbe, notebook.Probe), strict=True):
        torch.manual_seed(seed)
        network, loaded = made(), made()
        log = train_probe(network, codes, train_labels)
        loaded.load_state_dict(network.state_dict())
        yield {
            "probe": name,
            "seed": seed,
            "loss": log.last("loss"),
            "named": share_named(network, test_codes, test_labels),
            "named_loaded": share_named(loaded, test_codes, test_labels),
        }


def copies_better_and_samples_worse(table: Table) -> bool:
    """On every seed: of the autoencoder, better reconstructions, and samples of the prior at several times the distance."""
    with_price, without = (table.of("frechet_prior", weight=weight) for weight in (1, 0))
    better = table.of("reconstruction", weight=0) < table.of("reconstruction", weight=1)
    return all(without > 3 * with_price) and all(better)


def samples_well_where_its_codes_are(table: Table) -> bool:
    return all(table.of("frechet_fit", weight=0) < table.of("frechet_prior", weight=1))


def spreads_four_times(table: Table) -> bool:
    return all(abs(table.of("spread", weight=0) - 4.5) < 1)


def dead_parts_cost(table: Table) -> bool:
    """On every seed: the repaired probe names more, and only of it does a loaded copy name as much."""
    broken, repaired = ({what: table.of(what, probe=probe) for what in ("named", "named_loaded")} for probe in PROBES)
    arrives = all(repaired["named_loaded"] == repaired["named"]) and all(broken["named_loaded"] < 0.5)
    return arrives and all(repaired["named"] > broken["named"])


AUTOENCODER = [
    Claim("Drawn from $N(0, I)$, its samples are far worse than a VAE's.", copies_better_and_samples_worse),
    Claim("as in the last row, they are not. So the decoder is not to blame", samples_well_where_its_codes_are),
    Claim("Its codes spread about four times as wide as $N(0, I)$", spreads_four_times),
]
PROBE = [
    Claim("no optimizer moves, no file keeps", dead_parts_cost),
    Claim(
        "The loss fell nevertheless, because the layers around the dead ones learned.",
        lambda table: all(table.of("loss", probe="colleague's") < 0.5 * np.log(10)),
    ),
]
EXPERIMENTS = [
    Experiment("nb1.autoencoder", SEEDS, autoencoder, AUTOENCODER),
    Experiment("nb1.probe", SEEDS, probe, PROBE),
]
