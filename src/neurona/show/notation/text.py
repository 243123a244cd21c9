"""Terms as Unicode text for a terminal: one line where possible, boxes where not."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence
from typing import Final

from neurona.messages import _
from neurona.show.notation.box import Align, Box, Run, beside, box_of, pad, stack
from neurona.show.notation.clean import printable
from neurona.show.notation.numbers import as_numeral, decimal_padding
from neurona.show.notation.parentheses import (
    punctuate,
    relation_sides,
    split_at_signs,
)
from neurona.show.notation.scripts import subscript, superscript
from neurona.show.notation.terms import (
    Blank,
    Call,
    Cases,
    Derivative,
    Marked,
    Matrix,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Root,
    Sum,
    Summation,
    Surrounded,
    Symbol,
    Term,
    Transpose,
    Word,
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
    >>> two = Matrix(((Number(1.5),), (Number(-2.0),)))
    >>> box = layout(Relation((Symbol("x"), two)))
    >>> print("\n".join(box.lines))
    x = ⎡ 1.5⎤
        ⎣−2  ⎦
    >>> layout(two, flat=True).lines
    ('[1.5; −2]',)
    """
    writing = Writing(digits, answers)
    return _TextWriter(writing, flat).write(punctuate(term, writing, linear=True))


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
    >>> x, y = Symbol("x"), Symbol("y")
    >>> pieces = layout_pieces(Relation((x, Sum((y, Negative(x))))))
    >>> [[box.lines[0] for box in side] for side in pieces]
    [['x'], ['= y', '− x']]
    """
    writing = Writing(digits, answers)
    writer = _TextWriter(writing)
    sides = []
    for relation_sign, side in relation_sides(punctuate(term, writing, linear=True)):
        boxes: list[Box] = []
        for sign, part in split_at_signs(side):
            before = " ".join(filter(None, [relation_sign if not boxes else "", sign]))
            box = writer.write(part)
            boxes.append(beside([box_of(f"{before} "), box]) if before else box)
        sides.append(boxes)
    return sides


class _TextWriter:
    """Writes punctuated terms; every decision on parentheses is already made."""

    def __init__(self, writing: Writing, flat: bool = False) -> None:
        self.writing = writing
        self.flat = flat

    def write(self, term: Term) -> Box:
        match term:
            case Symbol():
                return self.symbol(term)
            case Word(text):
                return box_of(printable(text))
            case Number():
                return box_of(as_numeral(term, self.writing.digits).text)
            case Relation():
                return self.relation(term)
            case Sum() | Product():
                return self.joined(term)
            case Negative(body):
                return beside([box_of("−"), self.write(body)])
            case Quotient(top, bottom):
                return self.fraction(self.write(top), self.write(bottom))
            case Derivative(top, bottom, partial):
                d = "∂" if partial else "d"
                # A call or a power stays one thing behind its d.
                return beside(
                    [
                        box_of(d),
                        self.write(top),
                        box_of(f"/{d}"),
                        self.write(bottom),
                    ]
                )
            case Power(base, exponent):
                return self.raised(self.write(base), self.write(exponent))
            case Transpose(body):
                return self.raised(self.write(body), box_of("⊤"))
            case Root(body):
                return beside([box_of("√"), self.write(body)])
        return self.write_enclosed(term)

    def write_enclosed(self, term: Term) -> Box:
        match term:
            case Call(function, arguments):
                if isinstance(function, str):
                    head = box_of(printable(function))
                else:
                    head = self.write(function)
                inside = self.listed(arguments)
                return beside([head, surround(inside, "(", ")")])
            case Summation():
                return self.summation(term)
            case Surrounded(body, by):
                left, right = ("(", ")") if by == "()" else (by, by)
                return surround(self.write(body), left, right)
            case Matrix():
                return self.matrix(term)
            case Cases():
                return self.cases(term)
            case Marked(body, kind):
                box = self.write(body)
                return beside([box.marked(kind), box_of(MARK_SIGNS[kind], kind)])
            case Blank(answer):
                if self.writing.answers:
                    return self.write(answer).marked("blank")
                return box_of(_BLANK)
        raise TypeError(f"not a term: {term!r}")

    def symbol(self, symbol: Symbol) -> Box:
        letter = printable(symbol.letter) + _ACCENTS[symbol.accent]
        text = unicodedata.normalize("NFC", letter)
        if symbol.subscript:
            text += subscript(printable(symbol.subscript))
        if symbol.layer:
            raised = superscript(f"({printable(symbol.layer)})")
            text += raised if "^" not in raised else f"[{printable(symbol.layer)}]"
        return box_of(text, "bold" if symbol.bold else "")

    def listed(self, terms: tuple[Term, ...]) -> Box:
        boxes = [self.write(term) for term in terms]
        return beside(between(boxes, ", ")) if boxes else box_of("")

    def relation(self, relation: Relation) -> Box:
        parts: list[Box] = []
        for sign, side in relation_sides(relation):
            parts += [*([box_of(f" {sign} ")] if sign else []), self.write(side)]
        return beside(parts)

    def joined(self, term: Sum | Product) -> Box:
        pieces = split_at_signs(term)
        if len(pieces) == 1 and isinstance(term, Product):
            return self.side_by_side(term.factors)
        parts: list[Box] = []
        for sign, part in pieces:
            parts += [*([box_of(f" {sign} ")] if sign else []), self.write(part)]
        return beside(parts)

    def side_by_side(self, factors: tuple[Term, ...]) -> Box:
        parts = [self.write(factors[0])]
        for before, factor in itertools.pairwise(factors):
            box = self.write(factor)
            if box.lines[box.baseline][:1].isdigit():
                parts.append(box_of(" · "))
            elif not (is_letter(before) and is_letter(factor)):
                parts.append(box_of(" "))
            parts.append(box)
        return beside(parts)

    def fraction(self, top: Box, bottom: Box) -> Box:
        if top.height == bottom.height == 1:
            return beside([top, box_of(" / "), bottom])
        width = max(top.width, bottom.width)
        boxes = [top, box_of("─" * width), bottom]
        return stack(boxes, top.height, "centre")

    def raised(self, base: Box, exponent: Box) -> Box:
        if exponent.height > 1:
            return beside([base, box_of("^"), surround(exponent, "(", ")")])
        shown = exponent.lines[0]
        # Small letters in parentheses are hard to read.
        text = f"^({shown})" if "(" in shown else superscript(shown)
        if base.height == 1:
            return beside([base, box_of(text)])
        return beside([base, stack([box_of(text)], base.baseline)])

    def summation(self, term: Summation) -> Box:
        index = self.write(term.index).lines[0]
        if term.first is not None:
            index += f"={self.write(term.first).lines[0]}"
        low = subscript(index)
        high = ""
        if term.last is not None:
            high = superscript(self.write(term.last).lines[0])
        if low.startswith("_") or high.startswith("^"):
            last = "" if term.last is None else f"..{self.write(term.last).lines[0]}"
            low, high = f"[{index}{last}]", ""
        return beside([box_of(f"Σ{low}{high} "), self.write(term.body)])

    def matrix(self, matrix: Matrix) -> Box:
        if not matrix.rows or not matrix.rows[0]:
            return box_of("[]")
        if self.flat:
            rows = [self.listed(cells) for cells in matrix.rows]
            return surround(beside(between(rows, "; ")), "[", "]")
        columns = [self.column(list(cells)) for cells in zip(*matrix.rows, strict=True)]
        grid = []
        for i in range(len(matrix.rows)):
            cells = [column[i] for column in columns]
            grid.append(beside(between(cells, "  ")))
        middle = sum(box.height for box in grid) - 1
        return surround(stack(grid, middle // 2), "[", "]")

    def column(self, cells: list[Term]) -> list[Box]:
        """Cells of one column, numbers with their points in line, the rest centred."""
        numerals = [
            as_numeral(cell, self.writing.digits) if isinstance(cell, Number) else None
            for cell in cells
        ]
        boxes = [self.write(cell) for cell in cells]
        if all(numerals):
            tails = decimal_padding(numerals)
            boxes = [
                beside([box, box_of(" " * len(tail))]) if tail else box
                for box, tail in zip(boxes, tails, strict=True)
            ]
        width = max(box.width for box in boxes)
        align: Align = "right" if all(numerals) else "centre"
        return [
            Box(tuple(pad(row, width, align) for row in box.rows), box.baseline)
            for box in boxes
        ]

    def cases(self, term: Cases) -> Box:
        rows = []
        if self.flat:
            return beside(between([self.choice(*case) for case in term.cases], ", "))
        values = [self.write(value) for value, _condition in term.cases]
        width = max(box.width for box in values)
        for value, (_value, condition) in zip(values, term.cases, strict=True):
            gap = box_of(" " * (width - value.width + 2))
            rows.append(beside([value, gap, self.condition(condition)]))
        if len(rows) == 2:
            # What follows stands on a line of its own, beside neither condition.
            rows.insert(1, box_of(""))
        body = stack(rows, (sum(row.height for row in rows) - 1) // 2)
        return beside([brace(body.height, body.baseline), body, box_of("  ")])

    def condition(self, term: Term) -> Box:
        box = self.write(term)
        return box if isinstance(term, Word) else beside([box_of(_("if") + " "), box])

    def choice(self, value: Term, condition: Term) -> Box:
        return beside([self.write(value), box_of(" "), self.condition(condition)])


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
