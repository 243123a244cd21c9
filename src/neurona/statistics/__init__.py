"""Statistics of learning: what a loss, a penalty and a prediction say of chance.

>>> from neurona.statistics import likelihood_is_loss
>>> print(likelihood_is_loss([1.0, 2.0], [1.1, 1.8], "gaussian"))
-log-likelihood 1.8629 = loss 0.025 + constant 1.8379
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.lazy import lazy_names

if TYPE_CHECKING:
    from neurona.statistics.band import PredictiveBand
    from neurona.statistics.divergence import (
        entropy,
        gaussian_kl_divergence,
        kl_divergence,
    )
    from neurona.statistics.dropout_draws import DropoutPosterior, dropout_answers
    from neurona.statistics.identities import (
        Equality,
        likelihood_is_divergence,
        likelihood_is_loss,
        prior_is_penalty,
    )
    from neurona.statistics.last_layer import LastLayerPosterior, last_layer_posterior
    from neurona.statistics.likelihoods import LIKELIHOODS, log_likelihood
    from neurona.statistics.weight_posterior import LinePosterior, line_posterior

__all__ = [
    "LIKELIHOODS",
    "DropoutPosterior",
    "Equality",
    "LastLayerPosterior",
    "LinePosterior",
    "PredictiveBand",
    "dropout_answers",
    "entropy",
    "gaussian_kl_divergence",
    "kl_divergence",
    "last_layer_posterior",
    "likelihood_is_divergence",
    "likelihood_is_loss",
    "line_posterior",
    "log_likelihood",
    "prior_is_penalty",
]

_HOMES = {
    "neurona.statistics.band": ("PredictiveBand",),
    "neurona.statistics.divergence": (
        "entropy",
        "gaussian_kl_divergence",
        "kl_divergence",
    ),
    "neurona.statistics.dropout_draws": ("DropoutPosterior", "dropout_answers"),
    "neurona.statistics.identities": (
        "Equality",
        "likelihood_is_divergence",
        "likelihood_is_loss",
        "prior_is_penalty",
    ),
    "neurona.statistics.last_layer": ("LastLayerPosterior", "last_layer_posterior"),
    "neurona.statistics.likelihoods": ("LIKELIHOODS", "log_likelihood"),
    "neurona.statistics.weight_posterior": ("LinePosterior", "line_posterior"),
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
