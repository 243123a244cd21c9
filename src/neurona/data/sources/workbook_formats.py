"""Cells of a workbook as it shows them: shares, codes with zeros, errors."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import polars as pl

__all__ = ["as_shown"]

BLOCK = 4 << 20
SHARE_IDS = ("9", "10")
"""Numbers of the formats with a percent sign that every workbook has."""

LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.')
"""What stands for itself in a format, and what is no part of what it shows."""

ZEROS = re.compile(r"0(?:[-/ ]?0)+")
FIRST = re.compile(
    rb"<(?:\w+:)?row\b[^>]*>(?:\s*<(?:\w+:)?c\b[^>]*(?:/>|></(?:\w+:)?c>))*"
    rb'\s*<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)\d+"'
)
"""The first cell of a row that holds something."""

PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')
STYLE = re.compile(rb'\bs="(\d+)"')
ERROR = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
BROKEN = (zipfile.BadZipFile, KeyError, ElementTree.ParseError, ValueError, OSError)


@dataclass(frozen=True)
class Shown:
    """Cells that are shown otherwise than their numbers say.

    Parameters
    ----------
    first : int
        The first column that holds something, from 0.
    styles : mapping of (int, str) to list of int
        Rows from 0 of each column and format.
    errors : mapping of int to list of (int, str)
        Rows of each column, and what is shown there.
    """

    first: int
    styles: Mapping[tuple[int, str], list[int]]
    errors: Mapping[int, list[tuple[int, str]]]


def as_shown(grid: pl.DataFrame, path: Path, sheet: str) -> pl.DataFrame:
    """Texts of a sheet, with shares as 12%, codes as 00123 and errors as #N/A.

    Parameters
    ----------
    grid : DataFrame
        Of texts, its rows those of the sheet from the first on.
    path : Path
    sheet : str

    Notes
    -----
    A file that text programs save of the sheet holds the same. Of formats older than
    ``.xlsx``, or another program's, nothing is known: what they hold is returned.
    """
    try:
        with zipfile.ZipFile(path) as book:
            shown = _shown_cells(book, sheet)
    except BROKEN:
        return grid
    columns = {
        place: grid.to_series(place - shown.first)
        for place in {*shown.errors, *(column for column, _format in shown.styles)}
        if place - shown.first < grid.width
    }
    for (place, style), rows in shown.styles.items():
        if place in columns:
            texts = columns[place]
            held = np.array([row for row in rows if row < len(texts)], np.int64)
            columns[place] = texts.scatter(held, _written(texts.gather(held), style))
    for place, cells in shown.errors.items():
        if place in columns:
            found = {row: text for row, text in cells if row < len(columns[place])}
            columns[place] = columns[place].scatter([*found], [*found.values()])
    return grid.with_columns(columns.values())


def _written(texts: pl.Series, style: str) -> pl.Series:
    """Numbers under a format, others as they are.

    Examples
    --------
    >>> _written(pl.Series(["0.07", "n.d."]), "%").to_list()
    ['7%', 'n.d.']
    >>> _written(pl.Series(["501", "-1", "1.5"]), "00-000").to_list()
    ['00-501', '-1', '1.5']
    """
    numbers = texts.cast(pl.Float64, strict=False)
    if style == "%":
        shares = (numbers * 100).round_sig_figs(15).cast(pl.String)
        shown = shares.str.strip_suffix(".0") + "%"
        return shown.zip_with(numbers.is_not_null(), texts)
    whole = (numbers >= 0) & (numbers % 1 == 0) & (numbers < 1e15)
    digits = numbers.set(~whole.fill_null(False), None).cast(pl.Int64).cast(pl.String)
    digits = digits.str.zfill(style.count("0"))
    parts = re.split(r"([-/ ])", style)
    shown, left = pl.Series([""]).new_from_index(0, len(digits)), digits
    for part in reversed(parts[1:]):
        if part[0] != "0":
            shown = part + shown
            continue
        shown, left = left.str.tail(len(part)) + shown, left.str.head(-len(part))
    return (left + shown).zip_with(digits.is_not_null(), texts)


def _shown_cells(book: zipfile.ZipFile, sheet: str) -> Shown:
    styles = _styles(book)
    wanted = b"|".join(str(number).encode() for number in styles) or b"-"
    cell = re.compile(
        rb'<(?:\w+:)?c\b(?=[^>]*\s(?:s="(?:' + wanted + rb')"|t="e"))([^>]*)>'
    )
    part = _part_of_sheet(book, sheet)
    places: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    errors: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for block in _blocks(book, part):
        if not styles and b't="e"' not in block:
            continue
        for match in cell.finditer(block):
            place = PLACE.search(match[1])
            if place is None:
                continue
            column, row = _column(place[1]), int(place[2]) - 1
            style = STYLE.search(match[1])
            if b't="e"' in match[1]:
                value = ERROR.search(block, match.end())
                errors[column].append((row, value[1].decode() if value else "#N/A"))
            elif style:
                places[column, styles[int(style[1])]].append(row)
    columns: set[bytes] = set()
    for block in _blocks(book, part) if places or errors else ():
        columns.update(match[1] for match in FIRST.finditer(block))
    return Shown(min(map(_column, columns), default=0), places, errors)


def _styles(book: zipfile.ZipFile) -> dict[int, str]:
    """Formats that change what a number says, by the number that cells have for them.

    Either ``%``, or zeros as in ``00000``.
    """
    if "xl/styles.xml" not in book.namelist():
        return {}
    root = ElementTree.fromstring(book.read("xl/styles.xml"))
    formats = {
        entry.get("numFmtId"): entry.get("formatCode", "")
        for entry in root.iterfind("{*}numFmts/{*}numFmt")
    }
    found = {}
    for number, entry in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
        known = entry.get("numFmtId", "0")
        code = formats.get(known, "%" if known in SHARE_IDS else "").partition(";")[0]
        plain = LITERAL.sub("", code)
        spelled = LITERAL.sub(lambda match: match[1] or match[2] or "", code)
        if "%" in plain:
            found[number] = "%"
        elif ZEROS.fullmatch(spelled):
            found[number] = spelled
    return found


def _part_of_sheet(book: zipfile.ZipFile, sheet: str) -> str:
    """Name of the file that holds a sheet."""
    root = ElementTree.fromstring(book.read("xl/workbook.xml"))
    links = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for entry in root.iterfind("{*}sheets/{*}sheet"):
        if entry.get("name") == sheet:
            link = next(v for k, v in entry.items() if k.endswith("}id"))
            target = targets[link]
            return target[1:] if target.startswith("/") else f"xl/{target}"
    raise KeyError(sheet)


def _blocks(book: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Bytes of whole rows."""
    rest = b""
    with book.open(part) as file:
        while chunk := file.read(BLOCK):
            rest += chunk
            cut = max(rest.rfind(b"</row>"), rest.rfind(b":row>"))
            if cut >= 0:
                yield rest[:cut]
                rest = rest[cut:]
    yield rest


def _column(letters: bytes) -> int:
    """Place of a column from 0.

    Examples
    --------
    >>> _column(b"A"), _column(b"AA")
    (0, 26)
    """
    place = 0
    for letter in letters:
        place = 26 * place + letter - ord("A") + 1
    return place - 1
