"""How a model file of an earlier version told the reading of a column."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from neurona.data.reading.reading import MARKS, CellReading

__all__ = ["read_older"]

CLOCKS = (" %H:%M", "T%H:%M", " %H:%M:%S%.f", "T%H:%M:%S%.f")
"""What followed the day in the style of a date; every style of a day takes it now."""

MISSING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "number": MARKS,
        "time": MARKS,
        "word": ("?", "na", "n/a", "#n/a", "nan", "null"),
    }
)


def read_older(record: object) -> object:
    """Record of a column with its reading spelled out; any other as it is.

    Notes
    -----
    An earlier column named its reading in a word, and a date its style. Whether its
    numbers had decimal commas was a matter of each table, so their decimal mark is not
    known.

    Examples
    --------
    >>> read_older({"reading": "time", "style": "%d.%m.%Y %H:%M"})["reading"]["style"]
    '%d.%m.%Y'
    """
    if not isinstance(record, dict) or "style" not in record:
        return record
    fields = dict(record)
    kind, style = fields.get("reading"), fields.pop("style")
    if not isinstance(kind, str) or kind not in MISSING or not isinstance(style, str):
        return record
    for clock in CLOCKS:
        style = style.removesuffix(clock)
    decimal = "" if kind == "number" else "."
    reading = CellReading(kind, style, decimal=decimal, missing=MISSING[kind])
    return {**fields, "reading": reading.to_json()}
