"""Options of a command from a record that declares them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection
from typing import Annotated, Any, Literal, get_args, get_origin

import typer

from neurona.messages import _
from neurona.settings import Option, Options, options_of, read_options

__all__ = ["with_options"]

CONTEXT = inspect.Parameter(
    "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
)
NUMBERS = {int: "<int>", float: "<float>"}


def with_options(
    command: Callable[..., int],
    record: type[Options],
    only: Collection[str] | None = None,
) -> Callable[..., int]:
    """Command that takes each option of a record, and is given the record.

    Texts are in the language in use when this is called.

    Parameters
    ----------
    command : callable
        Its keyword ``options`` is the record, ``options_file``, if it has one, a file
        that sets options which are not typed; its other parameters are its own.
    record : class of Options
    only : collection of str, optional
        The options it takes; by default all of them.
    """
    every = options_of(record)
    known = {name: every[name] for name in every if only is None or name in only}

    @functools.wraps(command)
    def run(context: typer.Context, **given: Any) -> int:
        texts = {name: given.pop(name) for name in known}
        asked = {name: text for name, text in texts.items() if text is not None}
        path = given.get("options_file")
        values = {} if path is None else read_options(path, record)
        # A default gives way to the file, what was typed does not.
        sources = {name: context.get_parameter_source(name) for name in values}
        for name, source in sources.items():
            if source is not None and source.name == "DEFAULT":
                asked.pop(name, None)
        return command(options=record.of_texts(asked, values), **given)

    own = inspect.signature(command, eval_str=True)
    first, *rest = (x for x in own.parameters.values() if x.name != "options")
    made: Any = run
    made.__signature__ = own.replace(
        parameters=[CONTEXT, first, *map(parameter_of, known.values()), *rest]
    )
    made.__annotations__ = {
        entry.name: entry.annotation for entry in made.__signature__.parameters.values()
    }
    return run


def parameter_of(option: Option) -> inspect.Parameter:
    """Parameter by which typer knows an option: text, but for flags and lists."""
    default = option.default
    kind: Any = str | None
    if option.kind is bool:
        kind = bool
    elif isinstance(default, tuple):
        kind, default = list[str] | None, None
    elif default is not None:
        default = str(default)
    declared = typer.Option(
        f"--{option.name.replace('_', '-')}",
        metavar=option.metavar or shape_of(option.kind),
        help=_(option.meaning),
    )
    return inspect.Parameter(
        option.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind, declared],
    )


def shape_of(kind: Any) -> str | None:
    """What stands for a value on a help page.

    Examples
    --------
    >>> shape_of(int | Literal["full"] | None), shape_of(float)
    ('<int>|full', '<float>')
    """
    if kind in NUMBERS:
        return NUMBERS[kind]
    if get_origin(kind) is Literal:
        return "|".join(get_args(kind))
    if get_origin(kind) is Annotated:
        return shape_of(get_args(kind)[0])
    shapes = [shape_of(part) for part in get_args(kind)]
    return "|".join(filter(None, shapes)) or None
