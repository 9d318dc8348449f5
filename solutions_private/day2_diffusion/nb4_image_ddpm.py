# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Notebook 4 — A diffusion model that draws digits
#
# In Notebook 3 a cloud of noise turned into two-dimensional shapes. Today the points are images of 196 pixels, and the
# idea does not change at all: the loss and the sampler are the ones you know. What changes is the network. You build a
# small U-Net, train it for a minute, and watch noise turn into handwritten digits of the kinds you ask for. Then you change
# what it predicts, take longer strides, and end with samples that you would show to anybody.
#
# **Goals**
#
# - Say what a denoising network for images must do, and why a U-Net is a good answer.
# - Write its two ideas: the residual block that is told the time, and the skip connection.
# - Write the loss, the training step and the sampling loop for images with labels.
# - Judge samples by eye and by two numbers, and know how a number can deceive.
# - Get from a poor sampler to a good one: another target, longer strides, guidance, and what each of them costs.
#
# **Time budget**
#
# | Section | What you do | Minutes | Points | |
# |---|---|---|---|---|
# | 0 Recap | read, look at noised digits | 11 | | core |
# | A Setup and model | `ResidualBlock.forward`, `SmallUNet.forward` | 24 | 13 | core |
# | B Forward process and loss | `diffusion_loss` | 14 | 10 | core |
# | C Training and sampling | `train_step`, `p_sample_loop`, look at samples | 22 | 13 | core |
# | D Better samples | `predicted_noise`, `ddim_step`, guidance | 24 | 9 | core |
# | Extensions | inpainting, `v_loss`, from noise to image | as you like | | at home, or for the fast |
#
# **How to work.** Exercise cells contain a `TODO`. Replace the `raise` below it, run the cell, then run the check cell
# that follows: it runs the same tests as the grader. Where a box says *Predict*, write a guess before you run the next
# cell. Commit and push as often as you like. You do not need a finished Notebook 3.
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
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograding import check
from genlab import plots
from genlab.checkpoints import checkpoint, load_weights
from genlab.data import Batches, load_mnist, to_signed
from genlab.diffusion import Schedule, cosine_schedule
from genlab.nb4.classifier import classify, frechet_distance, obedience
from genlab.nb4.figures import draw_guidance, draw_samples, draw_unet
from genlab.nb4.film import save_film
from genlab.nb4.image_diffusion import (
    EMA,
    NO_LABEL,
    NUM_CLASSES,
    Recorder,
    TimeAndLabel,
    amounts,
    drop_labels,
    estimate_x0,
    q_sample,
    reverse_gaussian,
)
from genlab.training import report, train

# %% [markdown]
# ## Section 0 — Recap: diffusion, now on images · 11 min
#
# ### Forward: noise, added in small steps
#
# Take an image $x_0$, with pixels in $[-1, 1]$, and add a little Gaussian noise to every pixel, $T$ times over. At step
# $t$ the image has become
#
# $$
# x_t = \sqrt{\bar\alpha_t}\; x_0 + \sqrt{1 - \bar\alpha_t}\; \varepsilon, \qquad \varepsilon \sim N(0, I) .
# $$
#
# The number $\bar\alpha_t$ falls from nearly 1 at $t = 0$ to nearly 0 at $t = T - 1$. Nothing here knows that $x_0$ is
# an image: each pixel is treated like a coordinate of Notebook 3, and $\varepsilon$ has the shape of the image.
#
# The two roots are the **amounts** of signal and of noise. Where they stand often, we write $a_t$ and $s_t$ for them.
#
# ### Reverse: a network that sees the noise
#
# A network $\hat\varepsilon_\theta(x_t, t)$ looks at a noisy image and predicts the noise in it. That is enough to walk
# backwards. Whoever knows the noise knows an estimate of the clean image; and whoever knows $x_t$ and this estimate knows
# where $x_{t-1}$ lies, up to a Gaussian:
#
# $$
# \hat x_0 = \frac{x_t - \sqrt{1 - \bar\alpha_t}\; \hat\varepsilon_\theta(x_t, t)}{\sqrt{\bar\alpha_t}}, \qquad
# p_\theta(x_{t-1} \mid x_t) = N\big(\mu_t,\ \sigma_t^2 I\big), \qquad \sigma_0 = 0 .
# $$
#
# The mean $\mu_t$ is a mixture of $x_t$ and $\hat x_0$, the one of Notebook 3's `p_sample`; today it is given.
#
# To make a new image, start from pure noise $x_{T-1} \sim N(0, I)$ and take these $T$ steps, each with fresh noise.
#
# ### Training: guess the noise you have added
#
# Take a data image, pick a step, add noise of your own, and let the network guess it. The loss is the mean squared
# error per pixel (Ho et al. 2020, their simplified objective):
#
# $$
# \mathcal{L} = \mathbb{E}_{x_0,\, t,\, \varepsilon}\;
# \frac{1}{D}\,\big\| \hat\varepsilon_\theta(x_t, t) - \varepsilon \big\|^2, \qquad D = 14 \cdot 14 \text{ pixels.}
# $$
#
# ### What is new
#
# - **The network.** In two dimensions an MLP is fine. In an image, a pixel's noise is judged by its neighbours (is this
#   dot part of a stroke?) and by the whole (is this stroke part of a 7?). So we use convolutions at two resolutions.
# - **Labels.** The network is also told which digit it is looking at, $\hat\varepsilon_\theta(x_t, t, y)$. Then we can
#   ask for a digit. In one of ten training images we hide the label, so the network also learns to work without.
#
# | symbol | code name | shape | meaning |
# |---|---|---|---|
# | $x_0$, $x_t$ | `x0`, `x_t` | (B, 1, 14, 14) | clean images in [-1, 1]; the same at step t |
# | $t$ | `t` | (B,) or int | step, 0 (nearly clean) to T-1 (nearly noise) |
# | $y$ | `label` | (B,) | digit 0..9, or `NO_LABEL`; `None` hides all of them |
# | $\varepsilon,\ \hat\varepsilon$ | `noise`, `eps_hat` | like `x0` | the noise, and the network's guess |
# | $\beta_t,\ \alpha_t,\ \bar\alpha_t$ | `schedule.betas`, `.alphas`, `.alpha_bar` | (T,) | the noise schedule |
# | $T$ | `schedule.num_steps` | number | how many steps there are, here 200 |
# | $a_t,\ s_t$ | `amounts(schedule, t)` | two (B, 1, 1, 1) | amounts: $\sqrt{\bar\alpha_t}$ and $\sqrt{1 - \bar\alpha_t}$ |
#
# Given functions of the day: `q_sample(x0, t, noise, schedule)` makes $x_t$, as the one that you write in Notebook 3 does;
# this one is for images. `estimate_x0(x_t, eps_hat, t, schedule)` returns $\hat x_0$, and `reverse_gaussian` with the same
# arguments $\mu_t$ and $\sigma_t$, both for one whole number `t`.

# %%
SIZE = 14  # pixels per side; 28 works too, and takes about four times as long
NUM_STEPS = 200  # T
CHANNELS = 24
BATCH_SIZE = 96
EMB_DIM = 64  # length of the vector that carries time and label

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

# %% [markdown]
# > **Predict before you run.** The next figure shows six digits at growing $t$, and the last row the worst case of all
# > steps. From which column on can *you* no longer tell which digit it is? What does that say about the steps to the
# > right of it: is there anything left to learn?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# schedule = cosine_schedule(NUM_STEPS)
# images, labels = load_mnist("train", SIZE)
# x0 = to_signed(images)
# torch.manual_seed(0)
# shown = [0, 25, 50, 75, 100, 125, 150, 175, 199]
# rows = {}
# for digit in (0, 2, 3, 5, 7, 8):
#     strip = x0[labels == digit][:1].expand(len(shown), -1, -1, -1)
#     rows[f"a {digit}"] = q_sample(strip, torch.tensor(shown), torch.randn_like(strip), schedule)
# ticks = [f"{t}" for t in shown]
# look = {"value_range": (-1.5, 1.5), "ticks": ticks, "xlabel": "step t", "width": 9}
# plots.image_rows(rows, title="the forward process", **look)

# %% tags=["active-ipynb"]
# steps = torch.arange(NUM_STEPS)
# signal, noise = amounts(schedule, steps)
# levels = {"amount of signal": signal.flatten(), "amount of noise": noise.flatten()}
# plots.lines(steps, levels, title="cosine schedule, T = 200", xlabel="step t", ylabel="amount")
# print("step:   ", *(f"{t:6d}" for t in shown))
# for name, amount in (("signal:", signal), ("noise: ", noise)):
#     print(f"{name} ", *(f"{amount.flatten()[t]:6.2f}" for t in shown))

# %% [markdown]
# *Figure: first, six strips of nine images. Each starts with a clear digit and ends in noise; most digits can be read
# up to about step 100. Second, two curves over the step: the signal falls from 1 to 0 along a quarter of a cosine while
# the noise rises from 0 to 1; they cross near step 100.*
#
# Your eyes use everything you know about digits, and the network will have to learn it. Past step 150 there is little
# to see in the image, and the network can only guess what digits look like on average.

# %% [markdown]
# ## Section A — Setup and model · 24 min
#
# ### The data
#
# The same 4,500 training digits as on Tuesday, averaged over 2 × 2 pixels to 14 × 14, which makes training four times
# faster. Pixels keep their grey values and are scaled to $[-1, 1]$, so that a blank image and noise have comparable
# size.

# %% tags=["active-ipynb"]
# data = Batches(x0.to(device), labels.to(device), batch_size=BATCH_SIZE)
# schedule = schedule.to(device)
# print(f"{len(x0)} images {tuple(x0.shape[1:])}, pixels from {x0.min():.0f} to {x0.max():.0f}, on {device}")

# %% [markdown]
# ### The U-Net
#
# A U-Net (Ronneberger et al. 2015) looks at the image twice: once at full resolution and once from afar, where a
# single convolution spans half of the digit. Then it puts the two views together.

# %% tags=["active-ipynb"]
# draw_unet()

# %% [markdown]
# *Figure: the data flow of the U-Net. Along the top, x_t passes a convolution and a residual block at 14 by 14 with C
# channels. From there one arrow goes down to 7 by 7 with 2C channels, through two residual blocks, and up again;
# another arrow, the skip connection, goes straight across. Both meet in a concatenation with 3C channels, followed by
# a residual block and the head, which returns the predicted noise. A vector made of time and label reaches every
# block.*
#
# Why the arrow across? The noise to be predicted is different in every single pixel. After a trip through 7 × 7 that
# detail is gone: the lower path knows that this is a 7, and no longer knows where exactly the speckles were.
#
# ### Exercise nb4.ResidualBlock.forward · 7 points · 10 min
#
# The working part, used four times. It has two convolutions, each after a norm (it brings groups of channels to mean 0 and
# variance 1) and a SiLU (a smooth ReLU), with the embedding $e$ of time and label added in the middle. A shortcut leads
# around all of it:
#
# $$
# h = \mathrm{Conv}_1\big(\mathrm{SiLU}(\mathrm{Norm}_1(x))\big), \qquad
# h' = h + W e + b, \qquad
# \mathrm{out} = \mathrm{shortcut}(x) + \mathrm{Conv}_2\big(\mathrm{SiLU}(\mathrm{Norm}_2(h'))\big) .
# $$
#
# `from_emb` computes $We + b$: one number per image and channel, (B, C). It is the same for all pixels, and is added to
# $h$ of shape (B, C, H, W). The shortcut is the identity, or a 1 × 1 convolution where the number of channels changes.
#
# Why a shortcut? With it the block only has to learn a *correction* to its input. The weights of `conv2` start at zero, so
# that an untrained block corrects next to nothing, and a gradient passes around it undisturbed.
#
# <details><summary>Hint 1</summary>
#
# Read the formula from the inside out: first a norm, then the SiLU, then the convolution. The first thing that touches
# `x` is not a convolution.
# </details>
# <details><summary>Hint 2</summary>
#
# A tensor (B, C) plus one of shape (B, C, H, W) fails, or worse: it adds on the wrong axes when the sizes happen to
# fit. Which two axes of length 1 are missing? Indexing with `None` makes new axes.
# </details>
# <details><summary>Hint 3</summary>
#
# `F.silu` is the SiLU as a function. The shortcut gets the untouched input of the block.
# </details>

# %% tags=["exercise"]
class ResidualBlock(nn.Module):
    """Two convolutions that are told the time and the label, with a shortcut around them.

    The layers are given. They may be made in another order, but keep their names.
    """

    def __init__(self, in_channels: int, out_channels: int, emb_dim: int = EMB_DIM):
        super().__init__()
        self.norm1 = nn.GroupNorm(8, in_channels)
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.from_emb = nn.Linear(emb_dim, out_channels)
        self.norm2 = nn.GroupNorm(8, out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        same = in_channels == out_channels
        self.shortcut = nn.Identity() if same else nn.Conv2d(in_channels, out_channels, 1)
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor, emb: Tensor) -> Tensor:
        """Features x (B, C_in, H, W) and embeddings emb (B, emb_dim) to features (B, C_out, H, W).

        Norm first, then SiLU, then convolution (much older code has the norm last). Nothing is random or clipped.
        """
        # TODO nb4.ResidualBlock.forward: norm, SiLU, conv; add the embedding; again; add the shortcut.
        # BEGIN SOLUTION
        h = self.conv1(F.silu(self.norm1(x)))
        h = h + self.from_emb(emb)[:, :, None, None]
        h = self.conv2(F.silu(self.norm2(h)))
        return self.shortcut(x) + h
        # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb4.ResidualBlock.forward")

# %% [markdown]
# ### Exercise nb4.SmallUNet.forward · 6 points · 9 min
#
# Connect the parts as in the figure. With C = `channels`:
#
# | what | from | shape |
# |---|---|---|
# | $e$ | `embed(t, label)`, which knows what `None` means | (B, 64) |
# | fine view | `conv_in`, then `down_block` | (B, C, 14, 14) |
# | coarse view | `downsample`, `mid_block1`, `mid_block2` | (B, 2C, 7, 7) |
# | both views | `upsample` of the coarse view, then the fine view, side by side as channels | (B, 3C, 14, 14) |
# | $\hat\varepsilon$ | `up_block`, then `head` | (B, 1, 14, 14) |
#
# In the row *both views* the order matters: the upsampled channels come first. Every residual block is called with
# its features and $e$. The output is a prediction of noise, which takes both signs: nothing comes after the head.
#
# <details><summary>Hint 1</summary>
#
# You need the fine view twice: on the way down and for the skip connection. Give it a name.
# </details>
# <details><summary>Hint 2</summary>
#
# `torch.cat` puts tensors side by side along an axis, `dim`. For images, axis 0 counts images and axis 1 channels.
# </details>

# %% tags=["exercise"]
class SmallUNet(nn.Module):
    """A U-Net with two resolutions that predicts the noise in an image, given its step and its label."""

    def __init__(self, num_steps: int = NUM_STEPS, channels: int = CHANNELS):
        super().__init__()
        self.embed = TimeAndLabel(num_steps, EMB_DIM)
        self.conv_in = nn.Conv2d(1, channels, 3, padding=1)
        self.down_block = ResidualBlock(channels, channels)
        self.downsample = nn.Conv2d(channels, 2 * channels, 3, stride=2, padding=1)
        self.mid_block1 = ResidualBlock(2 * channels, 2 * channels)
        self.mid_block2 = ResidualBlock(2 * channels, 2 * channels)
        self.upsample = nn.Upsample(scale_factor=2)
        self.up_block = ResidualBlock(3 * channels, channels)
        self.head = nn.Sequential(
            nn.GroupNorm(8, channels), nn.SiLU(), nn.Conv2d(channels, 1, 3, padding=1)
        )

    def forward(self, x_t: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        """Noisy images x_t (B, 1, H, W), steps t (B,) and labels (B,) to the predicted noise (B, 1, H, W).

        Without a label it predicts for any digit, as embed does. Labels are hidden in the training loop, not in here.
        """
        # TODO nb4.SmallUNet.forward: the fine view, the coarse view, both side by side, the head.
        # BEGIN SOLUTION
        emb = self.embed(t, label)
        fine = self.down_block(self.conv_in(x_t), emb)
        coarse = self.downsample(fine)
        coarse = self.mid_block2(self.mid_block1(coarse, emb), emb)
        both = torch.cat([self.upsample(coarse), fine], dim=1)
        return self.head(self.up_block(both, emb))
        # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb4.SmallUNet.forward")

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# network = SmallUNet().to(device)
# print(f"{sum(weights.numel() for weights in network.parameters()):,} parameters")

# %% [markdown]
# Fell behind? Run the first code cell of this notebook, then this one with your instructor's code. It needs no other
# cell above: all functions up to here work then (they earn no points), and all that follows can be run.

# %% tags=["active-ipynb"]
# checkpoint("nb4.A", code="")

# %% [markdown]
# ## Section B — Forward process and loss · 14 min
#
# The forward process is that of Notebook 3, and given: a schedule of betas, and `q_sample`, which jumps to any step. From
# the betas follow $\alpha_t = 1 - \beta_t$ and $\bar\alpha_t = \alpha_0 \cdots \alpha_t$.

# %% tags=["active-ipynb"]
# title = r"how much noise each step adds: $\beta_t$ of the cosine schedule, T = 200"
# betas = {r"$\beta_t$": schedule.betas.cpu()}
# plots.lines(torch.arange(NUM_STEPS), betas, title=title, xlabel="step t", ylabel="variance")

# %% [markdown]
# *Figure: one curve. It stays below 0.04 up to step 150, passes 0.1 near step 180, and shoots up to 1 at the last steps.*
#
# ### Exercise nb4.diffusion_loss · 10 points · 10 min
#
# One Monte-Carlo estimate of the loss of Section 0 on a batch of images:
#
# 1. draw a step for **each image**, uniformly from $0, \dots, T-1$ (unless `t` is given);
# 2. draw standard normal noise of the shape of the images (unless `noise` is given);
# 3. make $x_t$ with `q_sample`;
# 4. let the model predict: `model(x_t, t, label)`;
# 5. return the squared error between prediction and noise, averaged over everything: one number.
#
# *Worked numbers.* An image of two pixels, noise (1, -2), prediction (0.5, -1): the loss is (0.25 + 1) / 2 = 0.625.
#
# What has changed since two dimensions? The label is handed on, and the mean runs over batch, channel, rows and columns.
#
# <details><summary>Hint 1</summary>
#
# There is a difference between one random step for the whole batch and one for every image. What shape does `t` have in
# the table of Section 0?
# </details>
# <details><summary>Hint 2</summary>
#
# `torch.randint` excludes its upper end. `torch.randn_like` copies shape, type and device of its argument. Draw
# only what is `None`.
# </details>
# <details><summary>Hint 3</summary>
#
# The network is compared with the noise that went *into* $x_t$, the very same numbers.
# </details>

# %% tags=["exercise"]
def diffusion_loss(
    model: nn.Module, x0: Tensor, schedule: Schedule,
    label: Tensor | None = None, t: Tensor | None = None, noise: Tensor | None = None,
) -> Tensor:
    """The mean squared error per pixel of the predicted noise: one number. Source: Ho et al. 2020.

    x0: (B, 1, H, W) in [-1, 1], float32. label, t: (B,). What is None of t and noise is drawn; model(x_t, t, label)
    predicts, where a label of None or NO_LABEL says "any digit". The steps that are drawn are whole numbers in 0..T-1,
    all alike; they may be spread evenly over the batch from a random start. Labels are handed on as they are.
    """
    # TODO nb4.diffusion_loss: draw t and noise where None, add the noise, predict it, compare.
    # BEGIN SOLUTION
    if t is None:
        t = torch.randint(schedule.num_steps, (len(x0),), device=x0.device)
    if noise is None:
        noise = torch.randn_like(x0)
    eps_hat = model(q_sample(x0, t, noise, schedule), t, label)
    return F.mse_loss(eps_hat, noise)
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb4.diffusion_loss")

# %% [markdown]
# > **Predict before you run.** The untrained network answers at random. Which loss will it have, about? And a "network"
# > that hands back $x_t$ itself as its guess of the noise: near which $t$ is that a good idea?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# some, digits = x0[:500].to(device), labels[:500].to(device)
# with torch.no_grad():
#     print(f"untrained network: {diffusion_loss(network, some, schedule, digits).item():.3f}")
#     for t in (0, 50, 100, 150, 199):
#         steps = torch.full((len(some),), t, device=device)
#         loss = diffusion_loss(lambda x_t, t, label: x_t, some, schedule, t=steps)
#         print(f"answering x_t at t = {t:3d}: {loss.item():.3f}")

# %% [markdown]
# The untrained network is at about 1.2: the variance of the noise, plus that of its own random answers. As to the
# copy: at the far end $x_t$ *is* the noise, so copying the input is a perfect answer there, and a network learns it
# within seconds. A low average loss can hide that nothing has been learned about digits. Keep this in mind for the
# figure of the loss by timestep in Section D.

# %% [markdown]
# Fell behind? Run the first code cell of this notebook, then this one with your instructor's code. It needs no other
# cell above: all functions up to here work then (they earn no points), and all that follows can be run.

# %% tags=["active-ipynb"]
# checkpoint("nb4.B", code="")

# %% [markdown]
# ## Section C — Training and sampling · 22 min
#
# ### Exercise nb4.train_step · 4 points · 4 min
#
# One step of gradient descent on one batch: compute the loss, compute its gradient, let the optimizer move the weights.
# Return the loss as a Python number for the log. Gradients of the step before must not be left over. (Mind the order of the
# arguments in the `def` lines: `train_step` and `diffusion_loss` differ in it.)
#
# <details><summary>Hint 1</summary>
#
# PyTorch adds new gradients to the old ones. Which method of the optimizer clears them, and when is it due?
# </details>
# <details><summary>Hint 2</summary>
#
# A tensor with one element turns into a number by `.item()`. The label has to reach the loss as well.
# </details>

# %% tags=["exercise"]
def train_step(
    model: nn.Module, x0: Tensor, label: Tensor, optimizer: torch.optim.Optimizer, schedule: Schedule
) -> float:
    """One optimizer step on the diffusion loss of a batch; returns that loss. x0: (B, 1, H, W), label: (B,).

    Labels come as they are to be used: drop_labels has been called. Gradients may be clipped to a norm of 1 or more.
    """
    # TODO nb4.train_step: clear the gradients, compute the loss and its gradient, step; return a number.
    # BEGIN SOLUTION
    optimizer.zero_grad()
    loss = diffusion_loss(model, x0, schedule, label)
    loss.backward()
    optimizer.step()
    return loss.item()
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb4.train_step")

# %% [markdown]
# ### Train
#
# 600 steps on batches of 96, a minute or two. Two details are given:
#
# - **Hidden labels.** `drop_labels` replaces one label in ten by `NO_LABEL`.
# - **EMA.** We sample from a slow copy of the network, the exponential moving average of its weights. Single steps are
#   noisy; their average is a better model than the last of them.
#
# > **Predict before you run.** The loss starts above 1. Where will it be after 600 steps: near 0.5, 0.1 or 0.01? Can
# > it ever reach 0?
# >
# > Write your guess: …


# %%
def fit(
    step, data: Batches, num_steps: int, peak_rate: float = 5e-3, name: str = "training",
    network: nn.Module | None = None,
):
    """Train a U-Net with `step(network, x0, label, optimizer)`, a new one unless it is given; returns its slow copy and
    the history."""
    network = SmallUNet().to(device) if network is None else network
    ema = EMA(network)
    optimizer = torch.optim.Adam(network.parameters(), betas=(0.9, 0.99))
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, peak_rate, total_steps=num_steps + 1, pct_start=0.05, cycle_momentum=False
    )

    def one_step(batch: tuple[Tensor, Tensor]) -> float:
        x0, label = batch
        loss = step(network, x0, drop_labels(label), optimizer)
        rate.step()
        ema.update()
        return loss

    history = train(one_step, data, steps=num_steps, name=name)
    return ema.model, history


# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# model, history = fit(lambda *args: train_step(*args, schedule), data, num_steps=600)
# shown = {"ylabel": "squared error per pixel", "ylim": (0, 0.4)}
# plots.curves(history, {"loss": "mean loss of eight steps"}, title="training", **shown)

# %% [markdown]
# *Figure: the training loss over 600 steps, of which the first few are above the figure. It falls to about 0.13 in the first
# 100 steps and creeps to less than 0.09 from there.*
#
# The first seconds teach the network to recognise noise as noise. The slow part that follows is where it learns digits,
# and the curve hardly shows it. It cannot reach 0: a noise speckle and a speck of ink look alike, and at small $t$ the
# noise is so faint that it cannot be told from the grain of the image.
#
# ### Exercise nb4.p_sample_loop · 9 points · 8 min
#
# Now walk backwards, from noise to images:
#
# $$
# x_{T-1} \sim N(0, I); \qquad \text{for } t = T-1, \dots, 1, 0: \quad
# x_{t-1} = \mu_t + \sigma_t\, z, \quad z \sim N(0, I) .
# $$
#
# `reverse_gaussian(x_t, eps_hat, t, schedule)` returns $\mu_t$ and $\sigma_t$. The result of the last step, the
# "$x_{-1}$" of this formula, is the finished image. There $\sigma_0 = 0$, so that no noise is left in it.
#
# - The network wants its steps as a tensor of shape (B,); `reverse_gaussian` wants a whole number.
# - The noise is fresh in every step and for every pixel.
# - Nothing is trained here, so nothing needs to be remembered for a gradient.
# - The model and the schedule live on one device; `schedule.betas.device` names it.
#
# Source: Ho et al. 2020, algorithm 2. Two things differ from Notebook 3, and both are in `reverse_gaussian`. It knows that
# pixels lie in $[-1, 1]$, and **clips** the estimate $\hat x_0$ to this range: at large $t$ it is a small difference divided
# by a tiny number, and a small error there would become a pixel value of several hundred. And $\sigma_t^2$ is the smaller of
# the two variances in use, that of $q(x_{t-1} \mid x_t, x_0)$.
#
# <details><summary>Hint 1</summary>
#
# How often is the network called? T times, the first time with T − 1 and the last time with 0. `reversed(range(…))`
# counts down.
# </details>
# <details><summary>Hint 2</summary>
#
# `torch.full` makes a tensor with one number everywhere. Give it the batch size from `shape`.
# </details>
# <details><summary>Hint 3</summary>
#
# Four lines inside the loop: the steps as a tensor, the prediction, the Gaussian, the sample. `torch.no_grad` works
# as a decorator and as a `with` block.
# </details>

# %% tags=["exercise"]
def p_sample_loop(
    model: nn.Module, shape: tuple[int, ...], schedule: Schedule, label: Tensor | None = None
) -> Tensor:
    """New images of the given shape (B, 1, H, W), from pure noise in T steps, without gradients.

    label: (B,), the digits asked for; None, as NO_LABEL, leaves the choice to the model. The images are float32. Source:
    Ho et al. 2020, algorithm 2.
    """
    # TODO nb4.p_sample_loop: start from noise; for every step, last to first, predict, then sample.
    # BEGIN SOLUTION
    x = torch.randn(shape, device=schedule.betas.device)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            eps_hat = model(x, torch.full((shape[0],), t, device=x.device), label)
            mean, std = reverse_gaussian(x, eps_hat, t, schedule)
            x = mean + std * torch.randn_like(x)
    return x
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb4.p_sample_loop")

# %% [markdown]
# Fell behind? Run the first code cell of this notebook, then this one with your instructor's code. It needs no other
# cell above: all functions up to here work then (they earn no points), `model` is a trained network, and all that
# follows can be run.

# %% tags=["active-ipynb"]
# checkpoint("nb4.C", code="", model=lambda: SmallUNet().to(device))

# %% [markdown]
# ### Samples
#
# Sixteen images of each digit, asked for by label. Eight of each are shown, between eight real ones and eight of ours: the
# same network, trained for 1,100 steps.
#
# > **Predict before you run.** Which digit will the model draw best, and which one worst? Will it obey the label?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# wanted = torch.arange(NUM_CLASSES, device=device).repeat(16)
# samples = p_sample_loop(model, (len(wanted), 1, SIZE, SIZE), schedule, wanted)
# longer = load_weights("nb4.samples")["images"]
# real = torch.stack([x0[labels == digit][k] for k in range(8) for digit in range(NUM_CLASSES)])
# draw_samples({"real digits": real, "your samples": samples[:80], "ours, trained longer": longer[:80]})

# %% [markdown]
# *Figure: three grids with eight rows and ten columns, one column per digit from 0 to 9. Left, real digits. In the middle,
# your samples: lines of the right width, of which nearly half make the digit that was asked for. Right, with more training:
# most can be read and have the digit of their column; some strokes are broken or belong to another digit.*
#
# ### Two numbers for quality
#
# A small classifier, trained by us on the same 4,500 images, looks at the samples.
#
# - **Obedience**: the share of samples in which it sees the digit that was asked for. One perfect 3, drawn over and over,
#   would do for all 3s.
# - **Fréchet distance** (Heusel et al. 2017): each image becomes 32 numbers, which the classifier computes on its way.
#   Their means and covariances over all samples are compared with those over all real digits. Blurred strokes count, and so
#   does missing variety. 0 is the best; a small number of images alone costs something, even where they are real.

# %% tags=["active-ipynb"]
# test_images, test_digits = load_mnist("test", SIZE)
# test_images = to_signed(test_images).to(device)
# judged = {
#     "real digits": (test_images[: len(wanted)], test_digits[: len(wanted)]),
#     "pure noise": (torch.randn_like(samples), wanted),
#     "your samples": (samples, wanted),
#     "ours, trained longer": (longer, torch.arange(len(longer)) % NUM_CLASSES),
# }
# for name, (images, digits) in judged.items():
#     print(f"{name:>20}: obedience {obedience(images, digits):4.0%}, Fréchet {frechet_distance(images):6.2f}")

# %% [markdown]
# A warning about such numbers. An ordinary classifier is also sure about things that are no digits: taught on digits
# alone, ours was 75 % sure about pure noise. This one was taught to shrug at noise and at scrambled digits, and
# images are clipped before it sees them. No number replaces a look at the samples.

# %% [markdown]
# **View your samples.** Name one thing that the model has understood about digits, and one that it has not.
#
# *Your answer (nb4.samples):* …

# %% [markdown]
# ## Section D — Better samples · 24 min
#
# ### Where is it hard?
#
# > **Predict before you run.** We measure the loss of the trained network on test images at each step separately. Where
# > is it largest: at small $t$, in the middle, or at large $t$? And what does a *small* loss there mean?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# some, digits = test_images[:250], test_digits[:250].to(device)
# steps = torch.arange(0, NUM_STEPS, 10)
# with torch.no_grad():
#     at = [torch.full_like(digits, t) for t in steps.tolist()]
#     told = torch.tensor([diffusion_loss(model, some, schedule, digits, t=t) for t in at])
#     hidden = torch.tensor([diffusion_loss(model, some, schedule, t=t) for t in at])
# signal, noise = (amount.flatten().cpu() for amount in amounts(schedule, steps.to(device)))
# curves = {"label told": told, "label hidden": hidden}
# axes = {"xlabel": "step t", "ylabel": "squared error per pixel"}
# plots.lines(steps, curves, title="loss by timestep, test images", **axes)
# in_pixels = {name: curve * (noise / signal) ** 2 for name, curve in curves.items()}
# in_pixels = {name: curve[:16] for name, curve in in_pixels.items()}
# plots.lines(steps[:16], in_pixels, title="the same, of the estimate of x0", **axes)

# %% [markdown]
# *Figure: first, the loss over the step: 0.40 at step 0, 0.12 at step 50, and 0.03 or less from step 150 on, nearly the same
# whether the label is told or not. Second, the squared error of the estimate of x0 for the same predictions: near 0 at
# step 0, and growing ever faster; there the label helps a little.*
#
# The two figures show one and the same network. Guessing the *noise* is hard where there is hardly any; guessing the
# *image* is hard where there is hardly anything else. An error in the noise turns into an error in the image multiplied
# by $s_t / a_t$ (see $\hat x_0$ in Section 0): by 6.7 at $t = 180$. At large $t$, where sampling begins, a loss of 0.001 is
# not good enough. This is the weak spot of predicting noise.

# %% [markdown]
# ### Another target
#
# Let the network predict something else. With $a_t$ and $s_t$ for the amounts of signal and noise at step $t$
# (`amounts(schedule, t)` returns both), Salimans & Ho (2022) propose the second of these mixtures; the first is the
# network's input, as ever:
#
# $$
# x_t = a_t\, x_0 + s_t\, \varepsilon , \qquad v = a_t\, \varepsilon - s_t\, x_0 , \qquad a_t^2 + s_t^2 = 1 .
# $$
#
# At small $t$ the new target is nearly the noise, at large $t$ nearly minus the image: at every step it is the thing that
# cannot be read off the input. The same U-Net, trained on $v$ with the same data for 1,100 steps, comes with the course.
# But the sampler wants to hear of the noise.
#
# ### Exercise nb4.predicted_noise · 4 points · 6 min
#
# Given $x_t$ and $v$, the two equations above have two unknowns. Solve them for the noise $\varepsilon$.
#
# *Worked numbers.* At a step with $a_t = 0.6$ and $s_t = 0.8$, $x_0 = -1$ and $\varepsilon = 0.5$ give $x_t = -0.2$ and
# $v = 1.1$. From the last two, your function has to find 0.5.
#
# <details><summary>Hint 1</summary>
#
# Multiply each equation by one of the amounts, so that $x_0$ has the same factor in both, up to the sign. Then it can be
# made to vanish.
# </details>
# <details><summary>Hint 2</summary>
#
# What is left in front of $\varepsilon$? The third equation says it.
# </details>

# %% tags=["exercise"]
def predicted_noise(v: Tensor, x_t: Tensor, t: Tensor, schedule: Schedule) -> Tensor:
    """The noise (B, 1, H, W) in the images x_t at steps t (B,), as it follows from v: a mixture, see the lesson.

    v, x_t: (B, 1, H, W). Nothing is clipped. Source: Salimans & Ho 2022.
    """
    # TODO nb4.predicted_noise: solve the two equations for the noise.
    # BEGIN SOLUTION
    signal, noise_std = amounts(schedule, t)
    return signal * v + noise_std * x_t
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb4.predicted_noise")


# %%
class NoiseFromV(nn.Module):
    """Lets a network that predicts v answer as one that predicts the noise, with your `predicted_noise`."""

    def __init__(self, network: nn.Module, schedule: Schedule):
        super().__init__()
        self.network, self.schedule = network, schedule

    def forward(self, x_t: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        return predicted_noise(self.network(x_t, t, label), x_t, t, self.schedule)


def shipped(name: str) -> nn.Module:
    """Your U-Net with weights that come with the course."""
    network = SmallUNet().to(device)
    network.load_state_dict(load_weights(name))
    return network


# %% tags=["active-ipynb"]
# v_model = NoiseFromV(shipped("nb4.v"), schedule)

# %% [markdown]
# ### Exercise nb4.ddim_step · 5 points · 8 min
#
# 200 calls of the network for one image is slow. DDIM (Song, Meng & Ermon 2021) adds no fresh noise, and may leap from
# step $t$ to any earlier step $u$:
#
# 1. let the model predict the noise in $x_t$, and take the estimate $\hat x_0$ that follows: `estimate_x0` returns it,
#    clipped to the range of pixels;
# 2. find the noise that *fits*: the one which, mixed with $\hat x_0$ as in the forward process, gives $x_t$. It is the
#    predicted noise itself, unless the estimate has been clipped;
# 3. noise the estimate again, with that noise and the amounts of step $u$.
#
# $u = -1$ is the clean image: `amounts(schedule, -1)` is (1, 0). *Worked numbers.* $x_t = -0.2$ and $\hat x_0 = -1$, with
# $a_t = 0.6$ and $s_t = 0.8$: the noise that fits is 0.5. At a step with $a_u = 0.8$ and $s_u = 0.6$ it leads to $-0.5$.
#
# <details><summary>Hint 1</summary>
#
# The network wants its step as in `p_sample_loop`, a tensor (B,); `estimate_x0` and `amounts` take whole numbers.
# </details>
# <details><summary>Hint 2</summary>
#
# Write down the forward process at step $t$, with $\hat x_0$ in the place of $x_0$. Which of its four letters is unknown?
# </details>

# %% tags=["exercise"]
def ddim_step(
    model: nn.Module, x_t: Tensor, t: int, u: int, schedule: Schedule, label: Tensor | None = None
) -> Tensor:
    """From images x_t (B, 1, H, W) at step t to an earlier step u, nothing random; u = -1 is the clean image.

    model(x_t, t, label) predicts the noise; label: (B,) or None. Source: Song, Meng & Ermon 2021, eq. 12 with sigma = 0.
    """
    # TODO nb4.ddim_step: predict; estimate the clean image; noise it to step u with the noise that fits.
    # BEGIN SOLUTION
    eps_hat = model(x_t, torch.full(x_t.shape[:1], t, device=x_t.device), label)
    x0_hat = estimate_x0(x_t, eps_hat, t, schedule)
    (signal_t, noise_t), (signal_u, noise_u) = amounts(schedule, t), amounts(schedule, u)
    return signal_u * x0_hat + noise_u * (x_t - signal_t * x0_hat) / noise_t
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb4.ddim_step")

# %% [markdown]
# Fell behind? Run the first code cell of this notebook, then this one with your instructor's code. It needs no other
# cell above: all functions up to here work then (they earn no points), and all that follows can be run.

# %% tags=["active-ipynb"]
# checkpoint("nb4.D", code="", model=lambda: SmallUNet().to(device))

# %% [markdown]
# ### Guidance
#
# A network that has been trained with hidden labels knows two things: the noise it expects given the label, and the noise
# it expects without. Their difference points to what the label adds. **Classifier-free guidance** (Ho & Salimans 2022)
# goes further in that direction, with a strength $w \ge 0$:
#
# $$
# \tilde\varepsilon = (1 + w)\, \hat\varepsilon(x_t, t, y) - w\, \hat\varepsilon(x_t, t) .
# $$
#
# At $w = 0$ nothing changes. Mind the convention: other texts call $1 + w$ the strength.


# %%
def ddim_loop(
    model: nn.Module, noise: Tensor, schedule: Schedule, label: Tensor | None = None, num_steps: int = 20
) -> Tensor:
    """The images that belong to starting noise (B, 1, H, W), in your strides, evenly spaced from T-1 to 0 and to -1."""
    x, visited = noise, torch.linspace(schedule.num_steps - 1, 0, num_steps).round().long().tolist()
    with torch.no_grad():
        for t, u in pairwise([*visited, -1]):
            x = ddim_step(model, x, t, u, schedule, label)
    return x


def with_guidance(model: nn.Module, strength: float):
    """The model, with its prediction pushed towards the label; strength 0 is none. Source: Ho & Salimans 2022."""

    def guided(x_t: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        return (1 + strength) * model(x_t, t, label) - strength * model(x_t, t)

    return guided


# %% [markdown]
# > **Predict before you run.** Three networks, 20 strides each, from the same starting noise: yours, the one that predicts
# > $v$, and that one with guidance. What will each change be worth?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# networks = {"your network": model, "v": v_model, "v, guidance w = 0.5": with_guidance(v_model, 0.5)}
# torch.manual_seed(0)
# starts = torch.randn(len(wanted), 1, SIZE, SIZE).to(device)
# panels = {}
# for name, network in networks.items():
#     start = time.perf_counter()
#     panels[name] = images = ddim_loop(network, starts, schedule, wanted)
#     seconds = time.perf_counter() - start
#     numbers = f"obedience {obedience(images, wanted):4.0%}, Fréchet {frechet_distance(images):5.2f}"
#     print(f"{name:>20}: {numbers}, {seconds:4.1f} s for {len(wanted)} images")
# draw_samples({name: images[:80] for name, images in panels.items()})

# %% [markdown]
# *Figure: three grids of samples, one column per digit. Left, your network: broken strokes, and speckles left in some. In
# the middle, v: nearly all can be read. Right, with guidance: the same digits in the same places, and hardly one is wrong.*

# %% tags=["active-ipynb"]
# best = panels["v, guidance w = 0.5"]
# report("obedience", obedience(best, wanted), at_least=0.9)
# report("kinds of digits", len(classify(best)[0].unique()), at_least=10)
# report("Fréchet distance", frechet_distance(best), at_most=1.2)

# %% [markdown]
# 20 strides take a tenth of the time of 200 steps, and nothing in them is drawn: each starting noise belongs to one image.
# Compare the same places of the last two grids. But beware of a quick verdict on the targets: the network for $v$ has been
# trained longer than yours. Ours for the noise, trained as long, came to 76 % with all 200 steps.
#
# ### The price of guidance
#
# > **Predict before you run.** If a little guidance is good, is more of it better? What will grow with $w$, and what will
# > shrink?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# strength = 2.0  # yours to choose
# guided = ddim_loop(with_guidance(v_model, strength), starts, schedule, wanted)
# draw_guidance(strength, obedience(guided, wanted), frechet_distance(guided))

# %% [markdown]
# *Figure: two panels over the strength w, with three curves of ours and a star for your run. Left, obedience rises from
# about 0.9 towards 1. Right, the Fréchet distance falls from about 1.8 to 0.7 at w = 0.5 and rises again, to more than 3 at
# w = 3.*
#
# Obedience judges each image by itself, and asks for more guidance without end. The other number compares all samples with
# all real digits. It is lowest at $w = 0.5$ or near it, and at $w = 2$ it is larger than without any guidance: the samples
# have moved away from the data. A number that only rises is no reason to go on.

# %% [markdown]
# ### To take home
#
# Ten digits, in 50 strides from the same noise: above by the network that you have trained, below by the one that predicts
# $v$, with guidance. The film lies beside this notebook.

# %% tags=["active-ipynb"]
# films = []
# for network in (model, with_guidance(v_model, 0.5)):
#     seen = Recorder(network)
#     last = ddim_loop(seen, starts[:10], schedule, wanted[:10], num_steps=50)
#     films.append(torch.stack([*seen.inputs, last]))
# save_film(torch.cat(films, dim=1), "digits.gif")

# %% [markdown]
# **Discuss: what is harder here than with the toy data of Notebook 3, and what is not?** Think of the dimension, the
# network, the number of steps of training, and of what you can look at to judge success.
#
# *Your answer (nb4.harder):* …

# %% [markdown]
# **Your loss on the training images has stopped falling, and the samples are poor. Which of the figures of this section
# would you look at first, and why?**
#
# *Your answer (nb4.stopped_falling):* …

# %% [markdown]
# ## Extensions, for the fast (checked, not graded)
#
# ### Finish a digit
#
# A use for the model: half of an image is known, and the other half is to be made up. After every stride the known half is
# put back, noised to the step that has been reached, so that the model goes on from there (the simple part of Lugmayr et
# al. 2022, "RePaint").


# %%
def complete(
    model: nn.Module, images: Tensor, known: Tensor, schedule: Schedule, label: Tensor, num_steps: int = 50
) -> Tensor:
    """Images (B, 1, H, W) made up where they are not known, in your strides. known: (1, 1, H, W), of truth values."""
    x = noise = torch.randn_like(images)
    visited = torch.linspace(schedule.num_steps - 1, 0, num_steps).round().long().tolist()
    with torch.no_grad():
        for t, u in pairwise([*visited, -1]):
            reached = torch.full_like(label, u)
            x = ddim_step(model, x, t, u, schedule, label)
            x = torch.where(known, q_sample(images, reached, noise, schedule), x)
    return x


# %% [markdown]
# > **Predict before you run.** The upper half of a 2, a 7 and an 8 is given, and the model is asked for each of the ten
# > digits. Which wishes can it fulfil? What will it do where the half fits no such digit?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# known = torch.arange(SIZE, device=device).view(1, 1, SIZE, 1).expand(1, 1, SIZE, SIZE) < SIZE // 2
# rows = {}
# for digit in (2, 7, 8):
#     whole = test_images[test_digits == digit][:1]
#     half = torch.where(known, whole, -1.0)
#     asked = wanted[:NUM_CLASSES]
#     ten = whole.expand(len(asked), -1, -1, -1)
#     made = complete(with_guidance(v_model, 0.5), ten, known, schedule, asked)
#     rows[f"a {digit}"] = torch.cat([whole, half, made])
# ticks = ["whole", "given", *(f"{digit}" for digit in range(NUM_CLASSES))]
# plots.image_rows(rows, title="one half, ten wishes", ticks=ticks, xlabel="the digit asked for")

# %% [markdown]
# *Figure: three strips of twelve images: a digit, its upper half, and ten completions, one for each label. Asked for what
# they were, the 2 and the 7 come back. Some other wishes come true as well, such as a 3 from the half of the 7; where half
# and wish do not fit together, as for a 6, there is a smudge or no digit at all.*
#
# ### Exercise nb4.v_loss · 0 points · 6 min
#
# The loss that the network for $v$ was trained on: the mean squared error to $v$. All the rest stays as in your
# `diffusion_loss`. (A third choice is $x_0$ itself.)
#
# <details><summary>Hint 1</summary>
#
# Start from a copy of your `diffusion_loss`. Which of its lines says what the network is compared with?
# </details>

# %% tags=["exercise"]
def v_loss(
    model: nn.Module, x0: Tensor, schedule: Schedule,
    label: Tensor | None = None, t: Tensor | None = None, noise: Tensor | None = None,
) -> Tensor:
    """As diffusion_loss, for a model that predicts v = signal · noise - noise_std · x0. Source: Salimans & Ho 2022."""
    # TODO nb4.v_loss: as diffusion_loss, with another target.
    # BEGIN SOLUTION
    if t is None:
        t = torch.randint(schedule.num_steps, (len(x0),), device=x0.device)
    if noise is None:
        noise = torch.randn_like(x0)
    signal_std, noise_std = amounts(schedule, t)
    v_hat = model(q_sample(x0, t, noise, schedule), t, label)
    return F.mse_loss(v_hat, signal_std * noise - noise_std * x0)
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb4.v_loss")


# %% [markdown]
# To go on where our network stopped, with your `train_step` on your `v_loss`, take the signs of comment away. Then make
# `v_model` anew in Section D, from this network, and see what it is worth.

# %% tags=["active-ipynb"]
# # from unittest import mock
# # with mock.patch("__main__.diffusion_loss", v_loss):
# #     rest = lambda *args: train_step(*args, schedule)
# #     further, _ = fit(rest, data, num_steps=200, peak_rate=1e-3, network=shipped("nb4.v"))
# # v_model = NoiseFromV(further, schedule)

# %% [markdown]
# **On the eight Gaussians of Notebook 3, a network that predicts $x_0$ is clearly worse after the same training: 61 to
# 65 % of its samples lie within 3 sigma, against 92 to 95 % for $v$ and for the noise. Why might that be?** At small $t$,
# what does the network have to output for each target, and how finely? How much of it stands in $x_t$ already?
#
# *Your answer (nb4.other_targets):* …

# %% [markdown]
# ### From noise to image
#
# Twenty samples of the network for $v$, in all 200 steps; `recorder` keeps every $x_t$ that it is shown.
#
# > **Predict before you run.** At which step will you first be able to say what the image is going to be?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# shown = [199, 175, 150, 125, 100, 75, 50, 25, 0]
# torch.manual_seed(0)
# recorder = Recorder(v_model)
# _ = p_sample_loop(recorder, (20, 1, SIZE, SIZE), schedule, wanted[:20])
# inputs = recorder.inputs[::-1]
# rows = {f"a {k % 10}": torch.stack([inputs[t][k] for t in shown]) for k in (11, 13, 18, 17)}
# steps = torch.tensor(shown, device=device)
# with torch.no_grad():
#     strip = torch.stack([inputs[t][17] for t in shown])
#     guesses = v_model(strip, steps, torch.full_like(steps, 7))
# estimates = [estimate_x0(strip[[k]], guesses[[k]], t, schedule) for k, t in enumerate(shown)]
# rows["estimate for the 7"] = torch.cat(estimates)
# ticks = [f"{t}" for t in shown]
# look = {"value_range": (-1.5, 1.5), "ticks": ticks, "xlabel": "step t", "width": 9}
# plots.image_rows(rows, title="the reverse process", **look)

# %% [markdown]
# *Figure: five strips from left (step 199) to right (step 0). In the first four, noise turns into a digit; its
# outline appears between steps 125 and 75. The fifth strip shows the estimate of the clean image for the 7 above it: a
# blurred 7 at step 199 already, and from there on a sharper and sharper one of its own.*
#
# Coarse things come first, fine things last. The estimate $\hat x_0$ is an average over all images that are still
# possible. At step 199 nothing is known but the label, and it is a blur of all the 7s.

# %% [markdown]
# ### If you have a GPU, or a coffee break
#
# Set `SIZE = 28` in Section 0 and run the notebook again: the U-Net takes any even size, and nothing else has to
# change. Each step costs about four times as much; give it three times as many steps. The classifier shrinks what it
# is shown to 14 × 14.

# %% [markdown]
# ## What you should take away
#
# A diffusion model for images is the toy model with another network: the forward process, the loss and the sampler
# did not change. A U-Net sees the whole and the detail, and its skip connections carry the detail across. What the
# network is asked to predict is a choice of its own: noise, image and $v$ contain the same information, and errors in
# them are not the same. A number for quality is only as good as what it was made to see.
#
# **Submit.** Save the notebook, then `git add`, `git commit` and `git push`. The score appears beside the commit
# after a few minutes. Your last push before the deadline counts. Tomorrow the pixels become letters.
