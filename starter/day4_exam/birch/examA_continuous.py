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
# # Exam A — Continuous diffusion
#
# A diffusion model of small pictures of digits. The pictures, the network and its trained weights are given; you write
# the process, the loss and the sampler, in six short functions. Before each stands a recap: what things mean here, and
# one worked number. **Read it even if you know the subject.** Definitions differ from text to text, and these count.
#
# **Goals**
#
# - Turn the definition of a forward process into code, and train a network to name the noise.
# - Go back from noise to pictures, in steps of any length.
# - Change a sampler so that it works with another network.
#
# | Section | What you do | Minutes | Points | |
# |---|---|---|---|---|
# | 0 What is given | read | 8 | | core |
# | A Six functions | a schedule, a jump, a loss, a step back, a sampler, and a change to it | 52 | 60 | core |
#
# **How it is graded.** Each function is judged on its own, together with working versions of the others: what one lacks
# costs the others nothing. The check cells run the tests that you are given. They look at shapes and simple facts, and
# carry 12 of the 60 points. The others are graded after the exam, with inputs that nobody has seen. A function that
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
import math

import torch
from torch import Tensor, nn

from autograding import check
from genlab import plots
from genlab.examA.pictures import Network, distance_to_nearest, load_pictures, trained
from genlab.training import train

# %% [markdown]
# ## Section 0 — What is given · 8 min
#
# **The pictures**: 1,797 digits of 8×8 pixels, each pixel a number from -1.0 (paper) to 1.0 (ink).
#
# **The schedule**: `T` steps, numbered t = 1, …, T; the clean picture stands before the first and has t = 0. `BETAS` holds
# one number for each step, $\beta_1, \dots, \beta_T$. What such a number means is said in the first task.

# %%
PAPER, INK = -1.0, 1.0
PICTURES = load_pictures(PAPER, INK)

T = 400
BETAS = torch.linspace(0.06, 0.2, T) ** 2


def spread(values: Tensor, x: Tensor) -> Tensor:
    """One number per example, (B,), shaped (B, 1, …) for arithmetic with x (B, …)."""
    return values.view(-1, *[1] * (x.ndim - 1))


# %% tags=["active-ipynb"]
# plots.image_grid(PICTURES[:20], title="twenty of the pictures", value_range=(PAPER, INK))

# %% [markdown]
# *Figure: two rows of ten digits, dark ink on white paper.*
#
# **The network** `network(x_t, t)` is told pictures `x_t` (B, 1, 8, 8) and the step of each, `t` (B,), and answers with
# pictures of the same shape. Any function of this form will do for your code; the tests use other ones, on other shapes.
#
# | symbol | code name | shape | meaning |
# |---|---|---|---|
# | $x_0$ | `x0` | (B, …) | clean pictures |
# | $t$ | `t` | (B,) | the step of each, an integer |
# | $\varepsilon$ | `noise` | (B, …) | standard normal noise |
# | $x_t$ | `x_t` | (B, …) | the pictures after step t |
# | $\bar\alpha_t$ | `ALPHA_BAR[t]` | | what is left after step t; `ALPHA_BAR` has T + 1 entries |
# | $\epsilon_\theta(x_t, t)$ | `model(x_t, t)` | (B, …) | the noise that a network sees in $x_t$ |

# %% [markdown]
# ## Section A — Six functions · 52 min
#
# ### Exercise examA.compute_alpha_cumprod · 7 points · 6 min
#
# The chain moves $u = (x - m)/c$, with $m = -1$ and $c = 1.5$. One step of the chain is
#
# $u_t = e^{-\beta_t/2}\,u_{t-1} + \sqrt{1-e^{-\beta_t}}\,\varepsilon$, with fresh standard normal noise $\varepsilon$.
#
# So $\beta_t$ is the rate at which step $t$ forgets. Here $\alpha_t$ is the **square** of the factor in front of $u_{t-1}$, and
# $\bar\alpha_t = \alpha_1 \alpha_2 \cdots \alpha_t$, step $t$ included. Before the first step nothing is lost:
# $\bar\alpha_0 = 1$ is the first entry of the result, which has one entry more than there are betas.
#
# *Worked number:* the betas $(0.1,\ 0.5)$ give $(1, 0.9048, 0.5488)$.

# %% tags=["exercise"]
def compute_alpha_cumprod(betas: Tensor) -> Tensor:
    """alpha_bar (T + 1,), which starts with 1, from the betas (T,) of all steps."""
    # TODO examA.compute_alpha_cumprod: from each beta its alpha, and their products.
    raise NotImplementedError("TODO examA.compute_alpha_cumprod")


# %% tags=["active-ipynb"]
# check("examA.compute_alpha_cumprod")

# %%
def table() -> Tensor:
    """Your alpha_bar (T + 1,); until it works, another one, so that you can go on."""
    try:
        found = compute_alpha_cumprod(BETAS)
        if found.shape == (T + 1,):
            return found
        print(f"Your table has the shape {tuple(found.shape)}, not ({T + 1},).")
    except Exception as error:
        print(f"compute_alpha_cumprod does not work yet ({type(error).__name__}).")
    print("The cells below use a straight line in its place: good enough to go on, but the pictures will look wrong.")
    return torch.linspace(1, 0.01, T + 1)


ALPHA_BAR = table()

# %% [markdown]
# ### Exercise examA.q_sample · 10 points · 7 min
#
# All steps up to $t$ together are one jump. Given the clean picture, $x_t$ is normal, each pixel on its own:
#
# $$
# q(x_t \mid x_0) = N\big(m + \sqrt{\bar\alpha_t}\,(x_0 - m),\ \ c^2\,(1-\bar\alpha_t)^2\big),
# $$
#
# a mean and a **variance**. Write $x_t$ for given standard normal noise. Each example has its own $t$, from 0 to T.
#
# *Worked number:* for $\bar\alpha_t = 0.36$, a pixel of ink $x_0 = 1.0$ and noise $-0.5$, $x_t = -0.28$.

# %% tags=["exercise"]
def q_sample(x0: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    """x_t (B, …) from clean x0 (B, …), the step t (B,) of each example, and noise (B, …)."""
    # TODO examA.q_sample: the mean, and the noise with its standard deviation.
    raise NotImplementedError("TODO examA.q_sample")


# %% tags=["active-ipynb"]
# check("examA.q_sample")

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# ten = PICTURES[:10]
# rows = {f"t = {t}": q_sample(ten, torch.full((10,), t), torch.randn_like(ten)) for t in (0, T // 8, T // 4, T // 2, T)}
# plots.image_rows(rows, title="ten pictures on their way to noise", value_range=(PAPER, INK))

# %% [markdown]
# *Figure: five rows of ten pictures, for five steps. In the first row the digits are clean, in the last there is nothing
# but noise.*
#
# ### Exercise examA.diffusion_loss · 12 points · 9 min
#
# The network names the noise that is in $x_t$. Its loss is the mean, over all numbers of the batch, of
#
# $$
# w_t\,\big(\epsilon_\theta(x_t, t) - \varepsilon\big)^2 ,
# $$
#
# where each example has its own $t$, drawn uniformly from $1, \dots, T$, and the weight is $w_t = \tfrac12 + t/T$. A `t` or a `noise`
# that is passed in is used as it is, alone as well; what is `None` is drawn.
#
# *Worked number:* one picture of two pixels, at $t = 100$; the network's answer is off by 1 in one of them, and by
# $-0.5$ in the other. The loss is 0.4688.

# %% tags=["exercise"]
def diffusion_loss(model: nn.Module, x0: Tensor, t: Tensor | None = None, noise: Tensor | None = None) -> Tensor:
    """The loss of a model that names the noise, a scalar with a gradient, for clean x0 (B, …); t (B,), noise (B, …)."""
    # TODO examA.diffusion_loss: draw what is not given, jump to x_t, compare the model's answer with the noise.
    raise NotImplementedError("TODO examA.diffusion_loss")


# %% tags=["active-ipynb"]
# check("examA.diffusion_loss")

# %% [markdown]
# Two hundred steps of training with your loss. It falls; for good samples it takes thousands, so the weights of the next
# sections come ready-made.

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# fresh_network = Network(T)
# optimizer = torch.optim.Adam(fresh_network.parameters(), lr=1e-3)
#
#
# def step(batch: Tensor) -> float:
#     loss = diffusion_loss(fresh_network, batch)
#     optimizer.zero_grad()
#     loss.backward()
#     optimizer.step()
#     return loss.item()
#
#
# history = train(step, PICTURES.split(128), steps=200)
# plots.curves(history, {"loss": "loss"}, title="a fresh network learns", ylabel="loss")

# %% [markdown]
# *Figure: one curve over 200 steps. It falls steeply at first, then slowly.*
#
# ### Exercise examA.p_sample · 14 points · 14 min
#
# One step back goes from step $t$ to any earlier step $s$, $0 \le s < t$. It has three parts.
#
# 1. The network says $\hat\varepsilon = \epsilon_\theta(x_t, t)$. The equation that you wrote in `q_sample`, with
#    $\hat\varepsilon$ for the noise, has one unknown left: solve it for the clean picture. The solution is $\hat x_0$.
# 2. A part of the noise is replaced by fresh noise $z$, standard normal: the new noise is
#    $\sqrt{1 - f^2}\;\hat\varepsilon + f\,z$. Here $f^2 = t/T$.
# 3. From $\hat x_0$, with the new noise, jump to step $s$ as in `q_sample`. So for $s = 0$ the result is $\hat x_0$.
#
# The network is asked with a tensor of steps (B,), the same for all. `noise` is $z$; when it is `None`, it is drawn. Nothing
# is clipped.
#
# *Worked number:* T as above, $t = 2$ with $\bar\alpha_2 = 0.36$, $s = 1$ with $\bar\alpha_1 = 0.8$; $x_t = -0.28$,
# $\hat\varepsilon = -0.5$ and $z = 1$ give $x_s = 0.6604$.

# %% tags=["exercise"]
@torch.no_grad()
def p_sample(model: nn.Module, x_t: Tensor, t: int, s: int, noise: Tensor | None = None) -> Tensor:
    """x_s (B, …) at an earlier step s < t, from x_t (B, …) at step t; noise (B, …) is the fresh part."""
    # TODO examA.p_sample: the clean picture, the new noise, and the jump to step s.
    raise NotImplementedError("TODO examA.p_sample")


# %% tags=["active-ipynb"]
# check("examA.p_sample")

# %% [markdown]
# ### Exercise examA.p_sample_loop · 8 points · 5 min
#
# Start with $x_T$, every pixel drawn from $N(m,\ c^2)$. Then step back with `p_sample`, from each of these steps to the
# next: the square numbers, $T = 400, 361, 324, \dots, 4, 1, 0$. The last step ends at 0, with pictures, and nothing is clipped. That makes 20 steps.

# %% tags=["exercise"]
@torch.no_grad()
def p_sample_loop(model: nn.Module, shape: tuple[int, ...]) -> Tensor:
    """New pictures of this shape (B, …), from pure noise x_T to x_0."""
    # TODO examA.p_sample_loop: the start, and p_sample from each step to the next.
    raise NotImplementedError("TODO examA.p_sample_loop")


# %% tags=["active-ipynb"]
# check("examA.p_sample_loop")

# %%
def show_samples(model: nn.Module, title: str) -> None:
    """Twenty samples of your sampler, and how far 400 of them are from the real pictures."""
    torch.manual_seed(1)
    samples = p_sample_loop(model, (400, 1, 8, 8))
    panels = {"real": PICTURES[:20], title: samples[:20]}
    plots.image_panels(panels, value_range=(PAPER, INK))
    distance = distance_to_nearest(samples, PICTURES)
    print(f"distance to the nearest real picture: {distance:.2f} (good samples: below 3; pure noise: about 7)")


# %% [markdown]
# The network with the trained weights, through your sampler. Nothing of this is graded: it is for your eyes.

# %% tags=["active-ipynb"]
# show_samples(trained("noise", T), "samples of your sampler")

# %% [markdown]
# *Figure: on the left twenty real pictures, on the right twenty samples. With a right sampler nearly all are digits.*
#
# ### Exercise examA.epsilon_from · 9 points · 11 min
#
# **Now change it.** Another network has been trained. It does not name the noise; it answers with
#
# $y = x_t - x_0$, all that is dirt.
#
# The sampler still needs the noise. Compute it from the answer $y$ and from $x_t$: two equations, this one and that of
# `q_sample`, and two unknowns, $x_0$ and $\varepsilon$. Eliminate $x_0$. Each example has its own $t$, from 1 to T.
#
# *Worked number:* $\bar\alpha_t = 0.36$, $x_t = -0.28$ and $y = -1.28$ give $\varepsilon = -0.5$.

# %% tags=["exercise"]
def epsilon_from(y: Tensor, x_t: Tensor, t: Tensor) -> Tensor:
    """The noise in x_t (B, …) that follows from the other network's answer y (B, …); t (B,)."""
    # TODO examA.epsilon_from: solve the two equations for the noise.
    raise NotImplementedError("TODO examA.epsilon_from")


# %% tags=["active-ipynb"]
# check("examA.epsilon_from")

# %%
class AsNoisePredictor(nn.Module):
    """The other network, dressed up for your sampler."""

    def __init__(self, other: nn.Module):
        super().__init__()
        self.other = other

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        return epsilon_from(self.other(x_t, t), x_t, t)


# %% tags=["active-ipynb"]
# show_samples(AsNoisePredictor(trained("other", T)), "samples with the other network")

# %% [markdown]
# *Figure: on the left twenty real pictures, on the right twenty samples of the same sampler with the other network. With
# a right function nearly all are digits again.*
#
# **Hand in.** Save the notebook, then `git add`, `git commit`, `git push`. Your last push before the end counts.
