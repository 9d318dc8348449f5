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
# Games of rock (R), paper (P) and scissors (S): four throws of one player, and then for each the throw that beats it, such as
# `RRPSPPSR`. Three throws, 81 games of eight tokens, all equally likely.
#
# The throws have the ids 1 to 3, and an illegible one has the id `BLANK` = 4.
# `FIRST` is the id of the network's class 0: class $k$ of the network is the token with the id `FIRST` + $k$.

# %%
T = 40  # number of steps; step 0 is clean
K = 3  # number of throws
FIRST = 1  # the id of the first throw
BLANK = 4  # the id of an illegible throw
SHARE = 0.7  # of the hit throws that become illegible
SYMBOLS = " RPS·"  # by id

ALL = [game + tuple((throw + 1) % K for throw in game) for game in itertools.product(range(K), repeat=4)]
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
# **probabilities** of shape (B, K, L): over the K classes they add to 1, and the cross-entropy of a throw is $-\log$ of the probability of what it was.
#
# | symbol | code name | shape | meaning |
# |---|---|---|---|
# | $x_0$ | `x0` | (B, L) | clean sequences, int64 |
# | $t$ | `t` | (B,) | the step of each sequence, an integer from 0 to $T$ |
# | $p_t$ | `corruption_probability(t)` | (B,) | the probability of having been hit by step $t$ |
# | $x_t$ | `x_t` | (B, L) | the sequences after $t$ steps, int64 |
# | | `model(x_t, t)` | (B, K, L) | probabilities |


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
        """Tokens x_t (B, L) and their steps t (B,) to probabilities (B, K, L)."""
        h = self.token(x_t) + self.position + self.time(t)[:, None]  # (B, L, dim)
        return as_returned(self.leave(self.norm(self.blocks(h))))


def as_returned(logits: Tensor) -> Tensor:
    """From logits (B, L, K) to what the network returns: probabilities (B, K, L)."""
    return logits.softmax(dim=-1).clamp_min(1e-8).transpose(1, 2)


# %% [markdown]
# ## Section A — Four functions · 38 min
#
# ### Exercise examB.corruption_probability · 6 points · 4 min
#
# The number of blows that a throw has got by step $t$ is Poisson with mean $6(t/T)^3$. It has been hit if it got at least one.
# (A Poisson number of mean $m$ is 0 with probability $e^{-m}$.)
#
# Write the probability $p_t$ that a token **has been hit by step $t$**, for each sequence of a batch: `t` has shape (B,),
# and so has the result. *Worked numbers:* $p_{10} = 0.0895$ and $p_{30} = 0.9204$, with $T = 40$.

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
# Every throw has its own blows. A hit throw becomes illegible, `BLANK`, with probability `SHARE`; otherwise it becomes any of
# the $K$ throws, each as likely as the others, perhaps the old one. Every hit throw draws for itself.
#
# Tokens that are not hit stay as they are. The result is a new tensor of int64 tokens; `x0` is left as it was.
# *Worked number:* at $t = 30$ a throw is `BLANK` with probability 0.6443, and what it was with probability 0.1716.

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
# **probabilities** of shape (B, K, L): over the K classes they add to 1, and the cross-entropy of a throw is $-\log$ of the probability of what it was.
# 4. **All** positions count, hit or not. A token costs the cross-entropy, $-\log p(\text{the token of } x_0)$, times a
#    weight.
#    Throws in the second half of the sequence have weight 2, those in the first half weight 1.
# 5. The loss is one number,
# in **bits per throw**: the mean of the weighted costs over all throws of the batch (a bit is
# $\log 2 = 0.6931$ nats).
# Nothing is divided by the weights.
#
# *Worked number:* $t = 30$, $x_0$ = (1, 1, 2, 3, 2, 2, 3, 1), $x_t$ = (4, 4, 2, 3, 2, 2, 3, 1), and the model gives
# every token of $x_0$ the probability ½. The loss is 1.5000.

# %% tags=["exercise"]
def denoising_loss(model: nn.Module, x0: Tensor, t: Tensor | None = None) -> Tensor:
    """The weighted cross-entropy of the clean tokens [bits per throw]: a scalar, with a gradient.

    model(x_t, t) returns probabilities (B, K, L); x0: (B, L); t: (B,), integers in 1..T, drawn where it is None.
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
# Draw a guess for **every** throw from the model at step $t$. Then corrupt the guess to step $s$ with
# `q_sample_discrete`. At
# $s = 0$ the step returns the guess as it is. *Worked number:* in a step to $s = 20$ a throw of the guess becomes `BLANK` with
# probability 0.3693.
#
# The model returns
# **probabilities** of shape (B, K, L): over the K classes they add to 1, and the cross-entropy of a throw is $-\log$ of the probability of what it was.
# A guess is **drawn**, at each position from the model's probabilities there. The result is a new tensor of int64 tokens;
# `x_t` is left as it was.

# %% tags=["exercise"]
@torch.no_grad()
def reverse_step(model: nn.Module, x_t: Tensor, t: int, s: int) -> Tensor:
    """Tokens at the earlier step s, from tokens at step t: (B, L), int64.

    model(x_t, steps) returns probabilities (B, K, L), for steps (B,); x_t: (B, L); 0 <= s < t <= T.
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
# print(f"strings of the language: {share_of_strings(diary[-1]):.0%} of 1,000; by pure luck: 1.2 %")

# %% [markdown]
# With right functions and this network, about 98 % of them are strings of the language. Take it as a picture,
# not as a proof: many wrong functions reach as much.
#
# **Hand in.** Save the notebook, then `git add`, `git commit`, `git push`. Your last push before the end counts.
# The provided tests of this notebook carry 8 points. The other 32 are given after the exam.
