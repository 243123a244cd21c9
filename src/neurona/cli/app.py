"""The commands and their help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from neurona import __version__
from neurona.cli.evaluate import evaluate
from neurona.cli.info import info
from neurona.cli.predict import predict
from neurona.cli.train import train
from neurona.messages import _

if TYPE_CHECKING:
    import click

__all__ = ["make_app"]


def make_app() -> click.Command:
    """The command line as one click command, its texts in the language in use."""
    app = typer.Typer(
        help=_("A neural network you can see through, and faster than the ones you "
               "can't."),
        no_args_is_help=True,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
    )  # fmt: skip

    @app.callback()
    def options(
        version: bool = typer.Option(
            False, "--version", help=_("Print the version and exit."),
            is_eager=True, callback=print_version,
        ),
        lang: str = typer.Option(
            "", "--lang", help=_("Language of every text: en or es."),
            metavar="en|es",
        ),
        debug: bool = typer.Option(
            False, "--debug", help=_("Show where an error happened."),
        ),
    ) -> None:  # fmt: skip
        """Options that stand before or after any command."""

    app.command("train", help=_("Train a network on a table and save it."))(train())
    app.command("predict", help=_("Answer every row of a table."))(predict())
    app.command("evaluate", help=_("Say how good a model is on a table."))(evaluate())
    app.command("info", help=_("Say what a model file holds."))(info())
    return typer.main.get_command(app)


def print_version(asked: bool) -> None:
    """Print the version and leave."""
    if asked:
        print(f"neurona {__version__}")
        raise typer.Exit
