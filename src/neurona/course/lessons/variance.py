"""He's and Glorot's argument on variances, followed layer by layer with numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final

import numpy as np

from neurona.arrays import Array
from neurona.course.lessons.variance_numbers import (
    ROWS,
    LayerVariance,
    measure,
    promised_variance,
)
from neurona.course.lessons.write_variance_page import write_variance_page
from neurona.errors import OptionError
from neurona.explain.stack import read_stack
from neurona.explain.step.by_hand import build_by_hand
from neurona.messages import _
from neurona.network import Network
from neurona.nn.activations import ActivationFunction, as_activation
from neurona.nn.initializers import Initializer, Normal, as_initializer
from neurona.reference.random_numbers import stream_of
from neurona.settings import Count, checked
from neurona.show.explanation import Explanation
from neurona.show.page import Page

__all__ = ["VarianceArgument", "follow_variances"]

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

LARGEST_WEIGHTS: Final = 20_000_000


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
        return write_variance_page(self.layers, self.rows, self.initializer)


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
        claims: list[float | None] = [None] * len(weights)
        name = rule = ""
    else:
        function = as_activation(activation)
        if not function.elementwise:
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
        return read_stack(built.architecture).sizes
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
    stages = read_stack(network.architecture).stages
    kept = [s for s in stages if s.weight and s.is_elementwise]
    if not kept:
        raise OptionError(_("this network has no hidden layer to follow"))
    weights = [np.asarray(network.parameters[s.weight], np.float64) for s in kept]
    return weights, [s.activation for s in kept]
