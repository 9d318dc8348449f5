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
# # A rehearsal — 10 minutes
#
# You have opened this with a code, as you will open the exam on Friday. Now one function is missing. Write its line, run the
# cell, then the check below it, and save (Ctrl-S): what is not saved is in no commit.

# %%
from torch import Tensor

from autograding import check

# %% [markdown]
# ### Exercise day0.doubled · 100 points · 2 min


# %% tags=["exercise"]
def doubled(x: Tensor) -> Tensor:
    """Twice x, entry by entry."""
    # TODO day0.doubled: return two times x.
    raise NotImplementedError("TODO day0.doubled")


# %% tags=["active-ipynb"]
# check("day0.doubled")

# %% [markdown]
# Now commit and push, in a terminal in this folder:
#
#     git add --all
#     git commit -m "rehearsal"
#     git push
#
# and let it look at everything at once. It ends with one green line, or with what to repair:
#
#     python -m genlab.day0.rehearsal
