"""``neurona evaluate``: how good a model is on a table that holds the answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from neurona.messages import _, ngettext

__all__ = ["evaluate"]


def evaluate(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help=_("A saved model."))],
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA", help=_("A file, - for standard input, or a bundled set.")
        ),
    ],
    as_json: Annotated[
        bool,
        typer.Option("--json", help=_("Print one JSON document and nothing else.")),
    ] = False,
) -> int:
    """Say how good a model is on a table."""
    from neurona.cli.busy import busy
    from neurona.cli.document import print_document
    from neurona.cli.say import say_notes
    from neurona.table.model import load_table_model
    from neurona.table.source import open_source

    table_model = load_table_model(model)
    with busy(_("reading {data}").format(data=data)):
        scores = table_model.evaluate(open_source(data).table)
    say_notes(scores.notes)
    classes = table_model.encoders.schema.classes
    if as_json:
        document = {
            "task": table_model.task,
            "rows": scores.rows,
            "metrics": scores.metrics,
        }
        if scores.confusion is not None:
            document["classes"] = list(classes)
            document["confusion"] = scores.confusion.tolist()
        print_document(document)
        return 0
    print(
        ngettext("{rows:,} row", "{rows:,} rows", scores.rows).format(rows=scores.rows)
    )
    labels = {"loss": _("loss"), "accuracy": _("accuracy"), "r2": "R²", "rmse": "RMSE"}
    metrics = {labels.get(name, name): value for name, value in scores.metrics.items()}
    width = max(map(len, metrics))
    for name, value in metrics.items():
        print(f"{name:<{width}}  {value:.6f}")
    if scores.confusion is not None and len(classes) <= MOST_CLASSES:
        show_confusion(scores.confusion, classes)
    return 0


MOST_CLASSES: Final = 20
"""With more classes the matrix is left to the JSON document."""


def show_confusion(confusion: Any, classes: Sequence[str]) -> None:
    """Print how the rows of each true class were answered, and how many rightly."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    from neurona.cli.console import results

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    table.add_column(_("true ╲ answered"))
    for word in (*classes, _("recall")):
        table.add_column(escape(str(word)), justify="right")
    for number, word in enumerate(classes):
        row = confusion[number]
        recall = f"{row[number] / row.sum():.3f}" if row.sum() else "·"
        table.add_row(escape(str(word)), *[f"{n:,}" if n else "·" for n in row], recall)
    answered = confusion.sum(axis=0)
    table.add_section()
    table.add_row(
        _("precision"),
        *[
            f"{confusion[i, i] / count:.3f}" if count else "·"
            for i, count in enumerate(answered)
        ],
        "",
    )
    results().print(table)
