"""``neurona exercise``: worksheets of one training step, and their answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from neurona.cli.asked import command_of
from neurona.cli.declare import argument
from neurona.cli.owners import EXERCISE
from neurona.errors import OptionError
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.cli.asked import Asked
    from neurona.show.explanation import Explanation

__all__ = ["exercise_command"]

USUAL_RATE: Final = 0.5
"""Learning rate where none is given: one that is easy to multiply by."""


def exercise_command() -> Callable[..., int]:
    """The command, its texts in the language in use."""
    text = _("Sizes of the network: inputs, hidden units, outputs; 2-2-1 by default.")
    return command_of(
        exercise, [argument("subject", str | None, "SIZES", text)], EXERCISE
    )


def exercise(asked: Asked) -> Explanation:
    """Exercises with blanks: the first has the seed asked for, the others follow."""
    from neurona.course.worksheets.collection import MOST_EXERCISES, make_worksheets

    if not 1 <= asked.count <= MOST_EXERCISES:
        raise OptionError(
            _("--count is from 1 to {most}, not {count}").format(
                most=MOST_EXERCISES, count=asked.count
            )
        )
    first = 1 if asked.seed is None else asked.seed
    rate = USUAL_RATE if asked.learning_rate is None else asked.learning_rate
    return make_worksheets(
        asked.subject or "2-2-1",
        seeds=range(first, first + asked.count),
        activation=asked.activation or "sigmoid",
        output=asked.output or "identity",
        loss=asked.loss,
        optimizer=asked.rule(rate) or "sgd",
        learning_rate=rate,
    )
