"""Dense layers one after the other: what a lesson on matrices takes."""

from __future__ import annotations

from neurona.errors import OptionError
from neurona.explain.reading import Reading, read_network
from neurona.messages import _
from neurona.nn.architecture import Architecture
from neurona.nn.losses import MeanSquaredError

__all__ = ["read_stack"]


def read_stack(architecture: Architecture) -> Reading:
    """Read a network of dense layers and activations one after the other.

    Raises
    ------
    OptionError
        The network has several inputs or outputs, or another kind of layer.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> network = Network([Dense(3, "relu"), Dense(2)], n_inputs=4)
    >>> [stage.units for stage in read_stack(network.architecture).stages]
    [3, 2]
    """
    losses = dict.fromkeys(architecture.outputs, MeanSquaredError())
    reading = read_network(architecture, losses)
    for stage in reading.stages:
        if not stage.has_activation:
            raise OptionError(
                _(
                    "this takes dense layers and activations one after the other, "
                    "which {layer} is not: neurona explain shows networks of any kind"
                ).format(layer=stage.layer)
            )
    if not reading.is_chain:
        raise OptionError(_("this takes a network with one way from input to output"))
    return reading
