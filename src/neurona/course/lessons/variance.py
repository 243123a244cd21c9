"""He's and Glorot's argument on variances, followed layer by layer with numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np

from neurona import graph as g
from neurona.errors import OptionError
from neurona.explain.slopes import slope_node
from neurona.explain.stack import read_stages, sizes_of
from neurona.explain.step.by_hand import build_by_hand
from neurona.graph import BATCH, Graph
from neurona.messages import _
from neurona.network import Network
from neurona.nn.activations import (
    ActivationFunction,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
    as_activation,
)
from neurona.nn.initializers import Initializer, Normal, as_initializer
from neurona.nn.losses import MeanSquaredError
from neurona.reference import Executable
from neurona.reference.random_numbers import normals, stream_of
from neurona.settings import Count, checked
from neurona.show.explanation import Explanation
from neurona.show.page import Page

__all__ = ["LayerVariance", "VarianceArgument", "follow_variances"]

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

STARTS: Final[Mapping[str, str | Initializer]] = MappingProxyType(
    {
        "he": "he_normal",
        "glorot": "glorot_uniform",
        "lecun": "lecun_normal",
        "small": Normal(std=0.01),
        "large": Normal(std=1.0),
    }
)
"""Short names of ways to start, besides those of every initializer."""

ROWS: Final = 256
LARGEST_WEIGHTS: Final = 20_000_000


@dataclass(frozen=True)
class LayerVariance:
    """Spread in one layer, claimed and measured; claims start from what is measured.

    Parameters
    ----------
    inputs, units : int
    activation : str
    weight_variance, weight_claim : float
        Var(w), and what the initializer promises; NaN where it promises nothing.
    z_variance, z_claim : float
        Var(z), and n Var(w) E[a²] of the layer before.
    a_square, a_claim : float
        E[a²], and what follows from Var(z); NaN where no rule is known.
    delta_square, delta_claim : float
        E[(∂L/∂z)²], and what follows from the layer after; NaN for the last.
    """

    inputs: int
    units: int
    activation: str
    weight_variance: float
    weight_claim: float
    z_variance: float
    z_claim: float
    a_square: float
    a_claim: float
    delta_square: float
    delta_claim: float


@dataclass(frozen=True)
class VarianceArgument(Explanation):
    """The argument and its numbers.

    Parameters
    ----------
    activation, initializer : str
        Of the layers; empty where a network with its own weights is looked at.
    layers : tuple of LayerVariance
    rows : int
        Random inputs, of mean 0 and variance 1.
    """

    kind = "variance"

    activation: str
    initializer: str
    layers: tuple[LayerVariance, ...]
    rows: int

    def page(self) -> Page:
        """The derivation, and each claim beside its measurement."""
        from neurona.course.lessons.write_variance_page import write_variance_page

        return write_variance_page(self)

    def record(self) -> dict[str, Any]:
        """The measurements and claims; null where nothing is claimed."""
        return {
            "activation": self.activation,
            "initializer": self.initializer,
            "rows": self.rows,
            "layers": [
                {
                    name: None
                    if isinstance(value, float) and np.isnan(value)
                    else value
                    for name, value in vars(layer).items()
                }
                for layer in self.layers
            ],
        }


def follow_variances(
    network: Network | str | None = None,
    *,
    width: int = 256,
    depth: int = 10,
    activation: str = "relu",
    initializer: str | None = None,
    seed: int = 0,
) -> VarianceArgument:
    """Follow the variances of a network from layer to layer, forward and backward.

    Parameters
    ----------
    network : Network or str, optional
        Of dense layers, with the weights that it has; or numbers of units.
    width, depth : int
        Units of every layer and number of layers, where no network is given.
    activation : str
    initializer : str, optional
        ``he``, ``glorot``, ``lecun``, ``small`` (a deviation of 0.01), ``large`` (of
        1), or the name of any initializer; by default what suits the activation.
    seed : int
        Of weights, inputs and the gradient that is sent back.

    Raises
    ------
    OptionError
        There is no such activation or initializer, or the network is too large.

    Examples
    --------
    >>> lesson = follow_variances(width=64, depth=3, activation="relu")
    >>> first = lesson.layers[0]
    >>> abs(first.z_variance / first.z_claim - 1) < 0.1
    True
    """
    if isinstance(network, Network):
        weights, functions = layers_of(network)
        claims = [float("nan")] * len(weights)
        name = rule = ""
    else:
        function = as_activation(activation)
        if isinstance(function, Softmax):
            raise OptionError(_("softmax stands at the end of a network, not inside"))
        sizes = widths_for(network, width, depth)
        start = as_initializer(
            STARTS.get(initializer, initializer)
            if initializer
            else function.initializer
        )
        weights = [
            start.draw(shape, seed, stream_of(f"dense_{k}.weight"))
            for k, shape in enumerate(pairwise(sizes), start=1)
        ]
        functions = [function] * len(weights)
        claims = [promised_variance(start, w.shape) for w in weights]
        name, rule = function.name, start.name
    layers = measure(weights, functions, claims, seed)
    return VarianceArgument(name, rule, layers, ROWS)


def widths_for(network: str | None, width: int, depth: int) -> tuple[int, ...]:
    """Numbers of units, inputs first."""
    if network:
        built = build_by_hand(network)
        return sizes_of(read_stages(built.architecture, MeanSquaredError()))
    checked("width", width, Count)
    checked("depth", depth, Count)
    if width * width * depth > LARGEST_WEIGHTS:
        raise OptionError(
            _("more than {most} weights are too many to follow here").format(
                most=LARGEST_WEIGHTS
            )
        )
    return (width,) * (depth + 1)


def layers_of(network: Network) -> tuple[list[Array], list[ActivationFunction]]:
    """Weights and functions of the layers before any softmax."""
    stages = read_stages(network.architecture, MeanSquaredError())
    kept = [s for s in stages if s.weight and not isinstance(s.activation, Softmax)]
    if not kept:
        raise OptionError(_("this network has no hidden layer to follow"))
    weights = [np.asarray(network.parameters[s.weight], np.float64) for s in kept]
    return weights, [s.activation for s in kept]


def promised_variance(start: Initializer, shape: tuple[int, ...]) -> float:
    """Variance that an initializer gives weights of a shape; NaN if it has no rule."""
    name, (inputs, outputs) = start.name, shape
    if name.startswith("he_"):
        return 2 / inputs
    if name.startswith("lecun_"):
        return 1 / inputs
    if name.startswith("glorot_"):
        return 2 / (inputs + outputs)
    return start.std**2 if isinstance(start, Normal) else float("nan")


def measure(
    weights: list[Array],
    functions: list[ActivationFunction],
    weight_claims: list[float],
    seed: int,
) -> tuple[LayerVariance, ...]:
    """Send random rows through the layers, and random gradients back."""
    a = normals(seed, stream_of("inputs"), (ROWS, weights[0].shape[0]))
    squares, zs, slopes = [mean_square(a)], [], []
    for weight, function in zip(weights, functions, strict=True):
        z = a @ weight
        a, slope = apply(function, z)
        zs.append(float(z.var()))
        squares.append(mean_square(a))
        slopes.append(slope)
    back = normals(seed, stream_of("gradients"), a.shape)
    deltas: list[float] = []
    for weight, slope in zip(reversed(weights), reversed(slopes), strict=True):
        delta = back * slope
        deltas.append(mean_square(delta))
        back = delta @ weight.T
    deltas.reverse()
    found = []
    for k, (weight, function) in enumerate(zip(weights, functions, strict=True)):
        spread = float(weight.var())
        claim = float("nan")
        if k + 1 < len(weights):
            after = weights[k + 1]
            claim = after.shape[1] * float(after.var()) * deltas[k + 1]
            claim *= slope_rule(function)
        found.append(
            LayerVariance(
                inputs=weight.shape[0],
                units=weight.shape[1],
                activation=function.name,
                weight_variance=spread,
                weight_claim=weight_claims[k],
                z_variance=zs[k],
                z_claim=weight.shape[0] * spread * squares[k],
                a_square=squares[k + 1],
                a_claim=square_rule(function, zs[k]),
                delta_square=deltas[k],
                delta_claim=claim,
            )
        )
    return tuple(found)


def mean_square(values: Array) -> float:
    return float(np.mean(np.square(values)))


def apply(function: ActivationFunction, z: Array) -> tuple[Array, Array]:
    """f(z) and f′(z), as the graph defines them."""
    node = g.input("z", (BATCH, z.shape[1]))
    a = function.apply(node)
    slope = slope_node(a, node)
    found = Executable(Graph({"a": a, "slope": slope}))({"z": z}, len(z))
    return found["a"], found["slope"]


def square_rule(function: ActivationFunction, variance: float) -> float:
    """E[f(z)²] that the argument takes for a z of mean 0; NaN where it has none."""
    match function:
        case ReLU():
            return variance / 2
        case LeakyReLU(slope):
            return variance * (1 + slope**2) / 2
        case Tanh() | Identity():
            return variance
        case Sigmoid():
            return 0.25 + variance / 16
    return float("nan")


def slope_rule(function: ActivationFunction) -> float:
    """E[f′(z)²] that the argument takes; NaN where it has none."""
    match function:
        case ReLU():
            return 0.5
        case LeakyReLU(slope):
            return (1 + slope**2) / 2
        case Tanh() | Identity():
            return 1.0
        case Sigmoid():
            return 1 / 16
    return float("nan")
