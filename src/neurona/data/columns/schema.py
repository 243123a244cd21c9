"""What a table holds: the kind and role of each column, the target and the task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np

from neurona.data.closed_record import (
    check_record,
    is_count,
    is_list_of,
    is_number,
    is_one_of,
    is_record,
    is_text,
)
from neurona.data.columns.asked_kinds import asked_column, asked_ways, settled_kinds
from neurona.data.columns.column import Column
from neurona.data.columns.kinds import as_target, find_column
from neurona.data.columns.left_out import leave_out
from neurona.data.columns.schema_notes import note_columns
from neurona.data.columns.task import (
    Task,
    choose_targets,
    find_classes,
    find_task,
    note_task,
)
from neurona.data.reading.profile import Profile
from neurona.data.reading.reading import MARKS, CellReading
from neurona.data.reading.tally import find_profiles
from neurona.data.reading.ways import WAYS, read_cells
from neurona.data.sources.read import as_source
from neurona.data.sources.table import DataTable
from neurona.errors import DataError, ModelFileError, OptionError, unknown_name
from neurona.messages import _, ngettext
from neurona.retell import retell

__all__ = ["Schema", "find_columns", "find_schema", "settle_marks"]

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

    @property
    def bare_numbers(self) -> frozenset[str]:
        """Columns whose cells are numbers with a decimal point and nothing else."""
        return frozenset(
            column.name
            for column in self.columns
            if column.kind == "numeric" and column.reading.is_bare
        )

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
            "cycle": _("cycle"),
            "flags": _("flags"),
            "text": _("text"),
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
    missing: Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
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
    missing : sequence of str, optional
        Texts that stand for a missing value, these alone; an empty cell always does.
        When not given, NA, null, ? and the like do, unless they are plainly values.
    columns : mapping of str to str, optional
        Kinds of columns, which stand: number, category, date, boolean, text, clock (a
        time of day), duration, cycle, flags or ignore. Those of the others are found.

    Raises
    ------
    OptionError
        The target is no column, or the task cannot be done with it; a column or kind
        that was asked for does not exist.
    DataError
        The cells of a column are not of the kind that was asked for. There is nothing
        to learn: one row, a target without values or of one class, no column to learn
        from; or numbers that are infinite or too large.

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
    marks = MARKS if missing is None else tuple(m.strip().lower() for m in missing)
    profiles, found = find_columns(table, marks, columns or {})
    asked = {name: found[name] for name in columns or {}}
    targets, target_reason = choose_targets(list(found.values()), target, table.name)
    task_found, task_reason = find_task(
        [profiles[name] for name in targets], [found[name] for name in targets], task
    )
    for name in targets:
        if (columns or {}).get(name) == "ignore":
            raise OptionError(
                _("the target {name!r} cannot be ignored; choose another").format(
                    name=name
                )
            )
        found[name] = as_target(found[name])
    leave_out(found, profiles, targets, task_found, table)
    for name, column in asked.items():
        if name not in targets and column.role != found[name].role:
            found[name] = column
    classes = (
        find_classes(table, profiles[targets[0]])
        if (task_found == "classification")
        else None
    )
    for column in found.values():
        if column.role != "left out":
            _check_range(profiles[column.name], dtype, table)
    ignored = {name for name, kind in (columns or {}).items() if kind == "ignore"}
    told = [column for column in found.values() if column.name not in ignored]
    notes = note_columns(told, profiles, table, [*asked])
    if task == "auto":
        notes[:0] = note_task(task_found, [profiles[name] for name in targets])
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


def find_columns(
    table: DataTable, missing: tuple[str, ...], asked: Mapping[str, str]
) -> tuple[dict[str, Profile], dict[str, Column]]:
    """Columns of a table with what is known of each, as found or asked for.

    Raises
    ------
    OptionError
        A column or kind that was asked for does not exist.
    DataError
        The cells of a column are not of the kind that was asked for.
    """
    asked = settled_kinds(table, asked)
    profiles = find_profiles(table, missing=missing, asked=asked_ways(asked))
    found = {
        name: asked_column(profile, asked[name], table)
        if name in asked
        else find_column(profile)
        for name, profile in profiles.items()
    }
    return profiles, found


def _check_range(profile: Profile, dtype: str, table: DataTable) -> None:
    if not WAYS[profile.reading.kind].numbers:
        return
    if profile.infinite is not None:
        raise DataError(
            _(
                "column {column!r} of {name} holds infinity in row {row}; "
                "correct it, or leave the cell empty ({counting})"
            ).format(
                column=profile.name,
                name=table.name,
                row=table.row_number(profile.infinite),
                counting=table.counting,
            )
        )
    greatest = max(abs(profile.low), abs(profile.high))
    if dtype == "float32" and FLOAT32_MOST < greatest < np.inf:
        raise DataError(
            _(
                "column {column!r} of {name} holds {value:g}, which float32 cannot "
                "hold; choose the number type float64"
            ).format(column=profile.name, name=table.name, value=greatest)
        )


def _count_dropped(
    table: DataTable, targets: Sequence[str], profiles: dict[str, Profile]
) -> int:
    if len(targets) == 1:
        return profiles[targets[0]].missing
    dropped = 0
    for batch in table.batches(targets):
        missing = np.zeros(batch.height, dtype=bool)
        for name in targets:
            found = read_cells(batch[name], profiles[name].reading)
            missing |= np.isnan(np.asarray(found.values))
        dropped += int(missing.sum())
    return dropped


def settle_marks(schema: Schema, table: DataTable) -> Schema:
    """Schema whose numbers have a decimal mark: in an older model file it is unknown.

    Notes
    -----
    Such a model took the mark from each table that it was asked with, and still does.
    """
    names = [c.name for c in schema.columns if not c.reading.decimal]
    names = [name for name in names if name in table.columns]
    if not names:
        return schema
    found = {
        name: profile.reading if profile.reading.kind == "number" else CellReading()
        for name, profile in find_profiles(table, names).items()
    }
    columns = [
        replace(
            column,
            reading=replace(
                column.reading,
                decimal=found[column.name].decimal,
                thousands=found[column.name].thousands,
            ),
        )
        if column.name in found
        else column
        for column in schema.columns
    ]
    return replace(schema, columns=tuple(columns))
