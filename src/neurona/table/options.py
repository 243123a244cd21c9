"""What a person may ask of a training run on a table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from neurona.data.split import check_fractions
from neurona.errors import OptionError, unknown_name
from neurona.messages import _
from neurona.nn import Dropout
from neurona.nn.activations import as_activation
from neurona.nn.initializers import as_initializer
from neurona.nn.losses import as_loss
from neurona.optimize import as_optimizer, as_schedule
from neurona.settings import NonNegative, checked
from neurona.train.engines import ENGINES
from neurona.train.options import check_seed
from neurona.train.solvers import SOLVERS

__all__ = ["TrainOptions", "read_hidden"]

TASKS = ("auto", "classification", "regression")
DTYPES = ("float32", "float64")
CLASS_WEIGHTS = ("none", "balanced")
WITH_MOMENTUM = ("sgd", "momentum", "nesterov")

FREE_TO_CHANGE = frozenset({"epochs", "threads", "engine", "checkpoint", "resume"})
"""Options that may differ when a run resumes; the engine is compared by what it is."""


@dataclass(frozen=True)
class TrainOptions:
    """Settings of a training run; ``None`` leaves the choice to the recipe.

    Parameters
    ----------
    target : sequence of str
        Columns to predict; found in the data where empty.
    task : {"auto", "classification", "regression"}
    hidden : sequence of int, optional
        Units of each hidden layer; empty for none.
    activation, output_activation, loss, initializer : str, optional
    optimizer, schedule : str, optional
    learning_rate, momentum, l1, l2, dropout : float, optional
    batch_size, epochs : int, optional
    patience : int, optional
        Epochs without improvement; 0: no early stopping.
    class_weight : {"none", "balanced"}
        ``balanced`` gives every class the same weight in all, however rare it is.
    validation, test : float
        Shares of the rows, in [0, 1), together below 1.
    seed : int
    dtype : {"float32", "float64"}
    engine : {"auto", "native", "reference"}
    threads : int, optional
        Of the native engine; by default the fastest number.
    checkpoint : path, optional
    resume : bool
    """

    target: Sequence[str] = ()
    task: str = "auto"
    hidden: Sequence[int] | None = None
    activation: str | None = None
    output_activation: str | None = None
    loss: str | None = None
    initializer: str | None = None
    optimizer: str | None = None
    learning_rate: float | None = None
    schedule: str | None = None
    momentum: float | None = None
    l1: float | None = None
    l2: float | None = None
    dropout: float | None = None
    batch_size: int | None = None
    epochs: int | None = None
    patience: int | None = None
    class_weight: str = "none"
    validation: float = 0.1
    test: float = 0.1
    seed: int = 0
    dtype: str = "float32"
    engine: str = "auto"
    threads: int | None = None
    checkpoint: str | os.PathLike[str] | None = None
    resume: bool = False

    def of_checkpoint(self) -> dict[str, Any]:
        """Options that a run must have again to be resumed, as the command names them.

        Examples
        --------
        >>> TrainOptions(test=0.2).of_checkpoint()["--test"]
        0.2
        """
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            f"--{name.replace('_', '-')}": list(value)
            if isinstance(value, Sequence) and not isinstance(value, str)
            else value
            for name, value in named.items()
            if name not in FREE_TO_CHANGE
        }

    def __post_init__(self) -> None:
        for what, name, known in (
            (_("task"), self.task, TASKS),
            (_("number type"), self.dtype, DTYPES),
            (_("class weight"), self.class_weight, CLASS_WEIGHTS),
            (_("engine"), self.engine, ENGINES),
        ):
            if name not in known:
                raise OptionError(unknown_name(what, name, known))
        check_seed(self.seed)
        for what, value in (
            (_("the number of epochs"), self.epochs),
            (_("the batch size"), self.batch_size),
            (_("the number of threads"), self.threads),
        ):
            if value is not None and value < 1:
                raise OptionError(
                    _("{what} must be at least 1, not {value}").format(
                        what=what, value=value
                    )
                )
        if self.patience is not None and self.patience < 0:
            raise OptionError(
                _("patience must be at least 0 epochs, not {value}").format(
                    value=self.patience
                )
            )
        self._check_parts()

    def _check_parts(self) -> None:
        """Refuse what no table could make right, before a table is read."""
        for name in (self.activation, self.output_activation):
            if name is not None:
                as_activation(name)
        if self.initializer is not None:
            as_initializer(self.initializer)
        if self.loss is not None:
            as_loss(self.loss)
        if self.schedule is not None:
            as_schedule(self.schedule)
        if self.dropout is not None:
            Dropout(self.dropout)
        for name, strength in (("l1", self.l1), ("l2", self.l2)):
            if strength is not None:
                checked(name, strength, NonNegative)
        rate = (
            {} if self.learning_rate is None else {"learning_rate": self.learning_rate}
        )
        rule = (self.optimizer or "adam").lower().replace("-", "_")
        if rule in SOLVERS:
            raise OptionError(
                _(
                    "{name} is offered in Python alone, with "
                    "network.fit(X, y, optimizer={name!r}): choose an optimizer that "
                    "takes steps over batches, such as adam"
                ).format(name=rule)
            )
        as_optimizer(self.optimizer or "adam", **rate)
        if self.momentum is not None:
            as_optimizer("momentum", momentum=self.momentum)
            if self.optimizer not in (None, *WITH_MOMENTUM):
                raise OptionError(
                    _(
                        "{name} has no momentum to set: use sgd, momentum or nesterov"
                    ).format(name=self.optimizer)
                )
        check_fractions(self.validation, self.test)


def read_hidden(text: str) -> tuple[int, ...]:
    """Hidden layers as a person writes them: ``64,64``, or ``none``.

    Raises
    ------
    OptionError

    Examples
    --------
    >>> read_hidden("64,32"), read_hidden("none")
    ((64, 32), ())
    """
    if text.strip().lower() == "none":
        return ()
    try:
        sizes = tuple(int(part) for part in text.split(","))
    except ValueError:
        sizes = ()
    if not sizes or any(size < 1 for size in sizes):
        raise OptionError(
            _(
                "hidden layers are written as whole numbers of at least 1, such as "
                "64,64, or none; not {text!r}"
            ).format(text=text)
        )
    return sizes
