"""Which shares of the rows are held out: checked without loading what splits them."""

from __future__ import annotations

from fractions import Fraction

from neurona.errors import OptionError
from neurona.messages import _

__all__ = ["check_fractions"]


def check_fractions(
    validation: float, test: float
) -> tuple[Fraction, Fraction, Fraction]:
    """Check the fractions and return those of training, validation and test."""
    for name, value in (("validation", validation), ("test", test)):
        if not 0 <= value < 1:
            raise OptionError(
                _(
                    "the {name} fraction must be at least 0 and below 1, not {value}"
                ).format(name=name, value=value)
            )
    # Through its digits, since the binary number next to 0.29 times 100 is below 29.
    exact_validation, exact_test = (
        Fraction(repr(float(f))) for f in (validation, test)
    )
    train = 1 - exact_validation - exact_test
    if train <= 0:
        raise OptionError(
            _(
                "validation {validation} and test {test} add up to 1 or more and "
                "leave nothing for training; use smaller fractions"
            ).format(validation=validation, test=test)
        )
    return train, exact_validation, exact_test
