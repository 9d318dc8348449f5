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

# %%
import math

import torch
from torch import Tensor

from autograding import check

# %%
T = 120
BETAS = torch.linspace(0.0005, 0.06, T)

# %% [markdown]
# ### Exercise examA.compute_alpha_cumprod · 7 points · 6 min

# %% tags=["exercise"]
def compute_alpha_cumprod(betas: Tensor) -> Tensor:
    """alpha_bar (T + 1,), from betas (T,)."""
    # TODO examA.compute_alpha_cumprod: from the betas to what is left after each step.
    raise NotImplementedError("TODO examA.compute_alpha_cumprod")


# %% tags=["active-ipynb"]
# check("examA.compute_alpha_cumprod")
