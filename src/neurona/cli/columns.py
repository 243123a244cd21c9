"""``neurona columns``: how each column of a table would be read, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from neurona.messages import _, defer
from neurona.table.options import TrainOptions

if TYPE_CHECKING:
    from rich.table import Table

    from neurona.data.columns.column import Column
    from neurona.table.columns import ColumnsRead

__all__ = ["COLUMN_OPTIONS", "columns"]

COLUMN_OPTIONS: Final = ("target", "missing", "columns", "schema")
"""Those of a training run that say how a table is read."""


def columns(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA", help=_("A file, - for standard input, or a bundled set.")
        ),
    ],
    *,
    options: TrainOptions,
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
    from neurona.files import check_writable, write_atomically
    from neurona.table.columns import read_columns_of

    if out is not None:
        keep_inputs(out, data)
        check_writable(out)
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
    """Print one line for each column, then the target and the task.

    Where the line is short, the example is left out, then what the cells are read as.
    """
    from neurona.cli.console import fits, results

    console = results()
    for dropped, width in LAYOUTS:
        table = table_of(found, dropped, width)
        if fits(console, table):
            break
    console.print(table)
    for line in found.choices():
        console.print(f"  {line}", markup=False)


def table_of(
    found: ColumnsRead, dropped: Sequence[str], reason_width: int | None
) -> Table:
    """A row for each column; kinds, roles and numbers are never broken."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    names = max((len(column.name) for column in found.columns), default=0)
    name_width = min(names, NAME_WIDTH) if reason_width else None
    least = {"column": name_width, "why": reason_width}
    shown = [head for head in COLUMN_CELLS if head not in dropped]
    for head in shown:
        table.add_column(
            _(head),
            overflow="fold",
            no_wrap=head not in least,
            min_width=least.get(head),
            justify="right" if head == "missing" else "left",
        )
    for column in found.columns:
        table.add_row(*(Text(COLUMN_CELLS[head](found, column)) for head in shown))
    return table


NAME_WIDTH: Final = 24
REASON_WIDTH: Final = 24
"""Letters of a name and of a reason that a line has room for, before it is broken."""

LAYOUTS: Final[Sequence[tuple[Sequence[str], int | None]]] = (
    ((), REASON_WIDTH),
    (("example",), REASON_WIDTH),
    (("example", "read as"), REASON_WIDTH),
    (("example", "read as"), None),
)
"""What is left out, and the least room of a reason: the widest layout first."""

COLUMN_CELLS: Final[Mapping[str, Callable[[ColumnsRead, Column], str]]] = {
    defer("column"): lambda _found, column: column.name,
    defer("kind"): lambda _found, column: _(column.kind),
    defer("role"): lambda _found, column: _(column.role),
    defer("read as"): lambda found, column: found.expected(column),
    defer("example"): lambda found, column: found.shown_example(column),
    defer("missing"): lambda _found, column: (
        f"{column.missing:,}" if column.missing else "·"
    ),
    defer("why"): lambda _found, column: column.reason,
}
"""What the table says of each column, by heading."""
