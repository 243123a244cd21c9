"""``neurona predict``: an answer for every row of a table."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import typer

from neurona.messages import _

__all__ = ["predict"]


def predict() -> Callable[..., int]:
    """The command, its help in the language in use."""

    def command(
        model: Path = typer.Argument(..., metavar="MODEL", help=_("A saved model.")),
        data: str = typer.Argument(
            ..., metavar="DATA", help=_("A file, or a bundled set.")),
        out: Path = typer.Option(
            None, "--out", metavar="FILE",
            help=_("Where the answers are written; by default, standard output.")),
        probabilities: bool = typer.Option(
            False, "--probabilities", help=_("One column per class too.")),
    ) -> int:  # fmt: skip
        import polars as pl

        from neurona.cli.main import say
        from neurona.files import check_writable, write_atomically
        from neurona.table.model import load_table_model
        from neurona.table.source import open_source

        if out is not None:
            check_writable(out)
        table_model = load_table_model(model)
        found = table_model.predict(
            open_source(data).table, probabilities=probabilities
        )
        for note in found.notes:
            say(_("note: {note}").format(note=note))
        frame = pl.DataFrame({k: list(v) for k, v in found.columns.items()})
        text = frame.write_csv()
        if out is None:
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            write_atomically(out, text.encode())
        return 0

    return command
