"""The flow through a network while it trained, found again from its seed."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from neurona.network import Network
from neurona.study.flow import FlowHistory
from neurona.study.flow.measure import probe_of
from neurona.study.flow.recorder import ROWS
from neurona.study.replay.past_run import PastRun, RunState
from neurona.study.rows import as_arrays, pick

__all__ = ["flow_of_run"]

MOST_MOMENTS: Final = 50
"""Moments at which a run is measured: a chart shows no more."""


def flow_of_run(
    network: Network,
    X: Any,
    y: Any,
    *,
    rows: Any = None,
    sample_weight: Any = None,
    engine: str = "auto",
    every: int | None = None,
    jacobians: bool = True,
) -> FlowHistory:
    """Run a network's last fit once more, and measure the flow as it goes.

    Parameters
    ----------
    network : Network
        As the fit left it; it stays as it is.
    X, y, rows, sample_weight
        As the fit had them; ``rows`` are those trained on, and measured.
    engine : {"auto", "native", "reference"}
        What computed then.
    every : int, optional
        Epochs from one measurement to the next; by default so that there are at most
        50. The start and the last epoch are always measured.
    jacobians : bool
        Whether to measure the norm of each layer's Jacobian.

    Returns
    -------
    FlowHistory

    Raises
    ------
    OptionError
        The network was never trained.
    DataError
        The data are not those of the run: the loss of an epoch is another.

    Examples
    --------
    >>> from neurona import Dense
    >>> X = np.linspace(-1, 1, 20)[:, None]
    >>> network = Network([Dense(4, "tanh"), Dense(1)], n_inputs=1)
    >>> _ = network.fit(X, X[:, 0] ** 2, epochs=3, engine="reference")
    >>> flow_of_run(network, X, X[:, 0] ** 2, engine="reference").epochs
    [0, 1, 2, 3]
    """
    run = PastRun(network, X, y, rows=rows, sample_weight=sample_weight, engine=engine)
    chosen = slice(None) if rows is None else np.asarray(rows)
    X, y = (pick(as_arrays(value), chosen) for value in (X, y))
    probe = probe_of(network, X, y, rows=ROWS, jacobians=jacobians, seed=run.seed)
    known = {**network.parameters, **network.states}
    epochs = len(run.history.epochs)
    apart = max(1, -(-epochs // MOST_MOMENTS)) if every is None else every

    def measure(moment: RunState) -> Any:
        return probe({name: moment.values[name] for name in known}, moment.epoch)

    moment = run.start()
    found = [measure(moment)]
    while moment.epoch < epochs:
        sums = run.advance(moment, run.batches)
        run.check_epoch(moment, sums)
        if moment.epoch % apart == 0 or moment.epoch == epochs:
            found.append(measure(moment))
    return FlowHistory(tuple(found))
