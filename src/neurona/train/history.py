"""What happened in training, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

from neurona.errors import ModelFileError
from neurona.messages import _
from neurona.train.layer_statistics import (
    LayerStatistics,
    read_statistics,
    statistics_to_json,
)

__all__ = ["Epoch", "History", "StopReason", "divergence_message"]

StopReason: TypeAlias = Literal[
    "running",
    "epochs",
    "patience",
    "callback",
    "converged",
    "diverged",
    "interrupted",
]
REASONS: tuple[StopReason, ...] = (
    "running",
    "epochs",
    "patience",
    "callback",
    "converged",
    "diverged",
    "interrupted",
)


class Epoch(NamedTuple):
    """One pass over the training rows, or one iteration of a full-batch solver.

    Parameters
    ----------
    epoch : int
        Counted from 1.
    loss : float
        Mean loss over the rows as they were trained on, penalties apart.
    validation_loss : float or None
    metrics : mapping of str to float
        On the validation rows where there are any, else on the training rows.
    learning_rate : float
        At the last step of the epoch; of a full-batch solver, the length of its step
        over that of the gradient.
    seconds : float
        Wall time of this epoch.
    statistics : mapping of str to LayerStatistics
        Of each layer, where they were asked for.
    """

    epoch: int
    loss: float
    validation_loss: float | None
    metrics: Mapping[str, float]
    learning_rate: float
    seconds: float
    statistics: Mapping[str, LayerStatistics] = MappingProxyType({})

    @property
    def score(self) -> float:
        """What early stopping watches: the validation loss, else the training loss."""
        return self.loss if self.validation_loss is None else self.validation_loss


@dataclass(repr=False)
class History:
    """Every epoch of a fit, and how it ended.

    Attributes
    ----------
    epochs : list of Epoch
    best_epoch : int or None
        The epoch, from 1, whose score was the lowest.
    stopped : str
        "epochs" (all were done), "patience", "callback", "converged" (a full-batch
        solver could go no lower), "diverged", "interrupted".
    """

    epochs: list[Epoch] = field(default_factory=list)
    best_epoch: int | None = None
    stopped: StopReason = "running"

    def add(self, epochs: Iterable[tuple[Any, ...]]) -> None:
        """Append epochs, given the fields of each in their order."""
        # As Epoch._make does, but without a call of Python for each of thousands.
        self.epochs.extend(map(partial(tuple.__new__, Epoch), epochs))

    @property
    def loss(self) -> list[float]:
        """Training loss of each epoch."""
        return [entry.loss for entry in self.epochs]

    @property
    def validation_loss(self) -> list[float]:
        """Validation loss of each epoch; empty without validation rows."""
        found = (entry.validation_loss for entry in self.epochs)
        return [value for value in found if value is not None]

    @property
    def metrics(self) -> dict[str, list[float]]:
        """Each metric, epoch by epoch."""
        names = self.epochs[0].metrics if self.epochs else ()
        return {name: [entry.metrics[name] for entry in self.epochs] for name in names}

    @property
    def statistics(self) -> dict[str, list[LayerStatistics]]:
        """Statistics of each layer, epoch by epoch; empty where none were asked for."""
        names = self.epochs[0].statistics if self.epochs else ()
        return {n: [entry.statistics[n] for entry in self.epochs] for n in names}

    @property
    def learning_rate(self) -> list[float]:
        """Learning rate at the end of each epoch."""
        return [entry.learning_rate for entry in self.epochs]

    @property
    def seconds(self) -> float:
        """Wall time of all epochs together."""
        return sum(entry.seconds for entry in self.epochs)

    def __len__(self) -> int:
        return len(self.epochs)

    def __repr__(self) -> str:
        if not self.epochs:
            return f"History(0 epochs, {self.stopped!r})"
        first, last = self.epochs[0].loss, self.epochs[-1].loss
        course = f"loss {first:.4g} → {last:.4g}, best epoch {self.best_epoch}"
        return f"History({len(self)} epochs, {course}, {self.stopped!r})"

    def to_json(self) -> dict[str, Any]:
        """Description in JSON's terms."""
        return {
            "epochs": [epoch_to_json(epoch) for epoch in self.epochs],
            "best_epoch": self.best_epoch,
            "stopped": self.stopped,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> History:
        """History described by :meth:`to_json`.

        Raises
        ------
        ModelFileError
            The description is not one.
        """
        try:
            epochs = [read_epoch(entry) for entry in value["epochs"]]
            best, stopped = value["best_epoch"], value["stopped"]
            if best is not None and type(best) is not int:
                raise TypeError(best)
            if best is not None and not 0 < best <= len(epochs):
                raise ValueError(best)
            for number, entry in enumerate(epochs, start=1):
                alike = set(entry.metrics) == set(epochs[0].metrics) and set(
                    entry.statistics
                ) == set(epochs[0].statistics)
                if entry.epoch != number or not alike:
                    raise ValueError(entry.epoch)
        except (
            AttributeError,
            KeyError,
            OverflowError,
            TypeError,
            ValueError,
        ) as error:
            raise ModelFileError(
                _("the training history in the file is damaged: {why}").format(
                    why=error
                )
            ) from None
        if stopped not in list(REASONS):
            raise ModelFileError(
                _("the training history in the file is damaged: {why}").format(
                    why=stopped
                )
            )
        return cls(epochs, best, stopped)


def as_json(value: float) -> float | str:
    """Number as JSON can hold it: what is not finite by its name, such as "nan"."""
    return value if math.isfinite(value) else str(value)


def epoch_to_json(epoch: Epoch) -> dict[str, Any]:
    """Epoch in JSON's terms; statistics only where there are any."""
    found = epoch._asdict()
    found["metrics"] = {k: as_json(v) for k, v in epoch.metrics.items()}
    del found["statistics"]
    if epoch.statistics:
        found["statistics"] = statistics_to_json(epoch.statistics)
    return found


def read_epoch(entry: Mapping[str, Any]) -> Epoch:
    """Epoch as :meth:`History.to_json` describes it."""
    epoch = Epoch(**entry)
    if type(epoch.epoch) is not int:
        raise TypeError(epoch.epoch)
    numbers = [epoch.loss, epoch.learning_rate, epoch.seconds]
    if epoch.validation_loss is not None:
        numbers.append(epoch.validation_loss)
    for number in numbers:
        if type(number) not in (int, float):
            raise TypeError(number)
        if not math.isfinite(number):
            raise ValueError(number)
    metrics = {str(name): float(value) for name, value in epoch.metrics.items()}
    statistics = read_statistics(epoch.statistics)
    return epoch._replace(metrics=metrics, statistics=statistics)


def divergence_message(history: History) -> str:
    """Sentence for a run that left the finite numbers."""
    if history.best_epoch is None:
        return _(
            "the loss left the finite numbers in the first epoch, and the initial "
            "weights were kept: the learning rate is probably too high"
        )
    return _(
        "the loss left the finite numbers after epoch {epoch}, and the weights of "
        "epoch {best} were kept: the learning rate is probably too high"
    ).format(epoch=len(history), best=history.best_epoch)
