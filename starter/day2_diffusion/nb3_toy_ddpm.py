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
# # Notebook 3 — Diffusion in the plane, from scratch
#
# A diffusion model destroys data with noise, step by step, and learns to undo one small step at a time. Start from pure
# noise, undo a hundred steps, and new data appear. In this notebook the data are points in the plane, so you can watch
# everything that happens. You write every part that carries an idea. Training takes seconds, not hours, and the same
# six functions run the large image models.
#
# **Goals**
#
# - Say what the forward process does to data, and jump to any of its steps in one line.
# - Train a network to name the noise in a noisy point, and say what its loss means.
# - Write the reverse step and the sampling loop, and know what each term is for.
# - Judge samples with numbers and pictures, and see what the number of steps buys.
# - Find a slip in a sampler from what its samples look like.
#
# **Time budget**
#
# | Section | What you do | Minutes | Points | |
# |---|---|---|---|---|
# | 0 Recap | read, look at both directions, and at one step | 14 | | core |
# | A Setup and data | look at three data sets | 3 | | core |
# | B Forward process | `compute_alpha_cumprod`, `q_sample` | 18 | 13 | core |
# | C Model and loss | `time_embedding`, `diffusion_loss` | 24 | 18 | core |
# | D Training and sampling | `p_sample`, `p_sample_loop`, experiments, `leaping_schedule` | 46 | 24 | core |
# | Extensions | a dinosaur, `predicted_noise`, `ddim_step` | as you like | | at home, or for the fast |
#
# **How to work.** Exercise cells contain a `TODO`. Replace the `raise` below it, run the cell, then run the check cell
# that follows: it runs the same tests as the grader. Where a box says *Predict*, write a guess before you run the next
# cell. A wrong guess teaches more than no guess. Commit and push as often as you like.
#
# > **ChatGPT and AI assistants, Tuesday to Thursday.** Allowed and encouraged for:
# >
# > - Syntax help, debugging, and code cleanup.
# > - Alternative explanations of concepts already covered.
# > - Suggestions for extensions or experiments (e.g. trying different architectures).
# >
# > Not allowed for:
# >
# > - Directly asking for solutions to graded components (if any).
# > - Copy-pasting large unmodified answers without understanding.
# >
# > **Friday (Exam):** Strictly prohibited. Students should rely on their understanding and the patterns from the week.

# %%
import time
from collections.abc import Callable
from functools import partial
from itertools import count, pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograding import check
from genlab import plots
from genlab.checkpoints import checkpoint, load_weights
from genlab.diffusion import Schedule, cosine_betas, cosine_schedule, forward_chain, linear_betas
from genlab.nb3 import plots2d
from genlab.nb3.toy2d import (
    DATASETS,
    MODE_STD,
    MODES,
    best_guess,
    cluster_std,
    eight_gaussians,
    in_numbers,
    mmd2,
    modes_found,
    within_three_sigma,
)
from genlab.training import History, report, train

# %% [markdown]
# ## Section 0 — Recap: what a diffusion model is · 14 min
#
# ### Forward: a fixed way to destroy data
#
# Take a data point $x_0$. Shrink it a little, add a little Gaussian noise, and repeat $T$ times:
#
# $$
# q(x_t \mid x_{t-1}) = N\big(\sqrt{\alpha_t}\; x_{t-1},\ \beta_t I\big), \qquad \alpha_t = 1 - \beta_t .
# $$
#
# The small numbers $\beta_t$ are chosen by us; they are the **schedule**. Why shrink? If $x_{t-1}$ has variance 1, so
# has $x_t$, because $\alpha_t \cdot 1 + \beta_t = 1$. The cloud of points neither explodes nor vanishes. It loses its
# shape. After the last step it is, for all we can see, a standard normal cloud $N(0, I)$: the one distribution that
# we can draw from without any data.
#
# **A trap of notation.** An array starts at 0, the papers' first step is 1: our `t` is their $t - 1$. So after step
# `t = 0` a point is slightly noisy already, and the clean data, always called `x0`, come *before* it. Where a formula
# says $x_{t-1}$ or $\bar\alpha_{t-1}$ and $t = 0$, read: the clean data, and 1.
#
# ### Reverse: a learned way back
#
# Suppose that we could undo one step: given $x_t$, draw a plausible $x_{t-1}$. Then $T$ such steps would turn noise
# into data. One step back is an easy problem as long as the step is small: the answer is again close to a Gaussian, and
# all that has to be learned is where its mean lies. One network $\hat\varepsilon_\theta(x_t, t)$ does this for all $t$. It
# looks at the noisy point and at the step, and says which noise it believes to be in there.

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# chain = forward_chain(DATASETS["swiss roll"](1500), cosine_schedule(100))
# # Entry 0 of the chain is the data, and entry t + 1 the points after step t.
# steps = {"data": 0, "t = 9": 10, "t = 29": 30, "t = 59": 60, "t = 99": 100}
# plots2d.draw_two_directions([chain[step] for step in steps.values()], list(steps))

# %% [markdown]
# *Figure: five panels. On the left a spiral of points, coloured by direction. Towards the right it blurs, the colours
# mix, and the last panel is a round cloud without structure. Green arrows above point right, from data to noise; orange
# arrows below point left, from noise to data.*
#
# Follow one colour from left to right. For a while its points stay together: their origin can still be guessed. In the
# last panel every colour is everywhere. The way back must decide where each point belongs, a little at each step.
#
# ### Why not in one step?
#
# One could ask for the clean point at once: noise in, data out. Under a squared error the best possible answer is an
# average: of all data points, each weighted by how well it explains the noisy one. No network can beat it. Here it is
# for eight small clusters on a ring.
#
# > **Predict before you run.** Where does this best answer lie when the input is pure noise?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# data, given = eight_gaussians(2000), cosine_schedule(100)
# chain = forward_chain(eight_gaussians(2000), given)
# panels = {"the data": data}
# for t in (15, 35, 99):
#     panels[f"best answer from t = {t}"] = best_guess(chain[t + 1], given.alpha_bar[t], data)
# plots2d.scatter_panels(panels)

# %% [markdown]
# *Figure: four panels. The data are eight clusters on a ring. Of the best answers from t = 15, nine in ten lie in a
# cluster; those from t = 35 are a ring without clusters, some points inside; those from t = 99 are a single spot in the
# middle.*
#
# From pure noise all data points are equally likely, and their average is the middle of the ring, where no data are.
# The answer is right on average and wrong each time: a one-step denoiser is no generator. A small step back asks for
# less, namely where $x_{t-1}$ lies, and the next step may look again.
#
# ### The training objective
#
# The forward process is Gaussian all the way, so its steps can be added up. With
# $\bar\alpha_t = \alpha_0 \alpha_1 \cdots \alpha_t$,
#
# $$
# x_t = \sqrt{\bar\alpha_t}\; x_0 + \sqrt{1 - \bar\alpha_t}\;\varepsilon, \qquad \varepsilon \sim N(0, I) .
# $$
#
# We can jump to any step at once. What should a network say when it sees $x_t$: the **noise** in it, or the **clean
# point**? That is the same information, as each follows from the other:
#
# $$
# \hat x_0 = \big(x_t - \sqrt{1 - \bar\alpha_t}\;\hat\varepsilon\big) \big/ \sqrt{\bar\alpha_t} .
# $$
#
# But it is not the same task. At early steps $x_t$ nearly *is* the clean point, and the faint noise is the harder to
# name. At late steps $x_t$ nearly is the noise, and the clean point is the harder. An error $e$ in the noise is an error
# $e \sqrt{(1 - \bar\alpha_t)/\bar\alpha_t}$ in the point; both weigh the same where $\bar\alpha_t = \tfrac12$. So
# the choice of the target is a choice of the steps that count. We take the noise (Ho, Jain & Abbeel 2020); the
# extensions try the others. Draw a data point, a step and a noise, and ask for the noise:
#
# $$
# \mathcal{L}(\theta) = \mathbb{E}_{x_0,\ t,\ \varepsilon}
# \Big[ \big\| \varepsilon - \hat\varepsilon_\theta(x_t, t) \big\|^2 \Big] .
# $$
#
# Nothing else is optimised. There is no second network, no KL to balance, no adversary.
#
# | symbol | code name | shape | meaning |
# |---|---|---|---|
# | $x_0$ | `x0` | (B, 2) | a batch of B clean data points |
# | $t$ | `t` | (B,) | the step of each point, an integer from 0 to T−1 |
# | $\varepsilon$ | `noise` | (B, 2) | standard normal noise |
# | $x_t$ | `x_t` | (B, 2) | the points after step t |
# | $\beta_t$ | `schedule.betas` | (T,) | variance of the noise that step t adds (not Tuesday's $\beta$) |
# | $\alpha_t$ | `schedule.alphas` | (T,) | $1 - \beta_t$ |
# | $\bar\alpha_t$ | `schedule.alpha_bar` | (T,) | share of the data's variance that is left after step t |
# | $\hat\varepsilon_\theta(x_t, t)$ | `model(x_t, t)` | (B, 2) | the noise that the network sees in $x_t$ |

# %% [markdown]
# ## Section A — Setup and data · 3 min
#
# Three data sets, all centred, all with a variance near 1. The last fact matters: noise of variance 1 must be able to
# drown them, and no more than drown them. Any number of points can be drawn, so there is no training set to learn by
# heart.

# %%
NUM_STEPS = 100  # T
NUM_SAMPLES = 2000  # how many points we draw to judge a model

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# plots2d.scatter_panels({name: draw(NUM_SAMPLES) for name, draw in DATASETS.items()})

# %% [markdown]
# *Figure: three panels of 2,000 points: eight small round clusters on a circle, a spiral, and the outline of a dinosaur.*
#
# The eight Gaussians are our main data set: we can say exactly how good samples of them are. The dinosaur waits at the
# end of this notebook.

# %% [markdown]
# ## Section B — The forward process · 18 min
#
# Two schedules are given. The **linear** one (Ho et al. 2020) raises $\beta_t$ along a straight line, here from 0.001 to
# 0.2. The **cosine** one (Nichol & Dhariwal 2021) chooses $\bar\alpha_t$ first, as a squared cosine, and computes the
# betas from it.
#
# ### Exercise nb3.compute_alpha_cumprod · 5 points · 5 min
#
# From the betas of all steps, compute what is left of the data's variance after each:
#
# $$
# \alpha_t = 1 - \beta_t, \qquad \bar\alpha_t = \prod_{s=0}^{t} \alpha_s .
# $$
#
# The result has the shape of the input, (T,). Step t itself is included. *Worked number:* the betas
# $(0.1,\ 0.2,\ 0.5)$ give $\bar\alpha = (0.9,\ 0.72,\ 0.36)$.
#
# <details><summary>Hint 1</summary>
#
# Each entry is the one before, times one more factor. Such a running product exists in PyTorch, as the running sum
# does.
# </details>
# <details><summary>Hint 2</summary>
#
# The running sum is called `torch.cumsum`. How would its sister for products be called?
# </details>

# %% tags=["exercise"]
def compute_alpha_cumprod(betas: Tensor) -> Tensor:
    """alpha_bar (T,): the share of the data's variance that is left after each step, from betas (T,) in (0, 1).

    It has the dtype of betas. Source: Ho et al. 2020, section 2.
    """
    # TODO nb3.compute_alpha_cumprod: the running product of the alphas.
    raise NotImplementedError("TODO nb3.compute_alpha_cumprod")


# %% tags=["active-ipynb"]
# check("nb3.compute_alpha_cumprod")

# %% [markdown]
# A `Schedule` keeps the three arrays together.

# %%
def make_schedule(betas: Tensor) -> Schedule:
    """The schedule with these betas (T,), and your alpha_bar."""
    return Schedule(betas, alphas=1 - betas, alpha_bar=compute_alpha_cumprod(betas))


# %% [markdown]
# > **Predict before you run.** After half of the steps (t = 50), how much of the data's variance is left: for the
# > linear schedule, and for the cosine schedule? Which of the two wastes steps on points that are noise already?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# schedules = {
#     "linear": make_schedule(linear_betas(NUM_STEPS)),
#     "cosine": make_schedule(cosine_betas(NUM_STEPS)),
# }
# lines = {name: schedule.alpha_bar for name, schedule in schedules.items()}
# labels = {"xlabel": "step t", "ylabel": r"$\bar\alpha_t$"}
# title = "share of the data's variance that is left"
# plots.lines(torch.arange(NUM_STEPS), lines, title=title, **labels)
# for name, schedule in schedules.items():
#     half, last = schedule.alpha_bar[50], schedule.alpha_bar[-1]
#     print(f"{name}: alpha_bar = {half:.3f} at t = 50, and {last:.1e} at the end")

# %% [markdown]
# *Figure: two falling curves from 1 to 0 over 100 steps. The linear schedule drops steeply and is near 0 from step 60
# on; the cosine schedule falls evenly and reaches 0 only at the end.*
#
# The linear schedule has lost most of the signal by half-time. Its last third changes next to nothing: these steps cost
# as much as the others. The cosine schedule spreads the loss evenly. Both end so close to 0 that $x_{T-1}$ holds no
# trace of the data. They must, because sampling will start from pure noise. (The last betas of the cosine schedule are
# large, up to 0.999. That does no harm: there a point is noise before the step and noise after it.)
#
# ### Exercise nb3.q_sample · 8 points · 10 min
#
# Jump from clean data to step t, with given noise (Ho et al. 2020, eq. 4):
#
# $$
# x_t = \sqrt{\bar\alpha_t}\; x_0 + \sqrt{1 - \bar\alpha_t}\;\varepsilon .
# $$
#
# Every example of the batch has its **own** t. The function should work for points (B, 2) and, in Notebook 4, for
# images (B, 1, H, W): one pair of coefficients per example, whatever follows the batch axis. *Worked number:* for
# $\bar\alpha_t = 0.36$, $x_0 = (2, -1)$ and $\varepsilon = (0.5, 1)$ the coefficients are 0.6 and 0.8, and
# $x_t = (1.6,\ 0.2)$.
#
# <details><summary>Hint 1</summary>
#
# The squares of the two coefficients add to 1. Do yours?
# </details>
# <details><summary>Hint 2</summary>
#
# Indexing with a tensor of steps picks one number per example: shape (B,). Broadcasting aligns shapes at the *last*
# axis, and the batch is the first.
# </details>
# <details><summary>Hint 3</summary>
#
# `Tensor.view` can give (B,) any number of trailing axes of length 1. `x0.ndim` says how many axes there are.
# </details>

# %% tags=["exercise"]
def q_sample(x0: Tensor, t: Tensor, noise: Tensor, schedule: Schedule) -> Tensor:
    """Points or images after step t of the forward process, x_t, with the shape and the dtype of x0.

    x0, noise: (B, ...), of any size, nothing is clipped; t: (B,), integers in 0..T-1. Source: Ho et al. 2020, eq. 4.
    """
    # TODO nb3.q_sample: shrink the data, add the noise; one pair of coefficients per example.
    raise NotImplementedError("TODO nb3.q_sample")


# %% tags=["active-ipynb"]
# check("nb3.q_sample")

# %% [markdown]
# Now look at your function at work, on all three data sets and under both schedules.
#
# > **Predict before you run.** At which of the steps shown will you no longer be able to name the data set?
# >
# > Write your guess: …


# %%
def noised(x0: Tensor, step: int, schedule: Schedule) -> Tensor:
    """All points x0 (N, 2) at one step, with fresh noise; step -1 is the clean data."""
    t = torch.full((len(x0),), step)
    return x0 if step < 0 else q_sample(x0, t, torch.randn_like(x0), schedule)


# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# steps = [-1, 5, 15, 30, 50, 75, 99]
# strips = {}
# for name, draw in DATASETS.items():
#     x0 = draw(1000)
#     strips[name] = [noised(x0, step, schedules["cosine"]) for step in steps]
# strips["dinosaur, linear"] = [noised(x0, step, schedules["linear"]) for step in steps]
# labels = [f"t = {step}" if step >= 0 else "data" for step in steps]
# title = "the forward process: cosine schedule, and linear in the last row"
# plots2d.noising_strips(strips, labels, title=title)

# %% [markdown]
# *Figure: four rows of seven scatter plots from clean data to step 99. Points are coloured by the direction in which
# they started. The eight clusters touch at step 15 and are a ring at step 30; at step 75 all rows look alike. In the
# last row, the linear schedule, the dinosaur blurs at about half the number of steps.*
#
# Fine structure goes first, coarse structure last. At t = 15 the eight clusters overlap, but a ring is still a ring at
# t = 30. On the way back the order is reversed: first the rough place is decided, then the details. The jump to t = 30
# replaces 31 small steps; without it, training would have to walk through them for every example.
#
# Fell behind? Run the first code cell of this notebook, then this one with your instructor's code. It needs no other
# cell above: all functions up to here work then (they earn no points), and all that follows can be run.

# %% tags=["active-ipynb"]
# checkpoint("nb3.B", code="")

# %% [markdown]
# ## Section C — The model and the loss · 24 min
#
# The network gets a point and a step. A bare number $t$ says little: 3 and 4 ask for different answers (fine details),
# 83 and 84 for nearly the same, and 99 is a much larger number than 3. It is the custom to write the step in a richer
# alphabet first.
#
# ### Exercise nb3.time_embedding · 6 points · 7 min
#
# A **sinusoidal embedding** (Vaswani et al. 2017) reads the step off several clocks that run at different speeds. With
# $d$ numbers there are $d/2$ clocks, from fast to slow, with the frequencies
#
# $$
# \omega_i = 10000^{-i/(d/2)}, \qquad i = 0, \dots, d/2 - 1,
# $$
#
# and the embedding of $t$ is
#
# $$
# \big( \sin \omega_0 t,\ \dots,\ \sin \omega_{d/2-1}\, t,\ \ \cos \omega_0 t,\ \dots,\ \cos \omega_{d/2-1}\, t \big) .
# $$
#
# From `t` (B,) and an even `dim` to (B, dim). Our convention is all sines first, then all cosines; for the network and
# for the points any order of the columns will do. *Worked number:* $d = 4$ has the frequencies $(1,\ 0.01)$, and
# $t = 3$ becomes $(0.141,\ 0.030,\ -0.990,\ 1.000)$.
#
# <details><summary>Hint 1</summary>
#
# First a row with the d/2 frequencies. Then a table of all angles, one row per example and one column per frequency.
# </details>
# <details><summary>Hint 2</summary>
#
# Which shapes must t and the frequencies have, so that their product is such a table?
# </details>
# <details><summary>Hint 3</summary>
#
# Two tables stand side by side in the end. Which axis grows?
# </details>

# %% tags=["exercise"]
def time_embedding(t: Tensor, dim: int) -> Tensor:
    """Steps t (B,) as sines and cosines of dim/2 frequencies between 1 and 1/10000: (B, dim), float32; dim is even.

    Columns may come in any order. The exponents -i/(dim/2 - 1) of much public code are accepted, too.

    Source: Vaswani et al. 2017, section 3.5.
    """
    # TODO nb3.time_embedding: all angles, then their sines and cosines side by side.
    raise NotImplementedError("TODO nb3.time_embedding")


# %% tags=["active-ipynb"]
# check("nb3.time_embedding")

# %% tags=["active-ipynb"]
# plots2d.embedding_map(time_embedding(torch.arange(NUM_STEPS), 32), title="the embedding of every step")

# %% [markdown]
# *Figure: a table of colours, 100 steps wide and 32 numbers high. The lowest rows of each half flicker from step to
# step, the upper ones change slowly or not at all.*
#
# Read one column: it is the time on 16 clocks. The fast ones tell neighbouring steps apart, the slow ones tell early
# from late. The slowest barely move within 100 steps; they are made for longer schedules.
#
# The network is given: a **residual MLP**. Each of its three hidden layers adds a correction to what came before. The
# output has no activation, because noise has both signs.


# %%
class NoisePredictor(nn.Module):
    """The residual MLP 3x128 that names the noise in a point."""

    def __init__(self, hidden_dim: int = 128, embedding_dim: int = 32):
        super().__init__()
        self.embedding_dim = embedding_dim
        self.from_point = nn.Linear(2, hidden_dim)
        self.from_time = nn.Linear(embedding_dim, hidden_dim)
        self.hidden = nn.ModuleList(nn.Linear(hidden_dim, hidden_dim) for _ in range(3))
        self.to_noise = nn.Linear(hidden_dim, 2)

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        """Noisy points x_t (B, 2) and their steps t (B,) to the predicted noise (B, 2)."""
        h = self.from_point(x_t) + self.from_time(time_embedding(t, self.embedding_dim))
        for layer in self.hidden:
            h = h + F.silu(layer(h))
        return self.to_noise(h)


# %% [markdown]
# ### Exercise nb3.diffusion_loss · 12 points · 10 min
#
# One training example costs four moves:
#
# 1. draw a step $t$, each of $0, \dots, T-1$ equally likely, **one per example**;
# 2. draw noise $\varepsilon \sim N(0, I)$, as large as $x_0$;
# 3. jump to $x_t$;
# 4. compare the network's answer with the noise: the squared difference, averaged over all numbers of the batch, of
#    which each example has $D$ (here 2),
#
# $$
# \mathcal{L} = \frac{1}{B \cdot D} \sum_{b=1}^{B} \sum_{d=1}^{D}
# \big(\hat\varepsilon_\theta(x_t, t)_{bd} - \varepsilon_{bd}\big)^2 .
# $$
#
# The average over $D$ as well is the custom for diffusion models: it makes 1 the price of knowing nothing. (The VAE's
# loss had to be a sum over pixels, because a KL stood beside it. Here nothing does.) The arguments `t` and `noise` are
# there for tests and plots: what is passed in is used, and what is `None` is drawn. *Worked number:* a single point
# with noise $(1, -1)$ and the prediction $(0.5, -2)$ costs $(0.25 + 1)/2 = 0.625$.
#
# <details><summary>Hint 1</summary>
#
# `torch.randint` excludes its upper end. How many different steps does the schedule have (`schedule.num_steps`), and
# which is the largest?
# </details>
# <details><summary>Hint 2</summary>
#
# The noise is needed twice: to make $x_t$, and to compare with. Both must be the same draw.
# </details>
# <details><summary>Hint 3</summary>
#
# What may the network see? At sampling time there is no clean data.
# </details>

# %% tags=["exercise"]
def diffusion_loss(
    model: nn.Module, x0: Tensor, schedule: Schedule, t: Tensor | None = None, noise: Tensor | None = None
) -> Tensor:
    """The mean squared error of the predicted noise: a scalar. Draws t (B,) and noise where they are None.

    model(x_t, t) returns the predicted noise; x0, noise: (B, ...), float32. Steps are whole numbers in 0..T-1, all
    equally likely. Every number of the noise is a draw of its own. Source: Ho et al. 2020, algorithm 1.
    """
    # TODO nb3.diffusion_loss: draw what is missing, jump to x_t, compare prediction and noise.
    raise NotImplementedError("TODO nb3.diffusion_loss")


# %% tags=["active-ipynb"]
# check("nb3.diffusion_loss")

# %% [markdown]
# > **Predict before you run.** What does a model pay that always answers 0? And one that answers $x_t$ itself: more or
# > less? (For late steps, what *is* $x_t$, mostly?)
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# x0 = eight_gaussians(20_000)
# answers = {"0": lambda x_t, t: torch.zeros_like(x_t), "x_t": lambda x_t, t: x_t}
# answers["untrained"] = NoisePredictor()
# for name, answer in answers.items():
#     print(f"{name:>9}: {diffusion_loss(answer, x0, schedules['cosine']):.3f}")

# %% [markdown]
# Noise has variance 1, so answering 0 costs 1. Repeating the input is cheaper, since a late $x_t$ is nearly all noise.
# A loss below 1 is therefore no achievement yet. Remember the number that you got for $x_t$.
#
# Fell behind? Run the first code cell of this notebook, then this one with your instructor's code. It needs no other
# cell above: all functions up to here work then (they earn no points), and all that follows can be run.

# %% tags=["active-ipynb"]
# checkpoint("nb3.C", code="")

# %% [markdown]
# ## Section D — Training and sampling · 46 min
#
# The training loop is given: fresh points in every step, Adam, and a learning rate that falls to 0 along a straight
# line. Your loss is the only part that knows about diffusion.


# %%
def fit(
    draw: Callable[[int], Tensor],
    schedule: Schedule,
    steps: int = 8000,
    loss_function: Callable[[nn.Module, Tensor, Schedule], Tensor] | None = None,
    name: str = "training",
    seed: int = 0,
) -> tuple[NoisePredictor, History]:
    """A fresh network, trained on points that draw(n) returns with your loss (or another one), and its loss."""
    torch.manual_seed(seed)
    model = NoisePredictor()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3, fused=True)
    decay = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=1.0, end_factor=0.0, total_iters=steps)

    def step(x0: Tensor) -> float:
        loss = (loss_function or diffusion_loss)(model, x0, schedule)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        decay.step()
        return loss.item()

    history = train(step, (draw(128) for _ in count()), steps=steps, name=name)
    return model, history


# %% [markdown]
# > **Predict before you run.** Where will the loss end: near 0, near the value of answering $x_t$, or in between? Can
# > it reach 0 at all?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# schedule = schedules["cosine"]
# model, history = fit(eight_gaussians, schedule, name="8 Gaussians")

# %% tags=["active-ipynb"]
# names, targets = {"loss": "loss, averaged over 160 steps"}, {"a model that answers 0": 1.0}
# title = "learning to name the noise"
# plots.curves(history, names, title, ylabel="loss", targets=targets, ylim=(0, 1.1))

# %% [markdown]
# *Figure: the loss falls to 0.42 within a few hundred steps, and then very slowly to 0.34 during the rest of 8,000
# steps. A dashed line at 1 marks the model that answers 0.*
#
# The loss cannot reach 0: many clean points can lead to the same $x_t$, and a squared error is least for the *average* of
# their noises. How low can it get?
#
# ### The best answer that there is
#
# For the eight Gaussians this average is a formula, given below as `exact_noise`. No network can have a lower loss than
# this **exact answer**. For images nobody knows it; here it lets us tell the network's errors from those of everything
# else.
#
# <details><summary>Where the formula comes from</summary>
#
# Let $m_k$ be the centres and $s^2$ the variance of the clusters. After step $t$, cluster $k$ is still a Gaussian: its
# centre has moved to $\sqrt{\bar\alpha_t}\, m_k$, and its variance is $c_t = \bar\alpha_t s^2 + 1 - \bar\alpha_t$, of
# which $1 - \bar\alpha_t$ is noise. Bayes' rule says with which probability $r_k$ a point comes from cluster $k$. Given
# the cluster, the point's distance from the centre is a sum of two Gaussians, and of such a sum each part is on average
# its share of the variance:
#
# $$
# r_k(x_t) \propto \exp\!\Big({-\frac{\|x_t - \sqrt{\bar\alpha_t}\, m_k\|^2}{2 c_t}}\Big), \qquad
# \mathbb{E}[\varepsilon \mid x_t]
# = \frac{\sqrt{1 - \bar\alpha_t}}{c_t}\, \Big(x_t - \sqrt{\bar\alpha_t}\, \sum_{k=1}^{8} r_k(x_t)\, m_k\Big) .
# $$
#
# (It is Tweedie's formula, Efron 2011, for this mixture.)
# </details>


# %%
def exact_noise(x_t: Tensor, t: Tensor, schedule: Schedule) -> Tensor:
    """The average noise in points x_t (B, 2) at steps t (B,), where the data are the eight Gaussians: (B, 2)."""
    left = schedule.alpha_bar[t][:, None]  # (B, 1)
    variance = left * MODE_STD**2 + 1 - left
    # The exponent, multiplied out: the square of x_t is the same for all k, and drops out of the shares.
    closeness = (left.sqrt() * x_t @ MODES.T - left * MODES.square().sum(dim=1) / 2) / variance
    centre = left.sqrt() * closeness.softmax(dim=1) @ MODES  # of the clusters, by their probability
    return (1 - left).sqrt() / variance * (x_t - centre)


# %% tags=["active-ipynb"]
# exact = partial(exact_noise, schedule=schedule)
# for name, answer in {"your network": model, "the exact answer": exact}.items():
#     torch.manual_seed(0)
#     with torch.no_grad():
#         print(f"loss of {name}: {diffusion_loss(answer, eight_gaussians(200_000), schedule):.4f}")

# %% [markdown]
# The network is within a percent of the best that there is. What is left of the loss is not its fault. But a single
# number hides where it sits. Your function accepts a fixed `t`, so we can ask step by step.
#
# > **Predict before you run.** At which steps is the noise hardest to name: at the early ones, where there is little of
# > it, or at the late ones, where there is hardly anything else?
# >
# > Write your guess: …


# %%
@torch.no_grad()
def loss_by_step(model: Callable[[Tensor, Tensor], Tensor], x0: Tensor, schedule: Schedule) -> Tensor:
    """The loss at every single step (T,), on the same clean points."""
    steps = torch.arange(schedule.num_steps)[:, None].expand(-1, len(x0))
    return torch.stack([diffusion_loss(model, x0, schedule, t=t) for t in steps])


# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# x0 = eight_gaussians(4000)
# lines = {
#     "answers $x_t$": loss_by_step(lambda x_t, t: x_t, x0, schedule),
#     "your network": loss_by_step(model, x0, schedule),
#     "the exact answer": loss_by_step(exact, x0, schedule),
# }
# labels = {"title": "where the loss sits", "xlabel": "step t", "ylabel": "loss at this step"}
# plots.lines(torch.arange(NUM_STEPS), lines, ylim=(0, 2.1), **labels)

# %% [markdown]
# *Figure: the loss at each step for three models. Your network's starts near 1 at t = 0, falls to 0.3 around t = 11,
# rises to a hump of 0.6 around t = 35 and falls to 0 at the end; the curve of the exact answer covers it. The model that
# repeats its input starts at 2, passes 1 at t = 32 and meets the others from t = 70 on.*
#
# Little noise is the hardest to name. At t = 0 the noise is smaller than a cluster is wide, and nobody can tell noise
# from data. At the last steps $x_t$ *is* the noise, and repeating it is right. In between the network does better than
# that: around t = 11 it sees which cluster a point belongs to, and takes the distance from it for noise. On the hump
# the clusters overlap, several origins are possible, and no network can know which: the exact answer pays as much.

# %% tags=["active-ipynb"]
# answers = {"your network": model, "the exact answer": exact}
# plots2d.noise_fields(answers, steps=[35, 11], schedule=schedule)

# %% [markdown]
# *Figure: four panels of arrows, your network and the exact answer at t = 35 and at t = 11. Each arrow leads from a
# point towards where it came from; long ones are cut. At t = 35 the arrows flow towards a ring; at t = 11 each points to
# the nearest of eight centres. Network and exact answer can hardly be told apart.*
#
# ### Exercise nb3.p_sample · 12 points · 10 min
#
# One step back (Ho et al. 2020, algorithm 2). A part of the predicted noise is taken out, the shrinking is undone, and a
# little fresh noise is added:
#
# $$
# x_{t-1} = \frac{1}{\sqrt{\alpha_t}}
# \Big( x_t - \frac{\beta_t}{\sqrt{1 - \bar\alpha_t}}\; \hat\varepsilon_\theta(x_t, t) \Big) + \sigma_t z,
# \qquad z \sim N(0, I), \qquad \sigma_t^2 = \beta_t .
# $$
#
# **At t = 0 no noise is added**: the next thing is the clean sample, and nothing comes after it that could clean it
# again. Note which quantities wear a bar and which do not. If `noise` is given (by a test), it plays the role of $z$; if
# it is `None`, draw it. Here `t` is one integer for the whole batch, so `schedule.betas[t]` is a single number. But the
# network expects one step per example: whole numbers (B,).
# *Worked number:* one coordinate with $x_t = 1.6$, $\hat\varepsilon_\theta = 0.5$, $\beta_t = 0.5$ and $\bar\alpha_t = 0.36$
# has the mean $(1.6 - \tfrac{0.5}{0.8}\, 0.5)/\sqrt{0.5} = 1.821$. With $z = 1$ it becomes $1.821 + 0.707 = 2.528$.
#
# Why add noise on the way to clean data? We want to *draw* $x_{t-1}$ from a distribution, not to find its mean. The
# smaller choice $\sigma_t^2 = \frac{1 - \bar\alpha_{t-1}}{1 - \bar\alpha_t}\,\beta_t$, the **posterior variance**, works
# as well and is accepted.
#
# <details><summary>Where does each factor come from?</summary>
#
# If $x_0$ were known, $x_{t-1}$ given $x_t$ would be a Gaussian, as a product of two: where $x_0$ has got to after step
# $t - 1$, and from where one step leads to $x_t$. Its variance is the posterior variance, and its mean is
#
# $$
# \frac{\sqrt{\bar\alpha_{t-1}}\,\beta_t}{1 - \bar\alpha_t}\; x_0
# + \frac{\sqrt{\alpha_t}\,(1 - \bar\alpha_{t-1})}{1 - \bar\alpha_t}\; x_t .
# $$
#
# Put in $\hat x_0$ of Section 0 for $x_0$, and use $\bar\alpha_t = \alpha_t \bar\alpha_{t-1}$: what stands before $x_t$
# becomes $1/\sqrt{\alpha_t}$, and before $\hat\varepsilon$ the weight in the formula above. The true variance is larger
# than the posterior one, as $x_0$ is *not* known; $\beta_t$ is right if the data are $N(0, I)$ themselves (Ho et al. 2020,
# section 3.2).
# </details>
# <details><summary>Hint 1</summary>
#
# Three parts: ask the network, compute the mean, add noise unless this is the last step. `torch.full` makes a tensor
# that repeats one number.
# </details>
# <details><summary>Hint 2</summary>
#
# $\sigma_t$ is a standard deviation, and the schedule stores variances.
# </details>
# <details><summary>Hint 3</summary>
#
# Check with the worked number: `Schedule(betas=torch.tensor([0.28, 0.5]), alphas=torch.tensor([0.72, 0.5]),
# alpha_bar=torch.tensor([0.72, 0.36]))`, a model that always answers 0.5, and t = 1. (At t = 0 no noise is added.)
# </details>

# %% tags=["exercise"]
@torch.no_grad()
def p_sample(model: nn.Module, x_t: Tensor, t: int, schedule: Schedule, noise: Tensor | None = None) -> Tensor:
    """One reverse step, from x_t (B, ...) to x_{t-1} of the same shape; no noise is added at t = 0.

    model(x_t, t) wants t of shape (B,); noise: like x_t, drawn where it is None. The data are no pixels: nothing is
    clipped. sigma_t is the root of beta_t or of the smaller variance above. Source: Ho et al. 2020, algorithm 2.
    """
    # TODO nb3.p_sample: ask the model, compute the mean, add noise unless t is 0.
    raise NotImplementedError("TODO nb3.p_sample")


# %% tags=["active-ipynb"]
# check("nb3.p_sample")

# %% [markdown]
# ### Exercise nb3.p_sample_loop · 7 points · 5 min
#
# The whole way back: start from $x \sim N(0, I)$ of the given shape, then take one step back for each of
# $t = T-1, \dots, 1, 0$. Return the result of the last step.
#
# <details><summary>Hint 1</summary>
#
# Each step's result is the next step's input. How many steps are there, and which is the first?
# </details>
# <details><summary>Hint 2</summary>
#
# `reversed` turns a `range` around. Count on your fingers for T = 3: the loop visits 2, 1 and 0.
# </details>

# %% tags=["exercise"]
@torch.no_grad()
def p_sample_loop(model: nn.Module, shape: tuple[int, ...], schedule: Schedule) -> Tensor:
    """New samples (float32) of the given shape (B, ...), from noise through all steps back, each taken once.

    Source: Ho et al. 2020, algorithm 2.
    """
    # TODO nb3.p_sample_loop: start from noise and step back until t = 0 is done.
    raise NotImplementedError("TODO nb3.p_sample_loop")


# %% tags=["active-ipynb"]
# check("nb3.p_sample_loop")

# %% [markdown]
# Fell behind? Run the first code cell of this notebook, then this one with your instructor's code. It needs no other
# cell above: all functions up to here work then (they earn no points), `model` is a trained network, and all that
# follows can be run.

# %% tags=["active-ipynb"]
# checkpoint("nb3.D", code="", model=lambda: NoisePredictor())

# %% [markdown]
# ### What came out
#
# > **Predict before you run.** Will all eight clusters be there? Will they be as narrow as the data's? Where would you
# > look for the first fault of a model like this?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(1)
# data, samples = eight_gaussians(NUM_SAMPLES), p_sample_loop(model, (NUM_SAMPLES, 2), schedule)
# plots2d.scatter_panels({"data": data, "your samples": samples})
# report("MMD² to the data", mmd2(samples, data), at_most=0.004)
# report("share of samples within 3 sigma", within_three_sigma(samples), at_least=0.85, at_most=0.998)
# report("modes found, of 8", modes_found(samples), at_least=8)
# print(f"the same for two samples of the data: {mmd2(data, eight_gaussians(NUM_SAMPLES)):.4f}, 0.989, 8")

# %% [markdown]
# *Figure: two panels, the data in grey and your samples in blue. The samples form the same eight clusters; a few points
# lie between neighbouring ones.*
#
# Three numbers say what the eye sees. **MMD²** (maximum mean discrepancy, Gretton et al. 2012) compares all distances
# within and between the two samples. It is 0 on average when both come from one distribution; being an estimate, it may
# come out negative. Two samples of the data differ by up to ±0.001, so below that there is nothing to tell. A ring without
# clusters, as from t = 35 in Section 0, has 0.04. The **share within 3 sigma** counts samples that land in a cluster; for
# the data it is 0.989. A share of 1.000 is too good to be true: such clusters are too narrow. The **modes** count clusters
# with at least a quarter of their fair share.
#
# ### The network's fault, or the sampler's?
#
# A sample passes through two hands. Put the exact answer in the place of the network, and only your sampler is left to
# err. Then the width of a cluster can be measured finely. It should be 0.104 if you took $\sigma_t^2 = \beta_t$, and 0.088
# with the posterior variance; the data have 0.100 in between, as a hundred steps are not infinitely many.

# %% tags=["active-ipynb"]
# exact_samples = p_sample_loop(exact, (20_000, 2), schedule)
# width = cluster_std(exact_samples)
# right = min(0.1043, 0.0885, key=lambda one: abs(one - width))  # beta_t, or the posterior variance
# name = "width of a cluster with the exact answer"
# report(name, width, at_least=right - 0.0015, at_most=right + 0.0015)
# print(f"with your network: {cluster_std(samples):.3f}; the data: {cluster_std(data):.3f}")

# %% [markdown]
# Too wide means that noise was left in, as when it is added at t = 0 or when that step is skipped. Too narrow means that
# too much was taken out. The width with your network, less the width with the exact answer, is the network's share.
#
# Figures cannot see everything. Of the wrong samplers that we have collected, those reach every target that start from
# another cloud, let rows share a noise, ignore or refuse a given `noise`, change their input, leave out the first step
# back, forget a factor near 1, or count on T = 100. Every other one misses at least one of the four targets. For the
# rest there are check cells.

# %% [markdown]
# ### Four clouds, four slips
#
# Four people wrote samplers, each with one slip, and let them run on the exact answer. **Name the slip behind each
# cloud, from the picture and from the numbers.** There are six suspects. Two of them leave no trace: which, and why?
#
# 1. The noise of each step is multiplied by $\sigma_t^2$.
# 2. All steps of a sample share one noise.
# 3. Step t = 0 is left out.
# 4. The noise of each step is as large as that of all steps so far, $\sqrt{1 - \bar\alpha_t}$.
# 5. The start is twice as wide as it should be.
# 6. Two rows share each noise.

# %% tags=["active-ipynb"]
# clouds = load_weights("nb3.clouds")
# plots2d.scatter_panels({f"cloud {name}": points for name, points in clouds.items()})
# for name, points in {"data": data, **clouds}.items():
#     share, width = within_three_sigma(points), cluster_std(points)
#     print(f"{name:>4}: modes {modes_found(points)}, within 3 sigma {share:.3f}, width {width:.3f}")

# %% [markdown]
# *Figure: four panels. In A the eight clusters are broad; B looks like the data; in C eight wedges start at the clusters
# and widen outwards, some beyond the panel; in D the clusters are tiny.*
#
# *Your answer (nb3.clouds):* …

# %% [markdown]
# ### The way of a sample
#
# Your loop returns only the end. The model, however, is asked at every step, and can keep a diary.


# %%
class Diary(nn.Module):
    """A model that remembers every x_t it was asked about."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model, self.seen = model, []

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        self.seen.append(x_t)
        return self.model(x_t, t)


# %% [markdown]
# > **Predict before you run.** At which step is it decided in which cluster a sample will end?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(2)
# diary = Diary(model)
# ends = p_sample_loop(diary, (NUM_SAMPLES, 2), schedule)
# path = torch.stack([*diary.seen, ends])  # (T+1, N, 2)
# steps = [99, 75, 50, 30, 15, 5, -1]
# labels = [f"t = {step}" if step >= 0 else "samples" for step in steps]
# plots2d.noising_strips({"reverse": [path[NUM_STEPS - 1 - step] for step in steps]}, labels, key=-1)

# %% [markdown]
# *Figure: a strip of seven panels from a round cloud at t = 99 to eight clusters, coloured by the cluster in which each
# point ends: mixed at first, sorted by direction at t = 15.*
#
# The strip is coloured by where a point will *end*. At t = 75 the colours are mixed: one point in five is nearest to the
# cluster in which it will end, where chance alone would give one in eight. At t = 30 it is two in three, and from t = 15
# on more than nine in ten. The decision falls on the hump of the loss, where the clusters separate. After that the steps
# only sharpen.

# %% [markdown]
# **Compare your samples with the data.** What did the model get right, and which fault is left? Why are there points
# *between* the clusters, and why so few in the middle of the circle?
#
# *Your answer (nb3.compare):* …

# %% [markdown]
# ### Another schedule

# %% tags=["active-ipynb"]
# linear, _ = fit(eight_gaussians, schedules["linear"], name="8 Gaussians, linear schedule")
# torch.manual_seed(1)
# points = p_sample_loop(linear, (NUM_SAMPLES, 2), schedules["linear"])
# print("cosine:", in_numbers(samples, data))
# print("linear:", in_numbers(points, data))

# %% [markdown]
# The schedule alone makes a difference: same network, same number of steps, same time. On each of three seeds, the training
# loss of the linear schedule is *lower*, 0.20 against 0.34, and fewer of its samples lie within 3 sigma, 0.91 to 0.94
# against 0.95 to 0.96. (MMD² cannot tell the two apart.) Losses under different schedules cannot be compared: the exact
# answer pays nearly the same under each, since the linear one asks more often about late steps, which are easy. Look at the
# figure of Section B again: how many steps are left for the part of the way in which clusters separate and sharpen?
#
# ### How many steps?
#
# A fresh model for each T, all with the same short training, and the time that 2,000 samples take.
#
# > **Predict before you run.** Sketch two curves: quality against T, and run time against T. Will quality keep
# > improving up to T = 200?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# step_counts, quality, best, seconds = [2, 5, 10, 20, 50, 100, 200], [], [], []
# for num_steps in step_counts:
#     short = make_schedule(cosine_betas(num_steps))
#     other, _ = fit(eight_gaussians, short, steps=3000, name=f"T = {num_steps}")
#     torch.manual_seed(1)
#     start = time.perf_counter()
#     points = p_sample_loop(other, (NUM_SAMPLES, 2), short)
#     seconds.append(time.perf_counter() - start)
#     quality.append(mmd2(points, data))
#     ideal = partial(exact_noise, schedule=short)
#     best.append(mmd2(p_sample_loop(ideal, (NUM_SAMPLES, 2), short), data))

# %% tags=["active-ipynb"]
# lines = {"a network for each T, 3,000 training steps": quality, "the exact answer": best}
# plots2d.quality_and_time(step_counts, lines, seconds)

# %% [markdown]
# *Figure: left, MMD² against the number of steps. With networks it falls from about 0.1 at 2 steps to 0.001 at 50. With
# the exact answer it starts at the same height and lies in a grey band around 0 from 10 steps on. Right, the time for
# 2,000 samples grows in proportion to the number of steps.*
#
# Run time is proportional to T: each step asks the network once. Quality is not, and two errors are mixed in it.
#
# - *The sampler's.* With very few steps, each step back is so large that a Gaussian is a poor answer to "where did this
#   point come from?". The exact answer shows this error alone: with it, MMD² is about 0.096 at T = 2, 0.008 at T = 5 and
#   0.0005 at T = 10. From T = 20 on it cannot be told from that of two samples of the data, which fills the grey band.
# - *The network's.* What the upper curve shows above the lower one: from ten steps on, nearly all.

# %% [markdown]
# **How does the number of steps T affect quality and run time?** Answer with the figure. Which T would you choose if
# each sample cost you money?
#
# *Your answer (nb3.steps):* …

# %% [markdown]
# ### A colleague's shortcut
#
# Must each number of steps have a network of its own? A colleague wants to walk in 20 steps with your *one* network: visit
# every fifth step, and tell the network which one it is. `Visits` does the telling. The sampler needs a schedule of the
# walk, too, and the colleague takes the betas of the visited steps.


# %%
class Visits(nn.Module):
    """A model for a walk that visits some steps alone: at step k of the walk it is told visited[k]."""

    def __init__(self, model: nn.Module, visited: Tensor):
        super().__init__()
        self.model, self.visited = model, visited

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        return self.model(x_t, self.visited[t])


def a_colleagues_schedule(schedule: Schedule, visited: Tensor) -> Schedule:
    """The schedule of a walk that visits the steps `visited` (K,) alone. It has a bug."""
    return make_schedule(schedule.betas[visited])


def walk_back(model: nn.Module, schedule: Schedule, visited: Tensor, short: Schedule) -> Tensor:
    """Samples by a walk with its short schedule; how noisy its points are, and what the network expects."""
    for k in (4, 9, 14):
        there, expected = short.alpha_bar[k], schedule.alpha_bar[visited[k]]
        print(f"alpha_bar at step {k:2} of the walk: {there:.3f}; at the network's {visited[k]}: {expected:.3f}")
    torch.manual_seed(1)
    return p_sample_loop(Visits(model, visited), (NUM_SAMPLES, 2), short)


# %% tags=["active-ipynb"]
# visited = torch.arange(4, NUM_STEPS, 5)  # 4, 9, ..., 99
# points = walk_back(model, schedule, visited, a_colleagues_schedule(schedule, visited))
# print("a colleague's 20 steps:", in_numbers(points, data))
# plots2d.scatter_panels({"data": data, "all 100 steps": samples, "a colleague's 20": points})

# %% [markdown]
# *Figure: three panels, the data, your samples with all 100 steps, and those of the colleague's walk.*
#
# ### Exercise nb3.leaping_schedule · 5 points · 8 min
#
# **Find the bug**, with the picture and the numbers, and write the function as it should be. At step $k$ of the walk the
# points must be exactly as noisy as the network expects them: as at step `visited[k]` of the schedule. The steps are
# given in rising order, with any gaps, and the first need not be 0. The network, `Visits` and your sampler are fine.
# *Worked number:* the schedule with the betas $(0.1,\ 0.2,\ 0.5)$, of which the steps 0 and 2 are visited, becomes one
# with the betas $(0.1,\ 0.6)$.
#
# <details><summary>Hint 1</summary>
#
# Read the printed numbers line by line. What does the network believe about the points that it is shown?
# </details>
# <details><summary>Hint 2</summary>
#
# One leap does the work of several small steps. What have all of these together left of the data's variance?
# </details>

# %% tags=["exercise"]
def leaping_schedule(schedule: Schedule, visited: Tensor) -> Schedule:
    """The schedule, with arrays (K,), of a walk that visits the steps `visited` (K,) alone, in rising order."""
    # TODO nb3.leaping_schedule: what the colleague's function should have been.
    raise NotImplementedError("TODO nb3.leaping_schedule")


# %% tags=["active-ipynb"]
# check("nb3.leaping_schedule")

# %% tags=["active-ipynb"]
# points = walk_back(model, schedule, visited, leaping_schedule(schedule, visited))
# print("20 steps, repaired:", in_numbers(points, data))
# plots2d.scatter_panels({"data": data, "all 100 steps": samples, "20 steps, repaired": points})

# %% [markdown]
# *Figure: three panels: the data, your samples with all 100 steps, and those with 20.*
#
# A fifth of the run time, and no new training. Nothing in the broken version raised an error: what helped was a number
# that two parts of the program should agree on.

# %% [markdown]
# ## Extensions, for the fast (checked, not graded)
#
# ### A data set with a face
#
# Nothing in your code knows about Gaussians. Here it learns the dinosaur (or `"swiss roll"`: change the name), and
# leaves you a picture and a short film to share.

# %% tags=["active-ipynb"]
# name = "dinosaur"
# drawer, _ = fit(DATASETS[name], schedules["cosine"], steps=12_000, name=name)
# torch.manual_seed(3)
# diary = Diary(drawer)
# ends = p_sample_loop(diary, (NUM_SAMPLES, 2), schedules["cosine"])
# theirs = DATASETS[name](NUM_SAMPLES)
# print(f"{name}: MMD² {mmd2(ends, theirs):.4f}")
# plots2d.scatter_panels({"data": theirs, "samples": ends}, file=f"{name}.png")
# plots2d.film(torch.stack([*diary.seen, ends]), file=f"{name}.gif")

# %% [markdown]
# *Figure: two panels, the outline of a dinosaur in grey, and your samples: head, neck, tail and legs are there, and the
# plates on the back have run together.*
#
# The files lie beside this notebook. The film shows the diary, from noise to the dinosaur. What is finest is still
# missing. Does longer training bring the plates out?
#
# ### Exercise nb3.predicted_noise · 0 points · 10 min
#
# Must a network predict the *noise*? It may as well predict the clean data, or the mixture
# $v = \sqrt{\bar\alpha_t}\,\varepsilon - \sqrt{1 - \bar\alpha_t}\,x_0$ (Salimans & Ho 2022). Given $x_t$, each of the
# three determines the other two, and the sampler needs the noise. Work it out from the prediction, for the three
# targets `"eps"`, `"x0"` and `"v"`. *Worked number:* $\bar\alpha_t = 0.36$, $x_0 = 2$, $\varepsilon = 0.5$ have
# $x_t = 1.6$ and $v = -1.3$.
#
# <details><summary>Hint 1</summary>
#
# Two equations, two unknowns: $x_t$ and $v$ (or the prediction of $x_0$) are mixtures of the same two things.
# </details>
# <details><summary>Hint 2</summary>
#
# The two coefficients are one sine and one cosine of an angle, and going from $(x_0, \varepsilon)$ to $(x_t, v)$ is a
# rotation. What undoes a rotation?
# </details>

# %% tags=["exercise"]
def predicted_noise(prediction: Tensor, x_t: Tensor, t: Tensor, schedule: Schedule, target: str) -> Tensor:
    """The noise in x_t (B, ...) that follows from a prediction of the target: "eps", "x0" or "v". t: (B,).

    v = sqrt(alpha_bar) noise - sqrt(1 - alpha_bar) x0. Source: Salimans & Ho 2022.
    """
    # TODO nb3.predicted_noise: solve for the noise.
    raise NotImplementedError("TODO nb3.predicted_noise")


# %% tags=["active-ipynb"]
# check("nb3.predicted_noise")


# %%
def loss_of_target(model: nn.Module, x0: Tensor, schedule: Schedule, target: str) -> Tensor:
    """The mean squared error of another target than the noise."""
    t, noise = torch.randint(schedule.num_steps, x0.shape[:1]), torch.randn(x0.shape)
    v = q_sample(noise, t, -x0, schedule)  # mixes noise and -x0 as x_t mixes x0 and noise
    wanted = {"eps": noise, "x0": x0, "v": v}[target]
    return (model(q_sample(x0, t, noise=noise, schedule=schedule), t) - wanted).square().mean()


class AsNoisePredictor(nn.Module):
    """A model that predicts another target, dressed up for your sampler."""

    def __init__(self, model: nn.Module, schedule: Schedule, target: str):
        super().__init__()
        self.model, self.schedule, self.target = model, schedule, target

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        return predicted_noise(self.model(x_t, t), x_t, t, self.schedule, self.target)


# %% [markdown]
# > **Predict before you run.** Which target will be worst on the eight Gaussians? Think of a late step: which clean
# > point would *you* predict for a cloud of noise? And of an early step: what does a small error in $x_0$ do to the
# > noise that follows from it?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# panels = {"data": data}
# for target in ("eps", "v", "x0"):
#     loss_function = lambda model, x0, schedule: loss_of_target(model, x0, schedule, target)
#     other, _ = fit(eight_gaussians, schedule, 4000, loss_function, name=f"target {target}")
#     torch.manual_seed(1)
#     points = p_sample_loop(AsNoisePredictor(other, schedule, target), (NUM_SAMPLES, 2), schedule)
#     panels[f"target {target}"] = points
#     print(f"target {target}:", in_numbers(points, data))
# plots2d.scatter_panels(panels)

# %% [markdown]
# *Figure: four panels, the data and samples for the targets noise, v and x0. The first two show eight narrow clusters;
# with the target x0 the samples lie on a thin ring, and the clusters are gone.*
#
# All three are the same problem with other weights. An error in $x_0$ of size $e$ is an error in the noise of size
# $e\sqrt{\bar\alpha_t / (1 - \bar\alpha_t)}$: at the early steps, where the fine structure is made, it is multiplied by
# ten and more. A loss on $x_0$ gives these steps next to no weight: there, repeating $x_t$ is nearly right. That may be
# why the model is slow to learn how to sharpen. Slow, not unable: over three seeds, the share within 3 sigma grew from
# 0.61 to 0.65 after 4,000 training steps to 0.88 to 0.89 after 12,000. And which of the noise and v is ahead depends on
# the seed. For images the same change can *help*: wait for Notebook 4, and keep the question.
#
# ### Exercise nb3.ddim_step · 0 points · 8 min
#
# The noise that `p_sample` adds forces it through all T steps. DDIM (Song, Meng & Ermon 2021) adds none, and may leap
# from step $t$ to any earlier step $u$. Predict the clean point, then noise it again, to step $u$, with the *same*
# predicted noise $\hat\varepsilon = \hat\varepsilon_\theta(x_t, t)$:
#
# $$
# \hat x_0 = \frac{x_t - \sqrt{1 - \bar\alpha_t}\;\hat\varepsilon}{\sqrt{\bar\alpha_t}}, \qquad
# x_u = \sqrt{\bar\alpha_u}\;\hat x_0 + \sqrt{1 - \bar\alpha_u}\;\hat\varepsilon .
# $$
#
# `t_prev` is $u$; $-1$ stands for the clean data, where $\bar\alpha = 1$. *Worked number:* $x_t = 1.6$,
# $\hat\varepsilon = 0.5$ and $\bar\alpha_t = 0.36$ give $\hat x_0 = 2$; for $\bar\alpha_u = 0.64$, $x_u = 1.9$.
#
# <details><summary>Hint 1</summary>
#
# In Python, index −1 is the *last* entry. What would it mean here, and what should it mean?
# </details>

# %% tags=["exercise"]
@torch.no_grad()
def ddim_step(model: nn.Module, x_t: Tensor, t: int, t_prev: int, schedule: Schedule) -> Tensor:
    """From x_t (B, ...) to step t_prev < t, without noise; t_prev = -1 is the clean data.

    Source: Song et al. 2021, eq. 12 with sigma = 0.
    """
    # TODO nb3.ddim_step: predict x0, then noise it to the earlier step with the predicted noise.
    raise NotImplementedError("TODO nb3.ddim_step")


# %% tags=["active-ipynb"]
# check("nb3.ddim_step")


# %%
def ddim_path(model: nn.Module, noise: Tensor, schedule: Schedule, num_steps: int, first: int = 96) -> Tensor:
    """All places (num_steps + 1, N, 2) from noise (N, 2) to samples, in even leaps from step `first`."""
    visited = torch.linspace(first, -1, num_steps + 1).round().int().tolist()
    path = [noise]
    for step, earlier in pairwise(visited):
        path.append(ddim_step(model, path[-1], step, earlier, schedule))
    return torch.stack(path)


# %% [markdown]
# The same trained model, no new training. Each sample is now a *function* of its first noise. The leaps start at step
# 96, because $\hat x_0$ divides by $\sqrt{\bar\alpha_t}$: at t = 99 an error of the network is multiplied by 2,000,
# and without fresh noise nothing washes it out again. (Try `first=99`.)
#
# > **Predict before you run.** What will the paths look like without noise? Will 10 DDIM steps of a model that was
# > trained with 100 beat a model that was trained with 10?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(2)
# noise = torch.randn(NUM_SAMPLES, 2)
# path = ddim_path(model, noise[:25], schedule, 97)
# plots2d.paths(path, MODES, title="25 points on their way with DDIM")
# leap_counts, leap_quality, leap_seconds = step_counts[:5], [], []
# for num_steps in leap_counts:
#     start = time.perf_counter()
#     points = ddim_path(model, noise, schedule, num_steps)[-1]
#     leap_seconds.append(time.perf_counter() - start)
#     leap_quality.append(mmd2(points, data))
# lines = {"DDPM, a model for each T": quality[:5], "DDIM, one model": leap_quality}
# plots2d.quality_and_time(leap_counts, lines, leap_seconds)

# %% [markdown]
# *Figure: first, 25 smooth, slightly bent paths, the longest in green, from noise to clusters. Second, MMD² against the
# number of steps: from 5 steps on, DDIM is below DDPM. The run time of DDIM is proportional to the number of steps.*
#
# Without noise the paths are smooth, and points that start close together arrive together. One trained model serves
# all step counts, and 20 leaps come close to the full walk of 100 steps. (The comparison is not quite fair: this model
# had 8,000 training steps, those of the other curve 3,000.) This, and not new training, is how large image models are
# sampled in a few dozen steps.

# %% [markdown]
# ## What you should take away
#
# The forward process is fixed, and any of its steps can be reached in one jump. Learning is ordinary regression: name
# the noise, at a random step, with a mean squared error. Sampling undoes the steps one by one; each takes out a part of
# the predicted noise and adds a little fresh noise, except the last. Loss curves say little about samples; look at the
# loss by step, and at the samples. More steps cost time in proportion and help up to a point.
#
# **Submit.** Save the notebook, then `git add`, `git commit` and `git push`. The score appears beside the commit after
# a few minutes. Your last push before the deadline counts. Notebook 4 takes the same six functions to images.
