"""How far a signal gets through many layers: initializations and activations compared.

Notes
-----
Sources: X. Glorot, Y. Bengio, 2010, sections 3 and 4; K. He et al., 2015, section 2.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np

from neurona import graph as g
from neurona.errors import OptionError
from neurona.messages import _
from neurona.network import Network
from neurona.nn.activations import ActivationFunction, as_activation
from neurona.nn.initializers import Initializer, Normal, as_initializer
from neurona.nn.layers import Dense
from neurona.study.flow.explanations import FlowComparison, GradientFlow
from neurona.study.flow.measure import Probe

__all__ = ["compare_activations", "compare_initializations"]

InitializerLike: TypeAlias = "str | Initializer | type[Initializer]"

TOO_SMALL: Final = 0.01
TOO_LARGE: Final = 1.0
"""Deviations of weights that make a signal of 256 units fade and blow up."""


def compare_initializations(
    activation: str | ActivationFunction = "relu",
    *,
    initializers: Mapping[str, InitializerLike] | Sequence[str] | None = None,
    depth: int = 10,
    width: int = 256,
    rows: int = 256,
    seed: int = 0,
) -> FlowComparison:
    """Send standard normal rows through equal layers that start in different ways.

    Parameters
    ----------
    activation : str or ActivationFunction
    initializers : mapping of str to Initializer, or sequence of str, optional
        By label or name; by default He, Glorot, too small (N(0, 0.01²)) and too large
        (N(0, 1)).
    depth, width, rows : int
        Layers, units of each, and rows, at least 1.
    seed : int
        Of rows, weights and the gradient sent back.

    Examples
    --------
    >>> found = compare_initializations(depth=3, width=64, rows=64)
    >>> list(found.flows)
    ['He', 'Glorot', 'N(0, 0.01²)', 'N(0, 1)']
    >>> stds = found.activation_deviations()
    >>> 0.6 < stds["He"][-1] < 1.1 and stds["N(0, 0.01²)"][-1] < 0.01
    True
    """
    if initializers is None:
        initializers = {
            "He": "he_normal",
            "Glorot": "glorot_uniform",
            f"N(0, {TOO_SMALL:g}²)": Normal(std=TOO_SMALL),
            f"N(0, {TOO_LARGE:g})": Normal(std=TOO_LARGE),
        }
    elif not isinstance(initializers, Mapping):
        initializers = {name: name for name in initializers}
    function = as_activation(activation)
    flows = {
        label: deep_flow(function, as_initializer(kind), depth, width, rows, seed)
        for label, kind in initializers.items()
    }
    return FlowComparison(depth, width, function.name, flows)


def compare_activations(
    activations: Sequence[str | ActivationFunction] = ("relu", "tanh", "sigmoid"),
    *,
    initializer: InitializerLike | None = None,
    depth: int = 10,
    width: int = 256,
    rows: int = 256,
    seed: int = 0,
) -> FlowComparison:
    """Send standard normal rows through equal layers with different activations.

    Parameters
    ----------
    activations : sequence of str or ActivationFunction
    initializer : str or Initializer, optional
        By default what suits each activation.
    depth, width, rows, seed : int
        As for :func:`compare_initializations`.
    """
    flows = {
        function.name: deep_flow(
            function,
            as_initializer(initializer or function.initializer),
            depth,
            width,
            rows,
            seed,
        )
        for function in map(as_activation, activations)
    }
    return FlowComparison(depth, width, "", flows)


def deep_flow(
    activation: ActivationFunction,
    initializer: Initializer,
    depth: int,
    width: int,
    rows: int,
    seed: int,
) -> GradientFlow:
    """Flow through equal layers, with a standard normal gradient from the last."""
    if min(depth, width, rows) < 1:
        raise OptionError(_("depth, width and rows must be at least 1"))
    network = Network(
        [Dense(width, activation, initializer=initializer) for _i in range(depth)],
        n_inputs=width,
        seed=seed,
        dtype="float64",
    )
    written = network.architecture.evaluation
    (output,) = written.outputs.values()
    source = g.input("source", output.shape)
    rng = np.random.default_rng(seed)
    entry = network.architecture.inputs[0].name
    data = {
        entry: rng.standard_normal((rows, width)),
        "source": rng.standard_normal((rows, width)),
    }
    total = g.sum(output * source)
    probe = Probe(network.architecture, written, total, data, jacobians=False)
    return probe(dict(network.parameters))
