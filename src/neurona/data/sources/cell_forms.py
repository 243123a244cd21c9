"""What the cell of a table looks like, before anything is known of its column."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["ERRORS", "Form", "common_form", "form_of"]

Form = str
"""``number``, ``date``, ``word``, or nothing for a cell that says nothing."""

DATE = re.compile(
    r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}([T ]\d.*)?|\d{4}-\d{2}|\d{1,2}:\d{2}(:\d{2}.*)?"
)
NUMBER = re.compile(
    r"[(]?\s*[-+−<>~≈]?\s*([$€£¥]|[A-Z]{3}\b)?\s*[-+−]?"
    r"(\d[\d.,'’\u00a0\u202f ]*|[.,]\d+)([eE][-+]?\d+)?"
    r"\s*([%‰€$£¥*]|[A-Z]{3}\b)?\s*[)]?"
)
MARKS = frozenset(
    ["", "na", "n/a", "nan", "null", "none", "-", "--", "?", ".", "n.d.", "nd", "#n/a"]
)
ERRORS = (
    r"(?i)^#[¡¿]?(?:N/A|N/D|NV|(?:DIV/0|VALUE|VALOR|VALEUR|WERT|REF|BEZUG|NAME|NOMBRE|NOM"
    r"|NUM|ZAHL|NULL|NULO|NUL|SPILL|CALC|GETTING_DATA)[!?]?)$"
    r"|^[-+]?1\.#(?:IND|[QS]?NAN)\d*$|^[-+]?nan\((?:ind|snan)\)$|^[-+]nan$"
    r"|^\\N$|^NaT$|^<(?:NA|NULL|NONE)>$|^[(\[]NULL[)\]]$"
)
"""What stands where there is no value and is never one: #DIV/0!, -1.#IND, <NA>, –."""

MOST = 0.8
"""Share of the cells that decides what a column looks like."""


def form_of(cell: str) -> Form:
    """What a cell looks like.

    Examples
    --------
    >>> [form_of(cell) for cell in ("$1,234", "2024-05-01", "north", "NA")]
    ['number', 'date', 'word', '']
    """
    cell = cell.strip()
    if cell.lower() in MARKS or re.match(ERRORS, cell):
        return ""
    if DATE.fullmatch(cell):
        return "date"
    return "number" if NUMBER.fullmatch(cell) else "word"


def common_form(cells: Sequence[str]) -> Form:
    """What most cells of a column look like: nothing where all of them are empty.

    Examples
    --------
    >>> common_form(["1", "2", "", "3", "4", "T"]), common_form(["1", "a"])
    ('number', 'word')
    """
    forms = [form for form in map(form_of, cells) if form]
    for form in ("number", "date"):
        if forms and forms.count(form) >= MOST * len(forms):
            return form
    return "word" if forms else ""
