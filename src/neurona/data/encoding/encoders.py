"""Encoders of a whole table: to arrays of numbers and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurona.data.closed_record import (
    check_record,
    is_list_of,
    is_number,
    is_record,
)
from neurona.data.columns.column import Column
from neurona.data.columns.schema import Schema, settle_marks
from neurona.data.encoding.categories import IndexEncoder, OneHotEncoder
from neurona.data.encoding.cycles import CycleEncoder
from neurona.data.encoding.dates import DateEncoder
from neurona.data.encoding.encoded import (
    Encoded,
    EncodedPiece,
    Feature,
    batch_values,
    select_values,
)
from neurona.data.encoding.encoder import Encoder, Surprises
from neurona.data.encoding.flags import FlagEncoder
from neurona.data.encoding.lists import ListEncoder
from neurona.data.encoding.numbers import NumberEncoder
from neurona.data.encoding.target import batch_target, check_target
from neurona.data.encoding.text import TextEncoder
from neurona.data.sources.read import as_source
from neurona.data.sources.renamed_table import under_known_names
from neurona.data.sources.table import DataTable
from neurona.errors import DataError, ModelFileError, OptionError, nearest_names
from neurona.messages import _, ngettext

__all__ = ["EncodedPieces", "Encoders"]

KINDS: Mapping[str, tuple[type[Encoder], tuple[str, ...]]] = MappingProxyType(
    {
        "standardize": (NumberEncoder, ("numeric",)),
        "boolean": (FlagEncoder, ("boolean",)),
        "one_hot": (OneHotEncoder, ("categorical",)),
        "index": (IndexEncoder, ("categorical",)),
        "date": (DateEncoder, ("date",)),
        "cycle": (CycleEncoder, ("cycle",)),
        "list": (ListEncoder, ("flags",)),
        "text": (TextEncoder, ("text",)),
    }
)
"""The closed registry of encoders, and the kinds of columns each may encode."""


@dataclass(frozen=True)
class Encoders:
    """How each column of a table becomes features, and the target numbers.

    Parameters
    ----------
    schema : Schema
    columns : tuple of Encoder
        One for each input of the schema, in its order.
    target_means, target_stds : tuple of float
        Of each target of a regression in the training rows; empty for classification.
    """

    schema: Schema
    columns: tuple[Encoder, ...]
    target_means: tuple[float, ...] = ()
    target_stds: tuple[float, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """Words of the classes: class number i is ``classes[i]``."""
        return self.schema.classes

    @property
    def features(self) -> tuple[Feature, ...]:
        """Columns of X, and the column of the table each comes from."""
        return tuple(
            Feature(name, encoder.column)
            for encoder in self.columns
            if not isinstance(encoder, IndexEncoder)
            for name in encoder.features
        )

    @property
    def pooled(self) -> tuple[int, ...]:
        """Columns of X that stand for several values of their column."""
        places, first = [], 0
        for encoder in self.columns:
            if not isinstance(encoder, IndexEncoder):
                places += [first + place for place in encoder.pooled]
                first += len(encoder.features)
        return tuple(places)

    @property
    def embedded(self) -> tuple[IndexEncoder, ...]:
        """Encoders of the columns of ``indices``."""
        return tuple(e for e in self.columns if isinstance(e, IndexEncoder))

    def transform(
        self, source: Any, *, with_target: bool = True, out: NDArray[Any] | None = None
    ) -> Encoded:
        """Arrays of a table, written batch by batch.

        Parameters
        ----------
        source : DataTable, path, frame, or mapping of names to arrays
        with_target : bool
            Whether to read the target too, and leave out the rows without one; else
            every row is kept and a target column is ignored.
        out : ndarray (rows of the table, features), optional
            Where to write X, of the schema's type.

        Raises
        ------
        DataError
            Columns are missing or renamed, or a cell is not what its column holds.

        Notes
        -----
        Columns are found by name: their order does not matter, and others are ignored.
        Memory: X, y and one batch.
        """
        pieces = EncodedPieces(self, source, with_target=with_target)
        rows = pieces.table.rows
        X = self._place(out, rows)
        indices = np.empty((rows, len(self.embedded)), np.int64)
        kept: list[NDArray[np.int64]] = []
        targets: list[NDArray[Any]] = []
        end = 0
        for piece in pieces.write_to(lambda start, stop: X[start:stop]):
            start, end = end, end + len(piece.rows)
            indices[start:end] = piece.indices
            kept.append(piece.rows)
            targets += [] if piece.y is None else [piece.y]
        return Encoded(
            X[:end],
            np.concatenate(targets) if with_target else None,
            indices[:end],
            np.concatenate(kept),
            self.features,
            *pieces.notes(),
        )

    def pieces(self, source: Any, *, with_target: bool = True) -> EncodedPieces:
        """The same arrays, a piece at a time, for tables larger than memory.

        Parameters
        ----------
        source, with_target
            As in :meth:`transform`.

        Examples
        --------
        >>> from neurona.data.columns.schema import find_schema
        >>> from neurona.data.encoding.encode import fit_encoders
        >>> data = {"size": [1, 3, 5.5, 1.5], "kind": list("abab")}
        >>> encoders = fit_encoders(find_schema(data), data)
        >>> [len(piece.rows) for piece in encoders.pieces(data)]
        [4]
        """
        return EncodedPieces(self, source, with_target=with_target)

    def inverse_target(self, y: NDArray[Any]) -> NDArray[np.float64]:
        """Predictions of a regression, back in their own unit.

        Parameters
        ----------
        y : ndarray (N,) or (N, k)
            Standardized, as in :attr:`Encoded.y`.

        Raises
        ------
        OptionError
            The encoders are those of a classification.
        """
        if self.schema.task != "regression":
            raise OptionError(_("classes have no unit to be given back in"))
        means, stds = np.asarray(self.target_means), np.asarray(self.target_stds)
        return np.asarray(np.asarray(y, np.float64) * stds + means)

    def to_json(self) -> dict[str, Any]:
        """Record of plain values, for a model file; the schema is part of it."""
        return {
            "schema": self.schema.to_json(),
            "columns": [encoder.to_json() for encoder in self.columns],
            "target_means": list(self.target_means),
            "target_stds": list(self.target_stds),
        }

    @classmethod
    def from_json(cls, record: object) -> Encoders:
        """Encoders of a record that :meth:`to_json` wrote.

        Raises
        ------
        ModelFileError
            The record is not one of those, or its parts do not fit together.
        """
        checks = {
            "schema": is_record,
            "columns": is_list_of(is_record),
            "target_means": is_list_of(is_number),
            "target_stds": is_list_of(is_number),
        }
        fields = check_record(record, checks, _("encoders"))
        schema = Schema.from_json(fields["schema"])
        if len(fields["columns"]) != len(schema.inputs):
            raise _misfit()
        columns = [
            _encoder_of(encoder, column)
            for encoder, column in zip(fields["columns"], schema.inputs, strict=True)
        ]
        means, stds = tuple(fields["target_means"]), tuple(fields["target_stds"])
        count = len(schema.targets) if schema.task == "regression" else 0
        if not len(means) == len(stds) == count or any(std <= 0 for std in stds):
            raise _misfit()
        return cls(schema, tuple(columns), means, stds)

    def _place(self, out: NDArray[Any] | None, rows: int) -> NDArray[Any]:
        shape = (rows, len(self.features))
        if out is None:
            return np.empty(shape, self.schema.dtype)
        if out.shape != shape or out.dtype != self.schema.dtype:
            raise OptionError(
                _("the array to write to must be {shape} of {dtype}").format(
                    shape=shape, dtype=self.schema.dtype
                )
            )
        return out

    def scale_target(self, y: NDArray[Any]) -> NDArray[Any]:
        """Targets of a regression in deviations from their mean; classes as ever."""
        if self.schema.task != "regression":
            return y
        means, stds = np.asarray(self.target_means), np.asarray(self.target_stds)
        scaled: NDArray[Any] = ((y - means) / stds).astype(self.schema.dtype)
        return scaled

    def check_columns(self, table: DataTable) -> list[str]:
        """Sentences on columns that stand elsewhere; a DataError for those missing."""
        wanted = [column.name for column in self.schema.inputs]
        known = {column.name for column in self.schema.columns}
        missing = [name for name in wanted if name not in table.columns]
        extra = [name for name in table.columns if name not in known]
        if missing:
            raise DataError(_difference(missing, extra, table.name))
        notes = []
        if extra:
            notes.append(
                ngettext(
                    "column {names} is not one the model knows and is ignored",
                    "columns {names} are not ones the model knows and are ignored",
                    len(extra),
                ).format(names=", ".join(map(repr, extra)))
            )
        if [name for name in table.columns if name in wanted] != wanted:
            notes.append(
                _("the columns stand in another order; they are matched by name")
            )
        return notes


class EncodedPieces:
    """A table encoded batch by batch; notes are known once all were looked at.

    Parameters
    ----------
    encoders : Encoders
    source : DataTable, path, frame, or mapping of names to arrays
    with_target : bool

    Raises
    ------
    DataError
        Columns are missing or renamed; while it runs, a cell is not what its column
        holds.
    """

    def __init__(self, encoders: Encoders, source: Any, *, with_target: bool) -> None:
        self.encoders = encoders
        self.with_target = with_target
        known = [column.name for column in encoders.schema.columns]
        self.table = under_known_names(as_source(source), known)
        self._notes = encoders.check_columns(self.table)
        if with_target:
            check_target(encoders.schema, self.table)
        self._schema = settle_marks(encoders.schema, self.table)
        self._surprises = Surprises()

    def __iter__(self) -> Iterator[EncodedPiece]:
        """Pieces, each with arrays of its own."""
        width, dtype = len(self.encoders.features), self._schema.dtype
        yield from self.write_to(
            lambda start, stop: np.empty((stop - start, width), dtype)
        )

    def write_to(
        self, place: Callable[[int, int], NDArray[Any]]
    ) -> Iterator[EncodedPiece]:
        """Pieces whose X is written where it is asked for.

        Parameters
        ----------
        place : callable
            From the first row and the end, counted among the rows kept, to an array for
            them.
        """
        schema, surprises, table = self._schema, self._surprises, self.table
        names = [column.name for column in schema.inputs]
        wanted = names + list(schema.targets) * self.with_target
        first = end = 0
        parsed = table.with_numbers(schema.bare_numbers & set(wanted))
        for batch in parsed.batches(wanted):
            kept, y = None, None
            rows = np.arange(first, first + batch.height)
            if self.with_target:
                kept, y = batch_target(schema, batch, table, first, surprises)
                y = self.encoders.scale_target(y[kept])
                rows = rows[kept]
            start, end = end, end + len(rows)
            X = place(start, end)
            indices = np.empty((len(rows), len(self.encoders.embedded)), np.int64)
            dense = embedded = 0
            for column, encoder in zip(
                schema.inputs, self.encoders.columns, strict=True
            ):
                values = batch_values(schema, column, batch, table, first, surprises)
                values = values if kept is None else select_values(values, kept)
                if isinstance(encoder, IndexEncoder):
                    part = indices[:, embedded : embedded + 1]
                    embedded += 1
                else:
                    width = len(encoder.features)
                    part = X[:, dense : dense + width]
                    dense += width
                encoder.encode(values, part, surprises)
            first += batch.height
            yield EncodedPiece(X, y, indices, rows)

    def notes(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What was noticed in all, and of it what says how cells were read."""
        of_reading = tuple(self._surprises.reading_notes(self.table))
        return (*self._notes, *of_reading, *self._surprises.notes()), of_reading


def _difference(missing: Sequence[str], extra: Sequence[str], where: str) -> str:
    lost = []
    for name in missing:
        near = nearest_names(name, extra, most=1)
        hint = _(" (is it {near!r}?)").format(near=near[0]) if near else ""
        lost.append(repr(name) + hint)
    sentence = _(
        "the columns of {name} are not those of the model: missing {missing}"
    ).format(name=where, missing=", ".join(lost))
    if extra:
        sentence += _("; not known {extra}").format(extra=", ".join(map(repr, extra)))
    return sentence + _("; rename or add them")


def _misfit() -> ModelFileError:
    return ModelFileError(_("the model file's encoders do not fit its schema"))


def _encoder_of(record: dict[str, Any], column: Column) -> Encoder:
    fields = dict(record)
    kind = fields.pop("encoder", None)
    if not isinstance(kind, str) or kind not in KINDS:
        raise ModelFileError(
            _("the model file names an unknown encoder {kind!r}").format(kind=kind)
        )
    encoder_type, column_kinds = KINDS[kind]
    encoder = encoder_type.from_json(fields)
    if encoder.column != column.name or column.kind not in column_kinds:
        raise _misfit()
    return encoder
