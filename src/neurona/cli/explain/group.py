"""``neurona explain`` as a group of commands, one for each view."""

from __future__ import annotations

from collections.abc import Callable

import typer

from neurona.cli.asked import command_of
from neurona.cli.declare import argument
from neurona.cli.explain.views import VIEWS, view_texts
from neurona.messages import _

__all__ = ["make_explain"]


def make_explain(
    chosen: str, ending: Callable[[Callable[..., int]], Callable[..., None]]
) -> typer.Typer:
    """The group.

    Parameters
    ----------
    chosen : str
        The view that is asked for: of it alone the options are needed.
    ending : callable
        Makes what a command returns the exit status.
    """
    group = typer.Typer(
        help=_(
            "SUBJECT is the sizes of a network, such as 2-2-1; a model's file, with a "
            "table as DATA; an expression; or a series of numbers. Without a VIEW, the "
            "first that the subject has. The options of a view: neurona explain "
            "matrices --help"
        ),
        subcommand_metavar="SUBJECT [DATA] [VIEW]",
    )
    words = [
        argument("subject", str, "SUBJECT", _("Sizes, model, expression or series.")),
        argument("data", str | None, "DATA", _("The table: a file, or a bundled set.")),
    ]
    for name, (about, example) in view_texts().items():
        view = VIEWS[name]
        has_table = "model" in view.options
        command = command_of(
            view.answer,
            words if has_table else words[:1],
            view.all_options if _(name) == chosen else (),
        )
        group.command(
            _(name),
            help=f"{about}\n\nneurona explain {example}",
            short_help=about,
            rich_help_panel=_("Views"),
        )(ending(command))
    return group
