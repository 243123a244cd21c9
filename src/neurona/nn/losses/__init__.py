"""Losses: how far the output of a network is from its target."""

from typing import Final, TypeAlias

from neurona.messages import _
from neurona.nn.losses.class_weights import ClassWeights, class_weights
from neurona.nn.losses.classification import BinaryCrossEntropy, CrossEntropy
from neurona.nn.losses.likelihood import GaussianNLL, Poisson
from neurona.nn.losses.logits import ends_in, logits_behind
from neurona.nn.losses.loss import (
    Loss,
    Reduction,
    reduce,
    row_losses,
    weighted_rows,
)
from neurona.nn.losses.regression import (
    Huber,
    MeanAbsoluteError,
    MeanSquaredError,
    Minkowski,
)
from neurona.settings import as_choice, by_name

__all__ = [
    "LOSSES",
    "BinaryCrossEntropy",
    "ClassWeights",
    "CrossEntropy",
    "GaussianNLL",
    "Huber",
    "Loss",
    "LossLike",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Minkowski",
    "Poisson",
    "Reduction",
    "as_loss",
    "class_weights",
    "ends_in",
    "logits_behind",
    "reduce",
    "row_losses",
    "weighted_rows",
]

LOSSES: Final = by_name(
    MeanSquaredError, MeanAbsoluteError, Minkowski, Huber, CrossEntropy,
    BinaryCrossEntropy, GaussianNLL, Poisson,
)  # fmt: skip
"""Every loss by name."""

LossLike: TypeAlias = "str | Loss | type[Loss]"


def as_loss(value: LossLike) -> Loss:
    """Loss by name, class or instance.

    Raises
    ------
    OptionError
        There is none of that name; the message offers the nearest ones.

    Examples
    --------
    >>> as_loss("huber")
    Huber(delta=1.0)
    """
    return as_choice(value, _("loss"), Loss, LOSSES)
