"""Numbers are written with the digits that the reader asked for."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona.errors import OptionError
from neurona.show.notation import Number, format_number, show_text, to_latex
from neurona.show.notation.numbers import Numeral, as_numeral, decimal_padding


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (0.5498339973124776, "0.54983"),
        (-0.1980132582, "−0.19801"),
        (1 / 3, "0.33333"),
        (0.1 + 0.2, "0.3"),
        (2.0000000001, "2"),
        (999999.5, "10⁶"),
        (123456.0, "123456"),
        (269322, "269322"),
        (1.2e-5, "1.2·10⁻⁵"),
        (0.00012345678, "0.00012346"),
        (-3e20, "−3·10²⁰"),
        (1e-8, "10⁻⁸"),
        (5e-324, "4.9407·10⁻³²⁴"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "not a number"),
    ],
)
def test_numbers_are_short_and_without_noise(value, text):
    assert format_number(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 17))
def test_a_written_number_is_the_number_to_its_digits(value, digits):
    numeral = as_numeral(Number(value), digits)
    shown = Fraction(f"{numeral.digits or '1'}e{numeral.exponent or 0}")
    exact = abs(Fraction(value))
    assert abs(shown - exact) <= exact * Fraction(1, 2 * 10 ** (digits - 1))


def test_digits_are_an_option_of_measured_numbers_alone():
    assert show_text(Number(math.pi), digits=3) == "3.14"
    assert show_text(Number(0.001, exact=True), digits=1) == "0.001"
    assert show_text(Number(1 - 0.9, exact=True)) == "0.1"


@pytest.mark.parametrize("digits", [0, 18, -1])
def test_digits_that_no_number_has_are_refused(digits):
    with pytest.raises(OptionError, match="digits"):
        show_text(Number(1.0), digits=digits)


def test_points_of_a_column_stand_in_line():
    numerals = [Numeral("10"), Numeral("0.25"), Numeral("7.5", True), None]
    padding = decimal_padding(numerals)
    tails = [
        len((n.digits + pad).partition(".")[2])
        for n, pad in zip(numerals[:3], padding, strict=False)
    ]
    assert tails == [2, 2, 2]


def test_latex_writes_powers_of_ten_and_infinity():
    assert to_latex(Number(1.2e-5)) == r"1.2 \cdot 10^{-5}"
    assert to_latex(Number(-math.inf)) == r"-\infty"
