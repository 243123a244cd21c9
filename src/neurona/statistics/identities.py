"""What training minimizes, said in the words of statistics, with both sides' numbers.

The right side of each identity is the graph that trains, evaluated.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona import graph as g
from neurona import reference
from neurona.errors import OptionError, unknown_name
from neurona.messages import _
from neurona.nn.losses import as_loss
from neurona.nn.penalties import PENALTIES
from neurona.settings import Positive, checked
from neurona.statistics.divergence import entropy, kl_divergence
from neurona.statistics.likelihoods import (
    LikelihoodLike,
    as_likelihood,
    as_rows,
    check,
)

__all__ = [
    "Equality",
    "likelihood_is_divergence",
    "likelihood_is_loss",
    "prior_is_penalty",
]


@dataclass(frozen=True)
class Equality:
    """Two ways to write one number.

    Parameters
    ----------
    name : str
        Of the left side.
    left : float
    terms : mapping of str to float
        Of the right side: what adds up to it, by name.
    factor : float
        What the first of the terms is multiplied by.
    """

    name: str
    left: float
    terms: Mapping[str, float]
    factor: float = 1.0

    @property
    def right(self) -> float:
        """Value of the right side."""
        first, *rest = self.terms.values()
        return self.factor * first + math.fsum(rest)

    def __str__(self) -> str:
        (name, value), *rest = self.terms.items()
        head = "" if self.factor == 1 else f"{self.factor:.5g} × "
        shown = [f"{head}{name} {value:.5g}", *(f"{n} {v:.5g}" for n, v in rest)]
        return f"{self.name} {self.left:.5g} = {' + '.join(shown)}"


def likelihood_is_loss(
    y: Any, prediction: Any, likelihood: LikelihoodLike = "gaussian"
) -> Equality:
    """−Σ ln p = N · s · loss + constant: the loss is the likelihood's logarithm.

    So whoever minimizes the squared error maximizes the likelihood of Gaussian noise,
    and so on for each family.

    Parameters
    ----------
    y, prediction, likelihood
        As :func:`neurona.statistics.log_likelihood` has them.

    Returns
    -------
    Equality
        Its loss is the mean over the rows, by the graph that trains.

    Examples
    --------
    >>> print(likelihood_is_loss([0, 1], [[0.7, 0.3], [0.2, 0.8]], "categorical"))
    -log-likelihood 0.57982 = 2 × loss 0.28991 + constant 0
    """
    family = as_likelihood(likelihood)
    targets, predicted = as_rows(y), as_rows(prediction)
    check(family, targets, predicted)
    loss = as_loss(family.loss)
    output = g.input("output", (g.BATCH, predicted.shape[1]))
    prepared = loss.prepare_target(
        targets[:, 0] if loss.head == "classes" else targets, output.spec
    )
    spec = loss.target_spec(output.spec, prepared)
    target = g.input("target", spec.shape, spec.dtype)
    (each,) = reference.evaluate(
        [loss.per_row(output, target)],
        {output: family.output(predicted), target: prepared},
    )
    return Equality(
        _("-log-likelihood"),
        -float(family.log_density(targets, predicted).sum()),
        {
            _("loss"): float(np.mean(each)),
            _("constant"): float(family.constant(targets).sum()),
        },
        len(targets) * family.scale(targets.shape[1]),
    )


def likelihood_is_divergence(labels: Any, probabilities: Any) -> Equality:
    """−(1/N) Σ ln q(yₙ) = KL(p‖q) + H(p), p being the frequencies of the labels.

    H(p) does not depend on q: whoever maximizes the likelihood minimizes the
    Kullback-Leibler divergence from the data to the model.

    Parameters
    ----------
    labels : int array (N,)
        Class numbers from 0.
    probabilities : array (C,)
        What a model says of each class.

    Examples
    --------
    >>> print(likelihood_is_divergence([0, 0, 1, 0], [0.5, 0.5]))
    -mean log-likelihood 0.69315 = divergence 0.13081 + entropy 0.56234
    """
    q = np.asarray(probabilities, np.float64).reshape(-1)
    targets = as_rows(labels)
    family = as_likelihood("categorical")
    repeated = np.tile(q, (len(targets), 1))
    check(family, targets, repeated)
    p = np.bincount(targets[:, 0].astype(int), minlength=len(q)) / len(targets)
    return Equality(
        _("-mean log-likelihood"),
        -float(family.log_density(targets, repeated).mean()),
        {_("divergence"): kl_divergence(p, q), _("entropy"): entropy(p)},
    )


def prior_is_penalty(weights: Any, strength: float, penalty: str = "l2") -> Equality:
    """−ln p(w) = penalty + constant: a penalty is a prior belief in small weights.

    With L2 of strength λ the prior is N(0, 1/λ) for each weight, with L1 a Laplace
    distribution of width 1/λ. So a penalized fit is the most probable one after the
    data are seen (MAP).

    Parameters
    ----------
    weights : array
    strength : float
        λ, above 0, of a loss that is a sum over the rows.
    penalty : {"l2", "l1"}

    Examples
    --------
    >>> print(prior_is_penalty([1.0, -2.0], 0.5))
    -log prior 3.781 = penalty 1.25 + constant 2.531
    """
    if penalty not in PRIORS:
        raise OptionError(unknown_name(_("penalty"), penalty, PRIORS))
    strength = checked("strength", strength, Positive)
    values = as_rows(np.ravel(weights))
    family = as_likelihood(PRIORS[penalty])
    width = strength**-0.5 if penalty == "l2" else 1 / strength
    prior = type(family)(width)  # type: ignore[call-arg]
    log_prior = prior.log_density(values, np.zeros_like(values)).sum()
    term = PENALTIES[penalty](strength).term(  # type: ignore[call-arg]
        g.constant(values), g.constant(1.0)
    )
    return Equality(
        _("-log prior"),
        -float(log_prior),
        {
            _("penalty"): float(reference.evaluate([term], {})[0]),
            _("constant"): float(prior.constant(values).sum()),
        },
    )


PRIORS: Mapping[str, str] = {"l2": "gaussian", "l1": "laplace"}
"""Distribution of a weight that each penalty is the logarithm of."""
