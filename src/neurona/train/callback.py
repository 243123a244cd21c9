"""What can watch a fit, and stop it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from neurona.errors import OptionError
from neurona.messages import _
from neurona.settings import shortened
from neurona.train.history import Epoch, History

__all__ = ["Callback", "CallbackLike", "EpochCallback", "Moment", "as_callbacks"]


@dataclass(frozen=True)
class Moment:
    """Where a run stands.

    Parameters
    ----------
    epoch : int
        The epoch under way, from 1.
    epochs : int
        How many there are to be.
    samples : int
        Rows trained on in this epoch so far.
    samples_per_epoch : int
    loss : float
        Mean over the rows of this epoch so far.
    fits : tuple of (int, int), optional
        Of several fits at once, how many have ended, and how many there are to be.
    """

    epoch: int
    epochs: int
    samples: int
    samples_per_epoch: int
    loss: float
    fits: tuple[int, int] | None = None


class Callback:
    """Watches a fit; override what you need.

    Notes
    -----
    In :meth:`on_epoch` and :meth:`on_end` the network has the weights after the last
    whole epoch (their moving average, where there is one), so that it can predict and
    be evaluated. Changing them there does not change the training: it goes on from its
    own copy, and the weights that it keeps replace them in the end.
    """

    def on_start(self, history: History, moment: Moment) -> None:
        """Before the first step; the history is not empty where a run resumes."""

    def on_progress(self, moment: Moment) -> None:
        """Several times a second, between steps."""

    def on_epoch(self, epoch: Epoch, history: History) -> bool | None:
        """After each epoch; return True to stop."""
        return None

    def on_end(self, history: History) -> None:
        """After the last step, however the fit ended."""


EpochCallback: TypeAlias = Callable[[Epoch, History], "bool | None"]
CallbackLike: TypeAlias = Callback | EpochCallback


@dataclass
class _OnEpoch(Callback):
    function: EpochCallback

    def on_epoch(self, epoch: Epoch, history: History) -> bool | None:
        return self.function(epoch, history)


def as_callbacks(
    callbacks: Iterable[CallbackLike] | CallbackLike | None,
) -> list[Callback]:
    """Callbacks as a list; a plain function is called after each epoch."""
    if callbacks is None:
        return []
    listed = list(callbacks) if isinstance(callbacks, Iterable) else [callbacks]
    for callback in listed:
        wrong = isinstance(callback, type) or not callable(callback)
        if wrong and not isinstance(callback, Callback):
            raise OptionError(
                _(
                    "a callback is a Callback object or a function of (epoch, "
                    "history), not {found}"
                ).format(found=shortened(callback))
            )
    return [x if isinstance(x, Callback) else _OnEpoch(x) for x in listed]
