"""The flow through a network while it trains, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from neurona.network import Network
from neurona.study.flow.explanations import FlowHistory, GradientFlow
from neurona.study.flow.measure import probe_of
from neurona.train.callback import Callback, Moment
from neurona.train.examples import LossLike
from neurona.train.history import Epoch, History

__all__ = ["FlowRecorder"]

ROWS: Final = 128
"""Rows looked at after each epoch: training waits meanwhile."""


class FlowRecorder(Callback):
    """Callback that measures the flow through a network as it trains.

    Parameters
    ----------
    network : Network
        The one that trains.
    X, y : array
        Rows to measure on; of many, a sample is taken.
    loss : str or Loss, optional
        By default the one that suits y; give that of the fit where it is another.
    every : int
        Epochs from one measurement to the next.
    rows : int
        Rows looked at, at most.
    jacobians : bool
        Whether to measure the norm of each layer's Jacobian, which takes longer.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import Dense, Network
    >>> X = np.linspace(-1, 1, 20)[:, None]
    >>> network = Network([Dense(4, "tanh"), Dense(1)], n_inputs=1)
    >>> recorder = FlowRecorder(network, X, X[:, 0] ** 2)
    >>> _ = network.fit(
    ...     X, X[:, 0] ** 2, epochs=3, callbacks=recorder, engine="reference"
    ... )
    >>> recorder.history.epochs
    [0, 1, 2, 3]
    """

    def __init__(
        self,
        network: Network,
        X: Any,
        y: Any,
        *,
        loss: LossLike | Mapping[str, LossLike] | None = None,
        every: int = 1,
        rows: int = ROWS,
        jacobians: bool = False,
    ) -> None:
        self.network = network
        self.every = every
        self.moments: list[GradientFlow] = []
        self._probe = probe_of(network, X, y, loss=loss, rows=rows, jacobians=jacobians)

    @property
    def history(self) -> FlowHistory:
        """What was measured so far."""
        return FlowHistory(tuple(self.moments))

    def on_start(self, history: History, moment: Moment) -> None:
        """Measure before the first step of a run that begins."""
        if not len(history):
            self.moments = []
            self.measure(0)

    def on_epoch(self, epoch: Epoch, history: History) -> None:
        """Measure after an epoch, if it is its turn."""
        if epoch.epoch % self.every == 0:
            self.measure(epoch.epoch)

    def measure(self, epoch: int) -> None:
        """Measure the network as it is now."""
        values = {**self.network.parameters, **self.network.states}
        self.moments.append(self._probe(values, epoch))
