"""Gradient flow of a model trained on a table."""

from __future__ import annotations

from typing import Any

from neurona.study.flow.explanations import GradientFlow
from neurona.study.flow.measure import gradient_flow
from neurona.study.table_rows import encode_rows, open_table
from neurona.table.model import TableModel

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
    encoded = encode_rows(model, open_table(model, data))
    return gradient_flow(model.network, encoded.X, encoded.y, seed=seed)
