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
# # Notebook 5 — Discrete diffusion on short sequences
#
# Text, code, proteins and sudokus are made of tokens, and a token cannot be made "a little noisier". So the noise of
# yesterday has to go, and something simpler takes its place: hide tokens, one after the other, until nothing is left,
# and learn to guess them back. That is a diffusion model, it is a language model, and you write all of it today.
#
# Our language is small enough to be known *completely*. Everything that is usually estimated (what the best model would
# answer, how good a model can be at all, what the sampler spoils) can be worked out here to the last digit.
#
# > **Assistants.** Allowed and encouraged for syntax, for debugging and for other explanations. Not allowed for the
# > exercises themselves: do not ask for their solutions, and do not paste what you have not understood. On Friday no
# > assistant is allowed at all. Today is the last day to find out what you can do without one.
#
# **Goals**
#
# - Corrupt a sequence of tokens by a schedule, in two ways, and say what each does by a table of probabilities.
# - Train a network to guess the hidden tokens, and say what its cross-entropy is worth in nats per string.
# - Write the reverse step and the sampler, and know which errors are the network's and which are the sampler's.
# - Judge samples by more than one number. Fill in what is missing: solve sudokus.
# - Say in two sentences what this has to do with BERT and with GPT.
#
# **Time budget**
#
# | Section | What you do | Minutes | Points | |
# |---|---|---|---|---|
# | 0 Recap | read, three guesses | 30 | | on-ramp, together |
# | A Data and tokens | encode, decode, look up embeddings | 10 | | core |
# | B Forward corruption | `mask_probability`, `q_sample_discrete` | 25 | 25 | core |
# | C Denoising model | `Denoiser.forward` | 20 | 12 | core |
# | D Objective | `discrete_diffusion_loss`, training | 25 | 17 | core |
# | E Sampling | `reverse_step`, `sample`, experiments, sudoku | 40 | 26 | core |
# | Extensions | `surest_first_step`, `infill`, `bound`, repairs | as you like | | at home, or for the fast |
#
# **How to work.** Exercise cells contain a `TODO`. Replace the `raise` below it, run the cell, then run the check cell
# that follows: it runs the same tests as the grader. Where a box says *Predict*, write a guess before you run the next
# cell. A wrong guess teaches more than no guess. Commit and push as often as you like.

# %%
from itertools import count

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograding import check
from genlab import plots
from genlab.checkpoints import checkpoint, load_weights
from genlab.nb5 import figures, grid_figures
from genlab.nb5.bounds import exact_bound, mask_costs, order_costs
from genlab.nb5.filling import fill_in
from genlab.nb5.grid import GridPositions, puzzle
from genlab.nb5.language import Language, sudokus, sums
from genlab.nb5.posterior import MaskPosterior, UniformPosterior
from genlab.nb5.quality import quality
from genlab.nb5.uniform import uniform_chain
from genlab.training import History, report, train

# %%
SUMS = sums()  # 100 strings such as 7+8=15
SUDOKUS = sudokus()  # 288 strings of 16 digits
NUM_STEPS = 50  # T

# %% [markdown]
# ## Section 0 — Recap: what a discrete diffusion model is · 30 min
#
# ### Noise for tokens
#
# A **token** is one of $K$ symbols: a character, a word piece, a digit. It has no neighbours: between `3` and `4` lies
# nothing, and adding $0.1$ to it means nothing. What *can* happen to a token is that it is lost. Two ways of losing it
# are in use:
#
# - **Masking** (absorbing): a hit token becomes the sign MASK, which is no token of the language. We write it `·`. What
#   is masked stays masked. You see what has been lost.
# - **Uniform**: a hit token becomes a random one of the $K$ tokens. It may even be the old one. You do not see which
#   tokens have been hit.
#
# In both, every token throws its own coin. After $t$ of $T$ steps a token has been hit with probability $t/T$: at
# $t = 0$ the string is clean, at $t = T$ nothing is left of it. (Austin et al. 2021 call this family D3PM. A chain that
# hits a token in step $t$ with probability $1/(T - t + 1)$ has just this $t/T$ in total.)
#
# One **table of probabilities** says it all: row = the token before, column = what it has become after $t$ steps. For
# $K = 4$ tokens and $t/T = 0.25$, token `b` (row 2) becomes
#
# | | a | b | c | d | · |
# |---|---|---|---|---|---|
# | masking | 0 | 0.75 | 0 | 0 | 0.25 |
# | uniform | 0.0625 | 0.8125 | 0.0625 | 0.0625 | 0 |
#
# *Where 0.8125 comes from:* it is not hit with probability 0.75, and when it is hit, a quarter of the time it becomes
# `b` again: $0.75 + 0.25/4$.


# %%
def probability_table(kind: str, share: float, K: int = 4) -> Tensor:
    """What each token becomes when it is hit with probability `share`: (K, K+1), a row per token; the last is MASK."""
    goal = torch.full((K, K + 1), 1 / K)
    goal[:, K] = 0
    if kind == "masking":
        goal = torch.eye(K + 1)[[K] * K]
    return (1 - share) * torch.eye(K, K + 1) + share * goal


# %% tags=["active-ipynb"]
# tables = {kind: [probability_table(kind, share) for share in (0.25, 0.5, 1)] for kind in ("masking", "uniform")}
# figures.probability_tables(tables, ["t/T = ¼", "t/T = ½", "t/T = 1"], names="abcd·")

# %% [markdown]
# *Figure: two rows of three tables. Masking: the diagonal fades from 0.75 over 0.5 to nothing, and what it loses is in
# the last column, which ends at 1. Uniform: the last column stays empty, and the diagonal sinks from 0.81 over 0.62 to
# 0.25, where all four tokens are equally likely.*
#
# Each row sums to 1. At $t = T$ all rows of a table are equal: what has become of the string says nothing about it.
#
# > **Predict before you run.** At $t = T$ under uniform corruption of `7+8=15` ($K = 12$ tokens): how many of the six
# > characters will still be right, on average?
# >
# > Write your guess: …
#
# Here is one string under both corruptions, at several steps. Changed characters are marked.

# %% tags=["active-ipynb"]
# strip = {
#     "masking": ["7+8=15", "7+·=15", "7+·=15", "·+·=1·", "·+··1·", "······"],
#     "uniform": ["7+8=15", "7+8=15", "7+2=15", "4+2=15", "4=28+5", "3189+9"],
# }
# figures.strips(strip, [f"t = {t}" for t in range(0, 51, 10)], "7+8=15", "one string on its way to nothing (T = 50)")

# %% [markdown]
# *Figure: two rows of six strings, from 7+8=15 on the left to t = 50 on the right. Masking: the 8 is hidden first, then
# 7 and 5, and at t = 50 there are six dots. Uniform: the 8 becomes 2, the 7 becomes 4, and at t = 50 the string reads
# 3189+9; all but its 8 are marked as changed.*
#
# In the second row, which tokens are wrong at t = 30? You can only tell because you know the answer. As for the
# prediction: each token is right by luck with probability $1/K$, so half a character of six, on average. In this draw it
# is the 8. *Uniform noise does not make everything wrong; it makes everything meaningless.*
#
# ### What is learned: guess the hidden tokens
#
# A network looks at the corrupted string $x_t$ and gives, for each position, a probability for each of the $K$ tokens.
# MASK is not among them: nobody wants it as an answer. The network is trained to give the token that was there a high
# probability, with the **cross-entropy** $-\log p(\text{right token})$, averaged over the masked positions alone.
#
# *Worked example.* Three tokens are masked, and the network gives the right ones probabilities 0.5, 0.25 and 0.125. They
# cost 0.693, 1.386 and 2.079 nats; the loss is their mean, **1.386**. Written for a whole batch, with $B$ strings:
#
# $$
# \mathcal{L}(\theta) = \frac{\sum_{\text{masked } (b, i)} -\log p_\theta\big(x_{0,bi} \mid x_{t,b}\big)}
#                            {\text{number of masked tokens}} .
# $$
#
# Nothing of this is new to you if you know how a classifier is trained. It is one, at each position.
#
# > **Predict before you run.** What does a network pay per masked token that knows nothing at all ($K = 12$)?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# right = torch.tensor([0.5, 0.25, 0.125])
# print(f"the worked example: {(-right.log()).mean():.3f} nats")
# print(f"knowing nothing: {F.cross_entropy(torch.zeros(1, 12), torch.tensor([0])):.3f} nats")

# %% [markdown]
# Knowing nothing costs $\log K$. Keep this number: a model that pays more than 2.485 nats is worse than ignorant.
#
# ### A model to play with
#
# Our language has 100 strings, so the *best possible* answer can be looked up: of all sums that agree with the visible
# characters, count the tokens at each place. This is the **exact posterior** $p(x_{0,i} \mid x_t)$. No network can do
# better, and it will stand beside yours for the rest of the day.
#
# > **Predict before you run.** What must stand at the dots of `·+8=1·`? Which digits are possible at the first, which
# > at the last? Are the two independent of each other?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# ideal = MaskPosterior(SUMS)
# text = "?+8=1?"  # try others: "??????", "9+?=1?", "?+?=00"
# belief = ideal(SUMS.encode(text)[None])[0].softmax(-1)
# figures.guesses(belief, text, SUMS.alphabet, "what the exact posterior believes")

# %% [markdown]
# *Figure: a table with the six characters of the text across and the twelve tokens down. The visible characters have
# probability 1. The first place has 0.125 at each digit from 2 to 9, the last the same at each digit from 0 to 7.*
#
# Eight digits are possible at either place. But the two belong together: once the first is a 7, the last *must* be a 5.
# The table cannot say that. It holds one distribution for each place, and whoever draws both places from it at once gets
# a right sum in one of eight cases. **Remember this.** It is the reason why sampling takes many steps.
#
# ### The way back
#
# Start from MASK everywhere and go through $t = T, \dots, 1$. In each step, some masked tokens are revealed: each is drawn
# from the network's probabilities. Revealed tokens stay. How many are revealed? Just as many as the forward process
# hides in this step, seen backwards. A token that is masked at $t$ was not yet masked at $t - 1$ with probability
#
# $$
# \frac{t/T - (t-1)/T}{t/T} = \frac{1}{t} .
# $$
#
# *Worked numbers:* at $t = 4$ each masked token is revealed with probability $1/4$; at $t = 1$ surely, so that no mask
# is left. Over the whole way, each step reveals the same share $1/T$ of the string, on average.
#
# | symbol | code name | shape | meaning |
# |---|---|---|---|
# | $x_0$ | `x0` | (B, L) | a batch of clean strings; int64 tokens, 0 to K−1 |
# | $t$ | `t` | (B,) | the step of each string, an integer from 1 to T (0 is clean) |
# | $T$ | `T` | | number of steps |
# | $K$ | `K` | | number of tokens; the number K itself is MASK |
# | $x_t$ | `x_t` | (B, L) | the strings after t steps |
# | $p_\theta(\cdot \mid x_t)$ | `model(x_t, t)` | (B, L, K) | logits for the token at each position |

# %% [markdown]
# ## Section A — Data and tokens · 10 min
#
# The language: all 100 sums of two digits, `a+b=cc`. Its **vocabulary** has twelve characters. A token is a character's
# number in this list, and MASK is one number more.

# %% tags=["active-ipynb"]
# print("character:", *(f"{character:>3}" for character in SUMS.alphabet + "·"))
# print("token:    ", *(f"{token:>3}" for token in range(SUMS.K + 1)), "<- MASK")
# print(f"\n{len(SUMS.strings)} strings of length L = {SUMS.L}, for example:", *SUMS.strings[::17])
# print(f"entropy: log {len(SUMS.strings)} = {SUMS.entropy:.4f} nats per string")

# %% [markdown]
# All strings are equally likely, so the language has an **entropy** of $\log 100 = 4.605$ nats. No model can describe it
# in less, on average. (A model that knows nothing about it pays $6 \log 12 = 14.9$ nats.)
#
# **By hand.** Encode the string `7+8=15` yourself with the table above. Then let the computer do it. Then decode
# `[10, 0, 10, 11, 2, 9]`: is it a string of the language? Change the strings and run the cell again.

# %% tags=["active-ipynb"]
# print("7+8=15 is", SUMS.encode("7+8=15").tolist())
# print("9+?=1? is", SUMS.encode("9+?=1?").tolist())
# decoded = SUMS.decode(torch.tensor([10, 0, 10, 11, 2, 9]))
# print(decoded, "is", "a string" if decoded in SUMS.strings else "no string", "of the language")

# %% [markdown]
# What is not in the vocabulary has no number. Try a character that is not there, and a string of another length:

# %% tags=["active-ipynb"]
# for attempt in ("7×8=56", "12+3=15"):
#     try:
#         print(SUMS.encode(attempt))
#     except ValueError as problem:
#         print(problem)

# %% [markdown]
# **Embedding: a table that is looked up.** A network computes with vectors, not with numbers of tokens. `nn.Embedding`
# is a table with one row per token; to embed is to fetch rows. It is the same as multiplying one-hot vectors with the
# table, without the zeros. MASK is something that the network must recognise, so it has a row of its own: the table has
# $K + 1$ rows.

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# embedding = nn.Embedding(SUMS.K + 1, 3)  # 13 rows of 3 numbers; the real one will have 64
# some_tokens = SUMS.encode("9+?=1?")
# print("the tokens:        ", some_tokens.tolist())
# print("row 12, the MASK's:", embedding.weight[12].tolist())
# print("the looked-up rows:", embedding(some_tokens), sep="\n")
# one_hot = F.one_hot(some_tokens, SUMS.K + 1).float()
# difference = (one_hot @ embedding.weight - embedding(some_tokens)).abs().max().item()
# print("largest difference to one-hot times table:", difference)

# %% [markdown]
# Find the two equal rows. Why are they equal, and why is that not enough to guess the hidden characters? (The network
# will have to know *where* a token stands, too: Section C.)

# %% [markdown]
# ## Section B — Forward corruption · 25 min
#
# ### Exercise nb5.mask_probability · 8 points · 5 min
#
# The probability that a token has been hit by step $t$, for each string of a batch:
#
# $$
# p_t = \frac{t}{T} .
# $$
#
# `t` has shape (B,), every string has its own; so has the result. At $t = 0$ it is 0, at $t = T$ it is 1. *Worked
# numbers:* for $T = 8$, the steps $(0, 2, 8)$ have the probabilities $(0,\ 0.25,\ 1)$.
#
# <details><summary>Hint 1</summary>
#
# One line. `t` holds integers; which of Python's two divisions keeps the fraction?
# </details>

# %% tags=["exercise"]
def mask_probability(t: Tensor, T: int) -> Tensor:
    """The probability that a token is corrupted by step t, one per sequence: (B,), real numbers.

    t: (B,), integers in 0..T; it grows in proportion to t, from 0 at t = 0 to 1 at t = T.
    """
    # TODO nb5.mask_probability: one line.
    raise NotImplementedError("TODO nb5.mask_probability")


# %% tags=["active-ipynb"]
# check("nb5.mask_probability")

# %% [markdown]
# ### Exercise nb5.q_sample_discrete · 17 points · 12 min
#
# Corrupt a batch of strings, jumping to step $t$ at once. **Each token throws its own coin**, and is hit with the
# probability of its string:
#
# $$
# x_{t,i} = \begin{cases} \text{MASK, or a random token} & \text{with probability } t/T \\
#                          x_{0,i} & \text{otherwise.} \end{cases}
# $$
#
# For `kind="absorbing"` a hit token becomes MASK, which is the number $K$. For `kind="uniform"` it becomes one of all $K$
# tokens, each equally likely, perhaps the old one; every hit token draws for itself. The result holds int64 tokens, and
# `x0` is left as it was. *Worked example:* for $K = 12$ and `x0` = `7+8=15` = (8, 0, 9, 11, 2, 6), let the third and the
# last token be hit. The result is (8, 0, **12**, 11, 2, **12**).
#
# <details><summary>Hint 1</summary>
#
# Two questions, one tensor each: *which* tokens are hit, and *what* would they become? `torch.where` then picks.
# </details>
# <details><summary>Hint 2</summary>
#
# A coin that shows heads with probability p: a uniform random number that is smaller than p. You need B·L of them.
# </details>
# <details><summary>Hint 3</summary>
#
# The probabilities are (B,), the coins (B, L). Broadcasting aligns shapes at the last axis: which axis is missing?
# </details>

# %% tags=["exercise"]
def q_sample_discrete(x0: Tensor, t: Tensor, T: int, K: int, kind: str = "absorbing") -> Tensor:
    """Tokens after t steps of corruption: (B, L), int64.

    x0: (B, L), tokens 0..K-1; t: (B,), integers in 0..T. Each token is hit independently with probability t/T. A hit
    token becomes MASK = K ("absorbing"), or one of all K tokens ("uniform"). Source: Austin et al. 2021.
    """
    # TODO nb5.q_sample_discrete: which tokens are hit, and what do they become?
    raise NotImplementedError("TODO nb5.q_sample_discrete")


# %% tags=["active-ipynb"]
# check("nb5.q_sample_discrete")

# %% [markdown]
# Now look at your function at work: four strings at five steps, both kinds.
#
# > **Predict before you run.** In which row will you first be unable to say what the sum was: with masking or with
# > random tokens? And at t = 25, how many dots has a string of six: always three?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(1)
# originals = SUMS.encode("7+8=15").expand(4, -1)
# shown = [5, 15, 25, 40, 50]
# columns = [q_sample_discrete(originals, torch.full((4,), at), NUM_STEPS, SUMS.K) for at in shown]
# columns += [q_sample_discrete(originals, torch.full((4,), at), NUM_STEPS, SUMS.K, kind="uniform") for at in shown]
# texts = [SUMS.texts(column) for column in columns]
# rows = {f"masking {row + 1}": [column[row] for column in texts[:5]] for row in range(4)}
# rows |= {f"uniform {row + 1}": [column[row] for column in texts[5:]] for row in range(4)}
# figures.strips(rows, [f"t = {at}" for at in shown], "7+8=15", "your forward process")

# %% [markdown]
# *Figure: eight rows of five strings. The upper four lose characters to dots, a few at t = 5 and all at t = 50; the
# numbers of dots differ from row to row. The lower four lose them to other characters.*
#
# The number of dots is random: at t = 25 it is 3 on average, and anything from 0 to 6 may come. (A model that is trained
# on *exactly* half of the tokens would never see the other cases.) With random tokens some changes are invisible: a 1
# that became a 1.
#
# A count over many strings should fit the tables of Section 0:

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# many = SUMS.draw(5000)
# for kind in ("absorbing", "uniform"):
#     x_t = q_sample_discrete(many, torch.full((5000,), 10), NUM_STEPS, SUMS.K, kind=kind)
#     changed, expected = (x_t != many).double().mean().item(), 0.2 if kind == "absorbing" else 0.2 * 11 / 12
#     print(f"{kind}: {changed:.4f} of the tokens have changed at t = 10; expected {expected:.4f}")

# %% [markdown]
# Why are fewer tokens changed by the uniform kind, although just as many are hit?
#
# *Your answer (nb5.fewer_changed):* …

# %% [markdown]
# Fell behind? Run the first code cell of this notebook, then this one with your instructor's code. It needs no other
# cell above: all functions up to here work then (they earn no points), and all that follows can be run.

# %% tags=["active-ipynb"]
# checkpoint("nb5.B", code="")

# %% [markdown]
# ## Section C — The denoising model · 20 min
#
# The network must answer for every position at once, and every answer may depend on every visible token, to the left
# and to the right. That is what a **Transformer encoder** does (Vaswani et al. 2017): each layer lets every position look
# at all others. There is no causal mask: this is not GPT, nothing is "the future".
#
# Its layers are given. What goes in is a vector per position, the sum of three:
#
# - the embedding of the **token** (or of MASK),
# - the embedding of the **position**: attention itself does not know where a token stands,
# - the embedding of the **time** $t/T$, the same at every position.
#
# *Must the model know the time?* With masking it can see it: the share of dots is the time, as far as it matters. Our
# masking models therefore get a time embedding that is switched off (`uses_time=False`; it answers zeros). Write
# `forward` for both: the sum is the same.


# %%
class Silent(nn.Module):
    """Stands where a time embedding would be: zeros (B, dim) for any input (B, 1)."""

    def __init__(self, dim: int):
        super().__init__()
        self.dim = dim

    def forward(self, share: Tensor) -> Tensor:
        return share.new_zeros(len(share), self.dim)


# %% [markdown]
# ### Exercise nb5.Denoiser.forward · 12 points · 10 min
#
# From tokens `x_t` (B, L) and steps `t` (B,) to logits (B, L, K):
#
# 1. add the embeddings of tokens, of positions and of the time. `self.position` wants the places $0, \dots, L-1$, and
#    `self.time` wants $t/T$ as a column (B, 1);
# 2. send the sum through `self.blocks`, then `self.norm`, then `self.to_logits`.
#
# The result holds **logits**, not probabilities: the loss and the sampler apply the softmax. *Shapes for* B = 2, L = 6,
# K = 12 *and* dim = 64:
#
# | | shape |
# |---|---|
# | `self.token(x_t)` | (2, 6, 64) |
# | `self.position(places)` | (6, 64) |
# | `self.time(column)` | (2, 64) |
# | after the blocks | (2, 6, 64) |
# | logits | (2, 6, 12) |
#
# <details><summary>Hint 1</summary>
#
# Three shapes are to be added. Two of them fit by themselves; which one needs an axis, and where?
# </details>
# <details><summary>Hint 2</summary>
#
# `torch.arange` counts places. How many there are, `x_t.shape` knows.
# </details>
# <details><summary>Hint 3</summary>
#
# (B, dim) against (B, L, dim): the position axis is missing, and it is in the middle. `[:, None]` puts one there. The
# same spelling turns (B,) into (B, 1).
# </details>

# %% tags=["exercise"]
class Denoiser(nn.Module):
    """A Transformer encoder that guesses the token at every position of a corrupted sequence."""

    def __init__(
        self, K: int, L: int, T: int, dim: int = 64, num_layers: int = 2, position: nn.Module | None = None,
        uses_time: bool = False,
    ):  # fmt: skip
        """position: embeds places (L,) as (L, dim); by default a table that is learned."""
        super().__init__()
        self.T = T
        self.token = nn.Embedding(K + 1, dim)  # the last row is MASK's
        self.position = nn.Embedding(L, dim) if position is None else position
        self.time = nn.Sequential(nn.Linear(1, dim), nn.SiLU(), nn.Linear(dim, dim)) if uses_time else Silent(dim)
        layer = nn.TransformerEncoderLayer(
            dim, nhead=4, dim_feedforward=2 * dim, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.blocks = nn.TransformerEncoder(layer, num_layers, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(dim)
        self.to_logits = nn.Linear(dim, K)

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        """Corrupted tokens x_t (B, L) and their steps t (B,) to logits (B, L, K); the softmax is left to the caller."""
        # TODO nb5.Denoiser.forward: three embeddings, the blocks, the norm, the logits.
        raise NotImplementedError("TODO nb5.Denoiser.forward")


# %% tags=["active-ipynb"]
# check("nb5.Denoiser.forward")

# %% [markdown]
# > **Predict before you run.** Two strings that differ in their *last* character alone: in how many of the six positions
# > will the logits differ? And if the network had no positions, what would its answers for `1+2=··` and `··=2+1` share?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# fresh = Denoiser(SUMS.K, SUMS.L, NUM_STEPS)
# pair = torch.stack([SUMS.encode("7+8=15"), SUMS.encode("7+8=1?")])
# with torch.no_grad():
#     logits = fresh(pair, torch.tensor([1, 1]))
# print("logits:", tuple(logits.shape), " parameters:", sum(parameter.numel() for parameter in fresh.parameters()))
# print("difference at each position:", (logits[0] - logits[1]).abs().amax(-1).numpy().round(3))

# %% [markdown]
# All positions differ: every one has looked at the last. A model like GPT reads from left to right, and only the last
# position would have noticed.
#
# Fell behind? Run the first code cell of this notebook, then this one with your instructor's code. It needs no other
# cell above: all functions up to here work then (they earn no points), and all that follows can be run.

# %% tags=["active-ipynb"]
# checkpoint("nb5.C", code="")

# %% [markdown]
# ## Section D — The training objective · 25 min
#
# ### Exercise nb5.discrete_diffusion_loss · 17 points · 12 min
#
# One batch costs four moves:
#
# 1. draw a step $t$ for **each** string, each of $1, \dots, T$ equally likely (a given `t` is used as it is);
# 2. mask the strings: $x_t$;
# 3. ask the model for its logits, at $x_t$ and $t$;
# 4. the cross-entropy with the original tokens, **averaged over all masked tokens of the batch at once**.
#
# Visible tokens do not count: repeating what one sees is no achievement. *Worked number:* string 1 has one masked token,
# whose right answer got probability 0.5; string 2 has three, with 0.25 each. The loss is
# $(0.693 + 3 \cdot 1.386)/4 = 1.213$. (Averaging inside each string first would give 1.040.)
#
# <details><summary>Hint 1</summary>
#
# `torch.randint` excludes its upper end, and counts from 0 unless told otherwise. Which steps do you want?
# </details>
# <details><summary>Hint 2</summary>
#
# Corrupt once. Which tokens are masked can be read off `x_t`: compare it with the number that stands for MASK.
# </details>
# <details><summary>Hint 3</summary>
#
# Indexing a (B, L, K) tensor with a (B, L) tensor of booleans leaves a list of rows (M, K); with the same booleans, `x0`
# leaves the M right answers. `F.cross_entropy` takes such a pair, logits first.
# </details>

# %% tags=["exercise"]
def discrete_diffusion_loss(model: nn.Module, x0: Tensor, t: Tensor | None = None, *, T: int, K: int) -> Tensor:
    """The mean cross-entropy of the masked tokens [nats]: a scalar. Draws t (B,) from 1..T where it is None.

    model(x_t, t) returns logits (B, L, K); x0: (B, L); t: (B,), integers. Corruption is of the absorbing kind.
    """
    # TODO nb5.discrete_diffusion_loss: draw what is missing, mask, predict, compare where it was masked.
    raise NotImplementedError("TODO nb5.discrete_diffusion_loss")


# %% tags=["active-ipynb"]
# check("nb5.discrete_diffusion_loss")

# %% [markdown]
# ### Training (about 40 seconds)
#
# The loop is given: AdamW, a short warm-up, a learning rate that falls along a straight line, gradients clipped at
# length 1. Your loss is the only part that knows about diffusion.
#
# Beside the loss we watch a better number, the **bound**. A generator that works in $T$ steps gives every string a
# probability; the bound says how many nats it pays per string, at most. It is a weighted sum of your cross-entropies:
#
# $$
# -\log p(x_0) \;\le\; \sum_{t=1}^{T} \frac{1}{t}\;
# \mathbb{E}_{x_t}\Big[ \sum_{i\ \text{masked}} -\log p_\theta(x_{0,i} \mid x_t) \Big] .
# $$
#
# Elsewhere this is estimated with random masks. Here there are only $2^6$ masks and 100 strings, so we take them all: no
# random number, no error bar. The entropy 4.605 is the floor.


# %%
def fit(
    model: nn.Module, language: Language, num_updates: int, batch_size: int, learning_rate: float,
    exact: bool = False, name: str = "training",
) -> tuple[nn.Module, History]:  # fmt: skip
    """The model after training with your loss, and the loss on the way; with exact=True also the exact bound."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda done: min(1, (done + 1) / 100) * max(0.01, 1 - done / num_updates)
    )

    def update(x0: Tensor) -> float:
        loss = discrete_diffusion_loss(model, x0, T=NUM_STEPS, K=language.K)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        pace.step()
        return loss.item()

    def evaluate() -> dict[str, float]:
        return {"bound": exact_bound(mask_costs(model, language))} if exact else {}

    batches = (language.draw(batch_size) for _ in count())
    history = train(update, batches, steps=num_updates, every=num_updates // 20, evaluate=evaluate, name=name)
    return model.eval(), history


def new_network() -> Denoiser:
    """A fresh network for the sums."""
    network = Denoiser(SUMS.K, SUMS.L, NUM_STEPS)
    nn.init.normal_(network.position.weight, std=0.02)
    return network


# %% [markdown]
# > **Predict before you run.** Where will the loss per masked token end: near 0, near 1, near 2.485? Can it reach 0?
# > (Think of a string of which everything is masked.) And where will the bound end?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# net, history = fit(new_network(), SUMS, 2400, 128, 2e-3, exact=True, name="sums")

# %% tags=["active-ipynb"]
# plots.curves(history, {"loss": "loss, averaged over 120 updates"}, "what is minimised", ylabel="nats per masked token",
#              targets={"knows nothing: 2.485": 2.485, "exact posterior: 0.993": 0.993}, ylim=(0.8, 2.6))
# plots.curves(history, {"bound": "your network"}, "what it is worth", ylabel="nats per string",
#              targets={"entropy: log 100": SUMS.entropy}, ylim=(4.4, 8.5))

# %% [markdown]
# *Figure: two figures. The loss falls from 1.9 to 1.27 nats per masked token within 240 updates, then slowly to 1.02 at
# update 1,200, and hardly moves from there to its end at 0.99, on the dotted line of the exact posterior. The bound is
# 7.4 nats at update 240, falls steadily to 4.75 at update 1,200, and ends at 4.64, just above the dashed entropy of
# 4.605.*
#
# The loss cannot reach 0: where much is masked, several tokens *are* possible. Even the exact posterior pays 0.993. Look
# at update 240. The loss has made most of its way, and the bound is 7.4 nats: nearly the sum of the six positions' own
# entropies, 7.6. The network knows which characters are frequent where, and next to nothing about how they belong
# together. That the numbers must *add up* is learned between updates 240 and 1,200, where the loss looks nearly flat. (A
# whole run of half the length, with its own falling learning rate, ends at a bound of 5.3 and 56 % valid sums.)
#
# > **A question of weights.** The bound weighs a step with $1/t$; your loss weighs all masked tokens alike. Should we not
# > train on the bound itself? In a pair of runs with the same seed and the same 2,400 updates, the $1/t$ weight ended at a
# > bound of 4.667, your loss at 4.642. The weight makes the gradients noisier: their variance, over the square of their
# > mean, was 1.5 to 3 times as large in each of four networks that we looked at, fresh and trained. What one optimises is
# > not always what one measures. (You can try it: extension `bound`. And do not compare the two *losses*: under another
# > weight, a lower number means nothing.)
#
# Fell behind? Run the first code cell of this notebook, then this one with your instructor's code. It needs no other
# cell above: all functions up to here work then (they earn no points), and all that follows can be run. If there is no
# trained network yet, the next cell loads one.

# %% tags=["active-ipynb"]
# checkpoint("nb5.D", code="")


# %%
def new_solver() -> Denoiser:
    """A fresh network for sudokus, with positions that know rows, columns and boxes."""
    return Denoiser(SUDOKUS.K, SUDOKUS.L, NUM_STEPS, position=GridPositions(64))


def ready_made(weights: str, network: Denoiser, language: Language, mine: str) -> nn.Module:
    """Your own network, in the variable `mine`, where there is one that answers; or else this one, trained before."""
    try:
        globals()[mine](language.tokens[:1], torch.ones(1))
    except Exception:  # it does not exist, or is of a class that was not finished: whatever that raises
        network.load_state_dict(load_weights(weights))
        print(f"{mine}: a network that was trained before")
        return network.eval()
    print(f"{mine}: your own network")
    return globals()[mine]


# %% tags=["active-ipynb"]
# net = ready_made("nb5.D", new_network(), SUMS, mine="net")

# %% [markdown]
# ## Section E — Sampling · 40 min
#
# ### Exercise nb5.reverse_step · 17 points · 10 min
#
# One step back, from $x_t$ to $x_{t-1}$, for the whole batch at the same step $t$ (one integer):
#
# - each masked token is **revealed with probability $1/t$**, by a coin of its own;
# - what is revealed is **drawn** from the model's probabilities at its position;
# - all other tokens stay as they are: visible ones for good, and masked ones until a later step.
#
# The model wants one step per string, shape (B,). `x_t` itself is left as it was; where nothing is masked, or no coin says
# so, the result equals it. *Worked example:* $t = 2$, and `x_t` = `7+8=··`. Each of the two dots is revealed with
# probability 1/2: both remain in a quarter of the cases. At $t = 1$ none remains.
#
# <details><summary>Hint 1</summary>
#
# Draw a guess for every position, whether masked or not. Then decide which guesses count.
# </details>
# <details><summary>Hint 2</summary>
#
# `torch.distributions.Categorical(logits=…)` draws one token per position from logits (B, L, K). (`torch.multinomial`
# wants a table with two axes.)
# </details>
# <details><summary>Hint 3</summary>
#
# A guess counts where two things hold: the token is masked, *and* its coin says so. `&` joins two tensors of booleans;
# put brackets around each comparison.
# </details>

# %% tags=["exercise"]
@torch.no_grad()
def reverse_step(model: nn.Module, x_t: Tensor, t: int, K: int) -> Tensor:
    """One step back: x_{t-1} (B, L), int64, from x_t (B, L), in which the number K is MASK.

    Each masked token is revealed with probability 1/t, drawn from the model's probabilities; all others stay. It may
    happen that nothing is masked or revealed.
    model(x_t, t) wants t of shape (B,) and returns logits (B, L, K).
    """
    # TODO nb5.reverse_step: ask the model, draw guesses, decide which of them count.
    raise NotImplementedError("TODO nb5.reverse_step")


# %% tags=["active-ipynb"]
# check("nb5.reverse_step")

# %% [markdown]
# ### Exercise nb5.sample · 9 points · 5 min
#
# The whole way back: start from MASK everywhere, `n` strings of length `L`, and take one step back for each of
# $t = T, \dots, 2, 1$. Return what the last step makes of them. (You may stop early when no mask is left: nothing can
# change any more.)
#
# <details><summary>Hint 1</summary>
#
# Each step's result is the next step's input. Say the steps aloud for T = 3: they are 3, 2, 1, and 0 is not among them.
# </details>

# %% tags=["exercise"]
@torch.no_grad()
def sample(model: nn.Module, n: int, L: int, T: int, K: int) -> Tensor:
    """n new sequences (n, L), int64, from all MASK through the steps T, ..., 1."""
    # TODO nb5.sample: start from masks and step back until t = 1 is done.
    raise NotImplementedError("TODO nb5.sample")


# %% tags=["active-ipynb"]
# check("nb5.sample")

# %% [markdown]
# ### What came out
#
# > **Predict before you run.** What share of your sums will be right: 20 %, 50 %, 90 %, 99 %? And the exact posterior's,
# > which cannot make a mistake?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(1)
# ideal = MaskPosterior(SUMS)
# yours = sample(net, 1500, SUMS.L, NUM_STEPS, SUMS.K)
# exact = sample(ideal, 1500, SUMS.L, NUM_STEPS, SUMS.K)
# print("some of yours:", *SUMS.texts(yours[:14]))
# print("those that are wrong:", *SUMS.texts(yours[~SUMS.valid(yours)][:14]))
# net_costs, ideal_costs = mask_costs(net, SUMS), mask_costs(ideal, SUMS)
# report("valid sums, 50 steps (aim 0.93)", quality(SUMS, yours).valid, at_least=0.85)
# report("bound for very many steps (aim 4.67)", exact_bound(net_costs), at_most=4.75, unit="nats")
# report("bound for T = 50 (aim 4.74)", exact_bound(net_costs, NUM_STEPS), at_most=4.82, unit="nats")
# print("your network:   ", quality(SUMS, yours))
# print("exact posterior:", quality(SUMS, exact))

# %% [markdown]
# About 94 % of the network's sums are right, and all 100 strings are found. But the *exact posterior* makes 3 % of errors,
# too, although every single probability of it is right. Whose errors are they?
#
# ### Experiment 1: who makes the errors?
#
# > **Predict before you run.** "More steps" needs no new training: the same network, asked more often. With a single step
# > (everything revealed at once), what share of sums will the *exact posterior* get right? What share with 200 steps?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(2)
# step_counts = [1, 2, 3, 4, 6, 12, 25, 50, 100]
# models = {"exact posterior": ideal, "your network": net}
# bounds = {name: [exact_bound(mask_costs(model, SUMS), steps) for steps in step_counts] for name, model in models.items()}
# valid = {name: [quality(SUMS, sample(model, 1000, SUMS.L, steps, SUMS.K)).valid for steps in step_counts]
#          for name, model in models.items()}
# figures.bound_and_validity(step_counts, bounds, valid, SUMS.entropy)
# one_by_one = {name: fill_in(model, SUMS, torch.full((1000, SUMS.L), SUMS.MASK))[-1] for name, model in models.items()}
# for name, tokens in one_by_one.items():
#     print(f"one token per step, 6 steps, random order, {name}: {quality(SUMS, tokens).valid:.3f} valid")

# %% [markdown]
# *Figure: two panels against the number of steps from 1 to 100, exact posterior and network in each. Left, the bound
# falls from 7.6 nats at one step to 4.68 at fifty, and the two curves are hard to tell apart: they differ by up to 0.04
# nats. Right, the share of valid sums rises from 0.05 at one step to 0.97 at fifty for the exact posterior; the network
# follows closely and ends two or three per cent lower.*
#
# **The sampler, not the network, makes most of the errors.** At one step even the exact posterior has 5 % of valid sums.
# Tokens that are revealed in the *same* step are drawn independently of each other, each from its own table, and a sum
# is right only if they happen to fit. The bound knows this price exactly: for one step it is the sum of the six entropies,
# 7.596 nats, instead of 4.605. With many steps two tokens rarely fall together. And if exactly *one* token is revealed
# per step, the exact posterior is always right, after six steps. What the network itself adds is the small gap between
# the curves.
#
# ### Experiment 2: the argmax trap
#
# Why draw at random at all? Take the *likeliest* token at each position, and reveal the *surest* position first. Both
# sound like improvements. A model with its logits multiplied by a large number has all its probability on the favourite;
# so your own sampler can be used.
#
# > **Predict before you run.** Four ways: draw or take the likeliest, random order or surest first. Which has the highest
# > share of valid sums? Which would you ship?
# >
# > Write your guess: …


# %%
class Decided(nn.Module):
    """A model whose draws are always its likeliest token."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = model

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        return 1e6 * self.model(x_t, t).double()


# %% tags=["active-ipynb"]
# torch.manual_seed(3)
# empty = torch.full((800, SUMS.L), SUMS.MASK)
# ways = {
#     "draw, 50 steps": sample(net, 800, SUMS.L, NUM_STEPS, SUMS.K),
#     "likeliest, 50 steps": sample(Decided(net), 800, SUMS.L, NUM_STEPS, SUMS.K),
#     "draw, surest first": fill_in(net, SUMS, empty, order="surest first")[-1],
#     "likeliest, surest first": fill_in(net, SUMS, empty, order="surest first", argmax=True)[-1],
# }
# figures.quality_bars({name: quality(SUMS, tokens) for name, tokens in ways.items()}, 100, SUMS.entropy)
# print("likeliest and surest first, all 800:", *sorted(set(SUMS.texts(ways["likeliest, surest first"]))))

# %% [markdown]
# *Figure: three groups of four bars. Valid: 0.95, 0.96, 1.00 and 1. Different strings: 100 for both ways of drawing, a few
# dozen for the likeliest token, and a single one for likeliest and surest first. Entropy: 4.5, then 3.3, then 4.4, then
# 0.*
#
# **100 % valid, and one single string.** Validity alone is no measure of a generative model: it says nothing about what
# is missing. Taking the likeliest token destroys the distribution that the network has learned. Surest first with drawing
# is a compromise: nearly all valid, all strings there, but not all equally often (its entropy is lower). Count what
# comes, always.
#
# ### Experiment 3: filling in, for free
#
# Start from known tokens instead of MASK everywhere. Nothing else changes, and nothing is trained: what is visible stays.
# The given `fill_in` does this, one token per step.
#
# > **Predict before you run.** `?+?=12` has seven solutions. Will the network find all? Equally often?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(4)
# wish = "?+?=12"  # try "7+?=1?" or "?+8=??" or "9+9=1?", or what no sum can fulfil: "?+?=19"
# known, solutions = SUMS.encode(wish).expand(2000, -1), SUMS.solutions(wish)
# filled = {order: SUMS.texts(fill_in(net, SUMS, known, order=order)[-1]) for order in ("random", "surest first")}
# for order, texts in filled.items():
#     print(f"{order}: {sum(text in solutions for text in texts) / 2000:.3f} right; wrong ones:",
#           *sorted({text for text in texts if text not in solutions})[:8])
# if solutions:
#     bars = {order: [texts.count(solution) / 2000 for solution in solutions] for order, texts in filled.items()}
#     figures.shares(bars, solutions, f"{len(solutions)} ways to fill in {wish}")

# %% [markdown]
# *Figure: seven pairs of bars, 3+9=12 to 9+3=12. In random order all seven lie between 0.10 and 0.17, near the dashed line
# at 1/7. Surest first, the bars are very uneven: between 0.03 and 0.29. Which sums are favoured differs from training to
# training.*
#
# All seven are found. In random order they come about equally often, as they should. Surest first *exaggerates*: where the
# network finds one digit a little likelier than another (0.16 against 0.10, say), that guess is also revealed first, and
# its sum comes several times as often. With the exact posterior, which finds all seven digits equally likely, there is
# nothing to exaggerate, and the bars are even. (Put `ideal` in the place of `net`.)
#
# ### Experiment 4: sudoku
#
# The finale. A 4×4 sudoku is a string of 16 tokens: every row, column and 2×2 box holds 1 to 4. There are 288. The same
# network, the same loss, the same fitting; only the position embedding knows that the string is a grid: it is the sum of a
# row's, a column's and a box's. Training takes 20 to 40 seconds, and nobody tells the network the rules.

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# solver, solver_history = fit(new_solver(), SUDOKUS, 1200, 64, 3e-3, name="sudoku")

# %% [markdown]
# Now a puzzle of four clues. **Write your own** into the cell: any digits 1 to 4, and a dot where one is wanted.
#
# > **Predict before you run.** Which cell will the solver fill first, if it takes the surest first? Which would *you* fill
# > first?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# my_puzzle = puzzle("""
#     1 . . .
#     . . 3 .
#     . 1 . .
#     . . . 2
# """)
# print("solutions:", *SUDOKUS.solutions(my_puzzle))
# clues = SUDOKUS.encode(my_puzzle)
# with torch.no_grad():
#     belief = solver(clues[None], torch.tensor([12])).softmax(-1)[0]
# doubt = -(belief * belief.log()).sum(-1)
# first = doubt.masked_fill(clues < SUDOKUS.MASK, torch.inf).argmin().item()
# grid_figures.doubts(clues, doubt, first, "nats of doubt in each cell before the first step")

# %% [markdown]
# *Figure: the puzzle, with its clues in bold black. In every empty cell stands a number in blue: 0.04 to 0.08 in four
# cells, about 0.7 in four others, and 0.2 to 0.4 in the rest. An orange frame marks the smallest, in the upper right
# corner.*
#
# The numbers are entropies: 0 is certain, $\log 2 = 0.69$ is a choice between two. In the upper right corner a row with a
# 1, a column with a 2 and a box with a 3 meet, so it must be a 4. You would have started there, too. The numbers in
# between are cells that can be worked out in two or three steps of thought; the network half sees it at a glance.

# %% tags=["active-ipynb"]
# torch.manual_seed(7)
# stages = {order: torch.stack(fill_in(solver, SUDOKUS, clues.expand(200, -1), order=order), dim=1)
#           for order in ("surest first", "random")}
# shown = torch.linspace(0, stages["random"].shape[1] - 1, 7).round().long().tolist()
# failed = {order: ~SUDOKUS.valid(grids[:, -1]) for order, grids in stages.items()}
# pick = {"surest first": 0, "random": failed["random"].int().argmax().item()}  # one that failed, if there is one
# grid_figures.sudoku_stages({order: stages[order][pick[order], shown] for order in stages}, [f"{k} filled" for k in shown])
# for order, grids in stages.items():
#     print(f"{order}: {1 - failed[order].double().mean():.3f} of 200 attempts solve it")

# %% [markdown]
# *Figure: two rows of seven grids, from the puzzle to the filled grid; clues are bold and black, filled digits blue.
# Above, surest first: all digits fit. Below, random order: late in the row some digits are orange, bold and crossed, because
# the same digit stands in their row, column or box again.*
#
# Same network, same puzzle, another *order of questions*. Now the empty grid, where 288 answers are right, and puzzles
# with more clues.

# %% tags=["active-ipynb"]
# torch.manual_seed(5)
# void = torch.full((200, 16), SUDOKUS.MASK)
# for order in ("surest first", "random"):
#     print(f"empty grid, one cell per step, {order}: ", quality(SUDOKUS, fill_in(solver, SUDOKUS, void, order=order)[-1]))
# print("empty grid, surest first, likeliest digit:   ",
#       quality(SUDOKUS, fill_in(solver, SUDOKUS, void, order="surest first", argmax=True)[-1]))
# print("empty grid, your sampler, 50 steps:          ", quality(SUDOKUS, sample(solver, 200, 16, NUM_STEPS, SUDOKUS.K)))
# print("... and the exact posterior, your sampler:   ",
#       quality(SUDOKUS, sample(MaskPosterior(SUDOKUS), 200, 16, NUM_STEPS, SUDOKUS.K)))
# for num_clues in (4, 6, 8):
#     hidden = torch.rand(200, 16).argsort(1) >= num_clues
#     puzzles = SUDOKUS.draw(200).masked_fill(hidden, SUDOKUS.MASK)
#     solved = {order: SUDOKUS.valid(fill_in(solver, SUDOKUS, puzzles, order=order)[-1]).double().mean().item()
#               for order in ("surest first", "random")}
#     print(f"{num_clues} clues:", ", ".join(f"{order} {share:.3f}" for order, share in solved.items()))

# %% [markdown]
# On the sums, the sampler made the errors. **Here the network makes them**: with the exact posterior, one cell at a time
# in any order is always right, but this little network has trained for twenty seconds, and it is unsure of cells that need
# several steps of thought. Surest first never asks it those: after the easy cells are filled, the hard ones have become
# easy. Kim et al. (2025) report the same on 9×9 sudoku: from below 7 % solved to about 90 % by the order of questions
# alone.

# %% [markdown]
# Which of today's two lessons, "surest first is biased" and "surest first is right", do you believe now?
#
# *Your answer (nb5.two_lessons):* …

# %% [markdown]
# ### Two things to see: the other corruption, and all orders at once
#
# **Masking beside uniform.** Nine chains each, with the exact posterior of each kind. Follow one row to the right.

# %% tags=["active-ipynb"]
# torch.manual_seed(6)
# at = [50, 40, 30, 20, 10, 5, 2, 0]
# diary, chain = [torch.full((9, SUMS.L), SUMS.MASK)], torch.full((9, SUMS.L), SUMS.MASK)
# for step in range(NUM_STEPS, 0, -1):
#     chain = reverse_step(ideal, chain, step, SUMS.K)
#     diary.append(chain)
# start = torch.randint(SUMS.K, (9, SUMS.L))
# other = uniform_chain(UniformPosterior(SUMS, NUM_STEPS), start, range(NUM_STEPS, 0, -1), SUMS.K, NUM_STEPS)
# panels = {"masking: a token appears once and stays": diary, "uniform: tokens change until the end": other}
# rows = {name: [[SUMS.decode(path[NUM_STEPS - step][row]) for step in at] for row in range(9)]
#         for name, path in panels.items()}
# figures.chains(rows, [f"t = {step}" for step in at], SUMS.strings)

# %% [markdown]
# *Figure: two panels of nine rows and eight columns, from t = 50 to t = 0. Left, six dots fill up with characters that
# stay. Right, random characters change until the last columns. Strings that are valid sums are green and boxed; they
# appear in the last columns.*
#
# Under masking a revealed token is final, right or wrong: a row that has gone wrong stays wrong. Under uniform corruption
# any token may change until the end, so that an error can still be repaired (see the extensions). The price: the network
# has to find out which tokens to trust. With our network uniform corruption needed twice the training (4,800 updates) for
# 90 % valid sums at 50 steps.
#
# **BERT, GPT and you.** A network that guesses masked tokens is what BERT is (Devlin et al. 2019), at *one* rate of
# masking, 15 %. Yours has learned *every* rate; that makes it a generator. And a generator that reveals one token at a
# time, in one fixed order, is a GPT. Yours can use any of the $6! = 720$ orders of the six positions. Each order gives
# every string a probability, so each has its own nats per string.
#
# > **Predict before you run.** The 720 orders use the same network. Will they all cost the same? Which will be cheaper:
# > left to right, or right to left? And what has their average to do with the bound?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# nats = order_costs(net_costs)
# mean_nats = sum(nats.values()) / len(nats)
# left, right = nats[tuple(range(6))], nats[tuple(range(5, -1, -1))]
# marks = {"entropy": SUMS.entropy, "mean of all orders": mean_nats, "left to right": left, "right to left": right}
# figures.orders(list(nats.values()), marks)
# for name, order in (("best", min(nats, key=nats.get)), ("worst", max(nats, key=nats.get))):
#     print(f"{name} order: {nats[order]:.4f} nats, positions {[place + 1 for place in order]}")
# print(f"mean over all 720 orders: {mean_nats:.9f}\nbound for many steps:     {exact_bound(net_costs):.9f}")

# %% [markdown]
# *Figure: a histogram of 720 values in two narrow heaps, one around 4.62 and one around 4.66 nats, with nothing between
# them but a line for their mean at 4.64. The entropy lies below both at 4.605. Left to right is in the lower heap, right
# to left in the upper one.*
#
# The last two numbers agree to all digits: **the bound is the average over all orders**. A masked diffusion model *is* 720
# autoregressive models with shared weights, and diffusion training is training all of them at once. With the exact
# posterior all orders cost 4.605. A network finds some orders easier. In our runs they fall into two heaps of about 360,
# and one character decides: the cheap orders reveal the tens digit of the result after at least two of the three
# characters (two summands, last digit) from which it follows; the dear ones guess it earlier.

# %% [markdown]
# In two sentences: what does your model have in common with BERT, and what with GPT?
#
# *Your answer (nb5.bert_and_gpt):* …

# %% [markdown]
# Fell behind? Run the first code cell of this notebook, then this one with your instructor's code. It needs no other
# cell above: all functions up to here work then (they earn no points), and all that follows can be run. The next cell
# loads trained networks where there are none.

# %% tags=["active-ipynb"]
# checkpoint("nb5.E", code="")

# %% tags=["active-ipynb"]
# net = ready_made("nb5.D", new_network(), SUMS, mine="net")
# solver = ready_made("nb5.E", new_solver(), SUDOKUS, mine="solver")
# ideal = MaskPosterior(SUMS)

# %% [markdown]
# ## Extensions, for the fast or at home (checked, not graded)
#
# ### Exercise nb5.surest_first_step · 0 points · 10 min
#
# A step that reveals a *given number* of tokens, and the surest ones: draw a guess at each masked position; reveal, in
# every string, the `num` guesses to which the model gives the highest probability. Where fewer than `num` are masked,
# reveal them all. The model gets the number of masked tokens of each string as its step. *Worked example:* three dots,
# whose guesses have probabilities 0.5, 0.9 and 0.7; `num` = 2 reveals the second and the third.
#
# <details><summary>Hint 1</summary>
#
# The probability of a guess: the softmax, then `gather` along the last axis.
# </details>
# <details><summary>Hint 2</summary>
#
# Visible tokens must never be among the best: give them a probability of −1 first. `argsort` of an `argsort` is a rank.
# </details>

# %% tags=["exercise"]
@torch.no_grad()
def surest_first_step(model: nn.Module, x_t: Tensor, num: int, K: int) -> Tensor:
    """x_t (B, L) with, in each row, the `num` guesses revealed that the model finds likeliest; the rest stays.

    Source: the "low-confidence" order of Nie et al. 2025 (LLaDA), read the other way round.
    """
    # TODO nb5.surest_first_step: guesses, their probabilities, and the best of them.
    raise NotImplementedError("TODO nb5.surest_first_step")


# %% tags=["active-ipynb"]
# check("nb5.surest_first_step")

# %% [markdown]
# > **Predict before you run.** Surest first is better than random order at 6 steps. Also at 2 steps, three tokens each?
# > Which tokens are left for the second step?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(8)
# for num in (6, 3, 2, 1):
#     tokens = torch.full((800, SUMS.L), SUMS.MASK)
#     for _ in range(SUMS.L // num):
#         tokens = surest_first_step(net, tokens, num, SUMS.K)
#     coins = quality(SUMS, sample(net, 800, SUMS.L, SUMS.L // num, SUMS.K)).valid
#     print(f"T = {SUMS.L // num}: surest first {quality(SUMS, tokens).valid:.3f}, your sampler {coins:.3f} valid")

# %% [markdown]
# At two steps surest first is *worse*. It takes the `+`, the `=` and the first digit of the result first, which cost
# nothing to guess, and keeps all the tokens that depend on each other for one joint guess. Being sure is not the same as
# making progress.
#
# ### Exercise nb5.infill · 0 points · 5 min
#
# Filling in with your own sampler: start from `x_known` (B, L), where MASK stands for what is wanted, and take the steps
# $T, \dots, 1$. What is known stays.
#
# <details><summary>Hint 1</summary>
#
# Which line of `sample` has to change?
# </details>

# %% tags=["exercise"]
@torch.no_grad()
def infill(model: nn.Module, x_known: Tensor, T: int, K: int) -> Tensor:
    """x_known (B, L) with every MASK = K filled in by the sampler's steps T, ..., 1; known tokens stay."""
    # TODO nb5.infill: the sampler from another start.
    raise NotImplementedError("TODO nb5.infill")


# %% tags=["active-ipynb"]
# check("nb5.infill")

# %% tags=["active-ipynb"]
# torch.manual_seed(9)
# for wish in ("?+?=12", "7+?=1?", "?+8=??"):
#     filled = infill(net, SUMS.encode(wish).expand(1000, -1), NUM_STEPS, SUMS.K)
#     print(f"{wish}: {len(SUMS.solutions(wish))} solutions;", quality(SUMS, filled))

# %% [markdown]
# ### Exercise nb5.bound · 0 points · 8 min
#
# The bound of Section D, as it is estimated when masks cannot be enumerated: draw $t$ from $1, \dots, T$ for each string,
# mask, *sum* the cross-entropy over the masked tokens of a string, weigh it with $T/t$, and average over the strings.
# ($T$, because one drawn $t$ stands for a sum over $T$ of them.) *Worked number:* $T = 50$, a string with $t = 25$ and two
# masked tokens that cost 0.7 and 1.3: it counts $2.0 \cdot 50/25 = 4$ nats.
#
# <details><summary>Hint 1</summary>
#
# Your loss, with two changes: a sum over each string instead of a mean over the batch, and a weight for each string.
# </details>

# %% tags=["exercise"]
def bound(model: nn.Module, x0: Tensor, T: int, K: int) -> Tensor:
    """An unbiased estimate of the bound on -log p(x0) [nats per sequence]: a scalar, from one t for each row of x0 (B, L).

    Source: the discrete-time bound of Sahoo et al. 2024 (MDLM) for a linear schedule.
    """
    # TODO nb5.bound: the cross-entropy of the masked tokens, summed over each row and weighted with T/t.
    raise NotImplementedError("TODO nb5.bound")


# %% tags=["active-ipynb"]
# check("nb5.bound")

# %% tags=["active-ipynb"]
# torch.manual_seed(10)
# net_costs = mask_costs(net, SUMS)
# with torch.no_grad():
#     estimates = [bound(net, SUMS.draw(2000), NUM_STEPS, SUMS.K).item() for _ in range(10)]
#     unsolved = torch.stack([bound(solver, SUDOKUS.draw(500), NUM_STEPS, SUDOKUS.K) for _ in range(4)]).mean()
# spread = torch.tensor(estimates).std()
# print(f"sums: ten estimates from {min(estimates):.2f} to {max(estimates):.2f}, spread {spread:.3f}")
# print(f"sums: exact bound {exact_bound(net_costs, NUM_STEPS):.4f}")
# print(f"sudoku: about {unsolved:.2f} nats, entropy {SUDOKUS.entropy:.2f}; 2^16 masks are too many to take them all here")

# %% [markdown]
# How many strings would you need to see, by estimates like these, that one network is 0.02 nats better than another?
#
# ### Repairs: what uniform corruption is good for
#
# A string with one wrong digit. Under uniform corruption we may start the way back at a *small* t, as if the string had
# been corrupted a little, and let the chain decide what was wrong. A masking model cannot change what is visible; all that
# one can do is hide some tokens at random and fill them in.
#
# > **Predict before you run.** Which start repairs more: t = 3 or t = 25? And does the repaired string have the *old* sum?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(11)
# intact = SUMS.draw(1500)
# place = torch.tensor([0, 2, 4, 5])[torch.randint(4, (1500, 1))]
# broken = intact.scatter(1, place, torch.randint(1, 11, (1500, 1)))
# intact, broken = intact[~SUMS.valid(broken)], broken[~SUMS.valid(broken)]
# print(f"{len(broken)} broken strings, such as", *SUMS.texts(broken[:8]))
# starts, repaired, original, changed = [1, 2, 3, 6, 10, 15, 25, 40], [], [], []
# for begin in starts:
#     end = uniform_chain(UniformPosterior(SUMS, NUM_STEPS), broken, range(begin, 0, -1), SUMS.K, NUM_STEPS)[-1]
#     repaired.append(SUMS.valid(end).double().mean())
#     original.append((end == intact).all(1).double().mean())
#     changed.append((end != broken).sum(1).double().mean())
# curves = {"valid afterwards": torch.stack(repaired), "the old sum is back": torch.stack(original)}
# plots.lines(torch.tensor(starts), curves, "repairs by the uniform chain", "start of the chain, t", "share", ylim=(0, 1))
# print("tokens changed:", ", ".join(f"t = {begin}: {number:.2f}" for begin, number in zip(starts, changed)))
# for num in (1, 2, 3):
#     hidden = broken.masked_fill(torch.rand(broken.shape).argsort(1) < num, SUMS.MASK)
#     share = SUMS.valid(fill_in(net, SUMS, hidden)[-1]).double().mean()
#     print(f"masking: hide {num} random tokens and fill in: {share:.3f} valid")

# %% [markdown]
# *Figure: two curves over the start of the chain. The share of valid strings rises from 0.64 at t = 1 over 0.90 at t = 6 to
# 0.96. The share of cases in which the old sum comes back is about one half up to t = 15 and then falls, to 0.16 at
# t = 40.*
#
# The chain finds a *nearby* sum, by changing little more than one token; which of the digits was the wrong one, nobody
# can know: `3+4=08` may have been `3+4=07`, `4+4=08` or `3+5=08`. The longer the chain, the less is left of it. Masking
# repairs what it happens to hide: the more, the better, and the less remains.
#
# ### The division in the reverse step
#
# The given `uniform_chain` uses
# $q(x_{t-1} \mid x_t) = \sum_{x_0} p(x_0 \mid x_t)\, q(x_{t-1}, x_t \mid x_0) / q(x_t \mid x_0)$. Is the denominator
# worth the trouble?

# %% tags=["active-ipynb"]
# torch.manual_seed(12)
# start = torch.randint(SUMS.K, (1000, SUMS.L))
# exact_uniform, steps_down = UniformPosterior(SUMS, NUM_STEPS), range(NUM_STEPS, 0, -1)
# for divide in (True, False):
#     end = uniform_chain(exact_uniform, start, steps_down, SUMS.K, NUM_STEPS, divide=divide)
#     print(f"{'with' if divide else 'without'} the division: {SUMS.valid(end[-1]).double().mean():.3f} valid")

# %% [markdown]
# Without it two of three strings are wrong, although the model is exact: $p(x_0 \mid x_t)$ has already used what $x_t$
# says, and without the division it is used a second time. (Under masking the denominator is the same for all $x_0$ that
# fit, and cancels.)

# %% [markdown]
# ## What you should take away
#
# Corruption of tokens is a table of probabilities; masking is the simplest one. Training is guessing masked tokens, at all
# rates of masking, with a plain cross-entropy. Sampling reveals a few tokens at a time. Tokens that are revealed together
# are drawn independently: that is where the errors come from, and the bound counts them in nats. A masked model is all
# autoregressive models at once, so it can fill in anything from anything. The order of questions matters, and validity
# without diversity is worth little.
#
# **Submit.** Save the notebook, then `git add`, `git commit` and `git push`. The score appears beside the commit after
# a few minutes. Your last push before the deadline counts. Notebook 6 reviews the week.
