"""A network read as the notes write one: stages [1]..[L] of weights and activations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from neurona.errors import OptionError
from neurona.messages import _
from neurona.network import Network
from neurona.nn.activations import (
    ActivationFunction,
    Identity,
    Sigmoid,
    Softmax,
    as_activation,
)
from neurona.nn.architecture import Architecture
from neurona.nn.layers import Activation, Dense, Dropout
from neurona.nn.layers.layer import Layer
from neurona.nn.losses import (
    BinaryCrossEntropy,
    CrossEntropy,
    Loss,
    as_loss,
    ends_in,
)
from neurona.train.examples import LossLike

__all__ = ["Stage", "loss_of", "read_stages", "sizes_in_words", "sizes_of"]


@dataclass(frozen=True)
class Stage:
    """One stage: z = a W + b of the stage before, then a = f(z).

    Parameters
    ----------
    number : int
        l, from 1.
    layer : str
        Name of the layer, such as ``dense_1``; empty for what the loss applies.
    weight, bias : str
        Names of the parameters; empty where there are none, z then being the a before.
    activation : ActivationFunction
        f.
    inputs, units : int
    gives : str
        Name of the layer whose output is a; empty for what the loss applies.
    by_loss : bool
        Whether f belongs to the loss, which is computed from logits, and not to the
        network.
    """

    number: int
    layer: str
    weight: str
    bias: str
    activation: ActivationFunction
    inputs: int
    units: int
    gives: str = ""
    by_loss: bool = False


def read_stages(architecture: Architecture, loss: Loss) -> tuple[Stage, ...]:
    """Stages of a network of dense layers, the loss's own softmax or sigmoid included.

    Dropout does nothing in evaluation and is passed over.

    Raises
    ------
    OptionError
        The network has several inputs or outputs, or another kind of layer.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> from neurona.nn.losses import CrossEntropy
    >>> network = Network([Dense(3, "relu"), Dense(2)], n_inputs=4)
    >>> for stage in read_stages(network.architecture, CrossEntropy()):
    ...     print(stage.number, stage.inputs, stage.units, stage.activation.name)
    1 4 3 relu
    2 3 2 softmax
    """
    chain = architecture.connections
    if len(architecture.inputs) != 1 or len(architecture.outputs) != 1:
        raise OptionError(
            _("this view explains networks with one input and one output")
        )
    width = architecture.inputs[0].size
    stages: list[Stage] = []
    for before, connection in pairwise(chain):
        layer = connection.layer
        assert isinstance(layer, Layer)
        name = architecture.names[layer]
        known = isinstance(layer, Dense | Activation | Dropout)
        once = sum(other.layer is layer for other in chain) == 1
        if not known or not once or connection.inputs != (before,):
            raise OptionError(
                _(
                    "this view explains dense layers and activations one after the "
                    "other, which {layer} is not: the worked step explains it"
                ).format(layer=name)
            )
        if isinstance(layer, Dense):
            f = as_activation(layer.activation)
            bias = f"{name}.bias" if layer.bias else ""
            number = len(stages) + 1
            weight = f"{name}.weight"
            stages.append(
                Stage(number, name, weight, bias, f, width, layer.units, name)
            )
            width = layer.units
        elif isinstance(layer, Activation):
            add_activation(stages, name, as_activation(layer.function), width)
    add_ending(stages, loss, width)
    return tuple(stages)


def add_activation(
    stages: list[Stage],
    name: str,
    f: ActivationFunction,
    width: int,
    *,
    by_loss: bool = False,
) -> None:
    """Give the last stage its activation, or make a stage of it where it has one."""
    last = stages[-1] if stages else None
    if last is not None and isinstance(last.activation, Identity):
        stages[-1] = replace(last, activation=f, gives=name, by_loss=by_loss)
    elif not isinstance(f, Identity):
        number = len(stages) + 1
        stages.append(Stage(number, name, "", "", f, width, width, name, by_loss))


def add_ending(stages: list[Stage], loss: Loss, width: int) -> None:
    """Add the softmax or sigmoid that a loss computed from logits applies itself."""
    wanted: ActivationFunction | None = None
    if isinstance(loss, CrossEntropy):
        wanted = Softmax()
    elif isinstance(loss, BinaryCrossEntropy):
        wanted = Sigmoid()
    ending = stages[-1].activation if stages else Identity()
    if wanted is not None and type(ending) is not type(wanted):
        add_activation(stages, "", wanted, width, by_loss=True)


def sizes_of(stages: Iterable[Stage]) -> tuple[int, ...]:
    """Numbers of units of a stack, inputs first.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> from neurona.nn.losses import MeanSquaredError
    >>> network = Network([Dense(3, "relu"), Dense(2)], n_inputs=4)
    >>> sizes_of(read_stages(network.architecture, MeanSquaredError()))
    (4, 3, 2)
    """
    listed = tuple(stages)
    return (listed[0].inputs, *(stage.units for stage in listed if stage.weight))


def sizes_in_words(sizes: Iterable[int]) -> str:
    """Numbers of units as the notes write them.

    Examples
    --------
    >>> sizes_in_words((2, 2, 1))
    '2-2-1'
    """
    return "-".join(map(str, sizes))


def loss_of(network: Network, loss: LossLike | None) -> Loss:
    """The loss that is asked for, else that of the last fit, else what suits the end.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> loss_of(Network([Dense(3, "softmax")], n_inputs=2), None)
    CrossEntropy(label_smoothing=0.0)
    """
    if loss is not None:
        return as_loss(loss)
    if network.losses:
        return next(iter(network.losses.values()))
    output = next(iter(network.architecture.evaluation.outputs.values()))
    usual = {"softmax": "cross_entropy", "sigmoid": "binary_cross_entropy"}
    return as_loss(usual.get(ends_in(output) or "", "mse"))
