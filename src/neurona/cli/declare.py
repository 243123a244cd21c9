"""Commands made of records: what each option is called, takes, and does."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any

import typer

__all__ = ["OptionText", "argument", "flags", "option", "with_parameters"]


@dataclass(frozen=True)
class OptionText:
    """How an option is told of on a help page.

    Parameters
    ----------
    metavar : str
        What is written after it, such as ``1,0``; empty for a switch.
    help : str
        In the reader's language.
    panel : str, optional
        The part of the help page that it stands in.
    """

    metavar: str
    help: str
    panel: str | None = None


def flags(name: str, default: Any = None) -> str:
    """How an option is written; a switch that is on has its opposite too.

    Examples
    --------
    >>> flags("which_rows", False), flags("bias", True)
    ('--which-rows', '--bias/--no-bias')
    """
    word = name.replace("_", "-")
    return f"--{word}/--no-{word}" if default is True else f"--{word}"


def option(
    name: str, kind: Any, text: OptionText, default: Any = None
) -> inspect.Parameter:
    """One option, as a parameter of a command's function.

    Parameters
    ----------
    name : str
        Of the parameter; the option is called so too.
    kind : type
        What its text is read as.
    text : OptionText
    default : object
    """
    info = typer.Option(
        flags(name, default),
        metavar=text.metavar or None,
        help=text.help,
        rich_help_panel=text.panel,
        show_default=bool(text.metavar) and default is not None,
    )
    return parameter(name, Annotated[kind, info], default)


def argument(name: str, kind: Any, metavar: str, text: str) -> inspect.Parameter:
    """One word of a command, needed where its kind is not of none."""
    needed = isinstance(kind, type)
    info = typer.Argument(metavar=metavar, help=text)
    default = inspect.Parameter.empty if needed else None
    return parameter(name, Annotated[kind, info], default)


def parameter(name: str, kind: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind
    )


def with_parameters(
    run: Callable[..., int], parameters: Iterable[inspect.Parameter]
) -> Callable[..., int]:
    """A command's function as typer reads it, with the parameters of a table."""
    listed = list(parameters)

    def command(**given: Any) -> int:
        return run(**given)

    vars(command)["__signature__"] = inspect.Signature(listed)
    command.__annotations__ = {one.name: one.annotation for one in listed}
    return command
