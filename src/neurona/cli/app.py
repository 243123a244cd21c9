"""The commands and their help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from neurona import __version__
from neurona.cli.say import say
from neurona.messages import _

__all__ = ["COMMANDS", "make_app", "translate_help_pages"]


def make_app(command: str = "", chosen: str = "") -> typer.Typer:
    """The command line, its texts in the language in use.

    Help texts stand in annotations, which are evaluated here and not at import: by
    then the language is known.

    Parameters
    ----------
    command : str
        The command that is asked for: it alone is loaded. All are where it is none.
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
    for name in [command] if command in COMMANDS else COMMANDS:
        COMMANDS[name](app, chosen)
    return app


class InOrder(TyperGroup):
    """Commands in the order in which a reader meets them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of the commands."""
        return [name for name in COMMANDS if name in self.commands]


def add_train(app: typer.Typer, _chosen: str) -> None:
    from neurona.cli.record_options import with_options
    from neurona.cli.train import train
    from neurona.table.options import TrainOptions

    add = app.command("train", help=_("Train a network on a table and save it."))
    add(ending(with_options(train, TrainOptions)))


def add_predict(app: typer.Typer, _chosen: str) -> None:
    from neurona.cli.predict import predict

    app.command("predict", help=_("Answer every row of a table."))(ending(predict))


def add_evaluate(app: typer.Typer, _chosen: str) -> None:
    from neurona.cli.evaluate import evaluate

    add = app.command("evaluate", help=_("Say how good a model is on a table."))
    add(ending(evaluate))


def add_columns(app: typer.Typer, _chosen: str) -> None:
    from neurona.cli.columns import COLUMN_OPTIONS, columns
    from neurona.cli.record_options import with_options
    from neurona.table.options import TrainOptions

    about = _("Say how each column of a table would be read, and why.")
    add = app.command("columns", help=about)
    add(ending(with_options(columns, TrainOptions, COLUMN_OPTIONS)))


def add_doctor(app: typer.Typer, _chosen: str) -> None:
    from neurona.cli.doctor import doctor

    about = _("Say what is wrong with a model, and what would help.")
    app.command("doctor", help=about)(ending(doctor))


def add_info(app: typer.Typer, _chosen: str) -> None:
    from neurona.cli.info import info

    app.command("info", help=_("Say what a model file holds."))(ending(info))


def add_explain(app: typer.Typer, chosen: str) -> None:
    from neurona.cli.explain.group import make_explain

    about = _("Show every equation and every number.")
    app.add_typer(make_explain(chosen, ending), name="explain", short_help=about)


def add_replay(app: typer.Typer, _chosen: str) -> None:
    from neurona.cli.replay import replay_command

    about = _("Show a step of the run that trained a model.")
    app.command("replay", help=about)(ending(replay_command()))


def add_learn(app: typer.Typer, chosen: str) -> None:
    from neurona.cli.learn.group import make_learn

    about = _("Give a lesson, or list the lessons.")
    app.add_typer(make_learn(chosen, ending), name="learn", short_help=about)


def add_exercise(app: typer.Typer, _chosen: str) -> None:
    from neurona.cli.exercise import exercise_command

    about = _("Make exercises of a training step by hand.")
    app.command("exercise", help=about)(ending(exercise_command()))


def add_notes(app: typer.Typer, _chosen: str) -> None:
    from neurona.cli.notes.command import notes_command

    about = _("Errors and examples of the course notes, and how to see them.")
    app.command("notes", help=about)(ending(notes_command()))


COMMANDS: Final[Mapping[str, Callable[[typer.Typer, str], None]]] = MappingProxyType(
    {
        "train": add_train,
        "predict": add_predict,
        "evaluate": add_evaluate,
        "columns": add_columns,
        "doctor": add_doctor,
        "info": add_info,
        "explain": add_explain,
        "replay": add_replay,
        "learn": add_learn,
        "exercise": add_exercise,
        "notes": add_notes,
    }
)
"""What adds each command, in the order in which a reader meets them."""


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
