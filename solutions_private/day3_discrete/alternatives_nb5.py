"""Other right answers to NB5, as unusual as students are."""

import functools
import itertools

import numpy as np
import torch
import torch.nn.functional as F

from genweek.making.variants import alternative

# ---- mask_probability ----


@alternative("nb5.mask_probability")
def in_float64(t, T):
    return t.double() / T


@alternative("nb5.mask_probability")
def clamped(t, T):
    return torch.clamp(t.float() / T, 0, 1)


@alternative("nb5.mask_probability")
def product_of_the_steps(t, T):
    kept = [torch.prod(1 - 1 / (T - torch.arange(1, step + 1) + 1.0)) for step in t.tolist()]
    return 1 - torch.stack(kept)


@alternative("nb5.mask_probability")
def a_table(t, T):
    return torch.linspace(0, 1, T + 1)[t]


@alternative("nb5.mask_probability")
def true_divide(t, T):
    return torch.true_divide(t, torch.tensor(T))


@alternative("nb5.mask_probability")
def plain_python(t, T):
    return torch.tensor([step / T for step in t.tolist()])


@alternative("nb5.mask_probability")
def one_minus_kept(t, T):
    return 1 - (T - t) / T


# ---- q_sample_discrete ----


@alternative("nb5.q_sample_discrete")
def categorical_over_the_table(x0, t, T, K, kind="absorbing"):
    p = mask_probability(t, T)[:, None, None]
    goal = F.one_hot(torch.tensor(K), K + 1).float()
    if kind == "uniform":
        goal = torch.cat([torch.full((K,), 1 / K), torch.zeros(1)])
    return torch.distributions.Categorical(probs=(1 - p) * F.one_hot(x0, K + 1) + p * goal).sample()


@alternative("nb5.q_sample_discrete")
def multinomial_row_by_row(x0, t, T, K, kind="absorbing"):
    rows = []
    for tokens, share in zip(x0, mask_probability(t, T), strict=True):
        table = (1 - share) * torch.eye(K + 1)
        if kind == "absorbing":
            table[:, K] += share
        else:
            table[:K, :K] += share / K
        rows.append(torch.multinomial(table[tokens], 1)[:, 0])
    return torch.stack(rows)


@alternative("nb5.q_sample_discrete")
def gumbel_max(x0, t, T, K, kind="absorbing"):
    p = mask_probability(t, T)[:, None, None]
    goal = torch.eye(K + 1)[K] if kind == "absorbing" else torch.cat([torch.ones(K) / K, torch.zeros(1)])
    table = (1 - p) * F.one_hot(x0, K + 1) + p * goal
    return (table.log() - torch.empty_like(table).exponential_().log()).argmax(-1)


@alternative("nb5.q_sample_discrete")
def step_by_step(x0, t, T, K, kind="absorbing"):
    x = x0.clone()
    for step in range(1, int(t.max()) + 1):
        before, now = (mask_probability(torch.tensor([s]), T) for s in (step - 1, step))
        hit = (torch.rand(x.shape) < (now - before) / (1 - before)) & (step <= t)[:, None]
        x = torch.where(hit, torch.full_like(x, K) if kind == "absorbing" else torch.randint_like(x, K), x)
    return x


@alternative("nb5.q_sample_discrete")
def bernoulli_and_index(x0, t, T, K, kind="absorbing"):
    hit = torch.bernoulli(mask_probability(t, T)[:, None].expand(x0.shape)).bool()
    x_t = x0.clone()
    x_t[hit] = K if kind == "absorbing" else torch.randint(0, K, (int(hit.sum()),))
    return x_t


@alternative("nb5.q_sample_discrete")
def arithmetic(x0, t, T, K, kind="absorbing"):
    keep = torch.rand(x0.shape) >= mask_probability(t, T).unsqueeze(-1)
    return x0 * keep + (~keep) * (K if kind == "absorbing" else torch.randint(0, K, x0.shape))


@alternative("nb5.q_sample_discrete")
def draws_of_numpy(x0, t, T, K, kind="absorbing"):
    draws = np.random.default_rng(int(torch.randint(2**31, ())))
    hit = torch.from_numpy(draws.random(tuple(x0.shape))) < mask_probability(t, T).double()[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.from_numpy(draws.integers(0, K, tuple(x0.shape)))
    return torch.where(hit, goal, x0)


@alternative("nb5.q_sample_discrete")
def another_token_with_a_smaller_chance(x0, t, T, K, kind="absorbing"):
    p = mask_probability(t, T)[:, None]
    if kind == "absorbing":
        return x0.masked_fill(torch.rand(x0.shape) < p, K)
    return torch.where(torch.rand(x0.shape) < p * (1 - 1 / K), (x0 + torch.randint(1, K, x0.shape)) % K, x0)


@alternative("nb5.q_sample_discrete")
def a_loop_over_positions(x0, t, T, K, kind="absorbing"):
    columns = []
    for column in x0.T:
        hit = torch.rand(len(x0)) <= mask_probability(t, T)
        goal = torch.full_like(column, K) if kind == "absorbing" else torch.randint(K, column.shape)
        columns.append(torch.where(hit, goal, column))
    return torch.stack(columns, dim=1)


@alternative("nb5.q_sample_discrete")
def all_in_one_place(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape, dtype=torch.float64) < (t / T).view(-1, 1)
    return torch.where(hit, K if kind == "absorbing" else (torch.rand(x0.shape) * K).long(), x0)


# ---- Denoiser.forward ----


@alternative("nb5.Denoiser.forward")
def layer_by_layer(self, x_t, t):
    batch, length = x_t.shape
    h = self.token.weight[x_t] + self.position(torch.arange(length)).unsqueeze(0).expand(batch, -1, -1)
    h = h + self.time(t.float().div(self.T).unsqueeze(-1)).unsqueeze(1).expand(-1, length, -1)
    for layer in self.blocks.layers:
        h = layer(h)
    return F.linear(self.norm(h), self.to_logits.weight, self.to_logits.bias)


@alternative("nb5.Denoiser.forward")
def another_order_of_the_sum(self, x_t, t):
    time = self.time(t.view(-1, 1) / self.T).view(len(t), 1, -1)
    return self.to_logits(self.norm(self.blocks(time + self.position(torch.arange(x_t.size(1))) + self.token(x_t))))


@alternative("nb5.Denoiser.forward")
def embedding_function(self, x_t, t):
    h = F.embedding(x_t, self.token.weight)
    h += self.position(torch.arange(x_t.shape[-1]))[None]
    h += self.time(torch.stack([t], 1) / self.T)[:, None, :]
    return self.to_logits(self.norm(self.blocks(h)))


@alternative("nb5.Denoiser.forward")
def places_for_every_row(self, x_t, t):
    places = torch.arange(x_t.shape[1]).repeat(len(x_t), 1)
    time = self.time((t.to(torch.float32) / self.T).reshape(-1, 1)).repeat_interleave(x_t.shape[1], 0)
    h = self.token(x_t) + self.position(places) + time.view(*x_t.shape, -1)
    h = self.norm(self.blocks(src=h))
    return self.to_logits(h)


@alternative("nb5.Denoiser.forward")
def in_a_sequence(self, x_t, t):
    h = self.token(x_t).add(self.position(torch.arange(x_t.shape[1]))).add(self.time((t / self.T)[:, None])[:, None])
    return torch.nn.Sequential(self.blocks, self.norm, self.to_logits)(h)


# ---- discrete_diffusion_loss ----


@alternative("nb5.discrete_diffusion_loss")
def boolean_index(model, x0, t=None, *, T, K):
    if t is None:
        t = torch.randint(1, T + 1, (x0.shape[0],))
    x_t = q_sample_discrete(x0, t, T, K)
    masked = x_t == K
    return F.cross_entropy(model(x_t, t)[masked], x0[masked])


@alternative("nb5.discrete_diffusion_loss")
def ignored_targets(model, x0, t=None, *, T, K):
    t = torch.randint(low=1, high=T + 1, size=(len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T=T, K=K, kind="absorbing")
    target = torch.where(x_t == K, x0, -100)
    return F.cross_entropy(model(x_t, t).flatten(0, 1), target.flatten())


@alternative("nb5.discrete_diffusion_loss")
def by_distribution(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    return -torch.distributions.Categorical(logits=model(x_t, t)).log_prob(x0)[x_t == K].mean()


@alternative("nb5.discrete_diffusion_loss")
def one_hot_truth(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    log_p = model(x_t, t).log_softmax(-1)
    return -(F.one_hot(x0, K) * log_p).sum(-1).masked_select(x_t == K).mean()


@alternative("nb5.discrete_diffusion_loss")
def float64_inside(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    logits = model(x_t, t).double()
    return (logits.logsumexp(-1) - logits.gather(-1, x0[..., None])[..., 0])[x_t == K].mean()


@alternative("nb5.discrete_diffusion_loss")
def weights_that_sum_to_one(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    weight = (x_t == K) / (x_t == K).sum().clamp(min=1)
    return (weight * F.cross_entropy(model(x_t, t).mT, x0, reduction="none")).sum().reshape(1)


@alternative("nb5.discrete_diffusion_loss")
def steps_from_real_numbers(model, x0, t=None, *, T, K):
    t = (torch.rand(len(x0)) * T).floor().long() + 1 if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    masked = x_t.eq(K)
    return F.nll_loss(model(x_t, t).log_softmax(-1)[masked], x0[masked])


@alternative("nb5.discrete_diffusion_loss")
def stratified_steps(model, x0, t=None, *, T, K):
    if t is None:
        places = (torch.rand(1) + torch.arange(len(x0)) / len(x0)) % 1
        t = (places * T).long()[torch.randperm(len(x0))].clamp(max=T - 1) + 1
    x_t = q_sample_discrete(x0, t, T, K)
    return F.cross_entropy(model(x_t, t)[x_t == K], x0[x_t == K])


@alternative("nb5.discrete_diffusion_loss")
def corruption_in_one_place(model, x0, t=None, *, T, K):
    t = 1 + torch.multinomial(torch.ones(T), len(x0), replacement=True) if t is None else t
    hidden = torch.rand(x0.shape) < (t / T)[:, None]
    x_t = torch.where(hidden, K, x0)
    nats = -model.forward(x_t, t).log_softmax(-1).gather(2, x0.unsqueeze(2)).squeeze(2)
    return torch.einsum("bl,bl->", nats, hidden.to(nats.dtype)) / hidden.sum()


@alternative("nb5.discrete_diffusion_loss")
def row_by_row(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    logits, total = model(x_t, t), 0.0
    for position in range(x0.shape[1]):
        masked = x_t[:, position] == K
        total = total + F.cross_entropy(logits[masked, position], x0[masked, position], reduction="sum")
    return total / (x_t == K).sum()


@alternative("nb5.discrete_diffusion_loss")
def switches_to_training_mode(model, x0, t=None, *, T, K):
    device = next(model.parameters()).device
    model.train()
    t = torch.randint(1, T + 1, (len(x0),), device=device) if t is None else t.to(device)
    x_t = q_sample_discrete(x0.to(device), t, T, K)
    masked = x_t == K
    return F.cross_entropy(model(x_t, t)[masked].float(), x0[masked])


# ---- reverse_step ----


@alternative("nb5.reverse_step")
def one_draw_of_reveal_or_stay(model, x_t, t, K):
    probability = model(x_t, torch.full((len(x_t),), t)).softmax(-1) / t
    stay = torch.full((*x_t.shape, 1), 1 - 1 / t)
    drawn = torch.distributions.Categorical(probs=torch.cat([probability, stay], -1)).sample()
    return torch.where(x_t == K, drawn, x_t)


@alternative("nb5.reverse_step")
def gumbel_guesses(model, x_t, t, K):
    logits = model(x_t, torch.full((len(x_t),), t)).double()
    guess = (logits - torch.empty_like(logits).exponential_().log()).argmax(-1)
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 / t), guess, x_t)


@alternative("nb5.reverse_step")
def multinomial_where_revealed(model, x_t, t, K):
    x = x_t.clone()
    reveal = (x_t == K) & torch.bernoulli(torch.full(x_t.shape, 1 / t)).bool()
    probability = model(x_t, torch.full((len(x_t),), t)).softmax(-1)
    if reveal.any():
        x[reveal] = torch.multinomial(probability[reveal], 1)[:, 0]
    return x


@alternative("nb5.reverse_step")
def coins_before_guesses(model, x_t, t, K):
    coins = torch.rand(x_t.shape, dtype=torch.float64)
    logits = model.forward(x_t, t * torch.ones(len(x_t), dtype=torch.long))
    return torch.where((x_t != K) | (coins >= 1 / t), x_t, torch.distributions.Categorical(logits=logits).sample())


@alternative("nb5.reverse_step")
def reveal_all_and_mask_again(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t))).sample()
    back = (x_t == K) & (torch.rand(x_t.shape) < (t - 1) / t)
    return torch.where(x_t == K, guess, x_t).masked_fill(back, K)


@alternative("nb5.reverse_step")
def inverse_of_the_cumulative(model, x_t, t, K):
    cumulative = model(x_t, torch.full((len(x_t),), t)).softmax(-1).cumsum(-1)
    guess = (torch.rand(*x_t.shape, 1) > cumulative).sum(-1).clamp(max=K - 1)
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 / t), guess, x_t)


@alternative("nb5.reverse_step")
def position_by_position(model, x_t, t, K):
    probability, x = model(x_t, torch.full((len(x_t),), t)).softmax(-1), x_t.clone()
    for place in range(x_t.shape[1]):
        reveal = (x_t[:, place] == K) & (torch.rand(len(x_t)) < 1 / t)
        if reveal.any():
            x[reveal, place] = torch.multinomial(probability[reveal, place], 1)[:, 0]
    return x


@alternative("nb5.reverse_step")
def in_evaluation_mode(model, x_t, t, K):
    model.eval()
    steps = torch.tensor([t] * x_t.shape[0], dtype=torch.float32, device=next(model.parameters()).device)
    with torch.inference_mode():
        probability = torch.softmax(model(x_t, steps), dim=-1)
    guess = torch.multinomial(probability.view(-1, K), 1).view(x_t.shape)
    reveal = torch.logical_and(x_t == K, torch.rand_like(probability[..., 0]).mul(t) < 1)
    return torch.where(reveal, guess, x_t).clone()


@alternative("nb5.reverse_step")
def scatter_into_a_copy(model, x_t, t, K):
    logits, x = model(x_t, torch.full_like(x_t[:, 0], t)), x_t.clone()
    row, place = torch.nonzero((x == K) * (torch.rand(x.shape) * t < 1), as_tuple=True)
    if len(row):
        x[row, place] = torch.distributions.Categorical(logits=logits[row, place]).sample()
    return x


# ---- sample ----


@alternative("nb5.sample")
def stops_early(model, n, L, T, K):
    x = torch.full((n, L), K)
    for t in range(T, 0, -1):
        x = reverse_step(model, x, t, K)
        if not (x == K).any():
            break
    return x


@alternative("nb5.sample")
def while_loop(model, n, L, T, K):
    x, t = torch.zeros(n, L, dtype=torch.long) + K, T
    while t >= 1:
        x = reverse_step(model, x, t, K)
        t -= 1
    return x


@alternative("nb5.sample")
def reduced(model, n, L, T, K):
    return functools.reduce(lambda x, t: reverse_step(model, x, t, K), range(T, 0, -1), torch.full((n, L), K))


@alternative("nb5.sample")
def recursion(model, n, L, T, K):
    def back(x, t):
        return x if t == 0 else back(reverse_step(model=model, x_t=x, t=t, K=K), t - 1)

    return back(torch.empty(n, L, dtype=torch.int64).fill_(K), T)


@alternative("nb5.sample")
def without_gradients(model, n, L, T, K):
    model.eval()
    with torch.no_grad():
        x = torch.tensor([[K] * L] * n)
        for t in torch.arange(T, 0, -1).tolist():
            x = reverse_step(model, x, t, K)
    return x


@alternative("nb5.sample")
def all_stages_and_the_last(model, n, L, T, K):
    start = torch.full((n, L), K, dtype=torch.long, device=next(model.parameters()).device)
    *_, last = itertools.accumulate(range(T, 0, -1), lambda x, t: reverse_step(model, x, t, K), initial=start)
    return last


@alternative("nb5.sample")
def counts_upwards(model, n, L, T, K):
    x = torch.ones(n, L).long() * K
    for done in range(T):
        x = reverse_step(model, x, T - done, K)
    return x


# ---- Extensions ----


@alternative("nb5.surest_first_step")
def with_topk(model, x_t, num, K):
    masked, x = x_t == K, x_t.clone()
    log_p = model(x_t, masked.sum(1)).log_softmax(-1)
    guess = torch.distributions.Categorical(logits=log_p).sample()
    score = log_p.gather(-1, guess.unsqueeze(-1)).squeeze(-1).masked_fill(~masked, -torch.inf)
    best = score.topk(min(num, x.shape[1]), dim=1).indices
    chosen = torch.zeros_like(masked).scatter(1, best, True) & masked
    x[chosen] = guess[chosen]
    return x


@alternative("nb5.surest_first_step")
def one_after_the_other(model, x_t, num, K):
    probability, x = model(x_t, (x_t == K).sum(1)).softmax(-1), x_t.clone()
    guess = torch.multinomial(probability.flatten(0, 1), 1).view(x_t.shape)
    sure = probability.gather(-1, guess[..., None])[..., 0]
    for row in range(len(x)):
        hidden = (x_t[row] == K).nonzero().flatten().tolist()
        for place in sorted(hidden, key=lambda place: -sure[row, place].item())[:num]:
            x[row, place] = guess[row, place]
    return x


@alternative("nb5.infill")
def on_a_copy(model, x_known, T, K):
    x = x_known.clone()
    for step in range(T, 0, -1):
        x = torch.where(x_known == K, reverse_step(model, x, step, K), x_known)
    return x


@alternative("nb5.bound")
def with_indices(model, x0, T, K):
    t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t, T, K)
    row, place = (x_t == K).nonzero(as_tuple=True)
    nats = -model(x_t, t)[row, place].log_softmax(-1).gather(-1, x0[row, place, None])[:, 0]
    return (nats * T / t[row]).sum() / len(x0)
