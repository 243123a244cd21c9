r"""Terms as LaTeX mathematics, for amsmath and amssymb."""

from __future__ import annotations

from typing import Final

from neurona.show.notation.clean import printable
from neurona.show.notation.fold import Fold, MatrixColumn
from neurona.show.notation.numbers import Numeral
from neurona.show.notation.scripts import LOWERED, RAISED, chunks
from neurona.show.notation.terms import Call, Mark, Symbol, Term, Word
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
    "⊤": r"\top",
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
    >>> from neurona.show.notation.terms import Derivative
    >>> w = Symbol("w", subscript="12", layer="1")
    >>> print(to_latex(Derivative(Symbol("L"), w)))
    \frac{\partial L}{\partial w_{12}^{[1]}}
    """
    return _LatexWriter(Writing(digits, answers)).whole(term)


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
    >>> from neurona.show.notation.terms import Number, Relation, Sum
    >>> latex_pieces(Relation((Symbol("x"), Sum((Symbol("y"), Number(-2.0))))))
    [['x'], ['= y', '- 2']]
    """
    return _LatexWriter(Writing(digits, answers)).pieces(term)


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


class _LatexWriter(Fold[str]):
    linear = False

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

    def word(self, text: str) -> str:
        return upright(text)

    def numeral(self, numeral: Numeral) -> str:
        if numeral.is_word:
            return upright(numeral.digits)
        digits = numeral.digits.replace("∞", r"\infty")
        sign = "-" if numeral.negative else ""
        if numeral.exponent is None:
            return f"{sign}{digits}"
        dot = r" \cdot " if digits else ""
        return f"{sign}{digits}{dot}10^{{{numeral.exponent}}}"

    def function(self, name: str) -> str:
        return rf"\operatorname{{{escape_latex(name)}}}"

    def signed(self, signs: list[str], part: str) -> str:
        return " ".join([*(_SIGNS[sign] for sign in signs), part])

    def joined(self, parts: list[tuple[str, str]]) -> str:
        pairs = [(_SIGNS.get(sign, sign), part) for sign, part in parts]
        return " ".join(shown for pair in pairs for shown in pair if shown)

    def gap(self, before: Term, after: Term) -> str:
        return r"\," if isinstance(after, Call | Word) else ""

    def negative(self, body: str) -> str:
        return f"-{body}"

    def fraction(self, top: str, bottom: str) -> str:
        return rf"\frac{{{top}}}{{{bottom}}}"

    def rate(self, d: str, top: str, bottom: str) -> str:
        d = r"\partial " if d == "∂" else rf"\mathrm{{{d}}}"
        return self.fraction(f"{d}{top}", f"{d}{bottom}")

    def raised(self, base: str, exponent: str) -> str:
        return f"{{{base}}}^{{{exponent}}}"

    def root(self, body: str) -> str:
        return rf"\sqrt{{{body}}}"

    def listed(self, parts: list[str]) -> str:
        return ", ".join(parts)

    def call(self, head: str, inside: str) -> str:
        return head + self.fenced(inside, "(", ")")

    def fenced(self, body: str, left: str, right: str) -> str:
        left, right = (side.replace("‖", r"\|") for side in (left, right))
        # Stretching ones stand off from the function before them.
        if any(command in body for command in _TALL):
            return rf"\left{left}{body}\right{right}"
        return f"{left}{body}{right}"

    def summation(
        self, index: str, first: str | None, last: str | None, body: str
    ) -> str:
        low = index if first is None else f"{index} = {first}"
        high = "" if last is None else f"^{{{last}}}"
        return rf"\sum_{{{low}}}{high} {body}"

    def matrix(self, columns: list[MatrixColumn[str]]) -> str:
        aligned = "".join("c" if c.tails is None else "r" for c in columns)
        cells = [
            [
                text + (rf"\phantom{{{tail}}}" if tail else "")
                for text, tail in zip(
                    c.cells, c.tails or [""] * len(c.cells), strict=True
                )
            ]
            for c in columns
        ]
        body = r" \\ ".join(" & ".join(line) for line in zip(*cells, strict=True))
        return (
            rf"\left[\begin{{array}}{{@{{}}{aligned}@{{}}}} {body} \end{{array}}\right]"
        )

    def cases(self, cases: list[tuple[str, str]]) -> str:
        body = r" \\ ".join(f"{value} & {condition}" for value, condition in cases)
        return rf"\begin{{cases}} {body} \end{{cases}}"

    def introduced(self, word: str, body: str) -> str:
        return upright(f"{word} ") + body

    def marked(self, body: str, kind: Mark) -> str:
        return rf"\mark{kind}{{{body}}}"

    def blank(self, answer: str | None) -> str:
        if answer is None:
            return r"\underline{\hspace{4em}}"
        return rf"\boxed{{{answer}}}"
