"""Other right answers to NB2. All of them score full points, on every seed."""

import math

import torch
import torch.nn.functional as F
from torch import distributions as D
from torch import nn

from genweek.making.variants import alternative

# ---- GenerativeModel.z1_given_z2 ----


@alternative("nb2.GenerativeModel.z1_given_z2")
def z1_with_torch_relu(self, z2):
    h = torch.relu(self.fc2(torch.relu(self.fc1(z2))))
    return self.to_mu(h), self.to_log_var(h)


@alternative("nb2.GenerativeModel.z1_given_z2")
def z1_with_clamp(self, z2):
    h = z2
    for layer in (self.fc1, self.fc2):
        h = layer(h).clamp(min=0)
    return [self.to_mu(h), self.to_log_var(h)]


@alternative("nb2.GenerativeModel.z1_given_z2")
def z1_as_sequential(self, z2):
    body = torch.nn.Sequential(self.fc1, torch.nn.ReLU(), self.fc2, torch.nn.ReLU())
    return self.to_mu(body(z2)), self.to_log_var(body(z2))


@alternative("nb2.GenerativeModel.z1_given_z2")
def z1_with_functional_linear(self, z2):
    h = F.relu_(F.linear(z2, self.fc1.weight, self.fc1.bias))
    h = (h @ self.fc2.weight.T + self.fc2.bias).relu()
    return self.to_mu(h), self.to_log_var(h)


@alternative("nb2.GenerativeModel.z1_given_z2")
def z1_row_by_row(self, z2):
    rows = torch.stack([F.relu(self.fc2(F.relu(self.fc1(row)))) for row in z2])
    return self.to_mu(rows), self.to_log_var(rows)


# ---- InferenceModel.forward ----


@alternative("nb2.InferenceModel.forward")
def with_view(self, x):
    h = x.view(x.shape[0], -1)
    h = torch.relu(self.fc1(h))
    h = torch.relu(self.fc2(h))
    first = self.to_mu1(h), self.to_log_var1(h)
    h = torch.relu(self.fc3(h))
    return first, (self.to_mu2(h), self.to_log_var2(h))


@alternative("nb2.InferenceModel.forward")
def with_lists(self, x):
    h2 = self.fc2(self.fc1(torch.flatten(x, 1)).relu()).relu()
    h3 = self.fc3(h2).relu()
    return [[self.to_mu1(h2), self.to_log_var1(h2)], [self.to_mu2(h3), self.to_log_var2(h3)]]


@alternative("nb2.InferenceModel.forward")
def with_reshape(self, x):
    h = x.reshape(-1, 784)
    states = []
    for layer in (self.fc1, self.fc2, self.fc3):
        h = F.relu(layer(h))
        states.append(h)
    _, h2, h3 = states
    return (self.to_mu1(h2), self.to_log_var1(h2)), (self.to_mu2(h3), self.to_log_var2(h3))


@alternative("nb2.InferenceModel.forward")
def two_paths(self, x):
    lower = torch.nn.Sequential(torch.nn.Flatten(), self.fc1, torch.nn.ReLU(), self.fc2, torch.nn.ReLU())
    upper = torch.nn.Sequential(lower, self.fc3, torch.nn.ReLU())
    return tuple(
        (mu(path(x)), log_var(path(x)))
        for path, mu, log_var in ((lower, self.to_mu1, self.to_log_var1), (upper, self.to_mu2, self.to_log_var2))
    )


@alternative("nb2.InferenceModel.forward")
def squeezed(self, x):
    h2 = F.relu(self.fc2(F.relu(self.fc1(x.squeeze(1).flatten(-2)))))
    h3 = torch.where(self.fc3(h2) > 0, self.fc3(h2), torch.zeros(()))
    return (self.to_mu1(h2), self.to_log_var1(h2)), (self.to_mu2(h3), self.to_log_var2(h3))


# ---- log_normal ----


@alternative("nb2.log_normal")
def with_normal(z, mu, log_var):
    return D.Normal(mu, torch.exp(0.5 * log_var)).log_prob(z).sum(-1)


@alternative("nb2.log_normal")
def with_independent(z, mu, log_var):
    return D.Independent(D.Normal(mu, log_var.exp().sqrt()), 1).log_prob(z)


@alternative("nb2.log_normal")
def with_multivariate_normal(z, mu, log_var):
    return D.MultivariateNormal(mu, scale_tril=torch.diag_embed((log_var / 2).exp())).log_prob(z)


@alternative("nb2.log_normal")
def with_standard_scores(z, mu, log_var):
    score = (z - mu) * torch.exp(-log_var / 2)
    return -(score.square() / 2 + log_var / 2 + 0.9189385332046727).sum(dim=1)


@alternative("nb2.log_normal")
def in_double_precision(z, mu, log_var):
    z, mu, log_var = z.double(), mu.double(), log_var.double()
    return -0.5 * (z.shape[-1] * math.log(2 * math.pi) + (log_var + (z - mu) ** 2 / log_var.exp()).sum(-1))


@alternative("nb2.log_normal")
def one_example_at_a_time(z, mu, log_var):
    return torch.stack(
        [
            sum(-0.5 * (math.log(2 * math.pi) + c + (a - b) ** 2 / torch.exp(c)) for a, b, c in zip(*row, strict=True))
            for row in zip(z, mu, log_var, strict=True)
        ]
    )


@alternative("nb2.log_normal")
def with_einsum(z, mu, log_var):
    shift = z - mu
    constant = torch.full_like(log_var, 2 * math.pi).log()
    return -0.5 * (torch.einsum("bz,bz,bz->b", shift, shift, torch.exp(-log_var)) + (log_var + constant).sum(-1))


@alternative("nb2.log_normal")
def with_gaussian_nll_loss(z, mu, log_var):
    return -F.gaussian_nll_loss(mu, z, log_var.exp(), full=True, reduction="none", eps=1e-30).sum(-1)


# ---- elbo_terms ----


@alternative("nb2.elbo_terms")
def with_distributions(x, generative, inference):
    def gaussian(mu, log_var):
        return D.Independent(D.Normal(mu, torch.exp(0.5 * log_var)), 1)

    q1 = gaussian(*inference(x)[0])
    z1 = q1.rsample()
    q2 = gaussian(*inference.z2_given(x, z1))
    z2 = q2.rsample()
    prior = D.MultivariateNormal(torch.zeros(z2.shape[1], dtype=z2.dtype), torch.eye(z2.shape[1], dtype=z2.dtype))
    return {
        "log_q_z2_given_x": q2.log_prob(z2),
        "log_q_z1_given_x": q1.log_prob(z1),
        "log_p_z2": prior.log_prob(z2),
        "log_p_z1_given_z2": gaussian(*generative.z1_given_z2(z2)).log_prob(z1),
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
    }


@alternative("nb2.elbo_terms")
def noise_first(x, generative, inference):
    (mu1, log_var1), (like_mu2, _) = inference.forward(x)
    noise2, noise1 = torch.randn(like_mu2.shape), torch.randn(mu1.shape)
    z1 = torch.addcmul(mu1, (log_var1 / 2).exp(), noise1.to(mu1))
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = torch.addcmul(mu2, (log_var2 / 2).exp(), noise2.to(mu2))
    mu_p, log_var_p = generative.z1_given_z2(z2)
    return dict(
        log_p_x_given_z1=generative.log_p_x_given_z1(x, z1),
        log_p_z1_given_z2=log_normal(z1, mu_p, log_var_p),
        log_p_z2=log_normal(z2, torch.zeros(z2.shape), torch.zeros(z2.shape)),
        log_q_z1_given_x=log_normal(z1, mu1, log_var1),
        log_q_z2_given_x=log_normal(z2, mu2, log_var2),
    )


@alternative("nb2.elbo_terms")
def scored_by_the_noise(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    noise1 = torch.randn_like(mu1)
    z1 = mu1 + noise1 * log_var1.exp().sqrt()
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.randn_like(mu2) * log_var2.exp().sqrt()
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": -0.5 * (z2**2).sum(-1) - z2.shape[-1] * 0.5 * math.log(2 * math.pi),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@alternative("nb2.elbo_terms")
def with_extra_entries(x, generative, inference):
    def draw(mu, log_var):
        noise = torch.stack([torch.randn_like(row) for row in mu]) if len(mu) < 100 else torch.randn(*mu.T.shape).T
        return mu + torch.sqrt(torch.exp(log_var)) * noise

    q1, _ = inference(x)
    z1 = draw(*q1)
    q2 = inference.z2_given(x, z1)
    z2 = draw(*q2)
    zeros = 0 * z2
    terms = {"log_q_z1_given_x": log_normal(z1, *q1), "log_q_z2_given_x": log_normal(z2, *q2)}
    terms["log_p_z2"] = log_normal(z2, zeros, zeros)
    terms["log_p_z1_given_z2"] = log_normal(z1, *generative.z1_given_z2(z2))
    terms["log_p_x_given_z1"] = generative.log_p_x_given_z1(x, z1)
    return terms | {"z1": z1, "z2": z2}


@alternative("nb2.elbo_terms")
def in_double(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1.double() + torch.exp(0.5 * log_var1.double()) * torch.randn_like(mu1.double())
    z1 = z1.to(mu1.dtype)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = torch.randn_like(mu2).mul_(log_var2.mul(0.5).exp()).add_(mu2)
    one = torch.ones_like(z2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)).double(),
        "log_p_z2": log_normal(z2, one - one, torch.log(one)).double(),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1).double(),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2).double(),
    }


@alternative("nb2.elbo_terms")
def with_gradients_of_the_path_alone(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = D.Normal(mu1, (0.5 * log_var1).exp()).rsample()
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = D.Normal(mu2, (0.5 * log_var2).exp()).rsample()
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": D.Normal(0.0, 1.0).log_prob(z2).sum(-1),
        "log_q_z1_given_x": log_normal(z1, mu1.detach(), log_var1.detach()),  # Roeder et al. 2017
        "log_q_z2_given_x": log_normal(z2, mu2.detach(), log_var2.detach()),
    }


# ---- hierarchical_elbo ----


@alternative("nb2.hierarchical_elbo")
def term_by_term(x, generative, inference, kl_weight=1.0):
    terms = elbo_terms(x, generative, inference)
    log_p = terms["log_p_z1_given_z2"] + terms["log_p_z2"]
    log_q = terms["log_q_z1_given_x"] + terms["log_q_z2_given_x"]
    return terms["log_p_x_given_z1"] + kl_weight * (log_p - log_q)


@alternative("nb2.hierarchical_elbo")
def with_signs(x, generative, inference, kl_weight=1.0):
    signs = {"log_p_x_given_z1": 1, "log_p_z1_given_z2": kl_weight, "log_p_z2": kl_weight}
    signs |= {"log_q_z1_given_x": -kl_weight, "log_q_z2_given_x": -kl_weight}
    terms = elbo_terms(x, generative, inference)
    return sum(sign * terms[name] for name, sign in signs.items())


@alternative("nb2.hierarchical_elbo")
def as_a_product(x, generative, inference, kl_weight=1.0):
    terms = elbo_terms(x, generative, inference)
    names = ["log_p_x_given_z1", "log_p_z1_given_z2", "log_p_z2", "log_q_z1_given_x", "log_q_z2_given_x"]
    stacked = torch.stack([terms[name] for name in names])
    return torch.tensor([1, kl_weight, kl_weight, -kl_weight, -kl_weight], dtype=stacked.dtype) @ stacked


@alternative("nb2.hierarchical_elbo")
def by_interpolation(x, generative, inference, kl_weight=1.0):
    t = elbo_terms(x=x, generative=generative, inference=inference)
    reconstruction = t["log_p_x_given_z1"]
    full = reconstruction + t["log_p_z1_given_z2"] + t["log_p_z2"] - t["log_q_z1_given_x"] - t["log_q_z2_given_x"]
    return (1 - kl_weight) * reconstruction + kl_weight * full


@alternative("nb2.hierarchical_elbo")
def by_name_of_the_letter(x, generative, inference, kl_weight=1.0):
    elbo = 0
    for name, term in elbo_terms(x, generative, inference).items():
        weight = 1 if "p_x" in name else kl_weight
        elbo = elbo + weight * term if name.startswith("log_p") else elbo - weight * term
    return elbo


# ---- train_step ----


@alternative("nb2.train_step")
def empties_first(x, generative, inference, optimizer, kl_weight=1.0):
    optimizer.zero_grad()
    elbo = hierarchical_elbo(x, generative, inference, kl_weight=kl_weight)
    (-elbo).mean().backward()
    optimizer.step()
    return -float(elbo.detach().mean())


@alternative("nb2.train_step")
def empties_last(x, generative, inference, optimizer, kl_weight=1.0):
    loss = hierarchical_elbo(x, generative, inference, kl_weight).neg().sum() / len(x)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.item()


@alternative("nb2.train_step")
def in_training_mode(x, generative, inference, optimizer, kl_weight=1.0):
    generative.train()
    inference.train()
    loss = -torch.mean(hierarchical_elbo(x, generative, inference, kl_weight))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach().numpy().item()


@alternative("nb2.train_step")
def backward_with_a_vector(x, generative, inference, optimizer, kl_weight=1.0):
    losses = -hierarchical_elbo(x, generative, inference, kl_weight)
    optimizer.zero_grad()
    losses.backward(torch.full_like(losses, 1 / len(losses)))
    optimizer.step()
    return float(losses.mean())


@alternative("nb2.train_step")
def maximises_minus(x, generative, inference, optimizer, kl_weight=1.0):
    with torch.enable_grad():
        elbo = hierarchical_elbo(x, generative, inference, kl_weight).mean()
        optimizer.zero_grad()
        (elbo * -1.0).backward()
    optimizer.step()
    return (-elbo).item()


# ---- What a signature promises ----


@alternative("nb2.GenerativeModel.z1_given_z2")
class GenerativeInAnotherOrder(nn.Module):
    def __init__(self, z1_dim=Z1_DIM, z2_dim=Z2_DIM, hidden_dim=HIDDEN_DIM):
        super().__init__()
        self.decoder = PixelDecoder(z1_dim, hidden_dim)
        self.to_log_var, self.to_mu = nn.Linear(hidden_dim, z1_dim), nn.Linear(hidden_dim, z1_dim)
        self.fc2, self.fc1 = nn.Linear(hidden_dim, hidden_dim), nn.Linear(z2_dim, hidden_dim)
        self.z2_dim = z2_dim

    def log_p_x_given_z1(self, x, z1):
        return self.decoder.log_prob(x, z1)

    def z1_given_z2(self, z2):
        h = torch.relu(self.fc2(torch.relu(self.fc1(z2))))
        return self.to_mu(h), self.to_log_var(h)


@alternative("nb2.InferenceModel.forward")
class InferenceInAnotherOrder(nn.Module):
    def __init__(self, z1_dim=Z1_DIM, z2_dim=Z2_DIM, hidden_dim=HIDDEN_DIM):
        super().__init__()
        self.to_mu2, self.to_log_var2 = nn.Linear(hidden_dim, z2_dim), nn.Linear(hidden_dim, z2_dim)
        self.to_mu1, self.to_log_var1 = nn.Linear(hidden_dim, z1_dim), nn.Linear(hidden_dim, z1_dim)
        self.fc3, self.fc2 = nn.Linear(hidden_dim, hidden_dim), nn.Linear(hidden_dim, hidden_dim)
        self.fc1 = nn.Linear(NUM_PIXELS, hidden_dim)

    def z2_given(self, x, z1):
        return self(x)[1]

    def forward(self, x):
        h2 = self.fc2(self.fc1(x.flatten(1)).relu()).relu()
        h3 = self.fc3(h2).relu()
        return (self.to_mu1(h2), self.to_log_var1(h2)), (self.to_mu2(h3), self.to_log_var2(h3))


@alternative("nb2.elbo_terms")
def log_q_from_the_noise(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    eps1 = torch.randn_like(mu1)
    z1 = mu1 + torch.exp(0.5 * log_var1) * eps1
    mu2, log_var2 = inference.z2_given(x, z1)
    eps2 = torch.randn_like(mu2)
    z2 = mu2 + torch.exp(0.5 * log_var2) * eps2
    constant = math.log(2 * math.pi)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": -0.5 * (constant + z2**2).sum(-1),
        "log_q_z1_given_x": -0.5 * (constant + log_var1 + eps1**2).sum(-1),
        "log_q_z2_given_x": -0.5 * (constant + log_var2 + eps2**2).sum(-1),
    }


@alternative("nb2.elbo_terms")
def asks_what_it_got(x, generative, inference):
    assert isinstance(generative, nn.Module) and isinstance(inference, nn.Module)
    where = next(generative.parameters()).device
    x = x.to(next(inference.parameters()).device)
    (mu1, log_var1), (like, _) = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn(mu1.shape, dtype=mu1.dtype, device=where)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn(like.shape, dtype=like.dtype, device=where)
    prior = D.Independent(D.Normal(torch.zeros_like(z2), torch.ones_like(z2)), 1)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": prior.log_prob(z2),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@alternative("nb2.hierarchical_elbo")
def without_elbo_terms(x, generative, inference, kl_weight=1.0):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    log_q = log_normal(z1, mu1, log_var1) + log_normal(z2, mu2, log_var2)
    log_p = log_normal(z1, *generative.z1_given_z2(z2)) + log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2))
    return generative.log_p_x_given_z1(x, z1) - kl_weight * (log_q - log_p)


@alternative("nb2.train_step")
def with_a_closure(x, generative, inference, optimizer, kl_weight=1.0):
    def closure():
        optimizer.zero_grad()
        loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
        loss.backward()
        return loss

    return optimizer.step(closure).item()


@alternative("nb2.train_step")
def clips_the_norm(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    optimizer.zero_grad()
    loss.backward()
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    torch.nn.utils.clip_grad_norm_(parameters, max_norm=1.0)
    optimizer.step()
    return loss.item()


@alternative("nb2.train_step")
def gradients_by_hand(x, generative, inference, optimizer, kl_weight=1.0):
    parameters = [*dict.fromkeys([*generative.parameters(), *inference.parameters()])]
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        parameter.grad = gradient
    optimizer.step()
    return loss.item()


@alternative("nb2.train_step")
def empties_both_models(x, generative, inference, optimizer, kl_weight=1.0):
    assert isinstance(optimizer, torch.optim.Optimizer) and optimizer.state_dict()["param_groups"]
    x = x.to(next(inference.parameters()).device)
    generative.train(not generative.training or inference.training)
    for model in (generative, inference):
        model.zero_grad()
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    loss.backward()
    optimizer.step()
    for parameter in (*generative.parameters(), *inference.parameters()):
        parameter.grad = None
    return loss.item()


@alternative("nb2.train_step")
def with_its_own_elbo(x, generative, inference, optimizer, kl_weight=1.0):
    terms = elbo_terms(x, generative, inference)
    price = terms["log_q_z1_given_x"] - terms["log_p_z1_given_z2"] + terms["log_q_z2_given_x"] - terms["log_p_z2"]
    loss = (kl_weight * price - terms["log_p_x_given_z1"]).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
