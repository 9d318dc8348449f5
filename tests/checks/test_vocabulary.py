"""The measuring words that test files share: each sees what it is for, and lets everything right pass."""

import copy
import marshal
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from autograding.checks.compare import Mismatch
from autograding.checks.given_parts import known_weights, module_of
from autograding.checks.gradients import gradients, pulls, tensors_in
from autograding.checks.optimizers import gradient_descent
from autograding.checks.statistics import assert_independent, assert_standard_normal
from autograding.judge.probes import packed

N = 20_000


def noise(seed=0, shape=(N, 3)):
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("shape", [(N, 3), (N, 1), (2000, 8), (N, 2)])
def test_normal_noise_passes(seed, shape):
    assert_standard_normal(noise(seed, shape), "the noise")
    assert_standard_normal(noise(seed, shape).astype(np.float32), "the noise")


UNIFORM = np.sqrt(12) * (np.random.default_rng(1).random((N, 3)) - 0.5)


@pytest.mark.parametrize(
    "wrong",
    [
        noise() * 0.9,
        noise() + 0.1,
        np.abs(noise()),
        UNIFORM,
        np.sign(noise()),
        np.zeros((N, 3)),
        noise() * (noise(1) > 0) * np.sqrt(2),
        np.concatenate([noise()[: N // 2]] * 2),
        np.concatenate([noise()[: N // 2], -noise()[: N // 2]]),
        np.concatenate([noise()[: N // 2], noise()[: N // 2][::-1]]),
        np.concatenate([noise()[: N // 2], np.random.default_rng(3).permutation(noise()[: N // 2])]),
        np.concatenate([noise()[: N // 2], np.random.default_rng(3).permutation(noise()[: N // 2])[:, [2, 0, 1]]]),
        np.repeat(noise()[: N // 4], 4, 0),
        np.tile(noise()[:100], (N // 100, 1)),
        np.repeat(noise()[:, :1], 3, 1),
        np.stack([noise()[:, 0], noise()[:, 1], np.roll(noise()[:, 0], 5)], 1),
        np.sqrt(0.5) * (noise() + np.roll(noise(), 1, 0)),
    ],
)
def test_noise_that_is_not_normal_or_shared_by_any_two_rows_is_seen(wrong):
    with pytest.raises(Mismatch):
        assert_standard_normal(wrong, "the noise")


def test_independence_is_judged_whatever_the_spread():
    assert_independent(3 * noise(), "the noise")


def trained(optimizer_of, steps):
    weight = nn.Parameter(torch.tensor([1.0, -2.0]))
    optimizer = optimizer_of([weight])
    steps(weight, optimizer)
    return weight.detach().tolist()


def ordinary(weight, optimizer):
    for _ in range(3):
        optimizer.zero_grad(set_to_none=True)
        (weight**2).sum().backward()
        optimizer.step()


def with_a_closure(weight, optimizer):
    def closure():
        optimizer.zero_grad()
        loss = (weight**4).sum()
        loss.backward()
        return loss

    assert optimizer.step(closure).item() > 0


def through_groups_and_state(weight, optimizer):
    optimizer.load_state_dict(optimizer.state_dict())
    optimizer.param_groups[0]["lr"] = 0.3
    (parameter,) = optimizer.param_groups[0]["params"]
    (parameter.grad,) = torch.autograd.grad((weight**2).sum(), weight)
    optimizer.step()


@pytest.mark.parametrize("steps", [ordinary, with_a_closure, through_groups_and_state])
def test_the_optimizer_does_what_torchs_own_does(steps):
    theirs = trained(lambda parameters: torch.optim.SGD(parameters, 0.1), steps)
    assert trained(lambda parameters: gradient_descent(parameters, 0.1), steps) == theirs
    assert isinstance(gradient_descent([nn.Parameter(torch.ones(1))]), torch.optim.Optimizer)


def test_the_optimizer_remembers_the_gradients_of_each_step():
    weight = nn.Parameter(torch.tensor(3.0))
    optimizer = gradient_descent([weight])
    optimizer.step()
    (weight**2).backward()
    optimizer.step()
    assert optimizer.steps == [[None], [torch.tensor(6.0)]]


def test_the_optimizer_imports_no_compiler():
    code = """
import sys, torch
from autograding.checks.optimizers import gradient_descent
optimizer = gradient_descent([torch.nn.Parameter(torch.ones(1))])
optimizer.zero_grad(); optimizer.step(); optimizer.load_state_dict(optimizer.state_dict())
assert "torch._dynamo" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_given_module_is_all_that_a_signature_promises():
    part = module_of(lambda self, x: self.weights * x, weights=[2.0])
    whole = module_of(lambda self, x, shift=0.0: self.inner(x) + self.weights + shift, weights=[1.0], inner=part)
    assert isinstance(whole, nn.Module) and whole(torch.ones(1)).item() == whole.forward(torch.ones(1)).item() == 3
    assert [name for name, _ in whole.named_parameters()] == ["weights", "inner.weights"]
    assert not whole.eval().training and not part.training and next(whole.parameters()).device.type == "cpu"
    twin = copy.deepcopy(whole)
    torch.nn.init.zeros_(twin.inner.weights)
    assert (twin(torch.ones(1)).item(), whole(torch.ones(1), shift=2.0).item()) == (1, 5)
    whole(torch.ones(1)).backward()
    whole.zero_grad()
    assert whole.weights.grad is None


class Forwards(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(4, 3), nn.Linear(3, 2)

    def forward(self, x):
        return self.second(self.first(x).relu())


class Backwards(Forwards):
    def __init__(self):
        nn.Module.__init__(self)
        self.second, self.first = nn.Linear(3, 2), nn.Linear(4, 3)


def test_known_weights_do_not_depend_on_the_order_in_which_layers_are_made():
    x, layers = torch.ones(2, 4), ("first", "second")
    outputs = [known_weights(model(), layers)(x) for model in (Forwards, Backwards)]
    assert torch.equal(*outputs) and outputs[0].abs().min() > 0
    assert torch.equal(outputs[0], known_weights(Forwards())(x))
    larger = known_weights(Forwards(), layers, scale=10.0)(x)
    assert larger.abs().max() > 10 * outputs[0].abs().max()


@pytest.mark.parametrize("answer", [None, 3.0, (None, 2), {"a": 1}, torch.ones(2), "text", [torch.ones(1)]])
def test_gradients_of_an_answer_of_any_kind_are_no_error(answer):
    leaf = torch.ones(2, requires_grad=True)
    assert gradients(answer, [leaf])[0].tolist() == [0, 0] and pulls(answer, [leaf]) == [0]


def test_gradients_reach_through_sequences_and_dicts():
    leaf, idle = torch.ones(2, requires_grad=True), torch.ones(3, requires_grad=True)
    answer = (2 * leaf, [{"a": leaf.sum()}, torch.ones(3)])
    assert [gradient.tolist() for gradient in gradients(answer, [leaf, idle])] == [[3, 3], [0, 0, 0]]
    assert len(tensors_in(answer)) == 3


def probe(ns):
    model = known_weights(module_of(lambda self, x: self.weights * x, weights=[1.0]))
    return pulls(model(torch.ones(1)), list(gradient_descent(model.parameters()).param_groups[0]["params"]))


def test_the_vocabulary_travels_with_a_probe():
    names = {}
    exec(marshal.loads(packed(probe)), names)
    (pull,) = names["probe"](None)
    assert pull > 0 and names["known_weights"] is not known_weights
