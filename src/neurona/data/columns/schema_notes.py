"""What must be said of how the columns of a table are read."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from neurona.data.columns.column import Column
from neurona.data.reading.notes import ASKING, Notes
from neurona.data.reading.profile import Profile
from neurona.data.sources.table import DataTable
from neurona.messages import _, ngettext

__all__ = ["note_columns"]

Facts = tuple[tuple[str, str], ...]

ASKED: Mapping[str, str] = {
    "number": "number",
    "time": "date",
    "clock": "clock",
    "duration": "duration",
    "word": "category",
}
"""What a person writes to keep a column of a reading."""

KINDS: Mapping[str, str] = {"flags": "lists"}
"""Kinds of columns that are noted, and the key of the note."""


def note_columns(
    columns: Iterable[Column],
    profiles: Mapping[str, Profile],
    table: DataTable,
    asked: Collection[str] = (),
) -> list[str]:
    """Sentences on the columns that are left out, and on the readings of the others.

    What else the numbers of a column may mean is not said where its kind was asked for.
    """
    notes = Notes()
    marks = {mark for profile in profiles.values() for mark in profile.marks}
    for column in columns:
        if column.role == "left out":
            facts = profiles[column.name].facts
            notes.add("left out", column.name, why_left_out(column, facts))
        else:
            _note_reading(notes, profiles[column.name], table)
            if column.reading.kind == "number":
                doubts = _doubts(profiles[column.name], marks, column.name in asked)
                for kind, detail in doubts:
                    notes.add(kind, column.name, detail)
            if column.kind in KINDS:
                notes.add(KINDS[column.kind], column.name, column.reason)
    return notes.sentences()


def why_left_out(column: Column, facts: Facts = ()) -> str:
    """Why a column is left out, and what to write to keep it."""
    if column.kind == "constant":
        return column.reason
    asked = ASKED[column.reading.kind]
    if column.kind == "identifier" and asked == "category":
        # As many categories as rows would tell nothing of a new row.
        doubts = [ASKING[kind] for kind, _detail in facts if kind in ASKING]
        asked = next(iter(doubts), "text")
    return _("{reason}; --columns {asked} keeps it").format(
        reason=column.reason, asked=shlex.quote(f"{column.name}={asked}")
    )


def _doubts(
    profile: Profile, marks: Collection[str], is_asked: bool
) -> Iterator[tuple[str, str]]:
    """What else the numbers of a column may mean, and what to write then."""
    found = profile.doubtful
    for kind, detail in found.facts(profile.name, profile.low, profile.high):
        if kind != "sentinels":
            if not is_asked:
                yield kind, _with_kind(kind, profile.name, detail)
            continue
        counts = [
            f"{value} × {found.sentinels[float(value)]}" for value in detail.split()
        ]
        missing = [*detail.split(), *sorted(marks)]
        options = " ".join(f"--missing {shlex.quote(mark)}" for mark in missing)
        said = _("{numbers}; {options} reads them as missing")
        yield kind, said.format(numbers=", ".join(counts), options=options)


def _with_kind(kind: str, column: str, detail: str) -> str:
    """Detail of a note, and what to write to have dates read."""
    if ASKING.get(kind) != "date":
        return detail
    return _("{detail}; --columns {asked} reads them as dates").format(
        detail=detail, asked=shlex.quote(f"{column}=date")
    )


def _note_reading(notes: Notes, profile: Profile, table: DataTable) -> None:
    name = profile.name
    for kind, detail in profile.facts:
        notes.add(kind, name, _with_kind(kind, name, detail))
    if profile.marks:
        count = profile.marks.total()
        detail = ngettext("{count} cell {marks}", "{count} cells {marks}", count)
        shown = ", ".join(map(repr, sorted(profile.marks)))
        notes.add("marks", name, detail.format(count=count, marks=shown))
    for kind, odd in (("strays", profile.strays), ("otherwise", profile.otherwise)):
        if odd.count:
            notes.add_cells(kind, name, odd, table)
    if profile.reading.style.startswith("%d/%m") and profile.counts:
        start = datetime(1970, 1, 1)
        days = {(start + timedelta(microseconds=float(t))).day for t in profile.counts}
        if max(days) <= 12:
            notes.add("day first", name)
