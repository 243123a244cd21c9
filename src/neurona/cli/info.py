"""``neurona info``: what a model file holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from neurona.messages import _

__all__ = ["info"]


def info() -> Callable[..., int]:
    """The command, its help in the language in use."""

    def command(
        model: Path = typer.Argument(..., metavar="MODEL", help=_("A saved model.")),
    ) -> int:
        from neurona.cli.model_report import show_model

        show_model(model)
        return 0

    return command
