"""A table whose columns go by other names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from neurona.data.sources.table import DataTable

__all__ = ["RenamedTable", "under_known_names"]


@dataclass(frozen=True)
class RenamedTable(DataTable):
    """A table under other names, column for column."""

    inner: DataTable | None = None

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Frames of consecutive rows, in file order."""
        assert self.inner is not None
        names = dict(zip(self.columns, self.inner.columns, strict=True))
        chosen = list(columns or self.columns)
        for batch in self.inner.batches([names[name] for name in chosen]):
            batch.columns = chosen
            yield batch

    def with_numbers(self, columns: Collection[str]) -> RenamedTable:
        """The table, some of whose columns may come as numbers and not as text."""
        assert self.inner is not None
        names = dict(zip(self.columns, self.inner.columns, strict=True))
        inner = self.inner.with_numbers(
            {names[name] for name in columns if name in names}
        )
        return replace(self, inner=inner)


def under_known_names(table: DataTable, known: Collection[str]) -> DataTable:
    """Table whose columns without a name go by the numbers that a model knows.

    Models saved earlier call the second one ``column_2``, where a table calls it
    ``column 2``.
    """
    renamed = [
        old if (old := _old_number(name)) in known and name not in known else name
        for name in table.columns
    ]
    if tuple(renamed) == table.columns:
        return table
    return RenamedTable(
        table.name, tuple(renamed), table.rows, **table.about(), inner=table
    )


def _old_number(name: str) -> str:
    return re.sub(r"^column (\d+)$", r"column_\1", name)
