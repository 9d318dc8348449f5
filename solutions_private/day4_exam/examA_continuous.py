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
# # Exam A — Continuous diffusion

# %%
import math

import torch
from torch import Tensor

from autograding import check

# %%
T = {{T}}
BETAS = {{betas}}

# %% [markdown]
# ### Exercise examA.compute_alpha_cumprod · 7 points · 6 min

# %% tags=["exercise"]
def compute_alpha_cumprod(betas: Tensor) -> Tensor:
    """alpha_bar (T + 1,), from betas (T,)."""
    # TODO examA.compute_alpha_cumprod: from the betas to what is left after each step.
    # BEGIN SOLUTION
    alphas = {{alpha}}
    return torch.cat([torch.ones(1), torch.cumprod(alphas, dim=0)])
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("examA.compute_alpha_cumprod")
