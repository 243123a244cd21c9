"""Options of a command from a record that declares them."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, get_args, get_origin

import typer

from neurona.errors import OptionError
from neurona.messages import _
from neurona.settings import Option, Options, options_of, read_options

__all__ = ["with_options"]

CONTEXT = inspect.Parameter(
    "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
)
NUMBERS = {int: "<int>", float: "<float>"}


def with_options(
    command: Callable[..., int], record: type[Options]
) -> Callable[..., int]:
    """Command that takes each option of a record, and is given the record.

    Texts are in the language in use when this is called.

    Parameters
    ----------
    command : callable
        Its keyword ``options`` is the record, ``options_file`` a file that sets options
        which are not typed; its other parameters are its own.
    record : class of Options
    """
    known = options_of(record)
    flags = {name: f"no_{name}" for name in known if known[name].kind is bool}

    @functools.wraps(command)
    def run(context: typer.Context, **given: Any) -> int:
        texts = {name: given.pop(name) for name in known}
        asked = {name: text for name, text in texts.items() if text is not None}
        denied = [name for name, flag in flags.items() if given.pop(flag)]
        path = given["options_file"]
        values = {} if path is None else read_options(path, record)
        # A default gives way to the file, what was typed does not.
        sources = {name: context.get_parameter_source(name) for name in values}
        for name, source in sources.items():
            if source is not None and source.name == "DEFAULT":
                asked.pop(name, None)
        asked |= dict.fromkeys(denied, False)
        return command(options=made_of(record, asked, values, path), **given)

    own = inspect.signature(command, eval_str=True)
    first, *rest = (x for x in own.parameters.values() if x.name != "options")
    made: Any = run
    made.__signature__ = own.replace(
        parameters=[
            CONTEXT,
            first,
            *map(parameter_of, known.values()),
            *map(denial_of, flags.values()),
            *rest,
        ]
    )
    made.__annotations__ = {
        entry.name: entry.annotation for entry in made.__signature__.parameters.values()
    }
    return run


def made_of(
    record: type[Options],
    asked: Mapping[str, Any],
    values: Mapping[str, Any],
    path: str | os.PathLike[str] | None,
) -> Options:
    """Record of what was typed and what a file sets.

    Raises
    ------
    OptionError
        The message says the file, where what was typed is sound without it.
    """
    try:
        return record.of_texts(asked, values)
    except OptionError as error:
        if path is None:
            raise
        record.of_texts(asked)
        raise OptionError(
            _("in {path}: {message}").format(path=path, message=error)
        ) from None


def denial_of(name: str) -> inspect.Parameter:
    """Parameter that takes back a flag which a file sets; help pages are spared it."""
    declared = typer.Option(f"--{name.replace('_', '-')}", hidden=True)
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=False,
        annotation=Annotated[bool, declared],
    )


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
