"""Numbers as they are read: few digits, no noise, a true minus."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from neurona.messages import _
from neurona.show.notation.scripts import superscript
from neurona.show.notation.terms import Number
from neurona.show.notation.writing import DIGITS

__all__ = ["MINUS", "Numeral", "as_numeral", "decimal_padding", "format_number"]

MINUS: Final = "−"
INFINITY: Final = "∞"

PLAIN_EXPONENTS: Final = range(-4, 6)
"""Powers of ten between which a number is written without one."""

WHOLE: Final = 1e9
"""Whole numbers below this are counts, and written with every digit."""

EXACT_DIGITS: Final = 12
"""Enough for any number of a formula; more would show the noise of float64."""


@dataclass(frozen=True)
class Numeral:
    """A rounded number: sign, digits and power of ten.

    Parameters
    ----------
    digits : str
        Such as ``0.54983``; ``1`` before a power of ten is left empty. ``∞``, or words
        for what is not a number.
    negative : bool
    exponent : int or None
        The power of ten it is multiplied by.
    """

    digits: str
    negative: bool = False
    exponent: int | None = None

    @property
    def is_word(self) -> bool:
        """Whether it is words: not a number."""
        return not (self.digits in ("", INFINITY) or self.digits[0].isdigit())

    @property
    def is_product(self) -> bool:
        """Whether it is written as a product, 1.2·10⁻⁵."""
        return self.exponent is not None and bool(self.digits)

    @property
    def text(self) -> str:
        """The number as Unicode text."""
        sign = MINUS if self.negative else ""
        if self.exponent is None:
            return f"{sign}{self.digits}"
        dot = "·" if self.digits else ""
        power = superscript(str(self.exponent).replace("-", MINUS))
        return f"{sign}{self.digits}{dot}10{power}"


def as_numeral(number: Number, digits: int) -> Numeral:
    """Round a number to what the reader sees.

    Parameters
    ----------
    number : Number
    digits : int
        Significant digits of a measured number; zeros at the end are left out.

    Examples
    --------
    >>> as_numeral(Number(-0.54983399731), 4)
    Numeral(digits='0.5498', negative=True, exponent=None)
    >>> as_numeral(Number(1.234567e-7), 3)
    Numeral(digits='1.23', negative=False, exponent=-7)
    """
    value = float(number.value)
    if math.isnan(value):
        return Numeral(_("not a number"))
    if math.isinf(value):
        return Numeral(INFINITY, value < 0)
    if value == 0:
        return Numeral("0")
    size, negative = abs(value), value < 0
    if size < WHOLE and size == int(size):
        return Numeral(str(int(size)), negative)
    count = EXACT_DIGITS if number.exact else digits
    mantissa, _e, power = f"{size:.{count - 1}e}".partition("e")
    exponent = int(power)
    if exponent in PLAIN_EXPONENTS:
        return Numeral(drop_zeros(f"{size:.{max(count - 1 - exponent, 0)}f}"), negative)
    mantissa = drop_zeros(mantissa)
    return Numeral("" if mantissa == "1" else mantissa, negative, exponent)


def drop_zeros(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def format_number(value: float, digits: int = DIGITS) -> str:
    """Return a measured number as Unicode text.

    Examples
    --------
    >>> format_number(0.5498339973), format_number(-1.6), format_number(-0.0)
    ('0.54983', '−1.6', '0')
    >>> format_number(1.2e-5), format_number(float("-inf"))
    ('1.2·10⁻⁵', '−∞')
    """
    return as_numeral(Number(value), digits).text


def decimal_padding(numerals: Sequence[Numeral | None]) -> list[str]:
    """Say what to add unseen after each number so that the points stand in line.

    Parameters
    ----------
    numerals : sequence of Numeral or None
        One column; None where a cell holds no number.

    Returns
    -------
    list of str
        Digits and points that are to take room without being seen.

    Examples
    --------
    >>> decimal_padding([Numeral("0.25"), Numeral("3"), None])
    ['', '.00', '']
    """
    tails = [
        "" if n is None or n.exponent is not None else n.digits.partition(".")[2]
        for n in numerals
    ]
    most = max(map(len, tails), default=0)
    padding = []
    for numeral, tail in zip(numerals, tails, strict=True):
        if numeral is None or numeral.exponent is not None or numeral.is_word:
            padding.append("")
        else:
            point = "" if tail or not most else "."
            padding.append(point + "0" * (most - len(tail)))
    return padding
