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
# # Exam B — Discrete diffusion

# %%
import math

import torch
from torch import Tensor

from autograding import check

# %%
T = {{T}}

# %% [markdown]
# ### Exercise examB.corruption_probability · 8 points · 6 min

# %% tags=["exercise"]
def corruption_probability(t: Tensor) -> Tensor:
    """The chance (B,) of having been hit by step t (B,)."""
    # TODO examB.corruption_probability: from the recap.
    # BEGIN SOLUTION
    return {{probability}}
    # END SOLUTION


# %% tags=["active-ipynb"]
# check("examB.corruption_probability")
