"""A page as a LaTeX document."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from neurona.show.notation import (
    Blank,
    Cases,
    Derivative,
    Marked,
    Number,
    Product,
    Quotient,
    Relation,
    Sum,
    Symbol,
    Word,
    numbers_matrix,
)
from neurona.show.page import (
    Formulas,
    Listing,
    Note,
    Page,
    Paragraph,
    Picture,
    Section,
    Table,
    to_latex_document,
)
from neurona.show.pictures import bar_chart, network_picture

HOSTILE = "a_b%$\\x{} <script> ñ 温 € “q” ~^ → ∂ #&"
X, Y = Symbol("x"), Symbol("y", accent="hat")


def full_page(language="en"):
    step = Cases(((Number(1, True), Relation((X, Y), "≥")), (X, Word("otherwise"))))
    sums = Sum(
        tuple(Product((Number(1 / i), Symbol("x", str(i)))) for i in range(1, 20))
    )
    lines = (
        (
            Relation((Derivative(Y, X), Product((Marked(X, "reused", HOSTILE), Y)))),
            HOSTILE,
        ),
        (Relation((Symbol("W", bold=True), numbers_matrix([[1, 0.5], [3, 4]]))), ""),
        (step, ""),
        (Relation((X, sums, Blank(Number(2.0)))), ""),
    )
    blocks = (
        Paragraph((HOSTILE, X)),
        Formulas(lines),
        Table(((HOSTILE,), ("v",)), (((HOSTILE,), (Number(0.5),)),), HOSTILE),
        Note((HOSTILE,), "erratum"),
        Listing(f"{HOSTILE}\n\n  two"),
        bar_chart({HOSTILE: 2.0, "b": -1.0}, title=HOSTILE),
        network_picture([[[0.1, 0.3], [0.2, -0.4]], [[0.5], [-0.5]]]),
        Picture("<svg/>", HOSTILE),
        Section((HOSTILE,), (Section(("deep", X), ()),), folded=True),
    )
    return Page(HOSTILE, blocks, language)


def test_braces_and_environments_are_balanced():
    text = to_latex_document(full_page())
    braces = re.findall(r"(?<!\\)[{}]", text)
    assert braces.count("{") == braces.count("}")
    opened = re.findall(r"\\begin\{(.+?)\}", text)
    closed = re.findall(r"\\end\{(.+?)\}", text)
    assert sorted(opened) == sorted(closed)


def test_spanish_pages_keep_the_decimal_point():
    assert "es-nodecimaldot" in to_latex_document(full_page("es"))
    assert "spanish" not in to_latex_document(full_page("en"))


def test_long_equations_are_broken():
    sums = Sum(
        tuple(Product((Number(1 / i), Symbol("x", str(i)))) for i in range(1, 30))
    )
    text = to_latex_document(Page("t", (Formulas(((Relation((X, sums)), ""),)),)))
    equation = text.partition(r"\begin{align*}")[2].partition(r"\end{align*}")[0]
    assert equation.count(r"\\") >= 3


def test_a_row_that_begins_with_a_bracket_is_no_option_of_the_line_before():
    rows = ((("[1] dense_1",),), (("[2] dense_2",),), (("*",),))
    page = Page("t", (Table((("[layer]",),), rows), Listing("a\n[b]\n*c")))
    text = to_latex_document(page).partition(r"\begin{document}")[2]
    assert not re.search(r"(\\\\|\\[a-z]+rule)\s*[\[*]", text)
    assert "[2] dense" in text


def batch_page():
    """A table of many numbers, and a sum in a fraction, wider than any page."""
    headings = (("derivative",), *[(Symbol("z", str(i)),) for i in range(14)])
    row = (("w",), *[(Number(-0.0123456 * (i + 1)),) for i in range(14)])
    numbers = Sum(tuple(Number(1 / (i + 3)) for i in range(16)))
    line = Relation((X, Quotient(numbers, Number(7.0)), Number(0.25)))
    why = Paragraph(("a",))
    return Page("t", (why, Table(headings, (row, row)), Formulas(((line, ""),))))


def test_a_wide_table_is_split_and_repeats_its_labels():
    text = to_latex_document(batch_page())
    assert text.count(r"\begin{longtable}") > 1
    assert text.count("derivative") == text.count(r"\begin{longtable}")
    assert all(text.count(f"z_{{{i}}}") == 1 for i in range(14))


@pytest.mark.slow
def test_nothing_stands_out_of_the_page(tmp_path):
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed")
    (tmp_path / "page.tex").write_text(to_latex_document(batch_page()))
    found = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert b"Overfull" not in found.stdout


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["pdflatex", "lualatex"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_latex_compiles_the_page(engine, language, tmp_path):
    if shutil.which(engine) is None:
        pytest.skip(f"{engine} is not installed")
    (tmp_path / "page.tex").write_text(
        to_latex_document(full_page(language)), encoding="utf-8"
    )
    found = subprocess.run(
        [engine, "-interaction=nonstopmode", "-halt-on-error", "page.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert found.returncode == 0, found.stdout.decode(errors="replace")[-2000:]
