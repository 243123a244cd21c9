"""From what was typed to a call that typer understands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Final

from neurona.cli.asked import OUTPUT, SWITCHES
from neurona.cli.explain.arrange import arrange_explain
from neurona.cli.learn.arrange import arrange_learn
from neurona.cli.owners import EXERCISE, REPLAY, refusal
from neurona.cli.typed import part
from neurona.errors import OptionError, unknown_name
from neurona.messages import _

__all__ = ["arrange"]

OTHERS: Final = ("train", "predict", "evaluate", "columns", "doctor", "info")
"""Commands whose words stay as they are."""


def arrange(arguments: Sequence[str]) -> list[str]:
    """Put a view or a lesson before its options, and words after all options.

    So an expression that begins with a minus is not taken for options.

    Parameters
    ----------
    arguments : sequence of str
        As typed after ``neurona``.

    Raises
    ------
    OptionError
        There is no such command, view, lesson or option.

    Examples
    --------
    >>> arrange(["explain", "-x**2", "--at", "x=2"])
    ['explain', 'derivative', '--at=x=2', '--', '-x**2']
    >>> arrange(["learn", "perceptrón"])
    ['learn', 'perceptron']
    """
    command, *words = arguments or [""]
    how: dict[str, Callable[[Sequence[str]], list[str]]] = {
        "explain": arrange_explain,
        "learn": arrange_learn,
        "replay": partial(checked, "replay", REPLAY),
        "exercise": partial(checked, "exercise", EXERCISE),
        "notes": partial(checked, "notes", ()),
    }
    if command in how:
        return how[command](words)
    if command and not command.startswith("-") and command not in OTHERS:
        names = sorted([*how, *OTHERS])
        raise OptionError(unknown_name(_("command"), command, names))
    return list(arguments)


def checked(command: str, names: Collection[str], words: Sequence[str]) -> list[str]:
    """A command whose options are checked, so that a refusal says what has them."""
    typed = part(words, SWITCHES)
    has = {*names} | OUTPUT
    refused = typed.besides(has)
    if refused is not None:
        raise OptionError(refusal(refused, f"neurona {command}", has))
    # A topic of several words is one.
    one = command == "notes" and typed.bare
    return typed.call(command, bare=(" ".join(typed.bare),) if one else None)
