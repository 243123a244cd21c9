"""``neurona info``: what a model file holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neurona.messages import _

__all__ = ["info"]


def info(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help=_("A saved model."))],
) -> int:
    """Say what a model file holds."""
    from neurona.cli.model_report import show_model

    show_model(model)
    return 0
