"""What a person may ask of a training run on a table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from neurona.errors import OptionError, unknown_name
from neurona.messages import _
from neurona.train.runner import ENGINES

__all__ = ["TrainOptions", "read_hidden"]

TASKS = ("auto", "classification", "regression")
DTYPES = ("float32", "float64")


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
    validation, test : float
        Shares of the rows, in [0, 1), together below 1.
    seed : int
    dtype : {"float32", "float64"}
    engine : {"auto", "reference"}
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
    validation: float = 0.1
    test: float = 0.1
    seed: int = 0
    dtype: str = "float32"
    engine: str = "auto"
    checkpoint: str | os.PathLike[str] | None = None
    resume: bool = False

    def __post_init__(self) -> None:
        for what, name, known in (
            (_("task"), self.task, TASKS),
            (_("number type"), self.dtype, DTYPES),
            (_("engine"), self.engine, ENGINES),
        ):
            if name not in known:
                raise OptionError(unknown_name(what, name, known))
        for what, value in (
            (_("the number of epochs"), self.epochs),
            (_("the batch size"), self.batch_size),
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
