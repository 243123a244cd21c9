"""What is said of a line that has another number of cells than the others."""

from __future__ import annotations

from neurona.errors import DataError
from neurona.messages import ngettext

__all__ = ["in_short", "unequal_row"]


def in_short(text: str, most: int = 60) -> str:
    """A text of at most so many characters.

    Examples
    --------
    >>> in_short("from the north", 9)
    'from the…'
    """
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def unequal_row(
    line: int, text: str, found: int, width: int, where: str, more: int = 0
) -> DataError:
    """Error for a line with another number of cells than the others.

    Parameters
    ----------
    line : int
        From 1.
    text : str
        What it holds.
    found, width : int
        Cells of this line, and of the others.
    where : str
        What the table is called.
    more : int
        Further lines that are unequal too.
    """
    said = ngettext(
        "line {line} of {name} has {found} column where the other lines have {width}: "
        "it holds {text!r}; correct that line, or put a text that holds the separator "
        "between quotes",
        "line {line} of {name} has {found} columns where the other lines have {width}: "
        "it holds {text!r}; correct that line, or put a text that holds the separator "
        "between quotes",
        found,
    ).format(line=line, name=where, found=found, width=width, text=in_short(text))
    if more:
        said += ngettext(
            " ({count} more line is like it)", " ({count} more lines are like it)", more
        ).format(count=more)
    return DataError(said)
