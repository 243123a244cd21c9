"""Names of months and of days of the week, and the cycles that they go round in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import polars as pl
from numpy.typing import NDArray

from neurona.data.reading.reading import Values

__all__ = ["CYCLES", "Cycle", "cycle_of_words", "english_months"]

DAYS = (
    "mon monday lun lunes",
    "tue tues tuesday mar martes",
    "wed weds wednesday mié mie miér miércoles miercoles",
    "thu thur thurs thursday jue juev jueves",
    "fri friday vie vier viernes",
    "sat saturday sáb sab sábado sabado",
    "sun sunday dom domingo",
)
MONTHS = (
    "jan january ene enero",
    "feb february febrero",
    "mar march marzo",
    "apr april abr abril",
    "may mayo",
    "jun june junio",
    "jul july julio",
    "aug august ago agosto",
    "sep sept september set septiembre setiembre",
    "oct october octubre",
    "nov november noviembre",
    "dec december dic diciembre",
)
FEWEST = 3
"""Different names from which they go round; two are as well a category each."""


ENGLISH = {
    word: names.split()[0]
    for word, names in sorted(
        ((word, names) for names in MONTHS for word in names.split()),
        key=lambda pair: -len(pair[0]),
    )
}
"""Every name of a month, the longest first, and the short English one."""


def english_months(texts: pl.Series) -> pl.Series:
    """Dates with the short English names of their months, and no "de" between.

    Examples
    --------
    >>> english_months(pl.Series(["10 de abril de 2021", "3-Ene.-21"])).to_list()
    ['10 apr 2021', '3-jan-21']
    """
    texts = texts.str.to_lowercase().str.replace_all(r"\s+(?:de|del)\s+", " ")
    texts = texts.str.replace_all(r"(\p{L})\.", "$1")
    return texts.str.replace_many(ENGLISH, leftmost=True)


@dataclass(frozen=True)
class Cycle:
    """What comes back to its start after a period.

    Parameters
    ----------
    period : float
        In the unit of the values: hours, days, months.
    names : mapping of str to int
        Names in lower case, and the number of each; empty where cells are numbers.
    """

    period: float
    names: Mapping[str, int] = field(default_factory=dict)

    def numbers(self, values: Values) -> NDArray[np.float64]:
        """Places on the cycle, NaN where missing or no name.

        Examples
        --------
        >>> CYCLES["week"].numbers(pl.Series(["Mon", "mié.", None, "x"])).tolist()
        [1.0, 3.0, nan, nan]
        """
        if not isinstance(values, pl.Series):
            return values
        found = folded(values).replace_strict(
            list(self.names),
            list(self.names.values()),
            default=None,
            return_dtype=pl.Float64,
        )
        return found.fill_null(np.nan).to_numpy()


def folded(words: pl.Series) -> pl.Series:
    """Words in lower case and without a point at the end."""
    return words.str.to_lowercase().str.strip_suffix(".")


def _numbered(names: Iterable[str]) -> Mapping[str, int]:
    return MappingProxyType(
        {name: i for i, same in enumerate(names, 1) for name in same.split()}
    )


CYCLES: Mapping[str, Cycle] = MappingProxyType(
    {
        "day": Cycle(24.0),
        "week": Cycle(7.0, _numbered(DAYS)),
        "year": Cycle(12.0, _numbered(MONTHS)),
    }
)
"""Cycles by name: hours of a day, days of a week, months of a year."""


def cycle_of_words(words: Iterable[str]) -> str:
    """Cycle whose names all of the words are, "" for none.

    Examples
    --------
    >>> cycle_of_words(["lun", "mar", "mié"]), cycle_of_words(["Mar", "apr.", "May"])
    ('week', 'year')
    >>> cycle_of_words(["Mon", "Tue", "later"]), cycle_of_words(["Sat", "Sun"])
    ('', '')
    """
    known = set(folded(pl.Series([*words], dtype=pl.String)))
    for name, cycle in CYCLES.items():
        numbers = {cycle.names[word] for word in known if word in cycle.names}
        if known <= set(cycle.names) and len(numbers) >= FEWEST:
            return name
    return ""
