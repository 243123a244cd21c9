"""Kinds that a person asks for: what they say of a column stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from neurona.data.columns.column import Column, Kind
from neurona.data.columns.kinds import find_column
from neurona.data.reading.profile import Profile
from neurona.data.reading.read_words import as_texts
from neurona.data.sources.table import DataTable
from neurona.errors import DataError, OptionError, unknown_name
from neurona.messages import _, defer, in_every_language
from neurona.show.find import folded

__all__ = [
    "ASKED_KINDS",
    "asked_column",
    "asked_ways",
    "read_columns",
    "settled_kinds",
    "word_of",
]

MOST_STRAYS = 0.5
"""Share of cells that may be no values of the kind that was asked for, with a note."""


@dataclass(frozen=True)
class AskedKind:
    """What a person's word for a kind means.

    Parameters
    ----------
    way : str
        The way in which its cells are read, a key of
        :data:`neurona.data.reading.ways.WAYS`; "" for the one that is found.
    kind : str
        The kind of the column; "" for the one that is found.
    cell : str
        What a cell of it is, in a sentence; "" where every cell is one.
    also : tuple of str
        Words of which any asks for the same: those that tables show.
    spoken : str
        More such words, with commas between: plurals, and both genders of adjectives.
    role : {"input", "left out"}
    """

    way: str
    kind: Kind | None
    cell: str = ""
    also: tuple[str, ...] = ()
    spoken: str = ""
    role: str = "input"


ASKED_KINDS: Mapping[str, AskedKind] = MappingProxyType(
    {
        defer("number"): AskedKind(
            "number",
            "numeric",
            defer("a number"),
            (defer("numeric"),),
            defer("numbers, numerical"),
        ),
        defer("category"): AskedKind(
            "word",
            "categorical",
            defer("a category"),
            (defer("categorical"),),
            defer("categories, categoric"),
        ),
        defer("date"): AskedKind(
            "time", "date", defer("a date"), spoken=defer("dates, datetime")
        ),
        defer("boolean"): AskedKind(
            "", "boolean", defer("yes or no"), spoken=defer("booleans, logical")
        ),
        defer("text"): AskedKind(
            "word", "text", defer("a text"), spoken=defer("texts, free text")
        ),
        defer("duration"): AskedKind(
            "duration", "numeric", defer("a duration"), spoken=defer("durations")
        ),
        defer("clock"): AskedKind(
            "clock", "cycle", defer("a time of day"), spoken=defer("time of day")
        ),
        defer("cycle"): AskedKind(
            "", "cycle", defer("a part of a cycle"), spoken=defer("cycles, cyclic")
        ),
        defer("flags"): AskedKind(
            "", "flags", defer("a list of flags"), spoken=defer("lists of flags")
        ),
        defer("ignore"): AskedKind(
            "",
            None,
            also=(
                defer("left out"),
                defer("identifier"),
                defer("constant"),
                defer("duplicate"),
            ),
            spoken=defer("ignored, leave out"),
            role="left out",
        ),
    }
)
"""Kinds that may stand after ``zip=`` and in a schema file, in any language."""


@cache
def kinds_by_word() -> Mapping[str, str]:
    """Keys of :data:`ASKED_KINDS` by every word that asks for them, as compared."""
    return {
        folded(text): kind
        for kind, asked in ASKED_KINDS.items()
        for texts in in_every_language(kind, *asked.also, asked.spoken)
        for text in ",".join(texts).split(",")
    }


def read_columns(text: str) -> dict[str, str]:
    """Kinds of columns as a person writes them.

    Raises
    ------
    OptionError

    Examples
    --------
    >>> read_columns("zip=category,height, m=number")
    {'zip': 'category', 'height, m': 'number'}
    """
    found: dict[str, str] = {}
    name = ""
    for part in text.split(","):
        # A name may hold a comma, or an equals sign; a kind holds neither.
        name = f"{name},{part}" if name else part
        before, mark, kind = name.rpartition("=")
        if mark and before.strip():
            found[before.strip()] = kind.strip()
            name = ""
    if name.strip() or not found:
        raise OptionError(
            _(
                "kinds of columns are written as zip=category,when=date, and not "
                "{text!r}"
            ).format(text=text)
        )
    return found


def settled_kinds(table: DataTable, asked: Mapping[str, str]) -> dict[str, str]:
    """Kinds as :data:`ASKED_KINDS` has them, in whatever word they were asked for.

    Raises
    ------
    OptionError
        There is no such column or kind; the message offers the nearest names.
    """
    table.check_names(list(asked))
    kinds = kinds_by_word()
    for word in asked.values():
        if folded(word) not in kinds:
            known = [_(kind) for kind in ASKED_KINDS]
            raise OptionError(unknown_name(_("kind of column"), word, known))
    return {name: kinds[folded(word)] for name, word in asked.items()}


def asked_ways(asked: Mapping[str, str]) -> dict[str, str]:
    """Ways in which columns must be read, where what was asked says it."""
    ways = {name: ASKED_KINDS[kind].way for name, kind in asked.items()}
    return {name: way for name, way in ways.items() if way}


def asked_column(profile: Profile, word: str, table: DataTable) -> Column:
    """Column of a profile, as a person asked for it.

    Raises
    ------
    DataError
        Its cells are of another kind; the message has their number and the first.
    """
    asked, column = ASKED_KINDS[word], find_column(profile)
    if asked.role == "left out":
        return replace(column, role="left out", reason=_("asked for"))
    if column.kind == "constant":
        return column
    strays = profile.strays
    if asked.way and profile.reading.kind != asked.way:
        raise _refuted(
            profile.name, word, table, profile.present, _first(profile, table)
        )
    if strays.count > MOST_STRAYS * (profile.present + strays.count):
        place, text, _value = strays.shown[0]
        raise _refuted(profile.name, word, table, strays.count, (place, text))
    if not asked.way and column.kind != asked.kind:
        first = _first(profile, table)
        raise _refuted(profile.name, word, table, profile.present, first)
    return replace(
        column,
        kind=asked.kind or column.kind,
        role="input",
        reason=_("asked for"),
        words=column.words if asked.kind == "boolean" else (),
    )


def _first(profile: Profile, table: DataTable) -> tuple[int, str]:
    """Place and text of the first cell that is not empty."""
    first = 0
    for batch in table.batches([profile.name]):
        texts = as_texts(batch[profile.name]).str.strip_chars().fill_null("")
        places = (texts != "").arg_true()
        if len(places):
            return first + int(places[0]), str(texts[int(places[0])])
        first += batch.height
    return 0, ""


def _refuted(
    column: str, word: str, table: DataTable, count: int, example: tuple[int, str]
) -> DataError:
    place, text = example
    return DataError(
        _(
            "{count} of the {rows} cells of column {column!r} of {name} cannot be read "
            "as {cell}, the first is {text!r} in row {row}; ask for another kind, or "
            "say with --missing which texts mean nothing ({counting})"
        ).format(
            column=column,
            name=table.name,
            cell=_(ASKED_KINDS[word].cell),
            count=count,
            rows=table.rows,
            text=text,
            row=table.row_number(place),
            counting=table.counting,
        )
    )


def word_of(column: Column) -> str | None:
    """Word by which a person would ask for a column as it was found.

    ``None`` where there is no word for its kind.
    """
    if column.role == "left out":
        return "ignore"
    ways = ("", column.reading.kind)
    return next(
        (
            word
            for word, asked in ASKED_KINDS.items()
            if asked.kind == column.kind and asked.way in ways
        ),
        None,
    )
