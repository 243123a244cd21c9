"""A page as HTML: self-contained, valid, inert, readable."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from neurona.messages import use_language
from neurona.show.notation import (
    Blank,
    Derivative,
    Marked,
    Number,
    Product,
    Relation,
    Sum,
    Symbol,
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
    scoped_style,
    to_html,
    to_html_fragment,
)

LARGEST = 300_000
"""Bytes; an explanation of a step of 3-3-2 has to stay below."""

X, Y = Symbol("x"), Symbol("y")


def full_page(language="en"):
    line = Relation((Y, Sum((X, Number(-2.0))), Marked(Number(1.5), "reused", "known")))
    return Page(
        "A step of <2-2-1>",
        (
            Paragraph(("Let ", X, " & y be")),
            Formulas(((line, "the sum"), (Product((X, Y)), ""))),
            Table(
                (("name",), (Derivative(Y, X),)), ((("a",), (Number(0.25),)),), "All"
            ),
            Picture("<svg xmlns='http://www.w3.org/2000/svg'/>", "a drawing", "▇▇"),
            Note(("look",), "warning"),
            Listing("a\n  <b>"),
            Section(
                ("More of ", X), (Section(("deep",), (Note(("x",)),)),), folded=True
            ),
            Formulas(((Relation((X, Blank(Number(7.0)))), ""),)),
        ),
        language,
    )


def parsed(page):
    text = to_html(page)
    return ElementTree.fromstring(text.removeprefix("<!DOCTYPE html>\n"))


def test_a_page_is_well_formed_and_names_its_language():
    assert parsed(full_page("es")).get("lang") == "es"


def test_a_page_reads_nothing_from_anywhere():
    text = to_html(full_page())
    assert "default-src 'none'" in text
    for loading in ("<script", "<link", "<img", "@import", "url(", "src="):
        assert loading not in text
    # Names of namespaces are not addresses that anything is loaded from.
    assert set(re.findall(r"https?://[^\s\"'<]+", text)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1998/Math/MathML",
    }


def test_a_page_follows_the_reader_from_light_to_dark_to_paper():
    text = to_html(full_page())
    assert "prefers-color-scheme:dark" in text
    assert "@media print" in text
    assert "details::details-content" in text


def test_marks_are_explained_with_a_sign_that_shows_without_colour():
    text = to_html(full_page())
    assert text.count("⟲") == 2
    assert "computed before, used again" in text
    assert "the sum; known" in text
    assert 'legend">' not in to_html(Page("bare", (Paragraph(("x",)),)))


def test_folded_sections_are_details_and_nested_headings_go_down():
    root = parsed(full_page())
    (details,) = root.iter("details")
    assert [h.text for h in details.iter("h3")] == ["deep"]


def test_scripts_in_any_text_are_inert():
    bad = '<script>alert("x")</script>'
    page = Page(
        bad,
        (
            Paragraph((bad,)),
            Formulas(((Symbol(bad, bad), bad),)),
            Table(((bad,),), (((bad,),),), bad),
            Picture("<svg/>", bad),
            Note((bad,)),
            Listing(bad),
            Section((bad,), ()),
        ),
        bad,
    )
    assert "<script" not in to_html(page)
    ElementTree.fromstring(to_html_fragment(page))


def test_numbers_of_a_column_stand_with_their_points_in_line():
    rows = (((Number(10.0),),), ((Number(0.25),),))
    cells = [td.text for td in parsed(Page("t", (Table((("n",),), rows),))).iter("td")]
    assert cells == ["10\u2008\u2007\u2007", "0.25"]


def test_equations_may_wrap_at_each_sign():
    root = parsed(full_page())
    formulas = next(d for d in root.iter("div") if d.get("class") == "formulas")
    sides = formulas.find("div")
    assert [len(list(side.iter("math"))) for side in sides] == [2, 1]


def test_a_large_page_stays_small():
    matrix = numbers_matrix([[0.123456 * i * j for i in range(3)] for j in range(3)])
    line = (Relation((Symbol("W", layer="1"), Sum((matrix, matrix)), matrix)), "sum")
    page = Page("many", (Formulas((line,) * 40),))
    assert len(to_html(page).encode()) < LARGEST


@pytest.mark.parametrize("answers", [False, True])
def test_answers_are_shown_on_request(answers):
    assert ("<mn>7</mn>" in to_html(full_page(), answers=answers)) == answers


def test_an_empty_table_and_an_empty_page_are_fine():
    parsed(Page("", (Table((("a",), ("b",)), ()),)))
    parsed(Page("", ()))


def test_the_words_around_the_blocks_follow_the_language():
    label = '<span class="label">{}</span>'
    assert label.format("Warning") in to_html(full_page())
    use_language("es")
    try:
        assert label.format("Advertencia") in to_html(full_page("es"))
    finally:
        use_language("en")


def test_a_fragment_holds_no_page_and_no_styles():
    fragment = to_html_fragment(full_page())
    assert ElementTree.fromstring(fragment).tag == "main"
    assert "<style" not in fragment
    assert fragment in to_html(full_page())


def test_styles_for_another_page_name_the_element_they_are_for():
    style = scoped_style("#answer")
    assert style.startswith("#answer{")
    assert style.count("{") == style.count("}")
    assert "@page" not in style
