"""``neurona evaluate``: how good a model is on a table that holds the answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import typer

from neurona.messages import _, ngettext

__all__ = ["evaluate"]


def evaluate() -> Callable[..., int]:
    """The command, its help in the language in use."""

    def command(
        model: Path = typer.Argument(..., metavar="MODEL", help=_("A saved model.")),
        data: str = typer.Argument(
            ..., metavar="DATA", help=_("A file, or a bundled set.")),
        as_json: bool = typer.Option(
            False, "--json", help=_("Print one JSON document and nothing else.")),
    ) -> int:  # fmt: skip
        from neurona.cli.main import say
        from neurona.table.model import load_table_model
        from neurona.table.source import open_source

        table_model = load_table_model(model)
        rows, metrics, notes = table_model.evaluate(open_source(data).table)
        for note in notes:
            say(_("note: {note}").format(note=note))
        if as_json:
            document = {"task": table_model.task, "rows": rows, "metrics": metrics}
            print(json.dumps(document, ensure_ascii=False, indent=2))
            return 0
        print(ngettext("{rows:,} row", "{rows:,} rows", rows).format(rows=rows))
        width = max(map(len, metrics))
        for name, value in metrics.items():
            print(f"{name:<{width}}  {value:.6f}")
        return 0

    return command
