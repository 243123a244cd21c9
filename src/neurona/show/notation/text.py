"""Terms as Unicode text for a terminal: one line where possible, boxes where not."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from neurona.show.notation.box import Align, Box, Run, beside, box_of, pad, stack
from neurona.show.notation.clean import printable
from neurona.show.notation.fold import Fold, MatrixColumn
from neurona.show.notation.numbers import Numeral
from neurona.show.notation.scripts import subscript, superscript
from neurona.show.notation.terms import (
    Mark,
    Matrix,
    Number,
    Power,
    Surrounded,
    Symbol,
    Term,
    Transpose,
)
from neurona.show.notation.writing import DIGITS, Writing

__all__ = ["MARK_SIGNS", "layout", "layout_pieces", "show_text"]

MARK_SIGNS: Final = {"reused": "⟲", "new": "∗", "warning": "⚠"}
"""What tells marked terms apart where colours do not show."""

_ACCENTS: Final = {"": "", "hat": "\u0302", "bar": "\u0304", "prime": "′"}
_BRACKETS: Final = {
    "[": "[⎡⎢⎣",
    "]": "]⎤⎥⎦",
    "(": "(⎛⎜⎝",
    ")": ")⎞⎟⎠",
    "|": "||||",
    "‖": "‖‖‖‖",
}
_BLANK: Final = "______"


def show_text(term: Term, digits: int = DIGITS, answers: bool = False) -> str:
    """Return a term as Unicode text, of several lines if it holds a matrix.

    Parameters
    ----------
    term : Term
    digits : int
        Significant digits of measured numbers.
    answers : bool
        Whether blanks show what goes into them.

    Examples
    --------
    >>> from neurona.show.notation.terms import Derivative, Sum
    >>> w = Symbol("w", subscript="12", layer="1")
    >>> show_text(Derivative(Symbol("L"), w))
    '∂L/∂w₁₂⁽¹⁾'
    >>> show_text(Sum((w, Number(-0.25))))
    'w₁₂⁽¹⁾ − 0.25'
    """
    lines = layout(term, digits, answers).lines
    return "\n".join(line.rstrip() for line in lines)


def layout(
    term: Term, digits: int = DIGITS, answers: bool = False, flat: bool = False
) -> Box:
    r"""Return a term as rows of characters, with the look of each.

    Parameters
    ----------
    term : Term
    digits : int
        Significant digits of measured numbers.
    answers : bool
        Whether blanks show what goes into them.
    flat : bool
        Whether matrices and choices are written in one line, between words.

    Examples
    --------
    >>> from neurona.show.notation.terms import Relation
    >>> two = Matrix(((Number(1.5),), (Number(-2.0),)))
    >>> box = layout(Relation((Symbol("x"), two)))
    >>> print("\n".join(box.lines))
    x = ⎡ 1.5⎤
        ⎣−2  ⎦
    >>> layout(two, flat=True).lines
    ('[1.5; −2]',)
    """
    return _TextWriter(Writing(digits, answers), flat).whole(term)


def layout_pieces(
    term: Term, digits: int = DIGITS, answers: bool = False
) -> list[list[Box]]:
    """Sides of a relation, each as the boxes between which a line may be broken.

    Returns
    -------
    list of list of Box
        One list for each side; its first box begins with the sign before the side.

    Examples
    --------
    >>> from neurona.show.notation.terms import Negative, Relation, Sum
    >>> x, y = Symbol("x"), Symbol("y")
    >>> pieces = layout_pieces(Relation((x, Sum((y, Negative(x))))))
    >>> [[box.lines[0] for box in side] for side in pieces]
    [['x'], ['= y', '− x']]
    """
    return _TextWriter(Writing(digits, answers)).pieces(term)


class _TextWriter(Fold[Box]):
    linear = True

    def __init__(self, writing: Writing, flat: bool = False) -> None:
        super().__init__(writing)
        self.flat = flat

    def symbol(self, symbol: Symbol) -> Box:
        letter = printable(symbol.letter) + _ACCENTS[symbol.accent]
        text = unicodedata.normalize("NFC", letter)
        if symbol.subscript:
            text += subscript(printable(symbol.subscript))
        if symbol.layer:
            raised = superscript(f"({printable(symbol.layer)})")
            text += raised if "^" not in raised else f"[{printable(symbol.layer)}]"
        return box_of(text, "bold" if symbol.bold else "")

    def word(self, text: str) -> Box:
        return box_of(text)

    def numeral(self, numeral: Numeral) -> Box:
        return box_of(numeral.text)

    def function(self, name: str) -> Box:
        return box_of(name)

    def signed(self, signs: list[str], part: Box) -> Box:
        return beside([*(box_of(f"{sign} ") for sign in signs), part])

    def joined(self, parts: list[tuple[str, Box]]) -> Box:
        boxes: list[Box] = []
        for sign, box in parts:
            shown = f" {sign} " if sign.strip() else sign
            boxes += [*([box_of(shown)] if sign else []), box]
        return beside(boxes)

    def gap(self, before: Term, after: Term) -> str:
        return "" if is_letter(before) and is_letter(after) else " "

    def negative(self, body: Box) -> Box:
        return beside([box_of("−"), body])

    def fraction(self, top: Box, bottom: Box) -> Box:
        if top.height == bottom.height == 1:
            return beside([top, box_of(" / "), bottom])
        width = max(top.width, bottom.width)
        boxes = [top, box_of("─" * width), bottom]
        return stack(boxes, top.height, "centre")

    def rate(self, d: str, top: Box, bottom: Box) -> Box:
        # A call or a power stays one thing behind its d.
        return beside([box_of(d), top, box_of(f"/{d}"), bottom])

    def raised(self, base: Box, exponent: Box) -> Box:
        if exponent.height > 1:
            return beside([base, box_of("^"), surround(exponent, "(", ")")])
        shown = exponent.lines[0]
        # Small letters in parentheses are hard to read.
        text = f"^({shown})" if "(" in shown else superscript(shown)
        if base.height == 1:
            return beside([base, box_of(text)])
        return beside([base, stack([box_of(text)], base.baseline)])

    def root(self, body: Box) -> Box:
        return beside([box_of("√"), body])

    def listed(self, parts: list[Box]) -> Box:
        return beside(between(parts, ", ")) if parts else box_of("")

    def call(self, head: Box, inside: Box) -> Box:
        return beside([head, surround(inside, "(", ")")])

    def fenced(self, body: Box, left: str, right: str) -> Box:
        return surround(body, left, right)

    def summation(
        self, index: Box, first: Box | None, last: Box | None, body: Box
    ) -> Box:
        below = index.lines[0] + (f"={first.lines[0]}" if first else "")
        above = last.lines[0] if last else ""
        low, high = subscript(below), superscript(above) if above else ""
        if low.startswith("_") or high.startswith("^"):
            low, high = f"[{below}{f'..{above}' if above else ''}]", ""
        return beside([box_of(f"Σ{low}{high} "), body])

    def matrix(self, columns: list[MatrixColumn[Box]]) -> Box:
        if not columns:
            return box_of("[]")
        if self.flat:
            rows = zip(*(column.cells for column in columns), strict=True)
            lines = [self.listed(list(cells)) for cells in rows]
            return surround(beside(between(lines, "; ")), "[", "]")
        padded = [padded_column(column) for column in columns]
        grid = [beside(between(cells, "  ")) for cells in zip(*padded, strict=True)]
        middle = sum(box.height for box in grid) - 1
        return surround(stack(grid, middle // 2), "[", "]")

    def cases(self, cases: list[tuple[Box, Box]]) -> Box:
        if self.flat:
            choices = [beside(between(case, " ")) for case in cases]
            return beside(between(choices, ", "))
        width = max(value.width for value, _condition in cases)
        rows = [
            beside([value, box_of(" " * (width - value.width + 2)), condition])
            for value, condition in cases
        ]
        if len(rows) == 2:
            # What follows stands on a line of its own, beside neither condition.
            rows.insert(1, box_of(""))
        body = stack(rows, (sum(row.height for row in rows) - 1) // 2)
        return beside([brace(body.height, body.baseline), body, box_of("  ")])

    def introduced(self, word: str, body: Box) -> Box:
        return beside([box_of(f"{word} "), body])

    def marked(self, body: Box, kind: Mark) -> Box:
        return beside([body.marked(kind), box_of(MARK_SIGNS[kind], kind)])

    def blank(self, answer: Box | None) -> Box:
        return answer.marked("blank") if answer else box_of(_BLANK)


def padded_column(column: MatrixColumn[Box]) -> list[Box]:
    """Cells as wide as the widest, numbers with their points in line."""
    boxes = column.cells
    if column.tails is not None:
        boxes = [
            beside([box, box_of(" " * len(tail))])
            for box, tail in zip(boxes, column.tails, strict=True)
        ]
    width = max(box.width for box in boxes)
    align: Align = "centre" if column.tails is None else "right"
    return [
        Box(tuple(pad(row, width, align) for row in box.rows), box.baseline)
        for box in boxes
    ]


def between(boxes: Sequence[Box], sign: str) -> list[Box]:
    """Boxes with a sign between each two."""
    return [part for box in boxes for part in (box_of(sign), box)][1:]


def is_letter(term: Term) -> bool:
    """Whether a term is read as one thing without a space beside it."""
    match term:
        case Symbol(letter):
            return len(letter) == 1
        case Power(base) | Transpose(base):
            return is_letter(base)
        case Number() | Surrounded() | Matrix():
            return True
    return False


def surround(body: Box, left: str, right: str) -> Box:
    """Box between delimiters as tall as it is."""
    return beside([delimiter(left, body), body, delimiter(right, body)])


def delimiter(sign: str, body: Box) -> Box:
    single, top, middle, bottom = tuple(_BRACKETS[sign])
    if body.height == 1:
        return box_of(single)
    signs = [top, *[middle] * (body.height - 2), bottom]
    return stack([box_of(s) for s in signs], body.baseline)


def brace(height: int, baseline: int) -> Box:
    """Opening brace of a choice."""
    if height == 1:
        return box_of("{ ")
    signs = ["⎧", *["⎪"] * (height - 2), "⎩"]
    if height > 2:
        signs[height // 2] = "⎨"
    return Box(tuple((Run(f"{s} "),) for s in signs), baseline)
