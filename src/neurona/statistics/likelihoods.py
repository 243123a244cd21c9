"""How probable targets are, for what a model predicts of them."""

from __future__ import annotations

import abc
import math
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeAlias

import numpy as np
from scipy.special import gammaln

from neurona.arrays import Array
from neurona.errors import DataError
from neurona.messages import _
from neurona.settings import Choice, Positive, as_choice, by_name

__all__ = ["LIKELIHOODS", "Likelihood", "as_likelihood", "log_likelihood"]


@dataclass(frozen=True)
class Likelihood(Choice):
    """A family of distributions of a target, given what is predicted of it."""

    loss: ClassVar[str]
    """Name of the loss that is its negative logarithm, but for scale and constant."""

    @abc.abstractmethod
    def log_density(self, y: Array, prediction: Array) -> Array:
        """Logarithm of p of each row (N,), for targets and predictions (N, K)."""

    def output(self, prediction: Array) -> Array:
        """What a network's last layer gives for a prediction: the link's inverse."""
        return prediction

    @abc.abstractmethod
    def scale(self, targets: int) -> float:
        """Factor s in −ln p = s · loss + c, for K targets a row."""

    def constant(self, y: Array) -> Array:
        """What no prediction changes of each row's −ln p: c, (N,)."""
        return np.zeros(len(y))

    def fits(self, y: Array, prediction: Array) -> bool:
        """Whether there is a prediction for each target."""
        return bool(y.shape == prediction.shape)

    def check(self, y: Array, prediction: Array) -> None:
        """Raise a DataError for what the family does not allow."""


@dataclass(frozen=True)
class GaussianLikelihood(Likelihood):
    """N(y; ŷ, σ²), independent for each target.

    Parameters
    ----------
    std : float
        σ, above 0.
    """

    name: ClassVar[str] = "gaussian"
    loss: ClassVar[str] = "mse"
    std: Positive = 1.0

    def log_density(self, y: Array, prediction: Array) -> Array:
        """−½ Σ ((y − ŷ)/σ)² − K ln σ − ½ K ln 2π."""
        squares = np.square((y - prediction) / self.std).sum(axis=1)
        return np.asarray(-0.5 * squares - self.constant(y))

    def scale(self, targets: int) -> float:
        """K / 2σ²."""
        return targets / (2 * self.std**2)

    def constant(self, y: Array) -> Array:
        """K (ln σ + ½ ln 2π)."""
        each = math.log(self.std) + 0.5 * math.log(2 * math.pi)
        return np.full(len(y), y.shape[1] * each)


@dataclass(frozen=True)
class LaplaceLikelihood(Likelihood):
    """e^(−|y − ŷ|/b) / 2b, independent for each target.

    Parameters
    ----------
    width : float
        b, above 0.
    """

    name: ClassVar[str] = "laplace"
    loss: ClassVar[str] = "mae"
    width: Positive = 1.0

    def log_density(self, y: Array, prediction: Array) -> Array:
        """−Σ |y − ŷ|/b − K ln 2b."""
        total = np.abs(y - prediction).sum(axis=1) / self.width
        return np.asarray(-total - self.constant(y))

    def scale(self, targets: int) -> float:
        """K / b."""
        return targets / self.width

    def constant(self, y: Array) -> Array:
        """K ln 2b."""
        return np.full(len(y), y.shape[1] * math.log(2 * self.width))


@dataclass(frozen=True)
class BernoulliLikelihood(Likelihood):
    """ŷ^y (1 − ŷ)^(1 − y): ŷ is the probability of 1, independent for each target."""

    name: ClassVar[str] = "bernoulli"
    loss: ClassVar[str] = "binary_cross_entropy"

    def log_density(self, y: Array, prediction: Array) -> Array:
        """Σ y ln ŷ + (1 − y) ln(1 − ŷ)."""
        chosen = np.where(y == 1, prediction, 1 - prediction)
        return np.asarray(np.log(chosen).sum(axis=1))

    def output(self, prediction: Array) -> Array:
        """Logit: ln ŷ/(1 − ŷ)."""
        return np.asarray(np.log(prediction) - np.log1p(-prediction))

    def scale(self, targets: int) -> float:
        """K, since the loss is a mean over the targets."""
        return targets

    def check(self, y: Array, prediction: Array) -> None:
        """Targets are 0 or 1, and predictions probabilities."""
        refuse(~np.isin(y, (0, 1)), y, _("targets must be 0 or 1"))
        outside = (prediction <= 0) | (prediction >= 1)
        refuse(
            outside, prediction, _("probabilities must lie strictly between 0 and 1")
        )


@dataclass(frozen=True)
class CategoricalLikelihood(Likelihood):
    """ŷ_c for the class c that is the target; each row of ŷ adds up to 1."""

    name: ClassVar[str] = "categorical"
    loss: ClassVar[str] = "cross_entropy"

    def log_density(self, y: Array, prediction: Array) -> Array:
        """Of the target's class: ln ŷ_c."""
        rows = np.arange(len(y))
        return np.asarray(np.log(prediction[rows, y[:, 0].astype(int)]))

    def output(self, prediction: Array) -> Array:
        """Logits ln ŷ, whose softmax is ŷ."""
        return np.asarray(np.log(prediction))

    def scale(self, targets: int) -> float:
        """1."""
        return 1.0

    def fits(self, y: Array, prediction: Array) -> bool:
        """One target a row, and a probability for each class."""
        return bool(y.shape == (len(prediction), 1))

    def check(self, y: Array, prediction: Array) -> None:
        """Targets are class numbers, and each row of predictions a distribution."""
        classes = np.arange(prediction.shape[1])
        refuse(~np.isin(y, classes), y, _("targets must be class numbers from 0"))
        refuse(prediction <= 0, prediction, _("probabilities must be above 0"))
        totals = prediction.sum(axis=1, keepdims=True)
        refuse(np.abs(totals - 1) > 1e-6, totals, _("each row must add up to 1"))


@dataclass(frozen=True)
class PoissonLikelihood(Likelihood):
    """ŷ^y e^(−ŷ) / y!: ŷ is the expected count, independent for each target."""

    name: ClassVar[str] = "poisson"
    loss: ClassVar[str] = "poisson"

    def log_density(self, y: Array, prediction: Array) -> Array:
        """Σ y ln ŷ − ŷ − ln y!."""
        terms = (y * np.log(prediction) - prediction).sum(axis=1)
        return np.asarray(terms - self.constant(y))

    def output(self, prediction: Array) -> Array:
        """Logarithm of the rate."""
        return np.asarray(np.log(prediction))

    def scale(self, targets: int) -> float:
        """K, since the loss is a mean over the targets."""
        return targets

    def constant(self, y: Array) -> Array:
        """Σ ln y!."""
        return np.asarray(gammaln(y + 1).sum(axis=1))

    def check(self, y: Array, prediction: Array) -> None:
        """Targets are counts, and predictions above 0."""
        refuse((y < 0) | (y % 1 != 0), y, _("targets must be whole numbers from 0"))
        refuse(prediction <= 0, prediction, _("expected counts must be above 0"))


LIKELIHOODS: Final = by_name(
    GaussianLikelihood, LaplaceLikelihood, BernoulliLikelihood, CategoricalLikelihood,
    PoissonLikelihood,
)  # fmt: skip
"""Every family by name."""

LikelihoodLike: TypeAlias = "str | Likelihood | type[Likelihood]"


def as_likelihood(value: LikelihoodLike) -> Likelihood:
    """Family by name, class or instance.

    Raises
    ------
    OptionError
        There is none of that name.

    Examples
    --------
    >>> as_likelihood("laplace")
    LaplaceLikelihood(width=1.0)
    """
    return as_choice(value, _("likelihood"), Likelihood, LIKELIHOODS)


def log_likelihood(
    y: Any, prediction: Any, likelihood: LikelihoodLike = "gaussian"
) -> float:
    """Σₙ ln p(yₙ | ŷₙ): how probable all targets are together.

    Parameters
    ----------
    y : array (N,) or (N, K)
        Targets.
    prediction : array (N,) or (N, K)
        Mean, probability of 1, or expected count of each target; for ``categorical``
        the probabilities (N, C) of C classes.
    likelihood : str or Likelihood
        ``gaussian``, ``laplace``, ``bernoulli``, ``categorical`` or ``poisson``.

    Raises
    ------
    DataError
        Shapes that do not fit, or what the family does not allow.

    Examples
    --------
    >>> residuals = [-0.1, 0.2, -0.3]
    >>> round(log_likelihood(residuals, [0, 0, 0], GaussianLikelihood(0.5)), 10)
    -0.9573740579
    """
    family = as_likelihood(likelihood)
    targets, predicted = as_rows(y), as_rows(prediction)
    check(family, targets, predicted)
    return float(family.log_density(targets, predicted).sum())


def as_rows(values: Any) -> Array:
    """Numbers as float64 rows (N, K)."""
    found = np.asarray(values, np.float64)
    return found.reshape(len(found), -1) if found.ndim else found.reshape(1, 1)


def check(family: Likelihood, y: Array, prediction: Array) -> None:
    """Raise a DataError for shapes or values that the family does not allow."""
    if not family.fits(y, prediction) or not len(y):
        raise DataError(
            _("targets {targets} and predictions {predictions} differ in shape").format(
                targets=y.shape, predictions=prediction.shape
            )
        )
    for values in (y, prediction):
        refuse(~np.isfinite(values), values, _("numbers must be finite"))
    family.check(y, prediction)


def refuse(wrong: Array, values: Array, rule: str) -> None:
    """Raise a DataError for the first value that breaks a rule."""
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise DataError(
            _("{rule}, not {value:g} as in row {row}").format(
                rule=rule, value=values[row, column], row=row
            )
        )
