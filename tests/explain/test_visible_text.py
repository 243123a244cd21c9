"""Markup may get lighter; what a reader sees stays told apart."""

import pytest

from neurona.show.notation import terms, to_mathml
from tests.explain.visible_text import formula, visible_text


@pytest.mark.parametrize(
    ("heavy", "light"),
    [
        ("<mrow><mrow><mi>a</mi></mrow></mrow>", "<mi>a</mi>"),
        ('<mi mathvariant="normal" style="color:red"> a </mi>', "<mi>a</mi>"),
        ("<mrow><mo form='prefix'>−</mo><mn>3</mn></mrow>", "<mn>−3</mn>"),
        ("<mi>w</mi><mo>&#x2062;</mo><mi>x</mi>", "<mi>w</mi><mi>x</mi>"),
        ("<mi>a</mi> <mo>=</mo> <mi>b</mi>", "<mi>a</mi><mo>=</mo><mi>b</mi>"),
        (
            "<msup><mi>a</mi><mrow><mo>[</mo><mn>2</mn><mo>]</mo></mrow></msup>",
            "<msup><mi>a</mi><mi>[2]</mi></msup>",
        ),
        (
            "<mrow><mi>f</mi><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow></mrow>",
            "<mi>f</mi><mo>(</mo><mi>x</mi><mo>)</mo>",
        ),
        ("<mi>x</mi><mphantom><mn>00</mn></mphantom>", "<mi>x</mi>"),
        (
            "<mi>a</mi><mo>−</mo><mi>b</mi>",
            "<mi>a</mi></math><math><mo>−</mo><mi>b</mi>",
        ),
    ],
)
def test_the_same_formula_is_the_same_text(heavy, light):
    pages = [visible_text(f"<p><math>{inside}</math></p>") for inside in (heavy, light)]
    assert pages[0] == pages[1] != ""


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<mfrac><mi>a</mi><mi>b</mi></mfrac>", r"\frac{a}{b}"),
        ("<msub><mi>a</mi><mi>b</mi></msub>", "a_{b}"),
        ("<msup><mi>a</mi><mi>b</mi></msup>", "a^{b}"),
        ("<msubsup><mi>a</mi><mi>b</mi><mn>2</mn></msubsup>", "a_{b}^{2}"),
        ("<msqrt><mi>a</mi><mi>b</mi></msqrt>", r"\sqrt{ab}"),
        ("<mover><mi>y</mi><mo>^</mo></mover>", r"\over{y}{^}"),
        ("<munder><mo>∑</mo><mi>i</mi></munder><mi>x</mi>", r"\under{∑}{i}x"),
        (
            "<mo>[</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr>"
            "<mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr></mtable><mo>]</mo>",
            r"[\matrix{1 & 2 ; a & b}]",
        ),
        (
            "<msup><mrow><mo>(</mo><mi>a</mi><mo>+</mo><mi>b</mi><mo>)</mo></mrow>"
            "<mn>2</mn></msup>",
            "{(a + b)}^{2}",
        ),
        ("<mtext>if&#xA0;</mtext><mi>x</mi><mo>&lt;</mo><mn>0</mn>", "if x < 0"),
        ("<mn>10</mn><mo>·</mo><mo>−</mo><mn>2</mn>", "10 · −2"),
        ("<mi>𝐖</mi><mi>W</mi>", "𝐖W"),
    ],
)
def test_what_stands_differently_reads_differently(markup, text):
    assert formula(f"<math>{markup}</math>") == text


def test_terms_with_other_meanings_have_other_texts():
    x, y = terms.Symbol("x"), terms.Symbol("y")
    different = [
        terms.Quotient(x, y), terms.Power(x, y), terms.Product((x, y)),
        terms.Product((x, y), ""), terms.Symbol("x", "y"), terms.Symbol("x", bold=True),
        terms.Derivative(x, y), terms.Root(x), terms.Negative(x), terms.Transpose(x),
        terms.Symbol("x", accent="hat"), terms.Call("x", (y,)),
    ]  # fmt: skip
    assert len({formula(to_mathml(term)) for term in different}) == len(different)


def test_blocks_tables_and_folds_become_lines():
    page = (
        "<main><h1>Title</h1><p>One <b>two</b>\n three</p>"
        "<details><summary>More</summary><pre>a\n  b</pre></details>"
        "<table><thead><tr><th>p<th>q</thead><tbody><tr><td>1<td>2\u2007</tbody></table>"
        "<style>p {}</style></main>"
    )
    assert visible_text(page) == (
        "# Title\nOne two three\n+ More\na\n  b\np | q\n1 | 2\n"
    )


def test_a_picture_becomes_its_texts():
    svg = (
        '<figure><svg viewBox="0 0 1 1"><title>t</title><desc>d</desc>'
        '<path d="M0 0"/><g><text x="1">x<tspan>1</tspan></text><text>y</text></g>'
        "</svg><figcaption>c</figcaption></figure>"
    )
    assert visible_text(svg) == "t\nd\nx1\ny\nc\n"
