"""Which view or command has an option, for whoever asked another for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from neurona.cli.explain.views import VIEWS
from neurona.errors import unknown_name
from neurona.messages import _

__all__ = ["EXERCISE", "REPLAY", "refusal"]

REPLAY: Final = frozenset(
    {"layer", "unit", "weight", "largest", "member", "convention", "which_rows"}
    | {"checkpoint", "validation", "test", "engine"}
)
EXERCISE: Final = frozenset(
    {"activation", "output", "loss", "optimizer", "learning_rate", "set"}
    | {"seed", "count", "answers"}
)
COMMANDS: Final[Mapping[str, frozenset[str]]] = {
    "neurona replay": REPLAY,
    "neurona exercise": EXERCISE,
}


def refusal(name: str, place: str, has: Collection[str], kind: str = "") -> str:
    """Sentence that an option is not of a place; it names what has it.

    Parameters
    ----------
    name : str
        Of the option.
    place : str
        The view or command, as a reader calls it.
    has : collection of str
        Its own options.
    kind : str, optional
        The subject, whose own views come first.

    Examples
    --------
    >>> refusal("which_rows", "neurona exercise", EXERCISE)
    'neurona exercise has no --which-rows: leave it out; step, neurona replay have it'
    """
    option = f"--{name.replace('_', '-')}"
    owners = [v for v, view in VIEWS.items() if name in view.options.get(kind, ())]
    owners = owners or [v for v, view in VIEWS.items() if name in view.all_options]
    where = [_(view) for view in owners]
    where += [command for command, names in COMMANDS.items() if name in names]
    if not where:
        known = sorted(f"--{one.replace('_', '-')}" for one in has)
        return unknown_name(_("option of {place}").format(place=place), option, known)
    text = (
        _("{place} has no {option}: leave it out; {where} has it")
        if len(where) == 1
        else _("{place} has no {option}: leave it out; {where} have it")
    )
    return text.format(place=place, option=option, where=", ".join(where))
