"""Gradient flow of a model trained on a table."""

from __future__ import annotations

from typing import Any

from neurona.errors import DataError
from neurona.explain.flow.measure import GradientFlow, gradient_flow
from neurona.messages import _
from neurona.table.model import TableModel
from neurona.table.source import open_source

__all__ = ["flow_of_table"]


def flow_of_table(model: TableModel, data: Any, *, seed: int = 0) -> GradientFlow:
    """Measure what flows through a model on the rows of a table.

    Parameters
    ----------
    model : TableModel
    data : path, name of a bundled set, frame or mapping
        With the target.
    seed : int
        Of the sample of rows.

    Raises
    ------
    DataError
        The table lacks columns of the model, or no row has a target.
    """
    training = model.network.training or {}
    table = open_source(data, seed=int(training.get("seed", 0))).table
    encoded = model.encoders.transform(table, with_target=True)
    assert encoded.y is not None
    if not len(encoded.y):
        raise DataError(
            _("no row of {name} has a target: no loss flows back").format(
                name=table.name
            )
        )
    return gradient_flow(model.network, encoded.X, encoded.y, seed=seed)
