"""What happened in training, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import repeat
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from neurona.errors import ModelFileError
from neurona.locks import lock_open_in_forks
from neurona.messages import _
from neurona.train.cause import Cause
from neurona.train.layer_statistics import (
    LayerStatistics,
    read_statistics,
    statistics_to_json,
)

__all__ = [
    "Epoch",
    "History",
    "StopReason",
    "divergence_message",
    "unjudged_message",
]

StopReason: TypeAlias = Literal[
    "running",
    "epochs",
    "patience",
    "callback",
    "converged",
    "stalled",
    "diverged",
    "interrupted",
]
REASONS: tuple[StopReason, ...] = (
    "running",
    "epochs",
    "patience",
    "callback",
    "converged",
    "stalled",
    "diverged",
    "interrupted",
)


class _Nothing(Mapping[str, Any]):
    """No metrics or statistics: one for all epochs, copies and pickles included."""

    def __getitem__(self, name: str) -> Any:
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "{}"

    def __reduce__(self) -> str:
        return "NOTHING"


NOTHING: Final = _Nothing()

WRITING_DOWN: Final = lock_open_in_forks()
"""One for all histories, which can be copied and pickled without it."""


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
    statistics: Mapping[str, LayerStatistics] = NOTHING

    @property
    def score(self) -> float:
        """What early stopping watches: the validation loss, else the training loss."""
        return self.loss if self.validation_loss is None else self.validation_loss


class History:
    """Every epoch of a fit, and how it ended.

    Attributes
    ----------
    epochs : list of Epoch
    best_epoch : int or None
        The epoch, from 1, whose score was the lowest.
    stopped : str
        "epochs" (all were done), "patience", "callback", "converged" (of a
        full-batch solver: all variables together promise no more than the rounding of
        the loss, or the tolerance's share where the gradient is below it), "stalled"
        (it found nothing lower all the same),
        "diverged", "interrupted".
    cause : Cause or None
        Why it diverged, where it did.
    """

    def __init__(
        self,
        epochs: Iterable[Epoch] = (),
        best_epoch: int | None = None,
        stopped: StopReason = "running",
        cause: Cause | None = None,
    ) -> None:
        self.best_epoch = best_epoch
        self.cause = cause
        self.stopped: StopReason = stopped
        self._epochs = list(epochs)
        # Short epochs come by the thousand, and take longer to write down than to
        # train: they wait here as columns until somebody looks at them.
        self._waiting: list[tuple[list[float], list[float], float]] = []

    @property
    def epochs(self) -> list[Epoch]:
        """Each epoch: written down at the first look, from any thread."""
        if not self._waiting:
            return self._epochs
        with WRITING_DOWN:
            while self._waiting:
                self._write_down(*self._waiting[0])
                del self._waiting[0]
        return self._epochs

    def _write_down(
        self, losses: list[float], rates: list[float], seconds: float
    ) -> None:
        first = len(self._epochs) + 1
        fields = zip(
            range(first, first + len(losses)),
            losses,
            repeat(None),
            repeat(NOTHING),
            rates,
            repeat(seconds),
            repeat(NOTHING),
            strict=False,
        )
        # As Epoch._make does, but without a call of Python for each.
        self._epochs.extend(map(partial(tuple.__new__, Epoch), fields))

    def add(
        self, losses: list[float], learning_rates: list[float], seconds: float
    ) -> None:
        """Append epochs that were run in one call.

        Parameters
        ----------
        losses, learning_rates : list of float
            Of each.
        seconds : float
            That each of them took.

        Examples
        --------
        >>> history = History()
        >>> history.add([0.7, 0.6], [0.1, 0.1], 1e-6)
        >>> len(history), history.epochs[1].epoch, history.loss
        (2, 2, [0.7, 0.6])
        """
        self._waiting.append((losses, learning_rates, seconds))

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
        with WRITING_DOWN:
            waiting = sum(len(losses) for losses, *_ in self._waiting)
            return len(self._epochs) + waiting

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, History):
            return NotImplemented
        # As text, in which one NaN is like another.
        ends = self.best_epoch, self.stopped, repr(self.cause)
        others = other.best_epoch, other.stopped, repr(other.cause)
        return ends == others and self.epochs == other.epochs

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
            **({"cause": self.cause.to_json()} if self.cause else {}),
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
            cause = Cause.from_json(value["cause"]) if "cause" in value else None
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
        return cls(epochs, best, stopped, cause)


def as_json(value: float) -> float | str:
    """Number as JSON can hold it: what is not finite by its name, such as "nan"."""
    return value if math.isfinite(value) else str(value)


def from_json(value: Any) -> float:
    """Number that :func:`as_json` wrote; fails with TypeError or ValueError."""
    if type(value) is str and value not in ("nan", "inf", "-inf"):
        raise ValueError(value)
    if type(value) not in (int, float, str):
        raise TypeError(value)
    return float(value)


def epoch_to_json(epoch: Epoch) -> dict[str, Any]:
    """Epoch in JSON's terms; statistics only where there are any."""
    found = epoch._asdict()
    found["metrics"] = {k: as_json(v) for k, v in epoch.metrics.items()}
    if epoch.validation_loss is not None:
        found["validation_loss"] = as_json(epoch.validation_loss)
    del found["statistics"]
    if epoch.statistics:
        found["statistics"] = statistics_to_json(epoch.statistics)
    return found


def read_epoch(entry: Mapping[str, Any]) -> Epoch:
    """Epoch as :meth:`History.to_json` describes it."""
    epoch = Epoch(**entry)
    if epoch.validation_loss is not None:
        epoch = epoch._replace(validation_loss=from_json(epoch.validation_loss))
    if type(epoch.epoch) is not int:
        raise TypeError(epoch.epoch)
    numbers = [epoch.loss, epoch.learning_rate, epoch.seconds]
    for number in numbers:
        if type(number) not in (int, float):
            raise TypeError(number)
        if not math.isfinite(number):
            raise ValueError(number)
    metrics = {str(name): from_json(value) for name, value in epoch.metrics.items()}
    statistics = read_statistics(epoch.statistics)
    return epoch._replace(metrics=metrics, statistics=statistics)


def divergence_message(history: History) -> str:
    """Sentence for a run that left the finite numbers: what was kept, and why it did.

    Examples
    --------
    >>> divergence_message(History(stopped="diverged", cause=Cause("y", 3e20, "y")))
    'the loss left the finite numbers in the first epoch, and the initial weights were \
kept: y reaches 3e+20: subtract its mean and divide it by its deviation'
    """
    if not len(history):
        text = _(
            "the loss left the finite numbers in the first epoch, and the initial "
            "weights were kept: {cause}"
        )
    elif history.best_epoch is None:
        text = _(
            "the loss left the finite numbers after epoch {epoch}, and the weights "
            "after it were kept: {cause}"
        )
    else:
        text = _(
            "the loss left the finite numbers after epoch {epoch}, and the weights of "
            "epoch {best} were kept: {cause}"
        )
    return text.format(
        epoch=len(history), best=history.best_epoch, cause=history.cause or Cause()
    )


def unjudged_message(history: History) -> str:
    """Sentence for a run whose validation losses were none of them a number, or ''.

    Examples
    --------
    >>> epoch = Epoch(1, 0.5, math.nan, {}, 0.1, 1.0)
    >>> unjudged_message(History([epoch], stopped="patience"))
    'no validation loss was a finite number, so that no epoch was the best and the \
last weights were kept: look at the validation rows'
    >>> unjudged_message(History([epoch._replace(validation_loss=0.4)], 1, "epochs"))
    ''
    """
    judged = history.best_epoch is not None or not history.validation_loss
    if judged or history.stopped == "diverged":
        return ""
    return _(
        "no validation loss was a finite number, so that no epoch was the best and the "
        "last weights were kept: look at the validation rows"
    )
