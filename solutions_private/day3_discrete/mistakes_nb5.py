"""Wrong answers to NB5, each with the sentence a tutor would say."""

import math

import torch
import torch.nn.functional as F

from genweek.making.variants import mistake

# ---- mask_probability ----


@mistake("nb5.mask_probability", "Divide by T, the number of steps; the largest t of this batch may be smaller.")
def by_the_largest_of_the_batch(t, T):
    return t / t.max()


@mistake(
    "nb5.mask_probability",
    "That is the chance of being masked in this one step; asked is the chance of being masked by now.",
)
def chance_of_one_step(t, T):
    return 1 / (T - t + 1)


@mistake("nb5.mask_probability", "A probability for every sequence, not a coin already thrown.")
def coins(t, T):
    return (torch.rand(len(t)) < t / T).float()


@mistake(
    "nb5.mask_probability",
    "One number per sequence: shape (B,). The axis for broadcasting is added where it is needed.",
)
def a_column(t, T):
    return (t / T)[:, None]


@mistake("nb5.mask_probability", "Every sequence has its own t: do not take the first one's for all.")
def the_first_for_all(t, T):
    return torch.full(t.shape, float(t[0]) / T)


@mistake("nb5.mask_probability", "Every sequence has its own t: do not average over the batch.")
def one_mean(t, T):
    return t.float().mean() / T


@mistake("nb5.mask_probability", "The rate grows in proportion to t, not with its root.")
def root(t, T):
    return (t / T).sqrt()


@mistake("nb5.mask_probability", "The rate grows in proportion to t, not with its square.")
def square(t, T):
    return (t / T) ** 2


@mistake("nb5.mask_probability", "That grows as a cosine; here it grows in proportion to t.")
def cosine(t, T):
    return 1 - torch.cos(t / T * math.pi / 2)


@mistake("nb5.mask_probability", "That is the probability of being kept, by yesterday's cosine schedule.")
def kept_by_cosine(t, T):
    return torch.cos(t / T * math.pi / 2) ** 2


@mistake("nb5.mask_probability", "T steps go from t = 1 to T, and t = 0 is clean: divide by T, not by T - 1.")
def one_step_less(t, T):
    return (t - 1) / (T - 1)


@mistake("nb5.mask_probability", "Off by one: at t = 0 nothing is masked, and the probability must not exceed 1.")
def one_step_more(t, T):
    return (t + 1) / T


@mistake("nb5.mask_probability", "Integer division throws the fraction away: use /.")
def integer_division(t, T):
    return t // T


@mistake("nb5.mask_probability", "A probability is a real number: keep the fraction instead of rounding.")
def rounded(t, T):
    return (t / T).round()


@mistake("nb5.mask_probability", "That is the probability of being kept: at t = 0 nothing is masked yet.")
def kept(t, T):
    return 1 - t / T


@mistake(
    "nb5.mask_probability",
    "A constant chance of 1/T per step leaves a third of the tokens at t = T; the total must be t/T.",
)
def constant_chance(t, T):
    return 1 - (1 - 1 / T) ** t


@mistake("nb5.mask_probability", "Upside down: at t = T the probability is 1, and before it is smaller.")
def upside_down(t, T):
    return T / t.clamp(min=1)


@mistake("nb5.mask_probability", "The rate is made of steps alone: nothing is exponential here.")
def exponential(t, T):
    return 1 - torch.exp(-t / T)


# ---- q_sample_discrete ----


@mistake("nb5.q_sample_discrete", "The number of masked tokens must be random, too: each token throws its own coin.")
def a_fixed_number(x0, t, T, K, kind="absorbing"):
    number = (mask_probability(t, T) * x0.shape[1]).round()
    rank = torch.rand(x0.shape).argsort(1).argsort(1)
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint_like(x0, K)
    return torch.where(rank < number[:, None], goal, x0)


@mistake("nb5.q_sample_discrete", "You mask with the chance of one single step; use the chance of being masked by step t.")
def chance_of_this_step(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < (1 / (T - t + 1))[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint_like(x0, K)
    return torch.where(hit, goal, x0)


@mistake("nb5.q_sample_discrete", 'kind is ignored: "uniform" puts a random token where "absorbing" puts MASK.')
def always_mask(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    return torch.where(hit, torch.full_like(x0, K), x0)


@mistake("nb5.q_sample_discrete", "kind is ignored: by default a hit token becomes MASK, not a random token.")
def always_random(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    return torch.where(hit, torch.randint_like(x0, K), x0)


@mistake("nb5.q_sample_discrete", "The two kinds are exchanged.")
def kinds_exchanged(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    goal = torch.full_like(x0, K) if kind != "absorbing" else torch.randint_like(x0, K)
    return torch.where(hit, goal, x0)


@mistake("nb5.q_sample_discrete", "Tokens that are not hit must stay as they are; you replace them all and mask on top.")
def replaced_and_masked(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    if kind == "absorbing":
        return torch.where(hit, K, torch.randint_like(x0, K))
    return torch.where(hit, torch.randint_like(x0, K), x0)


@mistake("nb5.q_sample_discrete", "All hit tokens get the same random token: draw one per position.")
def one_replacement(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    return torch.where(hit, K if kind == "absorbing" else torch.randint(K, ()), x0)


@mistake(
    "nb5.q_sample_discrete", "One random token per sequence is used for all of its hit positions: draw one per position."
)
def one_replacement_per_row(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint(K, (len(x0), 1))
    return torch.where(hit, goal, x0)


@mistake("nb5.q_sample_discrete", "The largest t of the batch is used for every sequence.")
def largest_step_for_all(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T).max()
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint_like(x0, K)
    return torch.where(hit, goal, x0)


@mistake("nb5.q_sample_discrete", "The first t of the batch is used for every sequence.")
def first_step_for_all(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[0]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint_like(x0, K)
    return torch.where(hit, goal, x0)


@mistake("nb5.q_sample_discrete", "Return the corrupted tokens only, one tensor (B, L).")
def with_the_mask(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint_like(x0, K)
    return torch.where(hit, goal, x0), hit


@mistake("nb5.q_sample_discrete", "A fixed seed inside the function repeats the same coins in every training step.")
def fixed_seed(x0, t, T, K, kind="absorbing"):
    coins = torch.Generator().manual_seed(0)
    hit = torch.rand(x0.shape, generator=coins) < mask_probability(t, T)[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint(K, x0.shape, generator=coins)
    return torch.where(hit, goal, x0)


@mistake(
    "nb5.q_sample_discrete",
    "Drawing positions with repetition hits fewer tokens than asked, and as many in every sequence.",
)
def positions_with_repetition(x0, t, T, K, kind="absorbing"):
    x_t = x0.clone()
    for row, share in enumerate(mask_probability(t, T).tolist()):
        places = torch.randint(x0.shape[1], (round(share * x0.shape[1]),))
        x_t[row, places] = K if kind == "absorbing" else torch.randint(K, (len(places),))
    return x_t


@mistake("nb5.q_sample_discrete", "A hit token infects those to its right: each token throws its own coin.")
def contagious(x0, t, T, K, kind="absorbing"):
    hit = (torch.rand(x0.shape) < mask_probability(t, T)[:, None]).int().cummax(1).values.bool()
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint_like(x0, K)
    return torch.where(hit, goal, x0)


@mistake("nb5.q_sample_discrete", "A replacement is any token of the vocabulary: draw it from 0..K-1, not from 0..L-1.")
def replaced_by_places(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint(x0.shape[1], x0.shape)
    return torch.where(hit, goal, x0)


@mistake("nb5.q_sample_discrete", "Inverted: a token is masked where its random number is *below* the probability.")
def inverted(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) > mask_probability(t, T)[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint_like(x0, K)
    return torch.where(hit, goal, x0)


@mistake("nb5.q_sample_discrete", "One pattern is shared by the batch: draw coins of the full shape (B, L).")
def one_pattern(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(1, x0.shape[1]) < mask_probability(t, T)[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint_like(x0, K)
    return torch.where(hit, goal, x0)


@mistake(
    "nb5.q_sample_discrete", "One coin per sequence hits all of its tokens or none: draw coins of the full shape (B, L)."
)
def one_coin_per_row(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(len(x0), 1) < mask_probability(t, T)[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint_like(x0, K)
    return torch.where(hit, goal, x0)


@mistake("nb5.q_sample_discrete", "Two halves of the batch share their coins: draw them for all sequences at once.")
def coins_twice(x0, t, T, K, kind="absorbing"):
    coins = torch.rand((len(x0) + 1) // 2, x0.shape[1]).repeat(2, 1)[: len(x0)]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint_like(x0, K)
    return torch.where(coins < mask_probability(t, T)[:, None], goal, x0)


@mistake(
    "nb5.q_sample_discrete",
    "The probabilities (B,) do not line up with tokens (B, L): the axis for the positions is missing.",
)
def without_an_axis(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint_like(x0, K)
    return torch.where(hit, goal, x0)


@mistake("nb5.q_sample_discrete", "randn draws bell-shaped numbers; a coin of probability p needs uniform ones: rand.")
def bell_shaped_coins(x0, t, T, K, kind="absorbing"):
    hit = torch.randn(x0.shape) < mask_probability(t, T)[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint_like(x0, K)
    return torch.where(hit, goal, x0)


@mistake("nb5.q_sample_discrete", "0 is a real token: MASK is the number K.")
def mask_is_zero(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    goal = torch.zeros_like(x0) if kind == "absorbing" else torch.randint_like(x0, K)
    return torch.where(hit, goal, x0)


@mistake("nb5.q_sample_discrete", "K - 1 is the last real token; MASK is one number more.")
def mask_is_the_last_token(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    goal = torch.full_like(x0, K - 1) if kind == "absorbing" else torch.randint_like(x0, K)
    return torch.where(hit, goal, x0)


@mistake("nb5.q_sample_discrete", "Tokens are integers: the result must have the dtype of x0.")
def real_numbers(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    goal = torch.full(x0.shape, float(K)) if kind == "absorbing" else torch.randint_like(x0, K).float()
    return torch.where(hit, goal, x0.float())


@mistake("nb5.q_sample_discrete", "Off by one: at t = T some tokens survive, and at t = 1 nothing is hit.")
def one_step_late(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability((t - 1).clamp(min=0), T)[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint_like(x0, K)
    return torch.where(hit, goal, x0)


@mistake(
    "nb5.q_sample_discrete",
    "A replacement may be the old token, too: draw among all K tokens, not among the K - 1 others.",
)
def never_the_old_token(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else (x0 + torch.randint(1, K, x0.shape)) % K
    return torch.where(hit, goal, x0)


@mistake(
    "nb5.q_sample_discrete", "MASK may not appear for the uniform kind: the upper end of randint is K, which it excludes."
)
def mask_among_the_random(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint_like(x0, K + 1)
    return torch.where(hit, goal, x0)


@mistake("nb5.q_sample_discrete", "Token 0 can never be drawn: the vocabulary starts at 0.")
def never_token_zero(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint(1, K, x0.shape)
    return torch.where(hit, goal, x0)


@mistake("nb5.q_sample_discrete", "Token K - 1 can never be drawn: randint already excludes its upper end.")
def never_the_last_token(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else torch.randint(K - 1, x0.shape)
    return torch.where(hit, goal, x0)


@mistake(
    "nb5.q_sample_discrete", "Shuffling keeps the frequencies of the data: a replacement is uniform over the vocabulary."
)
def shuffled_rows(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    goal = torch.full_like(x0, K) if kind == "absorbing" else x0[torch.randperm(len(x0))]
    return torch.where(hit, goal, x0)


@mistake(
    "nb5.q_sample_discrete", "The result is right, but x0 itself was changed: the caller still needs it. Work on a copy."
)
def changes_x0(x0, t, T, K, kind="absorbing"):
    hit = torch.rand(x0.shape) < mask_probability(t, T)[:, None]
    x0[hit] = K if kind == "absorbing" else torch.randint(K, (int(hit.sum()),))
    return x0


@mistake("nb5.q_sample_discrete", "Return the corrupted tokens, not which of them are hit.")
def returns_the_hits(x0, t, T, K, kind="absorbing"):
    return torch.rand(x0.shape) < mask_probability(t, T)[:, None]


# ---- Denoiser.forward ----


@mistake("nb5.Denoiser.forward", "Without positions the network cannot tell the first token from the last.")
def no_position(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    return self.to_logits(self.norm(self.blocks(self.token(x_t) + time[:, None])))


@mistake("nb5.Denoiser.forward", "The step is not used: add its embedding to every position.")
def no_time(self, x_t, t):
    places = torch.arange(x_t.shape[1])
    return self.to_logits(self.norm(self.blocks(self.token(x_t) + self.position(places))))


@mistake("nb5.Denoiser.forward", "The tokens themselves are missing: only places and time go in.")
def no_token(self, x_t, t):
    places = torch.arange(x_t.shape[1]).expand(x_t.shape)
    time = self.time((t / self.T)[:, None])
    return self.to_logits(self.norm(self.blocks(self.position(places) + time[:, None])))


@mistake("nb5.Denoiser.forward", "Positions come before the blocks, so that attention can use them.")
def position_after_the_blocks(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.blocks(self.token(x_t) + time[:, None]) + self.position(torch.arange(x_t.shape[1]))
    return self.to_logits(self.norm(h))


@mistake("nb5.Denoiser.forward", "The time comes before the blocks, like the two other embeddings.")
def time_after_the_blocks(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.blocks(self.token(x_t) + self.position(torch.arange(x_t.shape[1]))) + time[:, None]
    return self.to_logits(self.norm(h))


@mistake("nb5.Denoiser.forward", "MASK has an embedding of its own, number K: do not clamp it away.")
def clamps_the_mask(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    token = self.token(x_t.clamp(max=self.token.num_embeddings - 2))
    h = token + self.position(torch.arange(x_t.shape[1])) + time[:, None]
    return self.to_logits(self.norm(self.blocks(h)))


@mistake("nb5.Denoiser.forward", "Return logits: the loss and the sampler apply the softmax.")
def probabilities(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.token(x_t) + self.position(torch.arange(x_t.shape[1])) + time[:, None]
    return self.to_logits(self.norm(self.blocks(h))).softmax(-1)


@mistake("nb5.Denoiser.forward", "Logits are wanted as the layer gives them; log_softmax is the loss's business.")
def log_probabilities(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.token(x_t) + self.position(torch.arange(x_t.shape[1])) + time[:, None]
    return self.to_logits(self.norm(self.blocks(h))).log_softmax(-1)


@mistake("nb5.Denoiser.forward", "The norm between the blocks and the logits is missing.")
def no_norm(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.token(x_t) + self.position(torch.arange(x_t.shape[1])) + time[:, None]
    return self.to_logits(self.blocks(h))


@mistake("nb5.Denoiser.forward", "The norm stands after the blocks, not before them: they have norms of their own.")
def norm_before_the_blocks(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.token(x_t) + self.position(torch.arange(x_t.shape[1])) + time[:, None]
    return self.to_logits(self.blocks(self.norm(h)))


@mistake(
    "nb5.Denoiser.forward",
    "The blocks expect (B, L, dim): do not transpose, or the sequences of a batch attend to each other.",
)
def mixes_the_batch(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.token(x_t) + self.position(torch.arange(x_t.shape[1])) + time[:, None]
    return self.to_logits(self.norm(self.blocks(h.transpose(0, 1)).transpose(0, 1)))


@mistake("nb5.Denoiser.forward", "The time embedding goes to every position, not only to the first.")
def time_at_the_first_place(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.token(x_t) + self.position(torch.arange(x_t.shape[1]))
    h = torch.cat([h[:, :1] + time[:, None], h[:, 1:]], dim=1)
    return self.to_logits(self.norm(self.blocks(h)))


@mistake("nb5.Denoiser.forward", "The time embedding was built for t/T, between 0 and 1: divide by T.")
def steps_as_they_are(self, x_t, t):
    time = self.time(t.float()[:, None])
    h = self.token(x_t) + self.position(torch.arange(x_t.shape[1])) + time[:, None]
    return self.to_logits(self.norm(self.blocks(h)))


@mistake("nb5.Denoiser.forward", "One distribution per position: (B, L, K), not (B, K, L).")
def classes_in_the_middle(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.token(x_t) + self.position(torch.arange(x_t.shape[1])) + time[:, None]
    return self.to_logits(self.norm(self.blocks(h))).transpose(1, 2)


@mistake("nb5.Denoiser.forward", "The blocks are skipped: no position can see any other.")
def no_blocks(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.token(x_t) + self.position(torch.arange(x_t.shape[1])) + time[:, None]
    return self.to_logits(self.norm(h))


@mistake("nb5.Denoiser.forward", "The places are looked up by the tokens' numbers: position wants 0, 1, ..., L-1.")
def places_by_token(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.token(x_t) + self.position(x_t) + time[:, None]
    return self.to_logits(self.norm(self.blocks(h)))


@mistake("nb5.Denoiser.forward", "One distribution for the whole sequence is too little: do not average over the positions.")
def averaged_over_places(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.token(x_t) + self.position(torch.arange(x_t.shape[1])) + time[:, None]
    return self.to_logits(self.norm(self.blocks(h).mean(1)))


@mistake("nb5.Denoiser.forward", "A causal mask lets every position see the past alone; here every token may look at all.")
def causal(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.token(x_t) + self.position(torch.arange(x_t.shape[1])) + time[:, None]
    future = torch.ones(x_t.shape[1], x_t.shape[1], dtype=torch.bool).triu(1)
    return self.to_logits(self.norm(self.blocks(h, mask=future)))


@mistake("nb5.Denoiser.forward", "The embeddings are added, not multiplied.")
def multiplied(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.token(x_t) * self.position(torch.arange(x_t.shape[1])) + time[:, None]
    return self.to_logits(self.norm(self.blocks(h)))


@mistake("nb5.Denoiser.forward", "no_grad belongs to sampling: the network must be able to learn.")
def without_gradient(self, x_t, t):
    with torch.no_grad():
        time = self.time((t / self.T)[:, None])
        h = self.token(x_t) + self.position(torch.arange(x_t.shape[1])) + time[:, None]
        return self.to_logits(self.norm(self.blocks(h)))


@mistake("nb5.Denoiser.forward", "The first sequence's step is used for all: every sequence has its own time embedding.")
def time_of_the_first_row(self, x_t, t):
    time = self.time((t[:1] / self.T)[:, None])
    h = self.token(x_t) + self.position(torch.arange(x_t.shape[1])) + time[:, None]
    return self.to_logits(self.norm(self.blocks(h)))


@mistake("nb5.Denoiser.forward", "The blocks are applied twice.")
def blocks_twice(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.token(x_t) + self.position(torch.arange(x_t.shape[1])) + time[:, None]
    return self.to_logits(self.norm(self.blocks(self.blocks(h))))


@mistake("nb5.Denoiser.forward", "Positions count from 0 to L - 1, from left to right; yours run backwards.")
def places_backwards(self, x_t, t):
    time = self.time((t / self.T)[:, None])
    h = self.token(x_t) + self.position(torch.arange(x_t.shape[1]).flip(0)) + time[:, None]
    return self.to_logits(self.norm(self.blocks(h)))


# ---- discrete_diffusion_loss ----


@mistake(
    "nb5.discrete_diffusion_loss", "The sequence is corrupted twice: the loss must look at the masks that the model saw."
)
def corrupts_twice(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    nats = F.cross_entropy(model(q_sample_discrete(x0, t, T, K), t).transpose(1, 2), x0, reduction="none")
    masked = q_sample_discrete(x0, t, T, K) == K
    return (nats * masked).sum() / masked.sum().clamp(min=1)


@mistake(
    "nb5.discrete_diffusion_loss",
    "Average over all masked tokens of the batch at once; averaging within each sequence first gives lightly masked "
    "sequences more weight.",
)
def mean_of_means(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    masked = x_t == K
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none") * masked
    return (nats.sum(1) / masked.sum(1).clamp(min=1)).mean()


@mistake(
    "nb5.discrete_diffusion_loss",
    "That is the bound, with the weight 1/t; asked is the plain mean over the masked tokens.",
)
def weight_of_the_bound(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none") * (x_t == K)
    return (nats.sum(1) * T / t).mean() / x0.shape[1]


@mistake(
    "nb5.discrete_diffusion_loss", "The weight 1/t of the bound is not asked for, and yours is t: a plain mean will do."
)
def weight_t(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none") * (x_t == K)
    return (nats.sum(1) * t / T).mean() / x0.shape[1]


@mistake("nb5.discrete_diffusion_loss", "Divide by the number of tokens that were masked, not by the number expected.")
def expected_number(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none") * (x_t == K)
    return nats.sum() / ((t / T).sum() * x0.shape[1])


@mistake("nb5.discrete_diffusion_loss", "The model must see the corrupted sequence: given the clean one it only copies.")
def sees_the_clean_one(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    masked = q_sample_discrete(x0, t, T, K) == K
    nats = F.cross_entropy(model(x0, t).transpose(1, 2), x0, reduction="none")
    return (nats * masked).sum() / masked.sum().clamp(min=1)


@mistake(
    "nb5.discrete_diffusion_loss",
    "t runs from 1 to T: with randint(0, T) some sequences are never masked, and the last step is never trained.",
)
def steps_from_zero(model, x0, t=None, *, T, K):
    t = torch.randint(0, T, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    masked = x_t == K
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none")
    return (nats * masked).sum() / masked.sum().clamp(min=1)


@mistake("nb5.discrete_diffusion_loss", "The last step T is never drawn: randint excludes its upper end.")
def never_the_last_step(model, x0, t=None, *, T, K):
    t = torch.randint(1, T, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    masked = x_t == K
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none")
    return (nats * masked).sum() / masked.sum().clamp(min=1)


@mistake("nb5.discrete_diffusion_loss", "t = 0 is drawn, too: those sequences are clean and teach nothing.")
def zero_as_well(model, x0, t=None, *, T, K):
    t = torch.randint(0, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    masked = x_t == K
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none")
    return (nats * masked).sum() / masked.sum().clamp(min=1)


@mistake(
    "nb5.discrete_diffusion_loss",
    "Each sequence draws its own t; one t for the whole batch is unbiased and very noisy.",
)
def one_step_for_the_batch(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (1,)).expand(len(x0)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    masked = x_t == K
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none")
    return (nats * masked).sum() / masked.sum().clamp(min=1)


@mistake("nb5.discrete_diffusion_loss", "The model gets the step t, an integer from 1 to T, not t/T: it divides for itself.")
def scaled_time(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    masked = x_t == K
    nats = F.cross_entropy(model(x_t, t / T).transpose(1, 2), x0, reduction="none")
    return (nats * masked).sum() / masked.sum().clamp(min=1)


@mistake("nb5.discrete_diffusion_loss", "The given t is ignored: draw one only when it is None.")
def ignores_the_given_step(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t, T, K)
    masked = x_t == K
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none")
    return (nats * masked).sum() / masked.sum().clamp(min=1)


@mistake(
    "nb5.discrete_diffusion_loss",
    "Training corrupts with masks; you trained on random replacements, where no token equals MASK.",
)
def uniform_kind(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K, kind="uniform")
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none")
    return nats[x_t != x0].mean()


@mistake(
    "nb5.discrete_diffusion_loss",
    "The number is right but carries no gradient: no .item(), no detach, no no_grad in the loss.",
)
def detached(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    masked = x_t == K
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none").detach()
    return (nats * masked).sum() / masked.sum().clamp(min=1)


@mistake(
    "nb5.discrete_diffusion_loss",
    "Label smoothing changes the target: the answer is the original token, with probability 1.",
)
def smoothed_labels(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    return F.cross_entropy(model(x_t, t)[x_t == K], x0[x_t == K], label_smoothing=0.1)


@mistake(
    "nb5.discrete_diffusion_loss",
    "ignore_index hides targets, and no target equals K: all tokens count in your loss, the visible ones, too.",
)
def all_tokens(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    return F.cross_entropy(model(q_sample_discrete(x0, t, T, K), t).transpose(1, 2), x0, ignore_index=K)


@mistake("nb5.discrete_diffusion_loss", "The mask is inverted: the loss is on the visible tokens.")
def visible_tokens(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    visible = x_t != K
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none")
    return (nats * visible).sum() / visible.sum().clamp(min=1)


@mistake("nb5.discrete_diffusion_loss", "Divide by the number of masked tokens, not by the number of all tokens.")
def over_all_tokens(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none")
    return (nats * (x_t == K)).mean()


@mistake("nb5.discrete_diffusion_loss", "A mean, not a sum: the sum grows with the batch and with the masks.")
def summed(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    return F.cross_entropy(model(x_t, t)[x_t == K], x0[x_t == K], reduction="sum")


@mistake("nb5.discrete_diffusion_loss", "Divide by the number of masked tokens, not by the number of sequences.")
def per_sequence(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    return F.cross_entropy(model(x_t, t)[x_t == K], x0[x_t == K], reduction="sum") / len(x0)


@mistake("nb5.discrete_diffusion_loss", "Return one number: average over the masked tokens of the whole batch.")
def one_number_per_token(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    return F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none") * (x_t == K)


@mistake("nb5.discrete_diffusion_loss", "nll_loss wants log-probabilities: log_softmax first.")
def logits_as_log_probabilities(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    return F.nll_loss(model(x_t, t)[x_t == K], x0[x_t == K])


@mistake("nb5.discrete_diffusion_loss", "cross_entropy applies the softmax itself: pass it the logits.")
def softmax_twice(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    return F.cross_entropy(model(x_t, t).softmax(-1)[x_t == K], x0[x_t == K])


@mistake(
    "nb5.discrete_diffusion_loss",
    "reshape does not exchange axes: it scrambles positions and classes. Use transpose, or index with the masks.",
)
def reshaped(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    masked = x_t == K
    nats = F.cross_entropy(model(x_t, t).reshape(len(x0), K, -1), x0, reduction="none")
    return (nats * masked).sum() / masked.sum().clamp(min=1)


@mistake(
    "nb5.discrete_diffusion_loss", "Tokens are categories, not quantities: cross-entropy on the logits, not a squared error."
)
def squared_error(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    mean = model(x_t, t).softmax(-1) @ torch.arange(K).float()
    return F.mse_loss(mean[x_t == K], x0[x_t == K].float())


@mistake("nb5.discrete_diffusion_loss", "The sign: -log p of the right token is positive, and it is minimised.")
def negative(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    return -F.cross_entropy(model(x_t, t)[x_t == K], x0[x_t == K])


@mistake("nb5.discrete_diffusion_loss", "All masked positions count, not only those in the first column.")
def first_position_only(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    masked = x_t[:, 0] == K
    return F.cross_entropy(model(x_t, t)[:, 0][masked], x0[:, 0][masked])


@mistake("nb5.discrete_diffusion_loss", "Bits instead of nats: use the natural logarithm.")
def in_bits(model, x0, t=None, *, T, K):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    x_t = q_sample_discrete(x0, t, T, K)
    return F.cross_entropy(model(x_t, t)[x_t == K], x0[x_t == K]) / math.log(2)


@mistake("nb5.discrete_diffusion_loss", "Sequences are masked by another t than the one that the model is told.")
def two_different_steps(model, x0, t=None, *, T, K):
    drawn = torch.randint(1, T + 1, (len(x0),))
    t = drawn if t is None else t
    x_t = q_sample_discrete(x0, torch.randint(1, T + 1, (len(x0),)), T, K)
    masked = x_t == K
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none")
    return (nats * masked).sum() / masked.sum().clamp(min=1)


# ---- reverse_step ----


@mistake(
    "nb5.reverse_step",
    "Exactly one token per step is another sampler; here each masked token throws its own coin, with probability 1/t.",
)
def one_token_per_step(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t))).sample()
    rank = torch.rand(x_t.shape).masked_fill(x_t != K, -1)
    return torch.where((rank == rank.max(1, keepdim=True).values) & (x_t == K), guess, x_t)


@mistake(
    "nb5.reverse_step",
    "Revealing the surest tokens first is another sampler (an experiment below): here the coins ignore the model.",
)
def surest_tokens(model, x_t, t, K):
    logits = model(x_t, torch.full((len(x_t),), t))
    guess = torch.distributions.Categorical(logits=logits).sample()
    sure = logits.softmax(-1).amax(-1).masked_fill(x_t != K, -1)
    number = ((x_t == K).sum(1, keepdim=True) / t).ceil()
    return torch.where((sure.argsort(1, descending=True).argsort(1) < number) & (x_t == K), guess, x_t)


@mistake("nb5.reverse_step", "The softmax runs over the wrong axis: the probabilities of one position must add to 1.")
def softmax_over_positions(model, x_t, t, K):
    odds = model(x_t, torch.full((len(x_t),), t)).softmax(1)
    guess = torch.distributions.Categorical(probs=odds).sample()
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 / t), guess, x_t)


@mistake(
    "nb5.reverse_step", "One draw is used for all positions of a sequence: sample each position from its own probabilities."
)
def one_draw_per_row(model, x_t, t, K):
    logits = model(x_t, torch.full((len(x_t),), t)).mean(1)
    guess = torch.distributions.Categorical(logits=logits).sample()[:, None].expand(x_t.shape)
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 / t), guess, x_t)


@mistake("nb5.reverse_step", "One draw per position is shared by the batch: every sequence has its own probabilities.")
def one_draw_per_position(model, x_t, t, K):
    odds = model(x_t, torch.full((len(x_t),), t)).softmax(-1).mean(0)
    guess = torch.multinomial(odds, 1).T.expand(x_t.shape)
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 / t), guess, x_t)


@mistake(
    "nb5.reverse_step",
    "multinomial gives the draws in the order of the rows it was given: view them as (B, L), do not transpose.",
)
def scrambled(model, x_t, t, K):
    odds = model(x_t, torch.full((len(x_t),), t)).softmax(-1)
    guess = torch.multinomial(odds.reshape(-1, K), 1).view(x_t.shape[1], -1).T
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 / t), guess, x_t)


@mistake("nb5.reverse_step", "The model needs the step of every sequence: pass t, not zeros.")
def step_zero(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.zeros(len(x_t)).long())).sample()
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 / t), guess, x_t)


@mistake("nb5.reverse_step", "The model expects one step per sequence, (B,): repeat the integer t.")
def a_bare_step(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.tensor(t))).sample()
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 / t), guess, x_t)


@mistake("nb5.reverse_step", "The model is told the step t, an integer from 1 to T; yours is told 1/t.")
def told_the_rate(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), 1 / t))).sample()
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 / t), guess, x_t)


@mistake("nb5.reverse_step", "The model must be asked at x_t's own step t, not at the step after it, t - 1.")
def asked_too_late(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t - 1))).sample()
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 / t), guess, x_t)


@mistake("nb5.reverse_step", "x_t itself is changed: the caller still needs it. Work on a copy.")
def changes_x_t(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t))).sample()
    reveal = (x_t == K) & (torch.rand(x_t.shape) < 1 / t)
    x_t[reveal] = guess[reveal]
    return x_t


@mistake("nb5.reverse_step", "Revealed tokens are replaced by the model's favourite: under masking they are final.")
def corrects_the_visible(model, x_t, t, K):
    logits = model(x_t, torch.full((len(x_t),), t))
    guess = torch.distributions.Categorical(logits=logits).sample()
    return torch.where(x_t == K, torch.where(torch.rand(x_t.shape) < 1 / t, guess, x_t), logits.argmax(-1))


@mistake("nb5.reverse_step", "Visible tokens are drawn anew: a coin counts only where the token is masked.")
def redraws_the_visible(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t))).sample()
    return torch.where(torch.rand(x_t.shape) < 1 / t, guess, x_t)


@mistake("nb5.reverse_step", "One coin per position is shared by the batch: every token of every sequence throws its own.")
def coin_per_position(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t))).sample()
    return torch.where((x_t == K) & (torch.rand(1, x_t.shape[1]) < 1 / t), guess, x_t)


@mistake("nb5.reverse_step", "The guesses are right where something is masked, but the whole sequence follows one coin.")
def coin_per_row(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t))).sample()
    return torch.where((x_t == K) & (torch.rand(len(x_t), 1) < 1 / t), guess, x_t)


@mistake("nb5.reverse_step", "Two halves of the batch share their coins: draw them for all sequences at once.")
def coins_for_half_the_batch(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t))).sample()
    coins = torch.rand((len(x_t) + 1) // 2, x_t.shape[1]).repeat(2, 1)[: len(x_t)]
    return torch.where((x_t == K) & (coins < 1 / t), guess, x_t)


@mistake("nb5.reverse_step", "1 - 1/t is the chance to stay masked: at t = 1 nothing may.")
def chance_to_stay(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t))).sample()
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 - 1 / t), guess, x_t)


@mistake("nb5.reverse_step", "Integer division: 1 // t is 0 for every t above 1.")
def integer_chance(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t))).sample()
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 // t), guess, x_t)


@mistake("nb5.reverse_step", "Off by one: at t = 1 the probability must be 1, or masks are left.")
def off_by_one(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t))).sample()
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 / (t + 1)), guess, x_t)


@mistake(
    "nb5.reverse_step", "The same chance at every t is not enough: with fewer steps left, more must be revealed in each."
)
def constant_chance_to_reveal(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t))).sample()
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 0.5), guess, x_t)


@mistake("nb5.reverse_step", "Everything is revealed at once: a masked token waits for a coin of probability 1/t.")
def all_at_once(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t))).sample()
    return torch.where(x_t == K, guess, x_t)


@mistake("nb5.reverse_step", "The likeliest token is taken; a revealed token is drawn from the model's probabilities.")
def likeliest_token(model, x_t, t, K):
    guess = model(x_t, torch.full((len(x_t),), t)).argmax(-1)
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 / t), guess, x_t)


@mistake("nb5.reverse_step", "Revealed tokens are drawn from all K tokens alike: use the model's probabilities.")
def without_the_model(model, x_t, t, K):
    model(x_t, torch.full((len(x_t),), t))
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 / t), torch.randint(K, x_t.shape), x_t)


@mistake("nb5.reverse_step", "Inverted: tokens that are visible stay, and masked ones are revealed.")
def the_other_way_round(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t))).sample()
    return torch.where((x_t != K) & (torch.rand(x_t.shape) < 1 / t), guess, x_t)


@mistake("nb5.reverse_step", "Logits are no probabilities: without their exponential the draws are flattened or fail.")
def logits_as_weights(model, x_t, t, K):
    logits = model(x_t, torch.full((len(x_t),), t))
    guess = torch.distributions.Categorical(probs=logits - logits.amin(-1, keepdim=True) + 1e-3).sample()
    return torch.where((x_t == K) & (torch.rand(x_t.shape) < 1 / t), guess, x_t)


@mistake("nb5.reverse_step", "Tokens that are visible already are masked again: what is revealed stays.")
def masks_again(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t))).sample()
    return torch.where(torch.rand(x_t.shape) < 1 - 1 / t, K, torch.where(x_t == K, guess, x_t))


@mistake("nb5.reverse_step", "Return tokens, not the logits of the model.")
def returns_logits(model, x_t, t, K):
    return model(x_t, torch.full((len(x_t),), t))


@mistake("nb5.reverse_step", "Where nothing is revealed there is nothing to draw, and a draw from an empty table fails.")
def draws_from_an_empty_table(model, x_t, t, K):
    logits, x = model(x_t, torch.full((len(x_t),), t)), x_t.clone()
    reveal = (x == K) & (torch.rand(x.shape) < 1 / t)
    x[reveal] = torch.distributions.Categorical(logits=logits[reveal]).sample()
    return x


@mistake("nb5.reverse_step", "Return x_{t-1} alone, one tensor (B, L).")
def returns_a_pair(model, x_t, t, K):
    guess = torch.distributions.Categorical(logits=model(x_t, torch.full((len(x_t),), t))).sample()
    reveal = (x_t == K) & (torch.rand(x_t.shape) < 1 / t)
    return torch.where(reveal, guess, x_t), reveal


# ---- sample ----


@mistake("nb5.sample", "Start from MASK everywhere: random tokens are the start of the uniform kind.")
def random_start(model, n, L, T, K):
    x = torch.randint(0, K, (n, L))
    for t in range(T, 0, -1):
        x = reverse_step(model, x, t, K)
    return x


@mistake("nb5.sample", "Token 0 is a real token: start from MASK, the number K.")
def starts_from_zeros(model, n, L, T, K):
    x = torch.zeros(n, L, dtype=torch.long)
    for t in range(T, 0, -1):
        x = reverse_step(model, x, t, K)
    return x


@mistake("nb5.sample", "K - 1 is the last real token: start from MASK, one number more.")
def starts_from_the_last_token(model, n, L, T, K):
    x = torch.full((n, L), K - 1)
    for t in range(T, 0, -1):
        x = reverse_step(model, x, t, K)
    return x


@mistake("nb5.sample", "Each step starts from the result of the step before; you return to the start every time.")
def no_chain(model, n, L, T, K):
    x = torch.full((n, L), K)
    for t in range(T, 0, -1):
        result = reverse_step(model, x, t, K)
    return result


@mistake("nb5.sample", "The result of the last step is thrown away.")
def drops_the_last(model, n, L, T, K):
    x = torch.full((n, L), K)
    for t in range(T, 0, -1):
        before = x
        x = reverse_step(model, x, t, K)
    return before


@mistake("nb5.sample", "range(T) counts T-1, ..., 0: the steps are T, ..., 1.")
def zero_based(model, n, L, T, K):
    x = torch.full((n, L), K)
    for t in reversed(range(T)):
        x = reverse_step(model, x, max(t, 1), K)
    return x


@mistake("nb5.sample", "One step too many: the first is T, not T + 1.")
def from_one_step_more(model, n, L, T, K):
    x = torch.full((n, L), K)
    for t in range(T + 1, 0, -1):
        x = reverse_step(model, x, t, K)
    return x


@mistake("nb5.sample", "The last step, t = 1, is missing: range excludes its end, and masks are left.")
def never_step_one(model, n, L, T, K):
    x = torch.full((n, L), K)
    for t in range(T, 1, -1):
        x = reverse_step(model, x, t, K)
    return x


@mistake("nb5.sample", "Clamping turns leftover masks into token K-1 and hides that a step is missing.")
def clamps(model, n, L, T, K):
    x = torch.full((n, L), K)
    for t in range(T, 1, -1):
        x = reverse_step(model, x, t, K)
    return x.clamp(max=K - 1)


@mistake("nb5.sample", "Upwards: start at the noisiest step T.")
def upwards(model, n, L, T, K):
    x = torch.full((n, L), K)
    for t in range(1, T + 1):
        x = reverse_step(model, x, t, K)
    return x


@mistake("nb5.sample", "L steps are enough only if each reveals exactly one token: visit all T steps.")
def as_many_steps_as_tokens(model, n, L, T, K):
    x = torch.full((n, L), K)
    for t in range(L, 0, -1):
        x = reverse_step(model, x, t, K)
    return x


@mistake("nb5.sample", "Token ids are integers: torch.full with K, not ones times K.")
def real_start(model, n, L, T, K):
    x = torch.ones(n, L) * K
    for t in range(T, 0, -1):
        x = reverse_step(model, x, t, K)
    return x


@mistake("nb5.sample", "The step's t is fixed: pass the t of the loop.")
def constant_step(model, n, L, T, K):
    x = torch.full((n, L), K)
    for _ in range(T, 0, -1):
        x = reverse_step(model, x, T, K)
    return x


@mistake("nb5.sample", "A single step reveals everything at once, as if tokens were independent: visit all T steps.")
def one_single_step(model, n, L, T, K):
    return reverse_step(model, torch.full((n, L), K), 1, K)


@mistake("nb5.sample", "Every second step is left out.")
def every_second_step(model, n, L, T, K):
    x = torch.full((n, L), K)
    for t in range(T, 0, -2):
        x = reverse_step(model, x, t, K)
    return x


@mistake("nb5.sample", "The shape is (n, L): a row for each sequence.")
def shape_exchanged(model, n, L, T, K):
    x = torch.full((L, n), K)
    for t in range(T, 0, -1):
        x = reverse_step(model, x, t, K)
    return x


@mistake("nb5.sample", "One sequence is drawn and repeated: start from n rows of masks.")
def one_sequence_repeated(model, n, L, T, K):
    x = torch.full((1, L), K)
    for t in range(T, 0, -1):
        x = reverse_step(model, x, t, K)
    return x.repeat(n, 1)


@mistake("nb5.sample", "Return the last x alone: a list of all stages is something else.")
def all_stages(model, n, L, T, K):
    stages = [torch.full((n, L), K)]
    for t in range(T, 0, -1):
        stages.append(reverse_step(model, stages[-1], t, K))
    return stages


@mistake("nb5.sample", "The loop ends after its first pass: return belongs below the loop, not inside.")
def returns_too_early(model, n, L, T, K):
    x = torch.full((n, L), K)
    for t in range(T, 0, -1):
        x = reverse_step(model, x, t, K)
        return x


# ---- surest_first_step ----


@mistake("nb5.surest_first_step", "The least certain guesses are revealed: sort the other way round.")
def least_certain(model, x_t, num, K):
    masked = x_t == K
    probability = model(x_t, masked.sum(1)).softmax(-1)
    guess = torch.distributions.Categorical(probs=probability).sample()
    sure = probability.gather(-1, guess[..., None])[..., 0].masked_fill(~masked, 2.0)
    return torch.where(masked & (sure.argsort(1).argsort(1) < num), guess, x_t)


@mistake(
    "nb5.surest_first_step", "argsort gives the places in order, not the rank of each place: sort the result once more."
)
def order_for_rank(model, x_t, num, K):
    masked = x_t == K
    probability = model(x_t, masked.sum(1)).softmax(-1)
    guess = torch.distributions.Categorical(probs=probability).sample()
    sure = probability.gather(-1, guess[..., None])[..., 0].masked_fill(~masked, -1.0)
    return torch.where(masked & (sure.argsort(1, descending=True) < num), guess, x_t)


@mistake("nb5.surest_first_step", "Visible tokens take part in the contest and win: give them a probability of -1 first.")
def visible_ones_compete(model, x_t, num, K):
    masked = x_t == K
    probability = model(x_t, masked.sum(1)).softmax(-1)
    guess = torch.distributions.Categorical(probs=probability).sample()
    sure = probability.gather(-1, guess[..., None])[..., 0].masked_fill(~masked, 2.0)
    return torch.where(masked & (sure.argsort(1, descending=True).argsort(1) < num), guess, x_t)


@mistake("nb5.surest_first_step", "Visible tokens are drawn anew where fewer than num are masked: they stay.")
def touches_the_visible(model, x_t, num, K):
    masked = x_t == K
    probability = model(x_t, masked.sum(1)).softmax(-1)
    guess = torch.distributions.Categorical(probs=probability).sample()
    sure = probability.gather(-1, guess[..., None])[..., 0].masked_fill(~masked, -1.0)
    return torch.where(sure.argsort(1, descending=True).argsort(1) < num, guess, x_t)


@mistake("nb5.surest_first_step", "The surest of the whole batch are revealed: the contest is within each sequence.")
def contest_of_the_batch(model, x_t, num, K):
    masked = x_t == K
    probability = model(x_t, masked.sum(1)).softmax(-1)
    guess = torch.distributions.Categorical(probs=probability).sample()
    sure = probability.gather(-1, guess[..., None])[..., 0].masked_fill(~masked, -1.0)
    rank = sure.flatten().argsort(descending=True).argsort().view(x_t.shape)
    return torch.where(masked & (rank < num * len(x_t)), guess, x_t)


# ---- infill ----


@mistake("nb5.infill", "Start from what is known, not from masks everywhere.")
def forgets_the_known(model, x_known, T, K):
    x = torch.full_like(x_known, K)
    for step in range(T, 0, -1):
        x = reverse_step(model, x, step, K)
    return x


@mistake("nb5.infill", "The step t = 1 is missing: masks are left.")
def stops_at_two(model, x_known, T, K):
    x = x_known
    for step in range(T, 1, -1):
        x = reverse_step(model, x, step, K)
    return x


@mistake("nb5.infill", "A single step fills everything at once: take all T steps.")
def fills_at_once(model, x_known, T, K):
    return reverse_step(model, x_known, 1, K)


# ---- bound ----


@mistake("nb5.bound", "The bound is per sequence: sum over its masked tokens, do not average over them.")
def mean_over_tokens(model, x0, T, K):
    t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t, T, K)
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none") * (x_t == K)
    return (nats.mean(1) * T / t).mean()


@mistake("nb5.bound", "The weight of a step is T/t: the factor T is missing.")
def without_the_factor(model, x0, T, K):
    t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t, T, K)
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none") * (x_t == K)
    return (nats.sum(1) / t).mean()


@mistake("nb5.bound", "The weight T/t is missing: steps with few masks count more.")
def without_a_weight(model, x0, T, K):
    t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t, T, K)
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0, reduction="none") * (x_t == K)
    return nats.sum(1).mean()


@mistake("nb5.bound", "Only masked tokens are paid for: the visible ones are known.")
def pays_for_the_visible(model, x0, T, K):
    t = torch.randint(1, T + 1, (len(x0),))
    nats = F.cross_entropy(model(q_sample_discrete(x0, t, T, K), t).transpose(1, 2), x0, reduction="none")
    return (nats.sum(1) * T / t).mean()
