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
# # Exam B — Discrete diffusion

# %%
import math

import torch
from torch import Tensor

from autograding import check

# %%
T = 40

# %% [markdown]
# ### Exercise examB.corruption_probability · 8 points · 6 min

# %% tags=["exercise"]
def corruption_probability(t: Tensor) -> Tensor:
    """The chance (B,) of having been hit by step t (B,)."""
    # TODO examB.corruption_probability: from the recap.
    raise NotImplementedError("TODO examB.corruption_probability")


# %% tags=["active-ipynb"]
# check("examB.corruption_probability")
