"""One column of a schema: what it holds and what it is used for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from neurona.data.closed_record import (
    check_record,
    is_count,
    is_list_of,
    is_number,
    is_one_of,
    is_optional,
    is_record,
    is_text,
)
from neurona.data.reading.older_reading import read_older
from neurona.data.reading.reading import CellReading
from neurona.data.reading.ways import WAYS
from neurona.errors import ModelFileError
from neurona.messages import _

__all__ = ["Column", "Kind", "Role"]

Kind = Literal[
    "numeric",
    "categorical",
    "boolean",
    "date",
    "cycle",
    "flags",
    "text",
    "constant",
    "identifier",
    "duplicate",
]
Role = Literal["input", "target", "left out"]

CHECKS = {
    "name": is_text,
    "kind": is_one_of(*get_args(Kind)),
    "role": is_one_of(*get_args(Role)),
    "reason": is_text,
    "reading": is_record,
    "words": is_list_of(is_text),
    "missing": is_count,
    "distinct": is_optional(is_count),
    "low": is_optional(is_number),
    "high": is_optional(is_number),
}


@dataclass(frozen=True)
class Column:
    """What one column holds.

    Parameters
    ----------
    name : str
    kind : str
        numeric, categorical, boolean, date, cycle, flags, text, constant, identifier
        or duplicate.
    role : str
        input, target or left out.
    reason : str
        Why it is of this kind, in a sentence.
    reading : CellReading
        How its cells are read, in training and ever after.
    words : tuple of str
        The words for false and true, of a boolean column of words.
    missing : int
        Cells without a value.
    distinct : int or None
        Different values; ``None`` when there are too many to count.
    low, high : float or None
        Least and greatest number.
    """

    name: str
    kind: Kind
    role: Role
    reason: str
    reading: CellReading
    words: tuple[str, ...] = ()
    missing: int = 0
    distinct: int | None = None
    low: float | None = None
    high: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Record of plain values."""
        return {
            **asdict(self),
            "reading": self.reading.to_json(),
            "words": list(self.words),
        }

    @classmethod
    def from_json(cls, record: object) -> Column:
        """Column of a record that :meth:`to_json` wrote.

        Raises
        ------
        ModelFileError
            The record is not one of those.
        """
        fields = check_record(read_older(record), CHECKS, _("column"))
        reading = CellReading.from_json(fields["reading"])
        wrong = "words" if len(fields["words"]) not in (0, 2) else ""
        wrong = wrong or ("reading" if reading.kind not in WAYS else "")
        if wrong:
            raise ModelFileError(
                _("the model file's {what} has a wrong entry {key!r}").format(
                    what=_("column"), key=wrong
                )
            )
        words = tuple(fields["words"])
        return cls(**{**fields, "reading": reading, "words": words})
