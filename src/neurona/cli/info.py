"""``neurona info``: what a model file holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neurona.messages import _

__all__ = ["info"]


def info(
    model: Annotated[
        Path | None, typer.Argument(metavar="MODEL", help=_("A saved model."))
    ] = None,
    program: Annotated[
        bool,
        typer.Option(
            "--program",
            help=_("Print the program that the engine runs for a training step."),
        ),
    ] = False,
    engine: Annotated[
        bool,
        typer.Option("--engine", help=_("Say what computes on this machine.")),
    ] = False,
) -> int:
    """Say what a model file holds, or what computes here."""
    from neurona.errors import OptionError

    if engine:
        from neurona.cli.engine_report import show_engine

        show_engine()
    if model is None:
        if engine:
            return 0
        raise OptionError(
            _("say which model: neurona info MODEL, or neurona info --engine")
        )
    if program:
        from neurona.cli.engine_report import show_step_program

        show_step_program(model)
    elif not engine:
        from neurona.cli.model_report import show_model

        show_model(model)
    return 0
