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
# # Notebook 4 — A diffusion model that draws digits
#
# In Notebook 3 a cloud of noise turned into two-dimensional shapes. Today the points are images of 196 pixels, and the
# idea does not change at all: the loss and the sampler are the ones you know. What changes is the network. You build a
# small U-Net, train it for one to three minutes, and watch noise turn into handwritten digits of the kinds you ask for.
#
# **Goals**
#
# - Say what a denoising network for images must do, and why a U-Net is a good answer.
# - Write its two ideas: the residual block that is told the time, and the skip connection.
# - Write the loss, the training step and the sampling loop for images with labels.
# - Judge samples by eye and by a number, and know how the number can deceive.
# - See where along the chain the network finds its task hard.
#
# **Time budget**
#
# | Section | What you do | Minutes | Points | |
# |---|---|---|---|---|
# | 0 Recap | read, look at noised digits | 12 | | core |
# | A Setup and model | `ResidualBlock.forward`, `SmallUNet.forward` | 28 | 18 | core |
# | B Forward process and loss | `diffusion_loss` | 15 | 10 | core |
# | C Training and sampling | `train_step`, `p_sample_loop`, look at samples | 35 | 17 | core |
# | Extensions | `v_loss`, `ddim_loop`, `guided_noise` | as you like | | at home, or for the fast |
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

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograding import check
from genlab import plots
from genlab.checkpoints import checkpoint, load_weights
from genlab.data import Batches, load_mnist, to_signed
from genlab.diffusion import Schedule, cosine_schedule
from genlab.nb4.classifier import classify
from genlab.nb4.figures import draw_samples, draw_unet
from genlab.nb4.image_diffusion import (
    EMA,
    NO_LABEL,
    NUM_CLASSES,
    NoiseFromV,
    Recorder,
    TimeAndLabel,
    amounts,
    drop_labels,
    estimate_x0,
    log_snr,
    q_sample,
    reverse_gaussian,
)
from genlab.training import report, train

# %% [markdown]
# ## Section 0 — Recap: diffusion, now on images · 12 min
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
# There are other names for the same thing. Many recent papers speak of the **signal-to-noise ratio**, the variance of
# the signal over that of the noise, and of its logarithm
# $\lambda_t = \log \frac{\bar\alpha_t}{1 - \bar\alpha_t}$ (Kingma et al. 2021). At $\lambda = 0$ signal and noise are
# equally strong. The given code of today uses this form, so that you get to know it.
#
# ### Reverse: a network that sees the noise
#
# A network $\hat\varepsilon_\theta(x_t, t)$ looks at a noisy image and predicts the noise in it. That is enough to walk
# backwards. Whoever knows the noise knows an estimate of the clean image, $\hat x_0$; and whoever knows $x_t$ and
# $\hat x_0$ knows where $x_{t-1}$ lies, up to a Gaussian:
#
# $$
# p_\theta(x_{t-1} \mid x_t) = N\big(\mu_t(x_t, \hat x_0),\ \sigma_t^2 I\big), \qquad \sigma_0 = 0 .
# $$
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
# | $\lambda_t$ | `log_snr(schedule)` | (T,) | log of the signal-to-noise ratio |
#
# Given functions of the day: `q_sample(x0, t, noise, schedule)` makes $x_t$, as the one that you write in Notebook 3 does;
# this one is for images. `reverse_gaussian(x_t, eps_hat, t, schedule)` returns $\mu_t$ and $\sigma_t$, for one whole
# number `t`.

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
# plots.image_rows(rows, title="the forward process", value_range=(-1.5, 1.5), ticks=ticks, xlabel="step t", width=9)

# %% tags=["active-ipynb"]
# steps = torch.arange(NUM_STEPS)
# signal, noise = amounts(schedule, steps)
# levels = {"signal: standard deviation": signal.flatten(), "noise: standard deviation": noise.flatten()}
# plots.lines(steps, levels, title="cosine schedule, T = 200", xlabel="step t", ylabel="amount")
# print("step:   ", *(f"{t:6d}" for t in shown))
# print("log SNR:", *(f"{log_snr(schedule)[t]:6.1f}" for t in shown))

# %% [markdown]
# *Figure: first, six strips of nine images. Each starts with a clear digit and ends in noise; most digits can be read
# up to about step 100. Second, two curves over the step: the signal falls from 1 to 0 along a quarter of a cosine while
# the noise rises from 0 to 1; they cross near step 100.*
#
# Your eyes use everything you know about digits, and the network will have to learn it. Past step 150 there is little
# to see in the image, and the network can only guess what digits look like on average.

# %% [markdown]
# ## Section A — Setup and model · 28 min
#
# ### The data
#
# The same 4,500 training digits as on Tuesday, averaged over 2 × 2 pixels to 14 × 14, which makes training five times
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
# ### Exercise nb4.ResidualBlock.forward · 9 points · 10 min
#
# The working part, used four times. It has two convolutions, each after a normalisation and a SiLU, with the embedding
# $e$ of time and label added in the middle. A shortcut leads around all of it:
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
# Why a shortcut? With it the block only has to learn a *correction* to its input. We let `conv2` start at zero, so that
# an untrained block corrects nothing and a gradient still passes through it undisturbed.
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
        self.shortcut = nn.Conv2d(in_channels, out_channels, 1) if in_channels != out_channels else nn.Identity()
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor, emb: Tensor) -> Tensor:
        """Features x (B, C_in, H, W) and embeddings emb (B, emb_dim) to features (B, C_out, H, W).

        Norm first, then SiLU, then convolution (much older code has the norm last). Nothing is random or clipped.
        """
        # TODO nb4.ResidualBlock.forward: norm, SiLU, conv; add the embedding; again; add the shortcut.
        raise NotImplementedError("TODO nb4.ResidualBlock.forward")


# %% tags=["active-ipynb"]
# check("nb4.ResidualBlock.forward")

# %% [markdown]
# ### Exercise nb4.SmallUNet.forward · 9 points · 10 min
#
# Connect the parts as in the figure. With C = `channels`:
#
# | what | from | shape |
# |---|---|---|
# | $e$ | `embed` of `t` and `label` | (B, 64) |
# | fine view | `conv_in`, then `down_block` | (B, C, 14, 14) |
# | coarse view | `downsample`, `mid_block1`, `mid_block2` | (B, 2C, 7, 7) |
# | both views | `upsample` of the coarse view, then the fine view, side by side as channels | (B, 3C, 14, 14) |
# | $\hat\varepsilon$ | `up_block`, then `head` | (B, 1, 14, 14) |
#
# In the third but last row the order matters: the upsampled channels come first. Every residual block is called with
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
        self.head = nn.Sequential(nn.GroupNorm(8, channels), nn.SiLU(), nn.Conv2d(channels, 1, 3, padding=1))

    def forward(self, x_t: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        """Noisy images x_t (B, 1, H, W), steps t (B,) and labels (B,) to the predicted noise (B, 1, H, W).

        Without a label it predicts for any digit, as for NO_LABEL. Labels are hidden in the training loop, not in here.
        """
        # TODO nb4.SmallUNet.forward: the fine view, the coarse view, both side by side, the head.
        raise NotImplementedError("TODO nb4.SmallUNet.forward")


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
# ## Section B — Forward process and loss · 15 min
#
# The forward process is that of Notebook 3, and given: a schedule of betas, and `q_sample`, which jumps to any step. From
# the betas follow $\alpha_t = 1 - \beta_t$ and $\bar\alpha_t = \alpha_0 \cdots \alpha_t$.

# %% tags=["active-ipynb"]
# title = r"how much noise each step adds: $\beta_t$ of the cosine schedule, T = 200"
# plots.lines(torch.arange(NUM_STEPS), {r"$\beta_t$": schedule.betas.cpu()}, title=title, xlabel="step t", ylabel="variance")

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
# *Worked numbers.* A model that always answers 0 has a loss near 1, because noise has variance 1. A model that knows
# $x_0$ could compute the noise and have loss 0. Everything useful lies between.
#
# What has changed since two dimensions? Only that the mean runs over batch, channel, rows and columns.
#
# <details><summary>Hint 1</summary>
#
# There is a difference between one random step for the whole batch and one for every image. What shape does `t` have in
# the table of Section 0?
# </details>
# <details><summary>Hint 2</summary>
#
# `torch.randint` excludes its upper end. `torch.randn_like` copies shape, type and device of its argument. Both need
# random whole numbers or noise only where the argument is `None`.
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
    raise NotImplementedError("TODO nb4.diffusion_loss")


# %% tags=["active-ipynb"]
# check("nb4.diffusion_loss")

# %% [markdown]
# > **Predict before you run.** The untrained network has a head with small random weights. Which loss will it have,
# > about? And a "network" that hands back $x_t$ itself as its guess of the noise: near which $t$ is that a good idea?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# some, digits = x0[:500].to(device), labels[:500].to(device)
# with torch.no_grad():
#     print(f"untrained network: {diffusion_loss(network, some, schedule, digits).item():.3f}")
#     for t in (0, 50, 100, 150, 199):
#         loss = diffusion_loss(lambda x_t, t, label: x_t, some, schedule, t=torch.full((500,), t, device=device))
#         print(f"answering x_t at t = {t:3d}: {loss.item():.3f}")

# %% [markdown]
# The untrained network is at about 1.2: the variance of the noise, plus that of its own random answers. As to the
# copy: at the far end $x_t$ *is* the noise, so copying the input is a perfect answer there, and a network learns it
# within seconds. A low average loss can hide that nothing has been learned about digits. Keep this in mind for the
# figure of the loss by timestep in Section C.

# %% [markdown]
# Fell behind? Run the first code cell of this notebook, then this one with your instructor's code. It needs no other
# cell above: all functions up to here work then (they earn no points), and all that follows can be run.

# %% tags=["active-ipynb"]
# checkpoint("nb4.B", code="")

# %% [markdown]
# ## Section C — Training and sampling · 35 min
#
# ### Exercise nb4.train_step · 8 points · 6 min
#
# One step of gradient descent on one batch: compute the loss, compute its gradient, let the optimizer move the weights.
# Return the loss as a Python number for the log. Gradients of the step before must not be left over.
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
    raise NotImplementedError("TODO nb4.train_step")


# %% tags=["active-ipynb"]
# check("nb4.train_step")

# %% [markdown]
# ### Train
#
# 1,100 steps on batches of 96, one to three minutes. Two details are given:
#
# - **Hidden labels.** `drop_labels` replaces one label in ten by `NO_LABEL`.
# - **EMA.** We sample from a slow copy of the network, the exponential moving average of its weights. Single steps are
#   noisy; their average is a better model than the last of them.
#
# > **Predict before you run.** The loss starts near 1. Where will it be after 1,100 steps: near 0.5, 0.1 or 0.01? Can
# > it ever reach 0?
# >
# > Write your guess: …


# %%
def fit(step, data: Batches, num_steps: int, peak_rate: float = 5e-3, name: str = "training"):
    """Train a new U-Net with `step(network, x0, label, optimizer)`; returns its slow copy and the history."""
    network = SmallUNet().to(device)
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
# model, history = fit(lambda *args: train_step(*args, schedule), data, num_steps=1100)
# plots.curves(history, {"loss": "diffusion loss"}, title="training", ylabel="squared error per pixel", ylim=(0, 0.4))

# %% [markdown]
# *Figure: the training loss over 1,100 steps. It falls from above 0.4 to about 0.1 in the first 200 steps and creeps
# down to 0.075 from there.*
#
# The first seconds teach the network to recognise noise as noise. The slow part that follows is where it learns digits,
# and the curve hardly shows it. It cannot reach 0: a noise speckle and a speck of ink look alike, and at small $t$ the
# noise is so faint that it cannot be told from the grain of the image.
#
# ### Exercise nb4.p_sample_loop · 9 points · 9 min
#
# Now walk backwards, from noise to images:
#
# $$
# x_{T-1} \sim N(0, I); \qquad \text{for } t = T-1, \dots, 1, 0: \quad
# x_{t-1} = \mu_t(x_t, \hat\varepsilon) + \sigma_t\, \varepsilon', \quad \varepsilon' \sim N(0, I) .
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
# Source: Ho et al. 2020, algorithm 2. One thing differs from Notebook 3. `reverse_gaussian` knows that pixels lie in
# $[-1, 1]$, and **clips** the estimate $\hat x_0$ to this range. At the first steps $\hat x_0$ is a small difference
# divided by a tiny number, and without clipping a small error there becomes a pixel value of several hundred.
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
    raise NotImplementedError("TODO nb4.p_sample_loop")


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
# Sixteen images of each digit, asked for by label. Eight of each are shown, next to eight real ones.
#
# > **Predict before you run.** Which digit will the model draw best, and which one worst? Will it obey the label?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# wanted = torch.arange(NUM_CLASSES, device=device).repeat(16)
# recorder = Recorder(model)
# samples = p_sample_loop(recorder, (len(wanted), 1, SIZE, SIZE), schedule, wanted)
# real = torch.stack([x0[labels == digit][k] for k in range(8) for digit in range(NUM_CLASSES)])
# draw_samples({"real digits": real, "samples, one label per column": samples[:80]})

# %% [markdown]
# *Figure: two grids with eight rows and ten columns, one column per digit from 0 to 9. Left, real digits. Right,
# samples: most can be read and have the digit of their column; some strokes are broken or belong to another digit.*
#
# ### A number for quality
#
# A small classifier, trained by us on the same 4,500 images, looks at the samples. Its **confidence** is the
# probability of the digit that it finds most likely. Clear digits make it sure; smudges do not.

# %% tags=["active-ipynb"]
# digit, confidence = classify(samples)
# report("mean confidence of the classifier", confidence.mean().item(), at_least=0.88)
# report("kinds of digits among the samples", len(digit.unique()), at_least=10)
# test_images = to_signed(load_mnist("test", SIZE)[0])
# print(f"for comparison: real digits {classify(test_images)[1].mean():.3f}, "
#       f"noise {classify(torch.randn_like(test_images))[1].mean():.3f}")
# print(f"samples that show the digit we asked for: {(digit == wanted.cpu()).float().mean():.0%}")

# %% [markdown]
# A warning about such numbers. An ordinary classifier is also sure about things that are no digits: taught on digits
# alone, ours was 75 % sure about pure noise. This one was taught to shrug at noise and at scrambled digits, and
# images are clipped before it sees them. Even so, a model that draws one perfect 3 over and over would score well,
# which is why the second line counts the kinds. No number replaces a look at the samples.

# %% [markdown]
# **View your samples.** Name one thing that the model has understood about digits, and one that it has not.
#
# *Your answer (nb4.samples):* …

# %% [markdown]
# ### From noise to image
#
# `recorder` has kept every $x_t$ that the network was shown while the first samples were drawn.
#
# > **Predict before you run.** At which step will you first be able to say what the image is going to be?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# shown = [199, 175, 150, 125, 100, 75, 50, 25, 0]
# inputs = recorder.inputs[::-1]
# rows = {f"a {k % 10}": torch.stack([inputs[t][k] for t in shown]) for k in (11, 13, 18, 17)}
# steps = torch.tensor(shown, device=device)
# with torch.no_grad():
#     strip = torch.stack([inputs[t][17] for t in shown])
#     guesses = model(strip, steps, torch.full_like(steps, 7))
# estimates = [estimate_x0(strip[[k]], guesses[[k]], t, schedule) for k, t in enumerate(shown)]
# rows["estimate for the 7"] = torch.cat(estimates)
# ticks = [f"{t}" for t in shown]
# plots.image_rows(rows, title="the reverse process", value_range=(-1.5, 1.5), ticks=ticks, xlabel="step t", width=9)

# %% [markdown]
# *Figure: five strips from left (step 199) to right (step 0). In the first four, noise turns into a digit; its
# outline appears between steps 125 and 75. The fifth strip shows the estimate of the clean image for the 7 above it:
# black and white speckles at step 199, a grey blur at 175, and from there on a sharper and sharper shape.*
#
# Coarse things come first, fine things last. The estimate $\hat x_0$ is an average over all images that are still
# possible: where little is known it is a blur. The speckles at step 199 are what clipping has left of an estimate with
# far larger pixel values. Little of them survives, because the next step takes little signal from the estimate.
#
# ### Where is it hard?
#
# > **Predict before you run.** We measure the loss of the trained network on test images at each step separately. Where
# > is it largest: at small $t$, in the middle, or at large $t$? And what does a *small* loss there mean?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# images, digits = load_mnist("test", SIZE)
# test_x0, digits = to_signed(images[:250]).to(device), digits[:250].to(device)
# steps = torch.arange(0, NUM_STEPS, 10)
# with torch.no_grad():
#     at = [torch.full_like(digits, t) for t in steps.tolist()]
#     told = torch.tensor([diffusion_loss(model, test_x0, schedule, digits, t=t) for t in at])
#     hidden = torch.tensor([diffusion_loss(model, test_x0, schedule, t=t) for t in at])
# signal, noise = (amount.flatten().cpu() for amount in amounts(schedule, steps.to(device)))
# curves = {"label told": told, "label hidden": hidden}
# plots.lines(steps, curves, title="loss by timestep, test images", xlabel="step t", ylabel="squared error per pixel")
# in_pixels = {name: curve * (noise / signal) ** 2 for name, curve in curves.items()}
# labels_ = {"xlabel": "step t", "ylabel": "squared error of the estimate"}
# plots.lines(steps[:16], {name: curve[:16] for name, curve in in_pixels.items()}, title="the same, for x0", **labels_)

# %% [markdown]
# *Figure: first, the loss over the step: 0.34 at step 0, 0.1 at step 50, and below 0.03 beyond step 150; telling the
# label helps a little from step 60 on. Second, the squared error of the estimate of x0 for the same predictions: near 0
# at step 0, and growing ever faster.*
#
# The two figures show one and the same network. Guessing the *noise* is hard where there is hardly any; guessing the
# *image* is hard where there is hardly anything else. An error in the noise turns into an error in the image multiplied
# by $\sqrt{(1 - \bar\alpha_t) / \bar\alpha_t}$, which is huge at the start of sampling. There, a loss of 0.001 is not
# good enough. This is the weak spot of predicting noise, and the first extension repairs it.

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
# ### Exercise nb4.v_loss · 0 points · 6 min
#
# Let the network predict something else. With $a_t$ and $s_t$ for the amounts of signal and noise at step $t$
# (`amounts(schedule, t)` returns both), Salimans & Ho (2022) propose
#
# $$
# v = a_t\, \varepsilon - s_t\, x_0 .
# $$
#
# At small $t$ that is nearly the noise, at large $t$ nearly minus the image: at every step the target is the thing that
# cannot be read off the input. The loss is the mean squared error to $v$; all the rest stays as in your
# `diffusion_loss`. A third choice is $x_0$ itself.
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
    raise NotImplementedError("TODO nb4.v_loss")


# %% tags=["active-ipynb"]
# check("nb4.v_loss")


# %% [markdown]
# > **Predict before you run.** We have trained the same U-Net on `v_loss`, with the same data, batches and 1,100 steps
# > as yours, and load its weights. Will its samples be worse, as good, or better?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# v_network = SmallUNet().to(device)
# v_network.load_state_dict(load_weights("nb4.v"))
# # To train it yourself, with your train_step on your v_loss, take these lines instead (one to three minutes):
# # from unittest import mock
# # with mock.patch("__main__.diffusion_loss", v_loss):
# #     v_network, _ = fit(lambda *args: train_step(*args, schedule), data, num_steps=1100)
# v_model = NoiseFromV(v_network, schedule)

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# start = time.perf_counter()
# v_samples = p_sample_loop(v_model, (len(wanted), 1, SIZE, SIZE), schedule, wanted)
# ddpm_seconds = time.perf_counter() - start
# for name, images in {"the noise": samples, "v": v_samples}.items():
#     digit, confidence = classify(images)
#     obeyed = (digit == wanted.cpu()).float().mean()
#     print(f"predicting {name:>9}: confidence {confidence.mean():.3f}, {obeyed:.0%} show the right digit")
# draw_samples({"predicting the noise": samples[:80], "predicting v": v_samples[:80]})

# %% [markdown]
# *Figure: two grids of samples, one column per digit. On the right, from the network that predicts v, strokes are
# cleaner and the columns agree with their labels more often.*
#
# The same network, the same training, one changed line. To judge both fairly they see the same starting noise.
#
# Where the sampler starts, $v$ is nearly $-x_0$: an error in it is an error in the image, no larger. In the network that
# predicts noise, an error reaches the image multiplied by $\sqrt{(1 - \bar\alpha_t) / \bar\alpha_t}$: 6.7 at $t = 180$. Is
# it the first steps, then, that decide? In one run of ours the v network made the steps from some $t$ upwards only, and
# the other one the rest. Obedience to the label rose from 71 % to 78 % with $t = 180$, to 83 % with 140, and to 91 % with
# 60. There the first steps had their share, and the middle of the way mattered no less.

# %% [markdown]
# **On the eight Gaussians of Notebook 3, a network that predicts $x_0$ is clearly worse after the same training; with $v$
# the difference is hardly more than another seed makes. Why might that be?** Think of what the network has to output
# there, point by point, and of how much can be read off $x_t$ itself.
#
# *Your answer (nb4.other_targets):* …

# %% [markdown]
# ### Exercise nb4.ddim_loop · 0 points · 8 min
#
# 200 calls of the network for one image is slow. DDIM (Song, Meng & Ermon 2021) walks the same road without fresh noise
# and in longer strides. From step $t$ to an earlier step $u$:
#
# $$
# x_u = a_u\, \hat x_0 + s_u\, \varepsilon', \qquad \varepsilon' = \frac{x_t - a_t\, \hat x_0}{s_t} ,
# $$
#
# with the amounts of signal and noise from `amounts(schedule, t)`, and $\hat x_0$ from `estimate_x0`. The noise
# $\varepsilon'$ is the one that fits $x_t$ and $\hat x_0$. It is $\hat\varepsilon$ itself, unless the estimate has been
# clipped.
#
# Start from $N(0, I)$ at $t = T - 1$. Visit `num_steps` steps, evenly spaced and rounded, of which the last is 0. From
# there go to the clean image, which counts as $u = -1$. With `num_steps = 1` there is one stride, from $T - 1$ to $-1$.
#
# <details><summary>Hint 1</summary>
#
# `torch.linspace(T - 1, 0, num_steps)` gives the visited steps before rounding. Pairs of neighbours come from zipping a
# list with itself, shifted by one.
# </details>

# %% tags=["exercise"]
def ddim_loop(
    model: nn.Module, shape: tuple[int, ...], schedule: Schedule, label: Tensor | None = None, num_steps: int = 20
) -> Tensor:
    """New images (B, 1, H, W) in few deterministic strides, without gradients. Source: Song, Meng & Ermon 2021."""
    # TODO nb4.ddim_loop: start from noise; stride from each visited step to the next one, and to -1 in the end.
    raise NotImplementedError("TODO nb4.ddim_loop")


# %% tags=["active-ipynb"]
# check("nb4.ddim_loop")

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# start = time.perf_counter()
# ddim_samples = ddim_loop(v_model, (len(wanted), 1, SIZE, SIZE), schedule, wanted)
# ddim_seconds = time.perf_counter() - start
# runs = {"DDPM, 200 steps": (v_samples, ddpm_seconds), "DDIM, 20 steps": (ddim_samples, ddim_seconds)}
# for name, (images, seconds) in runs.items():
#     digit, confidence = classify(images)
#     obeyed = (digit == wanted.cpu()).float().mean()
#     print(f"{name:>15}: {seconds:4.1f} s, confidence {confidence.mean():.3f}, {obeyed:.0%} show the right digit")
# draw_samples({name: images[:80] for name, (images, _) in runs.items()})

# %% [markdown]
# *Figure: two grids of samples, one column per digit, by DDPM and by DDIM; both look alike in quality.*
#
# A tenth of the time, and nearly as good. There is no noise in the strides, so each starting noise now belongs
# to one image, and you can interpolate between images by interpolating between noises.
#
# ### Exercise nb4.guided_noise · 0 points · 5 min
#
# Our network knows two things: the noise it expects given the label, and the noise it expects without. Their
# difference points to what the label adds. **Classifier-free guidance** (Ho & Salimans 2022) goes further in that
# direction, with a strength $w \ge 0$:
#
# $$
# \tilde\varepsilon = (1 + w)\, \hat\varepsilon(x_t, t, y) - w\, \hat\varepsilon(x_t, t) .
# $$
#
# At $w = 0$ nothing changes. Mind the convention: other texts call $1 + w$ the strength.
#
# <details><summary>Hint 1</summary>
#
# The network is called twice. How do you ask it without a label?
# </details>

# %% tags=["exercise"]
def guided_noise(model: nn.Module, x_t: Tensor, t: Tensor, label: Tensor, strength: float) -> Tensor:
    """The predicted noise pushed towards the label, like x_t; strength 0 is no guidance. Source: Ho & Salimans 2022."""
    # TODO nb4.guided_noise: predict with and without the label, and extrapolate.
    raise NotImplementedError("TODO nb4.guided_noise")


# %% tags=["active-ipynb"]
# check("nb4.guided_noise")

# %% [markdown]
# > **Predict before you run.** What will grow with $w$, and what will shrink: obedience to the label, sharpness, or
# > variety?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# panels = {}
# for strength in (0, 1, 3):
#     torch.manual_seed(0)
#     guided = lambda x_t, t, label: guided_noise(v_model, x_t, t, label, strength)
#     images = ddim_loop(guided, (len(wanted), 1, SIZE, SIZE), schedule, wanted)
#     digit, confidence = classify(images)
#     obeyed = (digit == wanted.cpu()).float().mean()
#     spread = torch.stack([images[wanted == k].std(dim=0).mean() for k in range(NUM_CLASSES)]).mean()
#     print(f"w = {strength}: confidence {confidence.mean():.3f}, {obeyed:.0%} show the digit, variety {spread:.2f}")
#     panels[f"w = {strength}"] = images[:80]
# draw_samples(panels)

# %% [markdown]
# *Figure: three grids of samples for w = 0, 1 and 3. With growing w the digits obey their labels and are bolder.*
#
# Guidance trades variety for obedience. Variety here is the standard deviation of a pixel among the images of one
# digit. It falls a little, from about 0.23 to 0.20, which no eye would notice: measure what you claim.
#
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
# network is asked to predict matters as much as how it is built: noise, image and $v$ contain the same information,
# and errors in them are not the same. A number for quality is only as good as what it was made to see.
#
# **Submit.** Save the notebook, then `git add`, `git commit` and `git push`. The score appears beside the commit
# after a few minutes. Your last push before the deadline counts. Tomorrow the pixels become letters.
