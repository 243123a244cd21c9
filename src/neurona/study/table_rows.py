"""Rows of a table as a trained model reads them."""

from __future__ import annotations

from typing import Any

from neurona.data.encoding.encoded import Encoded
from neurona.data.sources.renamed_table import under_known_names
from neurona.data.sources.table import DataTable
from neurona.errors import DataError
from neurona.messages import _, ngettext
from neurona.table.model import TableModel
from neurona.table.source import open_source

__all__ = ["check_row", "encode_rows", "open_table", "seed_of"]


def seed_of(model: TableModel) -> int:
    """Seed that a model was trained with."""
    training = model.network.training or {}
    return int(training.get("seed", model.network.seed))


def open_table(model: TableModel, data: Any) -> DataTable:
    """The table a person means; a set made at random is the one that trained the model.

    Parameters
    ----------
    model : TableModel
    data : path, name of a bundled set, frame or mapping

    Raises
    ------
    OptionError
        There is no such file or set.
    DataError
        The file cannot be read.
    """
    known = [column.name for column in model.encoders.schema.columns]
    return under_known_names(open_source(data, seed=seed_of(model)).table, known)


def encode_rows(model: TableModel, table: DataTable) -> Encoded:
    """Rows of a table that have a target, as numbers; ``y`` is never ``None``.

    Raises
    ------
    DataError
        The table lacks columns of the model, or no row has a target.
    """
    encoded = model.encoders.transform(table, with_target=True)
    assert encoded.y is not None
    if not len(encoded.y):
        raise DataError(
            _("no row of {name} has a target: there is nothing to compare").format(
                name=table.name
            )
        )
    return encoded


def check_row(row: int, count: int, name: str) -> None:
    """Refuse a row that does not exist.

    Raises
    ------
    DataError
    """
    if not 0 <= row < count:
        raise DataError(
            ngettext(
                "there is no row {row}: {name} has {count} row, counted from 0",
                "there is no row {row}: {name} has {count} rows, counted from 0",
                count,
            ).format(row=row, name=name, count=count)
        )
