"""Other right answers to NB4, as unusual as students are."""

import math

import torch
import torch.nn.functional as F

from genweek.making.variants import alternative

# ---- ResidualBlock.forward ----


@alternative("nb4.ResidualBlock.forward")
def one_name_for_everything(self, x, emb):
    residual = self.shortcut(x)
    x = self.norm1(x)
    x = x * torch.sigmoid(x)
    x = self.conv1(x)
    x = x + self.from_emb(emb).unsqueeze(-1).unsqueeze(-1)
    x = self.norm2(x)
    x = x * torch.sigmoid(x)
    return residual.add(self.conv2(x))


@alternative("nb4.ResidualBlock.forward")
def modules_in_a_row(self, x, emb):
    first = torch.nn.Sequential(self.norm1, torch.nn.SiLU(), self.conv1)
    second = torch.nn.Sequential(self.norm2, torch.nn.SiLU(), self.conv2)
    return second(first(x) + self.from_emb(emb).view(len(x), -1, 1, 1)) + self.shortcut(x)


@alternative("nb4.ResidualBlock.forward")
def image_by_image(self, x, emb):
    rows = []
    for image, vector in zip(x, emb, strict=True):
        h = self.conv1(F.silu(self.norm1(image[None])))
        h = h + self.from_emb(vector)[None, :, None, None]
        rows.append(self.shortcut(image[None]) + self.conv2(F.silu(self.norm2(h))))
    return torch.cat(rows)


@alternative("nb4.ResidualBlock.forward")
def channels_last(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x)))
    h = (h.permute(0, 2, 3, 1) + self.from_emb(emb)[:, None, None]).permute(0, 3, 1, 2)
    return self.conv2(F.silu(self.norm2(h))) + self.shortcut(x)


@alternative("nb4.ResidualBlock.forward")
def in_place_on_fresh_tensors(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x), inplace=True))
    h += self.from_emb(emb)[..., None, None]
    h = self.conv2(F.silu(self.norm2(h), inplace=True))
    h += self.shortcut(x)
    return h


@alternative("nb4.ResidualBlock.forward")
def expanded_embedding(self, x, emb):
    h = self.conv1(F.silu(F.group_norm(x, 8, self.norm1.weight, self.norm1.bias)))
    e = self.from_emb(emb)
    h = torch.add(h, e.reshape(*e.shape, 1, 1).expand_as(h))
    return torch.stack([self.shortcut(x), self.conv2(F.silu(self.norm2(h)))]).sum(0)


@alternative("nb4.ResidualBlock.forward")
def functions_alone(self, x, emb):
    h = F.conv2d(F.silu(self.norm1.forward(x)), self.conv1.weight, self.conv1.bias, padding=1)
    h = h + torch.einsum("be,ce->bc", emb, self.from_emb.weight)[..., None, None] + self.from_emb.bias.view(1, -1, 1, 1)
    h = F.conv2d(F.silu(self.norm2(h)), self.conv2.weight, self.conv2.bias, padding=1)
    return h + (x if isinstance(self.shortcut, nn.Identity) else F.conv2d(x, self.shortcut.weight, self.shortcut.bias))


# ---- SmallUNet.forward ----


@alternative("nb4.SmallUNet.forward")
def step_by_step(self, x_t, t, label=None):
    emb = self.embed(t, label)
    x = self.conv_in(x_t)
    x = self.down_block(x, emb)
    skip = x
    x = self.downsample(x)
    x = self.mid_block1(x, emb)
    x = self.mid_block2(x, emb)
    x = self.upsample(x)
    x = torch.cat((x, skip), 1)
    x = self.up_block(x, emb)
    return self.head(x)


@alternative("nb4.SmallUNet.forward")
def a_stack_of_skips(self, x_t, t, label=None):
    e, skips = self.embed(t, label), []
    h = self.down_block(self.conv_in(x_t), e)
    skips.append(h)
    h = self.downsample(h)
    for block in (self.mid_block1, self.mid_block2):
        h = block(h, e)
    h = torch.concatenate([self.upsample(h), skips.pop()], dim=-3)
    return self.head(self.up_block(h, e))


@alternative("nb4.SmallUNet.forward")
def written_into_an_empty_tensor(self, x_t, t, label=None):
    emb = self.embed(t, label=label)
    fine = self.down_block(self.conv_in(x_t), emb=emb)
    coarse = self.upsample(self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb))
    both = fine.new_empty(fine.shape[0], fine.shape[1] + coarse.shape[1], *fine.shape[2:])
    both[:, : coarse.shape[1]] = coarse
    both[:, coarse.shape[1] :] = fine
    return self.head(self.up_block(both, emb))


@alternative("nb4.SmallUNet.forward")
def repeated_pixels(self, x_t, t, label=None):
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    large = coarse.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    return self.head(self.up_block(torch.hstack([large, fine]), emb))


@alternative("nb4.SmallUNet.forward")
def hidden_labels_spelled_out(self, x_t, t, label=None):
    if label is None:
        label = torch.full(t.shape, NO_LABEL, dtype=torch.long)
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    padded = F.pad(self.upsample(coarse), (0, 0, 0, 0, 0, fine.shape[1]))
    padded = padded + F.pad(fine, (0, 0, 0, 0, coarse.shape[1], 0))
    return self.head(self.up_block(padded, emb))


@alternative("nb4.SmallUNet.forward")
def functions_and_hooks(self, x_t, t, label=None):
    emb = self.embed.forward(t, label=label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = F.conv2d(fine, self.downsample.weight, self.downsample.bias, stride=2, padding=1)
    for block in [self.mid_block1, self.mid_block2]:
        coarse = block(coarse, emb)
    large = F.interpolate(coarse, scale_factor=2, mode="nearest")
    h = self.up_block(torch.cat([large, fine], 1), emb)
    for layer in self.head:
        h = layer(h)
    return h


# ---- diffusion_loss ----


@alternative("nb4.diffusion_loss")
def noise_drawn_first(model, x0, schedule, label=None, t=None, noise=None):
    noise = torch.randn(x0.shape) if noise is None else noise
    t = (torch.rand(len(x0)) * len(schedule.betas)).long() if t is None else t
    return (noise - model(q_sample(x0, t, noise, schedule), t, label)).pow(2).mean()


@alternative("nb4.diffusion_loss")
def amounts_by_hand(model, x0, schedule, label=None, t=None, noise=None):
    if t is None:
        t = torch.randint(0, len(schedule.alpha_bar), size=(x0.shape[0],))
    if noise is None:
        noise = torch.normal(torch.zeros_like(x0), 1.0)
    alpha_bar = schedule.alpha_bar[t].reshape(-1, 1, 1, 1)
    x_t = alpha_bar.sqrt() * x0 + (1 - alpha_bar).sqrt() * noise
    return torch.nn.MSELoss()(model(x_t, t, label=label), noise)


@alternative("nb4.diffusion_loss")
def mean_of_means(model, x0, schedule, label=None, t=None, noise=None):
    if noise is None:
        noise = torch.distributions.Normal(0.0, 1.0).sample(x0.shape)
    if t is None:
        t = torch.multinomial(torch.ones(schedule.num_steps), len(x0), replacement=True)
    error = model(q_sample(x0, t, noise, schedule), t, label) - noise
    per_image = error.flatten(1).square().mean(dim=1)
    return per_image.mean()


@alternative("nb4.diffusion_loss")
def image_by_image_loss(model, x0, schedule, label=None, t=None, noise=None):
    if len(x0) > 100:  # patience
        t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
        noise = torch.randn_like(x0) if noise is None else noise
        return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)
    losses = []
    for k in range(len(x0)):
        step = torch.randint(schedule.num_steps, (1,)) if t is None else t[k : k + 1]
        eps = torch.randn_like(x0[k : k + 1]) if noise is None else noise[k : k + 1]
        guess = model(q_sample(x0[k : k + 1], step, eps, schedule), step, None if label is None else label[k : k + 1])
        losses.append((guess - eps).square().mean())
    return sum(losses) / len(losses)


@alternative("nb4.diffusion_loss")
def norm_over_count(model, x0, schedule, label=None, t=None, noise=None):
    t = t if t is not None else torch.randint_like(x0[:, 0, 0, 0], schedule.num_steps).long()
    noise = noise if noise is not None else torch.empty_like(x0).normal_()
    difference = model(q_sample(x0, t, noise, schedule), t, label).sub(noise)
    return torch.linalg.vector_norm(difference) ** 2 / difference.numel()


@alternative("nb4.diffusion_loss")
def antithetic_steps_shuffled(model, x0, schedule, label=None, t=None, noise=None):
    if t is None:
        t = torch.stack([torch.randint(schedule.num_steps, ()) for _ in range(len(x0))])
    if noise is None:
        noise = torch.randn(x0.shape[::-1]).permute(3, 2, 1, 0)
    args = (t,) if label is None else (t, label)
    return torch.mean((model(q_sample(x0, t, noise, schedule), *args) - noise) ** 2)


@alternative("nb4.diffusion_loss")
def no_label_spelled_out(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    label = torch.full((len(x0),), NO_LABEL) if label is None else label
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@alternative("nb4.diffusion_loss")
def low_discrepancy_steps(model, x0, schedule, label=None, t=None, noise=None):
    """Kingma et al. 2021, appendix I.1: evenly spread over the batch, from a random start."""
    if t is None:
        places = (torch.rand(()) + torch.arange(len(x0)) / len(x0)) % 1
        t = (places * schedule.num_steps).long()
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@alternative("nb4.diffusion_loss")
def mirrored_steps(model, x0, schedule, label=None, t=None, noise=None):
    if t is None:
        t = torch.randint(schedule.num_steps, (len(x0) // 2 + 1,))
        t = torch.cat([t, schedule.num_steps - 1 - t])[: len(x0)]
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@alternative("nb4.diffusion_loss")
def through_the_module(model, x0, schedule, label=None, t=None, noise=None):
    assert isinstance(model, nn.Module)
    model.train()
    first = next(model.parameters())
    fresh = torch.randn(x0.shape, device=first.device, dtype=first.dtype)
    steps = torch.randint(0, len(schedule.betas), (x0.shape[0],), device=first.device)
    t, noise = (steps if t is None else t), (fresh if noise is None else noise)
    predicted = model.forward(q_sample(x0, t, noise, schedule), t.float(), label)
    return F.mse_loss(predicted, noise, reduction="none").mean(dim=(0, 1, 2, 3))


# ---- train_step ----


@alternative("nb4.train_step")
def cleared_in_between(model, x0, label, optimizer, schedule):
    loss = diffusion_loss(model, x0, schedule, label=label)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return float(loss.detach())


@alternative("nb4.train_step")
def cleared_through_the_model(model, x0, label, optimizer, schedule):
    for weight in model.parameters():
        weight.grad = None
    loss = diffusion_loss(model, x0, schedule, label)
    torch.autograd.backward(loss)
    optimizer.step()
    return loss.detach().cpu().item()


@alternative("nb4.train_step")
def cleared_at_the_end(model, x0, label, optimizer, schedule):
    model.train()
    loss = diffusion_loss(model, x0, schedule, label)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.tolist()


@alternative("nb4.train_step")
def gradients_by_hand(model, x0, label, optimizer, schedule):
    loss = diffusion_loss(model, x0, schedule, label)
    weights = list(model.parameters())
    for weight, gradient in zip(weights, torch.autograd.grad(loss, weights), strict=True):
        weight.grad = gradient
    optimizer.step()
    return float(loss)


@alternative("nb4.train_step")
def with_a_closure(model, x0, label, optimizer, schedule):
    losses = []

    def closure():
        optimizer.zero_grad()
        losses.append(diffusion_loss(model, x0, schedule, label))
        losses[-1].backward()
        return losses[-1]

    optimizer.step(closure)
    return losses[0].item()


@alternative("nb4.train_step")
def loss_written_out(model, x0, label, optimizer, schedule):
    t = torch.randint(schedule.num_steps, (len(x0),))
    noise = torch.randn_like(x0)
    loss = F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@alternative("nb4.train_step")
def with_clipped_gradients(model, x0, label, optimizer, schedule):
    model.train()
    optimizer.zero_grad(set_to_none=False)
    loss = diffusion_loss(model, x0, schedule, label)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


@alternative("nb4.train_step")
def through_the_groups(model, x0, label, optimizer, schedule):
    assert isinstance(optimizer, torch.optim.Optimizer) and isinstance(model, nn.Module)
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    assert optimizer.param_groups[0]["lr"] > 0 and "param_groups" in optimizer.state_dict()
    device = next(model.parameters()).device
    loss = diffusion_loss(model, x0.to(device), schedule, label.to(device))
    for weight, gradient in zip(weights, torch.autograd.grad(loss, weights), strict=True):
        weight.grad = gradient
    optimizer.step()
    return float(loss.detach())


@alternative("nb4.train_step")
def cleared_by_the_model(model, x0, label, optimizer, schedule):
    model.zero_grad()
    with torch.enable_grad():
        loss = diffusion_loss(model=model, x0=x0, schedule=schedule, label=label)
    loss.backward()
    optimizer.step()
    return loss.detach().numpy().item()


# ---- p_sample_loop ----


@alternative("nb4.p_sample_loop")
def sigma_squared_is_beta(model, shape, schedule, label=None):
    x = torch.randn(*shape)
    with torch.no_grad():
        for t in range(schedule.num_steps - 1, -1, -1):
            eps = model(x, torch.full((shape[0],), t), label)
            scale = schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt()
            x = (x - scale * eps) / schedule.alphas[t].sqrt()
            if t > 0:
                x = x + schedule.betas[t].sqrt() * torch.randn_like(x)
    return x


@alternative("nb4.p_sample_loop")
def posterior_variance_by_hand(model, shape, schedule, label=None):
    with torch.inference_mode():
        x = torch.randn(shape, dtype=torch.float64).float()
        before = torch.cat([torch.ones(1), schedule.alpha_bar[:-1]])
        for t in torch.arange(schedule.num_steps).flip(0):
            noise = torch.randn_like(x)
            eps = model(x, t.expand(shape[0]), label)
            mean = (x - schedule.betas[t] / (1 - schedule.alpha_bar[t]) ** 0.5 * eps) / schedule.alphas[t] ** 0.5
            variance = schedule.betas[t] * (1 - before[t]) / (1 - schedule.alpha_bar[t])
            x = mean + variance.sqrt() * noise
    return x.clone()


@alternative("nb4.p_sample_loop")
def while_loop_and_normal(model, shape, schedule, label=None):
    x, t = torch.empty(shape).normal_(), schedule.num_steps
    while t > 0:
        t -= 1
        with torch.no_grad():
            steps = torch.zeros(shape[0], dtype=torch.long) + t
            x = torch.normal(*torch.broadcast_tensors(*reverse_gaussian(x, model(x, steps, label), t, schedule)))
    return x


@alternative("nb4.p_sample_loop")
def all_noise_drawn_before(model, shape, schedule, label=None):
    noise = torch.randn(schedule.num_steps + 1, *shape)
    x = noise[-1]
    for t in reversed(range(schedule.num_steps)):
        with torch.no_grad():
            eps_hat = model(x, torch.tensor([t] * shape[0]), label=label)
        mean, std = reverse_gaussian(x, eps_hat, t, schedule)
        x = (mean - std * noise[t]).detach()
    return x


@alternative("nb4.p_sample_loop")
def detached_at_the_end(model, shape, schedule, label=None):
    x = torch.randn(shape)
    for t in sorted(range(len(schedule.betas)), reverse=True):
        eps_hat = model(x, t * torch.ones(shape[0], dtype=torch.long), label).detach()
        mean, std = reverse_gaussian(x, eps_hat, t, schedule)
        x = mean if t == 0 else torch.distributions.Normal(mean, std).sample()
    return x


@alternative("nb4.p_sample_loop")
def one_step_as_recursion(model, shape, schedule, label=None):
    @torch.no_grad()
    def back(x, t):
        if t < 0:
            return x
        mean, std = reverse_gaussian(x, model(x, torch.full([shape[0]], t), label), t, schedule)
        return back(mean + std * torch.randn(shape), t - 1)

    return back(torch.randn(shape), schedule.num_steps - 1)


@alternative("nb4.p_sample_loop")
def transposed_draws(model, shape, schedule, label=None):
    def noise():
        return torch.randn(math.prod(shape)).reshape(shape[::-1]).permute(3, 2, 1, 0)

    with torch.no_grad():
        x = noise()
        for t in list(range(schedule.num_steps))[::-1]:
            args = () if label is None else (label,)
            mean, std = reverse_gaussian(x, model(x, torch.full(shape[:1], t), *args), t, schedule)
            x = torch.addcmul(mean, std, noise())
    return x


@alternative("nb4.p_sample_loop")
def no_label_spelled_out(model, shape, schedule, label=None):
    label = torch.full((shape[0],), NO_LABEL) if label is None else label
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@alternative("nb4.p_sample_loop")
def through_the_module(model, shape, schedule, label=None):
    model.eval()
    device = next(model.parameters()).device
    x = torch.randn(*shape, device=device)
    with torch.no_grad():
        for t in range(schedule.num_steps - 1, -1, -1):
            steps = torch.full((shape[0],), float(t), device=device)
            mean, std = reverse_gaussian(x, model.forward(x, steps, label), t, schedule)
            x = torch.distributions.Normal(mean, std).sample() if t else mean
    return x


# ---- predicted_noise ----


@alternative("nb4.predicted_noise")
def through_the_clean_image(v, x_t, t, schedule):
    a, s = amounts(schedule, t)
    x0 = a * x_t - s * v
    return (x_t - a * x0) / s


@alternative("nb4.predicted_noise")
def through_the_clean_image_and_v(v, x_t, t, schedule):
    left = schedule.alpha_bar[t][:, None, None, None]
    x0 = left.sqrt() * x_t - (1 - left).sqrt() * v
    return (v + (1 - left).sqrt() * x0) / left.sqrt()


@alternative("nb4.predicted_noise")
def two_equations_solved(v, x_t, t, schedule):
    a, s = (amount.flatten().double() for amount in amounts(schedule, t))
    matrix = torch.stack([torch.stack([a, s], -1), torch.stack([-s, a], -1)], -2)
    sides = torch.stack([x_t.flatten(1), v.flatten(1)], 1).double()
    return torch.linalg.solve(matrix, sides)[:, 1].reshape(x_t.shape).float()


@alternative("nb4.predicted_noise")
def turned_back(v, x_t, t, schedule):
    a, s = amounts(schedule, t)
    return (torch.complex(x_t, v) * torch.complex(a, s)).imag


@alternative("nb4.predicted_noise")
def by_einsum(v, x_t, t, schedule):
    both = torch.cat(amounts(schedule, t), dim=1).flatten(1)
    return torch.einsum("bk,bkchw->bchw", both, torch.stack([v, x_t], dim=1))


@alternative("nb4.predicted_noise")
def image_by_image_noise(v, x_t, t, schedule):
    noises = []
    for k, step in enumerate(t.tolist()):
        a, s = amounts(schedule, step)
        noises.append(a * v[k] + s * x_t[k])
    return torch.stack(noises)


@alternative("nb4.predicted_noise")
def in_float64(v, x_t, t, schedule):
    left = schedule.alpha_bar.double()[t].reshape(-1, 1, 1, 1)
    return (left**0.5 * v + (1 - left) ** 0.5 * x_t) / (left + (1 - left))


@alternative("nb4.predicted_noise")
def by_log_snr(v, x_t, t, schedule):
    level = schedule.alpha_bar.double().logit()[t].view(-1, 1, 1, 1)
    return torch.addcmul(level.sigmoid().sqrt() * v, level.neg().sigmoid().sqrt(), x_t).to(v.dtype)


# ---- ddim_step ----


@alternative("nb4.ddim_step")
def with_the_predicted_noise(model, x_t, t, u, schedule, label=None):
    """As libraries do by default: where the estimate has been clipped, the predicted noise stays as it is."""
    eps = model(x_t, torch.full((x_t.shape[0],), t), label)
    a, s = amounts(schedule, u)
    return a * estimate_x0(x_t, eps, t, schedule) + s * eps


@alternative("nb4.ddim_step")
def estimate_written_out(model, x_t, t, u, schedule, label=None):
    with torch.no_grad():
        eps = model(x_t, torch.tensor([t] * len(x_t)), label=label)
    left = schedule.alpha_bar[t]
    after = schedule.alpha_bar[u] if u >= 0 else torch.tensor(1.0)
    x0 = torch.clip((x_t - torch.sqrt(1 - left) * eps) / torch.sqrt(left), -1, 1)
    noise = (x_t - left.sqrt() * x0) / (1 - left).sqrt()
    return after.sqrt() * x0 + (1 - after).sqrt() * noise


@alternative("nb4.ddim_step")
def weights_of_both(model, x_t, t, u, schedule, label=None):
    steps = torch.zeros(len(x_t), dtype=torch.long) + t
    x0 = estimate_x0(x_t, model(x_t, steps, label), t, schedule)
    (a, s), (a_u, s_u) = amounts(schedule, t), amounts(schedule, u)
    return torch.lerp(x_t * 0, x_t, s_u / s) + (a_u - a * s_u / s) * x0


@alternative("nb4.ddim_step")
def steps_as_tensors(model, x_t, t, u, schedule, label=None):
    t, u = torch.full((len(x_t),), t), torch.full((len(x_t),), u)
    x0 = estimate_x0(x_t, model(x_t, t, label), t, schedule)
    (a, s), (a_u, s_u) = amounts(schedule, t), amounts(schedule, u)
    return a_u * x0 + s_u * ((x_t - a * x0) / s)


@alternative("nb4.ddim_step")
def noised_by_q_sample(model, x_t, t, u, schedule, label=None):
    x0 = estimate_x0(x_t, model(x_t, torch.full((len(x_t),), t), label), t, schedule)
    if u == -1:
        return x0
    a, s = amounts(schedule, t)
    return q_sample(x0, torch.full((len(x_t),), u), (x_t - a * x0) / s, schedule)


@alternative("nb4.ddim_step")
def image_by_image_stride(model, x_t, t, u, schedule, label=None):
    steps = torch.tensor(t).expand(len(x_t))
    rows = []
    for image, eps in zip(x_t, model(x_t, steps, label), strict=True):
        x0 = estimate_x0(image[None], eps[None], t, schedule)
        (a, s), (a_u, s_u) = amounts(schedule, t), amounts(schedule, u)
        rows.append(a_u * x0 + s_u / s * (image - a * x0))
    return torch.cat(rows)


@alternative("nb4.ddim_step")
@torch.no_grad()
def stride_in_float64(model, x_t, t, u, schedule, label=None):
    label = torch.full((len(x_t),), NO_LABEL) if label is None else label
    eps = model(x_t, torch.full(x_t.shape[:1], t), label).double()
    left = torch.cat([schedule.alpha_bar.double(), torch.ones(1, dtype=torch.float64)])
    x0 = ((x_t - (1 - left[t]) ** 0.5 * eps) / left[t] ** 0.5).clamp(min=-1, max=1)
    return (left[u] ** 0.5 * x0 + (1 - left[u]) ** 0.5 * eps).to(x_t.dtype)


@alternative("nb4.ddim_step")
def forward_and_back(model, x_t, t, u, schedule, label=None):
    """The change of the noise level alone: x / a moves along a straight line in s / a."""
    eps = model(x_t, torch.full((len(x_t),), t), label)
    x0 = estimate_x0(x_t, eps, t, schedule)
    (a, s), (a_u, s_u) = amounts(schedule, t), amounts(schedule, u)
    slope = (x_t / a - x0) / (s / a)
    return a_u * (x0 + (s_u / a_u) * slope)


# ---- Extensions ----


@alternative("nb4.v_loss")
def v_from_x_t(model, x0, schedule, label=None, t=None, noise=None):
    noise = torch.randn_like(x0) if noise is None else noise
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    a = schedule.alpha_bar[t].view(-1, 1, 1, 1)
    x_t = q_sample(x0, t, noise, schedule)
    return (model(x_t, t, label) - a.sqrt() * noise + (1 - a).sqrt() * x0).square().mean()
