"""genlab: what every notebook of the week is given — data, training scaffold, figures. Nothing in here is graded."""

import torch

# One thread: with two of them beside one other busy process, a small MLP step was measured 30 to 100 times slower.
torch.set_num_threads(1)
