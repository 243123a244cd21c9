"""The step that a model was trained with, written again from its record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurona.errors import OptionError
from neurona.messages import _
from neurona.model_file.parts import part_from_config
from neurona.nn.architecture import Architecture
from neurona.nn.losses import Loss
from neurona.train.solvers import Solver
from neurona.train.step import StepOptions, step_settings

__all__ = ["trained_options"]


def trained_options(
    architecture: Architecture, losses: Mapping[str, Loss], training: Mapping[str, Any]
) -> StepOptions:
    """Options of the step that a model's record of its training describes.

    Parameters
    ----------
    architecture : Architecture
    losses : mapping of str to Loss
    training : mapping of str to JSON value
        As :attr:`neurona.Network.training` holds it.

    Returns
    -------
    StepOptions
        Rows have weights where classes had. Weights of single rows are not recorded,
        and classes are taken as numbers where a loss reads distributions too.

    Raises
    ------
    OptionError
        It was trained by a full-batch solver.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> network = Network([Dense(1)], n_inputs=1)
    >>> history = network.fit([[1.0], [2.0]], [2.0, 4.0], epochs=1, l2=0.1)
    >>> options = trained_options(
    ...     network.architecture, network.losses, network.training
    ... )
    >>> options.l2, type(options.optimizer).__name__
    (0.1, 'Adam')
    """
    outputs = architecture.evaluation.outputs
    rule = part_from_config(training["optimizer"], "optimizer")
    if isinstance(rule, Solver):
        raise OptionError(
            _("{solver} chooses its steps outside any program: there is none to show")
            .format(solver=rule.name)
        )  # fmt: skip
    return StepOptions(
        losses=losses,
        targets={
            name: loss.target_spec(outputs[name].spec) for name, loss in losses.items()
        },
        optimizer=rule,
        weighted=training["class_weight"] is not None,
        **step_settings(training),
    )
