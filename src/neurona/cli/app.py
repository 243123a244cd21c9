"""The commands and their help."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from neurona import __version__
from neurona.cli.doctor import doctor
from neurona.cli.evaluate import evaluate
from neurona.cli.explain import explain
from neurona.cli.info import info
from neurona.cli.notes import say
from neurona.cli.predict import predict
from neurona.cli.record_options import with_options
from neurona.cli.train import train
from neurona.messages import _
from neurona.table.options import TrainOptions

__all__ = ["make_app", "translate_help_pages"]


def make_app() -> typer.Typer:
    """The command line, its texts in the language in use.

    Help texts stand in annotations, which are evaluated here and not at import: by
    then the language is known.
    """
    app = typer.Typer(
        help=_(
            "A neural network you can see through, and faster than the ones you can't."
        ),
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
    )
    app.callback()(options)
    app.command("train", help=_("Train a network on a table and save it."))(
        ending(with_options(train, TrainOptions))
    )
    app.command("predict", help=_("Answer every row of a table."))(ending(predict))
    app.command("evaluate", help=_("Say how good a model is on a table."))(
        ending(evaluate)
    )
    app.command(
        "doctor", help=_("Say what is wrong with a model, and what would help.")
    )(ending(doctor))
    app.command(
        "explain", help=_("Show every equation and every number of a training step.")
    )(ending(explain))
    app.command("info", help=_("Say what a model file holds."))(ending(info))
    return app


def translate_help_pages() -> None:
    """Give typer's own headings on help pages in the language in use.

    For help alone, since it loads rich.
    """
    from typer import rich_utils

    headings = {
        "ARGUMENTS_PANEL_TITLE": _("Arguments"),
        "OPTIONS_PANEL_TITLE": _("Options"),
        "COMMANDS_PANEL_TITLE": _("Commands"),
        "DEFAULT_STRING": _("[default: {}]"),
        "REQUIRED_LONG_STRING": _("[required]"),
    }
    for name, heading in headings.items():
        setattr(rich_utils, name, heading)


INTERRUPTED = 130


def ending(command: Callable[..., int]) -> Callable[..., None]:
    """Make what a command returns, or Ctrl-C, the exit status of the program."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            code = command(*args, **kwargs)
        except KeyboardInterrupt:
            say(_("interrupted"))
            code = INTERRUPTED
        raise typer.Exit(code)

    return run


def print_version(asked: bool) -> None:
    """Print the version and leave."""
    if asked:
        print(f"neurona {__version__}")
        raise typer.Exit


def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help=_("Print the version and exit."),
            is_eager=True,
            callback=print_version,
        ),
    ] = False,
    lang: Annotated[
        str,
        typer.Option("--lang", help=_("Language of every text."), metavar="en|es"),
    ] = "",
    debug: Annotated[
        bool, typer.Option("--debug", help=_("Show where an error happened."))
    ] = False,
) -> None:
    """Options that stand before or after any command."""
