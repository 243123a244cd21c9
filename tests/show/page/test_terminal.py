"""A page in the terminal: aligned, wrapped, readable without colours."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from neurona.show.notation import (
    Marked,
    Number,
    Product,
    Quotient,
    Relation,
    Sum,
    Symbol,
    numbers_matrix,
)
from neurona.show.page import (
    Formulas,
    Note,
    Page,
    Paragraph,
    Picture,
    Section,
    Table,
)
from neurona.show.page.terminal import show_terminal
from neurona.show.pictures import bar_chart, histogram, line_chart

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


def wide_table(columns=12):
    headings = (("derivative",), *[(Symbol("z", str(i)),) for i in range(columns)])
    rows = tuple(
        (
            (Relation((Symbol("w", str(n)), Symbol("L")), "→"),),
            *[(Number(-0.0123456 * (i + 1) / (n + 1)),) for i in range(columns)],
        )
        for n in range(3)
    )
    return Table(headings, rows, "what each gives")


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_wide_table_is_split_and_nothing_in_it_is_cut(width):
    table = wide_table()
    whole = shown(Page("t", (table,)), width=400)
    lines = shown(Page("t", (table,)), width=width)
    assert max(map(len, lines)) <= width
    assert "…" not in "".join(lines)
    found, known = (set(" ".join(x).replace("─", "").split()) for x in (lines, whole))
    assert found == known
    assert sum("derivative" in line for line in lines) > 1
    assert lines[-1] == "what each gives"


def test_a_table_too_narrow_for_two_columns_becomes_records():
    lines = shown(Page("t", (wide_table(2),)), width=16)
    assert lines[3:6] == ["derivative  w₀ →", "L", "  z₀  −0.012346"]


def test_only_prose_wraps_in_a_table():
    said = "a sentence that is longer than the terminal is wide"
    table = Table((("v",), ("why",)), (((Number(0.123456),), (said,)),))
    lines = shown(Page("t", (table,)), width=40)
    assert max(map(len, lines)) <= 40
    assert sum("0.12346" in line for line in lines) == 1
    assert " ".join(" ".join(lines).replace("0.12346", "").split()).endswith(said)


@pytest.mark.parametrize("width", [30, 40, 60])
def test_one_long_term_is_broken_where_it_has_spaces(width):
    numbers = Sum(tuple(Number(1 / (i + 3)) for i in range(12)))
    product = Product((Number(0.5), Quotient(numbers, Number(7.0)), Symbol("x")))
    matrices = Product((numbers_matrix([[0.125] * 8] * 2), numbers_matrix([[1.5]] * 8)))
    for term in (product, matrices):
        page = Page("t", (Formulas(((Relation((Z, term)), ""),)),))
        lines = shown(page, width=width)
        assert max(map(len, lines)) <= width
        wide = " ".join(shown(page, width=400)).split()
        assert sorted("".join(lines).replace(" ", "")) == sorted("".join(wide))


def test_a_drawing_takes_the_width_of_the_terminal():
    pictures = (
        bar_chart({"a long name of a column": 2.0, "b": -1.0}),
        histogram({"hidden": [0.0, 0.1, 0.9, 1.0]}),
        line_chart({"loss": [1 / (i + 1) for i in range(80)]}),
    )
    for picture in pictures:
        lines = shown(Page("t", (picture,)), width=44)
        assert 20 < max(map(len, lines)) <= 44
        assert max(map(len, shown(Page("t", (picture,)), width=100))) > 44
