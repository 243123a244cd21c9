"""How sure a trained network is: its last layer as a Bayesian line (Laplace)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError
from neurona.messages import _
from neurona.network import Network
from neurona.nn import Dense
from neurona.nn.activations import as_activation
from neurona.settings import NonNegative, checked
from neurona.statistics.band import PredictiveBand
from neurona.statistics.weight_posterior import LinePosterior, line_posterior

__all__ = ["LastLayerPosterior", "last_layer_posterior"]


@dataclass(frozen=True, eq=False)
class LastLayerPosterior:
    """A network whose last layer's weights are believed, not known.

    Parameters
    ----------
    network : Network
    layer : str
        What the last layer reads.
    line : LinePosterior
        Of the last layer's weights, and of its bias where it has one.
    """

    network: Network
    layer: str | None
    line: LinePosterior

    @property
    def noise_std(self) -> float:
        """σ of an observation."""
        return self.line.noise_std

    def band(self, X: Any) -> PredictiveBand:
        """The network's own answers, with how sure they are."""
        found = self.line.band(features_of(self.network, self.layer, X))
        answers = np.asarray(self.network.predict_mean(X), np.float64)[:, 0]
        return PredictiveBand(answers, found.std, found.model_std)


def last_layer_posterior(
    network: Network, X: Any, y: Any, precision: float = 1.0
) -> LastLayerPosterior:
    """Posterior of the last layer's weights, all others held where training left them.

    Parameters
    ----------
    network : Network
        Layers one after the other, the last a ``Dense(1)`` without activation, trained
        on numbers by the mean squared error.
    X : array (N, d)
    y : array (N,)
        What it was trained on.
    precision : float
        α of the prior of each weight, at least 0; the bias has none.

    Raises
    ------
    OptionError
        The network ends otherwise, or there are no more rows than weights and no prior.

    Notes
    -----
    Math: the squared error is quadratic in the last layer, so the Laplace
    approximation is exact there; σ² = Σr²/(N − γ) from the residuals r, γ being the
    effective number of weights, tr(ΦᵀΦ S)/σ².
    Source: A. Kristiadi et al., "Being Bayesian, even just a bit, fixes overconfidence
    in ReLU networks", 2020.
    """
    precision = checked("precision", precision, NonNegative)
    layers = network.architecture.layers
    last = layers[-1]
    if not (
        isinstance(last, Dense)
        and last.units == 1
        and as_activation(last.activation).name == "identity"
    ):
        raise OptionError(
            _(
                "the posterior is of a network that ends in Dense(1) without an "
                "activation; this one ends in {layer}"
            ).format(layer=last)
        )
    names = list(network.architecture.names.values())
    layer = names[-2] if len(names) > 1 else None
    features = features_of(network, layer, X)
    truth = np.asarray(y, np.float64).reshape(-1)
    residuals = truth - np.asarray(network.predict_mean(X), np.float64)[:, 0]
    rows, width = features.shape
    if rows <= width and not precision:
        raise OptionError(
            _(
                "{rows} rows alone cannot say how sure {width} weights are: give more "
                "rows than weights, or a precision above 0"
            ).format(rows=rows, width=width)
        )
    prior = np.full(width, precision)
    if last.bias:
        prior[-1] = 0.0
    total = float(residuals @ residuals)
    # Residuals of 0 would be a certainty that no arithmetic can hold.
    least = np.square(np.finfo(float).eps * max(1.0, float(np.abs(truth).max())))
    noise = np.sqrt(max(total / max(rows - width, 1), least))
    for _round in range(ROUNDS):
        line = line_posterior(features, truth, prior, noise)
        used = width - float(prior @ np.diag(line.covariance))
        noise = np.sqrt(max(total / max(rows - used, 1), least))
    return LastLayerPosterior(network, layer, line)


ROUNDS = 3
"""The effective number of weights and the noise depend on each other."""


def features_of(network: Network, layer: str | None, X: Any) -> Array:
    """What the last layer reads, with a column of ones for a bias that it has."""
    found = np.asarray(X if layer is None else network.transform(X, layer), np.float64)
    last = network.architecture.layers[-1]
    assert isinstance(last, Dense)
    ones = np.ones((len(found), int(last.bias)))
    return np.hstack([found, ones])
