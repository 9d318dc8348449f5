"""What Notebook 1 is given: the page to take away, and what it says of a model that has no map; the probe's report."""

import json
import re

import pytest
import torch
from torch import nn

from genlab.nb1 import probe
from genlab.nb1.explorer import principal_plane, write_explorer

SEEDED = torch.Generator().manual_seed(0)
IMAGES, LABELS = torch.rand(30, 1, 28, 28, generator=SEEDED), torch.arange(30) % 10
NAN = float("nan")


class Encoder(nn.Module):
    def __init__(self, scale: float = 1.0):
        super().__init__()
        self.layer, self.scale = nn.Linear(784, 16), scale

    def forward(self, x):
        mu = self.layer(x.flatten(1)) * self.scale
        return mu, mu


DECODER = nn.Sequential(nn.Linear(16, 784), nn.Unflatten(1, (1, 28, 28)))


def test_the_page_stands_alone_and_is_small(tmp_path, capsys):
    page = tmp_path / "page.html"
    write_explorer(Encoder(), DECODER, IMAGES, LABELS, page)
    text = page.read_text(encoding="utf-8")
    assert len(text) < 1_000_000 and not re.search(r"https?://|src=|href=", text)
    data = json.loads(re.search(r"^const data = (.*);$", text, re.M)[1])
    assert [label for *_, label in data["digits"]] == LABELS.tolist()
    assert "Open it in a browser" in capsys.readouterr().out


def test_the_plane_is_that_of_most_variance():
    codes = torch.randn(500, 16, dtype=torch.float64, generator=SEEDED)
    codes[:, 3], codes[:, 8] = 9 * codes[:, 3] + 5, 4 * codes[:, 8]
    centre, directions = principal_plane(codes)
    assert torch.allclose(centre, codes.mean(0))
    assert directions.abs().argmax(dim=1).tolist() == [3, 8]
    assert directions.norm(dim=1).tolist() == pytest.approx([9, 4], rel=0.15)


def test_a_collapsed_model_has_a_map_all_the_same(tmp_path):
    write_explorer(Encoder(scale=0.0), DECODER, IMAGES, LABELS, tmp_path / "page.html")
    assert (tmp_path / "page.html").is_file()


@pytest.mark.parametrize("scale, where, words", [(NAN, "page.html", "fresh model"), (1, "no/page.html", "another place")])
def test_what_cannot_be_written_is_said(tmp_path, capsys, scale, where, words):
    write_explorer(Encoder(scale=scale), DECODER, IMAGES, LABELS, tmp_path / where)
    assert words in capsys.readouterr().out and not (tmp_path / where).exists()


def test_a_probe_is_reported_with_the_parts_that_it_does_not_know():
    network = nn.Linear(4, 4)
    network.hidden, network.gain = [nn.Linear(4, 4), nn.Linear(4, 4)], torch.ones(4)
    network.last = nn.Linear(4, 10)
    assert {"hidden 0", "hidden 1", "gain", "last"} <= {name for name, _ in probe.layers_of(network)}
