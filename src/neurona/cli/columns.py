"""``neurona columns``: how each column of a table would be read, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurona.messages import _

if TYPE_CHECKING:
    from neurona.table.columns import ColumnsRead

__all__ = ["columns"]


def columns(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA", help=_("A file, - for standard input, or a bundled set.")
        ),
    ],
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            metavar="COLUMN",
            help=_("Column to predict; repeat it for several."),
        ),
    ] = None,
    kinds: Annotated[
        str | None,
        typer.Option(
            "--columns",
            metavar="NAME=KIND,…",
            help=_("Kinds, as in zip=category,id=ignore."),
        ),
    ] = None,
    schema: Annotated[
        str | None,
        typer.Option(
            "--schema",
            metavar="FILE",
            help=_("Kinds, in a file of columns --out."),
        ),
    ] = None,
    missing: Annotated[
        list[str] | None,
        typer.Option(
            "--missing",
            metavar="TEXT",
            help=_("Text that means missing; repeat it."),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help=_("Where a schema file is written, to edit and give to train."),
        ),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help=_("Print one JSON document and nothing else.")),
    ] = False,
) -> int:
    """Say how each column of a table would be read, and why."""
    from neurona.cli.busy import busy
    from neurona.cli.document import print_document
    from neurona.cli.inputs import keep_inputs
    from neurona.cli.say import say_notes
    from neurona.data.columns.asked_kinds import read_columns
    from neurona.files import check_writable, write_atomically
    from neurona.table.columns import read_columns_of
    from neurona.table.options import TrainOptions

    if out is not None:
        keep_inputs(out, data)
        check_writable(out)
    options = TrainOptions(
        target=target or (),
        columns=None if kinds is None else read_columns(kinds),
        schema=schema,
        missing=missing or (),
    )
    with busy(_("reading {data}").format(data=data)):
        found = read_columns_of(data, options)
    if as_json:
        print_document(found.to_json())
    else:
        show_columns(found)
        say_notes(found.notes)
    if out is not None:
        write_atomically(out, found.schema_file().encode())
    return 0


def show_columns(found: ColumnsRead) -> None:
    """Print one line for each column, then the target and the task."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from neurona.cli.console import results

    heads = (
        _("column"), _("kind"), _("role"), _("read as"), _("example"), _("missing"),
        _("why"),
    )  # fmt: skip
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    for head in heads:
        right = head == _("missing")
        table.add_column(head, overflow="fold", justify="right" if right else "left")
    for column in found.columns:
        cells: list[Any] = [
            column.name,
            _(column.kind),
            _(column.role),
            found.expected(column),
            found.shown_example(column),
            f"{column.missing:,}" if column.missing else "·",
            column.reason,
        ]
        table.add_row(*map(Text, cells))
    console = results()
    console.print(table)
    for line in found.choices():
        console.print(f"  {line}", markup=False)
