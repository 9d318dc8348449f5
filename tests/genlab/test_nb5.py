"""What NB5 calls exact is exact."""

import itertools
import math

import pytest
import torch

from genlab.nb5.bounds import exact_bound, mask_costs, order_costs
from genlab.nb5.filling import ORDERS, fill_in
from genlab.nb5.grid import clashes
from genlab.nb5.language import Language, sudokus, sums
from genlab.nb5.posterior import MaskPosterior, UniformPosterior
from genlab.nb5.quality import quality
from genlab.nb5.uniform import uniform_chain

SUMS = sums()
SMALL = Language(["aab", "abb", "bbc", "cab"], "abc")


@pytest.fixture(scope="module")
def costs():
    return mask_costs(MaskPosterior(SUMS), SUMS)


def test_the_bound_of_the_exact_posterior_is_the_entropy(costs):
    assert exact_bound(costs) == pytest.approx(math.log(100), abs=1e-9)


def test_one_step_costs_the_sum_of_the_marginal_entropies(costs):
    shares = torch.stack([torch.bincount(column, minlength=SUMS.K) for column in SUMS.tokens.T]).double() / 100
    assert exact_bound(costs, 1) == pytest.approx(-torch.xlogy(shares, shares).sum().item(), abs=1e-9)
    assert exact_bound(costs, 50) == pytest.approx(4.6808, abs=1e-4)


def test_the_bound_is_the_mean_over_all_orders_for_any_model():
    table = torch.randn(SMALL.K + 1, SMALL.L, SMALL.K, dtype=torch.float64, generator=torch.Generator().manual_seed(0))

    class Model(torch.nn.Module):
        def forward(self, x_t, t):
            return table[x_t].sum(1) * torch.arange(1.0, 4).view(-1, 1) / 3

    costs = mask_costs(Model(), SMALL)
    nats = order_costs(costs)
    assert len(nats) == 6
    assert exact_bound(costs) == pytest.approx(sum(nats.values()) / 6, abs=1e-12)
    assert exact_bound(costs, 5000) == pytest.approx(exact_bound(costs), rel=1e-3)


def test_the_posterior_counts_the_strings_that_fit():
    belief = MaskPosterior(SUMS)(SUMS.encode("7+?=1?")[None])[0].exp()
    assert belief[2, 1:11].tolist() == pytest.approx([0, 0, 0] + [1 / 7] * 7, abs=1e-9)


def test_the_uniform_posterior_is_the_rule_of_bayes():
    T, t, x_t = 10, 4, torch.tensor([[0, 1, 2]])
    chance = [math.prod((1 - t / T) * (a == b) + t / T / 3 for a, b in zip(string, x_t[0].tolist(), strict=True))
              for string in SMALL.tokens.tolist()]  # fmt: skip
    first = sum(weight for weight, string in zip(chance, SMALL.strings, strict=True) if string[0] == "a") / sum(chance)
    belief = UniformPosterior(SMALL, T)(x_t, torch.tensor([t])).exp()
    assert belief[0, 0, 0].item() == pytest.approx(first)


def test_the_uniform_chain_returns_the_language_and_without_its_division_it_does_not():
    torch.manual_seed(0)
    start, model = torch.randint(3, (3000, 3)), UniformPosterior(SMALL, 60)
    right, wrong = (
        quality(SMALL, uniform_chain(model, start, range(60, 0, -1), 3, 60, divide=divide)[-1]) for divide in (True, False)
    )
    assert right.valid > 0.95 and right.entropy > 1.37
    assert wrong.valid < 0.9


@pytest.mark.parametrize("order", ORDERS)
def test_filling_in_keeps_what_is_known_and_reveals_one_token_per_step(order):
    torch.manual_seed(0)
    known = SUMS.encode("?+?=12").expand(50, -1)
    stages = fill_in(MaskPosterior(SUMS), SUMS, known, order=order)
    assert [int((stage == SUMS.MASK).sum()) for stage in stages] == [100, 50, 0]
    assert set(SUMS.texts(stages[-1])) <= set(SUMS.solutions("?+?=12"))


def test_all_sudokus_are_there_and_none_clashes():
    grids = sudokus()
    assert len(set(grids.strings)) == 288
    assert not any(clashes(tokens).any() for tokens in grids.tokens)
    assert clashes(grids.encode("1" + "?" * 14 + "1")).sum() == 0 and clashes(grids.encode("1??1" + "?" * 12)).sum() == 2


@pytest.mark.parametrize("text, said", [("7×8=56", "Character 2"), ("12+3=15", "7 characters"), ("", "0 characters")])
def test_what_cannot_be_encoded_is_told_why(text, said):
    with pytest.raises(ValueError, match=said):
        SUMS.encode(text)


def test_encoding_and_decoding_are_inverse():
    for string in itertools.chain(SUMS.strings, ["·+8=1·"]):
        assert SUMS.decode(SUMS.encode(string)) == string
    with pytest.raises(ValueError, match="13 is no token"):
        SUMS.decode(torch.tensor([13]))
    assert SUMS.decode(SUMS.encode("?+?=??")) == "·+·=··"


def test_quality_counts_only_what_is_valid():
    tokens = torch.stack([SUMS.encode(text) for text in ("1+1=02", "1+1=02", "2+2=04", "2+2=05")])
    found = quality(SUMS, tokens)
    assert (found.valid, found.distinct) == (0.75, 2)
    assert found.entropy == pytest.approx(-(2 / 3 * math.log(2 / 3) + 1 / 3 * math.log(1 / 3)))
