"""A table as arrays of numbers: in memory, or in files where they are large."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from neurona.arrays import Array
from neurona.data.columns.schema import Schema
from neurona.data.encoding.encode import Encoders
from neurona.data.sources.table import DataTable
from neurona.data.split import Split
from neurona.messages import _, language
from neurona.retell import retell
from neurona.table.options import TrainOptions
from neurona.table.shelf import Shelf
from neurona.table.understand import Understood, understood_again
from neurona.train.memory import show_bytes

__all__ = ["EncodedTable", "encode_table", "find_encoded"]

MAPPED_BYTES: Final = 1 << 28
"""Encoded inputs up to this size are held in memory: 256 MB. Above it they are written
to files and mapped, however much memory there is."""

PARTS: Final = ("train", "validation", "test")


@dataclass(frozen=True, eq=False)
class EncodedTable:
    """Every row that has a target, as numbers.

    Parameters
    ----------
    understood : Understood
    X, y : array
        ``X`` may be mapped from a file.
    rows : int array
        Their rows in the table, which may be mapped too.
    notes : tuple of str
        What was noticed in the table, in sentences.
    """

    understood: Understood
    X: Array
    y: Array
    rows: Array
    notes: tuple[str, ...]


def find_encoded(shelf: Shelf, options: TrainOptions) -> EncodedTable | None:
    """What an earlier run kept of the same files and options, if it is whole."""
    folder = shelf.find()
    if folder is None:
        return None
    found, about = folder.arrays(), folder.about
    parts = np.asarray(found["parts"])
    rows = [np.flatnonzero(parts == number) for number in range(len(PARTS))]
    encoders = Encoders.from_json(about["encoders"])
    tell: Callable[[str], str] = str if about["language"] == language() else retell
    understood = understood_again(
        replace(encoders, schema=retold(encoders.schema, tell)),
        Split(**dict(zip(PARTS, rows, strict=True))),
        options,
        holds_every_case=bool(about["holds_every_case"]),
    )
    note = _(
        "its numbers were kept by an earlier run in {path} ({size}) and are used "
        "again; delete the folder to be rid of them"
    ).format(path=folder.path, size=show_bytes(folder.size))
    notes = (*map(tell, about["notes"]), note)
    return from_files(understood, found, notes)


def encode_table(
    understood: Understood, table: DataTable, shelf: Shelf | None
) -> EncodedTable:
    """Encode every row that has a target, once.

    Raises
    ------
    DataError
        A cell is not what its column holds, or the file changed meanwhile.
    OutputError
        The numbers are to be kept in files, and there is no room for them.
    """
    encoders = understood.encoders
    size = (
        table.rows * len(encoders.features) * np.dtype(encoders.schema.dtype).itemsize
    )
    if shelf is None or size <= MAPPED_BYTES:
        encoded = encoders.transform(table, with_target=True)
        assert encoded.y is not None
        notes = all_notes(understood, encoded.notes, encoded.reading_notes)
        return EncodedTable(understood, encoded.X, encoded.y, encoded.rows, notes)
    pieces = encoders.pieces(table)
    rows = sum(len(getattr(understood.split, part)) for part in PARTS)
    with shelf.writer(size + table.rows * 24) as writer:
        for piece in pieces:
            assert piece.y is not None
            writer.write("X", piece.X, rows)
            writer.write("y", piece.y, rows)
            writer.write("rows", piece.rows, rows)
        writer.write("parts", part_of_rows(understood.split, rows), rows)
        notes = all_notes(understood, *pieces.notes())
        folder = shelf.finish(writer, about_table(understood, notes))
    note = _(
        "its numbers are kept in {path} ({size}) for the next run; delete the folder "
        "to be rid of them"
    ).format(path=folder.path, size=show_bytes(folder.size))
    return from_files(understood, folder.arrays(), (*notes, note))


def from_files(
    understood: Understood, found: Mapping[str, Array], notes: tuple[str, ...]
) -> EncodedTable:
    """Arrays of a folder as a table."""
    y = np.array(found["y"])
    return EncodedTable(understood, found["X"], y, found["rows"], notes)


def retold(schema: Schema, tell: Callable[[str], str]) -> Schema:
    """A schema whose sentences are told again."""
    return replace(
        schema,
        columns=tuple(replace(c, reason=tell(c.reason)) for c in schema.columns),
        target_reason=tell(schema.target_reason),
        task_reason=tell(schema.task_reason),
        notes=tuple(map(tell, schema.notes)),
    )


def all_notes(
    understood: Understood, notes: tuple[str, ...], again: tuple[str, ...]
) -> tuple[str, ...]:
    """Notes of the schema, and those of the encoding that do not say the same."""
    return (*understood.schema.notes, *(note for note in notes if note not in again))


def part_of_rows(split: Split, rows: int) -> Array:
    """Number of the part that each row belongs to."""
    parts = np.zeros(rows, np.int8)
    for number, part in enumerate(PARTS):
        parts[getattr(split, part)] = number
    return parts


def about_table(understood: Understood, notes: tuple[str, ...]) -> Mapping[str, Any]:
    """What another run needs besides the arrays, as plain values."""
    return {
        "encoders": understood.encoders.to_json(),
        "holds_every_case": understood.holds_every_case,
        "notes": list(notes),
        "language": language(),
    }
