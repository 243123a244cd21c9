"""``neurona evaluate``: how good a model is on a table that holds the answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from neurona.messages import _, ngettext

if TYPE_CHECKING:
    from rich.table import Table

    from neurona.data.sources.table import DataTable
    from neurona.table.model import TableModel

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
        table = open_source(data).table
        scores = table_model.evaluate(table)
        notes = [*scores.notes, *note_of_training(table_model, table)]
    say_notes(notes)
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
    if scores.confusion is not None:
        show_confusion(scores.confusion, classes)
    return 0


def note_of_training(model: TableModel, table: DataTable) -> Iterator[str]:
    """Say where rows are those that trained the model: scores on them flatter it."""
    from neurona.study.diagnosis.table import find_split
    from neurona.study.table_rows import encode_rows

    if table.rows != model.encoders.schema.rows:
        return
    encoded = encode_rows(model, table)
    split = find_split(model, encoded.X, encoded.y)
    if split is not None:
        yield _(
            "{count:,} of these rows trained the model: it may answer new rows worse"
        ).format(count=len(split.train))


MOST_CLASSES: Final = 20
"""With more classes only the largest confusions are shown."""

MOST_CONFUSIONS: Final = 10


def show_confusion(confusion: Any, classes: Sequence[str]) -> None:
    """Print how the rows of each true class were answered, and how many rightly.

    The whole matrix where it fits, else its margins and the largest confusions.
    """
    from neurona.cli.console import fits, results

    console = results()
    few = len(classes) <= MOST_CLASSES
    if few and fits(console, matrix := matrix_table(confusion, classes)):
        console.print(matrix)
        return
    if few:
        console.print(class_table(confusion, classes))
    if (confusion.sum() - confusion.trace()) > 0:
        console.print(largest_confusions(confusion, classes))


def shares(confusion: Any, axis: int) -> list[str]:
    """Rightly answered rows of each class: of its true ones (1), of its answers (0)."""
    pairs = zip(confusion.diagonal(), confusion.sum(axis=axis), strict=True)
    return [f"{right / count:.3f}" if count else "·" for right, count in pairs]


def plain_table(words: Sequence[str], numbers: Sequence[str]) -> Table:
    """An empty table: columns of words that may be broken, and of numbers."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    for head in words:
        table.add_column(head, overflow="fold")
    for head in numbers:
        table.add_column(escape(head), justify="right", no_wrap=True)
    return table


def matrix_table(confusion: Any, classes: Sequence[str]) -> Table:
    """Rows by true class and answer, with recall and precision."""
    from rich.text import Text

    heads = [*map(str, classes), _("recall")]
    table = plain_table([_("true ╲ answered")], heads)
    for word, row, recall in zip(classes, confusion, shares(confusion, 1), strict=True):
        table.add_row(Text(str(word)), *(f"{n:,}" if n else "·" for n in row), recall)
    table.add_section()
    table.add_row(_("precision"), *shares(confusion, 0), "")
    return table


def class_table(confusion: Any, classes: Sequence[str]) -> Table:
    """Rows, recall and precision of each class."""
    from rich.text import Text

    table = plain_table([_("class")], [_("rows"), _("recall"), _("precision")])
    margins = (confusion.sum(axis=1), shares(confusion, 1), shares(confusion, 0))
    for word, count, *both in zip(classes, *margins, strict=True):
        table.add_row(Text(str(word)), f"{count:,}", *both)
    return table


def largest_confusions(confusion: Any, classes: Sequence[str]) -> Table:
    """The wrong answers that most rows were given, the most frequent first."""
    from rich.text import Text

    table = plain_table([_("true"), _("answered")], [_("rows")])
    wrong = [
        (int(count), true, answered)
        for true, row in enumerate(confusion)
        for answered, count in enumerate(row)
        if count and true != answered
    ]
    for count, *pair in sorted(wrong, key=lambda one: -one[0])[:MOST_CONFUSIONS]:
        table.add_row(*(Text(str(classes[place])) for place in pair), f"{count:,}")
    table.title = _("Largest confusions")
    table.title_justify = "left"
    return table
