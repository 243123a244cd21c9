"""Notes on how columns are read: one sentence for each kind, whatever the columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from neurona.data.reading.odd_cells import OddCells
from neurona.data.sources.table import DataTable
from neurona.messages import _, defer, ngettext

__all__ = ["ASKING", "DOUBTS", "NOTES", "Notes"]

SHOWN_COLUMNS = 8

NOTES: Mapping[str, str] = MappingProxyType(
    {
        "shares": defer(
            "all numbers without a percent sign are between 0 and 1, but training held "
            "larger ones: cells of a workbook shown in percent come as fractions; "
            "write 5 for 0.05"
        ),
        "left out": defer("left out"),
        "marks": defer("read as missing"),
        "mark as a value": defer("read as a value, not as missing"),
        "strays": defer("cells that do not fit are read as missing"),
        "otherwise": defer("cells written otherwise than the rest"),
        "decimal commas": defer("decimal commas"),
        "thousands": defer("a mark between thousands"),
        "unit": defer("numbers with a unit, read without it"),
        "parentheses": defer(
            "numbers in parentheses or with a minus behind are negative"
        ),
        "fraction": defer(
            "three digits after a mark are read as a fraction; write thousands "
            "without a mark"
        ),
        "rounded": defer("whole numbers longer than a number can hold are rounded"),
        "digits": defer("long whole numbers are read as words, to keep every digit"),
        "sentinels": defer(
            "numbers far outside all others may stand for missing values, but are read "
            "as numbers"
        ),
        "days as numbers": defer("whole numbers that may be days are read as numbers"),
        "moments as numbers": defer("numbers that may be moments are read as numbers"),
        "codes": defer("whole numbers with leading zeros are read as words"),
        "powers": defer("read as text, for numbers with a power may be codes"),
        "one word": defer("several spellings are read as one word"),
        "several zones": defer("times of several zones are turned into UTC"),
        "one zone": defer("times are kept on the clock of their zone"),
        "since 1970": defer("numbers that count from a moment are read as times"),
        "two digits": defer("years of two digits are read as 1970 to 2069"),
        "clocks": defer("times of day are a cycle of 24 hours"),
        "durations": defer("durations are read as seconds"),
        "lists": defer("lists in a cell are read as several flags"),
        "day first": defer("dates such as 01/02/2024 are read as day, month, year"),
        "month first": defer("dates such as 01/02/2024 are read as month, day, year"),
        "list or number": defer(
            "read as text, for these may be decimal commas or lists"
        ),
        "thousands or fraction": defer(
            "read as text, for a comma may mark thousands or a fraction"
        ),
        "orders": defer(
            "read as text, for its dates are written in several ways and some have two "
            "meanings"
        ),
        "units": defer("read as text, for the units differ"),
        "nearly": defer("read as text, for some cells are not like the others"),
    }
)
"""What is said of columns, by kind, in the order in which it is said."""

MARK_DOUBTS = ("list or number", "thousands or fraction")
DOUBTS = (*MARK_DOUBTS, "powers", "orders", "units", "nearly")
"""Notes on cells that are read as text: why, if they are left out then."""

ASKING: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(MARK_DOUBTS, "number"),
        **dict.fromkeys(("orders", "days as numbers", "moments as numbers"), "date"),
    }
)
"""Notes whose column would be read otherwise if a person asked for it, and how."""


class Notes:
    """Gather what is to be said of columns, and say it in as few sentences.

    Examples
    --------
    >>> notes = Notes()
    >>> for name in ("x", "y"):
    ...     notes.add("decimal commas", name)
    >>> notes.add("marks", "z", "2 cells '?'")
    >>> notes.sentences()
    ["column 'z': read as missing (2 cells '?')", "decimal commas in 'x', 'y'"]
    """

    def __init__(self) -> None:
        self.found: dict[str, dict[str, str]] = {kind: {} for kind in NOTES}
        self.brief: dict[tuple[str, str], str] = {}
        self.counting = ""

    def add(self, kind: str, column: str, detail: str = "") -> None:
        """Say something of a column."""
        self.found[kind][column] = detail

    def add_cells(
        self, kind: str, column: str, odd: OddCells, table: DataTable
    ) -> None:
        """Show cells of a column: fewer of them beside other columns."""
        self.add(kind, column, odd.detail(table))
        self.brief[kind, column] = odd.detail(table, most=1)
        self.counting = table.counting

    def sentences(self) -> list[str]:
        """One for each kind of which there is something to say.

        How rows are counted is said once, after the last that names some.
        """
        sentences = dict(self._sentences())
        counted = [kind for kind in sentences if any(k == kind for k, _c in self.brief)]
        if counted:
            sentences[counted[-1]] += f"; {self.counting}"
        return [*sentences.values()]

    def _sentences(self) -> Iterator[tuple[str, str]]:
        for kind, columns in self.found.items():
            if not columns:
                continue
            what = _(NOTES[kind])
            if len(columns) == 1:
                ((name, detail),) = columns.items()
                said = _("column {column!r}: {what}{detail}").format(
                    column=name, what=what, detail=_enclosed(detail)
                )
                yield kind, said
                continue
            shown = [
                f"{name!r}{_enclosed(self.brief.get((kind, name), detail))}"
                for name, detail in columns.items()
            ]
            more = len(shown) - SHOWN_COLUMNS
            text = ", ".join(shown[:SHOWN_COLUMNS])
            if more > 0:
                text += ngettext(
                    " and {count} column more", " and {count} columns more", more
                ).format(count=more)
            yield kind, _("{what} in {columns}").format(what=what, columns=text)


def _enclosed(detail: str) -> str:
    return f" ({detail})" if detail else ""
