"""The end of a network for a table: how many outputs, which loss, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from neurona.data.columns.schema import Schema
from neurona.errors import OptionError
from neurona.messages import _, defer, ngettext
from neurona.nn.losses import LOSSES, Loss, as_loss

__all__ = ["HEADS", "Head", "choose_head", "head_for"]


HEADS: Final[Mapping[str, tuple[str, str, str]]] = {
    "regression": ("identity", "mse", defer("numbers: the output is not bounded")),
    "bounded regression": (
        "sigmoid",
        "mse",
        defer("numbers from 0 to 1: the sigmoid keeps the output between them"),
    ),
    "counts": ("identity", "poisson", defer("counts: their logarithm is learned")),
    "binary": (
        "sigmoid",
        "binary_cross_entropy",
        defer("two classes: one output, its sigmoid is the probability of {name!r}"),
    ),
    "multi-label": (
        "sigmoid",
        "binary_cross_entropy",
        defer("{count} questions: one output each, its sigmoid is the probability"),
    ),
    "multi-class": (
        "softmax",
        "cross_entropy",
        defer("{count} classes: one output each, their softmax sums to 1"),
    ),
}
"""Link, loss and reason for every task."""


@dataclass(frozen=True)
class Head:
    """Outputs and loss of a network.

    Parameters
    ----------
    task : str
        One of :data:`HEADS`.
    units : int
        Numbers that the last layer gives.
    loss : Loss
    activation : str
        Of the last layer; the identity gives logits, which losses over classes read.
    reason : str
        Why, in a sentence.
    """

    task: str
    units: int
    loss: Loss
    activation: str
    reason: str

    @property
    def standardizes(self) -> bool:
        """Whether the target of a regression may be standardized."""
        return self.loss.name != "poisson" and self.activation in ("identity", "linear")

    def __str__(self) -> str:
        return ngettext(
            "{task}: {units} unit, {activation}, {loss}; {reason}",
            "{task}: {units} units, {activation}, {loss}; {reason}",
            self.units,
        ).format(
            task=_(self.task), units=self.units, activation=self.activation,
            loss=self.loss.name, reason=self.reason,
        )  # fmt: skip


TASK_NAMES: Final = (
    defer("regression"), defer("bounded regression"), defer("counts"),
    defer("binary"), defer("multi-label"), defer("multi-class"),
)  # fmt: skip
"""Tasks as readers know them."""


def head_for(task: str, units: int, **said: object) -> Head:
    """Head of a task, with its link as the activation.

    Examples
    --------
    >>> head = head_for("multi-class", 3, count=3)
    >>> head.activation, head.loss.name
    ('softmax', 'cross_entropy')
    """
    activation, loss, reason = HEADS[task]
    return Head(task, units, as_loss(loss), activation, _(reason).format(**said))


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
    return replace(head, activation=activation or "identity")


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
        return replace(head_for("binary", 1, name=classes[1]), loss=loss)
    return replace(head_for("multi-class", len(classes), count=len(classes)), loss=loss)


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
        return Head("regression", 2 * targets, loss, "identity", reason)
    task = "counts" if loss.name == "poisson" else "regression"
    return replace(head_for(task, targets), loss=loss)


def names_of(*heads: str) -> str:
    return ", ".join(name for name, kind in LOSSES.items() if kind.head in heads)
