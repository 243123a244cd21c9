"""Mathematics as terms, typeset as text, LaTeX or MathML.

>>> from neurona.show.notation import Number, Sum, Symbol, show_text, to_latex
>>> term = Sum((Symbol("w", subscript="1", layer="2"), Number(-0.25)))
>>> show_text(term), to_latex(term)
('w₁⁽²⁾ − 0.25', 'w_{1}^{[2]} - 0.25')
"""

from neurona.show.notation.box import Box, Run
from neurona.show.notation.latex import escape_latex, latex_pieces, to_latex
from neurona.show.notation.mathml import mathml_pieces, to_mathml
from neurona.show.notation.numbers import MINUS, format_number
from neurona.show.notation.terms import (
    DOTS,
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
    numbers_matrix,
)
from neurona.show.notation.text import MARK_SIGNS, layout, layout_pieces, show_text
from neurona.show.notation.writing import DIGITS, Writing

__all__ = [
    "DIGITS",
    "DOTS",
    "MARK_SIGNS",
    "MINUS",
    "Blank",
    "Box",
    "Call",
    "Cases",
    "Derivative",
    "Marked",
    "Matrix",
    "Negative",
    "Number",
    "Power",
    "Product",
    "Quotient",
    "Relation",
    "Root",
    "Run",
    "Sum",
    "Summation",
    "Surrounded",
    "Symbol",
    "Term",
    "Transpose",
    "Word",
    "Writing",
    "escape_latex",
    "format_number",
    "latex_pieces",
    "layout",
    "layout_pieces",
    "mathml_pieces",
    "numbers_matrix",
    "show_text",
    "to_latex",
    "to_mathml",
]
