"""Real torch modules to put in the place of a model, and known weights to put into a student's."""

from autograding import torch


def module_of(forward, weights=None, **parts):
    """A torch module that computes forward(module, *inputs), with `weights` as its parameter and named submodules.

    It is all that a signature promises with `nn.Module`: it has parameters, a mode, a device, hooks and a state, and it
    can be copied.
    """

    class Given(torch.nn.Module):
        def __init__(self):
            super().__init__()
            if weights is not None:
                self.weights = torch.nn.Parameter(torch.as_tensor(weights).detach().clone())
            for name, part in parts.items():
                setattr(self, name, part)

        def forward(self, *inputs, **options):
            return forward(self, *inputs, **options)

    return Given()


def known_weights(model, layers=(), scale=1.0):
    """Every parameter filled with a fixed pattern, so that two models of one architecture agree.

    layers: the names of the layers in the order of the starter; a model that makes them in another order is filled
    alike. scale: how strongly the outputs of a layer vary, compared with inputs of size 1.
    """
    with torch.no_grad():
        for number, parameter in enumerate(in_order(model, layers), 1):
            wave = torch.arange(1.0, parameter.numel() + 1).mul_(0.37 * number + 1).sin_()
            fan_in = parameter[0].numel() if parameter.ndim else 1
            parameter.copy_(wave.mul_(scale / fan_in**0.5).view_as(parameter))
    return model


def in_order(model, layers=()):
    """The parameters of a model in the order of the named layers; of other models, in their own order."""
    named = dict(model.named_parameters())
    places = {name: next((at for at, layer in enumerate(layers) if name.startswith(f"{layer}.")), None) for name in named}
    if None in places.values():
        return list(named.values())
    return [named[name] for name in sorted(named, key=lambda name: (places[name], name.endswith("bias")))]
