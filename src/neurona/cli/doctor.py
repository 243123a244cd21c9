"""``neurona doctor``: what is wrong with a network, and what would help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neurona.messages import _

__all__ = ["doctor"]

DIGITS = 4
"""Significant digits of numbers in tables."""


def doctor(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help=_("A saved model."))],
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA",
            help=_("The table that trained it: a file, or a bundled set."),
        ),
    ],
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="text|html|latex|json",
            help=_("How it is written; by default as the file is called, else text."),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help=_("Where it is written; by default, standard output."),
        ),
    ] = None,
) -> int:
    """Say what is wrong with a model, with evidence, and what would help."""
    # What measures is loaded when it measures, so that help comes at once.
    from neurona.cli.busy import busy
    from neurona.cli.output import choose_output, write_explanation
    from neurona.study.diagnosis.table import doctor_of_table
    from neurona.table.command import option_words
    from neurona.table.model import load_table_model
    from neurona.table.trials import Changes

    output = choose_output(format, out, DIGITS, details=True, reads=(model, data))
    table_model = load_table_model(model)
    with busy(_("examining {model}").format(model=model)) as show:

        def tell(changes: Changes) -> None:
            change = " ".join(option_words(changes)) or _("the settings as they are")
            show(_("trying {change}").format(change=change))

        found = doctor_of_table(table_model, data, tell=tell)
    write_explanation(found, output)
    return 0
