"""``neurona predict``: an answer for every row of a table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from neurona.messages import _

__all__ = ["predict"]


def predict(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help=_("A saved model."))],
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA", help=_("A file, - for standard input, or a bundled set.")
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help=_(
                "Where the answers are written, as CSV or .parquet; by default, "
                "standard output."
            ),
        ),
    ] = None,
    probabilities: Annotated[
        bool, typer.Option("--probabilities", help=_("One column per class too."))
    ] = False,
) -> int:
    """Answer every row of a table."""
    import polars as pl

    from neurona.cli.busy import busy
    from neurona.cli.inputs import keep_inputs
    from neurona.cli.say import say_notes
    from neurona.files import check_writable, write_atomically
    from neurona.table.model import load_table_model
    from neurona.table.source import open_source

    if out is not None:
        keep_inputs(out, model, data)
        check_writable(out)
    table_model = load_table_model(model)
    with busy(_("reading {data}").format(data=data)):
        source = open_source(data)
        found = table_model.predict(source.table, probabilities=probabilities)
    say_notes(found.notes)
    # Words are objects, whose kind must be said.
    columns = [
        pl.Series(name, values, dtype=pl.String if values.dtype == object else None)
        for name, values in found.columns.items()
    ]
    answers = pl.DataFrame(columns)
    if out is None:
        sys.stdout.write(answers.write_csv())
        sys.stdout.flush()
    elif out.suffix.lower() == ".parquet":
        write_atomically(out, lambda file: answers.write_parquet(file))
    else:
        write_atomically(out, answers.write_csv().encode())
    return 0
