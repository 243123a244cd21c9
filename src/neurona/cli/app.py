"""The commands and their help."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from neurona import __version__
from neurona.cli.columns import COLUMN_OPTIONS, columns
from neurona.cli.doctor import doctor
from neurona.cli.evaluate import evaluate
from neurona.cli.exercise import exercise_command
from neurona.cli.explain.group import make_explain
from neurona.cli.info import info
from neurona.cli.learn.group import make_learn
from neurona.cli.notes.command import notes_command
from neurona.cli.predict import predict
from neurona.cli.record_options import with_options
from neurona.cli.replay import replay_command
from neurona.cli.say import say
from neurona.cli.train import train
from neurona.messages import _
from neurona.table.options import TrainOptions

__all__ = ["make_app", "translate_help_pages"]


def make_app(chosen: str = "") -> typer.Typer:
    """The command line, its texts in the language in use.

    Help texts stand in annotations, which are evaluated here and not at import: by
    then the language is known.

    Parameters
    ----------
    chosen : str
        The view or the lesson that is asked for: of it alone the options are made.
    """
    app = typer.Typer(
        cls=InOrder,
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
    app.command(
        "columns", help=_("Say how each column of a table would be read, and why.")
    )(ending(with_options(columns, TrainOptions, COLUMN_OPTIONS)))
    app.command("predict", help=_("Answer every row of a table."))(ending(predict))
    app.command("evaluate", help=_("Say how good a model is on a table."))(
        ending(evaluate)
    )
    app.command(
        "doctor", help=_("Say what is wrong with a model, and what would help.")
    )(ending(doctor))
    app.add_typer(
        make_explain(chosen, ending),
        name="explain",
        short_help=_("Show every equation and every number."),
    )
    app.command("replay", help=_("Show a step of the run that trained a model."))(
        ending(replay_command())
    )
    app.add_typer(
        make_learn(chosen, ending),
        name="learn",
        short_help=_("Give a lesson, or list the lessons."),
    )
    app.command("exercise", help=_("Make exercises of a training step by hand."))(
        ending(exercise_command())
    )
    app.command(
        "notes", help=_("Errors and examples of the course notes, and how to see them.")
    )(ending(notes_command()))
    app.command("info", help=_("Say what a model file holds."))(ending(info))
    return app


ORDER: Final = (
    "train", "predict", "evaluate", "columns", "doctor", "info",
    "explain", "replay", "learn", "exercise", "notes",
)  # fmt: skip


class InOrder(TyperGroup):
    """Commands in the order in which a reader meets them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of the commands."""
        return list(ORDER)


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
