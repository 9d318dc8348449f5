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
# # Notebook 2 — A hierarchical VAE
#
# A flat VAE draws all its latent numbers independently. Whether the digit is a 3, how it slants and how thick its
# stroke is: nothing in the prior ties these decisions together. In this notebook you put a second layer of latents on
# top, which decides first, and a layer below it, which fills in the rest. You write the model and a bound with five
# terms. Then you watch the upper layer go to sleep, hear two explanations, and find out by experiment which one is right.
#
# **Goals**
#
# - Factorise a generative model and an inference model with two latent layers, and read the diagram.
# - Write the ELBO as five expectations, and estimate it with reparameterised samples.
# - Test an ELBO against a model whose log-likelihood is known, to the last digit.
# - Measure what each layer carries: nats, active units, and whether it knows the digit.
# - Recognise posterior collapse in one layer, repair it, and know what the repair was.
#
# **Time budget**
#
# | Section | What you do | Minutes | Points | |
# |---|---|---|---|---|
# | 0 Recap | read, look at the diagram | 8 | | core |
# | A Motivation and architecture | read | 7 | | core |
# | B Generative and inference models | `GenerativeModel.z1_given_z2`, `InferenceModel.forward` | 17 | 14 | core |
# | C ELBO | `log_normal`, `elbo_terms`, `hierarchical_elbo` | 28 | 29 | core |
# | D Training and analysis | `train_step`, experiments, short answers | 30 | 7 | core |
# | Extension | a walk through the upper layer | as you like | | at home, or for the fast |
#
# **How to work.** As in Notebook 1: replace each `raise` below a `TODO`, run the cell, run the check cell that follows.
# Write down a guess wherever a box says *Predict*. Commit and push as often as you like.
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
import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.distributions import Normal

from autograding import check
from genlab import plots
from genlab.checkpoints import checkpoint
from genlab.data import Batches, binarise, load_mnist
from genlab.nb2.figures import draw_hierarchy, four_cells, layer_bars
from genlab.nb2.hierarchy import (
    LinearGaussian,
    PixelDecoder,
    class_agreement,
    gaussian_kl,
    rows_of_one_z2,
    train_classifier,
    used_units,
)
from genlab.training import History, report, train

# %% [markdown]
# ## Section 0 — Recap: two layers of hidden causes · 8 min
#
# ### One layer, in five lines
#
# A VAE makes an image in two steps: draw a code $z \sim N(0, I)$, and let a decoder turn it into one biased coin per
# pixel, $p(x \mid z)$. An encoder $q(z \mid x)$ proposes the codes that fit an image. Both are trained by a lower bound
# on the log-likelihood, estimated with a reparameterised sample $z = \mu + \sigma\,\varepsilon$ of the encoder:
#
# $$
# \log p(x) \;\ge\; \mathrm{ELBO}(x)
# = \mathbb{E}_{q(z \mid x)}\big[\log p(x \mid z) + \log p(z) - \log q(z \mid x)\big].
# $$
#
# The last two terms are minus the KL between encoder and prior: the price of the code. Everything is in nats.
#
# ### Two layers
#
# Now the code itself gets a cause. Let $z_2$ be drawn first and $z_1$ second, from a Gaussian whose mean and variance
# depend on $z_2$. The image depends on $z_1$ alone. The joint distribution is a product of three factors, and to sample
# it you follow the arrows:
#
# $$
# p(x, z_1, z_2) = p(x \mid z_1)\; p(z_1 \mid z_2)\; p(z_2) .
# $$
#
# To infer the causes of an image we need a distribution over *both*. It is a choice, and there are two natural ones. In
# the first, each layer is read off the image on its own. In the second, $z_2$ is read off $z_1$:
#
# $$
# q(z_1, z_2 \mid x) = q(z_1 \mid x)\; q(z_2 \mid x)
# \qquad\text{or}\qquad
# q(z_1, z_2 \mid x) = q(z_1 \mid x)\; q(z_2 \mid z_1) .
# $$

# %% tags=["active-ipynb"]
# draw_hierarchy()

# %% [markdown]
# *Figure: three graphs with the nodes x, z1 and z2, x at the bottom. In the generative model arrows lead down, from z2
# to z1 to x. In the first inference model one arrow leads from x to z1 and another one past it from x to z2. In the
# second inference model arrows lead up, from x to z1 and from z1 to z2.*
#
# The first inference model says: once the image is known, the two layers have nothing more to tell each other. Keep
# that sentence in mind. It is false for this generative model. There, $z_2$ reaches the image through $z_1$ alone: if
# $z_1$ lies here, this $z_2$ is likely, and if it lies there, another one. Only the second form can say so. Section C
# shows what that costs where all can be computed; Section D asks whether it costs anything here.
#
# For both of them the bound is built as before: log of everything generative, minus log of everything inferred.
#
# $$
# \log p(x) \;\ge\; \mathbb{E}_{q}\big[\,
# \log p(x \mid z_1) + \log p(z_1 \mid z_2) + \log p(z_2) - \log q(z_1 \mid x) - \log q(z_2 \mid \cdot)
# \,\big],
# $$
#
# where the dot stands for $x$ or for $z_1$.
#
# | symbol | code name | shape | meaning |
# |---|---|---|---|
# | $x$ | `x` | (B, 1, 28, 28) | a batch of B images, each pixel 0 or 1 |
# | $z_1$ | `z1` | (B, Z1) | lower latents: the image depends on these |
# | $z_2$ | `z2` | (B, Z2) | upper latents: $z_1$ depends on these |
# | $\mu_1, \log\sigma_1^2$ | `mu1, log_var1` | (B, Z1) | parameters of $q(z_1 \mid x)$ |
# | $\mu_2, \log\sigma_2^2$ | `mu2, log_var2` | (B, Z2) | parameters of $q(z_2 \mid \cdot)$ |
# | $p, q$ | `generative`, `inference` | | the two models |
#
# The index counts layers now: $z_1$ is a vector of 16 numbers, $z_2$ one of 8. Where a formula needs the numbers of one
# vector, it counts them by $j$.

# %% [markdown]
# ## Section A — Motivation and architecture · 7 min
#
# ### Why a second layer
#
# Think of how a person would describe a handwritten digit. First the gist: a seven, slanted, with a bar. Then the
# detail: where the stroke starts, how far the bar reaches. The detail depends on the gist. A flat prior $N(0, I)$ has
# no place for such a dependence: its numbers are independent, and the decoder must make sense of every combination.
# You have seen the result in Notebook 1: some samples fall between the digits.
#
# The hierarchical model has a place for it:
#
# 1. $z_2 \sim N(0, I)$: the gist, 8 numbers.
# 2. $z_1 \sim p(z_1 \mid z_2) = N\big(\mu(z_2), \mathrm{diag}(\sigma^2(z_2))\big)$: the detail, 16 numbers.
# 3. $x \sim p(x \mid z_1)$: the pixels, 784 coins.
#
# The diagram again, with the two ways to infer the causes beside it:

# %% tags=["active-ipynb"]
# draw_hierarchy()

# %% [markdown]
# *Figure: the three graphs of Section 0: the generative model from z2 down to x, and the two inference models.*
#
# Seen from $x$, the pair of the upper two layers is a *learned prior* for $z_1$:
# $p(z_1) = \int p(z_1 \mid z_2)\, p(z_2)\, dz_2$ is a mixture of infinitely many Gaussians, and can have the shape that
# the codes of digits need. That is what we hope for. Whether the model makes use of it is an experiment.
#
# All networks here are MLPs with 200 hidden units, so that a run takes seconds. The decoder $p(x \mid z_1)$ is given.

# %%
Z1_DIM = 16
Z2_DIM = 8
HIDDEN_DIM = 200
NUM_PIXELS = 28 * 28

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

# %% tags=["active-ipynb"]
# (train_images, train_labels), (test_images, test_labels) = load_mnist("train"), load_mnist("test")
# train_x, test_x = binarise(train_images).to(device), binarise(test_images).to(device)
# print(f"train {tuple(train_x.shape)}, test {tuple(test_x.shape)}, on {device}")

# %% [markdown]
# **Suppose that $x$ is the text of a short story, made in these three steps. Which choices belong into $z_2$, and which
# into $z_1$?** Where would you put the genre, and where the name of the dog?
#
# *Your answer (nb2.story):* …

# %% [markdown]
# ## Section B — Generative and inference models · 17 min
#
# ### Exercise nb2.GenerativeModel.z1_given_z2 · 7 points · 6 min
#
# Map $z_2$ to the parameters of the Gaussian $p(z_1 \mid z_2)$. It is an encoder's job, between two latent layers:
#
# $$
# h_1 = \mathrm{ReLU}(W_1 z_2 + b_1), \qquad h_2 = \mathrm{ReLU}(W_2 h_1 + b_2), \qquad
# \mu = W_\mu h_2 + b_\mu, \qquad \log\sigma^2 = W_\sigma h_2 + b_\sigma .
# $$
#
# Both outputs have shape (B, Z1), and both may be any real number. The rest of the class is given: the decoder with
# `log_p_x_given_z1`, and `sample`, which follows the arrows from $z_2$ down to pixel probabilities.
#
# <details><summary>Hint 1</summary>
#
# Follow the shapes: (B, 8) to (B, 200) to (B, 200), and from there twice to (B, 16). The layers that you need are named
# in `__init__`.
# </details>
# <details><summary>Hint 2</summary>
#
# $\sigma^2(z_2)$ is learned as well. Where the prior of $z_1$ should be narrow is for the network to decide, so nothing
# may limit the sign of its logarithm.
# </details>

# %% tags=["exercise"]
class GenerativeModel(nn.Module):
    """p(x, z1, z2) = p(x|z1) p(z1|z2) p(z2), with p(z2) = N(0, I)."""

    def __init__(self, z1_dim: int = Z1_DIM, z2_dim: int = Z2_DIM, hidden_dim: int = HIDDEN_DIM):
        super().__init__()
        self.z2_dim = z2_dim
        self.fc1 = nn.Linear(z2_dim, hidden_dim)
        self.fc2 = nn.Linear(hidden_dim, hidden_dim)
        self.to_mu = nn.Linear(hidden_dim, z1_dim)
        self.to_log_var = nn.Linear(hidden_dim, z1_dim)
        self.decoder = PixelDecoder(z1_dim, hidden_dim)

    def log_p_x_given_z1(self, x: Tensor, z1: Tensor) -> Tensor:
        """log p(x|z1) of images x (B, 1, 28, 28) under latents z1 (B, Z1): (B,), in nats."""
        return self.decoder.log_prob(x, z1)

    @torch.no_grad()
    def sample(self, n: int, z2: Tensor | None = None) -> Tensor:
        """n new images as pixel probabilities (n, 1, 28, 28), from z2 (n, Z2) or from the prior."""
        if z2 is None:
            z2 = torch.randn(n, self.z2_dim, device=self.to_mu.weight.device)
        mu, log_var = self.z1_given_z2(z2)
        return self.decoder(torch.normal(mu, (log_var / 2).exp())).sigmoid()

    def z1_given_z2(self, z2: Tensor) -> tuple[Tensor, Tensor]:
        """Latents z2 (B, Z2) to mu (B, Z1) and log_var (B, Z1), the parameters of p(z1|z2);
        neither is clamped.
        """
        # TODO nb2.GenerativeModel.z1_given_z2: connect fc1, fc2 and the two heads.
        # BEGIN SOLUTION
        h = F.relu(self.fc1(z2))
        h = F.relu(self.fc2(h))
        return self.to_mu(h), self.to_log_var(h)
        # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb2.GenerativeModel.z1_given_z2")

# %% [markdown]
# ### Exercise nb2.InferenceModel.forward · 7 points · 8 min
#
# The way up. One path leads from the pixels upwards; $q(z_1 \mid x)$ is read off half-way, $q(z_2 \mid x)$ at the end:
#
# $$
# h_1 = \mathrm{ReLU}(W_1 x + b_1), \qquad h_2 = \mathrm{ReLU}(W_2 h_1 + b_2), \qquad
# h_3 = \mathrm{ReLU}(W_3 h_2 + b_3),
# $$
# $$
# \mu_1, \log\sigma_1^2 \ \text{are linear in}\ h_2, \qquad \mu_2, \log\sigma_2^2 \ \text{are linear in}\ h_3 .
# $$
#
# Return two pairs, `(mu1, log_var1), (mu2, log_var2)`, of shapes (B, Z1) and (B, Z2).
#
# The class has one more method, which is given: `z2_given(x, z1)` returns the parameters of the distribution from which
# $z_2$ is drawn once $z_1$ is known. In this class the image decides, and `z1` is ignored. In Section D another class
# takes its place, where `z1` decides. Code that asks `z2_given` works with both.
#
# <details><summary>Hint 1</summary>
#
# Two latent layers, four heads. The names of the heads in `__init__` say which layer each belongs to, and their widths
# which hidden state they read.
# </details>
# <details><summary>Hint 2</summary>
#
# The path starts as the encoder of Notebook 1 does: what shape does a linear layer want?
# </details>

# %% tags=["exercise"]
class InferenceModel(nn.Module):
    """q(z1, z2|x) = q(z1|x) q(z2|x), each a diagonal Gaussian."""

    def __init__(self, z1_dim: int = Z1_DIM, z2_dim: int = Z2_DIM, hidden_dim: int = HIDDEN_DIM):
        super().__init__()
        self.fc1 = nn.Linear(NUM_PIXELS, hidden_dim)
        self.fc2 = nn.Linear(hidden_dim, hidden_dim)
        self.fc3 = nn.Linear(hidden_dim, hidden_dim)
        self.to_mu1 = nn.Linear(hidden_dim, z1_dim)  # reads h2, as the next one does
        self.to_log_var1 = nn.Linear(hidden_dim, z1_dim)
        self.to_mu2 = nn.Linear(hidden_dim, z2_dim)  # reads h3, as the next one does
        self.to_log_var2 = nn.Linear(hidden_dim, z2_dim)

    def z2_given(self, x: Tensor, z1: Tensor) -> tuple[Tensor, Tensor]:
        """mu2, log_var2 (B, Z2) of the distribution of z2, once z1 (B, Z1) has been drawn.
        Here: q(z2|x).
        """
        return self(x)[1]

    def forward(self, x: Tensor) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
        """Images x (B, 1, 28, 28) to (mu1, log_var1) of q(z1|x), each (B, Z1), and to (mu2, log_var2)
        of q(z2|x), each (B, Z2).

        All four may be any real number: nothing is clamped.
        """
        # TODO nb2.InferenceModel.forward: one path up, two heads at h2, two heads at h3.
        # BEGIN SOLUTION
        h2 = F.relu(self.fc2(F.relu(self.fc1(x.flatten(start_dim=1)))))
        h3 = F.relu(self.fc3(h2))
        return (self.to_mu1(h2), self.to_log_var1(h2)), (self.to_mu2(h3), self.to_log_var2(h3))
        # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb2.InferenceModel.forward")

# %% [markdown]
# > **Predict before you run.** Below, an *untrained* generative model draws four rows of images. Within a row $z_2$ is
# > the same and $z_1$ is drawn anew for each image. Will the images of a row resemble each other more than images of
# > different rows?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# untrained = rows_of_one_z2(GenerativeModel().to(device), rows=4, columns=10)
# plots.image_grid(untrained.flatten(0, 1), columns=10, title="untrained: one $z_2$ per row")

# %% [markdown]
# *Figure: four rows of ten almost uniformly grey squares; no row differs visibly from another.*
#
# Every coin is nearly fair, whatever the latents say. Rows that belong together are not built in. They are what the
# model has to learn, and you will come back to this figure.
#
# Fell behind? Run the first code cell of this notebook, then this one with your instructor's code. It needs no other
# cell above: all functions up to here work then (they earn no points), and all that follows can be run.

# %% tags=["active-ipynb"]
# checkpoint("nb2.B", code="")

# %% [markdown]
# ## Section C — The ELBO, term by term · 28 min
#
# In Notebook 1 the KL had a closed form. With two layers, one of the KLs depends on a sample of the other layer, so we
# do something more general: **estimate every expectation with one sample.** Draw $z_1$ and $z_2$ from $q$, and evaluate
# five log-densities at these two points. The average over many images takes care of the noise.
#
# ### Exercise nb2.log_normal · 8 points · 6 min
#
# Four of the five terms are log-densities of a diagonal Gaussian:
#
# $$
# \log N\big(z;\, \mu, \mathrm{diag}(\sigma^2)\big)
# = -\frac12 \sum_{j} \Big( \log 2\pi + \log \sigma_j^2 + \frac{(z_j - \mu_j)^2}{\sigma_j^2} \Big) .
# $$
#
# One number per example, shape (B,), in nats. *Worked number:* $z = 1$ under $\mu = 0$, $\log\sigma^2 = 1.386$
# ($\sigma^2 = 4$) has $-\tfrac12(1.838 + 1.386 + 0.25) = -1.737$. A log-density may be positive: $z = \mu$ with
# $\sigma = 0.1$ gives $+1.384$.
#
# <details><summary>Hint 1</summary>
#
# There are as many constants $\log 2\pi$ as there are latents. They would cancel between $\log p$ and $\log q$ of one
# layer, but each term should be right by itself.
# </details>
# <details><summary>Hint 2</summary>
#
# You are given $\log\sigma^2$. Of the three terms in the bracket, which one needs it as it is, and which one needs its
# exponential?
# </details>
# <details><summary>Hint 3</summary>
#
# Sum over the last axis, keep the batch. Try the worked number.
# </details>

# %% tags=["exercise"]
def log_normal(z: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    """log N(z; mu, diag(exp(log_var))), one value per example: (B,), in nats.
    All arguments: (B, Z); log_var as it is.
    """
    # TODO nb2.log_normal: the log-density of a diagonal Gaussian, summed over the latents.
    # BEGIN SOLUTION
    squared = (z - mu).pow(2) / log_var.exp()
    return -0.5 * (math.log(2 * math.pi) + log_var + squared).sum(dim=-1)
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb2.log_normal")

# %% [markdown]
# A helper is given: `gaussian_kl(q, p)`, the closed form of the KL between two Gaussians. Your log-densities estimate the
# same number from draws of $q$, as $\log q - \log p$. Here for $q = N(1, \tfrac14)$ and $p = N(0, 1)$:

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# q, p = Normal(1.0, 0.5), Normal(0.0, 1.0)
# z, zero = q.sample((10_000, 1)), torch.zeros(10_000, 1)
# costs = log_normal(z, zero + 1, zero + math.log(0.25)) - log_normal(z, zero, zero)
# print("five draws:", *(f"{cost:.3f}" for cost in costs[:5]))
# print(f"mean of 10,000 draws: {costs.mean():.3f}, closed form: {gaussian_kl(q, p):.3f} nats")

# %% [markdown]
# One draw may cost much or, with luck, less than nothing; their mean is the KL. Draws serve where there is no closed form,
# and the expectations over two layers are such a case.
#
# ### Exercise nb2.elbo_terms · 14 points · 14 min
#
# Draw both layers by the reparameterisation trick, $z = \mu + \exp(\tfrac12 \log\sigma^2)\,\varepsilon$ with a fresh
# $\varepsilon \sim N(0, I)$ for each layer, and evaluate five log-densities at what you drew:
#
# | term | which point | under which distribution |
# |---|---|---|
# | $\log p(x \mid z_1)$ | the image | the decoder at $z_1$: `generative.log_p_x_given_z1` |
# | $\log p(z_1 \mid z_2)$ | the drawn $z_1$ | the Gaussian that `generative.z1_given_z2` makes of the drawn $z_2$ |
# | $\log p(z_2)$ | the drawn $z_2$ | $N(0, I)$ |
# | $\log q(z_1 \mid x)$ | the drawn $z_1$ | the Gaussian from which it was drawn |
# | $\log q(z_2 \mid \cdot)$ | the drawn $z_2$ | the Gaussian from which it was drawn |
#
# The order is part of the task. The first pair of `inference(x)` gives the parameters of $q(z_1 \mid x)$. Draw $z_1$.
# Then ask `inference.z2_given(x, z1)` for the parameters of the second layer, and draw $z_2$: the second pair of
# `inference(x)` would do for $q(z_2 \mid x)$ alone. The last statement is written already; it returns five tensors, which
# are yours to compute.
#
# Each term has shape (B,). *Worked number* for the last line of the table and the third, with a single upper latent: if
# $q(z_2 \mid \cdot) = N(1, \tfrac14)$ and the draw is $z_2 = 0.5$, then $\log q = -0.726$ and $\log p(z_2) = -1.044$.
# This draw costs $\log q - \log p = 0.318$ nats.
#
# <details><summary>Hint 1</summary>
#
# Start with a list of what you have after each line: first $\mu_1, \log\sigma_1^2$, then $z_1$, then the parameters of
# the second layer, then $z_2$, then the parameters of $p(z_1 \mid z_2)$. After that you only evaluate.
# </details>
# <details><summary>Hint 2</summary>
#
# Sample and score with the same distribution. What are the mean and the *log*-variance of $N(0, I)$?
# </details>
# <details><summary>Hint 3</summary>
#
# The inference model learns through the samples: no line between its output and the five terms may cut off gradients.
# </details>

# %% tags=["exercise"]
def elbo_terms(x: Tensor, generative: nn.Module, inference: nn.Module) -> dict[str, Tensor]:
    """The five terms of the ELBO at one sample (z1, z2) of q per image: each (B,), in nats.

    x: (B, 1, 28, 28), or whatever generative and inference accept. The samples have the dtype and
    the device of mu1 and mu2, because the models take no others. No log_var is clamped.
    """
    # TODO nb2.elbo_terms: draw z1, then z2, then evaluate the five log-densities at these two.
    # BEGIN SOLUTION
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    log_p_x = generative.log_p_x_given_z1(x, z1)
    log_p_z1 = log_normal(z1, *generative.z1_given_z2(z2))
    log_p_z2 = log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2))
    log_q_z1 = log_normal(z1, mu1, log_var1)
    log_q_z2 = log_normal(z2, mu2, log_var2)
    # END SOLUTION
    return {
        "log_p_x_given_z1": log_p_x,
        "log_p_z1_given_z2": log_p_z1,
        "log_p_z2": log_p_z2,
        "log_q_z1_given_x": log_q_z1,
        "log_q_z2_given_x": log_q_z2,  # whatever z2 was drawn from
    }


# %% tags=["active-ipynb"]
# check("nb2.elbo_terms")

# %% [markdown]
# ### Exercise nb2.hierarchical_elbo · 7 points · 4 min
#
# Put the five together, one number per image. As in Notebook 1, everything but the first term can be given a weight
# $\beta$ (`kl_weight`):
#
# $$
# \mathrm{ELBO}_\beta(x) = \log p(x \mid z_1)
# - \beta\, \Big[ \log q(z_1 \mid x) - \log p(z_1 \mid z_2) + \log q(z_2 \mid \cdot) - \log p(z_2) \Big] .
# $$
#
# At $\beta = 1$ this is an unbiased estimate of the ELBO. The bracket pairs each layer's $q$ with its $p$: the first
# pair is the price of $z_1$ (called the **KL of layer 1**), the second the price of $z_2$ (the **KL of layer 2**), both
# estimated with one sample. (Is each of them a KL, on average? A question for paper.) *Worked number:* with the five
# terms $(-90, -20, -9, -5, -7)$ in the order of the table above, the prices are 15 and 2, and the ELBO is $-107$. At
# $\beta = \tfrac12$ it is $-98.5$.
#
# <details><summary>Hint 1</summary>
#
# Call `elbo_terms` once, so that all five terms belong to the same draw.
# </details>
# <details><summary>Hint 2</summary>
#
# A higher ELBO is better. Which sign does each of the five terms have at $\beta = 1$?
# </details>

# %% tags=["exercise"]
def hierarchical_elbo(
    x: Tensor, generative: nn.Module, inference: nn.Module, kl_weight: float = 1.0
) -> Tensor:
    """A one-sample estimate of the ELBO of each image, its KL part weighted: (B,), in nats.
    Higher is better.
    """
    # TODO nb2.hierarchical_elbo: combine the five terms.
    # BEGIN SOLUTION
    terms = elbo_terms(x, generative, inference)
    kl1 = terms["log_q_z1_given_x"] - terms["log_p_z1_given_z2"]
    kl2 = terms["log_q_z2_given_x"] - terms["log_p_z2"]
    return terms["log_p_x_given_z1"] - kl_weight * (kl1 + kl2)
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb2.hierarchical_elbo")

# %% [markdown]
# ### A bound that can be checked to the last digit
#
# How do you know that an ELBO is right? Its value on images proves nothing, since nobody knows $\log p(x)$. So take a
# model that is simple enough to be solved: $z_2 \sim N(0, 1)$, $z_1 = 0.9\, z_2 + \text{noise}$,
# $x = z_1 + \text{noise}$, all numbers, all Gaussian. Then $x$ is Gaussian too, and $\log p(x)$ is known. So is the
# exact posterior $p(z_1, z_2 \mid x)$. By the product rule it is $p(z_1 \mid x)\, p(z_2 \mid z_1)$: given $z_1$, the
# image has nothing more to say about $z_2$.
#
# `LinearGaussian()` is this model, with `chain=True` for the exact posterior, and `chain=False` for the best that the
# form $q(z_1 \mid x)\, q(z_2 \mid x)$ allows. In both, the mean $\mu_1$ of $q(z_1 \mid x)$ is proportional to $x$.
#
# > **Predict before you run.** With the exact posterior, how far will the ELBO of one sample be from $\log p(x)$, and
# > how much will it vary from draw to draw? And with the other one?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# x = torch.tensor([[-2.0], [0.0], [1.0], [3.0]])
# for chain in (True, False):
#     toy = LinearGaussian(chain=chain)
#     draws = torch.stack([hierarchical_elbo(x, toy, toy) for _ in range(4000)])
#     form = "q(z1|x) q(z2|z1), the exact posterior" if chain else "q(z1|x) q(z2|x), the best there is"
#     print(form)
#     print("    x      log p(x)   ELBO, two draws       mean of 4,000 draws")
#     for k, exact in enumerate(toy.log_p_x(x)):
#         print(
#             f"{x[k].item():5.1f} {exact:13.4f} {draws[0, k]:10.4f} {draws[1, k]:10.4f} {draws[:, k].mean():18.4f}"
#         )

# %% [markdown]
# With the exact posterior the ELBO *is* $\log p(x)$: for each $x$, and in each draw. The five terms vary, and their sum
# does not, because $\log p(x, z) - \log q(z \mid x) = \log p(x)$ wherever $z$ lies. Keep this as a test for any ELBO
# that you will ever write. If yours comes out *above* $\log p(x)$ on average, a term is missing or has the wrong sign.
#
# The second table is a true bound: too low by 0.43 nats on average, for every $x$, because the image moves the posterior
# of this toy and does not change its shape. No training can close that gap. The form of $q$ forbids it: it treats two
# quantities as independent that are not.

# %% [markdown]
# **Suppose that `log_q_z1_given_x` were computed with mean 0 in place of $\mu_1$. In which rows of the first table would
# you notice it, and would the ELBO come out too high there, or too low?**
#
# *Your answer (nb2.missing_mean):* …

# %% [markdown]
# Fell behind? Run the first code cell of this notebook, then this one with your instructor's code. It needs no other
# cell above: all functions up to here work then (they earn no points), and all that follows can be run.

# %% tags=["active-ipynb"]
# checkpoint("nb2.C", code="")

# %% [markdown]
# ## Section D — Training and analysis · 30 min
#
# ### Exercise nb2.train_step · 7 points · 5 min
#
# One optimizer step on one batch. The optimizer holds the parameters of both models. Minimise the loss
# $\mathcal{L} = -\frac1B \sum_b \mathrm{ELBO}_\beta(x_b)$ and return it as a Python float.
#
# <details><summary>Hint 1</summary>
#
# The same moves as in Notebook 1: loss, fresh gradients, step. What is maximised, and what does an optimizer do?
# </details>
# <details><summary>Hint 2</summary>
#
# Old gradients are added to unless they are emptied. When may they be emptied, and when not?
# </details>

# %% tags=["exercise"]
def train_step(
    x: Tensor,
    generative: nn.Module,
    inference: nn.Module,
    optimizer: torch.optim.Optimizer,
    kl_weight: float = 1.0,
) -> float:
    """One optimizer step of both models on a batch x.
    Returns the loss before it: minus the mean ELBO, in nats.
    """
    # TODO nb2.train_step: loss, gradients, step.
    # BEGIN SOLUTION
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb2.train_step")

# %% [markdown]
# The rest is given. `evaluate` reports the price of each layer on test images, always at weight 1. `fit` trains a
# model: it hands batches to your step; with `warm_up` the KL weight rises in a straight line from 0 to 1 over that many
# epochs.
#
# `FlatGenerativeModel` is a VAE as in Notebook 1, in the clothes of this one: its $p(z_1 \mid z_2)$ is $N(0, I)$
# whatever $z_2$ says. Nothing depends on $z_2$ any more, and the bound becomes that of a single layer. So the same code
# trains the rival.


# %%
class FlatGenerativeModel(GenerativeModel):
    """A single-layer VAE: p(z1|z2) = N(0, I)."""

    def z1_given_z2(self, z2: Tensor) -> tuple[Tensor, Tensor]:
        zeros = z2.new_zeros(len(z2), self.to_mu.out_features)
        return zeros, zeros


class HierarchicalVAE(nn.Module):
    """Both models in one module, so that one optimizer and one file of weights hold them."""

    def __init__(self, generative: nn.Module, inference: nn.Module):
        super().__init__()
        self.generative, self.inference = generative, inference


@torch.no_grad()
def evaluate(model: HierarchicalVAE, x: Tensor) -> dict[str, float]:
    """Minus the ELBO on images x and its three parts: averages over the images, in nats."""
    means = {
        name: term.mean().item()
        for name, term in elbo_terms(x, model.generative, model.inference).items()
    }
    parts = {
        "reconstruction": -means["log_p_x_given_z1"],
        "KL of layer 1": means["log_q_z1_given_x"] - means["log_p_z1_given_z2"],
        "KL of layer 2": means["log_q_z2_given_x"] - means["log_p_z2"],
    }
    return parts | {"-ELBO": sum(parts.values())}


def fit(
    model: HierarchicalVAE,
    train_x: Tensor,
    test_x: Tensor,
    epochs: int,
    warm_up: int = 0,
    name: str = "",
) -> History:
    """Trains the model for some epochs, the first warm_up of them with a rising KL weight.
    Returns what was logged.
    """
    batches = Batches(train_x, batch_size=50)  # shuffled anew in each epoch
    optimizer = torch.optim.Adam(model.parameters(), lr=8e-4)
    last_rising = warm_up * len(batches) + 1
    weights = iter([min(1.0, k / last_rising) for k in range(1, epochs * len(batches) + 1)])
    return train(
        # your step, on one batch
        lambda x: train_step(x, model.generative, model.inference, optimizer, next(weights)),
        batches,
        epochs=epochs,
        evaluate=lambda: evaluate(model, test_x),
        name=name,
    )


@torch.no_grad()
def posteriors(
    model: HierarchicalVAE, x: Tensor
) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """mu and log_var of both layers of q for images x; those of layer 2 at the mean of z1."""
    first, _ = model.inference(x)
    return first, model.inference.z2_given(x, first[0])


# %% [markdown]
# ### The rival, and the model of Section B
#
# > **Predict before you run.** Two models are trained for 40 epochs: the flat one, and the hierarchical one with
# > $q(z_1 \mid x)\, q(z_2 \mid x)$. Which will have the lower −ELBO? How many nats will layer 2 carry? (For scale:
# > naming one of ten digits takes $\log 10 = 2.3$ nats.)
# >
# > Write your guess: …
#
# Each run takes about 25 seconds on a quiet laptop. The networks are smaller than those of Notebook 1, so its nats are no
# rival for these.

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# flat = HierarchicalVAE(FlatGenerativeModel(), InferenceModel()).to(device)
# flat_history = fit(flat, train_x, test_x, epochs=40, name="flat")

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# model = HierarchicalVAE(GenerativeModel(), InferenceModel()).to(device)
# history = fit(model, train_x, test_x, epochs=40, name="q(z2|x)")

# %% tags=["active-ipynb"]
# print("nats on test images   reconstruction   KL layer 1   KL layer 2   -ELBO")
# for name, log in {"flat": flat_history, "q(z1|x) q(z2|x)": history}.items():
#     parts = [
#         log.last(part) for part in ("reconstruction", "KL of layer 1", "KL of layer 2", "-ELBO")
#     ]
#     print("{:<19}{:17.1f}{:13.1f}{:13.2f}{:8.1f}".format(name, *parts))
# names = {"KL of layer 1": "layer 1", "KL of layer 2": "layer 2"}
# plots.curves(
#     history,
#     names,
#     title="what each layer carries, with $q(z_2|x)$",
#     ylabel="KL on test images [nats]",
# )

# %% [markdown]
# *Figure: two curves over 3,600 training steps. The KL of layer 1 climbs to about 16 nats and still rises slowly. The
# KL of layer 2 reaches one nat within 500 steps and stays there, between 1 and 2 nats, to the end.*
#
# The two −ELBOs are close: 106.4 nats for the flat model and 105.6 for the other in our run. Layer 2 holds one or two
# nats, less than the name of the digit would take. The upper layer has been given the whole image to look at, and says
# very little about it. Is that little spread out, or in one place?

# %% tags=["active-ipynb"]
# (mu1, _), (mu2, log_var2) = posteriors(model, test_x)
# units = gaussian_kl(Normal(mu2, (log_var2 / 2).exp()), Normal(0.0, 1.0)).mean(dim=0).tolist()
# labels = {"xlabel": "unit of $z_2$", "ylabel": "KL [nats]"}
# plots.bars(units, title="upper layer: the price of each unit, with $q(z_2|x)$", **labels)
# print(
#     f"sum of the bars, closed form: {sum(units):.2f} nats; your estimate: {history.last('KL of layer 2'):.2f} nats"
# )
# print(
#     f"units in use: layer 1 {len(used_units(mu1))} of {Z1_DIM}, layer 2 {len(used_units(mu2))} of {Z2_DIM}"
# )

# %% [markdown]
# *Figure: eight bars. One is about one nat high, one has 0.4 nats, a third can hardly be seen, the other five are zero.*
#
# The bars use the closed form of a KL between Gaussians (`gaussian_kl`, a thin wrapper on `torch.distributions`). Their
# sum agrees with your one-sample estimate: a second check of your terms. Most units have collapsed onto the prior:
# their $q$ is $N(0, 1)$ for every image, as in the collapsed VAE of Notebook 1. A part of a model can collapse, too. (A
# unit is counted as *in use* if its mean differs from image to image, with a variance above 0.01.)
#
# ### What a sleeping layer looks like
#
# A picture says it better. Draw $z_2$ once per row, then $z_1$ and the image anew. And count: a small classifier names
# the digit in each image; the **class agreement** is the share of a row's ten images that belong to its commonest
# class, averaged over 300 rows. It is 1 when every row shows one digit. Ten unrelated images do not agree to 0.1, as
# one might think, but to nearly 0.3, because some class among them is always the commonest.
#
# > **Predict before you run.** What will the class agreement be for the flat model? For the hierarchical one?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# classifier = train_classifier(train_x, train_labels.to(device))
# right = (classifier(test_x).argmax(dim=1).cpu() == test_labels).float().mean().item()
# print(f"the classifier names {right:.0%} of the test digits rightly")
# agreement = {}
# for name, run in {"flat": flat, "q(z2|x)": model}.items():
#     torch.manual_seed(0)
#     agreement[name] = class_agreement(
#         classifier, rows_of_one_z2(run.generative, rows=300, columns=10)
#     )
#     print(f"class agreement at fixed z2, {name}: {agreement[name]:.2f}")
# torch.manual_seed(0)
# panels = {
#     "flat": rows_of_one_z2(flat.generative, 6, 8),
#     "$q(z_2|x)$": rows_of_one_z2(model.generative, 6, 8),
# }
# panels = {name: rows.flatten(0, 1) for name, rows in panels.items()}
# plots.image_panels(panels, columns=8, title="one $z_2$ per row")

# %% [markdown]
# *Figure: two grids of samples, six rows of eight. Left, the flat model: the rows have nothing in common, because $z_2$
# has no effect. Right, the hierarchical one: the digits of a row differ as well, though slant and thickness are a
# little more alike.*
#
# ### Why it sleeps: two suspects
#
# Nothing is broken: the bound is right, and training has maximised it. Two explanations can be read in textbooks.
#
# 1. **The form of $q$.** The model says that $z_1$ depends on $z_2$. The inference model draws them independently of
#    each other. You saw in Section C what this costs even in the best case. The cheapest way out would be to weaken
#    the dependence until there is little left to be wrong about: then $z_1$ ignores $z_2$, and $z_2$ carries nothing.
# 2. **The beginning.** In the first epochs nothing below has learned to use $z_2$. Saying something with it has a price
#    and no benefit yet, so $q(z_2 \mid x)$ goes to the prior, and $p(z_1 \mid z_2)$ learns nothing from such a $z_2$.
#
# Both sound right. That is no evidence. Each has a remedy, and a remedy can be tried.
#
# - *The arrow*: $q(z_2 \mid z_1)$ in place of $q(z_2 \mid x)$. Now the upper layer sees the very $z_1$ that it has to
#   explain. Your `elbo_terms` asks `z2_given`, so it need not change.
# - *The time*: **KL warm-up**, a KL weight that rises from 0 to 1 during the first 15 of 40 epochs (Sønderby et al.
#   2016, ladder variational autoencoders).
#
# Two remedies, each tried or not, make four cells. You will run one of them.
#
# | | $q(z_2 \mid x)$, a square | $q(z_2 \mid z_1)$, a triangle |
# |---|---|---|
# | no warm-up, blue | nothing done | the arrow alone |
# | warm-up, orange | the time alone | both remedies |


# %%
class ChainInference(nn.Module):
    """q(z1, z2|x) = q(z1|x) q(z2|z1). The second layer looks at the sample of the first, and no longer
    at the image.

    The first layer is that of your InferenceModel; the second pair of its `forward` has no use here.
    """

    def __init__(self, z1_dim: int = Z1_DIM, z2_dim: int = Z2_DIM, hidden_dim: int = HIDDEN_DIM):
        super().__init__()
        self.layers = InferenceModel(z1_dim, z2_dim, hidden_dim)
        self.from_z1 = nn.Linear(z1_dim, hidden_dim)

    def forward(self, x: Tensor) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
        return self.layers(x)

    def z2_given(self, x: Tensor, z1: Tensor) -> tuple[Tensor, Tensor]:
        """mu2, log_var2 (B, Z2) of q(z2|z1) for a sample z1 (B, Z1); x is not looked at."""
        h = self.layers.fc3(self.from_z1(z1).relu()).relu()
        mu2, log_var2 = (head(h) for head in (self.layers.to_mu2, self.layers.to_log_var2))
        return mu2, log_var2


# %% [markdown]
# ### Your cell of four
#
# One run of each cell would not do: two seeds of one cell can differ more than two cells. So the runs are shared. We have
# run all four cells on the seeds 0 to 7, with the code of this notebook. Choose a cell, and a seed of your own from 8
# on, such as the day and month of your birthday. In class, take another cell than your neighbour.
#
# > **Predict before you run.** Four clouds of points will be drawn: how many nats layer 2 carries, and how much the rows
# > agree. Which clouds will lie together, and which apart, if the first explanation is right? If the second is?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# ARROW = "q(z2|x)"  # or "q(z2|z1)"
# WARM_UP = 15  # epochs; or 0
# SEED = 2412  # your own
#
# torch.manual_seed(SEED)
# mine = HierarchicalVAE(GenerativeModel(), InferenceModel() if ARROW == "q(z2|x)" else ChainInference()).to(device)
# my_history = fit(mine, train_x, test_x, epochs=40, warm_up=WARM_UP, name=f"{ARROW}, warm-up {WARM_UP}, seed {SEED}")

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# my_agreement = class_agreement(classifier, rows_of_one_z2(mine.generative, rows=300, columns=10))
# four_cells(ARROW, WARM_UP, my_history.last("KL of layer 2"), my_agreement, my_history.last("-ELBO"))

# %% [markdown]
# *Figure: class agreement against the KL of layer 2, one point for each run; the colour tells warm-up, the mark the
# arrow; your run is a star. Our runs without warm-up lie at the lower left, those with warm-up at the upper right, but
# for one square. Beside it, the −ELBO of the same runs, cell by cell, all between 102 and 109 nats.*
#
# Where is your star? Put the two explanations to the test. If the form of $q$ were the cause, the two marks would lie
# apart where nothing else was done. They hardly do: the chain carries about a nat more, its rows agree no more, and
# without warm-up the layer sleeps whichever way the arrow points. With warm-up the rows agree to more than a half in
# seven of our eight runs with $q(z_2 \mid x)$, and in all eight with the chain, which carries more nats on every seed. So
# here the beginning mattered most, and the arrow helped a layer that was awake already. A single run would have told you
# any story: with seed 5, and with 2412, $q(z_2 \mid x)$ sleeps in spite of its warm-up. The −ELBO tells the same in a
# whisper: warm-up lowers it on every seed, by two nats on average, while the seeds of one cell differ by up to four.
#
# ### The layer, awake
#
# Now look at an awake layer: the cell with both remedies, the chain and the warm-up.
#
# > **Predict before you run.** How will the rows of one $z_2$ look now? What will the price of layer 1 do, once layer 2
# > carries more?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# chain = HierarchicalVAE(GenerativeModel(), ChainInference()).to(device)
# chain_history = fit(chain, train_x, test_x, epochs=40, warm_up=15, name="q(z2|z1), warm-up")

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# agreement["chain"] = class_agreement(classifier, rows_of_one_z2(chain.generative, rows=300, columns=10))
# report("KL of layer 2, q(z2|z1) and warm-up", chain_history.last("KL of layer 2"), at_least=4, unit="nats")
# report("class agreement at fixed z2", agreement["chain"], at_least=0.5)
# report("-ELBO on test", chain_history.last("-ELBO"), at_most=106, unit="nats")
# title = "one $z_2$ per row, with $q(z_2|z_1)$ and warm-up"
# plots.image_grid(rows_of_one_z2(chain.generative, 8, 12).flatten(0, 1), columns=12, title=title)

# %% [markdown]
# *Figure: eight rows of twelve sampled digits. Within most rows the digits belong to one or two kinds, such as ones, or
# fours and nines, or sixes, and share slant and thickness, while the stroke differs from image to image.*
#
# Compare with the untrained rows of Section B, and with the sleeping ones above. The upper layer has taken over much of
# the gist, without ever having seen a label. The first two targets are missed by every sleeping run of the figure.

# %% tags=["active-ipynb"]
# histories = {"flat": flat_history, "$q(z_2|x)$": history, "$q(z_2|z_1)$, warm-up": chain_history}
# pairs = {
#     name: (log.last("KL of layer 1"), log.last("KL of layer 2")) for name, log in histories.items()
# }
# layer_bars(pairs, title="the price of each layer on test images")
# rows = zip(histories.values(), (flat, model, chain), agreement.items(), strict=True)
# print("                -ELBO   units in use (layer 1, layer 2)   class agreement")
# for log, run, (name, share) in rows:
#     (mu1, _), (mu2, _) = posteriors(run, test_x)
#     print(
#         f"{name:<12}{log.last('-ELBO'):9.1f}{len(used_units(mu1)):21d}{len(used_units(mu2)):6d}{share:24.2f}"
#     )

# %% [markdown]
# *Figure: three pairs of bars. Flat: layer 1 carries about 18 nats, layer 2 none. With $q(z_2|x)$: about 17 and 1.5.
# With $q(z_2|z_1)$ and warm-up: about 13 and 6.*
#
# The chain pays more for layer 2 and less for layer 1: a $z_1$ that $z_2$ announces is cheaper. Its −ELBO is no worse
# than that of the others, so likelihood has not been traded for structure.
#
# ### Questions

# %% [markdown]
# **Compare performance with the single-layer VAE.** Use the table and the clouds: −ELBO, and what you see in the samples.
# Which of the differences would you expect to survive with another random seed, and how would you find out?
#
# *Your answer (nb2.single_layer):* …

# %% [markdown]
# **Does the second layer capture global structure?** Name what the images of a row share, and what they do not.
#
# *Your answer (nb2.global_structure):* …

# %% [markdown]
# **What might hierarchical latents help with in more complex data sets**, such as faces, or rooms with furniture? What
# would you expect in the top layer, and why could it not be at the bottom?
#
# *Your answer (nb2.complex_data):* …

# %% [markdown]
# **In a flat VAE the KL is the price of what a code says about the image. In the chain, does
# $\mathrm{KL}(q(z_2 \mid z_1)\,\|\,p(z_2))$ pay for what $z_2$ says about the image, or about $z_1$?** What happens to the
# part of $z_1$ that $z_2$ does not announce? (Averaged over images, such a KL is at least the information, in nats, that a
# code carries about what it was computed from.)
#
# *Your answer (nb2.whose_information):* …

# %% [markdown]
# Fell behind? Run the first code cell of this notebook, then this one with your instructor's code. It needs no other
# cell above: all functions up to here work then (they earn no points), `chain` is a trained one, and all that follows
# can be run.

# %% tags=["active-ipynb"]
# checkpoint("nb2.D", code="", chain=lambda: HierarchicalVAE(GenerativeModel(), ChainInference()).to(device))

# %% [markdown]
# ## Extensions, for the fast (not graded)
#
# **A walk through the upper layer.** Below, $z_2$ moves in a straight line between two draws from its prior, while the
# noise of $z_1$ is kept fixed. Each strip has its own noise; the first has none.
#
# > **Predict before you run.** What will change along a strip, and what will the three strips have in common in the
# > same column?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(1)
# start, end = torch.randn(2, Z2_DIM, device=device)
# path = torch.stack([torch.lerp(start, end, k / 11) for k in range(12)])
# with torch.no_grad():
#     mu, log_var = chain.generative.z1_given_z2(path)
#     noise = {"no noise": 0.0, "noise 1": torch.randn(1, Z1_DIM), "noise 2": torch.randn(1, Z1_DIM)}
#     shifts = {name: 0.8 * torch.as_tensor(value, device=device) for name, value in noise.items()}
#     strips = {name: chain.generative.decoder(mu + shift * (log_var / 2).exp()).sigmoid()
#               for name, shift in shifts.items()}
# plots.image_rows(strips, title="$z_2$ moves from left to right, the noise of $z_1$ stays")

# %% [markdown]
# *Figure: three strips of twelve digits. Along each strip one kind of digit turns into another within a few steps, in
# all strips at about the same place; in the same column the strips differ in the shape of the stroke.*

# %% [markdown]
# **A wider middle.** Repeat the run with $q(z_2 \mid x)$ and `z1_dim=32` in both models, on more than one seed. Does
# layer 2 sleep less? Why might the width of layer 1 matter to layer 2?
#
# *Your answer (nb2.wider_middle):* …

# %% [markdown]
# ## What you should take away
#
# A hierarchy is a learned prior: the upper layer decides what the lower one will vary around. Its ELBO is log of
# everything generative minus log of everything inferred, at samples of $q$, and a solvable model can check it to the
# last digit. A layer may fall asleep without an error message; nats per layer, active units and samples at a fixed
# upper latent tell you so. Here the price of the code had to rise slowly. The arrow, which a good argument speaks for,
# woke nothing alone: an explanation is worth what its experiment is worth, one change at a time and several seeds.
#
# **Submit.** Save the notebook, then `git add`, `git commit` and `git push`. Tomorrow the chain gets a hundred layers,
# and its inference model needs no training at all: that is diffusion.
