"""The flow through a network while it trains, epoch by epoch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from neurona.network import Network
from neurona.show.explanation import Explanation
from neurona.show.page import Page
from neurona.study.flow.measure import GradientFlow, LayerFlow, probe_of
from neurona.study.flow.write_pages import write_history_page
from neurona.train.callback import Callback, Moment
from neurona.train.examples import LossLike
from neurona.train.history import Epoch, History

__all__ = ["FlowHistory", "FlowRecorder"]

ROWS: Final = 128
"""Rows looked at after each epoch: training waits meanwhile."""


@dataclass(frozen=True)
class FlowHistory(Explanation):
    """The flow at several moments of a training.

    Parameters
    ----------
    moments : tuple of GradientFlow
        Each with its epoch; 0 is before the first step.
    """

    kind = "flow_history"

    moments: tuple[GradientFlow, ...]

    @property
    def epochs(self) -> list[int]:
        """Epochs of the moments."""
        return [moment.epoch or 0 for moment in self.moments]

    @property
    def names(self) -> list[str]:
        """Names of the layers."""
        return [layer.name for layer in self.moments[0].layers] if self.moments else []

    def series(
        self, value: Callable[[LayerFlow], float | None]
    ) -> dict[str, list[float]]:
        """A number of each layer through training, where the layer has it.

        Examples
        --------
        >>> FlowHistory(()).series(lambda layer: layer.dead)
        {}
        """
        found = {
            name: [value(moment[name]) for moment in self.moments]
            for name in self.names
        }
        return {
            name: [float(v) for v in values if v is not None]
            for name, values in found.items()
            if values and None not in values
        }

    def page(self) -> Page:
        """Explanation with pictures of what changed."""
        return write_history_page(self)

    def record(self) -> dict[str, Any]:
        """Record of plain values."""
        return {"moments": [moment.record() for moment in self.moments]}


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
