"""The same terms as a terminal, a browser and LaTeX show them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from neurona.show.notation import (
    DOTS,
    Blank,
    Call,
    Cases,
    Derivative,
    Marked,
    Matrix,
    Number,
    Power,
    Product,
    Relation,
    Root,
    Sum,
    Summation,
    Surrounded,
    Symbol,
    Transpose,
    Word,
    layout,
    layout_pieces,
    mathml_pieces,
    numbers_matrix,
    show_text,
    to_latex,
    to_mathml,
)

X, Y = Symbol("x"), Symbol("y")
W12 = Symbol("w", "12", "1")
Y_HAT = Symbol("y", accent="hat")
F_PRIME = Call(Symbol("f", accent="prime"), (Y,))

SHOWN = [
    (W12, "w₁₂⁽¹⁾", "w_{12}^{[1]}"),
    (Symbol("w", "i,j", "l"), "wᵢ‚ⱼ⁽ˡ⁾", "w_{i,j}^{[l]}"),
    (Symbol("δ", bold=True), "δ", r"\boldsymbol{\delta}"),
    (Symbol("W", bold=True), "W", r"\mathbf{W}"),
    (Y_HAT, "ŷ", r"\hat{y}"),
    (Derivative(Symbol("L"), W12), "∂L/∂w₁₂⁽¹⁾", None),
    (Derivative(Y, X, partial=False), "dy/dx", r"\frac{\mathrm{d}y}{\mathrm{d}x}"),
    (Call("exp", (Power(X, Number(2, True)),)), "exp(x²)", None),
    (Power(Symbol("e"), Call("sin", (X,))), "e^(sin(x))", None),
    (Root(Sum((X, Y))), "√(x + y)", r"\sqrt{x + y}"),
    (Surrounded(X, "‖"), "‖x‖", r"\|x\|"),
    (
        Summation(Product((Symbol("w", "i"), X)), Symbol("i"), Number(1, True), Y),
        "Σᵢ₌₁ʸ wᵢ · x",
        r"\sum_{i = 1}^{y} w_{i} \cdot x",
    ),
    (
        Product((Transpose(Symbol("W", layer="2")), Symbol("δ")), ""),
        "W⁽²⁾ᵀδ",
        r"{W^{[2]}}^{\top} \delta",
    ),
    (
        Product((Product((Symbol("W"), X), ""), F_PRIME), "⊙"),
        "(Wx) ⊙ f′(y)",
        r"(W x) \odot f^{\prime}(y)",
    ),
    (
        Relation((X, Relation((Y, Number(2.0)))), "←"),
        "x ← y = 2",
        r"x \leftarrow y = 2",
    ),
    (Marked(Number(0.5), "reused"), "0.5⟲", r"\markreused{0.5}"),
    (Blank(Number(0.5)), "______", r"\underline{\hspace{4em}}"),
    (DOTS, "…", r"\dots"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "text", "latex"), SHOWN)
def test_terms_are_written_as_in_the_notes(term, text, latex):
    assert show_text(term) == text
    if latex:
        assert to_latex(term) == latex
    ElementTree.fromstring(to_mathml(term))


def test_a_matrix_takes_several_lines_and_an_equation_stands_at_its_middle():
    equation = Relation((X, numbers_matrix([[1, -2.5], [0.25, 3], [10, 100.125]])))
    assert show_text(equation).splitlines() == [
        "    ⎡ 1      −2.5 ⎤",
        "x = ⎢ 0.25    3   ⎥",
        "    ⎣10     100.12⎦",
    ]


def test_between_words_a_matrix_is_flat():
    assert layout(numbers_matrix([[1, 2], [3, 4]]), flat=True).lines == (
        "[1, 2; 3, 4]",
    )


def test_cases_stand_behind_a_brace():
    step = Cases(((Number(1, True), Relation((X, Y), "≥")), (X, Word("otherwise"))))
    assert show_text(step).splitlines() == [
        "⎧ 1  if x ≥ y",
        "⎨",
        "⎩ x  otherwise",
    ]
    assert layout(step, flat=True).lines == ("1 if x ≥ y, x otherwise",)
    assert r"1 & \text{if }x \ge y" in to_latex(step)


def test_the_answer_key_shows_what_goes_into_a_blank():
    term = Sum((X, Blank(Number(-2.0))))
    assert show_text(term) == "x + ______"
    assert show_text(term, answers=True) == "x + (−2)"
    assert "mspace" in to_mathml(term)
    assert 'class="answer"' in to_mathml(term, answers=True)


def test_equations_may_be_broken_at_each_sign():
    equation = Relation((X, Sum((X, Y, Number(-2.0))), Number(3.0)))
    shown = [[box.lines[0] for box in side] for side in layout_pieces(equation)]
    assert shown == [["x"], ["= x", "+ y", "− 2"], ["= 3"]]
    assert [len(side) for side in mathml_pieces(equation)] == [1, 3, 1]


def test_every_row_of_a_box_is_as_wide_as_the_others():
    box = layout(Relation((Y_HAT, Transpose(numbers_matrix([[1, 2], [3, 4]])))))
    assert len({len(line) for line in box.lines}) == 1


def test_an_empty_matrix_is_shown_as_such():
    assert show_text(Matrix(())) == "[]"
    ElementTree.fromstring(to_mathml(Matrix(())))
    to_latex(Matrix(()))


def test_what_follows_cases_stands_beside_no_condition():
    step = Cases(((Number(1, True), Relation((X, Y), "≥")), (X, Word("otherwise"))))
    assert show_text(Relation((Y, step, Number(0.0)))).splitlines() == [
        "    ⎧ 1  if x ≥ y",
        "y = ⎨                = 0",
        "    ⎩ x  otherwise",
    ]
