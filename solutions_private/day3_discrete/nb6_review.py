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
# # Notebook 6 — Review: the week on one page, and a look at Friday
#
# Three days, five models, one idea: describe data by what is hidden in them, and pay for the description in nats. This
# notebook asks for it in your own words, then in short functions, then by finding what is wrong in other people's
# programs. It looks like Friday's exam, without the pressure: you have any number of tries until the day's deadline, the
# checks tell you what went wrong, and you may look everything up.
#
# **Goals**
#
# - Put the four models of the week side by side: what is optimised, what is hidden, what sampling costs.
# - Write four functions of the week from their formula alone, each on one screen.
# - Find a bug from its symptom, also when the symptom is a *better* number.
# - Know what Friday looks like, and have tried 25 minutes of it.
#
# **Assistants today.** Allowed: syntax, debugging, other explanations, small snippets. Not allowed: answers to graded
# exercises. On Friday there is no assistant, so this is the notebook to try without one.
#
# **Time budget**
#
# | Section | What you do | Minutes | Points | |
# |---|---|---|---|---|
# | A Five questions | answer in your own words | 15 | | core |
# | B Four functions | `gaussian_kl`, `reparameterize`, `reverse_update`, `corrupt` | 20 | 12 | core |
# | C Four bugs | name the line, mend the function | 15 | 8 | core |
# | D Friday | how the exam works; three lines on how you used AI | 10 | | core |
# | Mock exam | two sheets, `mock1_sheet` and `mock2_sheet` | 25 each | | at home |
#
# **How to work.** Exercise cells contain a `TODO`. Replace the `raise` below it, run the cell, then run the check cell
# that follows: it runs the same tests as the grader. Commit and push as often as you like.

# %%
import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from autograding import check
from genlab.diffusion import Schedule
from genlab.nb5.language import Language, sums
from genlab.nb5.posterior import MaskPosterior
from genlab.nb6 import programs

# %% [markdown]
# ## Section A — Five questions, in your own words · 15 min
#
# There is no single right wording, and nobody scores these. Your instructor reads them, and Friday's written part asks
# questions of this kind. Two or three sentences each; a number from your own notebooks is worth more than a long text.

# %% [markdown]
# **A1. Fill the table.** (Look up: Section 0 of Notebooks 1, 2, 3 and 5.)
#
# | | VAE | hierarchical VAE | DDPM | masked diffusion |
# |---|---|---|---|---|
# | What is optimised? | | | | |
# | What is latent, and how large is it? | | | | |
# | Is there a bound on the likelihood? | | | | |
# | What costs time when you sample? | | | | |
#
# *Your answer (nb6.A1):* …

# %% [markdown]
# **A2. The KL term.** What would a VAE do without it? And with ten times its weight? Which number that you saw on Tuesday
# shows each? (Look up: Notebook 1, Sections C and E.)
#
# *Your answer (nb6.A2):* …

# %% [markdown]
# **A3. The noise schedule.** What does the schedule of a diffusion model decide that no network can repair? (Look up:
# Notebook 3, Section B; Notebook 5, Section E.)
#
# *Your answer (nb6.A3):* …

# %% [markdown]
# **A4. Where is the encoder?** A VAE has an encoder and a decoder. Which part of a diffusion model plays the encoder, is
# it learned, and how large is its code? (Look up: Notebook 3, Section 0.)
#
# *Your answer (nb6.A4):* …

# %% [markdown]
# **A5. Which is better?** Model one: every sample is a valid sum, and it is always the same sum. Model two: 95 of 100
# samples are valid, and all sums occur. Which is better, and by which number? (Look up: Notebook 5, Section E.)
#
# *Your answer (nb6.A5):* …

# %% [markdown]
# ## Section B — Four functions, one screen each · 20 min
#
# Each task gives the formula, a worked number, and a signature. All randomness is passed in, so there is exactly one
# right value, however you write it. Try each without looking at your older notebooks first.
#
# ### Exercise nb6.gaussian_kl · 3 points · 5 min
#
# Notebook 1 needed the KL divergence of a Gaussian from $N(0, I)$, Notebook 2 from another Gaussian. In general, for two
# Gaussians with diagonal covariance (Kingma & Welling 2014, appendix B, is the special case $\mu_p = 0$, $\sigma_p = 1$),
#
# $$
# \mathrm{KL}(q \,\|\, p) = \frac12 \sum_{j} \left( \log \frac{\sigma_{p,j}^2}{\sigma_{q,j}^2}
# + \frac{\sigma_{q,j}^2 + (\mu_{q,j} - \mu_{p,j})^2}{\sigma_{p,j}^2} - 1 \right) .
# $$
#
# The function gets **log-variances**, and returns one number of nats per example. *Worked number:* for one dimension with
# $\mu_q = 1$, $\sigma_q^2 = 1$, $\mu_p = 0$, $\sigma_p^2 = 4$ it is
# $\tfrac12 (1.386 + 0.5 - 1) = 0.443$.
#
# <details><summary>Hint 1</summary>
#
# Work out one term of the sum for all examples and dimensions at once; sum at the end, over the dimensions only.
# </details>
# <details><summary>Hint 2</summary>
#
# Put two equal Gaussians in. What must come out? Then exchange the two. Should the result change?
# </details>

# %% tags=["exercise"]
def gaussian_kl(mu_q: Tensor, log_var_q: Tensor, mu_p: Tensor, log_var_p: Tensor) -> Tensor:
    """KL( N(mu_q, diag(exp(log_var_q))) || N(mu_p, diag(exp(log_var_p))) ), one value per example (B,) [nats].

    All arguments: (B, Z).
    """
    # TODO nb6.gaussian_kl: the formula, summed over the latent axis.
    # BEGIN SOLUTION
    ratio = (log_var_q - log_var_p).exp()
    distance = (mu_q - mu_p).square() / log_var_p.exp()
    return (ratio + distance - 1 - (log_var_q - log_var_p)).sum(dim=1) / 2
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb6.gaussian_kl")

# %% [markdown]
# ### Exercise nb6.reparameterize · 3 points · 4 min
#
# Draw from the Gaussian that an encoder names, in a way that lets the gradient reach the encoder:
#
# $$
# z = \mu(x) + \sigma(x) \odot \varepsilon .
# $$
#
# The encoder returns $\mu$ and $\log \sigma^2$, in this order. The noise $\varepsilon$ is passed in. *Worked number:* for
# $\mu = 1$, $\log \sigma^2 = 1.386$ and $\varepsilon = -0.5$, $z = 0$.
#
# <details><summary>Hint 1</summary>
#
# In the worked number the standard deviation is 2. How do you get 2 from 1.386?
# </details>

# %% tags=["exercise"]
def reparameterize(encoder: Callable[[Tensor], tuple[Tensor, Tensor]], x: Tensor, noise: Tensor) -> Tensor:
    """A draw z (B, Z) from q(z|x), made of the given standard normal noise (B, Z).

    encoder: maps x (B, ...) to the mean and the log-variance, both (B, Z).
    """
    # TODO nb6.reparameterize: ask the encoder once, then shift and scale the noise.
    # BEGIN SOLUTION
    mean, log_variance = encoder(x)
    return torch.addcmul(mean, noise, torch.exp(log_variance / 2))
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb6.reparameterize")

# %% [markdown]
# ### Exercise nb6.reverse_update · 3 points · 7 min
#
# One step of DDPM's way back, from $x_t$ to $x_{t-1}$, with the noise that a network has predicted, $\hat\varepsilon$
# (Ho et al. 2020, algorithm 2):
#
# $$
# x_{t-1} = \frac{1}{\sqrt{\alpha_t}} \left( x_t - \frac{\beta_t}{\sqrt{1 - \bar\alpha_t}}\, \hat\varepsilon \right)
# + \sigma_t z, \qquad \sigma_t^2 = \beta_t .
# $$
#
# As in Notebook 3, steps count from 0, and nothing is added at $t = 0$: the result of that step is the sample. The draw
# $z$ is passed in as `noise`. (The other common choice, $\sigma_t^2 = \tilde\beta_t$, is accepted, too.) *Worked number:*
# with $\beta_t = 0.36$, $\bar\alpha_t = 0.19$, $x_t = 1$, $\hat\varepsilon = 0.5$ and $z = 1$, the mean is 1 and
# $x_{t-1} = 1.6$.
#
# <details><summary>Hint 1</summary>
#
# `schedule` has the arrays `betas`, `alphas` and `alpha_bar`. Which two symbols of the formula carry a bar, and how many
# times?
# </details>
# <details><summary>Hint 2</summary>
#
# Here `t` is a plain integer, the same for the whole batch: an `if` is enough.
# </details>

# %% tags=["exercise"]
def reverse_update(x_t: Tensor, t: int, eps_hat: Tensor, noise: Tensor, schedule: Schedule) -> Tensor:
    """x_{t-1} from x_t, with the shape of x_t.

    x_t, eps_hat (predicted noise), noise (the step's own draw): (B, ...); t: an integer in 0..T-1.
    """
    # TODO nb6.reverse_update: the mean, and what is added to it.
    # BEGIN SOLUTION
    beta, alpha, left = schedule.betas[t], schedule.alphas[t], schedule.alpha_bar[t]
    mean = (x_t - beta * torch.rsqrt(1 - left) * eps_hat) * torch.rsqrt(alpha)
    return mean + beta.sqrt() * noise if t > 0 else mean
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb6.reverse_update")

# %% [markdown]
# ### Exercise nb6.corrupt · 3 points · 4 min
#
# Masking at step t: every token of sequence $b$ becomes MASK with probability $t_b / T$, independently. The coins are
# passed in as uniform numbers $u$ in $[0, 1)$: a token is masked where its own $u$ falls below $t_b / T$.
# *Worked number:* `x0 = [[3, 5, 2]]`, `t = [2]`, `T = 8`, `u = [[.7, .2, .3]]` and MASK 9 give `[[3, 9, 2]]`.
#
# <details><summary>Hint 1</summary>
#
# `u` is (B, L), `t` is (B,). Every *row* has its own threshold.
# </details>

# %% tags=["exercise"]
def corrupt(x0: Tensor, t: Tensor, T: int, mask_id: int, u: Tensor) -> Tensor:
    """x0 (B, L) at step t, as int64: MASK where u falls below t/T.

    t: (B,), integers in 0..T; u: (B, L) in [0, 1); mask_id: the number that stands for MASK.
    """
    # TODO nb6.corrupt: one threshold per sequence, one coin per token.
    # BEGIN SOLUTION
    return x0.masked_fill(T * u < t.unsqueeze(1), mask_id)
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb6.corrupt")

# %% [markdown]
# ## Section C — Four bugs · 15 min
#
# Each program below runs, and each has exactly one wrong line. The lines are numbered. First run it and look at the
# symptom. Then do two things: write the number of the line you accuse (a check answers like a tutor, and this earns
# nothing: the number is the same for everybody), and write the **repaired function**, which earns the points. You may
# copy the program and mend it, or write it your own way.
#
# ### Bug 1 — a VAE on small digits
#
# Digits of 8×8 black or white pixels, a VAE with 8 latent numbers, 600 training steps. The loss settles quickly, far too
# high, and the samples are thin and much alike.

# %%
def broken_vae_loss(logits: Tensor, x: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:  # 1
    """The negative ELBO in nats, the mean over the batch: logits and x (B, 64), mu and log_var (B, Z)."""  # 2
    kl_per_number = 0.5 * (mu.square() + log_var.exp() - log_var - 1)  # 3
    kl = kl_per_number.sum(dim=1)  # 4
    pixels = F.binary_cross_entropy_with_logits(logits.sigmoid(), x, reduction="none")  # 5
    nats = pixels.sum(dim=1)  # 6
    return (nats + kl).mean()  # 7


# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# programs.train_small_vae(broken_vae_loss)

# %% [markdown]
# *Figure: two rows of ten images of 8×8 pixels. Above, digits from the data, black on white. Below, samples of the
# trained model: thin fragments of strokes, most of them alike.*
#
# A VAE that works gets down to about 18 nats here. This one stays above 40, with a KL near 0. Has the posterior
# collapsed, or is that only what it looks like? **Which line?**

# %% tags=["exercise"]
def vae_bug_line() -> int:
    """The number of the wrong line of bug 1."""
    # TODO nb6.vae_bug_line: a number from 1 to 7.
    # BEGIN SOLUTION
    return 5
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb6.vae_bug_line")

# %% [markdown]
# ### Exercise nb6.repaired_vae_loss · 2 points · 3 min
#
# The same function, repaired. *Worked number:* for one image and a posterior that equals the prior, all logits 0 give
# $64 \log 2 = 44.36$ nats, and logits that are very large and right give 0. What does the broken program say to both?

# %% tags=["exercise"]
def repaired_vae_loss(logits: Tensor, x: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    """The negative ELBO in nats, the mean over the batch.

    logits, x: (B, 64), x in {0, 1}; mu, log_var: (B, Z) of the posterior; the prior is N(0, I).
    """
    # TODO nb6.repaired_vae_loss: bug 1 without its bug.
    # BEGIN SOLUTION
    reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    divergence = gaussian_kl(mu, log_var, torch.zeros_like(mu), torch.zeros_like(log_var)).sum()
    return (reconstruction + divergence) / len(x)
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb6.repaired_vae_loss")
# torch.manual_seed(0)
# programs.train_small_vae(repaired_vae_loss)

# %% [markdown]
# *Figure: as above, but the lower row shows whole, dark shapes of several kinds: most are digits, some are blurred.*
#
# ### Bug 2 — a hierarchical VAE whose answer is known
#
# Everything is Gaussian and one-dimensional here: $z_2 \sim N(0, 1)$, $z_1 = 0.8\, z_2 + 0.5\, \varepsilon_1$,
# $x = z_1 + 0.7\, \varepsilon_x$. So $p(x)$ is Gaussian as well, the true posterior is known, and with it the ELBO must
# equal $\log p(x)$, for every single sample. The program gets the posterior as arguments: $q(z_1|x) = N(g x, v)$ with
# gain $g$ and $\log v$; and $q(z_2|z_1)$ is always the true one. The symptom is pleasant: the bound is *better* than
# the truth.

# %%
def log_normal(value: Tensor, mean: Tensor, log_var: Tensor | float) -> Tensor:
    """log N(value; mean, exp(log_var)), elementwise [nats]."""
    log_var = torch.as_tensor(log_var, dtype=value.dtype)
    return -0.5 * (math.log(2 * math.pi) + log_var + (value - mean).square() * torch.exp(-log_var))


VAR_1, VAR_X = 0.25, 0.49  # of z1 given z2, and of x given z1
GAIN_2, VAR_2 = 0.8 / 0.89, 0.25 / 0.89  # of the true q(z2|z1) = N(GAIN_2 z1, VAR_2)


def broken_elbo(x: Tensor, gain: Tensor, log_var: Tensor, noise_1: Tensor, noise_2: Tensor) -> Tensor:  # 1
    """The ELBO of each x (B,) [nats], from one draw of z1 and z2; gain and log_var () are those of q(z1|x)."""  # 2
    std = torch.exp(0.5 * log_var)  # 3
    z1 = gain * x + std * noise_1  # 4
    z2 = GAIN_2 * z1 + math.sqrt(VAR_2) * noise_2  # 5
    log_p = log_normal(x, z1, math.log(VAR_X))  # 6
    log_p = log_p + log_normal(z1, 0.8 * z2, math.log(VAR_1))  # 7
    log_p = log_p + log_normal(z2, torch.zeros_like(z2), 0.0)  # 8
    log_q = log_normal(z1, gain * x, std)  # 9
    log_q = log_q + log_normal(z2, GAIN_2 * z1, math.log(VAR_2))  # 10
    return log_p - log_q  # 11


# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# programs.compare_with_the_truth(broken_elbo)

# %% [markdown]
# A bound from below that lies above what it bounds is no bound. **Which line?**

# %% tags=["exercise"]
def elbo_bug_line() -> int:
    """The number of the wrong line of bug 2."""
    # TODO nb6.elbo_bug_line: a number from 1 to 11.
    # BEGIN SOLUTION
    return 9
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb6.elbo_bug_line")

# %% [markdown]
# ### Exercise nb6.repaired_elbo · 2 points · 3 min
#
# The same function, repaired. It is tested with posteriors that are *not* the true one, too: then the ELBO lies below
# $\log p(x)$ on average.

# %% tags=["exercise"]
def repaired_elbo(x: Tensor, gain: Tensor, log_var: Tensor, noise_1: Tensor, noise_2: Tensor) -> Tensor:
    """The ELBO of each x (B,) [nats], from one draw of z1 and z2 that is made of the given noise (B,).

    gain, log_var: numbers (); q(z1|x) = N(gain x, exp(log_var)), q(z2|z1) = N(GAIN_2 z1, VAR_2).
    """
    # TODO nb6.repaired_elbo: bug 2 without its bug.
    # BEGIN SOLUTION
    first = gain * x + noise_1 * (log_var / 2).exp()
    second = first * GAIN_2 + noise_2 * VAR_2**0.5
    joint = (
        log_normal(second, 0 * second, 0.0)
        + log_normal(first, second * 0.8, math.log(VAR_1))
        + log_normal(x, first, math.log(VAR_X))
    )
    posterior = log_normal(second, first * GAIN_2, math.log(VAR_2)) + log_normal(first, gain * x, log_var)
    return joint - posterior
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb6.repaired_elbo")
# torch.manual_seed(0)
# programs.compare_with_the_truth(repaired_elbo)

# %% [markdown]
# ### Bug 3 — a sampler with too good a score
#
# The eight Gaussians of Notebook 3, and a denoiser that is *exact*, so no network is to blame. The step goes the other
# way round than in Section B: first it guesses the clean point, then it mixes guess and $x_t$ (Ho et al. 2020, eq. 7):
#
# $$
# \hat x_0 = \frac{x_t - \sqrt{1 - \bar\alpha_t}\, \hat\varepsilon}{\sqrt{\bar\alpha_t}}, \qquad
# \tilde\mu_t = \frac{\sqrt{\bar\alpha_{t-1}}\, \beta_t}{1 - \bar\alpha_t} \hat x_0
# + \frac{\sqrt{\alpha_t}\, (1 - \bar\alpha_{t-1})}{1 - \bar\alpha_t} x_t .
# $$
#
# Around this mean it draws with variance $\beta_t$, and with none in the last step.
#
# The score of Notebook 3, points within 3 standard deviations of a cluster, is a perfect 1.000. Real data have .989.

# %%
def broken_step(x_t: Tensor, t: int, eps_hat: Tensor, noise: Tensor, schedule: Schedule) -> Tensor:  # 1
    """x_{t-1} from x_t: the mean of q(x_{t-1} | x_t, x0) at the guess of x0, and variance beta_t."""  # 2
    bar = schedule.alpha_bar[t]  # 3
    before = schedule.alpha_bar[t - 1] if t > 0 else torch.ones_like(bar)  # 4
    beta = schedule.betas[t]  # 5
    guess = (x_t - (1 - bar).sqrt() * eps_hat) / bar.sqrt()  # 6
    of_guess = before.sqrt() * beta / (1 - bar)  # 7
    of_x_t = schedule.alphas[t].sqrt() * (1 - before) / (1 - bar)  # 8
    variance = beta if t > 0 else torch.zeros_like(beta)  # 9
    return of_guess * guess + of_x_t * x_t + variance * noise  # 10


# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# programs.sample_eight_gaussians(broken_step)

# %% [markdown]
# *Figure: two panels of 2,000 points. Left, the data: eight round clusters. Right, the samples: eight dots in the same
# places, much too small.*
#
# **Which line?**

# %% tags=["exercise"]
def step_bug_line() -> int:
    """The number of the wrong line of bug 3."""
    # TODO nb6.step_bug_line: a number from 1 to 10.
    # BEGIN SOLUTION
    return 10
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb6.step_bug_line")

# %% [markdown]
# ### Exercise nb6.repaired_step · 2 points · 3 min
#
# The same function, repaired. Its variance is $\beta_t$, and 0 at $t = 0$.

# %% tags=["exercise"]
def repaired_step(x_t: Tensor, t: int, eps_hat: Tensor, noise: Tensor, schedule: Schedule) -> Tensor:
    """x_{t-1} from x_t, with the shape of x_t: around the mean of q(x_{t-1} | x_t, x0), with variance beta_t.

    x_t, eps_hat (predicted noise), noise (the step's own draw): (B, ...); t: an integer in 0..T-1.
    Source: Ho et al. 2020, eq. 7.
    """
    # TODO nb6.repaired_step: bug 3 without its bug.
    # BEGIN SOLUTION
    return reverse_update(x_t, t, eps_hat, noise, schedule)
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb6.repaired_step")
# torch.manual_seed(0)
# programs.sample_eight_gaussians(repaired_step)

# %% [markdown]
# *Figure: as above; now the clusters on the right are as wide as those on the left.*
#
# ### Bug 4 — a masked sampler that stops in time
#
# The sums of Notebook 5, and again a model that is exact. All tokens are revealed when the program ends, as they should.
# But few of the strings are sums.

# %%
def broken_reveal(x_t: Tensor, guess: Tensor, t: int, T: int, mask_id: int, u: Tensor) -> Tensor:  # 1
    """x_{t-1} from x_t (B, L): some masked tokens become their guess (B, L); u (B, L) are the coins in [0, 1)."""  # 2
    hidden = x_t == mask_id  # 3
    revealed = hidden & (u < t / T)  # 4
    return torch.where(revealed, guess, x_t)  # 5


def sample_strings(reveal: Callable, language: Language, num: int, T: int) -> Tensor:  # 6
    """Strings (num, L), from all MASK to none."""  # 7
    model, x_t = MaskPosterior(language), torch.full((num, language.L), language.MASK)  # 8
    for t in (T - done for done in range(T)):  # 9
        probability = model(x_t, torch.full((num,), t)).softmax(dim=-1)  # 10
        guess = torch.distributions.Categorical(probability).sample()  # 11
        x_t = reveal(x_t, guess, t, T, language.MASK, torch.rand(x_t.shape))  # 12
    return x_t  # 13


# %% tags=["active-ipynb"]
# torch.manual_seed(0)
# programs.judge_strings(sample_strings(broken_reveal, sums(), 1000, T=50), sums())

# %% [markdown]
# With the right step, 97 of 100 strings are sums. **Which line?**

# %% tags=["exercise"]
def reveal_bug_line() -> int:
    """The number of the wrong line of bug 4."""
    # TODO nb6.reveal_bug_line: a number from 1 to 13.
    # BEGIN SOLUTION
    return 4
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb6.reveal_bug_line")

# %% [markdown]
# ### Exercise nb6.repaired_reveal · 2 points · 3 min
#
# The same function, repaired. A token is masked at step t with probability $t/T$, and at step $t - 1$ with probability
# $(t-1)/T$. How likely is it that a token that is still masked at t is revealed in this one step?

# %% tags=["exercise"]
def repaired_reveal(x_t: Tensor, guess: Tensor, t: int, T: int, mask_id: int, u: Tensor) -> Tensor:
    """x_{t-1} (B, L), int64: masked tokens of x_t become their guess where their coin says so; all others stay.

    guess: (B, L) tokens; t: the step, 1..T; u: (B, L) coins in [0, 1), a token is revealed where u is small.
    """
    # TODO nb6.repaired_reveal: bug 4 without its bug.
    # BEGIN SOLUTION
    keep = (x_t != mask_id) | (t * u >= 1)
    return x_t * keep + guess * ~keep
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("nb6.repaired_reveal")
# torch.manual_seed(0)
# programs.judge_strings(sample_strings(repaired_reveal, sums(), 1000, T=50), sums())

# %% [markdown]
# ## Section D — Friday · 10 min
#
# **The day.** When and where, your instructor says. 75 minutes of theory on paper, a break, then 135 minutes of practical
# exam on your own machine. Theory counts 40 per cent, the practical part 60.
#
# **What is allowed** is decided by your instructor and printed here, word for word as it will stand in the exam:
#
# {{ exam.conditions }}
#
# Practise derivations and small functions without help until then, and with completion switched off in your editor.
#
# **The practical paper.** One or two notebooks, like this one: data, model and noise schedule are given, and a few
# functions are missing. A short recap stands before each task, with the definitions and a worked number. You will
# recognise all of it; something inside each function will differ from the labs, so read the recap and not your memory.
#
# - The tests in your repository check shapes and simple facts. They carry 20 of the 100 points and can be run as often as
#   you like. The other 80 are graded after the exam, on inputs that nobody has seen.
# - Every function has points of its own. One that raises costs its own points alone; a task that builds on another is
#   also judged with a correct version of it.
# - {{ exam.often }} The end is the one of the window. What comes later is kept, and not
#   counted.
# - If the network fails, go on working. Read the id of your last commit to the proctor before the end (`git log -1`) and
#   push when you can; or hand in from a stick. Nothing is lost by a dead network.
#
# **Example questions** (none of them is in the exam):
#
# 1. Draw both graphs of a hierarchical VAE with *three* layers, and write its two factorisations.
# 2. The true posterior has variance 0.01. The encoder cannot go below a log-variance of −2. What does that cost, in nats?
# 3. The −ELBO falls, and the samples get worse. Which two numbers do you look at?
# 4. Compute $\bar\alpha_{10}$ of ten steps with constant $\beta = 0.2$, and say what is left of the picture.
# 5. A network may predict the noise, the clean image, or v. At which end of the chain does a small loss say least, for
#    each of the three?
# 6. What becomes deterministic in DDIM with $\eta = 0$, and what can be done with it?
# 7. Six tokens at t/T = ½: how many are masked on average, and how likely is it that none is?
# 8. Three masked tokens get probability .5, .25, .25 on the truth. What is the cross-entropy, in bits?
# 9. Each of these is done to a token again and again: (a) with probability 0.1 it becomes MASK; (b) with probability 0.1, a
#    uniformly drawn token; (c) with probability 0.1, the next token of the alphabet, and the first after the last; (d) with
#    probability 0.1, its partner, where all tokens are paired off; (e) always the next token. Which never forget their data,
#    and what do they keep?
# 10. The loss stays where it began. What is wrong in these five lines?
#
#         loss = diffusion_loss(model, batch)
#         loss.backward()
#         optimizer.zero_grad()
#         optimizer.step()
#         losses.append(loss.item())

# %% [markdown]
# **One more thing: how did you use AI this week?** Three lines, not graded, read by your instructor: one thing that an
# assistant explained well; one answer of it that was wrong, and how you noticed; one thing you would now do without it.
#
# *Your answer (nb6.ai_use):* …

# %% [markdown]
# ### At home: a mock exam
#
# `mock1_sheet` and `mock2_sheet` are papers of 25 minutes, with three short tasks and one bug each. Set a timer, close
# everything else, and check only when the time is over. Their tasks are not the exam's.
