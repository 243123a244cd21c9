"""Where the data of a table begins: comments, titles and lines of names above it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from neurona.data.sources.cell_forms import common_form, form_of
from neurona.data.sources.ragged import in_short, unequal_row
from neurona.errors import DataError
from neurona.messages import _, ngettext

__all__ = ["Record", "RowsLayout", "comment_note", "find_layout"]

COMMENT_MARKS = ("#", "%", "//", ";")
MOST_TITLES = 20
MOST_NAME_LINES = 3
ROWS_BELOW = 3
"""Rows that must stand below a second line of names to tell it from data."""

YEARS = (1500, 2100)


@dataclass(frozen=True)
class Record:
    """A line of cells, and its number in the file, from 1."""

    line: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> int:
        """Cells that hold something."""
        return sum(bool(cell.strip()) for cell in self.cells)

    def starts_with(self, mark: str) -> bool:
        """Whether its first cell starts with a mark."""
        return bool(self.cells) and self.cells[0].lstrip().startswith(mark)


@dataclass(frozen=True)
class RowsLayout:
    """What stands above the rows of a table.

    Parameters
    ----------
    first : int
        The record with which names, or else rows, begin.
    lines : int
        Records of names, blank ones between them included.
    names : tuple of str
    width : int
        Cells of a row.
    notes : tuple of str
    """

    first: int
    lines: int
    names: tuple[str, ...]
    width: int
    notes: tuple[str, ...]


def find_layout(records: Sequence[Record], separator: str, where: str) -> RowsLayout:
    """Where names and rows begin, from the first records of a table.

    Parameters
    ----------
    records : sequence of Record
        Blank ones included.
    separator : str
        It marks no comment.
    where : str
        What an error calls the table.

    Raises
    ------
    DataError
        Two columns bear one name.

    Notes
    -----
    A first line is taken for names unless it looks like the rows below it: numbers
    over numbers, dates over dates. Years and numbers in even steps may be names.

    A line above the names is a comment where it starts with a mark and has not the
    form of a row, and a title where it holds one text or another number of cells than
    the rows, and names follow. A second line of names holds words over at least two
    columns of numbers or dates, none of which occurs below.

    Examples
    --------
    >>> lines = ["Report,", "made 2024,", "t,x", "0,1", "1,3", "2,5"]
    >>> records = [Record(i, tuple(line.split(","))) for i, line in enumerate(lines)]
    >>> found = find_layout(records, ",", "'data.csv'")
    >>> found.first, found.names, found.notes
    (2, ('t', 'x'), ("2 title lines are left out: 'Report', 'made 2024'",))
    """
    places = [i for i, record in enumerate(records) if record.filled]
    rows = [records[i] for i in places]
    if not rows:
        return RowsLayout(0, 0, (), 0, ())
    width = _usual_width(rows)
    notes = []
    marks = [mark for mark in COMMENT_MARKS if mark != separator]
    comments, mark = _count_comments(rows, width, marks)
    if comments:
        notes.append(comment_note(comments, rows[0].cells, separator))
    titles = _count_titles(rows[comments:], width)
    if titles:
        shown = ", ".join(
            repr(in_short(separator.join(record.cells).strip(" " + separator)))
            for record in rows[comments : comments + titles][:3]
        )
        notes.append(
            ngettext(
                "{count} title line is left out: {lines}",
                "{count} title lines are left out: {lines}",
                titles,
            ).format(count=titles, lines=shown + ", …" * (titles > 3))
        )
    rows = rows[comments + titles :]
    places = places[comments + titles :]
    lines = _count_name_lines(rows, width)
    if lines == 1 and len(rows[0].cells) != width and not _lacks_a_name(rows, width):
        raise unequal_row(
            rows[0].line,
            separator.join(rows[0].cells),
            len(rows[0].cells),
            width,
            where,
        )
    names, more = _names(rows[:lines], rows[lines:], width)
    notes += more
    if comments and lines and rows[0].starts_with(mark):
        names = (names[0].lstrip().removeprefix(mark).strip(), *names[1:])
    numbered = tuple(f"column {i}" for i in range(1, width + 1))
    names = tuple(name or number for name, number in zip(names, numbered, strict=True))
    _check_duplicates(names, where)
    length = places[lines - 1] - places[0] + 1 if lines else 0
    return RowsLayout(places[0], length, names, width, tuple(notes))


def comment_note(count: int, first: Sequence[str], separator: str) -> str:
    """Say how many comment lines are left out."""
    return ngettext(
        "{count} comment line is left out: {line}",
        "{count} comment lines are left out, the first is {line}",
        count,
    ).format(count=count, line=repr(in_short(separator.join(first))))


def _usual_width(rows: Sequence[Record]) -> int:
    counts = Counter(len(row.cells) for row in rows)
    most = max(counts.values())
    # The first of those that are equally frequent: the header's, where there is one.
    return next(width for width, count in counts.items() if count == most)


def _columns(rows: Sequence[Record], width: int) -> list[list[str]]:
    of_width = [row.cells for row in rows if len(row.cells) == width]
    return [[cells[i].strip() for cells in of_width] for i in range(width)]


def _forms(rows: Sequence[Record], width: int) -> list[str]:
    return [common_form(column) for column in _columns(rows, width)]


def _has_typed(forms: Sequence[str]) -> bool:
    return not {"number", "date"}.isdisjoint(forms)


def _count_comments(
    rows: Sequence[Record], width: int, marks: Sequence[str]
) -> tuple[int, str]:
    mark = next((m for m in marks if rows[0].starts_with(m)), None)
    others = [row for row in rows if mark and not row.starts_with(mark)]
    if mark is None or not others:
        return 0, ""
    forms = _forms(others[1:] or others, width)
    count = 0
    while rows[count].starts_with(mark) and not _fits(rows[count], forms):
        count += 1
    if count and len(rows[count - 1].cells) == width:
        # The last marked line may be the names: it is where no others follow.
        if _has_typed(forms):
            above = count - 1
            named = _votes(rows[count], rows[count + 1 :])[0] > 0
            return (count if named else above), mark
        if all(len(row.cells) == width for row in rows[:count]):
            return 0, ""
    return count, mark


def _fits(row: Record, forms: Sequence[str]) -> bool:
    """Whether some cell has the form of numbers or dates that its column has."""
    return len(row.cells) == len(forms) and any(
        form in ("number", "date") and form_of(cell) == form
        for cell, form in zip(row.cells, forms, strict=True)
    )


def _count_titles(rows: Sequence[Record], width: int) -> int:
    count = 0
    while count < min(len(rows), MOST_TITLES) and (
        len(rows[count].cells) != width
        or (width > 1 and rows[count].filled == 1 and rows[count].cells[0].strip())
    ):
        count += 1
    if not count or count == len(rows) or _lacks_a_name(rows, width):
        return 0
    names, below = rows[count], rows[count + 1 :]
    # The first name may be missing, over the names of the rows.
    full = names.filled >= width - (not names.cells[0].strip())
    named = full and _votes(names, below)[0] > 0 and _has_names(rows[count:])
    if any(row.filled > 1 for row in rows[:count]):
        return count if named else 0
    if all(len(row.cells) == width for row in rows[:count]):
        plain = (
            full and width > 2 and bool(below) and not _has_typed(_forms(below, width))
        )
        return count if named or plain else 0
    prose = all(" " in " ".join(row.cells).strip() for row in rows[:count])
    return count if named or prose else 0


def _lacks_a_name(rows: Sequence[Record], width: int) -> bool:
    """Whether the names are one fewer than the cells of every row, as R writes them."""
    below = _columns(rows[1:], width)
    return (
        len(rows[0].cells) == width - 1
        and rows[0].filled == width - 1
        and len(rows) > 2
        and all(len(row.cells) == width for row in rows[1:])
        and (_name_rows(below[0]) or not any(below[-1]))
        and "number" not in map(form_of, rows[0].cells)
    )


def _name_rows(column: Sequence[str]) -> bool:
    if len(set(column)) < len(column):
        return False
    counted = [str(i) for i in range(1, len(column) + 1)]
    return list(column) == counted or common_form(column) == "word"


def _votes(row: Record, below: Sequence[Record]) -> tuple[int, list[str]]:
    """Cells that cannot be data, and those that look like the data below them."""
    columns = _columns(below, len(row.cells))
    names, figures = 0, []
    for cell, column in zip(row.cells, columns, strict=True):
        form, own = common_form(column), form_of(cell)
        if form in ("number", "date") and own:
            if own == form:
                figures.append(cell.strip())
            elif cell.strip() not in column:
                names += 1
    return names, figures


def _has_names(rows: Sequence[Record]) -> bool:
    first, below = rows[0], rows[1:]
    if not below:
        return not all(form_of(cell) in ("number", "date") for cell in first.cells)
    names, figures = _votes(first, below)
    if not figures:
        return True
    steps = _leading_numbers(figures)
    if names and steps == sorted(set(steps)) and len(set(figures)) == len(figures):
        return True
    if len(figures) < ROWS_BELOW:
        years = [row.cells for row in below if len(row.cells) == len(first.cells)]
        return len(figures) < len(first.cells) and (
            all(map(_is_year, figures))
            and not all(any(map(_is_year, cells)) for cells in years)
        )
    return _is_even(figures) and (
        figures[:2] in (["0", "1"], ["1", "2"])
        or not any(_is_even(row.cells[-len(figures) :]) for row in below)
    )


def _leading_numbers(cells: Sequence[str]) -> list[float]:
    found = [re.match(r"[-+]?\d+(\.\d+)?", cell.strip()) for cell in cells]
    return [float(match[0]) for match in found if match]


def _is_even(cells: Sequence[str]) -> bool:
    """Whether numbers rise in equal steps, as wavelengths, years and counts do."""
    numbers = _leading_numbers(cells)
    steps = {round(b - a, 9) for a, b in pairwise(numbers)}
    return len(numbers) == len(cells) and len(steps) == 1 and min(steps) > 0


def _is_year(cell: str) -> bool:
    return bool(re.fullmatch(r"\d{4}", cell)) and YEARS[0] <= int(cell) <= YEARS[1]


def _count_name_lines(rows: Sequence[Record], width: int) -> int:
    lines = 1
    while lines < MOST_NAME_LINES and _is_further_line(rows[lines:], width):
        lines += 1
    # Years over columns of their own are names too, though they look like numbers.
    if lines > 1 and len(rows[0].cells) == width:
        if _has_names([rows[0], *rows[lines:]]):
            return lines
    return int(_has_names(rows))


def _is_further_line(rows: Sequence[Record], width: int) -> bool:
    if len(rows) <= ROWS_BELOW or len(rows[0].cells) != width:
        return False
    first, below = rows[0], _columns(rows[1:], width)
    words = 0
    for cell, column in zip(first.cells, below, strict=True):
        form, own = common_form(column), form_of(cell)
        if cell.strip() in column and cell.strip():
            return False
        if form in ("number", "date"):
            if own in ("number", "date"):
                return False
            words += own == "word"
    return words > 1


def _names(
    lines: Sequence[Record], below: Sequence[Record], width: int
) -> tuple[tuple[str, ...], list[str]]:
    if not lines:
        note = _(
            "no line of names: the first line is data, "
            "the columns are called column 1, column 2, …"
        )
        return ("",) * width, [note]
    if len(lines) == 1:
        found = [cell.strip() for cell in lines[0].cells]
        if len(found) == width - 1:
            return _with_one_more(found, _columns(below, width))
        return tuple(found), []
    parts = [[cell.strip() for cell in line.cells] for line in lines]
    for line in parts[:-1]:
        # A name over several columns stands in the first of them.
        for place in range(1, len(line)):
            line[place] = line[place] or line[place - 1]
    joined = tuple(
        " ".join(dict.fromkeys(filter(None, column)))
        for column in zip(*parts, strict=True)
    )
    note = _("the names stand in {count} lines and are joined, such as {name!r}")
    longest = max(joined, key=lambda name: name.count(" "))
    return joined, [note.format(count=len(lines), name=longest)]


def _with_one_more(
    found: list[str], columns: Sequence[Sequence[str]]
) -> tuple[tuple[str, ...], list[str]]:
    if any(columns[-1]):
        note = _("the first column has no name, as R writes row names")
        return ("", *found), [note]
    return (*found, ""), [_("each row ends in a separator: the last column is empty")]


def _check_duplicates(names: Sequence[str], where: str) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(
            _(
                "two columns of {name} are called {column!r}; give each its own name"
            ).format(name=where, column=twice[0])
        )
