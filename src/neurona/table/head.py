"""The end of a network for a table: how many outputs, which loss, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neurona.data.columns.schema import Schema
from neurona.errors import OptionError
from neurona.messages import _
from neurona.nn.losses import LOSSES, Loss, as_loss

__all__ = ["Head", "choose_head"]


@dataclass(frozen=True)
class Head:
    """Outputs and loss of a network.

    Parameters
    ----------
    units : int
        Numbers that the last layer gives.
    loss : Loss
    activation : str
        Of the last layer; the identity gives logits, which losses over classes read.
    reason : str
        Why, in a sentence.
    """

    units: int
    loss: Loss
    activation: str
    reason: str

    @property
    def standardizes(self) -> bool:
        """Whether the target of a regression may be standardized."""
        return self.loss.name != "poisson" and self.activation in ("identity", "linear")


def choose_head(
    schema: Schema, loss: str | None = None, activation: str | None = None
) -> Head:
    """Head that suits a task, and what was asked for.

    Raises
    ------
    OptionError
        The loss does not suit the task.
    """
    chosen = as_loss(loss) if loss is not None else None
    if schema.task == "classification":
        head = classes_head(schema.classes, chosen, activation)
    else:
        head = numbers_head(len(schema.targets), chosen)
    return Head(head.units, head.loss, activation or head.activation, head.reason)


def classes_head(
    classes: Sequence[str], loss: Loss | None, activation: str | None
) -> Head:
    binary = len(classes) == 2 and activation != "softmax"
    if loss is None:
        loss = as_loss("binary_cross_entropy" if binary else "cross_entropy")
    if loss.head == "real":
        raise OptionError(
            _(
                "{loss} is a loss over numbers, but the task is classification: use "
                "{others}, or --task regression"
            ).format(loss=loss.name, others=names_of("classes", "binary"))
        )
    if len(classes) != 2 and activation == "sigmoid":
        raise OptionError(
            _(
                "a sigmoid tells two classes apart, but there are {count}: end the "
                "network in a softmax"
            ).format(count=len(classes))
        )
    if loss.head == "binary":
        if len(classes) != 2:
            raise OptionError(
                _("{loss} tells two classes apart, but there are {count}").format(
                    loss=loss.name, count=len(classes)
                )
            )
        reason = _(
            "two classes: one output, its sigmoid is the probability of {name!r}"
        ).format(name=classes[1])
        return Head(1, loss, "identity", reason)
    reason = _("{count} classes: one output each, their softmax sums to 1").format(
        count=len(classes)
    )
    return Head(len(classes), loss, "identity", reason)


def numbers_head(targets: int, loss: Loss | None) -> Head:
    loss = loss or as_loss("mse")
    if loss.head != "real":
        raise OptionError(
            _(
                "{loss} is a loss over classes, but the task is regression: use "
                "{others}, or --task classification"
            ).format(loss=loss.name, others=names_of("real"))
        )
    if loss.name == "gaussian_nll":
        reason = _("a mean and a variance for each target")
        return Head(2 * targets, loss, "identity", reason)
    if loss.name == "poisson":
        return Head(targets, loss, "identity", _("counts: their logarithm is learned"))
    return Head(targets, loss, "identity", _("numbers: the output is not bounded"))


def names_of(*heads: str) -> str:
    return ", ".join(name for name, kind in LOSSES.items() if kind.head in heads)
