# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exam B — Discrete diffusion
#
# A diffusion model of short sequences of tokens. The data, the network, its trained weights and the chain of steps are
# given; you write the corruption, the loss and the step back, in four short functions. Before each stands a recap: what
# things mean here, and one worked number. **Read it even if you know the subject.** How tokens are hit, what they become,
# what the network returns and how the loss is counted differ from text to text, and these count.
#
# **Goals**
#
# - Turn the description of a corruption into code.
# - Train a network to guess the clean tokens, with the loss that is asked for.
# - Go back from step t to an earlier step s.
#
# | Section | What you do | Minutes | Points | |
# |---|---|---|---|---|
# | 0 What is given | read | 7 | | core |
# | A Four functions | a probability, a corruption, a loss, a step back | 38 | 40 | core |
#
# **How it is graded.** Each function is judged on its own, together with working versions of the others: what one lacks
# costs the others nothing. The check cells run the tests that you are given. They look at shapes and simple facts, and
# carry 8 of the 40 points. The others are graded after the exam, with inputs that nobody has seen. A function that
# passes no test after the exam keeps no points of the check.
# Push every 20 minutes: your last push in time counts.
#
# **What is allowed**
#
# - The notebooks of the week, your own ones included: **not allowed**.
# - Documentation that is installed on your machine, such as `help(torch.where)`: **allowed**.
# - Your own notes on paper: **allowed**.
# - The network: for opening the exam and handing in, and for nothing else.
# - You work alone: **no messages** to others, and none from them.
# - Assistants of any kind, completion by a model in the editor included: **forbidden**, whatever stands above.

# %%
import itertools
import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograding import check
from genlab.checkpoints import load_weights
from genlab.examB.figures import strings

# %% [markdown]
# ## Section 0 — What is given · 7 min
#
# **The data.**
# Words of three letters that are said twice, such as `bdabda`. Four letters, 64 words of six tokens, all equally likely.
#
# The letters have the ids 0 to 3, and a hidden letter has the id `BLANK` = 4.
# `FIRST` is the id of the network's class 0: class $k$ of the network is the token with the id `FIRST` + $k$.

# %%
T = 40  # number of steps; step 0 is clean
K = 4  # number of letters
FIRST = 0  # the id of the first letter
BLANK = 4  # the id of a hidden letter
SYMBOLS = "abcd·"  # by id

ALL = [word + word for word in itertools.product(range(K), repeat=3)]
STRINGS = torch.tensor(ALL) + FIRST  # all sequences of the language, one in each row
L = STRINGS.shape[1]


def text(tokens: Tensor) -> str:
    """A row of tokens (L,) as characters."""
    return "".join(SYMBOLS[token] for token in tokens.tolist())


def draw(num: int) -> Tensor:
    """A batch of clean sequences: (num, L), int64."""
    return STRINGS[torch.randint(len(STRINGS), (num,))]


# %% tags=["active-ipynb"]
# print(len(STRINGS), "strings of length", L, "such as", *map(text, STRINGS[:: len(STRINGS) // 7]))

# %% [markdown]
# **The network.** A small Transformer that wants a step for each sequence. It returns
# **logits** of shape (B, L, K): their softmax over the K classes gives the probabilities.
#
# | symbol | code name | shape | meaning |
# |---|---|---|---|
# | $x_0$ | `x0` | (B, L) | clean sequences, int64 |
# | $t$ | `t` | (B,) | the step of each sequence, an integer from 0 to $T$ |
# | $p_t$ | `corruption_probability(t)` | (B,) | the probability of having been hit by step $t$ |
# | $x_t$ | `x_t` | (B, L) | the sequences after $t$ steps, int64 |
# | | `model(x_t, t)` | (B, L, K) | logits |


# %%
class Network(nn.Module):
    """Guesses the clean token at every position of a corrupted sequence."""

    def __init__(self, dim: int = 48):
        super().__init__()
        self.token = nn.Embedding(len(SYMBOLS), dim)
        self.position = nn.Parameter(torch.randn(L, dim))
        self.time = nn.Embedding(T + 1, dim)
        layer = nn.TransformerEncoderLayer(dim, 4, 2 * dim, 0.0, activation="gelu", batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(dim)
        self.leave = nn.Linear(dim, K)
        for table in (self.token.weight, self.position):
            nn.init.normal_(table, std=0.3)

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        """Tokens x_t (B, L) and their steps t (B,) to logits (B, L, K)."""
        h = self.token(x_t) + self.position + self.time(t)[:, None]  # (B, L, dim)
        return as_returned(self.leave(self.norm(self.blocks(h))))


def as_returned(logits: Tensor) -> Tensor:
    """From logits (B, L, K) to what the network returns: logits (B, L, K)."""
    return logits


# %% [markdown]
# ## Section A — Four functions · 38 min
#
# ### Exercise examB.corruption_probability · 6 points · 4 min
#
# The probability of having been hit grows in proportion to the step: no letter is hit at $t = 0$, every one at $t = T$.
#
# Write the probability $p_t$ that a token **has been hit by step $t$**, for each sequence of a batch: `t` has shape (B,),
# and so has the result. *Worked numbers:* $p_{10} = 0.2500$ and $p_{30} = 0.7500$, with $T = 40$.

# %% tags=["exercise"]
def corruption_probability(t: Tensor) -> Tensor:
    """The probability of having been hit by step t, one per sequence: (B,), real numbers.

    t: (B,), integers in 0..T. Nothing is hit at t = 0.
    """
    # TODO examB.corruption_probability: the description as a formula.
    raise NotImplementedError("TODO examB.corruption_probability")


# %% tags=["active-ipynb"]
# check("examB.corruption_probability")

# %% [markdown]
# ### Exercise examB.q_sample_discrete · 12 points · 11 min
#
# Corrupt a batch of sequences, jumping to step $t$ at once. Every sequence has its own step and its own coins; a token is
# hit with the probability $p_t$ of its sequence.
#
# Every letter throws its own coin. A hit letter becomes `BLANK`.
#
# Tokens that are not hit stay as they are. The result is a new tensor of int64 tokens; `x0` is left as it was.
# *Worked number:* at $t = 30$ a letter is `BLANK` with probability 0.75.

# %% tags=["exercise"]
def q_sample_discrete(x0: Tensor, t: Tensor) -> Tensor:
    """Tokens after t steps of corruption: (B, L), int64.

    x0: (B, L), clean tokens, of this length L or another; t: (B,), integers in 0..T.
    """
    # TODO examB.q_sample_discrete: which tokens are hit, and what do they become?
    raise NotImplementedError("TODO examB.q_sample_discrete")


# %% tags=["active-ipynb"]
# check("examB.q_sample_discrete")

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# shown = [0, 10, 20, 30, 40]
# rows = [[text(q_sample_discrete(clean[None], torch.tensor([step]))[0]) for step in shown] for clean in draw(6)]
# strings(rows, [f"t = {step}" for step in shown], title="your corruption")

# %% [markdown]
# ### Exercise examB.denoising_loss · 12 points · 13 min
#
# 1. Where `t` is None, draw a step for **each** sequence, each of $1, \dots, T$ equally likely. A given `t` is used as it
#    is.
# 2. Corrupt the sequences to $x_t$, with `q_sample_discrete`.
# 3. Ask the model once, at $x_t$ and $t$. It returns
# **logits** of shape (B, L, K): their softmax over the K classes gives the probabilities.
# 4. **All** positions count, hit or not. A token costs the cross-entropy, $-\log p(\text{the token of } x_0)$, times a
#    weight.
#    No letter counts more than another: every weight is 1.
# 5. The loss is one number,
# in **nats per letter**: the mean over all letters of the batch.
# Nothing is divided by the weights.
#
# *Worked number:* $t = 30$, $x_0$ = (0, 1, 0, 0, 1, 0), $x_t$ = (4, 4, 0, 0, 1, 0), and the model gives
# every token of $x_0$ the probability ½. The loss is 0.6931.

# %% tags=["exercise"]
def denoising_loss(model: nn.Module, x0: Tensor, t: Tensor | None = None) -> Tensor:
    """The weighted cross-entropy of the clean tokens [nats per letter]: a scalar, with a gradient.

    model(x_t, t) returns logits (B, L, K); x0: (B, L); t: (B,), integers in 1..T, drawn where it is None.
    """
    # TODO examB.denoising_loss: draw, corrupt, ask the model, compare, weigh.
    raise NotImplementedError("TODO examB.denoising_loss")


# %% tags=["active-ipynb"]
# check("examB.denoising_loss")

# %% [markdown]
# The next cell trains a fresh network with your loss for some seconds. The loss should fall; it cannot
# reach 0, because what is hit cannot be known for sure.

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# network = Network()
# optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=0.0)
# losses = []
# for update in range(300):
#     loss = denoising_loss(network, draw(96))
#     optimizer.zero_grad()
#     loss.backward()
#     optimizer.step()
#     losses.append(loss.item())
# print(f"loss: {sum(losses[:10]) / 10:.3f} in the first ten updates, {sum(losses[-50:]) / 50:.3f} in the last fifty")

# %% [markdown]
# ### Exercise examB.reverse_step · 10 points · 10 min
#
# One step of the way back, from $x_t$ at step $t$ to the earlier step $s < t$, which may be several steps earlier. Here `t`
# and `s` are two numbers, the same for all sequences; the model wants the step $t$ as a tensor of shape (B,).
#
# Draw a guess for **every** letter from the model at step $t$. Each letter of $x_t$ then stays as it is with the probability
# $p_s/p_t$, by a coin of its own, and otherwise becomes its guess. *Worked number:* from $t = 30$ to $s = 20$ a letter stays
# with probability 0.6667.
#
# The model returns
# **logits** of shape (B, L, K): their softmax over the K classes gives the probabilities.
# A guess is **drawn**, at each position from the model's probabilities there. The result is a new tensor of int64 tokens;
# `x_t` is left as it was.

# %% tags=["exercise"]
@torch.no_grad()
def reverse_step(model: nn.Module, x_t: Tensor, t: int, s: int) -> Tensor:
    """Tokens at the earlier step s, from tokens at step t: (B, L), int64.

    model(x_t, steps) returns logits (B, L, K), for steps (B,); x_t: (B, L); 0 <= s < t <= T.
    """
    # TODO examB.reverse_step: a guess for every position, then the step.
    raise NotImplementedError("TODO examB.reverse_step")


# %% tags=["active-ipynb"]
# check("examB.reverse_step")

# %% [markdown]
# ## Everything together
#
# A network that was trained for a minute, your corruption at $t = T$ as the start, and forty of your steps.


# %%
def way_back(model: nn.Module, num: int, num_steps: int = T) -> list[Tensor]:
    """Sequences (num, L) on their way from step T to step 0: the start, and what each of the steps makes of it."""
    diary = [q_sample_discrete(draw(num), torch.full((num,), T))]
    steps = [round(T * left / num_steps) for left in reversed(range(num_steps + 1))]
    for t, s in itertools.pairwise(steps):
        diary.append(reverse_step(model, diary[-1], t, s))
    return diary


def share_of_strings(tokens: Tensor) -> float:
    """How many of the sequences (B, L) are strings of the language."""
    return (tokens[:, None] == STRINGS).all(dim=-1).any(dim=1).double().mean().item()


# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# network = Network()
# network.load_state_dict(load_weights("examB.network"))
# network.eval()
# diary = way_back(network, 1000)
# rows = [[text(diary[T - step][row]) for step in (40, 30, 20, 10, 5, 0)] for row in range(8)]
# strings(rows, ["t = 40", "30", "20", "10", "5", "0"], valid=set(map(text, STRINGS)), title="your way back")
# print(f"strings of the language: {share_of_strings(diary[-1]):.0%} of 1,000; by pure luck: 1.6 %")

# %% [markdown]
# With right functions and this network, about 97 % of them are strings of the language. Take it as a picture,
# not as a proof: many wrong functions reach as much.
#
# **Hand in.** Save the notebook, then `git add`, `git commit`, `git push`. Your last push before the end counts.
# The provided tests of this notebook carry 8 points. The other 32 are given after the exam.
