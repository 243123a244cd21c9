"""Which options each way of explaining has a use for; the others are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Final

from neurona.errors import OptionError
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.cli.explain_request import ExplainRequest

__all__ = [
    "AVERAGE",
    "BY_HAND",
    "CHOICE",
    "EXPRESSION",
    "MODEL",
    "REPLAY",
    "ROWS",
    "RULE",
    "STEP",
    "refuse_unused",
]

RULE: Final = frozenset({"optimizer", "learning_rate", "settings"})
"""How a step is taken."""

BY_HAND: Final = RULE | {
    "network", "activation", "output_activation", "loss", "reduction", "weights",
    "inputs", "targets", "seed",
}  # fmt: skip
"""A network by hand and its sample: every view of it takes all that describes it."""

MODEL: Final = frozenset({"subject", "data", "loss"})
"""A trained model and its table."""

ROWS: Final = frozenset({"row", "rows"})
"""Rows of that table."""

CHOICE: Final = frozenset({"layers", "units", "chosen_weights", "largest"})
"""Which derivatives are explained one by one."""

STEP: Final = CHOICE | {"convention", "which_rows"}
"""A worked step."""

REPLAY: Final = (
    STEP
    | {"subject", "data", "at_step", "checkpoint"}
    | {"validation", "test", "engine"}
)
"""A step of a past run."""

EXPRESSION: Final = RULE | {"subject", "at", "steps"}
"""An expression, and an optimizer on it."""

AVERAGE: Final = frozenset({"average", "series"})
"""A moving average."""

NAMES: Final[Mapping[str, str]] = {
    "subject": "MODEL",
    "data": "DATA",
    "output_activation": "--output",
    "inputs": "--input",
    "targets": "--target",
    "settings": "--set",
    "layers": "--layer",
    "units": "--unit",
    "chosen_weights": "--weight",
}
"""How a field is written on the command line, where not as it is called."""


def refuse_unused(request: ExplainRequest, used: frozenset[str], what: str) -> None:
    """Refuse an option that would change nothing.

    Parameters
    ----------
    request : ExplainRequest
    used : frozenset of str
        Fields of the request that have a use.
    what : str
        What has a use for them, as a reader calls it.

    Raises
    ------
    OptionError
        Another option was given.

    Examples
    --------
    >>> from neurona.cli.explain_request import ExplainRequest
    >>> refuse_unused(ExplainRequest(row=3), frozenset({"rows"}), "--flow")
    Traceback (most recent call last):
    ...
    neurona.errors.OptionError: --row has no use for --flow: leave it out
    """
    for field in fields(request):
        given = getattr(request, field.name) != field.default
        if given and field.name not in used | {"view"}:
            option = NAMES.get(field.name, f"--{field.name.replace('_', '-')}")
            raise OptionError(
                _("{option} has no use for {what}: leave it out").format(
                    option=option, what=what
                )
            )
