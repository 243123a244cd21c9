"""What is written means what the term means, in all three notations."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from neurona.show.notation import (
    Marked,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Word,
    show_text,
    to_latex,
    to_mathml,
)

LETTERS = {"x": Fraction(7, 3), "y": Fraction(-5, 2), "z": Fraction(11, 13)}
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")

# Three digits at most, so that rounding changes nothing.
numbers = st.builds(
    lambda size, exponent: Number(float(f"{size}e{exponent}")),
    st.integers(-999, 999),
    st.sampled_from([-9, -3, -2, 0, 0, 0, 7]),
)
leaves = numbers | st.sampled_from([Symbol(letter) for letter in LETTERS])


def compounds(parts):
    several = st.lists(parts, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Sum, several),
        st.builds(Product, several, st.sampled_from(["·", "×", ""])),
        st.builds(Quotient, parts, parts),
        st.builds(Negative, parts),
        st.builds(Marked, parts, st.sampled_from(["reused", "new"])),
        st.builds(Power, parts, st.integers(0, 3).map(lambda n: Number(n, exact=True))),
    )


terms = st.recursive(leaves, compounds, max_leaves=12)


def value_of(term):
    match term:
        case Number(value):
            return Fraction(repr(value))
        case Symbol(letter):
            return LETTERS[letter]
        case Sum(parts):
            return sum(map(value_of, parts))
        case Product(parts):
            product = Fraction(1)
            for part in parts:
                product *= value_of(part)
            return product
        case Quotient(top, bottom):
            return value_of(top) / value_of(bottom)
        case Negative(body):
            return -value_of(body)
        case Marked(body):
            return value_of(body)
        case Power(base, exponent):
            return value_of(base) ** int(exponent.value)


def value_written(text):
    """Value of plain arithmetic; factors may stand side by side."""
    signs = {"−": "-", "·": "*", "×": "*", "⟲": "", "∗": "", "\u2062": "*", "^": "**"}
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: f"**({m[0].translate(RAISED)})", text)
    for sign, meaning in signs.items():
        text = text.replace(sign, meaning)
    tokens = re.findall(r"\d+(?:\.\d+)?|[a-z]|\*\*|[-+*/()]", text)
    assert "".join(tokens) == text.replace(" ", "")
    shown = []
    for token in tokens:
        operand = token == "(" or token.isalnum() or token[0].isdigit()
        if shown and operand and (shown[-1] == ")" or shown[-1][-1] in "\"'])"):
            shown.append("*")
        if token[0].isdigit():
            shown += [f"F('{token}')"]
        else:
            shown.append(f"L['{token}']" if token.isalpha() else token)
    # Exponents are whole numbers.
    source = re.sub(r"\*\*\((-?)F\('(\d+)'\)\)", r"**(\1\2)", "".join(shown))
    return eval(source, {"F": Fraction, "L": LETTERS})


def matching_brace(text, start):
    depth = 0
    for i in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if not depth:
            return i
    raise AssertionError(text)


def plain_latex(text):
    """LaTeX as arithmetic in one line."""
    while r"\frac" in text:
        start = text.index(r"\frac") + 5
        middle = matching_brace(text, start)
        end = matching_brace(text, middle + 1)
        top, bottom = text[start + 1 : middle], text[middle + 2 : end]
        text = f"{text[: start - 5]}(({top})/({bottom})){text[end + 1 :]}"
    for command in (r"\markreused", r"\marknew", r"\left", r"\right"):
        text = text.replace(command, "")
    text = text.replace(r"\cdot", "·").replace(r"\times", "×")
    return text.replace("{", "(").replace("}", ")")


def plain_mathml(element):
    """MathML as arithmetic in one line."""
    inside = [plain_mathml(child) for child in element]
    if element.tag == "mfrac":
        return f"(({inside[0]})/({inside[1]}))"
    if element.tag == "msup":
        mark = element[0].get("class")
        # A mark stands beside what it marks; a power holds its base together itself.
        return inside[0] if mark else f"{inside[0]}^({inside[1]})"
    return (element.text or "") + "".join(inside)


@given(terms)
def test_what_is_written_has_the_value_of_the_term(term):
    try:
        value = value_of(term)
    except ZeroDivisionError:
        assume(False)
    assert value_written(show_text(term)) == value
    assert value_written(plain_latex(to_latex(term))) == value
    assert value_written(plain_mathml(ElementTree.fromstring(to_mathml(term)))) == value


@given(terms)
def test_no_two_signs_stand_side_by_side(term):
    written = [show_text(term), to_latex(term).replace("-", "−").replace(r"\cdot", "·")]
    for text in written:
        assert not re.search(r"[+−·×/] *[+−]", text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (Sum((Symbol("a"), Number(-2.0))), "a − 2"),
        (Sum((Number(-2.0), Symbol("a"))), "−2 + a"),
        (Sum((Symbol("a"), Negative(Sum((Symbol("b"), Number(-1.0)))))), "a − (b − 1)"),
        (Product((Number(-1.6), Number(0.5), Number(-0.2))), "−1.6 · 0.5 · (−0.2)"),
        (Sum((Number(1.0), Product((Number(-0.5), Number(2.0))))), "1 + (−0.5) · 2"),
        (Sum((Symbol("a"), Product((Number(-2, True), Symbol("b")), ""))), "a − 2b"),
        (Negative(Negative(Symbol("a"))), "−(−a)"),
        (Power(Number(-2.0), Number(2, True)), "(−2)²"),
        (Power(Symbol("z", layer="1"), Number(2, True)), "(z⁽¹⁾)²"),
        (Quotient(Number(1, True), Number(2e-7)), "1 / (2·10⁻⁷)"),
        (Product((Number(2.0), Number(3.0)), ""), "2 · 3"),
        (Sum(()), "0"),
        (Product(()), "1"),
        (Sum((Number(0.0), Number(-0.0))), "0 + 0"),
    ],
)
def test_signs_and_parentheses_are_those_of_a_textbook(term, text):
    assert show_text(term) == text


def test_terms_nested_too_deep_to_be_read_end_in_dots():
    term = Symbol("x")
    for _level in range(400):
        term = Negative(Sum((term, Symbol("y"))))
    assert "…" in show_text(term)
    assert r"\dots" in to_latex(term)
    ElementTree.fromstring(to_mathml(term))


def test_a_word_stands_apart_from_what_it_is_said_of():
    term = Product((Number(0.0), Word("(32 more terms)")), "")
    assert to_mathml(term).partition("<mn>0</mn>")[2].startswith("<mo>\u00a0</mo>")
