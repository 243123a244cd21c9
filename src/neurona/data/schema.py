"""What a table holds: the kind and role of each column, the target and the task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

import numpy as np

from neurona.data.cells import read_numbers
from neurona.data.closed_record import (
    check_record,
    is_count,
    is_list_of,
    is_number,
    is_one_of,
    is_record,
    is_text,
)
from neurona.data.column import Column
from neurona.data.kinds import find_column, is_row_number
from neurona.data.profile import Profile, find_profiles
from neurona.data.read import as_source
from neurona.data.table import DataTable
from neurona.data.task import (
    SAME_AS_TARGET_ROWS,
    Task,
    choose_targets,
    find_classes,
    find_task,
)
from neurona.errors import DataError, ModelFileError, OptionError, unknown_name
from neurona.messages import _, ngettext
from neurona.retell import retell

__all__ = ["Schema", "find_schema"]

DTYPES = ("float32", "float64")
FLOAT32_MOST = float(np.finfo(np.float32).max)

CHECKS = {
    "columns": is_list_of(is_record),
    "targets": is_list_of(is_text),
    "target_reason": is_text,
    "task": is_one_of("classification", "regression"),
    "task_reason": is_text,
    "classes": is_list_of(is_text),
    "class_values": is_list_of(is_number),
    "rows": is_count,
    "dropped": is_count,
    "dtype": is_one_of(*DTYPES),
    "notes": is_list_of(is_text),
}


@dataclass(frozen=True)
class Schema:
    """What a table holds and what is to be learned from it.

    Parameters
    ----------
    columns : tuple of Column
        Every column of the table, in its order.
    targets : tuple of str
        Names of the columns to predict.
    target_reason, task_reason : str
        Why these targets, why this task.
    task : {"classification", "regression"}
    classes : tuple of str
        Words of the classes: class number i is ``classes[i]``; empty for regression.
    class_values : tuple of float
        Numbers behind the classes, empty when the classes are words.
    rows : int
        Rows of the table.
    dropped : int
        Rows left out because they lack a target.
    dtype : {"float32", "float64"}
        What the columns will be encoded as.
    notes : tuple of str
        What was noticed, in sentences.
    """

    columns: tuple[Column, ...]
    targets: tuple[str, ...]
    target_reason: str
    task: Task
    task_reason: str
    classes: tuple[str, ...]
    class_values: tuple[float, ...]
    rows: int
    dropped: int
    dtype: Literal["float32", "float64"] = "float32"
    notes: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[Column, ...]:
        """Columns to learn from."""
        return tuple(column for column in self.columns if column.role == "input")

    @property
    def left_out(self) -> tuple[Column, ...]:
        """Columns from which nothing can be learned."""
        return tuple(column for column in self.columns if column.role == "left out")

    def column(self, name: str) -> Column:
        """Column of a name."""
        return next(column for column in self.columns if column.name == name)

    def __str__(self) -> str:
        """Table of the columns, the target, the task and the notes.

        What was said in another language is told again in the one in use.
        """
        words = {
            "numeric": _("numeric"),
            "categorical": _("categorical"),
            "boolean": _("boolean"),
            "date": _("date"),
            "constant": _("constant"),
            "identifier": _("identifier"),
            "duplicate": _("duplicate"),
            "input": _("input"),
            "target": _("target"),
            "left out": _("left out"),
        }
        cells = [(_("column"), _("kind"), _("role"), _("missing"), _("reason"))]
        for column in self.columns:
            kind, role = words[column.kind], words[column.role]
            missing = str(column.missing)
            cells.append((column.name, kind, role, missing, retell(column.reason)))
        widths = [max(len(row[i]) for row in cells) for i in range(4)]
        lines = [
            "  ".join([*map(str.ljust, row[:4], widths), row[4]]).rstrip()
            for row in cells
        ]
        lines.append(
            _("target: {names} ({reason})").format(
                names=", ".join(self.targets), reason=retell(self.target_reason)
            )
        )
        task = {
            "classification": _("classification"),
            "regression": _("regression"),
        }[self.task]
        lines.append(
            _("task: {task} ({reason})").format(
                task=task, reason=retell(self.task_reason)
            )
        )
        if self.classes:
            shown = ", ".join(self.classes[:10]) + ", …" * (len(self.classes) > 10)
            lines.append(_("classes: {words}").format(words=shown))
        return "\n".join([*lines, *map(retell, self.notes)])

    def to_json(self) -> dict[str, Any]:
        """Record of plain values, for a model file."""
        record = {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
        }
        return {**record, "columns": [column.to_json() for column in self.columns]}

    @classmethod
    def from_json(cls, record: object) -> Schema:
        """Schema of a record that :meth:`to_json` wrote.

        Raises
        ------
        ModelFileError
            The record is not one of those, or its parts do not fit together.
        """
        fields = check_record(record, CHECKS, _("schema"))
        columns = tuple(Column.from_json(column) for column in fields["columns"])
        fixed: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in fields.items()
        }
        fixed["columns"] = columns
        schema = cls(**fixed)
        names = [column.name for column in columns]
        targets = [column.name for column in columns if column.role == "target"]
        values = list(schema.class_values)
        sound = (
            len(set(names)) == len(names)
            and sorted(targets) == sorted(schema.targets)
            and bool(targets)
            and len(set(schema.classes)) == len(schema.classes)
            and (len(schema.classes) >= 2) == (schema.task == "classification")
            and len(values) in (0, len(schema.classes))
            and values == sorted(set(values))
            and all(c.kind not in ("constant", "duplicate") for c in schema.inputs)
        )
        if not sound:
            raise ModelFileError(
                _("the model file's schema contradicts itself; it is damaged")
            )
        return schema


def find_schema(
    source: Any,
    target: str | Sequence[str] | None = None,
    task: str = "auto",
    *,
    dtype: str = "float32",
) -> Schema:
    """Kind and role of each column of a table, its target and its task.

    Parameters
    ----------
    source : DataTable, path, frame, or mapping of names to arrays
    target : str or sequence of str, optional
        Columns to predict; found by name or place when not given.
    task : {"auto", "classification", "regression"}
    dtype : {"float32", "float64"}
        What the columns will be encoded as: their numbers must fit.

    Raises
    ------
    OptionError
        The target is no column, or the task cannot be done with it.
    DataError
        There is nothing to learn: one row, a target without values or of one class,
        no column to learn from; or numbers that are infinite or too large.

    Examples
    --------
    >>> schema = find_schema({"size": [1.0, 2.5, 3.0, 4.5], "kind": list("abab")})
    >>> [(c.name, c.kind, c.role) for c in schema.columns]
    [('size', 'numeric', 'input'), ('kind', 'categorical', 'target')]
    >>> schema.task, schema.classes
    ('classification', ('a', 'b'))
    """
    if dtype not in DTYPES:
        raise OptionError(unknown_name(_("number type"), str(dtype), DTYPES))
    table = as_source(source)
    if table.rows < 2:
        raise DataError(
            _("{name} has one row; at least two are needed to learn").format(
                name=table.name
            )
        )
    profiles, notes = find_profiles(table)
    found = {name: find_column(profile) for name, profile in profiles.items()}
    targets, target_reason = choose_targets(list(found.values()), target, table.name)
    task_found, task_reason = find_task(
        [profiles[name] for name in targets], [found[name] for name in targets], task
    )
    for name in targets:
        found[name] = replace(found[name], role="target")
    _leave_out_duplicates(found, profiles, targets, table.rows)
    _keep_one_input(found, profiles, table.name)
    classes = (
        find_classes(table, profiles[targets[0]])
        if (task_found == "classification")
        else None
    )
    for column in found.values():
        if column.role != "left out":
            _check_range(profiles[column.name], dtype, table.name)
            notes += _column_notes(profiles[column.name])
    dropped = _count_dropped(table, targets, profiles)
    if table.rows - dropped < 2:
        raise DataError(
            _("{name} has one row with a target; at least two are needed").format(
                name=table.name
            )
        )
    if dropped:
        notes.append(
            ngettext(
                "{count} row without a target is left out",
                "{count} rows without a target are left out",
                dropped,
            ).format(count=dropped)
        )
    return Schema(
        tuple(found.values()),
        targets,
        target_reason,
        task_found,
        task_reason,
        classes.words if classes else (),
        classes.values if classes else (),
        table.rows,
        dropped,
        "float64" if dtype == "float64" else "float32",
        (*table.notes, *notes),
    )


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


def _keep_one_input(
    found: dict[str, Column], profiles: dict[str, Profile], where: str
) -> None:
    if any(column.role == "input" for column in found.values()):
        return
    # Numbers that count the rows are a measurement when there is nothing else.
    for name, column in found.items():
        if column.role == "left out" and is_row_number(profiles[name]):
            if column.kind == "identifier":
                reason = _("whole numbers, and the only column to learn from")
                found[name] = replace(
                    column, kind="numeric", role="input", reason=reason
                )
                return
    raise DataError(
        _(
            "{name} has no column to learn from: beside the target all are constant, "
            "duplicates or identifiers"
        ).format(name=where)
    )


def _check_range(profile: Profile, dtype: str, where: str) -> None:
    if profile.reading.kind != "number":
        return
    if profile.infinite:
        raise DataError(
            _(
                "column {column!r} of {name} holds infinity in row {row}; "
                "correct it, or leave the cell empty"
            ).format(column=profile.name, name=where, row=profile.infinite)
        )
    greatest = max(abs(profile.low), abs(profile.high))
    if dtype == "float32" and FLOAT32_MOST < greatest < np.inf:
        raise DataError(
            _(
                "column {column!r} of {name} holds {value:g}, which float32 cannot "
                "hold; choose the number type float64"
            ).format(column=profile.name, name=where, value=greatest)
        )


def _column_notes(profile: Profile) -> list[str]:
    notes = []
    if profile.marks:
        count = profile.marks.total()
        notes.append(
            ngettext(
                "column {column!r}: {count} cell marked {marks} is read as missing",
                "column {column!r}: {count} cells marked {marks} are read as missing",
                count,
            ).format(
                column=profile.name,
                count=count,
                marks=", ".join(map(repr, sorted(profile.marks))),
            )
        )
    if profile.reading.style.startswith("%d/%m") and profile.counts:
        start = datetime(1970, 1, 1)
        days = {(start + timedelta(microseconds=float(t))).day for t in profile.counts}
        if max(days) <= 12:
            notes.append(
                _(
                    "column {column!r}: dates such as 01/02/2024 are read as day, "
                    "month, year"
                ).format(column=profile.name)
            )
    return notes


def _count_dropped(
    table: DataTable, targets: Sequence[str], profiles: dict[str, Profile]
) -> int:
    if len(targets) == 1:
        return profiles[targets[0]].missing
    dropped = 0
    for batch in table.batches(targets):
        missing = np.zeros(batch.height, dtype=bool)
        for name in targets:
            missing |= np.isnan(read_numbers(batch[name], table.decimal_comma).values)
        dropped += int(missing.sum())
    return dropped
