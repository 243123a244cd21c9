"""Tables in the sheets of workbooks."""

from __future__ import annotations

import importlib
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from neurona.data.sources.foot import ColumnSums, add_up, find_foot
from neurona.data.sources.layout import Record, find_layout
from neurona.data.sources.table import DataTable, FrameTable
from neurona.data.sources.workbook_formats import as_shown
from neurona.errors import DataError, OptionError, unknown_name
from neurona.messages import _, ngettext

__all__ = ["open_workbook"]

SAMPLE_ROWS = 500
TAIL_ROWS = 16
TIME_OF_DAY = r"^1899-12-3[01] (\d\d:\d\d:\d\d(?:\.\d+)?)$"
"""How a cell with a time and no date comes out: days are counted from 1899."""


def open_workbook(path: Path, sheet: str | None) -> DataTable:
    """Table of a sheet of an ``.xlsx``, ``.xls`` or ``.ods`` file.

    Parameters
    ----------
    path : Path
    sheet : str or None
        ``None`` for the first that holds a table.

    Raises
    ------
    OptionError
        There is no such sheet, or the extra that reads workbooks is not installed.
    DataError
        The file is broken, or the sheet holds no table.

    Notes
    -----
    Every cell comes as a text, as from a text file: 12% where it is shown as a share,
    00123 where zeros are shown, #N/A where it holds an error. What stands around the
    rows (titles, several lines of names, totals) is found in the same way.
    """
    book = _open(path)
    names = list(book.sheet_names)
    if sheet is not None and sheet not in names:
        raise OptionError(unknown_name(_("sheet"), sheet, names))
    for name in names if sheet is None else [sheet]:
        grid = _read(path, book, name)
        # A title alone is no table, nor is a line of names.
        if grid.height > 1:
            notes: tuple[str, ...] = ()
            if sheet is None and len(names) > 1:
                others = ", ".join(repr(other) for other in names if other != name)
                said = _("sheet {sheet!r} is read, not {others}; {example} chooses")
                notes = (
                    said.format(
                        sheet=name,
                        others=others,
                        example=shlex.quote(
                            f"{path.name}::{next(n for n in names if n != name)}"
                        ),
                    ),
                )
            return _table(repr(f"{path.name}::{name}"), grid, notes)
    raise DataError(
        _("{name} holds no table; give a sheet with a line of names and rows").format(
            name=repr(path.name if sheet is None else f"{path.name}::{sheet}")
        )
    )


def _open(path: Path) -> Any:
    try:
        fastexcel = importlib.import_module("fastexcel")
    except ImportError as error:
        raise OptionError(
            _(
                "{name} is a workbook, which needs one more package: "
                'pip install "neurona[excel]", or save the sheet as CSV'
            ).format(name=repr(path.name))
        ) from error
    try:
        return fastexcel.read_excel(path)
    except (fastexcel.FastExcelError, OSError, ValueError) as error:
        raise _broken(path) from error


def _read(path: Path, book: Any, sheet: str) -> pl.DataFrame:
    """Cells of a sheet as texts, without empty rows and columns at the end."""
    try:
        cells = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
        grid: pl.DataFrame = cells.to_polars()
    except Exception as error:
        raise _broken(path) from error
    grid = grid.with_columns(
        pl.all().cast(pl.String).str.replace(TIME_OF_DAY, "$1").replace("", None)
    )
    grid = as_shown(grid, path, sheet)
    filled = grid.select(pl.any_horizontal(pl.all().is_not_null()))
    if not grid.width or not filled.to_series().any():
        return pl.DataFrame()
    rows = np.flatnonzero(filled.to_series().to_numpy())
    used = [i for i, cells in enumerate(grid) if cells.null_count() < grid.height]
    return grid[: int(rows[-1]) + 1, : used[-1] + 1]


def _table(name: str, grid: pl.DataFrame, notes: Sequence[str]) -> DataTable:
    records = _records(grid.head(SAMPLE_ROWS), 1)
    layout = find_layout(records, " ", name)
    grid = grid.slice(layout.first)
    grid.columns = list(layout.names)
    empty = grid.select(pl.all_horizontal(pl.all().is_null())).to_series().to_numpy()
    blank = {int(row) for row in np.flatnonzero(empty) if row >= layout.lines}
    rowless = {*range(layout.lines), *blank}

    def add(numbers: Sequence[int]) -> list[list[ColumnSums]]:
        return add_up([_without(grid, {*rowless, *numbers})])

    first = max(grid.height - TAIL_ROWS, layout.lines)
    tail = _records(grid.slice(first), layout.first + first + 1)
    foot = find_foot(list(enumerate(map(_shortened, tail), first)), layout.names, add)
    left_out = {*rowless, *foot.numbers}
    rows = _without(grid, left_out)
    kept = [row for row in range(grid.height) if row not in left_out]
    between = sum(row < kept[-1] for row in blank) if kept else 0
    said = [*notes, *layout.notes]
    if between:
        said.append(
            ngettext(
                "{count} blank line is left out",
                "{count} blank lines are left out",
                between,
            ).format(count=between)
        )
    table = FrameTable.of(
        rows,
        name,
        (*said, *foot.notes),
        first_row=layout.first + layout.lines + 1,
    )
    below = sorted(row - layout.lines for row in left_out if row >= layout.lines)
    return replace(table, left_out=np.array(below, np.int64))


def _without(grid: pl.DataFrame, left_out: set[int]) -> pl.DataFrame:
    kept = np.ones(grid.height, bool)
    kept[list(left_out)] = False
    return grid.filter(pl.Series(kept))


def _records(grid: pl.DataFrame, first: int) -> list[Record]:
    return [
        Record(first + i, tuple(cell or "" for cell in row))
        for i, row in enumerate(grid.iter_rows())
    ]


def _shortened(record: Record) -> Record:
    """A line without its empty cells at the end, where it holds one text alone."""
    if record.filled == 1 and record.cells[0]:
        return Record(record.line, record.cells[:1])
    return record


def _broken(path: Path) -> DataError:
    return DataError(
        _(
            "{name} is not a whole workbook; it may be locked by a password or have "
            "been cut short: open it and save it again"
        ).format(name=repr(path.name))
    )
