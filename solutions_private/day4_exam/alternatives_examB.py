"""Other right answers to Exam B, as unusual as students are.

What differs from paper to paper stands in `papers.toml`, as in the master; what is right on one of them only is at
the end.
"""

import math  # noqa: F401  (the slots use it)

import torch
import torch.nn.functional as F

from genweek.making.variants import alternative

# ---- corruption_probability ----


@alternative("examB.corruption_probability")
def another_formula(t):
    return {{schedule_again}}


@alternative("examB.corruption_probability")
def a_table(t):
    steps = torch.arange(T + 1)
    table = (lambda t: {{schedule}})(steps)
    return table[t.long()]


@alternative("examB.corruption_probability")
def in_float64(t):
    t = t.double()
    return ({{schedule}}).clamp(0, 1)


# ---- q_sample_discrete ----


@alternative("examB.q_sample_discrete", but="amber")
def coins_by_bernoulli(x0, t):
    p = corruption_probability(t)
    hit = torch.bernoulli(p[:, None].expand(x0.shape)).bool()
    new = {{new}}
    return torch.where(hit, new, x0)


@alternative("examB.q_sample_discrete", but="plain birch cobalt dune")
def pairs_on_an_axis(x0, t):
    pairs = x0.view(len(x0), -1, 2)
    lost = torch.bernoulli(corruption_probability(t)[:, None].expand(pairs.shape[:2])).bool()
    return pairs.masked_fill(lost[..., None], BLANK).view(x0.shape)


@alternative("examB.q_sample_discrete")
def written_into_a_copy(x0, t):
    p = corruption_probability(t)
    hit = {{hit}}
    x_t = x0.clone()
    x_t[hit] = ({{new}})[hit]
    return x_t


@alternative("examB.q_sample_discrete")
def by_arithmetic(x0, t):
    p = corruption_probability(t)
    kept = 1 - ({{hit}}).long()
    return kept * x0 + (1 - kept) * ({{new}})


@alternative("examB.q_sample_discrete")
def row_by_row(batch, steps):
    rows = []
    for number in range(len(batch)):
        x0, t = batch[number : number + 1], steps[number : number + 1]
        p = corruption_probability(t)
        hit = {{hit}}
        new = {{new}}
        rows.append(torch.where(hit, new, x0))
    return torch.cat(rows)


@alternative("examB.q_sample_discrete")
def place_by_place(x0, t):
    p = corruption_probability(t)
    hit = {{hit}}
    new = {{new}}
    return torch.stack([torch.where(hit[:, place], new[:, place], x0[:, place]) for place in range(x0.shape[1])], dim=1)


@alternative("examB.q_sample_discrete", but="amber birch cobalt dune")
def by_the_table_of_a_mask(x0, t):
    p = corruption_probability(t)[:, None, None]
    table = p * torch.eye(K + 1)[torch.full((K,), BLANK)] + (1 - p) * torch.eye(K, K + 1)
    return torch.distributions.Categorical(probs=table[torch.arange(len(x0))[:, None], x0]).sample()


@alternative("examB.q_sample_discrete", but="plain amber cobalt dune")
def by_the_table_of_frequencies(x0, t):
    p = corruption_probability(t)[:, None, None]
    table = p * FREQUENCY + (1 - p) * torch.eye(K)
    return torch.distributions.Categorical(probs=table[torch.arange(len(x0))[:, None], x0]).sample()


@alternative("examB.q_sample_discrete", but="plain amber birch dune")
def by_the_table_of_other_colours(x0, t):
    p = corruption_probability(t)[:, None, None]
    table = p * (1 - torch.eye(K)) / (K - 1) + (1 - p) * torch.eye(K)
    return torch.distributions.Categorical(probs=table[torch.arange(len(x0))[:, None], x0]).sample()


@alternative("examB.q_sample_discrete", but="plain amber birch dune")
def repainted_more_often_with_any_colour(x0, t):
    p = corruption_probability(t) * K / (K - 1)
    hit = torch.rand(x0.shape) < p[:, None]
    return torch.where(hit, torch.randint(K, x0.shape), x0)


@alternative("examB.q_sample_discrete", but="plain amber birch cobalt")
def by_the_table_of_blows(x0, t):
    p = corruption_probability(t)[:, None, None]
    struck = torch.cat([torch.full((K, K), (1 - SHARE) / K), torch.full((K, 1), SHARE)], dim=1)
    table = p * struck + (1 - p) * torch.eye(K, K + 1)
    return torch.distributions.Categorical(probs=table[torch.arange(len(x0))[:, None], x0 - FIRST]).sample() + FIRST


# ---- denoising_loss ----


@alternative("examB.denoising_loss")
def by_one_hot(model, x0, t=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = -({{log_p}} * F.one_hot(x0 - FIRST, K)).sum(dim=-1)
    weight = {{weight}}
    return {{reduced}}


@alternative("examB.denoising_loss")
def by_gather_in_float64(model, x0, t=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t).double()
    cost = -({{log_p}}).gather(2, (x0 - FIRST)[..., None])[..., 0]
    weight = {{weight}}
    return {{reduced}}


@alternative("examB.denoising_loss")
def by_the_distribution(model, x0, t=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = -torch.distributions.Categorical(logits={{log_p}}).log_prob(x0 - FIRST)
    weight = {{weight}}
    return {{reduced}}


@alternative("examB.denoising_loss")
def of_flat_tokens(model, x0, t=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = F.nll_loss(({{log_p}}).flatten(0, 1), (x0 - FIRST).flatten(), reduction="none").view(x0.shape)
    weight = {{weight}}
    return {{reduced}}


@alternative("examB.denoising_loss")
def with_an_axis(model, x0, t=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = {{cost}}
    weight = {{weight}}
    return ({{reduced}}).view(1)


@alternative("examB.denoising_loss")
def sequence_by_sequence(model, x0, t=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = {{cost}}
    weighted = ({{weight}}) * cost
    rows = []
    for row in weighted:
        cost, weight = row[None], 1
        rows.append({{reduced}})
    return torch.stack(rows).mean()


@alternative("examB.denoising_loss")
def t_from_rand(model, x0, t=None):
    if t is None:
        t = (torch.rand(len(x0)) * T).long().clamp(max=T - 1) + 1
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}}


@alternative("examB.denoising_loss")
def stratified_t(model, x0, t=None):
    if t is None:
        strata = (torch.rand(len(x0)) + torch.randperm(len(x0))) / len(x0)
        t = (strata * T).long().clamp(max=T - 1) + 1
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}}


# ---- reverse_step ----


@alternative("examB.reverse_step")
def by_multinomial(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = torch.multinomial(({{probs}}).flatten(0, 1), 1).view(x_t.shape) + FIRST
    {{step}}


@alternative("examB.reverse_step")
def by_gumbel_max(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    clock = -torch.rand(*x_t.shape, K).clamp_min(1e-20).log()
    guess = (({{probs}}).clamp_min(1e-20) / clock).argmax(dim=-1) + FIRST
    {{step}}


@alternative("examB.reverse_step")
def by_the_running_sum(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    total = ({{probs}}).double().cumsum(dim=-1)
    guess = (torch.rand(*x_t.shape, 1) * total[..., -1:] >= total).sum(dim=-1).clamp(max=K - 1) + FIRST
    {{step}}


@alternative("examB.reverse_step")
def position_by_position(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    probability_of = {{probs}}
    drawn = [torch.multinomial(probability_of[:, place], 1)[:, 0] for place in range(x_t.shape[1])]
    guess = torch.stack(drawn, dim=1) + FIRST
    {{step}}


@alternative("examB.reverse_step")
def early_at_0(model, x_t, t, s):
    answer = model(x_t, t * torch.ones(len(x_t), dtype=torch.long))
    guess = {{guess}}
    if s == 0:
        return guess
    {{step}}


@alternative("examB.reverse_step", but="plain birch cobalt")
def corrupted_where_it_stands(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    x0 = {{guess}}
    p = corruption_probability(torch.full((len(x_t),), s))
    hit = {{hit}}
    new = {{new}}
    return torch.where(hit, new, x0)


@alternative("examB.reverse_step", but="amber dune")
def written_where_it_changes(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = {{guess}}
    p_t, p_s = corruption_probability(torch.tensor([t, s]))
    changes = torch.rand(x_t.shape) >= p_s / p_t
    x_s = x_t.clone()
    x_s[changes] = guess[changes]
    return x_s


@alternative("examB.reverse_step", but="plain amber dune")
def one_draw_from_the_mixture(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    p_t, p_s = corruption_probability(torch.tensor([t, s]))
    mixed = (1 - p_s / p_t) * {{probs}} + p_s / p_t * F.one_hot(x_t, K)
    return torch.distributions.Categorical(probs=mixed).sample()
