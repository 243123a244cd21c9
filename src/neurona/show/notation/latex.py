r"""Terms as LaTeX mathematics, for amsmath and amssymb."""

from __future__ import annotations

from typing import Final

from neurona.messages import _
from neurona.show.notation.clean import printable
from neurona.show.notation.mathml import chunks
from neurona.show.notation.numbers import Numeral, as_numeral, decimal_padding
from neurona.show.notation.parentheses import (
    punctuate,
    relation_sides,
    split_at_signs,
)
from neurona.show.notation.scripts import LOWERED, RAISED
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

__all__ = ["escape_latex", "latex_pieces", "to_latex"]

_LETTERS: Final = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta",
    "ε": r"\varepsilon", "ζ": r"\zeta", "η": r"\eta", "θ": r"\theta",
    "ι": r"\iota", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu", "µ": r"\mu",
    "ν": r"\nu", "ξ": r"\xi", "ο": "o", "π": r"\pi", "ρ": r"\rho", "ς": r"\varsigma",
    "σ": r"\sigma", "τ": r"\tau", "υ": r"\upsilon", "φ": r"\varphi", "χ": r"\chi",
    "ψ": r"\psi", "ω": r"\omega", "Γ": r"\Gamma", "Δ": r"\Delta", "Θ": r"\Theta",
    "Λ": r"\Lambda", "Ξ": r"\Xi", "Π": r"\Pi", "Σ": r"\Sigma", "Φ": r"\Phi",
    "Ψ": r"\Psi", "Ω": r"\Omega", "∇": r"\nabla", "∂": r"\partial", "ℓ": r"\ell",
    "∞": r"\infty", "…": r"\dots", "⋮": r"\vdots", "⋯": r"\cdots", "⋱": r"\ddots",
    "𝟙": r"\mathbf{1}", "ℝ": r"\mathbb{R}", "∅": r"\varnothing",
}  # fmt: skip
_SIGNS: Final = {
    "=": "=", "≈": r"\approx", "≤": r"\le", "≥": r"\ge", "<": "<", ">": ">",
    "←": r"\leftarrow", "→": r"\rightarrow", "≠": r"\ne", "≡": r"\equiv",
    "∈": r"\in", "+": "+", "−": "-", "·": r"\cdot", "⊙": r"\odot", "×": r"\times",
}  # fmt: skip
_SPECIAL: Final = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&",
    "#": r"\#", "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}", "-": "-{}", "\u00a0": "~", "–": "--", "—": "---",
    "’": "'", "‘": "`", "“": "``", "”": "''", "«": r"\guillemotleft{}",
    "»": r"\guillemotright{}",
    "€": r"\texteuro{}", "′": r"\ensuremath{'}",
    "⟲": r"\ensuremath{\circlearrowleft}", "∗": r"\ensuremath{\ast}",
    "⚠": r"\ensuremath{\triangle}!", "ᵀ": r"\ensuremath{^{\top}}",
    "²": r"\ensuremath{^2}",
    "√": r"\ensuremath{\surd}", "‖": r"\ensuremath{\|}",
    "✓": r"\ensuremath{\checkmark}",
}  # fmt: skip
_ACCENTS: Final = {"": "{}", "prime": "{}", "hat": r"\hat{{{}}}", "bar": r"\bar{{{}}}"}
# Digits and letters that are small as characters, such as those of text mathematics.
_SMALL: Final = {
    small: f"_{{{_LETTERS.get(full, full)}}}" for full, small in LOWERED.items()
} | {small: f"^{{{_LETTERS.get(full, full)}}}" for full, small in RAISED.items()}
_TALL: Final = (r"\frac", r"\begin", r"\sum", r"\sqrt", r"\left")
# Characters that every TeX engine sets as they are, in text.
_LATIN: Final = frozenset("áéíóúüñÁÉÍÓÚÜÑ¿¡àèìòùâêîôûäëïöçÀÈÌÒÙÂÊÎÔÛÄËÏÖÇßøØåÅæÆº°")


def escape_latex(text: str) -> str:
    r"""Text as LaTeX that prints it and does nothing else.

    Characters that the fonts of plain LaTeX lack are printed by LuaLaTeX and XeLaTeX,
    and as their code points by pdfLaTeX, through ``\unicode`` of the page's preamble.

    Examples
    --------
    >>> print(escape_latex(r"a_b%$\x{}"))
    a\_b\%\$\textbackslash{}x\{\}
    """
    shown = []
    for character in printable(text):
        if character in _SPECIAL:
            shown.append(_SPECIAL[character])
        elif character.isascii() or character in _LATIN:
            shown.append(character)
        elif character in _LETTERS or character in _SIGNS:
            command = (_LETTERS | _SIGNS)[character]
            shown.append(rf"\ensuremath{{{command}}}")
        elif character in _SMALL:
            shown.append(rf"\ensuremath{{{_SMALL[character]}}}")
        else:
            shown.append(rf"\unicode{{{ord(character):04X}}}")
    return "".join(shown)


def to_latex(term: Term, digits: int = DIGITS, answers: bool = False) -> str:
    r"""Return a term as LaTeX mathematics, without dollars around it.

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
    >>> print(to_latex(Derivative(Symbol("L"), w)))
    \frac{\partial L}{\partial w_{12}^{[1]}}
    """
    writing = Writing(digits, answers)
    return _LatexWriter(writing).write(punctuate(term, writing, linear=False))


def latex_pieces(
    term: Term, digits: int = DIGITS, answers: bool = False
) -> list[list[str]]:
    """Sides of a relation, each as the parts between which a line may be broken.

    Returns
    -------
    list of list of str
        One list for each side; its first part begins with the sign before the side.

    Examples
    --------
    >>> latex_pieces(Relation((Symbol("x"), Sum((Symbol("y"), Number(-2.0))))))
    [['x'], ['= y', '- 2']]
    """
    writing = Writing(digits, answers)
    writer = _LatexWriter(writing)
    sides = []
    for relation_sign, side in relation_sides(punctuate(term, writing, linear=False)):
        parts: list[str] = []
        for sign, part in split_at_signs(side):
            signs = [relation_sign if not parts else "", sign]
            before = [_SIGNS[s] for s in signs if s]
            parts.append(" ".join([*before, writer.write(part)]))
        sides.append(parts)
    return sides


def upright(text: str) -> str:
    return rf"\text{{{escape_latex(text)}}}"


def letter(text: str) -> str:
    """Return one letter of mathematics, or a word set upright."""
    clean = printable(text)
    if clean in _LETTERS:
        return _LETTERS[clean]
    if len(clean) == 1 and clean.isascii() and clean.isalpha():
        return clean
    return upright(clean)


def index(text: str) -> str:
    parts = []
    for chunk in chunks(printable(text)):
        if chunk.isascii() and (chunk.isdigit() or chunk in ",+-=()/" or chunk == "*"):
            parts.append(chunk)
        elif chunk.isalpha() and len(chunk) <= 2:
            parts.append(" ".join(letter(c) for c in chunk))
        else:
            parts.append(upright(chunk))
    return " ".join(parts) if any("\\" in part for part in parts) else "".join(parts)


def delimited(inside: str, left: str, right: str) -> str:
    r"""Return mathematics between delimiters, stretched only around what is tall.

    Stretching ones stand off from the function before them.
    """
    if any(command in inside for command in _TALL):
        return rf"\left{left}{inside}\right{right}"
    return f"{left}{inside}{right}"


class _LatexWriter:
    """Writes punctuated terms; every decision on parentheses is already made."""

    def __init__(self, writing: Writing) -> None:
        self.writing = writing

    def write(self, term: Term) -> str:
        match term:
            case Symbol():
                return self.symbol(term)
            case Word(text):
                return upright(text)
            case Number():
                return self.numeral(as_numeral(term, self.writing.digits))
            case Relation():
                parts = []
                for sign, side in relation_sides(term):
                    parts += [_SIGNS[sign]] if sign else []
                    parts.append(self.write(side))
                return " ".join(parts)
            case Sum():
                return self.joined(term)
            case Product(factors, sign):
                return self.joined(term) if sign else self.side_by_side(factors)
            case Negative(body):
                return f"-{self.write(body)}"
            case Quotient(top, bottom):
                return rf"\frac{{{self.write(top)}}}{{{self.write(bottom)}}}"
            case Derivative(top, bottom, partial):
                d = r"\partial " if partial else r"\mathrm{d}"
                return rf"\frac{{{d}{self.write(top)}}}{{{d}{self.write(bottom)}}}"
            case Power(base, exponent):
                return f"{{{self.write(base)}}}^{{{self.write(exponent)}}}"
            case Transpose(body):
                return f"{{{self.write(body)}}}^{{\\top}}"
            case Root(body):
                return rf"\sqrt{{{self.write(body)}}}"
        return self.write_enclosed(term)

    def write_enclosed(self, term: Term) -> str:
        match term:
            case Call(function, arguments):
                if isinstance(function, str):
                    head = rf"\operatorname{{{escape_latex(function)}}}"
                else:
                    head = self.write(function)
                inside = ", ".join(self.write(a) for a in arguments)
                return head + delimited(inside, "(", ")")
            case Summation():
                return self.summation(term)
            case Surrounded(body, by):
                left, right = {
                    "()": ("(", ")"),
                    "|": ("|", "|"),
                    "‖": (r"\|", r"\|"),
                }[by]
                return delimited(self.write(body), left, right)
            case Matrix(rows):
                return self.matrix(rows)
            case Cases():
                return self.cases(term)
            case Marked(body, kind):
                return rf"\mark{kind}{{{self.write(body)}}}"
            case Blank(answer):
                if self.writing.answers:
                    return rf"\boxed{{{self.write(answer)}}}"
                return r"\underline{\hspace{4em}}"
        raise TypeError(f"not a term: {term!r}")

    def symbol(self, symbol: Symbol) -> str:
        base = _ACCENTS[symbol.accent].format(letter(symbol.letter))
        if symbol.bold:
            latin = base.isascii() and base.isalpha()
            base = rf"\mathbf{{{base}}}" if latin else rf"\boldsymbol{{{base}}}"
        above = r"\prime" if symbol.accent == "prime" else ""
        if symbol.layer:
            above += f"[{index(symbol.layer)}]"
        if symbol.subscript:
            base += f"_{{{index(symbol.subscript)}}}"
        return f"{base}^{{{above}}}" if above else base

    def numeral(self, numeral: Numeral) -> str:
        if numeral.is_word:
            return upright(numeral.digits)
        digits = numeral.digits.replace("∞", r"\infty")
        sign = "-" if numeral.negative else ""
        if numeral.exponent is None:
            return f"{sign}{digits}"
        dot = r" \cdot " if digits else ""
        return f"{sign}{digits}{dot}10^{{{numeral.exponent}}}"

    def joined(self, term: Sum | Product) -> str:
        parts = []
        for sign, part in split_at_signs(term):
            parts += [_SIGNS[sign]] if sign else []
            parts.append(self.write(part))
        return " ".join(parts)

    def side_by_side(self, factors: tuple[Term, ...]) -> str:
        parts = [self.write(factors[0])]
        for factor in factors[1:]:
            inside = self.write(factor)
            if inside[:1].isdigit():
                parts.append(r"\cdot")
            elif isinstance(factor, Call | Word):
                parts.append(r"\,")
            parts.append(inside)
        return " ".join(parts)

    def summation(self, term: Summation) -> str:
        low = self.write(term.index)
        if term.first is not None:
            low += f" = {self.write(term.first)}"
        high = "" if term.last is None else f"^{{{self.write(term.last)}}}"
        return rf"\sum_{{{low}}}{high} {self.write(term.body)}"

    def matrix(self, rows: tuple[tuple[Term, ...], ...]) -> str:
        columns = [self.column(list(cells)) for cells in zip(*rows, strict=True)]
        aligned = "".join(align for align, _cells in columns)
        lines = [
            " & ".join(cells[i] for _align, cells in columns) for i in range(len(rows))
        ]
        body = r" \\ ".join(lines)
        return (
            rf"\left[\begin{{array}}{{@{{}}{aligned}@{{}}}} {body} \end{{array}}\right]"
        )

    def column(self, cells: list[Term]) -> tuple[str, list[str]]:
        """Alignment and cells of one column, numbers with their points in line."""
        numerals = [
            as_numeral(cell, self.writing.digits) if isinstance(cell, Number) else None
            for cell in cells
        ]
        shown = [self.write(cell) for cell in cells]
        if not all(numerals):
            return "c", shown
        tails = decimal_padding(numerals)
        return "r", [
            text + (rf"\phantom{{{tail}}}" if tail else "")
            for text, tail in zip(shown, tails, strict=True)
        ]

    def cases(self, term: Cases) -> str:
        lines = []
        for value, condition in term.cases:
            word = "" if isinstance(condition, Word) else upright(_("if") + " ")
            lines.append(f"{self.write(value)} & {word}{self.write(condition)}")
        body = r" \\ ".join(lines)
        return rf"\begin{{cases}} {body} \end{{cases}}"
