"""From what was typed to a call that typer understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Final

from neurona.cli.app import COMMANDS
from neurona.cli.typed import part
from neurona.errors import OptionError, unknown_name
from neurona.messages import _

__all__ = ["arrange"]


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
    if command in HOW:
        return HOW[command](words)
    if command and not command.startswith("-") and command not in COMMANDS:
        raise OptionError(unknown_name(_("command"), command, sorted(COMMANDS)))
    return list(arguments)


def explain(words: Sequence[str]) -> list[str]:
    """A view of a subject."""
    from neurona.cli.explain.arrange import arrange_explain

    return arrange_explain(words)


def learn(words: Sequence[str]) -> list[str]:
    """A lesson, or what the lessons are to be about."""
    from neurona.cli.learn.arrange import arrange_learn

    return arrange_learn(words)


def checked(command: str, words: Sequence[str]) -> list[str]:
    """A command whose options are checked, so that a refusal says what has them."""
    from neurona.cli.asked import OUTPUT, SWITCHES
    from neurona.cli.owners import EXERCISE, REPLAY, refusal

    own = {"replay": REPLAY, "exercise": EXERCISE, "notes": frozenset[str]()}
    typed = part(words, SWITCHES)
    has = own[command] | OUTPUT
    refused = typed.besides(has)
    if refused is not None:
        raise OptionError(refusal(refused, f"neurona {command}", has))
    # A topic of several words is one.
    one = command == "notes" and typed.bare
    return typed.call(command, bare=(" ".join(typed.bare),) if one else None)


# What arranges the words of a command is loaded with them: the others start sooner.
HOW: Final[Mapping[str, Callable[[Sequence[str]], list[str]]]] = MappingProxyType(
    {
        "explain": explain,
        "learn": learn,
        "replay": partial(checked, "replay"),
        "exercise": partial(checked, "exercise"),
        "notes": partial(checked, "notes"),
    }
)
"""How the words of a command are put in order, where they do not stay as they are."""
