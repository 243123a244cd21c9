"""``neurona evaluate``: how good a model is on a table that holds the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neurona.messages import _, ngettext

__all__ = ["evaluate"]


def evaluate(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help=_("A saved model."))],
    data: Annotated[
        str, typer.Argument(metavar="DATA", help=_("A file, or a bundled set."))
    ],
    as_json: Annotated[
        bool,
        typer.Option("--json", help=_("Print one JSON document and nothing else.")),
    ] = False,
) -> int:
    """Say how good a model is on a table."""
    from neurona.cli.busy import busy
    from neurona.cli.document import print_document
    from neurona.cli.notes import say_notes
    from neurona.table.model import load_table_model
    from neurona.table.source import open_source

    table_model = load_table_model(model)
    with busy(_("reading {data}").format(data=data)):
        rows, metrics, notes = table_model.evaluate(open_source(data).table)
    say_notes(notes)
    if as_json:
        print_document({"task": table_model.task, "rows": rows, "metrics": metrics})
        return 0
    print(ngettext("{rows:,} row", "{rows:,} rows", rows).format(rows=rows))
    labels = {"loss": _("loss"), "accuracy": _("accuracy"), "r2": "R²", "rmse": "RMSE"}
    metrics = {labels.get(name, name): value for name, value in metrics.items()}
    width = max(map(len, metrics))
    for name, value in metrics.items():
        print(f"{name:<{width}}  {value:.6f}")
    return 0
