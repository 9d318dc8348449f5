"""The optimizer of the tests: a real one, whose first use does not import a compiler for a second, as torch's own do."""

from autograding import torch


def gradient_descent(parameters, rate=1e-3):
    """Plain gradient descent, a `torch.optim.Optimizer` in every respect: closures, groups, state, `zero_grad`.

    `steps` holds, for each step so far, the gradients that it found: copies, and None where there was none.
    """

    class GradientDescent(torch.optim.Optimizer):
        # The methods themselves. Around them torch puts a wrapper for its compiler, which the first call imports.
        zero_grad = torch.optim.Optimizer.zero_grad.__wrapped__
        add_param_group = torch.optim.Optimizer.add_param_group.__wrapped__
        state_dict = torch.optim.Optimizer.state_dict.__wrapped__
        load_state_dict = torch.optim.Optimizer.load_state_dict.__wrapped__

        def __init__(self, parameters, lr):
            self.steps = []
            super().__init__(parameters, {"lr": lr})

        def step(self, closure=None):
            loss = None
            if closure is not None:
                with torch.enable_grad():
                    loss = closure()
            moving = [(parameter, group["lr"]) for group in self.param_groups for parameter in group["params"]]
            self.steps.append([None if one.grad is None else one.grad.detach().clone() for one, _ in moving])
            with torch.no_grad():
                for parameter, lr in moving:
                    if parameter.grad is not None:
                        parameter.sub_(lr * parameter.grad)
            return loss

    return GradientDescent(parameters, rate)
