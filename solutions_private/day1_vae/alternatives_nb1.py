"""Other right answers to NB1, as different as students are. Each scores full marks."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import distributions as D
from torch import nn

from genweek.making.variants import alternative

# ---- Encoder.forward ----


@alternative("nb1.Encoder.forward")
def reshaped(self, x):
    h = self.fc1(x.reshape(x.shape[0], -1)).relu()
    h = self.fc2(h).relu()
    mu = self.to_mu(h)
    log_var = self.to_log_var(h)
    return mu, log_var


@alternative("nb1.Encoder.forward")
def viewed_with_784(self, x):
    h = torch.relu(self.fc1(x.view(-1, 784)))
    return (self.to_mu(torch.relu(self.fc2(h))), self.to_log_var(torch.relu(self.fc2(h))))


@alternative("nb1.Encoder.forward")
def sequential(self, x):
    trunk = nn.Sequential(nn.Flatten(), self.fc1, nn.ReLU(), self.fc2, nn.ReLU(inplace=True))
    h = trunk(x)
    return [self.to_mu(h), self.to_log_var(h)]


@alternative("nb1.Encoder.forward")
def functional(self, x):
    h = F.linear(x.squeeze(1).flatten(1), self.fc1.weight, self.fc1.bias).clamp(min=0)
    h = F.linear(h, self.fc2.weight, self.fc2.bias).clamp(min=0)
    return F.linear(h, self.to_mu.weight, self.to_mu.bias), F.linear(h, self.to_log_var.weight, self.to_log_var.bias)


@alternative("nb1.Encoder.forward")
def matrix_products(self, x):
    h = x.flatten(1)
    for layer in (self.fc1, self.fc2):
        h = torch.maximum(h @ layer.weight.T + layer.bias, torch.zeros(()))
    return tuple(torch.einsum("bh,zh->bz", h, head.weight) + head.bias for head in (self.to_mu, self.to_log_var))


@alternative("nb1.Encoder.forward")
def one_image_at_a_time(self, x):
    pairs = []
    for image in x:
        h = F.relu(self.fc2(F.relu(self.fc1(image.flatten()))))
        pairs.append((self.to_mu(h), self.to_log_var(h)))
    mus, log_vars = zip(*pairs, strict=True)
    return torch.stack(mus), torch.stack(log_vars)


@alternative("nb1.Encoder.forward")
def both_heads_in_one_product(self, x):
    h = F.relu(self.fc2(F.relu(self.fc1(torch.flatten(x, start_dim=1)))))
    weight = torch.cat([self.to_mu.weight, self.to_log_var.weight])
    bias = torch.cat([self.to_mu.bias, self.to_log_var.bias])
    return F.linear(h, weight, bias).chunk(2, dim=-1)


# ---- Decoder.forward ----


@alternative("nb1.Decoder.forward")
def unflattened(self, z):
    h = torch.relu(self.fc2(torch.relu(self.fc1(z))))
    return self.to_logits(h).unflatten(1, (1, 28, 28))


@alternative("nb1.Decoder.forward")
def reshaped_by_batch_size(self, z):
    h = self.fc1(z).clamp_min(0)
    h = self.fc2(h).clamp_min(0)
    return self.to_logits(h).reshape(z.size(0), 1, 28, 28)


@alternative("nb1.Decoder.forward")
def channel_added_last(self, z):
    h = F.relu(self.fc2(F.relu(self.fc1(z))))
    return self.to_logits(h).view(len(z), 28, 28).unsqueeze(1)


@alternative("nb1.Decoder.forward")
def sequential(self, z):
    layers = nn.Sequential(self.fc1, nn.ReLU(), self.fc2, nn.ReLU(), self.to_logits, nn.Unflatten(1, (1, 28, 28)))
    return layers(z)


@alternative("nb1.Decoder.forward")
def functional(self, z):
    h = z
    for layer in (self.fc1, self.fc2):
        h = F.relu_(F.linear(h, layer.weight, layer.bias))
    return F.linear(h, self.to_logits.weight, self.to_logits.bias)[:, None].view(-1, 1, 28, 28)


@alternative("nb1.Decoder.forward")
def one_latent_at_a_time(self, z):
    return torch.stack([self.to_logits(self.fc2(self.fc1(row).relu()).relu()).view(1, 28, 28) for row in z])


@alternative("nb1.Decoder.forward")
def not_contiguous(self, z):
    h = F.relu(self.fc2(F.relu(self.fc1(z))))
    return (self.to_logits.weight @ h.T + self.to_logits.bias[:, None]).view(1, 28, 28, -1).permute(3, 0, 1, 2)


# ---- sample_z ----


@alternative("nb1.sample_z")
def shape_of_mu(mu, log_var):
    return mu + torch.randn(mu.shape) * torch.exp(log_var / 2)


@alternative("nb1.sample_z")
def noise_of_the_right_kind(mu, log_var):
    eps = torch.randn(*mu.size(), dtype=mu.dtype, device=mu.device)
    return eps * log_var.exp().sqrt() + mu


@alternative("nb1.sample_z")
def rsample(mu, log_var):
    return D.Normal(mu, (0.5 * log_var).exp()).rsample()


@alternative("nb1.sample_z")
def multivariate_normal(mu, log_var):
    return D.MultivariateNormal(mu, scale_tril=torch.diag_embed((0.5 * log_var).exp())).rsample()


@alternative("nb1.sample_z")
def independent_normal(mu, log_var):
    return D.Independent(D.Normal(mu, torch.exp(log_var) ** 0.5, validate_args=False), 1).rsample()


@alternative("nb1.sample_z")
def in_place_on_fresh_tensors(mu, log_var):
    return torch.randn_like(mu).mul_(log_var.mul(0.5).exp_()).add_(mu)


@alternative("nb1.sample_z")
def transposed_draw(mu, log_var):
    return mu + torch.randn(mu.shape[1], mu.shape[0]).T * (0.5 * log_var).exp()


@alternative("nb1.sample_z")
def one_column_at_a_time(mu, log_var):
    columns = zip(mu.unbind(1), log_var.unbind(1), strict=True)
    return torch.stack([m + torch.randn_like(m) * (0.5 * v).exp() for m, v in columns], dim=1)


@alternative("nb1.sample_z")
def torch_normal_as_noise(mu, log_var):
    noise = torch.normal(torch.zeros_like(mu), torch.ones_like(mu))
    return torch.addcmul(mu, (0.5 * log_var).exp(), noise)


@alternative("nb1.sample_z")
def minus_the_noise(mu, log_var):
    return mu - torch.empty_like(mu).normal_() * math.e ** (0.5 * log_var)


@alternative("nb1.sample_z")
def numpy_noise(mu, log_var):
    eps = torch.from_numpy(np.random.standard_normal(mu.shape)).to(mu)
    return mu + torch.sqrt(torch.exp(log_var)) * eps


@alternative("nb1.sample_z")
def normal_from_uniform(mu, log_var):
    u = torch.rand_like(mu, dtype=torch.float64).clamp(1e-12, 1 - 1e-12)
    return mu + torch.special.ndtri(u).to(mu.dtype) * (0.5 * log_var).exp()


# ---- reconstruction_nll ----


@alternative("nb1.reconstruction_nll")
def bernoulli(recon_logits, x):
    return -D.Bernoulli(logits=recon_logits).log_prob(x).sum((1, 2, 3))


@alternative("nb1.reconstruction_nll")
def independent_bernoulli(recon_logits, x):
    return -D.Independent(D.Bernoulli(logits=recon_logits), 3).log_prob(x)


@alternative("nb1.reconstruction_nll")
def flattened_first(recon_logits, x):
    return F.binary_cross_entropy_with_logits(recon_logits.flatten(1), x.flatten(1), reduction="none").sum(1)


@alternative("nb1.reconstruction_nll")
def module_and_view(recon_logits, x):
    per_pixel = nn.BCEWithLogitsLoss(reduction="none")(recon_logits, x)
    return per_pixel.view(x.size(0), -1).sum(-1)


@alternative("nb1.reconstruction_nll")
def log_sigmoid(recon_logits, x):
    return -(x * F.logsigmoid(recon_logits) + (1 - x) * F.logsigmoid(-recon_logits)).sum(dim=(1, 2, 3))


@alternative("nb1.reconstruction_nll")
def softplus(recon_logits, x):
    return (F.softplus(recon_logits) - x * recon_logits).sum(3).sum(2).sum(1)


@alternative("nb1.reconstruction_nll")
def log_add_exp(recon_logits, x):
    margin = (1 - 2 * x) * recon_logits
    return torch.logaddexp(margin, torch.zeros_like(margin)).flatten(1).sum(1)


@alternative("nb1.reconstruction_nll")
def one_image_at_a_time(recon_logits, x):
    pairs = zip(recon_logits, x, strict=True)
    return torch.stack([F.binary_cross_entropy_with_logits(a, b, reduction="sum") for a, b in pairs])


@alternative("nb1.reconstruction_nll")
def mean_times_784(recon_logits, x):
    return F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none").mean((1, 2, 3)) * 784


@alternative("nb1.reconstruction_nll")
def in_double_precision(recon_logits, x):
    terms = F.binary_cross_entropy_with_logits(recon_logits.double(), x.double(), reduction="none")
    return torch.einsum("bchw->b", terms)


@alternative("nb1.reconstruction_nll")
def two_classes_per_pixel(recon_logits, x):
    scores = torch.stack([torch.zeros_like(recon_logits), recon_logits], dim=1)
    return F.cross_entropy(scores, x.long(), reduction="none").flatten(1).sum(1)


# ---- kl_divergence ----


@alternative("nb1.kl_divergence")
def form_of_the_paper(mu, log_var):
    return -0.5 * (1 + log_var - mu**2 - log_var.exp()).sum(dim=1)


@alternative("nb1.kl_divergence")
def other_order_of_terms(mu, log_var):
    return 0.5 * torch.sum(mu.square() + torch.exp(log_var) - log_var - 1, dim=-1)


@alternative("nb1.kl_divergence")
def of_distributions(mu, log_var):
    return D.kl_divergence(D.Normal(mu, (0.5 * log_var).exp()), D.Normal(0.0, 1.0)).sum(-1)


@alternative("nb1.kl_divergence")
def of_independent_distributions(mu, log_var):
    posterior = D.Independent(D.Normal(mu, (0.5 * log_var).exp()), 1)
    prior = D.Independent(D.Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)
    return D.kl_divergence(posterior, prior)


@alternative("nb1.kl_divergence")
def of_multivariate_normals(mu, log_var):
    posterior = D.MultivariateNormal(mu, covariance_matrix=torch.diag_embed(log_var.exp()))
    return D.kl_divergence(posterior, D.MultivariateNormal(torch.zeros_like(mu), torch.eye(mu.shape[1])))


@alternative("nb1.kl_divergence")
def einsum_and_expm1(mu, log_var):
    return 0.5 * (torch.einsum("bd,bd->b", mu, mu) + (torch.expm1(log_var) - log_var).sum(-1))


@alternative("nb1.kl_divergence")
def flattened(mu, log_var):
    return (0.5 * mu**2 + 0.5 * (log_var.exp() - 1) - 0.5 * log_var).flatten(1).sum(1)


@alternative("nb1.kl_divergence")
def one_image_at_a_time(mu, log_var):
    return torch.stack([0.5 * (m @ m + v.exp().sum() - len(m) - v.sum()) for m, v in zip(mu, log_var, strict=True)])


@alternative("nb1.kl_divergence")
def one_latent_at_a_time(mu, log_var):
    total = torch.zeros(len(mu))
    for j in range(mu.shape[1]):
        total += 0.5 * (mu[:, j] ** 2 + log_var[:, j].exp() - 1 - log_var[:, j])
    return total


@alternative("nb1.kl_divergence")
def by_way_of_sigma(mu, log_var):
    sigma = torch.exp(0.5 * log_var)
    return (-torch.log(sigma) + (sigma**2 + mu**2) / 2 - 0.5).sum(axis=1)


@alternative("nb1.kl_divergence")
def mean_times_the_number_of_latents(mu, log_var):
    return 0.5 * mu.shape[-1] * (mu * mu + log_var.exp() - log_var - 1).mean(-1)


@alternative("nb1.kl_divergence")
def in_double_precision(mu, log_var):
    mu, log_var = mu.double(), log_var.double()
    return (0.5 * (mu**2 + log_var.exp() - 1 - log_var)).sum(-1).float()


# ---- vae_loss ----


@alternative("nb1.vae_loss")
def sum_over_batch_size(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(mu, log_var)).sum() / x.shape[0]


@alternative("nb1.vae_loss")
def two_means(recon_logits, x, mu, log_var, kl_weight=1.0):
    reconstruction = reconstruction_nll(recon_logits, x).mean()
    kl = kl_divergence(mu, log_var).mean()
    return reconstruction + kl_weight * kl


@alternative("nb1.vae_loss")
def one_axis_left(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(mu, log_var)).mean().reshape(1)


@alternative("nb1.vae_loss")
def with_keywords(recon_logits, x, mu, log_var, kl_weight=1.0):
    terms = reconstruction_nll(x=x, recon_logits=recon_logits), kl_divergence(log_var=log_var, mu=mu)
    return torch.add(*terms, alpha=kl_weight).mean(dim=0)


@alternative("nb1.vae_loss")
def all_in_one(recon_logits, x, mu, log_var, kl_weight=1.0):
    reconstruction = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="sum")
    kl = -0.5 * torch.sum(1 + log_var - mu.pow(2) - log_var.exp())
    return (reconstruction + kl_weight * kl) / x.size(0)


@alternative("nb1.vae_loss")
def with_distributions(recon_logits, x, mu, log_var, kl_weight=1.0):
    log_likelihood = D.Bernoulli(logits=recon_logits).log_prob(x).flatten(1).sum(-1)
    kl = D.kl_divergence(D.Normal(mu, (log_var / 2).exp()), D.Normal(0, 1)).sum(-1)
    return -(log_likelihood - kl_weight * kl).mean()


@alternative("nb1.vae_loss")
def in_double_precision(recon_logits, x, mu, log_var, kl_weight=1.0):
    terms = reconstruction_nll(recon_logits.double(), x.double()), kl_divergence(mu.double(), log_var.double())
    return torch.stack([terms[0], kl_weight * terms[1]]).sum(0).mean()


@alternative("nb1.vae_loss")
def one_image_at_a_time(recon_logits, x, mu, log_var, kl_weight=1.0):
    total = 0.0
    for i in range(len(x)):
        total = total + reconstruction_nll(recon_logits[i : i + 1], x[i : i + 1])[0]
        total = total + kl_weight * kl_divergence(mu[i : i + 1], log_var[i : i + 1])[0]
    return total / len(x)


# ---- train_step ----


@alternative("nb1.train_step")
def empties_first(model, x, optimizer, kl_weight=1.0):
    optimizer.zero_grad()
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight=kl_weight)
    loss.backward()
    optimizer.step()
    return float(loss)


@alternative("nb1.train_step")
def empties_last(model, x, optimizer, kl_weight=1.0):
    model.train()
    recon_logits, *posterior = model(x)
    loss = vae_loss(recon_logits, x, *posterior, kl_weight)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.detach().cpu().item()


@alternative("nb1.train_step")
def empties_the_model(model, x, optimizer, kl_weight=1.0):
    model.zero_grad()
    output = model.forward(x)
    loss = vae_loss(recon_logits=output[0], x=x, mu=output[1], log_var=output[2], kl_weight=kl_weight)
    loss.backward()
    optimizer.step()
    return loss.tolist()


@alternative("nb1.train_step")
def calls_the_parts(model, x, optimizer, kl_weight=1.0):
    mu, log_var = model.encoder(x)
    recon_logits = model.decoder(sample_z(mu, log_var))
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@alternative("nb1.train_step")
def calls_forward_of_the_parts(model, x, optimizer, kl_weight=1.0):
    mu, log_var = model.encoder.forward(x)
    z = mu + torch.randn_like(mu) * torch.exp(0.5 * log_var)
    loss = vae_loss(model.decoder.forward(z), x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@alternative("nb1.train_step")
def with_a_closure(model, x, optimizer, kl_weight=1.0):
    def closure():
        optimizer.zero_grad()
        recon_logits, mu, log_var = model(x)
        loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
        loss.backward()
        return loss

    return optimizer.step(closure).item()


@alternative("nb1.train_step")
def gradients_by_hand(model, x, optimizer, kl_weight=1.0):
    with torch.enable_grad():
        recon_logits, mu, log_var = model(x.to(device))
        loss = vae_loss(recon_logits, x.to(device), mu, log_var, kl_weight)
    parameters = list(model.parameters())
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        parameter.grad = gradient
    optimizer.step()
    return loss.item()


@alternative("nb1.train_step")
def empties_the_groups(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = None
    torch.autograd.backward(loss)
    optimizer.step()
    return loss.detach().numpy().item()


# ---- What a signature promises ----


@alternative("nb1.Encoder.forward")
class EncoderInAnotherOrder(nn.Module):
    def __init__(self, latent_dim=LATENT_DIM, hidden_dim=HIDDEN_DIM):
        super().__init__()
        self.to_log_var, self.to_mu = (nn.Linear(hidden_dim, latent_dim) for _ in range(2))
        self.fc2 = nn.Linear(hidden_dim, hidden_dim)
        self.fc1 = nn.Linear(28 * 28, hidden_dim)

    def forward(self, x):
        h = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
        return self.to_mu(h), self.to_log_var(h)


@alternative("nb1.Decoder.forward")
class DecoderInAnotherOrder(nn.Module):
    def __init__(self, latent_dim=LATENT_DIM, hidden_dim=HIDDEN_DIM):
        super().__init__()
        self.relu = nn.ReLU()
        self.to_logits = nn.Linear(hidden_dim, NUM_PIXELS)
        self.fc1, self.fc2 = nn.Linear(latent_dim, hidden_dim), nn.Linear(hidden_dim, hidden_dim)

    def forward(self, z):
        return self.to_logits(self.relu(self.fc2(self.relu(self.fc1(z))))).reshape(len(z), 1, 28, 28)


@alternative("nb1.sample_z")
def transformed_distribution(mu, log_var):
    base = D.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    return D.TransformedDistribution(base, D.AffineTransform(mu, (log_var / 2).exp())).rsample()


@alternative("nb1.sample_z")
def einsum_with_a_generator(mu, log_var):
    generator = torch.Generator(device=mu.device)
    generator.seed()
    eps = torch.randn(mu.shape, generator=generator, dtype=mu.dtype)
    return mu + torch.einsum("bz,bz->bz", eps, torch.exp(0.5 * log_var))


@alternative("nb1.sample_z")
def double_inside(mu, log_var):
    eps = np.random.default_rng().normal(size=tuple(mu.shape))
    return (mu.double() + torch.from_numpy(eps) * (0.5 * log_var.double()).exp()).to(mu.dtype)


@alternative("nb1.sample_z")
def one_row_at_a_time(mu, log_var):
    return torch.stack([m + torch.randn_like(m) * torch.exp(v / 2) for m, v in zip(mu, log_var, strict=True)])


@alternative("nb1.train_step")
def clips_the_norm(model, x, optimizer, kl_weight=1.0):
    optimizer.zero_grad()
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
    optimizer.step()
    return loss.item()


@alternative("nb1.train_step")
def clips_the_values(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad(set_to_none=False)
    loss.backward()
    nn.utils.clip_grad_value_(model.parameters(), 5.0)
    optimizer.step()
    return loss.item()


@alternative("nb1.train_step")
def asks_what_it_got(model, x, optimizer, kl_weight=1.0):
    assert isinstance(model, nn.Module) and isinstance(optimizer, torch.optim.Optimizer)
    assert optimizer.param_groups[0]["lr"] > 0 and "param_groups" in optimizer.state_dict()
    was_training = model.training
    model.eval()
    x = x.to(next(model.parameters()).device)
    recon_logits, mu, log_var = model.forward(x)
    model.train(was_training)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    for parameter in model.parameters():
        parameter.grad = None
    loss.backward(inputs=list(model.parameters()))
    optimizer.step()
    return loss.item()


@alternative("nb1.train_step")
def step_of_a_closure(model, x, optimizer, kl_weight=1.0):
    def closure():
        optimizer.zero_grad()
        recon_logits, mu, log_var = model(x)
        loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
        loss.backward()
        return loss

    return float(optimizer.step(closure=closure))


@alternative("nb1.train_step")
def two_halves_of_the_batch(model, x, optimizer, kl_weight=1.0):
    optimizer.zero_grad()
    total = 0.0
    for part in x.split(3):
        recon_logits, mu, log_var = model(part)
        loss = vae_loss(recon_logits, part, mu, log_var, kl_weight) * len(part) / len(x)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


@alternative("nb1.train_step")
def sums_its_own_terms(model, x, optimizer, kl_weight=1.0):
    model.train()
    recon_logits, mu, log_var = model(x)
    bce = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="sum") / x.shape[0]
    kld = -0.5 * torch.sum(1 + log_var - mu.pow(2) - log_var.exp()) / x.shape[0]
    loss = bce + kl_weight * kld
    model.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss.item()


# ---- Probe ----


@alternative("nb1.Probe")
class HiddenInSequence(nn.Module):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width), requires_grad=True)
        self.last, self.first = nn.Linear(width, 10), nn.Linear(latent_dim, width)
        self.hidden = nn.Sequential(*(nn.Linear(width, width) for _ in range(depth)))

    def forward(self, codes):
        h = self.first(codes).tanh()
        for layer in self.hidden:
            h = layer(h).tanh()
        return self.last(self.gain * h)


@alternative("nb1.Probe")
class LayersByName(nn.Module):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        super().__init__()
        self.depth = depth
        self.first = nn.Linear(latent_dim, width)
        for number in range(depth):
            setattr(self, f"hidden_{number}", nn.Linear(width, width))
        self.register_parameter("gain", nn.Parameter(torch.full((width,), 1.0)))
        self.last = nn.Linear(width, 10)

    def forward(self, codes):
        h = torch.tanh(self.first(codes))
        for number in range(self.depth):
            h = torch.tanh(getattr(self, f"hidden_{number}")(h))
        return self.last(h * self.gain)


@alternative("nb1.Probe")
class ListBesideTheModules(nn.Module):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        super().__init__()
        self.first = nn.Linear(latent_dim, width)
        self.hidden = [nn.Linear(width, width) for _ in range(depth)]
        for number, layer in enumerate(self.hidden):
            self.add_module(f"layer{number}", layer)
        self.gain = nn.Parameter(torch.ones(width))
        self.last = nn.Linear(width, 10)

    def forward(self, codes):
        h = self.first(codes).tanh()
        for layer in self.hidden:
            h = layer(h).tanh()
        return self.last(self.gain * h)


@alternative("nb1.Probe")
class MadeOfTheColleagues(ColleaguesProbe):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        super().__init__(latent_dim, width, depth)
        self.hidden = nn.ModuleList(self.hidden)
        self.gain = nn.Parameter(self.gain)


@alternative("nb1.Probe")
class OneBody(nn.Module):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        super().__init__()
        widths = [latent_dim] + [width] * (depth + 1)
        pairs = zip(widths[:-1], widths[1:], strict=True)
        self.body = nn.Sequential(*[part for pair in pairs for part in (nn.Linear(*pair), nn.Tanh())])
        self.gain, self.last = nn.Parameter(torch.ones(width)), nn.Linear(width, 10)

    def forward(self, codes):
        return self.last(self.gain * self.body(codes))


@alternative("nb1.Probe")
class Appended(nn.Module):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        super().__init__()
        self.first = nn.Linear(latent_dim, width)
        self.hidden = nn.ModuleList()
        while len(self.hidden) < depth:
            self.hidden.append(nn.Linear(width, width))
        self.gain = nn.parameter.Parameter(torch.ones(width))
        self.last = nn.Linear(width, 10)

    def forward(self, codes):
        h = self.first(codes).tanh()
        for layer in self.hidden:
            h = layer(h).tanh()
        return self.last(self.gain * h)


# ---- Extensions ----


@alternative("nb1.active_units")
def biased_variance(mu, threshold=0.01):
    centred = mu - mu.mean(0)
    return torch.count_nonzero((centred**2).mean(0) > threshold)


@alternative("nb1.active_units")
def one_unit_at_a_time(mu, threshold=0.01):
    return sum(1 for unit in mu.T if unit.var().item() > threshold)


@alternative("nb1.active_units")
def with_numpy(mu, threshold=0.01):
    return int(np.sum(np.var(mu.numpy(), axis=0) > threshold))


@alternative("nb1.iwae_bound")
def largest_weight_taken_out(log_w):
    largest = log_w.max(dim=0).values
    return largest + (log_w - largest).exp().mean(dim=0).log()


@alternative("nb1.iwae_bound")
def log_k_inside(log_w):
    return torch.logsumexp(log_w - math.log(len(log_w)), dim=0)


@alternative("nb1.iwae_bound")
def in_double_precision(log_w):
    return log_w.double().exp().mean(0).log()


@alternative("nb1.bits_per_dim")
def by_log2_of_e(nll_nats, num_dims):
    return nll_nats * math.log2(math.e) / num_dims


@alternative("nb1.bits_per_dim")
def with_numpy(nll_nats, num_dims):
    return nll_nats / np.log(2) / num_dims


@alternative("nb1.bits_per_dim")
def with_a_tensor(nll_nats, num_dims):
    return nll_nats.div(num_dims).div(torch.log(torch.tensor(2.0)))
