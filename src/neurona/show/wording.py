"""Sentences and tables with mathematics in them, from plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from neurona.show.notation import Term, show_text
from neurona.show.notation.compose import exactly, measured
from neurona.show.page import Inline, Note, Paragraph, Table

__all__ = ["Cell", "Part", "fill", "inline_text", "note", "say", "tabulate", "written"]

Part: TypeAlias = "str | Term | Inline"


def fill(message: str, **parts: Part) -> Inline:
    """Put terms and texts in the places of a translated message.

    Parameters
    ----------
    message : str
        With ``{name}`` where a part belongs, in the order that its language needs.
    **parts : str, Term or tuple of them

    Examples
    --------
    >>> from neurona.show.notation import Symbol
    >>> fill("with {x} it fires", x=Symbol("θ"))[1].letter
    'θ'
    """
    found: list[str | Term] = []
    rest = message
    while "{" in rest:
        before, _brace, rest = rest.partition("{")
        key, _brace, rest = rest.partition("}")
        part = parts[key]
        found += [before] if before else []
        found += part if isinstance(part, tuple) else [part]
    return tuple([*found, rest] if rest else found)


def inline_text(content: Inline, digits: int = 6) -> str:
    """Text of an inline, on one line where it holds no matrix.

    Examples
    --------
    >>> from neurona.show.notation import Number, Relation, Symbol
    >>> inline_text(("so that ", Relation((Symbol("z"), Number(-0.5)))))
    'so that z = −0.5'
    """
    return "".join(
        part if isinstance(part, str) else show_text(part, digits) for part in content
    )


Cell: TypeAlias = "Part | int | float | None"
"""What a cell or a sentence may hold: an integer is exact, a float was measured."""


def written(cell: Cell) -> Inline:
    """A value as a page has it; nothing where there is none.

    Examples
    --------
    >>> written("n"), written(None), written(0.5)
    (('n',), ('',), (Number(value=0.5, exact=False),))
    """
    if isinstance(cell, tuple):
        return cell
    if isinstance(cell, int):
        return (exactly(cell),)
    if isinstance(cell, float):
        return (measured(cell),)
    return ("" if cell is None else cell,)


def say(message: str, **parts: Cell) -> Paragraph:
    """Write a translated sentence with values in its places."""
    return Paragraph(fill(message, **{k: written(part) for k, part in parts.items()}))


def note(
    message: str,
    kind: Literal["note", "warning", "good"] = "note",
    **parts: Cell,
) -> Note:
    """Write the same as a remark set apart."""
    return Note(say(message, **parts).content, kind)


def tabulate(
    headings: Sequence[Part],
    rows: Iterable[Sequence[Cell]],
    caption: str = "",
    missing: str = "",
) -> Table:
    """Write values under headings; what is missing as it is told.

    Examples
    --------
    >>> tabulate(["d", "terms"], [[1, 4]]).rows
    (((Number(value=1.0, exact=True),), (Number(value=4.0, exact=True),)),)
    """
    return Table(
        tuple(written(heading) for heading in headings),
        tuple(
            tuple(written(missing if cell is None else cell) for cell in row)
            for row in rows
        ),
        caption,
    )
