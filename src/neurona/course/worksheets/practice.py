"""Worked steps with numbers that are drawn for reckoning by hand."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.course.lessons.round_numbers import round_numbers, small_integers
from neurona.errors import OptionError
from neurona.explain.step.ask import worked_step
from neurona.explain.step.by_hand import build_by_hand, read_loss
from neurona.explain.step.numbers import UnitNumbers
from neurona.explain.step.worked_step import WorkedStep
from neurona.messages import _
from neurona.network import Network
from neurona.nn.activations import Heaviside, Sign
from neurona.nn.losses import Loss
from neurona.nn.losses.loss import output_count
from neurona.optimize import Optimizer

__all__ = ["MOST_PARAMETERS", "practice_step"]

MOST_PARAMETERS: Final = 60
"""More weights than this are not worked through by hand."""

ATTEMPTS: Final = 1000

CORNER: Final = 1e-9
"""A z nearer to 0 is drawn anew: by hand it would be 0, and f′ another one."""

FEW_INPUTS: Final = 2
"""So many inputs are 0 or 1, as for XOR; more are whole numbers from −2 to 2."""


def practice_step(
    network: str = "2-2-1",
    *,
    seed: int,
    activation: str = "sigmoid",
    output: str = "identity",
    loss: str | None = None,
    optimizer: str | Optimizer = "sgd",
) -> WorkedStep:
    """Work a step through whose weights have one decimal and whose inputs are whole.

    Parameters
    ----------
    network : str
        Numbers of units, inputs first.
    seed : int
        Of weights, inputs and target.
    activation, output : str
        Of the hidden layers and of the last.
    loss : str, optional
        By default what goes with the output.
    optimizer : str or Optimizer

    Raises
    ------
    OptionError
        A name is unknown, or the network is too large to be worked through by hand.

    Examples
    --------
    >>> step = practice_step("2-2-1", seed=1)
    >>> step.numbers.feeds["dense_1.weight"].tolist()
    [[0.3, 0.2], [-0.7, 0.4]]
    """
    built = build_by_hand(network, activation=activation, output=output)
    size = built.parameters.vector.size
    if size > MOST_PARAMETERS:
        raise OptionError(
            _(
                "{network} has {count} parameters, too many to work through by hand: "
                "at most {most}"
            ).format(network=network, count=size, most=MOST_PARAMETERS)
        )
    rule = read_loss(loss, built)
    for attempt in range(ATTEMPTS):
        for name, array in built.parameters.items():
            built.parameters[name] = round_numbers(
                array.shape, name, seed=seed, attempt=attempt
            )
        x, y = draw_example(built, rule, seed=seed, attempt=attempt)
        step = worked_step(built, x, y, loss=rule, optimizer=optimizer)
        layers = step.numbers.layers
        if any(layer.slope is None and layer.ending is None for layer in layers):
            raise OptionError(
                _("by hand, softmax stands at the end, with the loss cross_entropy")
            )
        usable = not any(touches_corner(layer) or is_dead(layer) for layer in layers)
        if x.any() and usable:
            return step
    raise OptionError(
        _(
            "no numbers were found for {network} that leave every sum away from 0"
        ).format(network=network)
    )


def touches_corner(layer: UnitNumbers) -> bool:
    return bool((np.abs(layer.z) < CORNER).any())


def is_dead(layer: UnitNumbers) -> bool:
    """Whether no unit passes anything back, though the function has a slope."""
    if layer.slope is None or isinstance(layer.stage.activation, Heaviside | Sign):
        return False
    return not layer.slope.any()


def draw_example(
    network: Network, loss: Loss, *, seed: int, attempt: int
) -> tuple[Array, Any]:
    """One row and its target: a class, or numbers that are 0 or 1."""
    inputs = network.architecture.inputs[0].size
    low, high = (0, 1) if inputs <= FEW_INPUTS else (-2, 2)
    x = small_integers((inputs,), "x", low, high, seed=seed, attempt=attempt)
    outputs = network.architecture.evaluation.outputs
    width = output_count(next(iter(outputs.values())).spec)
    if loss.head == "classes":
        y = small_integers((1,), "y", 0, width - 1, seed=seed, attempt=attempt)
        return x, int(y[0])
    return x, small_integers((width,), "y", 0, 1, seed=seed, attempt=attempt)
