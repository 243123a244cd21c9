"""Try to read a column as numbers: which marks, which unit, which exceptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import polars as pl

from neurona.data.reading.number_forms import (
    BARE,
    MARK_PAIRS,
    form_counts,
    split_numbers,
)
from neurona.data.reading.reading import MARKS, CellReading, number_marks, strip_cells
from neurona.data.reading.trial import Proposal, ReadingTrial

__all__ = ["NumberTrial", "choose_marks"]

VARIOUS = 20
"""Different numbers from which a column is a measurement, whatever stands among it."""

FEW_STRAYS = 5
"""Different texts that may stand among many numbers: T, n.d., <0.1, …"""

MOST_STRAYS = 0.1
"""Share of a column of numbers that may be something else."""

FEW_LEVELS, LEVELS = 2, 0.02
"""Cells, and share, that may be so beside few different numbers: more are a level such
as 10+ among 1, 2, …"""

COMPARED = r"^[<>~≈≤≥]=?"
"""Signs of a bound or an approximate number: all texts with one are one kind."""

CODE_POWER = r"^\d{2,}[eE]\d{2,}$"
"""A whole number with a power as hardly anybody writes it, but as codes look."""

LONG = 1_000
"""Different long whole numbers by which it is judged whether most become one."""

MINOR = 0.1
"""Share below which a mark or a unit is a slip, not the custom of the column."""


class NumberTrial(ReadingTrial):
    """Count the forms of numbers in a column."""

    def __init__(self, missing: tuple[str, ...] = MARKS) -> None:
        super().__init__(missing)
        self.forms: Counter[tuple[str, str]] = Counter()
        self.present = 0
        self.zeros = 0
        self.long = self.power = ""
        self.bare = False
        self.longs: set[str] = set()
        self.parentheses = False
        self.bodies: set[str] = set()
        self.others: dict[str, None] = {}
        self.comma = self.point = ""

    def update(self, values: pl.Series, times: pl.Series) -> None:
        """Count the next cells."""
        if values.dtype.is_numeric():
            numbers = values.cast(pl.Float64).fill_nan(None)
            here = numbers.is_not_null() & ~numbers.is_in(number_marks(self.missing))
            self._update_numbers(numbers.filter(here), times.filter(here))
            return
        if values.dtype != pl.String:
            self.present += int(times.filter(values.is_not_null()).sum())
            self.others[str(values.dtype)] = None
            return
        texts, gone = strip_cells(values, self.missing)
        here = pl.Series(~gone)
        texts, times = texts.filter(here), times.filter(here)
        self.present += int(times.sum())
        parts = split_numbers(texts).with_columns(times=times)
        self.forms += form_counts(parts)
        body = parts["body"]
        infinite = texts.cast(pl.Float64, strict=False).is_infinite().fill_null(False)
        self.forms["", "plain"] += int(times.filter(infinite & body.is_null()).sum())
        self.parentheses |= bool(parts["parentheses"].any())
        if len(self.others) <= FEW_STRAYS:
            strange = texts.filter(body.is_null() & ~infinite)
            compared = strange.str.contains(COMPARED)
            alike = strange.filter(compared)
            for text in alike.filter(alike.str.head(1).is_first_distinct()):
                if not any(other[0] == text[0] for other in self.others if other):
                    self.others[text] = None
            rest = strange.filter(~compared).head(2 * FEW_STRAYS)
            self.others.update(dict.fromkeys(rest))
        body = body.drop_nulls()
        if len(self.bodies) <= VARIOUS:
            self.bodies.update(body.head(2 * VARIOUS))
        self.zeros += int(body.str.contains(r"^0\d+$").sum())
        self._update_long(body.filter(body.str.contains(r"^\d{16,}$")))
        self.bare = self.bare or bool((~body.str.contains("[eE]")).any())
        if not self.power:
            self.power = next(iter(body.filter(body.str.contains(CODE_POWER))), "")
        if not self.comma:
            found = body.filter(body.str.contains(",", literal=True)).head(1)
            self.comma = next(iter(found), "")
        if not self.point:
            found = body.filter(body.str.contains(".", literal=True)).head(1)
            self.point = next(iter(found), "")

    def _update_long(self, long: pl.Series) -> None:
        if not self.long:
            self.long = next((t for t in long if int(t) != int(float(t))), "")
        self.longs.update(long.head(LONG - len(self.longs)))

    def _update_numbers(self, values: pl.Series, times: pl.Series) -> None:
        self.present += int(times.sum())
        self.forms["", "plain"] += int(times.sum())
        if len(self.bodies) <= VARIOUS:
            self.bodies.update(map(repr, values.head(2 * VARIOUS)))

    @property
    def decimal(self) -> str:
        """Decimal mark that this column alone makes sure of, "" for none."""
        forms = _without_units(self.forms)
        point = forms["decimal point"] + forms["spaced, point"]
        comma = forms["decimal comma"] + forms["spaced, comma"]
        point += forms["comma thousands"] + forms["comma, in pairs"]
        comma += forms["point thousands"]
        if point == comma:
            return ""
        return "." if point > comma else ","

    def propose(self, context: str) -> Proposal | None:
        """Marks and unit of most cells, unless these leave open what is meant."""
        forms = _without_units(self.forms)
        if not forms or (len(self.bodies) <= VARIOUS and not self.bodies):
            return None
        units = Counter[str]()
        for (unit, _form), count in self.forms.items():
            units[unit] += count
        bare = units.pop("", 0)
        unit, count = units.most_common(1)[0] if units else ("", 0)
        marks = choose_marks(forms, context)
        chosen = marks or (",", "")
        if count < MINOR * bare:
            unit = ""
        taken = sum(
            number
            for (its, form), number in self.forms.items()
            if its in ("", unit) and form in MARK_PAIRS[chosen]
        )
        # Only a fraction of three digits, and no other column that tells.
        is_open = not (chosen[1] or context in (".", ",") or forms["plain"]) and (
            _marked(forms) in ({"point, three digits"}, {"comma, three digits"})
        )
        doubt, detail = self._doubt(forms, units, marks)
        return Proposal(
            CellReading(
                "number",
                decimal=chosen[0],
                thousands=chosen[1],
                unit=unit,
                parentheses=self.parentheses,
                missing=self.missing,
            ),
            taken,
            self.present,
            self._is_likely(taken),
            doubt,
            detail,
            tuple(self._facts(chosen, unit, is_open)),
        )

    def _facts(
        self, marks: tuple[str, str], unit: str, is_open: bool
    ) -> Iterator[tuple[str, str]]:
        if marks[0] == ",":
            yield "decimal commas", ""
        if marks[1]:
            yield "thousands", repr(marks[1])
        if unit:
            yield "unit", unit
        if self.parentheses:
            yield "parentheses", ""
        if is_open:
            yield "fraction", repr(self.comma or self.point)
        if self.long:
            yield "rounded", self.long

    def _doubt(
        self,
        forms: Counter[str],
        units: Counter[str],
        marks: tuple[str, str] | None,
    ) -> tuple[str, str]:
        whole = set(forms) <= {"below 1000", "plain"}
        if self.zeros and whole:
            return "codes", ""
        if self.power and self.bare and whole:
            return "powers", repr(self.power)
        if self.longs and 2 * len(set(map(float, self.longs))) <= len(self.longs):
            return "digits", ""
        if marks is None:
            lists = forms["comma, as in a list"]
            return "list or number" if lists else "thousands or fraction", repr(
                self.comma
            )
        (_unit, most), *rest = units.most_common(2) or [("", 0)]
        mostly = 2 * forms.total() >= self.present
        if mostly and rest and rest[0][1] > MINOR * most:
            return "units", ", ".join(repr(u) for u, _n in units.most_common(3))
        return "", next(iter(self.others), "")

    def _is_likely(self, taken: int) -> bool:
        """Whether what is not taken is an exception, not a level beside few numbers."""
        strays = self.present - taken
        if len(self.bodies) <= VARIOUS:
            most = max(FEW_LEVELS, LEVELS * self.present)
            return strays <= min(most, MOST_STRAYS * self.present)
        few = len(self.others) <= FEW_STRAYS
        return strays <= (0.5 if few else MOST_STRAYS) * self.present


def _without_units(forms: Counter[tuple[str, str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (_unit, form), count in forms.items():
        found[form] += count
    return found


def _marked(forms: Counter[str]) -> set[str]:
    """Forms that occur and hold a mark."""
    return {form for form in forms if forms[form] and form not in BARE}


def choose_marks(forms: Counter[str], context: str) -> tuple[str, str] | None:
    """Decimal mark and mark of thousands of a column, ``None`` where both may be meant.

    Parameters
    ----------
    forms : Counter of str
        How often each of :data:`neurona.data.reading.number_forms.FORMS` occurs.
    context : {"", ".", ",", ";"}
        Decimal mark of the table's other columns; a semicolon where these leave it
        open, but one stands between the columns, as where people write decimal commas.

    Notes
    -----
    The pair that takes the most cells, the plainer one where several do. Then:

    - 1,234 alone, without any other form with a comma, is a fraction where larger
      numbers stand bare; else as the other columns have it; else thousands where
      smaller numbers stand bare;
    - 1.234 alone is a fraction too, but where the other columns have decimal commas
      and no larger number stands bare;
    - 1,2 alone, in a table of decimal points, may be a list;
    - 1.234 beside a few 1,5 keeps its decimal point.

    Examples
    --------
    >>> choose_marks(Counter({"comma, three digits": 5, "below 1000": 3}), "")
    ('.', ',')
    >>> choose_marks(Counter({"comma, as in a list": 5, "below 1000": 3}), ".") is None
    True
    """
    taken = {pair: sum(forms[form] for form in MARK_PAIRS[pair]) for pair in MARK_PAIRS}
    most = max(taken.values())
    best = next(pair for pair, count in taken.items() if count == most)
    commas = {form for form in forms if "comma" in form and forms[form]}
    if best == (",", ".") and not forms["point thousands"]:
        count = forms["comma, as in a list"] + forms["decimal comma"]
        if count < MINOR * most:
            return ".", ""
    if commas == {"comma, three digits"} and taken[".", ","] == taken[",", ""] == most:
        if forms["plain"]:
            return ",", ""
        if context != "," and forms["below 1000"]:
            return ".", ","
        return {".": (".", ","), ",": (",", ""), ";": (",", "")}.get(context)
    if context == "," and _marked(forms) == {"point, three digits"}:
        return (".", "") if forms["plain"] else (",", ".")
    if commas == {"comma, as in a list"} and best[0] == "," and context == ".":
        return None
    return best
