"""Columns from which nothing is to be learned: which are left out, which are not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from neurona.data.columns.column import Column
from neurona.data.columns.kinds import is_row_number, names_rows
from neurona.data.columns.task import SAME_AS_TARGET_ROWS, Task
from neurona.data.moments import Moments
from neurona.data.reading.profile import Profile
from neurona.data.reading.ways import read_cells
from neurona.data.sources.table import DataTable
from neurona.errors import DataError
from neurona.messages import _

__all__ = ["has_trend", "leave_out"]

STRONG = 1.5
"""Ratio of von Neumann below which a target plainly follows the order of the rows."""


def leave_out(
    found: dict[str, Column],
    profiles: dict[str, Profile],
    targets: Sequence[str],
    task: Task,
    table: DataTable,
) -> None:
    """Leave out copies of other columns; keep what counts the rows where it can tell.

    Parameters
    ----------
    found : dict of str to Column
        Changed in place.

    Raises
    ------
    DataError
        No column is left to learn from.
    """
    _leave_out_duplicates(found, profiles, targets, table.rows)
    counters = [
        name
        for name, column in found.items()
        if column.kind == "identifier"
        and column.role == "left out"
        and is_row_number(profiles[name])
    ]
    named = [name for name in counters if not names_rows(name)]
    if named and task == "regression" and has_trend(table, profiles[targets[0]]):
        reason = _("it counts the rows, and the target follows their order")
        found.update({name: _kept(found[name], reason) for name in named[:1]})
    if any(column.role == "input" for column in found.values()):
        return
    # Numbers that count the rows are a measurement when there is nothing else.
    if not counters:
        raise DataError(
            _(
                "{name} has no column to learn from: beside the target all are "
                "constant, duplicates or identifiers"
            ).format(name=table.name)
        )
    reason = _("whole numbers, and the only column to learn from")
    found[counters[0]] = _kept(found[counters[0]], reason)


def _kept(column: Column, reason: str) -> Column:
    return replace(column, kind="numeric", role="input", reason=reason)


def _leave_out_duplicates(
    found: dict[str, Column],
    profiles: dict[str, Profile],
    targets: Sequence[str],
    rows: int,
) -> None:
    seen: dict[str, str] = {}
    if rows >= SAME_AS_TARGET_ROWS:
        seen = {profiles[name].fingerprint: name for name in targets}
    for name, column in found.items():
        if column.role != "input":
            continue
        first = seen.setdefault(profiles[name].fingerprint, name)
        if first != name:
            reason = _("it repeats the column {name!r}").format(name=first)
            found[name] = replace(
                column, kind="duplicate", role="left out", reason=reason
            )


def has_trend(table: DataTable, target: Profile) -> bool:
    r"""Whether a target of numbers follows the order of the rows.

    Notes
    -----
    Math: η = Σ (y_{i+1} − y_i)² / Σ (y_i − ȳ)² is near 2 where the order means nothing,
    with a standard error of about 2 / √n, and near 0 for any smooth course.

    Source: von Neumann, *Distribution of the ratio of the mean square successive
    difference to the variance* (1941).
    """
    moments = Moments.for_range(target.low, target.high)
    steps, last = 0.0, np.empty(0)
    for batch in table.batches([target.name]):
        values = np.asarray(read_cells(batch[target.name], target.reading).values)
        values = values[~np.isnan(values)] / moments.scale
        steps += float(np.square(np.diff(np.concatenate([last, values]))).sum())
        moments.update(values * moments.scale)
        last = values[-1:] if len(values) else last
    if moments.count < 2 or not moments.squares:
        return False
    most = min(STRONG, 2 - 6 / math.sqrt(moments.count))
    return steps / moments.squares < most
