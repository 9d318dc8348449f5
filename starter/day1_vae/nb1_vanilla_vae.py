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
# # Notebook 1 — A variational autoencoder, from scratch
#
# In 90 minutes, after a recap, you build a machine that invents handwritten digits. It is a few matrix products, one source
# of noise and a loss with two terms. You write every part that carries an idea; data, plots and the training loop are
# given. At the end you break the model on purpose, and learn to recognise the break.
#
# **Goals**
#
# - Say what a KL and a posterior are, and derive the ELBO; read it as two prices: of an image, and of its code.
# - Write the encoder, the decoder and the reparameterisation trick, and say why the trick is needed.
# - Write the loss in nats, with the right sums and the right means.
# - Train the model, look at samples, interpolations and latent units, and judge them.
# - See by experiment what the weight of the KL term does, up to posterior collapse.
# - Repair a network whose loss falls although half of it is dead.
#
# **Time budget**
#
# | Section | What you do | Minutes | Points | |
# |---|---|---|---|---|
# | 0 Recap | read, look at a toy and at a trained VAE | 25 | | on-ramp |
# | A Setup | look at the data | 4 | | core |
# | B Model | `Encoder.forward`, `Decoder.forward`, `sample_z` | 22 | 16 | core |
# | C Loss | `reconstruction_nll`, `kl_divergence`, `vae_loss` | 22 | 23 | core |
# | D Training | `train_step`, an autoencoder, your VAE | 15 | 6 | core |
# | E Evaluation | experiments, short answers, `Probe` | 27 | 5 | core |
# | Extensions | the units, `active_units`, `bits_per_dim`, `iwae_bound` | as you like | | at home, or for the fast |
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
import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.distributions import MultivariateNormal

from autograding import check
from genlab import plots
from genlab.checkpoints import checkpoint
from genlab.data import Batches, binarise, load_mnist
from genlab.nb1.explorer import write_explorer
from genlab.nb1.figures import draw_latent_map, draw_vae
from genlab.nb1.ladder import draw_kls, draw_posterior
from genlab.nb1.latents import interpolate, sample_prior, traverse
from genlab.nb1.pretrained import PretrainedVAE
from genlab.nb1.probe import share_named, train_probe
from genlab.training import History, report, train

# %% [markdown]
# ## Section 0 — Recap: what a VAE is · 25 min
#
# ### A model with a hidden cause
#
# We want a distribution $p(x)$ over images, from which we can draw new ones. Writing it down directly is hopeless: 784
# pixels depend on each other in intricate ways. So we tell a story with two steps.
#
# 1. Draw a short code $z$ from a fixed **prior**, $p(z) = N(0, I)$. Here $z$ has $Z = 16$ numbers.
# 2. A network, the **decoder**, turns $z$ into a distribution over images, $p_\theta(x \mid z)$. Our pixels are 0
#    (paper) or 1 (ink), so this is one biased coin per pixel: pixel $i$ is 1 with probability
#    $p_i = \mathrm{sigmoid}(\ell_i)$. The number $\ell_i$ is the **logit**, and the logits are what the decoder
#    outputs.
#
# Once $\theta$ is good, sampling is easy: draw $z$, decode. Learning $\theta$ is the hard part. The likelihood
# $p_\theta(x) = \int p_\theta(x \mid z)\, p(z)\, dz$ averages over all codes, and nearly all of them have nothing to
# do with a given image.
#
# ### The way back: posterior and encoder
#
# Which codes do? Turn the story round. By Bayes' rule, the codes that may have made an image $x$ are spread as
#
# $$
# p_\theta(z \mid x) = \frac{p_\theta(x \mid z)\, p(z)}{p_\theta(x)} .
# $$
#
# This is the **posterior**: what is known about $z$ *after* the image has been seen, where the prior is what is known
# before. Its denominator is the very average that we cannot compute. So we learn a stand-in, the **approximate
# posterior**: a second network, the **encoder**
# $q_\phi(z \mid x) = N\big(\mu(x),\ \mathrm{diag}(\sigma^2(x))\big)$, which outputs a mean and a variance for each of
# the $Z$ numbers.
#
# ### How far is one distribution from another?
#
# A stand-in should be close. The **Kullback–Leibler divergence** of $q$ from $p$ measures how close:
#
# $$
# \mathrm{KL}(q \,\|\, p) = \mathbb{E}_{z \sim q}\big[\log q(z) - \log p(z)\big] .
# $$
#
# Draw from $q$, ask how much more probable $q$ finds what was drawn than $p$ does, and average. The unit is the **nat**
# (1 nat is about 1.44 bits). A KL is never negative, and zero only for $q = p$. *Worked number:* $q$ is a fair coin, $p$
# shows heads with probability 0.9. Then
# $\mathrm{KL} = \tfrac12 \log\tfrac{0.5}{0.9} + \tfrac12 \log\tfrac{0.5}{0.1} = -0.294 + 0.805 = 0.511$ nats. With the
# roles swapped it is $0.9 \log\tfrac{0.9}{0.5} + 0.1 \log\tfrac{0.1}{0.5} = 0.368$: the direction matters.
#
# > **Predict before you run.** Five pairs follow: $q = p$; $q$ shifted by one standard deviation; by two; $q$ is one of
# > two bumps of $p$; and the last pair with the roles swapped. Which is the most expensive by far, and why?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# draw_kls()

# %% [markdown]
# *Figure: five pairs of densities, q as a line and p dashed, under their KL in nats: 0.00 where they are equal, 0.50 and
# 2.00 for the shifts, 0.69 where q is one of the two bumps of p, 7.48 where q has two bumps and p only one of them.*
#
# $q$ pays where it goes and $p$ does not. Leaving out a bump of $p$ costs $\log 2 = 0.69$ nats; a bump that $p$ does not
# have costs ten times more.
#
# ### The bound, in two lines
#
# The product rule says $p_\theta(x, z) = p_\theta(z \mid x)\, p_\theta(x)$, for every $z$. So $\log p_\theta(x)$ may be
# averaged over the encoder's codes without being changed, and then split at $q$:
#
# $$
# \begin{aligned}
# \log p_\theta(x)
# &= \mathbb{E}_{q_\phi(z \mid x)}\big[\log p_\theta(x, z) - \log p_\theta(z \mid x)\big] \\
# &= \underbrace{\mathbb{E}_{q_\phi(z \mid x)}\big[\log p_\theta(x, z) - \log q_\phi(z \mid x)\big]}_{\mathrm{ELBO}(x)}
# + \underbrace{\mathrm{KL}\big(q_\phi(z \mid x)\,\|\,p_\theta(z \mid x)\big)}_{\text{the gap}\ \ge\ 0}
# \;\ge\; \mathrm{ELBO}(x) .
# \end{aligned}
# $$
#
# The **evidence lower bound** needs no posterior, so it can be computed. Training raises it, which makes the images more
# probable or the gap smaller. The closer the encoder is to the posterior, the tighter the bound.
#
# Here are both in a story that is small enough for a grid. A code has two numbers, $z \sim N(0, I)$, and the "image" is
# one number: their product, give or take 0.3. We see $x = 1$.
#
# > **Predict before you run.** Where do the pairs of numbers lie whose product is about 1? A diagonal Gaussian has one
# > centre and two widths. Where will the best one go?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# draw_posterior()

# %% [markdown]
# *Figure: two panels over the plane of z1 and z2. Left, the true posterior: two bent islands, one where both numbers are
# positive and one where both are negative. Right, the best diagonal Gaussian: a round spot in the middle of the upper
# island; the outline of both islands is drawn over it.*
#
# The Gaussian takes one island and leaves out the other, as in the fourth pair above. The line below the figure is the
# derivation in numbers: the ELBO falls short of $\log p(x)$ by the KL of $q$ from the true posterior, here 1.19 nats.
#
# ### The two prices
#
# With $p_\theta(x, z) = p_\theta(x \mid z)\, p(z)$, the ELBO with its sign turned is a sum of two prices:
#
# $$
# -\mathrm{ELBO}(x) \;=\;
# \underbrace{\mathbb{E}_{q_\phi(z \mid x)}\big[-\log p_\theta(x \mid z)\big]}_{\text{reconstruction}}
# \;+\; \underbrace{\mathrm{KL}\big(q_\phi(z \mid x)\,\|\,p(z)\big)}_{\text{price of the code}} .
# $$
#
# - *Reconstruction.* Encode $x$, decode again: how surprising is $x$ now? Sharp, faithful reconstructions are cheap.
# - *KL.* How far does the encoder's answer for this image stray from the prior? (This KL is to the *prior*, and has a
#   formula. The gap is a KL to the posterior, and nobody can compute it.) A code that says nothing about $x$ is free. A
#   precise code far from the origin is expensive.
#
# The two pull in opposite directions, and that tension is the whole model. Section D shows what becomes of it when codes
# cost nothing; Section E, when they cost too much.
#
# ### The trick that lets gradients through
#
# The reconstruction term is an average over *random* $z$, and the encoder decides how random. To improve the encoder
# we need the derivative of a sample with respect to $\mu$ and $\sigma$. Drawing a random number has none. So we move
# the randomness out of the way: draw $\varepsilon \sim N(0, I)$, which depends on nothing, and set
# $z = \mu + \sigma\,\varepsilon$. This $z$ has the right distribution, and it is an ordinary differentiable function
# of $\mu$ and $\sigma$. This is the **reparameterisation trick** (Kingma & Welling 2014; Rezende et al. 2014).

# %% tags=["active-ipynb"]
# draw_vae()

# %% [markdown]
# *Figure: the data flow of a VAE from left to right. An image enters the encoder, which outputs a mean and a
# log-variance. Noise enters from above and makes a latent sample z. The decoder turns z into logits. The KL compares
# mean and log-variance with the prior; the reconstruction term compares the logits with the image.*
#
# You will write each box of this figure, and both terms of the loss.
#
# | symbol | code name | shape | meaning |
# |---|---|---|---|
# | $x$ | `x` | (B, 1, 28, 28) | a batch of B images, each pixel 0 or 1 |
# | $\mu$ | `mu` | (B, Z) | mean of $q_\phi(z \mid x)$ |
# | $\log \sigma^2$ | `log_var` | (B, Z) | log of its variance; any real number is allowed |
# | $z$ | `z` | (B, Z) | one sample of $q_\phi(z \mid x)$ per image |
# | $\ell$ | `recon_logits` | (B, 1, 28, 28) | logits of $p_\theta(x \mid z)$ |
# | $\beta$ | `kl_weight` | number | weight of the KL; 1 gives the ELBO |
#
# Why `log_var` and not $\sigma$? A network's output can be any real number, and a variance must be positive. Taking
# the logarithm removes the constraint, and the KL formula needs $\log \sigma^2$ anyway.
#
# ### A trained one, before you write yours
#
# The course ships a small VAE with $Z = 2$, so that its latent space fits on paper. The left panel shows where its
# encoder puts test images; some carry an ellipse, $\sigma$ in each direction. The right panel walks over the same plane
# and shows what the decoder draws at each place.
#
# > **Predict before you run.** The KL term asks every image's code to look like $N(0, I)$. Will the ten kinds of
# > digits overlap, or stay apart? What will the decoder draw half-way between a 7 and a 1?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# pretrained = PretrainedVAE()
# test_images, test_labels = load_mnist("test")
# draw_latent_map(pretrained, binarise(test_images), test_labels)

# %% [markdown]
# *Figure: two panels over the plane of the two latent numbers. Left, 500 test digits written at their means, one colour
# for each kind: most kinds of digit have a region of their own; 4 and 9 share one, 2 and 6 share one, 3, 5 and 8
# overlap. The ellipses are small next to the regions. Right, the decoded image at each place of a 15 by 15 lattice: the
# digit changes smoothly from place to place.*
#
# Each image pays for a small ellipse away from the origin, because a precise code saves more in its reconstruction. It
# is the cloud of *all* images that looks like $N(0, I)$ in the end. Nobody told the model about labels: images that look
# alike lie together. There are no empty places in the middle, so a random $z$ from the prior decodes to something
# digit-like. Between two regions you see shapes that are a little of both.

# %% [markdown]
# ## Section A — Setup · 4 min
#
# The data are 5,000 MNIST digits: 4,500 to train on and 500 to test on. We binarise them (a pixel is 1 if it is
# brighter than one half) because our decoder is a box of coins, and a coin shows 0 or 1. A model this small needs no
# GPU, but uses one if there is one.

# %%
NUM_PIXELS = 28 * 28
LATENT_DIM = 16  # Z
HIDDEN_DIM = 400

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

# %% tags=["active-ipynb"]
# (train_images, train_labels), (test_images, test_labels) = load_mnist("train"), load_mnist("test")
# train_x, test_x = binarise(train_images).to(device), binarise(test_images).to(device)
# print(f"train {tuple(train_x.shape)}, test {tuple(test_x.shape)}, on {device}")
# plots.image_grid(train_x[:40], columns=10, title="40 training images, binarised")

# %% [markdown]
# *Figure: four rows of ten handwritten digits in pure black and white.*
#
# Edges are ragged now, and this raggedness cannot be predicted from a short code. Keep it in mind: part of the
# reconstruction cost is noise that no model can remove.

# %% [markdown]
# ## Section B — The model · 22 min
#
# Encoder and decoder are small MLPs, 784–400–400–16 and back, with ReLU after each hidden layer. The layers are made
# for you in `__init__`; you connect them in `forward`.
#
# ### Exercise nb1.Encoder.forward · 4 points · 6 min
#
# Map images to the two parameters of $q_\phi(z \mid x)$:
#
# $$
# h_1 = \mathrm{ReLU}(W_1 x + b_1), \qquad h_2 = \mathrm{ReLU}(W_2 h_1 + b_2), \qquad
# \mu = W_\mu h_2 + b_\mu, \qquad \log\sigma^2 = W_\sigma h_2 + b_\sigma .
# $$
#
# A linear layer reads vectors, so each image of shape (1, 28, 28) becomes 784 numbers first. Both outputs have shape
# (B, Z) and both may be negative: a mean can lie on either side of 0, and so can the logarithm of a variance.
#
# <details><summary>Hint 1</summary>
#
# Follow the shapes: (B, 1, 28, 28) to (B, 784) to (B, 400) to (B, 400), and from there twice to (B, 16). Which axis
# must survive the flattening?
# </details>
# <details><summary>Hint 2</summary>
#
# `Tensor.flatten` takes the first axis to flatten as an argument. `F.relu` is the ReLU as a function.
# </details>
# <details><summary>Hint 3</summary>
#
# Both heads read the same $h_2$. What would a ReLU after a head forbid?
# </details>

# %% tags=["exercise"]
class Encoder(nn.Module):
    """The approximate posterior q(z|x), a diagonal Gaussian."""

    def __init__(self, latent_dim: int = LATENT_DIM, hidden_dim: int = HIDDEN_DIM):
        super().__init__()
        self.fc1 = nn.Linear(NUM_PIXELS, hidden_dim)
        self.fc2 = nn.Linear(hidden_dim, hidden_dim)
        self.to_mu = nn.Linear(hidden_dim, latent_dim)
        self.to_log_var = nn.Linear(hidden_dim, latent_dim)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Images x (B, 1, 28, 28) to mu (B, Z) and log_var (B, Z), the parameters of q(z|x);
        neither is clamped.
        """
        # TODO nb1.Encoder.forward: connect the four layers; return mu, log_var.
        raise NotImplementedError("TODO nb1.Encoder.forward")


# %% tags=["active-ipynb"]
# check("nb1.Encoder.forward")

# %% [markdown]
# ### Exercise nb1.Decoder.forward · 3 points · 5 min
#
# The way back: $h_1 = \mathrm{ReLU}(W_1 z + b_1)$, $h_2 = \mathrm{ReLU}(W_2 h_1 + b_2)$, $\ell = W_\ell h_2 + b_\ell$,
# shaped as images (B, 1, 28, 28).
#
# Return the **logits** $\ell$, not probabilities. The loss of Section C turns logits into log-probabilities in one
# numerically safe step. A probability that has been rounded to exactly 0 or 1 has lost its logarithm for good.
#
# <details><summary>Hint 1</summary>
#
# It is the encoder's path in reverse, with one head instead of two. What is the last thing that happens to the shape?
# </details>
# <details><summary>Hint 2</summary>
#
# `Tensor.view` and `Tensor.unflatten` both give a tensor another shape. Let the batch size follow from the input; a
# fixed one breaks on the last batch.
# </details>

# %% tags=["exercise"]
class Decoder(nn.Module):
    """The likelihood p(x|z): one coin per pixel, given by its logit."""

    def __init__(self, latent_dim: int = LATENT_DIM, hidden_dim: int = HIDDEN_DIM):
        super().__init__()
        self.fc1 = nn.Linear(latent_dim, hidden_dim)
        self.fc2 = nn.Linear(hidden_dim, hidden_dim)
        self.to_logits = nn.Linear(hidden_dim, NUM_PIXELS)

    def forward(self, z: Tensor) -> Tensor:
        """Latents z (B, Z) to the logits (B, 1, 28, 28) of p(x|z),
        not probabilities: any real number, not clamped.
        """
        # TODO nb1.Decoder.forward: connect the three layers; return logits shaped as images.
        raise NotImplementedError("TODO nb1.Decoder.forward")


# %% tags=["active-ipynb"]
# check("nb1.Decoder.forward")

# %% [markdown]
# ### Exercise nb1.sample_z · 9 points · 8 min
#
# Draw one latent per image by the reparameterisation trick:
#
# $$
# z = \mu + \sigma \odot \varepsilon, \qquad \varepsilon \sim N(0, I), \qquad
# \sigma = \exp\!\big(\tfrac12 \log\sigma^2\big).
# $$
#
# The noise is fresh in every call, and each of the B·Z numbers gets its own. *Worked number:* $\mu = 1.5$ and
# $\log\sigma^2 = 1.386$ mean $\sigma^2 = 4$ and $\sigma = 2$. If the draw is $\varepsilon = -0.5$, then $z = 0.5$.
#
# <details><summary>Hint 1</summary>
#
# Which of the three has the meaning of a width: $\log\sigma^2$, $\sigma^2$ or $\sigma$? The noise is stretched by that
# one.
# </details>
# <details><summary>Hint 2</summary>
#
# Noise from a bell curve, not from the unit interval: look up `torch.randn_like`, and why it is safer than
# `torch.randn` when the input lives on a GPU or is in double precision.
# </details>
# <details><summary>Hint 3</summary>
#
# Gradients must flow from $z$ back to both arguments. Nothing in this function should cut them off.
# </details>

# %% tags=["exercise"]
def sample_z(mu: Tensor, log_var: Tensor) -> Tensor:
    """One sample z (B, Z) of N(mu, diag(exp(log_var))) per row, differentiable in both arguments.

    mu, log_var: (B, Z); log_var is used as it is, without a clamp. z has the dtype and the device
    of mu.
    Source: Kingma & Welling 2014, the reparameterisation trick.
    """
    # TODO nb1.sample_z: shift and stretch standard normal noise.
    raise NotImplementedError("TODO nb1.sample_z")


# %% tags=["active-ipynb"]
# check("nb1.sample_z")

# %% [markdown]
# Look at it. Both histograms below come from your function.
#
# > **Predict before you run.** The second histogram has $\log\sigma^2 = 1.386$. Between which two values do you expect
# > about 95 % of its samples? And in the second cell: what is $\partial z / \partial \mu$ of a sample from your
# > function, and of one from a random generator that takes $\mu$ as an argument?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# narrow = sample_z(torch.full((5000, 1), -2.0), torch.full((5000, 1), -1.386))
# wide = sample_z(torch.full((5000, 1), 1.5), torch.full((5000, 1), 1.386))
# samples = {
#     r"$\mu=-2,\ \log\sigma^2=-1.386$": narrow[:, 0],
#     r"$\mu=1.5,\ \log\sigma^2=1.386$": wide[:, 0],
# }
# plots.histograms(samples, title="5,000 samples each", xlabel="z")

# %% tags=["active-ipynb"]
# mu = torch.zeros(1, requires_grad=True)
# torch.normal(mu, torch.ones(1)).sum().backward()
# print("d z / d mu, a sample from torch.normal:  ", mu.grad.item())
# mu = torch.zeros(1, requires_grad=True)
# sample_z(mu, torch.zeros(1)).sum().backward()
# print("d z / d mu, a sample from your sample_z: ", mu.grad.item())

# %% [markdown]
# *Figure: the outlines of two bell-shaped histograms. One is narrow, centred at −2, with standard deviation one half;
# the other is wide, centred at 1.5, with standard deviation 2.*
#
# The width is $\exp(\tfrac12\log\sigma^2)$: one half and two, so 95 % of the second lie between −2.5 and 5.5. The second
# cell is the reason for the trick. A sample that `torch.normal` hands out looks the same, but to the gradient it is a
# constant, with the derivative 0 where yours has 1: the encoder would never hear from the decoder, and no error message
# would say so.
#
# The model itself is given: it chains your three pieces.

# %%
class VAE(nn.Module):
    """Encoder, sample, decoder. ``forward`` returns what the loss needs."""

    def __init__(self, latent_dim: int = LATENT_DIM, hidden_dim: int = HIDDEN_DIM):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = Encoder(latent_dim, hidden_dim)
        self.decoder = Decoder(latent_dim, hidden_dim)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """x (B, 1, 28, 28) to recon_logits (B, 1, 28, 28), mu (B, Z), log_var (B, Z);
        one sample of z per image.
        """
        mu, log_var = self.encoder(x)
        return self.decoder(sample_z(mu, log_var)), mu, log_var


# %% [markdown]
# **Checkpoint nb1.B.** Fell behind? Run the first code cell of this notebook, then this one with your instructor's
# code. It needs no other cell above: all functions up to here work then (they earn no points), and all that follows can
# be run.

# %% tags=["active-ipynb"]
# checkpoint("nb1.B", code="")

# %% [markdown]
# ## Section C — The loss · 22 min
#
# Three short functions. One rule settles every question about sums and means: **sum over what belongs to one image,
# average over the images.** Pixels and latents are summed, the batch is averaged.
#
# ### Exercise nb1.reconstruction_nll · 7 points · 6 min
#
# The negative log-likelihood of each image under its box of coins, with $p_i = \mathrm{sigmoid}(\ell_i)$:
#
# $$
# -\log p_\theta(x \mid z) = -\sum_{i=1}^{784} \Big[ x_i \log p_i + (1 - x_i) \log(1 - p_i) \Big] .
# $$
#
# One number per image, shape (B,), in nats. *Worked number:* two pixels $x = (1, 0)$ with logits $(2, -1)$ have
# $p = (0.881, 0.269)$ and cost $-\log 0.881 - \log 0.731 = 0.127 + 0.313 = 0.440$ nats.
#
# <details><summary>Hint 1</summary>
#
# PyTorch has this sum's terms ready-made, as a binary cross-entropy that takes logits. It applies the sigmoid by
# itself, in a way that cannot overflow.
# </details>
# <details><summary>Hint 2</summary>
#
# Read what its `reduction` argument does by default, and compare with the shape that is asked for here.
# </details>
# <details><summary>Hint 3</summary>
#
# One term per pixel, then a sum over all axes except the first.
# </details>

# %% tags=["exercise"]
def reconstruction_nll(recon_logits: Tensor, x: Tensor) -> Tensor:
    """-log p(x|z) of a Bernoulli per pixel, summed over the pixels of each image: (B,), in nats.

    recon_logits, x: (B, 1, 28, 28); x in [0, 1]. The logits are no probabilities, and used as they
    are: no clamp.
    """
    # TODO nb1.reconstruction_nll: binary cross-entropy from logits, one sum per image.
    raise NotImplementedError("TODO nb1.reconstruction_nll")


# %% tags=["active-ipynb"]
# check("nb1.reconstruction_nll")

# %% [markdown]
# > **Predict before you run.** An untrained decoder outputs logits close to 0: every coin is fair. What does one image
# > cost, in nats? A pen and the formula above are enough.
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# recon_logits, mu, log_var = VAE().to(device)(test_x)
# print(
#     f"untrained model: {reconstruction_nll(recon_logits, test_x).mean().item():.1f} nats per image"
# )

# %% [markdown]
# A fair coin costs $\log 2 = 0.693$ nats whatever it shows, and there are 784 of them: 543.4 nats. A training run that
# starts far from this number, or stays at it, has a fault.
#
# ### Exercise nb1.kl_divergence · 9 points · 7 min
#
# The KL from the encoder's Gaussian to the prior has a closed form, so nothing needs to be sampled:
#
# $$
# \mathrm{KL}\big(N(\mu, \mathrm{diag}(\sigma^2)) \,\|\, N(0, I)\big)
# = \frac12 \sum_{j=1}^{Z} \Big( \mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2 \Big) .
# $$
#
# One number per image, shape (B,), in nats. *Worked number:* a single latent with $\mu = 1$ and $\sigma^2 = 4$ costs
# $\tfrac12 (1 + 4 - 1 - 1.386) = 1.307$ nats. The same formula gives 0 for $\mu = 0$, $\sigma^2 = 1$: that code is
# the prior.
#
# Source: Kingma & Welling 2014, appendix B. They state minus the KL, so their signs are the other way round.
#
# <details><summary>Hint 1</summary>
#
# You are given $\log\sigma^2$. Which of the four terms needs it as it is, and which needs its exponential?
# </details>
# <details><summary>Hint 2</summary>
#
# The latent axis is the last one. The batch axis stays.
# </details>
# <details><summary>Hint 3</summary>
#
# Three checks by hand: the result is 0 at $(0, 0)$, never negative, and $\tfrac12\mu^2$ when $\log\sigma^2 = 0$ and
# $Z = 1$.
# </details>

# %% tags=["exercise"]
def kl_divergence(mu: Tensor, log_var: Tensor) -> Tensor:
    """KL( N(mu, diag(exp(log_var))) || N(0, I) ), one value per image: (B,), in nats.

    mu, log_var: (B, Z); log_var is used as it is, without a clamp.
    Source: Kingma & Welling 2014, appendix B.
    """
    # TODO nb1.kl_divergence: the closed form; sum over the latents, keep the batch.
    raise NotImplementedError("TODO nb1.kl_divergence")


# %% tags=["active-ipynb"]
# check("nb1.kl_divergence")

# %% [markdown]
# > **Predict before you run.** A latent with $\mu = 0$ is too wide by a factor of two ($\sigma = 2$), another too
# > narrow by the same factor ($\sigma = \tfrac12$). Which one costs more?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# axis = torch.linspace(-3, 3, 121)[:, None]
# zero = torch.zeros_like(axis)
# lines = {
#     r"$\mu$ varies, $\sigma = 1$": kl_divergence(axis, zero),
#     r"$\log\sigma$ varies, $\mu = 0$": kl_divergence(zero, 2 * axis),
# }
# labels = {
#     "title": "the price of one latent number",
#     "xlabel": r"$\mu$ or $\log\sigma$",
#     "ylabel": "KL [nats]",
# }
# plots.lines(axis[:, 0], lines, ylim=(0, 5), **labels)

# %% [markdown]
# *Figure: the KL of one latent. Against the mean it is a parabola around 0. Against log σ it is zero at 0, rises
# steeply to the right and nearly linearly to the left.*
#
# Too wide costs more: 0.81 nats against 0.32. To the left the cost grows only with the *number of digits* of
# precision: the first halving of $\sigma$ costs 0.32 nats, the second 0.60, and each further one nearly
# $\log 2 = 0.69$. That is the price of one more bit in the code, and it is why the KL can be read as information about
# $x$.
#
# ### Exercise nb1.vae_loss · 7 points · 5 min
#
# Put the two together, with a weight $\beta$ (`kl_weight`) on the KL:
#
# $$
# \mathcal{L} = \frac1B \sum_{b=1}^{B} \Big[ -\log p_\theta(x_b \mid z_b) + \beta\, \mathrm{KL}_b \Big] .
# $$
#
# At $\beta = 1$ this is the negative ELBO, its expectation estimated with one sample of $z$ per image: noisy, but right
# on average, and the noise averages out over images and steps. *Worked number:* two images
# with reconstruction costs $(90, 110)$ and KLs $(20, 16)$ give 118 at $\beta = 1$, and 109 at $\beta = \tfrac12$.
#
# <details><summary>Hint 1</summary>
#
# You have written both terms already, one number per image. What remains is a weight, a sum of two and one average.
# </details>
# <details><summary>Hint 2</summary>
#
# We minimise. Which sign must each term have, so that a better model has a smaller loss?
# </details>

# %% tags=["exercise"]
def vae_loss(
    recon_logits: Tensor, x: Tensor, mu: Tensor, log_var: Tensor, kl_weight: float = 1.0
) -> Tensor:
    """The negative ELBO with a weighted KL, averaged over the batch: a scalar, in nats.

    recon_logits, x: (B, 1, 28, 28); mu, log_var: (B, Z). kl_weight = 1 gives the negative ELBO.
    """
    # TODO nb1.vae_loss: reconstruction plus weighted KL, one mean over the batch.
    raise NotImplementedError("TODO nb1.vae_loss")


# %% tags=["active-ipynb"]
# check("nb1.vae_loss")

# %% [markdown]
# **Checkpoint nb1.C.** Fell behind? Run the first code cell of this notebook, then this one with your instructor's
# code. It needs no other cell above: all functions up to here work then (they earn no points), and all that follows can
# be run.

# %% tags=["active-ipynb"]
# checkpoint("nb1.C", code="")

# %% [markdown]
# ## Section D — Training · 15 min
#
# ### Exercise nb1.train_step · 6 points · 6 min
#
# One step of gradient descent on one batch. The moves are the same in every PyTorch program: run the model, compute the
# loss (with the `kl_weight` that the step was given), empty the old gradients, compute new ones, let the optimizer move
# the weights. Return the loss as a Python float, for the log.
#
# <details><summary>Hint 1</summary>
#
# The docstring of `VAE.forward` says what a call of the model returns, and in which order.
# </details>
# <details><summary>Hint 2</summary>
#
# PyTorch *adds* new gradients to old ones. Which call empties them, and when must it come?
# </details>
# <details><summary>Hint 3</summary>
#
# A tensor that is kept for the log keeps its whole computation alive. `Tensor.item` gives the bare number.
# </details>

# %% tags=["exercise"]
def train_step(
    model: nn.Module, x: Tensor, optimizer: torch.optim.Optimizer, kl_weight: float = 1.0
) -> float:
    """One optimizer step of the model on a batch x (B, 1, 28, 28).
    Returns the loss before the step, in nats.
    """
    # TODO nb1.train_step: forward, loss, gradients, step.
    raise NotImplementedError("TODO nb1.train_step")


# %% tags=["active-ipynb"]
# check("nb1.train_step")

# %% [markdown]
# The rest of the training is given. `evaluate` measures the test images with *your* two terms, always at weight 1, so
# that runs with different weights can be compared. `fit` makes a fresh model and an optimizer, and hands batches to
# your step.


# %%
@torch.no_grad()
def evaluate(model: nn.Module, x: Tensor) -> dict[str, float]:
    """Both terms of the negative ELBO on images x, and their sum: averages over the images,
    in nats.
    """
    logits, *posterior = model(x)
    parts = {"reconstruction": reconstruction_nll(logits, x), "KL": kl_divergence(*posterior)}
    means = {name: part.mean().item() for name, part in parts.items()}
    return means | {"-ELBO": sum(means.values())}


def fit(
    train_x: Tensor, test_x: Tensor, epochs: int, kl_weight: float = 1.0, seed: int = 0
) -> tuple[VAE, History]:
    """A fresh VAE after some epochs, and the numbers logged on the way (once per epoch)."""
    torch.manual_seed(seed)
    model = VAE().to(train_x.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    history = train(
        lambda x: train_step(model, x, optimizer, kl_weight),  # your step, on one batch
        Batches(train_x, batch_size=50),  # shuffled anew in each epoch
        epochs=epochs,
        evaluate=lambda: evaluate(model, test_x),
        name=f"KL weight {kl_weight:g}",
    )
    return model, history


# %% [markdown]
# ### First without a price
#
# Train with the weight 0. Then a code may lie anywhere and be as precise as it likes, so the encoder will hardly let
# any noise through: what is left is a plain **autoencoder**, which learns to copy its input through 16 numbers.
#
# > **Predict before you run.** Will its reconstructions be good? And what will its decoder make of $z \sim N(0, I)$?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# autoencoder, log = fit(train_x, test_x, epochs=12, kl_weight=0)

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# with torch.no_grad():
#     mu, log_var = autoencoder.encoder(test_x)
#     copies = autoencoder(test_x[:12])[0].sigmoid()
#     noise = sample_z(mu, log_var) - mu
#     fitted = MultivariateNormal(mu.mean(dim=0), mu.T.cov()).sample((12,))
#     rows = {"original": test_x[:12], "copy": copies}
#     rows["from $N(0, I)$"] = sample_prior(autoencoder.decoder, 12, LATENT_DIM)
#     rows["from where codes are"] = autoencoder.decoder(fitted).sigmoid()
# print(f"reconstruction {log.last('reconstruction'):.1f} nats on test images")
# print(f"standard deviation of the codes {mu.std():.1f}, of their noise {noise.std():.2f}")
# plots.image_rows(rows, title="a plain autoencoder")

# %% [markdown]
# *Figure: four rows of twelve images. The copies are faithful. What the decoder makes of noise from N(0, I) is faint
# smears, blots and broken strokes. In the last row most images are digits, or nearly.*
#
# A fine copying machine, asked in the wrong place. Its codes spread about four times as wide as $N(0, I)$, and nobody has
# told it where we will draw. Drawn from $N(0, I)$, its samples are far worse than a VAE's. Drawn from a Gaussian with the
# mean and the covariance of its codes, as in the last row, they are not. So the decoder is not to blame: what is missing
# is a model of the codes. The KL ties them to a distribution that is known beforehand, and makes the loss a bound on
# $\log p(x)$.
#
# ### Now with its price
#
# > **Predict before you run.** The untrained model pays about 543 nats. Where will the negative ELBO be after 30
# > epochs? How many of these nats will be the KL? (For scale: naming one of ten digits takes $\log 10 = 2.3$ nats.)
# >
# > Write your guess: …
#
# The run takes 20 to 60 seconds. You may interrupt it: the model keeps what it has learned.

# %% tags=["active-ipynb"]
# model, history = fit(train_x, test_x, epochs=30)

# %% tags=["active-ipynb"]
# names = {
#     "loss": "loss on training images",
#     "-ELBO": "−ELBO on test images",
#     "KL": "KL on test images",
# }
# plots.curves(
#     history, names, title="training the VAE", targets={"target after 20 epochs": 125}, ylim=(0, 260)
# )
# after_20 = 20 * len(Batches(train_x, batch_size=50))
# report("-ELBO on test after 20 epochs", history.at("-ELBO", after_20), at_most=125, unit="nats")
# report(
#     "KL on test after 20 epochs", history.at("KL", after_20), at_least=12, at_most=30, unit="nats"
# )
# report("-ELBO on test at the end", history.last("-ELBO"), at_most=107, unit="nats")

# %% [markdown]
# *Figure: three curves over 2,700 training steps. Training loss and test −ELBO fall steeply in the first 500 steps and
# then slowly; the −ELBO ends near 104 nats, the training loss about ten below it. The KL climbs from near 0 to about 18
# nats. A dashed line marks the target of the first 20 epochs, 125 nats.*
#
# The KL *rises* while the loss falls. The model starts with a code that says nothing, and buys information as soon as
# the decoder can use it: about 18 nats here, far more than the 2.3 that would name the digit. The rest describes
# slant, thickness and style. The training loss ends below the test curve: with 4,500 images the model begins to learn
# some by heart, and three times as many epochs make the test curve worse again.
#
# **A falling loss proves little.** A model whose `sample_z` returns $\mu$ and forgets the noise reports a *better*
# loss than yours. Its number is no bound on anything. This is why the checks look at the pieces, and why Section E
# looks at pictures.

# %% [markdown]
# **Checkpoint nb1.D.** Fell behind, or is your run not done? Run the first code cell of this notebook, then this one
# with your instructor's code. It needs no other cell above: all functions up to here work then (they earn no points),
# `model` is a trained one, and all that follows can be run.

# %% tags=["active-ipynb"]
# checkpoint("nb1.D", code="", model=lambda: VAE().to(device))

# %% [markdown]
# ## Section E — Evaluation · 27 min
#
# ### Reconstructions
#
# > **Predict before you run.** Which details of a digit will survive the trip through 16 numbers, and which will be
# > lost?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# with torch.no_grad():
#     originals, reconstructions = test_x[:12], model(test_x[:12])[0].sigmoid()
# rows = {"original": originals, "reconstruction": reconstructions}
# plots.image_rows(rows, title="test images and their reconstructions")

# %% [markdown]
# *Figure: two rows of twelve digits. Most reconstructions have the identity, slant and thickness of their original,
# with soft grey edges; an unusual 4 comes back closed at the top, more like a 9.*
#
# Grey is not an intermediate colour here. It is a coin that is not sure. The model has given up on the raggedness of
# edges, where a precise code would cost more than it saves, and kept what many pixels share.

# %% [markdown]
# **How do reconstructions compare to the original images?** Name one thing that is always preserved, one that is
# always lost, and one image that came out as a different digit, if there is one.
#
# *Your answer (nb1.reconstructions):* …

# %% [markdown]
# ### Samples from the prior
#
# Now without an encoder: draw $z \sim N(0, I)$ and decode.

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# plots.image_grid(
#     sample_prior(model.decoder, 40, model.latent_dim),
#     columns=10,
#     title="decoded samples of the prior",
# )

# %% [markdown]
# *Figure: four rows of ten samples. Many are recognisable digits in several styles; others are faint, broken, or shapes
# between two digits.*
#
# These images are in no data set. Some are convincing. Others fall between the kinds: in 16 dimensions, the places
# where the encoder has put real images cover only a part of what the prior draws from.

# %% [markdown]
# **Are these samples worse than the reconstructions above? Both come from the same decoder: what differs?**
#
# *Your answer (nb1.prior_samples):* …

# %% [markdown]
# ### Interpolation
#
# > **Predict before you run.** Take the codes of two test images and walk from one to the other in a straight line.
# > Will you see one image fade out while the other fades in? What would such a cross-fade look like in pixel space?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# with torch.no_grad():
#     codes, _ = model.encoder(test_x)
# strips = {}
# for i, j in [(0, 1), (2, 3), (7, 11)]:
#     strips[f"{test_labels[i]} to {test_labels[j]}"] = interpolate(model.decoder, codes[i], codes[j])
# strips["in pixels"] = torch.stack([torch.lerp(test_x[0], test_x[1], k / 10) for k in range(11)])
# plots.image_rows(strips, title="straight lines in latent space, and one in pixel space")

# %% [markdown]
# *Figure: three strips in which one digit deforms step by step into another, and a fourth strip in which a 6 and a 5
# are superimposed, one fading out and the other fading in.*
#
# In latent space the stroke itself bends: the places between two codes hold plausible images too. In pixel space two
# pictures lie on top of each other, and half-way you see both and neither.
#
# ### A map to take away
#
# The cell below writes **your** model into one file, `latent_explorer.html`. Open it in any browser, without a network,
# and send it to whom you like. It shows the plane through your 16-dimensional codes along which they vary most; drag the
# point, or use the arrow keys, and see what your decoder draws there.

# %% tags=["active-ipynb"]
# write_explorer(model.encoder, model.decoder, test_x, test_labels, "latent_explorer.html")

# %% [markdown]
# A plane through 16 dimensions misses most of them: kinds of digits that lie on top of each other here may be far apart
# in the other 14.
#
# ### The weight of the KL
#
# So far $\beta = 1$. Now train briefly with less and with more. The reconstruction term and the KL are always reported
# at weight 1.
#
# > **Predict before you run.** For $\beta = 0.1$ and for $\beta = 10$: will the reconstructions be better or worse
# > than at $\beta = 1$? And the samples from the prior? Which of the three will have the lowest −ELBO?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# runs = {weight: fit(train_x, test_x, epochs=12, kl_weight=weight) for weight in (0.1, 1, 10)}

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# print("KL weight   reconstruction      KL   -ELBO   [nats on test images]")
# for weight, (_, log) in runs.items():
#     print(
#         f"{weight:9g} {log.last('reconstruction'):16.1f} {log.last('KL'):7.1f} {log.last('-ELBO'):7.1f}"
#     )
# with torch.no_grad():
#     rows = {f"weight {weight:g}": run(originals)[0].sigmoid() for weight, (run, _) in runs.items()}
# plots.image_rows({"original": originals, **rows}, title="reconstructions")
# panels = {
#     f"KL weight {weight:g}": sample_prior(run.decoder, 25, LATENT_DIM)
#     for weight, (run, _) in runs.items()
# }
# plots.image_panels(panels, title="samples from the prior")

# %% [markdown]
# *Figure: first, originals and three rows of reconstructions, sharpest at weight 0.1; at weight 10 only 0 and 1 are
# clear, the rest is one grey shape. Second, three grids of 25 prior samples: broken strokes and odd shapes at 0.1,
# mostly digits at 1, and at 10 blurred copies of very few shapes.*
#
# From 0.1 to 1, reconstructions get worse and samples better. From 1 to 10, both get worse. At 0.1 it is nearly the
# autoencoder of Section D. At 10 a code costs so much that $q(z \mid x)$ is almost the prior, whatever the image, and
# everything drawn is an average. The −ELBO is lowest at weight 1: it is what this run, and no other, has minimised.

# %% [markdown]
# **How does increasing the KL weight affect samples?** Answer with the figure and the table: what happens to
# sharpness, to variety, and why?
#
# *Your answer (nb1.kl_weight):* …

# %% [markdown]
# ### Posterior collapse
#
# A famous accident. Suppose that `reconstruction_nll` returned the *mean* over the 784 pixels, while the KL is still a
# sum over latents. The loss is then $R/784 + \mathrm{KL} = (R + 784\,\mathrm{KL})/784$: the right one with
# `kl_weight=784`, but for a factor, and Adam divides each gradient by its usual size. So we can see the accident without
# breaking anything.
#
# > **Predict before you run.** What will the KL be? What will the reconstructions look like: noise, all black, or
# > something else?
# >
# > Write your guess: …

# %% tags=["active-ipynb"]
# collapsed, log = fit(train_x, test_x, epochs=6, kl_weight=784)

# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# print(f"KL {log.last('KL'):.3f} nats, -ELBO {log.last('-ELBO'):.1f} nats")
# with torch.no_grad():
#     rows = {"original": originals, "reconstruction": collapsed(originals)[0].sigmoid()}
# rows["prior sample"] = sample_prior(collapsed.decoder, len(originals), LATENT_DIM)
# rows["mean of the data"] = train_x.mean(dim=0, keepdim=True).expand(len(originals), -1, -1, -1)
# plots.image_rows(rows, title="a collapsed VAE")

# %% [markdown]
# *Figure: four rows. The originals are different digits. Every reconstruction and every prior sample is the same grey
# blob, and this blob is the average of all training images, shown in the last row.*
#
# The KL is 0.000: the encoder answers every image with the prior, $z$ carries no information, and the best decoder
# without information draws the average image. The loss still fell, and no error appeared. Remember the three signs:
# **KL near zero, identical reconstructions, a −ELBO near 205 nats.** The usual causes are a mean where a sum belongs,
# a KL weight that is too large too early, or a decoder so strong that it needs no code. The usual cure for the last
# two is to raise the KL weight slowly from 0 (*warm-up*). You will meet this again in Notebook 2.

# %% [markdown]
# **A colleague shows you a VAE with sharp reconstructions and useless samples, and another with identical samples.
# What do you ask each of them?**
#
# *Your answer (nb1.two_colleagues):* …

# %% [markdown]
# ### A colleague's bug
#
# Does a code know its digit? A colleague trains a **probe**: a small network that reads the codes of your encoder and
# names the digit. Here it is, with what the colleague saw.


# %%
class ColleaguesProbe(nn.Module):
    """Codes (B, Z) to ten logits, one for each kind of digit: `depth` hidden layers,
    then a learned gain per unit.
    """

    def __init__(self, latent_dim: int = LATENT_DIM, width: int = 32, depth: int = 3):
        super().__init__()
        self.first = nn.Linear(latent_dim, width)
        self.hidden = [nn.Linear(width, width) for _ in range(depth)]
        self.gain = torch.ones(width, requires_grad=True)
        self.last = nn.Linear(width, 10)

    def forward(self, codes: Tensor) -> Tensor:
        h = self.first(codes).tanh()
        for layer in self.hidden:
            h = layer(h).tanh()
        return self.last(self.gain * h)


# %% tags=["active-ipynb"]
# with torch.no_grad():
#     train_codes, test_codes = model.encoder(train_x)[0], model.encoder(test_x)[0]
#
#
# def try_probe(make_probe):
#     """Trains a probe, then saves it and loads it into another one.
#     How many test digits does each name rightly?
#     """
#     torch.manual_seed(0)
#     probe, loaded = make_probe(), make_probe()
#     train_probe(probe, train_codes, train_labels)
#     loaded.load_state_dict(probe.state_dict())
#     print(f"named rightly: {share_named(probe, test_codes, test_labels):.0%}", end=", ")
#     print(f"after saving and loading: {share_named(loaded, test_codes, test_labels):.0%}")
#
#
# try_probe(ColleaguesProbe)

# %% [markdown]
# *Figure: left, the loss of the probe falls smoothly from above 2 to about 0.6 nats. Right, how far each layer has moved:
# the first and the last by several times their size, the three hidden ones and the gain by 0.00.*
#
# The loss falls, eight of ten digits are named rightly, and no error appears. Without the figure on the right, and the
# last line, nobody would ask. (On a GPU there would have been an error, for the same reason.)
#
# ### Exercise nb1.Probe · 5 points · 7 min
#
# Find out why four of the six parts are dead, and write the rest of an `__init__` in which all are alive. The probe itself
# stays what it is: the same shapes, the same start (a gain of ones), and the same `forward`. The check looks at other
# sizes, too.
#
# <details><summary>Hint 1</summary>
#
# Ask the probe what it thinks it consists of: `[name for name, _ in ColleaguesProbe().named_parameters()]`. What is
# missing, and who else asks this question in a training?
# </details>
# <details><summary>Hint 2</summary>
#
# A module takes note of an attribute when it is set, by its type. Which types does it look for? PyTorch's pages on
# `nn.Module`, on containers and on `nn.Parameter` say so.
# </details>
# <details><summary>Hint 3</summary>
#
# `requires_grad=True` has PyTorch compute a gradient. Who uses it?
# </details>

# %% tags=["exercise"]
class Probe(nn.Module):
    """Codes (B, Z) to ten logits, one for each kind of digit: `depth` hidden layers,
    then a learned gain per unit.
    """

    def __init__(self, latent_dim: int = LATENT_DIM, width: int = 32, depth: int = 3):
        super().__init__()
        self.first, self.last = nn.Linear(latent_dim, width), nn.Linear(width, 10)
        # TODO nb1.Probe: self.hidden and self.gain, of the same shapes and alive.
        raise NotImplementedError("TODO nb1.Probe")

    def forward(self, codes: Tensor) -> Tensor:
        h = self.first(codes).tanh()
        for layer in self.hidden:
            h = layer(h).tanh()
        return self.last(self.gain * h)


# %% tags=["active-ipynb"]
# check("nb1.Probe")

# %% tags=["active-ipynb"]
# try_probe(Probe)

# %% [markdown]
# *Figure: left, the loss falls faster, and to about 0.2 nats. Right, all six parts have moved.*
#
# What a module does not know, no optimizer moves, no file keeps, and no `.to(device)` brings along. The loss fell
# nevertheless, because the layers around the dead ones learned.

# %% [markdown]
# ## Extensions, for the fast (checked, not graded)
#
# ### What the units mean
#
# Your `kl_divergence` works for a single column as well, so it can tell how much each of the 16 latent numbers is
# used. Then we take one image's code and let one unit at a time run from −3 to 3. The last strip is the unit with the
# least KL.

# %% tags=["active-ipynb"]
# with torch.no_grad():
#     mu, log_var = model.encoder(test_x)
# kl_per_unit = torch.stack(
#     [kl_divergence(mu[:, [j]], log_var[:, [j]]).mean() for j in range(LATENT_DIM)]
# ).cpu()
# labels = {"xlabel": "latent unit", "ylabel": "KL [nats]"}
# plots.bars(kl_per_unit.tolist(), title="how much each unit says about the image", **labels)

# %% tags=["active-ipynb"]
# values = [-3, -2, -1, 0, 1, 2, 3]
# order = kl_per_unit.argsort(descending=True).tolist()
# strips = {f"unit {j}": traverse(model.decoder, mu[0], j, values) for j in [*order[:4], order[-1]]}
# ticks = [str(value) for value in values]
# plots.image_rows(
#     strips, title="one unit at a time", ticks=ticks, xlabel="value of the unit", width=8
# )

# %% [markdown]
# *Figure: first, a bar chart of the KL of 16 units: nine carry between 1.2 and 2.6 nats, one carries half a nat, the
# others next to nothing. Second, five strips of seven images: in the first four the digit changes shape along the strip;
# in the last one nothing changes.*
#
# A unit with zero KL has the prior as its answer to every image, and the decoder has learned to ignore it. The model
# has chosen how many of its 16 numbers are worth their price. The used units rarely have a name: nothing in the loss
# asks for axes that mean something to us.
#
# ### Exercise nb1.active_units · 0 points · 5 min
#
# How many of the $Z$ latent numbers are in use? A unit is **active** when its posterior mean differs from image to
# image: $\mathrm{Var}_x\big[\mu_j(x)\big] > 0.01$ (Burda, Grosse & Salakhutdinov 2016). Count them over the rows of
# `mu`.
#
# <details><summary>Hint 1</summary>
#
# The variance is taken over images, so which axis disappears? Then count how many of the $Z$ numbers exceed the
# threshold.
# </details>

# %% tags=["exercise"]
def active_units(mu: Tensor, threshold: float = 0.01) -> int:
    """The number of latent units whose posterior mean varies over the data, by more than a threshold.

    mu: (N, Z), one row per image. Source: Burda et al. 2016, importance weighted autoencoders.
    """
    # TODO nb1.active_units: variance over the images, then count.
    raise NotImplementedError("TODO nb1.active_units")


# %% tags=["active-ipynb"]
# check("nb1.active_units")

# %% tags=["active-ipynb"]
# models = {"main run": model, "collapsed": collapsed} | {
#     f"KL weight {w:g}": run for w, (run, _) in runs.items()
# }
# with torch.no_grad():
#     for name, run in models.items():
#         print(f"{name:>13}: {active_units(run.encoder(test_x)[0]):2d} of {LATENT_DIM} units active")

# %% [markdown]
# The main run has more active units than its bar chart had bars to see. The threshold asks whether the mean moves at all:
# a variance of 0.04 passes it, and is worth some 0.02 nats, a bar too low for the eye.
#
# ### Exercise nb1.bits_per_dim · 0 points · 4 min
#
# Papers report likelihoods in **bits per dimension**, so that image sizes can be compared: nats divided by the number
# of dimensions, and turned into bits (one bit is $\log 2$ nats). *Worked number:* 543.4 nats over 784 pixels are 1.000
# bit per pixel: a fair coin each.
#
# <details><summary>Hint 1</summary>
#
# Does a nat hold more or less than one bit? The fair coin above tells you which way to convert.
# </details>

# %% tags=["exercise"]
def bits_per_dim(nll_nats: Tensor, num_dims: int) -> Tensor:
    """Nats per example to bits per dimension; same shape as nll_nats.
    num_dims: C*H*W of one example.
    """
    # TODO nb1.bits_per_dim: per dimension, and in bits.
    raise NotImplementedError("TODO nb1.bits_per_dim")


# %% tags=["active-ipynb"]
# check("nb1.bits_per_dim")

# %% [markdown]
# ### Exercise nb1.iwae_bound · 0 points · 8 min
#
# The ELBO averages the logarithm of $w = p_\theta(x, z) / q_\phi(z \mid x)$, which tells how much a draw of $z$ should
# count. Averaging these **weights** first and taking the logarithm after gives a tighter bound (Burda, Grosse &
# Salakhutdinov 2016). With $K$ samples $z_k \sim q_\phi(z \mid x)$:
#
# $$
# \log w_k = \log p_\theta(x \mid z_k) + \log p(z_k) - \log q_\phi(z_k \mid x), \qquad
# \mathrm{IWAE}_K = \log \frac1K \sum_{k=1}^{K} w_k .
# $$
#
# You get `log_w` of shape (K, B) and return (B,). At $K = 1$ the bound is the one-sample ELBO; as $K$ grows it
# approaches $\log p_\theta(x)$ from below. *Worked number:* $\log w = (-1, -3)$ gives $-1.566$, while the plain
# average of the two logarithms is $-2$. The weights here are of the order $e^{-100}$, too small for a float, so they
# must never be formed.
#
# <details><summary>Hint 1</summary>
#
# There is a PyTorch function for the logarithm of a sum of exponentials that cannot underflow.
# </details>
# <details><summary>Hint 2</summary>
#
# A sum is asked for, and then a mean. What does the factor $1/K$ become under the logarithm?
# </details>

# %% tags=["exercise"]
def iwae_bound(log_w: Tensor) -> Tensor:
    """The importance-weighted bound on log p(x) from K log-weights per image: (K, B) to (B,), nats.

    Source: Burda et al. 2016, importance weighted autoencoders.
    """
    # TODO nb1.iwae_bound: the log of the mean weight, without leaving log space.
    raise NotImplementedError("TODO nb1.iwae_bound")


# %% tags=["active-ipynb"]
# check("nb1.iwae_bound")


# %%
@torch.no_grad()
def log_weights(model: VAE, x: Tensor, num_samples: int) -> Tensor:
    """log p(x|z) + log p(z) - log q(z|x) for num_samples samples of z per image: (K, B),
    in nats.
    """
    mu, log_var = model.encoder(x)
    posterior = MultivariateNormal(mu, torch.diag_embed(log_var.exp()))
    prior = MultivariateNormal(torch.zeros_like(mu), torch.eye(mu.shape[1], device=mu.device))
    draws = [sample_z(mu, log_var) for _ in range(num_samples)]
    return torch.stack(
        [
            -reconstruction_nll(model.decoder(z), x) + prior.log_prob(z) - posterior.log_prob(z)
            for z in draws
        ]
    )


# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# log_w = log_weights(model, test_x, num_samples=100)
# for num_samples in (1, 10, 100):
#     bound = -iwae_bound(log_w[:num_samples])
#     bits = bits_per_dim(bound, NUM_PIXELS)
#     print(f"K = {num_samples:3d}: {bound.mean():6.1f} nats, {bits.mean():.4f} bits per pixel")

# %% [markdown]
# The gap in the ELBO is at least the difference between the first and the last line. It has two causes: the true
# posterior is no diagonal Gaussian, and one network must answer for all images, so that it does not even find the best
# diagonal Gaussian for each (the *amortisation gap*, Cremer, Li & Duvenaud 2018). The difference does not tell them apart.

# %% [markdown]
# ## What you should take away
#
# A VAE is a decoder that turns noise into images, and an encoder that makes it trainable. The ELBO charges for
# surprise and for information, in the same currency, and the balance of the two decides between sharp reconstructions
# and usable samples. The reparameterisation trick moves the randomness out of the gradient's way. Sums over pixels and
# latents, means over the batch: one wrong mean, and the model collapses without an error message. A falling loss does
# not even tell that all of a network takes part.
#
# **Submit.** Save the notebook, then `git add`, `git commit` and `git push`. The score appears beside the commit after
# a few minutes. Your last push before the deadline counts. Notebook 2 continues with two layers of latents.
