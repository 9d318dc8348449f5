"""Gradients of whatever a student's function returns. For probes: an answer of another kind is no error in here."""

from autograding import torch


def tensors_in(answer):
    """The tensors in an answer: itself, or those in the sequences and dicts of which it is made."""
    if torch.is_tensor(answer):
        return [answer]
    if isinstance(answer, dict):
        answer = list(answer.values())
    return [tensor for part in answer for tensor in tensors_in(part)] if isinstance(answer, (tuple, list)) else []


def gradients(answer, leaves, weights=1.0):
    """The gradient of the sum of all that is in `answer`, times `weights`, at each leaf; zeros where none arrives."""
    totals = [(tensor * weights).sum() for tensor in tensors_in(answer) if tensor.requires_grad]
    if not totals:
        return [torch.zeros_like(leaf) for leaf in leaves]
    found = torch.autograd.grad(sum(totals), leaves, allow_unused=True, retain_graph=True)
    return [torch.zeros_like(leaf) if one is None else one for leaf, one in zip(leaves, found, strict=True)]


def with_gradients(ns, name, *arguments):
    """The gradients of the function's value at each of its arguments."""
    leaves = [argument.clone().requires_grad_() for argument in arguments]
    return gradients(getattr(ns, name)(*leaves), leaves)


def pulls(outputs, leaves):
    """How strongly each leaf is pulled by the sum of the squared outputs: the norm of its gradient."""
    energies = [tensor.double().square() for tensor in tensors_in(outputs)]
    return [gradient.norm().item() for gradient in gradients(energies, leaves)]


def arguments_after(ns, name, *arguments):
    """The arguments as they are after the call."""
    getattr(ns, name)(*arguments)
    return arguments
