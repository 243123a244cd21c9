"""How far a signal gets through many layers: initializations and activations compared.

Notes
-----
Sources: X. Glorot, Y. Bengio, 2010, sections 3 and 4; K. He et al., 2015, section 2.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from neurona import graph as g
from neurona.errors import OptionError
from neurona.messages import _
from neurona.network import Network
from neurona.nn.activations import ActivationFunction, as_activation
from neurona.nn.initializers import Initializer, Normal, as_initializer
from neurona.nn.layers import Dense
from neurona.show.explanation import Explanation
from neurona.show.page import Page
from neurona.study.flow.layers import STEEPEST
from neurona.study.flow.measure import GradientFlow, Probe
from neurona.study.flow.write_pages import write_comparison_page

__all__ = ["FlowComparison", "compare_activations", "compare_initializations"]

InitializerLike: TypeAlias = "str | Initializer | type[Initializer]"

TOO_SMALL: Final = 0.01
TOO_LARGE: Final = 1.0
"""Deviations of weights that make a signal of 256 units fade and blow up."""


@dataclass(frozen=True)
class FlowComparison(Explanation):
    """The flow through deep networks that differ in one thing.

    Parameters
    ----------
    flows : mapping of str to GradientFlow
        By what differs, such as the initializer.
    depth, width : int
        Layers, and units of each.
    activation : str
        Of the layers; empty where it is what differs.
    """

    kind = "flow_comparison"

    flows: Mapping[str, GradientFlow]
    depth: int
    width: int
    activation: str

    def activation_deviations(self) -> dict[str, list[float]]:
        """Standard deviation of the activations of each layer, the first one first."""
        return {
            name: [layer.activations.deviation for layer in flow.layers]
            for name, flow in self.flows.items()
        }

    def gradient_deviations(self) -> dict[str, list[float]]:
        """Standard deviation of the gradient in each layer's activations.

        Its source is N(0, 1) in the last layer's.
        """
        return {
            name: [
                0.0 if layer.gradients is None else layer.gradients.deviation
                for layer in flow.layers
            ]
            for name, flow in self.flows.items()
        }

    def chain_bounds(self) -> dict[str, list[float]]:
        """Largest factor that the slopes alone leave of a gradient after k layers.

        Notes
        -----
        Math: max f′ to the power of k: 0.25^k for the sigmoid, 1 for tanh and arctan.
        """
        return {
            name: [STEEPEST[kind] ** k for k in range(1, self.depth + 1)]
            for name, flow in self.flows.items()
            if (kind := flow.layers[0].activation) in STEEPEST
        }

    def page(self) -> Page:
        """Explanation with pictures and numbers."""
        return write_comparison_page(self)

    def record(self) -> dict[str, Any]:
        """Record of plain values."""
        return {
            "depth": self.depth,
            "width": self.width,
            "activation": self.activation,
            "activation_deviations": self.activation_deviations(),
            "gradient_deviations": self.gradient_deviations(),
            "chain_bounds": self.chain_bounds(),
            "flows": {name: flow.record() for name, flow in self.flows.items()},
        }


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
    chosen: dict[str, InitializerLike]
    if initializers is None:
        chosen = {
            "He": "he_normal",
            "Glorot": "glorot_uniform",
            f"N(0, {TOO_SMALL:g}²)": Normal(std=TOO_SMALL),
            f"N(0, {TOO_LARGE:g})": Normal(std=TOO_LARGE),
        }
    elif isinstance(initializers, Mapping):
        chosen = dict(initializers)
    else:
        chosen = {name: name for name in initializers}
    function = as_activation(activation)
    flows = {
        label: deep_flow(function, as_initializer(kind), depth, width, rows, seed)
        for label, kind in chosen.items()
    }
    return FlowComparison(flows, depth, width, function.name)


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
    flows = {}
    for kind in activations:
        function = as_activation(kind)
        start = as_initializer(initializer or function.initializer)
        flows[function.name] = deep_flow(function, start, depth, width, rows, seed)
    return FlowComparison(flows, depth, width, "")


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
