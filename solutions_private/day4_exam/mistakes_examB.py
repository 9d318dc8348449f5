"""Wrong answers to Exam B, each with the sentence a tutor would say. After the exam they are counted for the staff.

What differs from paper to paper stands in `papers.toml`, as in the master.
"""

import math

import torch
import torch.nn.functional as F  # noqa: F401

from genweek.making.variants import mistake

# ---- corruption_probability ----


@mistake(
    "examB.corruption_probability",
    "That is the lab's schedule. Read how the chance of a hit is described on this paper.",
    but="plain",
)
def the_labs_schedule(t):
    return t / T


@mistake(
    "examB.corruption_probability",
    "Compare with the recap's numbers at t = 10 and 30: an exponent, a factor or a step of the description is missing.",
)
def something_forgotten(t):
    return {{schedule_short}}


@mistake("examB.corruption_probability", "That is the chance to be untouched; asked is the chance of having been hit.")
def untouched(t):
    return 1 - ({{schedule}})


@mistake(
    "examB.corruption_probability",
    "Divide by T, the number of steps; the largest t of this batch may be smaller.",
)
def by_the_largest_of_the_batch(t):
    T = t.max()
    return {{schedule}}


@mistake(
    "examB.corruption_probability",
    "That is the chance of a hit in step t alone; asked is the chance of having been hit by now.",
)
def in_this_step_alone(t):
    now, before = t, (t - 1).clamp(min=0)
    return (lambda t: {{schedule}})(now) - (lambda t: {{schedule}})(before)


# ---- q_sample_discrete ----


@mistake("examB.q_sample_discrete", "All tokens of a sequence follow one coin. Read which tokens share one.")
def one_coin_per_sequence(x0, t):
    p = corruption_probability(t)
    hit = (torch.rand(len(x0), 1) < p[:, None]).expand_as(x0)
    new = {{new}}
    return torch.where(hit, new, x0)


@mistake("examB.q_sample_discrete", "Every sequence of the batch throws coins of its own.")
def the_same_coins_in_all_sequences(x0, t):
    p = corruption_probability(t)
    hit = torch.rand(x0.shape[1]) < p[:, None]
    new = {{new}}
    return torch.where(hit, new, x0)


@mistake(
    "examB.q_sample_discrete",
    "Two tokens that are a pair share one coin: they are hit together, or not at all.",
    but="plain birch cobalt dune",
)
def coins_for_single_tokens(x0, t):
    p = corruption_probability(t)
    hit = torch.rand(x0.shape) < p[:, None]
    new = {{new}}
    return torch.where(hit, new, x0)


@mistake("examB.q_sample_discrete", "Every token throws a coin of its own: here neighbours share one.", but="amber")
def coins_for_pairs(x0, t):
    p = corruption_probability(t)
    hit = (torch.rand(len(x0), x0.shape[1] // 2) < p[:, None]).repeat_interleave(2, dim=1)
    new = {{new}}
    return torch.where(hit, new, x0)


@mistake("examB.q_sample_discrete", "The number of hit tokens must be random, too: it is not p times the length.")
def a_fixed_number(x0, t):
    p = corruption_probability(t)
    rank = torch.rand(x0.shape).argsort(1).argsort(1)
    hit = rank < (p * x0.shape[1]).round()[:, None]
    new = {{new}}
    return torch.where(hit, new, x0)


@mistake("examB.q_sample_discrete", "That is the lab's uniform kind. Read what a hit token becomes on this paper.")
def any_token(x0, t):
    p = corruption_probability(t)
    hit = {{hit}}
    new = torch.randint(FIRST, FIRST + K, x0.shape)
    return torch.where(hit, new, x0)


@mistake(
    "examB.q_sample_discrete",
    "A hit token does not become the id K: that is the lab's MASK. Read what it becomes on this paper.",
    but="plain dune",
)
def the_id_k(x0, t):
    p = corruption_probability(t)
    hit = {{hit}}
    new = torch.full_like(x0, K)
    return torch.where(hit, new, x0)


@mistake(
    "examB.q_sample_discrete",
    "Each hit token draws for itself what it becomes: here nothing is drawn, or one draw serves all.",
    but="plain amber",
)
def one_replacement_for_all(x0, t):
    p = corruption_probability(t)
    hit = {{hit}}
    new = ({{new}})[:1, :1].expand_as(x0)
    return torch.where(hit, new, x0)


@mistake(
    "examB.q_sample_discrete",
    "SHARE is the share of the hit throws that become BLANK: you have given it to the others.",
    but="plain amber birch cobalt",
)
def share_of_the_others(x0, t):
    p = corruption_probability(t)
    hit = {{hit}}
    new = torch.where(torch.rand(x0.shape) < SHARE, torch.randint(FIRST, FIRST + K, x0.shape), BLANK)
    return torch.where(hit, new, x0)


@mistake("examB.q_sample_discrete", "p is (B,), the tokens are (B, L): give p a second axis, p[:, None].")
def without_an_axis(x0, t):
    p = corruption_probability(t)
    hit = torch.rand(x0.shape) < p
    new = {{new}}
    return torch.where(hit, new, x0)


@mistake("examB.q_sample_discrete", "Every sequence has its own t: do not take the first one's for all.")
def the_first_step_for_all(x0, t):
    p = corruption_probability(t)[:1].expand(len(x0))
    hit = {{hit}}
    new = {{new}}
    return torch.where(hit, new, x0)


@mistake("examB.q_sample_discrete", "Tokens are integers, int64, before and after.")
def real_numbers(x0, t):
    p = corruption_probability(t)
    hit = {{hit}}
    new = {{new}}
    return torch.where(hit, new, x0).float()


@mistake("examB.q_sample_discrete", "x0 itself is changed, and the loss still needs it. Work on a copy.")
def in_place(x0, t):
    p = corruption_probability(t)
    hit = {{hit}}
    new = {{new}}
    x0[:] = torch.where(hit, new, x0)
    return x0


# ---- denoising_loss ----


@mistake(
    "examB.denoising_loss",
    "The network's class 0 is the token FIRST: the target is x0 - FIRST.",
    but="plain birch cobalt",
)
def ids_for_classes(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    x0 = x0 + FIRST
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}}


@mistake(
    "examB.denoising_loss",
    "Look up the axes of what the model returns: the cross-entropy wants the classes on axis 1.",
)
def another_layout(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    answer = answer.transpose(1, 2)
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}}


@mistake(
    "examB.denoising_loss",
    "F.cross_entropy wants logits, F.nll_loss the logarithms of probabilities: read what the model returns.",
)
def logits_and_probabilities(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = {{cost_confused}}
    weight = {{weight}}
    return {{reduced}}


@mistake(
    "examB.denoising_loss",
    "Multiply each token's cross-entropy by the weight that the recap gives it.",
    but="plain",
)
def no_weight(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = {{cost}}
    weight = torch.ones(x0.shape)
    return {{reduced}}


@mistake("examB.denoising_loss", "The weight counts once.", but="plain")
def the_weight_twice(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = {{cost}}
    weight = ({{weight}}) ** 2
    return {{reduced}}


@mistake(
    "examB.denoising_loss",
    "The weights are (B,), the cross-entropies (B, L): give the weights a second axis.",
    but="plain amber dune",
)
def weights_without_an_axis(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = {{cost}}
    weight = ({{weight}})[:, 0]
    return {{reduced}}


@mistake(
    "examB.denoising_loss",
    "Nothing is divided by the weights: a plain mean, or a sum for each sequence and its mean.",
    but="plain",
)
def divided_by_the_weights(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}} / (weight + 0 * cost).mean()


@mistake(
    "examB.denoising_loss",
    "Per sequence means that tokens are added, per token that they are averaged: look which is asked.",
)
def sum_and_mean(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    factor = 1 / x0.shape[1] if "sequence" in "{{unit}}" else x0.shape[1]
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}} * factor


@mistake("examB.denoising_loss", "A bit is log 2 = 0.693 nats: look which of the two is asked.")
def bits_and_nats(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    factor = math.log(2) if "bits" in "{{unit}}" else 1 / math.log(2)
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}} * factor


@mistake("examB.denoising_loss", "That is the lab's loss. Here the network guesses all tokens, so all positions count.")
def hit_positions_only(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = {{cost}}
    weight = ({{weight}}) * (x_t != x0)
    return {{reduced}} * x0.numel() / (x_t != x0).sum()


@mistake(
    "examB.denoising_loss",
    "The sequence is corrupted twice: there is one x_t, for the model and for everything else.",
)
def corrupted_twice(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(q_sample_discrete(x0, t), t)
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}}


@mistake("examB.denoising_loss", "The target is the clean token, x0, not what the model saw.")
def what_was_seen_as_target(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    x0 = x_t.clamp(FIRST, FIRST + K - 1)
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}}


@mistake("examB.denoising_loss", "The model must see the corrupted sequence; given the clean one it only copies.")
def the_model_sees_x0(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x0, t)
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}}


@mistake("examB.denoising_loss", "randint excludes its upper end: t runs from 1 to T.")
def t_from_0(model, x0, t=None):
    if t is None:
        t = torch.randint(T, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}}


@mistake("examB.denoising_loss", "Nothing is hit at step 0: t runs from 1 to T.")
def t_from_0_to_the_last(model, x0, t=None):
    if t is None:
        t = torch.randint(T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}}


@mistake("examB.denoising_loss", "Draw a t for each sequence: one for the whole batch is very noisy.")
def one_t_for_all(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (1,)).expand(len(x0))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}}


@mistake("examB.denoising_loss", "A given t is used as it is: draw one only where it is None.")
def given_t_ignored(model, x0, t=None):
    t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t)
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}}


@mistake("examB.denoising_loss", "The model is told the step itself, an integer from 1 to T, not t/T.")
def a_share_for_the_step(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t / T)
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}}


@mistake(
    "examB.denoising_loss",
    "The number is right but carries no gradient: no .item(), no detach, no no_grad in the loss.",
)
def no_gradient(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    answer = model(x_t, t).detach()
    cost = {{cost}}
    weight = {{weight}}
    return {{reduced}}


# ---- reverse_step ----


@mistake(
    "examB.reverse_step",
    "The guess is drawn from the model's probabilities; the likeliest token every time is another sampler.",
)
def the_likeliest(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = ({{probs}}).argmax(dim=-1) + FIRST
    {{step}}


@mistake(
    "examB.reverse_step",
    "The network's class 0 is the token FIRST: an id is a class + FIRST.",
    but="plain birch cobalt",
)
def classes_for_ids(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = {{guess}} - FIRST
    {{step}}


@mistake(
    "examB.reverse_step",
    "Look up the axes of what the model returns: Categorical wants the classes on the last axis.",
)
def another_layout_in_the_step(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    answer = answer.transpose(1, 2)
    guess = {{guess}}
    {{step}}


@mistake("examB.reverse_step", "Does the model return logits or probabilities? Categorical has to be told which.")
def logits_and_probabilities_in_the_step(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = {{guess_confused}}
    {{step}}


@mistake("examB.reverse_step", "Every position is drawn from its own probabilities: here one draw serves a whole row.")
def one_draw_per_row(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = ({{guess}})[:, :1].expand(x_t.shape)
    {{step}}


@mistake("examB.reverse_step", "The step ends at s, not at 0: it does not return the guess as it is.")
def all_the_way(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = {{guess}}
    return guess


@mistake("examB.reverse_step", "The step goes to the earlier step s, and does not end at t again.")
def to_t(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = {{guess}}
    s = t
    {{step}}


@mistake("examB.reverse_step", "s may be several steps earlier than t: use s, not t - 1.")
def to_t_minus_1(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = {{guess}}
    s = t - 1
    {{step}}


@mistake("examB.reverse_step", "It is the guess that is corrupted to step s, not x_t.", but="plain birch cobalt")
def x_t_corrupted_again(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = {{guess}}
    return q_sample_discrete(x_t, torch.full((len(x_t),), s))


@mistake(
    "examB.reverse_step",
    "Exchanged: a token stays with p_s/p_t, and otherwise becomes its guess.",
    but="amber dune",
)
def stay_and_guess_exchanged(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = {{guess}}
    p_t, p_s = corruption_probability(torch.tensor([t, s]))
    return torch.where(torch.rand(x_t.shape) < p_s / p_t, guess, x_t)


@mistake(
    "examB.reverse_step",
    "Stay with p_s/p_t: of the tokens that were hit by t, this share was hit by s already.",
    but="amber dune",
)
def p_s_alone(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = {{guess}}
    p_s = corruption_probability(torch.tensor([s]))
    return torch.where(torch.rand(x_t.shape) < p_s, x_t, guess)


@mistake(
    "examB.reverse_step",
    "That is another rule, and as exact; the recap asks for the one with p_s/p_t.",
    but="amber dune",
)
def corrupted_instead_of_staying(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = {{guess}}
    return q_sample_discrete(guess, torch.full((len(x_t),), s))


@mistake(
    "examB.reverse_step",
    "That is another rule, and as exact; the recap asks to corrupt the guess.",
    but="plain birch cobalt",
)
def staying_instead_of_corrupted(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = {{guess}}
    p_t, p_s = corruption_probability(torch.tensor([t, s]))
    return torch.where(torch.rand(x_t.shape) < p_s / p_t, x_t, guess)


@mistake("examB.reverse_step", "That is the lab's rule; the recap gives another.")
def the_labs_rule(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = {{guess}}
    reveal = {{reveal_lab}}
    return torch.where(reveal, guess, x_t)


@mistake("examB.reverse_step", "The model wants a step for every sequence: a tensor of shape (B,) filled with t.")
def a_number_for_the_model(model, x_t, t, s):
    answer = model(x_t, t)
    guess = {{guess}}
    {{step}}


@mistake("examB.reverse_step", "The model is asked about x_t, so it is told t, not s.")
def s_for_the_model(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), s))
    guess = {{guess}}
    {{step}}


@mistake("examB.reverse_step", "The model is told the step t of x_t, not how many steps are taken.")
def the_length_of_the_step_for_the_model(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t - s))
    guess = {{guess}}
    {{step}}


@mistake("examB.reverse_step", "x_t itself is changed, and the caller still needs it. Work on a copy.")
def x_t_in_place(model, x_t, t, s):
    answer = model(x_t, torch.full((len(x_t),), t))
    guess = {{guess}}

    def step(x_t):
        {{step}}

    x_t[:] = step(x_t)
    return x_t
