"""Terms: the mathematics of an explanation, before it is typeset.

A term says what is written, not how it looks: parentheses, the joining of signs and the
rounding of numbers belong to whoever typesets it, so that every output agrees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, TypeAlias

__all__ = [
    "DOTS",
    "Blank",
    "Call",
    "Cases",
    "Derivative",
    "Mark",
    "Marked",
    "Matrix",
    "Negative",
    "Number",
    "Power",
    "Product",
    "Quotient",
    "Relation",
    "Root",
    "Sign",
    "Sum",
    "Summation",
    "Surrounded",
    "Symbol",
    "Term",
    "Transpose",
    "Word",
    "numbers_matrix",
    "with_parts",
]


@dataclass(frozen=True)
class Symbol:
    """A letter with its indices, such as w with subscript 12 and layer [1].

    Parameters
    ----------
    letter : str
        One letter, Latin or Greek, as Unicode: ``w``, ``δ``, ``W``.
    subscript : str
        Such as ``12`` or ``i,j``.
    layer : str
        Written above, in square brackets: ``1``.
    accent : {"", "hat", "bar", "prime"}
    bold : bool
        For vectors and matrices.
    """

    letter: str
    subscript: str = ""
    layer: str = ""
    accent: Literal["", "hat", "bar", "prime"] = ""
    bold: bool = False


@dataclass(frozen=True)
class Word:
    """Upright text inside mathematics: the name of a column, a condition."""

    text: str


@dataclass(frozen=True)
class Number:
    """A number, rounded only when it is typeset.

    Parameters
    ----------
    value : float
    exact : bool
        Whether it belongs to the formula, such as the 2 of a square, and is written
        whole; else it is a measured value, written with the reader's number of digits.
    """

    value: float
    exact: bool = False


@dataclass(frozen=True)
class Sum:
    """Terms added; a negative one is written with a minus."""

    terms: tuple[Term, ...]


Sign: TypeAlias = Literal["·", "⊙", "×", ""]
"""Between factors; an empty one sets them side by side."""


@dataclass(frozen=True)
class Product:
    """Factors multiplied.

    Parameters
    ----------
    factors : tuple of Term
    sign : {"·", "⊙", "×", ""}
        ⊙ multiplies element by element; an empty sign sets factors side by side.
    """

    factors: tuple[Term, ...]
    sign: Sign = "·"


@dataclass(frozen=True)
class Quotient:
    """A fraction."""

    top: Term
    bottom: Term


@dataclass(frozen=True)
class Power:
    """A term raised to another."""

    base: Term
    exponent: Term


@dataclass(frozen=True)
class Root:
    """A square root."""

    body: Term


@dataclass(frozen=True)
class Negative:
    """A term with a minus before it."""

    body: Term


@dataclass(frozen=True)
class Call:
    """A function applied to arguments.

    Parameters
    ----------
    function : Term or str
        A name set upright, such as ``exp``, or a symbol such as σ or f with a prime.
    arguments : tuple of Term
    """

    function: Term | str
    arguments: tuple[Term, ...]


@dataclass(frozen=True)
class Derivative:
    """∂top/∂bottom, or d top/d bottom where there is but one variable."""

    top: Term
    bottom: Term
    partial: bool = True


@dataclass(frozen=True)
class Summation:
    """Σ over an index.

    Parameters
    ----------
    body : Term
    index : Term
    first, last : Term or None
        Without ``last``, the index alone is written below.
    """

    body: Term
    index: Term
    first: Term | None = None
    last: Term | None = None


@dataclass(frozen=True)
class Surrounded:
    """A term between delimiters: bars, or parentheses kept on purpose."""

    body: Term
    by: Literal["|", "‖", "()"]


@dataclass(frozen=True)
class Transpose:
    """The transpose of a term."""

    body: Term


@dataclass(frozen=True)
class Matrix:
    """Rows of terms in brackets; a vector is one column or one row."""

    rows: tuple[tuple[Term, ...], ...]


@dataclass(frozen=True)
class Cases:
    """A choice between values by condition: (value, condition) pairs."""

    cases: tuple[tuple[Term, Term], ...]


@dataclass(frozen=True)
class Relation:
    """Sides joined by a sign: a = b = c.

    Typeset on its own, each side after the second may begin a new line.
    """

    sides: tuple[Term, ...]
    sign: Literal["=", "≈", "≤", "≥", "<", ">", "←", "→", "≠", "≡", "∈"] = "="


Mark: TypeAlias = Literal["reused", "new", "warning"]
"""Computed before, computed here for the first time, or to be looked at."""


@dataclass(frozen=True)
class Marked:
    """A term set off from the others, such as a factor computed before.

    Parameters
    ----------
    body : Term
    kind : {"reused", "new", "warning"}
    note : str
        Said in words where the output has room for it.
    """

    body: Term
    kind: Mark
    note: str = ""


@dataclass(frozen=True)
class Blank:
    """A place to fill in; the answer key shows the answer instead."""

    answer: Term


Term: TypeAlias = (
    Symbol
    | Word
    | Number
    | Sum
    | Product
    | Quotient
    | Power
    | Root
    | Negative
    | Call
    | Derivative
    | Summation
    | Surrounded
    | Transpose
    | Matrix
    | Cases
    | Relation
    | Marked
    | Blank
)

DOTS: Final = Symbol("…")
"""Stands for what is left out of a sum, a product or a matrix."""


def numbers_matrix(rows: Sequence[Sequence[float]]) -> Matrix:
    """Matrix of measured numbers.

    Examples
    --------
    >>> numbers_matrix([[1.0, 2.0]]).rows[0][1]
    Number(value=2.0, exact=False)
    """
    return Matrix(tuple(tuple(Number(float(x)) for x in row) for row in rows))


def with_parts(term: Term, change: Callable[[Term], Term]) -> Term:
    """A term with each of the terms that it is made of changed.

    Examples
    --------
    >>> with_parts(Negative(Symbol("x")), lambda part: Transpose(part)).body.body.letter
    'x'
    """

    def changed(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(changed, value))
        return change(value) if hasattr(value, "__dataclass_fields__") else value

    held = {entry.name: getattr(term, entry.name) for entry in fields(term)}
    return replace(term, **{name: changed(value) for name, value in held.items()})
