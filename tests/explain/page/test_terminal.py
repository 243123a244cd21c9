"""A page in the terminal: aligned, wrapped, readable without colours."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from neurona.explain.notation import (
    Marked,
    Number,
    Product,
    Relation,
    Sum,
    Symbol,
    numbers_matrix,
)
from neurona.explain.page import (
    Formulas,
    Note,
    Page,
    Paragraph,
    Picture,
    Section,
    Table,
)
from neurona.explain.page.terminal import show_terminal

Z, A = Symbol("z", "1", "1"), Symbol("a")


def shown(page, width=80, **options):
    stream = io.StringIO()
    console = Console(file=stream, width=width, color_system=None)
    show_terminal(page, console, **options)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_equations_are_aligned_at_their_first_sign():
    lines = ((Relation((Z, Number(0.5))), ""), (Relation((A, Number(-2.0))), "why"))
    page = Page("t", (Formulas(lines),))
    assert shown(page)[-2:] == ["  z₁⁽¹⁾ = 0.5", "      a = −2    why"]


def test_long_equations_continue_below_their_sign():
    sums = Sum(
        tuple(Product((Symbol("w", str(i)), Symbol("x", str(i)))) for i in "123")
    )
    page = Page("t", (Formulas(((Relation((Z, sums, Number(1.25))), "the sum"),)),))
    assert shown(page, width=30)[3:] == [
        "  z₁⁽¹⁾ = w₁ · x₁ + w₂ · x₂",
        "          + w₃ · x₃ = 1.25",
        "      the sum",
    ]


@pytest.mark.parametrize("width", [32, 40, 80, 200])
def test_no_line_is_longer_than_the_console(width):
    sums = Sum(
        tuple(Product((Number(1 / i), Symbol("x", str(i)))) for i in range(1, 30))
    )
    page = Page("t", (Formulas(((Relation((Z, sums, Number(1.25))), "why it is"),)),))
    assert max(map(len, shown(page, width=width))) <= width


def test_a_matrix_stands_in_its_equation():
    line = Relation((A, numbers_matrix([[1, 2], [3, 4]]), Number(5.0)))
    page = Page("t", (Formulas(((line, "rows"),)),))
    assert shown(page)[-2:] == ["  a = ⎡1  2⎤ = 5    rows", "      ⎣3  4⎦"]


def test_folded_sections_are_counted_and_shown_on_request():
    page = Page("t", (Section(("inside",), (Paragraph(("secret",)),), folded=True),))
    assert "secret" not in "\n".join(shown(page))
    assert "1 part is folded" in shown(page)[-1]
    assert "secret" in "\n".join(shown(page, details=True))


def test_marks_show_without_colours():
    line = Product((Marked(Number(0.5), "reused", "from above"), A))
    text = "\n".join(shown(Page("t", (Formulas(((line, ""),)),))))
    assert "0.5⟲ · a" in text
    assert "from above" in text
    assert "⟲ computed before, used again" in text


def test_tables_notes_and_pictures_are_printed():
    table = Table(
        (("n",), ("v",)), ((("a",), (Number(0.25),)), (("b",), (Number(10.0),)))
    )
    page = Page(
        "t",
        (
            table,
            Note(("careful",), "warning"),
            Picture("<svg/>", "bars", "▇▇"),
            Picture("<svg/>", "a spiral"),
        ),
    )
    lines = shown(page)
    text = "\n".join(lines)
    quarter, ten = (next(line for line in lines if n in line) for n in ("0.25", "10"))
    assert quarter.index(".") == ten.index("10") + 2
    assert "Warning" in text
    assert "▇▇" in text
    assert "bars" not in text
    assert "a spiral" in text


def test_rich_markup_and_escapes_in_names_are_inert():
    page = Page("[red]t", (Paragraph(("[bold]x[/bold] \x1b[31m",)),))
    assert shown(page)[0] == "[red]t"
    assert shown(page)[3] == "[bold]x[/bold] [31m"
