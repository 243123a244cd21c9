"""What stands below the rows of a table: totals and remarks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from neurona.data.sources.cell_forms import form_of
from neurona.data.sources.layout import Record
from neurona.data.sources.ragged import in_short
from neurona.messages import _, ngettext

__all__ = ["ColumnSums", "Foot", "add_up", "find_foot"]

TOTALS = frozenset(
    "total,totals,grand total,subtotal,sub-total,sum,sums,all,overall,mean,average,avg,"
    "totales,total general,gran total,suma,sumas,media,promedio,"
    "somme,moyenne,total général,gesamt,insgesamt,summe,gesamtsumme,mittelwert,"
    "durchschnitt,totale,soma,média,итого,合计,总计".split(",")
)
REMARK_WORD = re.compile(
    r"(sources?|notes?|remarks?|fuentes?|notas?|quellen?|anmerkung(en)?|fonte"
    r"|updated|last updated|actualizado)\s*:",
    re.IGNORECASE,
)
REMARK_MARK = re.compile(r"©|\*|\(\d+\)|[¹²³]")
OTHER_THAN_NUMBER = r"[\s$€£¥%'’\x{a0}\x{202f}]"


@dataclass(frozen=True)
class ColumnSums:
    """Sum of a column and how many numbers it has, in one way of reading its marks."""

    total: float = 0.0
    count: int = 0


@dataclass(frozen=True)
class Foot:
    """Numbers of the records below the rows, and what is to be said of them."""

    numbers: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


AddUp = Callable[[Sequence[int]], Sequence[Sequence[ColumnSums]]]


def find_foot(
    tail: Sequence[tuple[int, Record]], names: Sequence[str], add: AddUp
) -> Foot:
    """Totals and remarks below the rows.

    Parameters
    ----------
    tail : sequence of (int, Record)
        The last records of a table and their numbers, in order.
    names : sequence of str
        Of the columns.
    add : callable
        Gives the sums of each column, in each way of reading it, over all records
        but those of the numbers that it is given.

    Notes
    -----
    A line is a total when its first text says so, such as ``total``, and a number in
    it is the sum or the mean of its column; a number that is not is named. A line of
    one text, or of another number of cells than the rows, is a remark when it starts
    as remarks do, such as ``Source:`` or ``*``, or when it stands alone after a blank
    line.
    """
    found: list[tuple[int, Record, str]] = []
    for place in range(len(tail) - 1, -1, -1):
        number, record = tail[place]
        after_blank = place > 0 and not tail[place - 1][1].filled
        kind = _kind(record, len(names), after_blank)
        if not kind:
            break
        found.insert(0, (number, record, kind))
    sums = (
        add([number for number, _record, _kind in found])
        if any(kind == "total" for _number, _record, kind in found)
        else ()
    )
    numbers: list[int] = []
    remarks: list[Record] = []
    notes: list[str] = []
    for number, record, kind in found:
        right, wrong = _compare(record, sums, names) if kind == "total" else (0, [])
        if kind == "total" and not right:
            notes.append(
                _(
                    "line {line} starts with {text!r}, but is kept as a row: its "
                    "numbers are not the sums of the columns"
                ).format(line=record.line, text=_first_text(record))
            )
        elif kind != "blank" or numbers:
            numbers.append(number)
            remarks += [record] * (kind == "remark")
        if right:
            said = _("line {line}, {text!r}, adds up the rows and is left out")
            if wrong:
                said = _(
                    "line {line}, {text!r}, adds up the rows and is left out, though "
                    "not all of its numbers are sums: {wrong}"
                )
            notes.append(
                said.format(
                    line=record.line, text=_first_text(record), wrong=", ".join(wrong)
                )
            )
    if remarks:
        notes.append(
            ngettext(
                "{count} remark below the rows is left out: {text!r}",
                "{count} remarks below the rows are left out, the first is {text!r}",
                len(remarks),
            ).format(count=len(remarks), text=_first_text(remarks[0]))
        )
    return Foot(tuple(numbers), tuple(notes))


def _kind(record: Record, width: int, after_blank: bool) -> str:
    if not record.filled:
        return "blank"
    text = _first_text(record)
    if text.casefold().rstrip(" :.") in TOTALS:
        return "total"
    of_width = len(record.cells) == width
    if width == 1 or (of_width and not (record.filled == 1 and record.cells[0])):
        return ""
    # A line with as many cells as a row is one, unless its words say otherwise.
    if REMARK_WORD.match(text) or (
        not of_width and (REMARK_MARK.match(text) or (after_blank and " " in text))
    ):
        return "remark"
    return ""


def _first_text(record: Record) -> str:
    return in_short(next((c.strip() for c in record.cells if c.strip()), ""))


def _compare(
    record: Record, sums: Sequence[Sequence[ColumnSums]], names: Sequence[str]
) -> tuple[int, list[str]]:
    """How many numbers of a line are sums of columns, and which ones are not."""
    of_width = len(record.cells) == len(sums)
    right, wrong = 0, []
    for place, cell in enumerate(record.cells):
        if form_of(cell) == "number":
            readings = [sums[place]] if of_width else sums
            if any(_is_sum(cell.strip(), reading) for reading in readings):
                right += 1
            else:
                where = f"{names[place]!r} " if of_width else ""
                wrong.append(f"{where}{cell.strip()}")
    return right, wrong


def _is_sum(cell: str, readings: Iterable[ColumnSums]) -> bool:
    values = _numbers(pl.Series([cell]))
    decimals = len(re.split(r"[.,]", re.sub(r"[^\d.,]", "", cell))[-1])
    for value, sums in zip(values, readings, strict=True):
        if value[0] is None or sums.count < 2:
            continue
        near = 0.5 * 10.0**-decimals + 1e-9 * abs(sums.total)
        for expected in (sums.total, sums.total / sums.count):
            if abs(value[0] - expected) <= near:
                return True
    return False


def _numbers(cells: pl.Series) -> list[pl.Series]:
    """Cells as numbers: with a comma for thousands, then with a decimal comma."""
    plain = cells.str.replace_all(OTHER_THAN_NUMBER, "").str.replace("−", "-")
    readings = (
        plain.str.replace_all(",", "", literal=True),
        plain.str.replace_all(".", "", literal=True).str.replace(
            ",", ".", literal=True
        ),
    )
    return [reading.cast(pl.Float64, strict=False) for reading in readings]


def add_up(frames: Iterable[pl.DataFrame]) -> list[list[ColumnSums]]:
    """ColumnSums of each column of texts, in each way of reading its marks.

    Examples
    --------
    >>> sums = add_up([pl.DataFrame({"x": ["1,5", "2"]})])
    >>> [reading.total for reading in sums[0]]
    [17.0, 3.5]
    """
    found: list[list[ColumnSums]] = []
    for frame in frames:
        found = found or [[ColumnSums(), ColumnSums()] for _column in frame.columns]
        for sums, cells in zip(found, frame.get_columns(), strict=True):
            for way, numbers in enumerate(_numbers(cells)):
                sums[way] = ColumnSums(
                    sums[way].total + float(numbers.sum() or 0.0),
                    sums[way].count + len(numbers) - numbers.null_count(),
                )
    return found
