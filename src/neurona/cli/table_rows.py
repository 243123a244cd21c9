"""Rows of a table as a trained model sees them, to be explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.errors import DataError
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.data.encoding.encoded import Encoded
    from neurona.data.sources.table import DataTable
    from neurona.table.model import TableModel

__all__ = ["TableRows", "read_rows_of_table"]


@dataclass(frozen=True, eq=False)
class TableRows:
    """A model, and rows of a table as it sees them.

    Parameters
    ----------
    model : TableModel
    encoded : Encoded
        Every row that has a target.
    name : str
        Of the table.
    table : DataTable
    """

    model: TableModel
    encoded: Encoded
    name: str
    table: DataTable

    @property
    def count(self) -> int:
        """Rows of the table, those without a target included."""
        return self.table.rows

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the inputs, as the reader calls them."""
        from neurona.study.features import shown_feature

        return tuple(shown_feature(feature) for feature in self.encoded.features)

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes."""
        return tuple(self.model.encoders.classes)

    def places(self, rows: Sequence[int]) -> list[int]:
        """Where rows of the table stand among the encoded ones.

        Raises
        ------
        DataError
            There is no such row, or it has no target.
        """
        from neurona.study.table_rows import check_row

        places = {int(row): i for i, row in enumerate(self.encoded.rows)}
        for row in rows:
            check_row(row, self.count, self.name)
            if row not in places:
                raise DataError(
                    _(
                        "row {row} of {name} has no target to explain a step with"
                    ).format(row=row, name=self.name)
                )
        return [places[row] for row in rows]

    def notes(self) -> tuple[str, ...]:
        """What is to be known of the numbers."""
        said = _("Inputs and target are as the network sees them, after the encoders.")
        return (said,)

    def sample(self, rows: Sequence[int]) -> tuple[Any, Any]:
        """Inputs and targets of some rows."""
        chosen = np.asarray(self.places(rows))
        assert self.encoded.y is not None
        return self.encoded.X[chosen], self.encoded.y[chosen]


def read_rows_of_table(model: Path, data: str) -> TableRows:
    """Read a model and a table, and encode the table as the model has it.

    Raises
    ------
    OptionError
        There is no such file or bundled set.
    DataError
        The table lacks columns of the model or any target, or cannot be read.
    """
    from neurona.cli.busy import busy
    from neurona.study.table_rows import encode_rows, open_table
    from neurona.table.model import load_table_model

    loaded = load_table_model(model)
    with busy(_("reading {data}").format(data=data)):
        table = open_table(loaded, data)
        encoded = encode_rows(loaded, table)
    return TableRows(loaded, encoded, str(data), table)
