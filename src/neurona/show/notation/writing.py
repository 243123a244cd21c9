"""How a term is written: what the reader chose, the same for every output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from neurona.errors import OptionError
from neurona.messages import _

__all__ = ["DIGITS", "Writing"]

DIGITS: Final = 5
"""Significant digits of a measured number, unless the reader asks for others."""

MOST_DIGITS: Final = 17
"""A float64 has no more."""


@dataclass(frozen=True)
class Writing:
    """The reader's choices.

    Parameters
    ----------
    digits : int
        Significant digits of measured numbers, in [1, 17].
    answers : bool
        Whether blanks show what goes into them.

    Raises
    ------
    OptionError
        The digits are outside their range.
    """

    digits: int = DIGITS
    answers: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.digits <= MOST_DIGITS:
            raise OptionError(
                _("digits must be from 1 to {most}, not {digits}").format(
                    most=MOST_DIGITS, digits=self.digits
                )
            )
