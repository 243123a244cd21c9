"""What ``neurona train`` tells: what was chosen and why, and how good it is."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from neurona.cli.console import errors, results
from neurona.cli.progress import TrainProgress, show_duration
from neurona.messages import _, ngettext
from neurona.network import divergence_message, unjudged_message
from neurona.table.by_folds import ByFolds
from neurona.table.train import TrainedTable, TrainingPlan

if TYPE_CHECKING:
    from neurona.study.diagnosis import Diagnosis
    from neurona.table.compare import Comparison

__all__ = ["TrainReport"]

CURVE_WIDTH = 40
"""Blocks of a curve."""

MOST_COLUMNS = 24
"""Columns that are listed one by one; more are counted by kind."""


class TrainReport:
    """Report of a training run for a person.

    Parameters
    ----------
    quiet : bool
        Whether to tell nothing.
    silent : bool
        Whether to show no progress either.
    """

    def __init__(self, *, quiet: bool, silent: bool) -> None:
        self.quiet = quiet
        self.console = results()
        self.progress = TrainProgress(errors(), quiet=silent)

    def show_plan(self, data: str, plan: TrainingPlan) -> None:
        """Data, task, head and recipe, each with its reason."""
        if self.quiet:
            return
        schema, split = plan.schema, plan.split
        self.title(
            ngettext(
                "{data}: {rows:,} row, {columns} columns",
                "{data}: {rows:,} rows, {columns} columns",
                schema.rows,
            ).format(data=data, rows=schema.rows, columns=len(schema.columns))
        )
        for note in plan.notes:
            self.console.print(f"  {note}", markup=False)
        self.console.print(column_table(plan))
        self.title(_("Choices"))
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
        for name, value, reason in choices(plan):
            table.add_row(name, Text(value), Text(reason))
        self.console.print(table)
        text = _(
            "  rows: {train:,} to train, {validation:,} to validate, {test:,} to test"
        )
        if plan.quality.folds:
            text = _(
                "  rows: {train:,} to train and, by folds, to validate, {test:,} to "
                "test"
            )
        self.console.print(
            text.format(
                train=len(split.train),
                validation=len(split.validation),
                test=len(split.test),
            )
        )

    def show_interrupted(
        self, trained: TrainedTable, out: Path, checkpoint: Path | None
    ) -> None:
        """What Ctrl-C leaves behind."""
        errors().print(
            _("interrupted: the model so far is saved in {path}").format(path=out),
            markup=False,
        )
        for note in trained.by_folds.notes if trained.by_folds else ():
            errors().print(note, markup=False)
        if checkpoint is not None:
            errors().print(_("go on with the same command and --resume"), markup=False)

    def show_result(self, trained: TrainedTable) -> None:
        """Course of the training, and scores on each part of the rows."""
        if self.quiet:
            return
        from neurona.show.pictures.characters import spark

        history = trained.history
        self.title(_("Training"))
        self.console.print(f"  {ending(trained)}", markup=False)
        curves = [(_("loss"), history.loss)]
        if history.validation_loss:
            curves.append((_("validation"), history.validation_loss))
        width = max(len(name) for name, _values in curves)
        for name, values in curves:
            self.console.print(
                f"  {name:<{width}}  {spark(values, CURVE_WIDTH, log=None)}  "
                f"{values[0]:.4f} → {values[-1]:.4f}",
                markup=False,
            )
        if trained.plan.quality.folds and trained.by_folds is None:
            self.console.print(
                "  " + _("one network learned: several needed more time or memory"),
                markup=False,
            )
        if trained.by_folds is not None:
            self.console.print(ways_table(trained.by_folds))
            for note in trained.by_folds.notes:
                self.console.print(f"  {note}", markup=False)
        self.console.print(score_table(trained))

    def show_yardsticks(self, trained: TrainedTable, found: Comparison) -> None:
        """Beside the network, what simpler models reach on the same rows."""
        if self.quiet:
            return
        self.title(_("Yardstick"))
        if found.entries:
            self.console.print(yardstick_table(trained, found))
            self.console.print(f"  {found.entries[0].note}", markup=False)
            if trained.by_folds is not None and found.entries[0].folds > 1:
                said = _(
                    "the network answers by its networks of each fold, with the shares "
                    "that suit the other folds"
                )
                self.console.print(f"  {said}", markup=False)
        self.console.print(f"  {found.sentence}", markup=False)

    def show_findings(self, found: Diagnosis, data: str, out: Path) -> None:
        """What the doctor sees at a glance, and how to have it look longer."""
        if self.quiet:
            return
        self.title(_("Doctor"))
        if found.is_healthy:
            self.console.print("  " + _("at a glance nothing is wrong"), markup=False)
        for finding in found.findings:
            self.console.print(f"  {finding.what} {finding.counsel}", markup=False)
        self.console.print(
            "  "
            + _("For a longer look: neurona doctor {path} {data}").format(
                path=shlex.quote(str(out)), data=shlex.quote(data)
            ),
            markup=False,
        )

    def show_saved(self, out: Path) -> None:
        """Where the model is, and what to do with it."""
        if self.quiet:
            return
        self.console.print()
        self.console.print(
            _("Saved in {path}. Next: neurona predict {quoted} DATA").format(
                path=out, quoted=shlex.quote(str(out))
            ),
            markup=False,
        )

    def title(self, text: str) -> None:
        """Heading of a part."""
        self.console.print()
        self.console.print(text, style="bold", markup=False)


def column_table(plan: TrainingPlan) -> Table:
    """Columns, their kind, how each is encoded, and why."""
    schema = plan.schema
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    for name in (_("column"), _("kind"), _("encoded as"), _("why")):
        table.add_column(name, overflow="fold")
    encoded = encodings(plan)
    inputs = [c for c in schema.columns if c.role == "input"]
    shown = inputs[:MOST_COLUMNS]
    for column in schema.columns:
        if column.role == "target":
            kind = _("target")
        elif column.role == "left out":
            continue
        else:
            kind = _(column.kind)
        if column.role == "input" and column not in shown:
            continue
        table.add_row(
            Text(column.name), kind, Text(encoded.get(column.name, "")),
            Text(column.reason),
        )  # fmt: skip
    if len(inputs) > len(shown):
        rest = len(inputs) - len(shown)
        table.add_row(
            "…",
            "",
            ngettext("and {n} input more", "and {n} inputs more", rest).format(n=rest),
            "",
        )
    reasons: dict[str, list[str]] = {}
    for column in schema.left_out:
        reasons.setdefault(column.reason, []).append(column.name)
    for reason, names in reasons.items():
        table.add_row(Text(", ".join(names)), _("left out"), "", Text(reason))
    return table


def encodings(plan: TrainingPlan) -> dict[str, str]:
    """How each input becomes numbers, in a few words."""
    names: dict[str, list[str]] = {}
    for feature in plan.model.encoders.features:
        names.setdefault(feature.column, []).append(feature.name)
    words = {
        "numeric": _("(x − μ) / σ"),
        "boolean": _("0 or 1"),
        "categorical": _("one-hot"),
        "date": _("parts of a date"),
        "cycle": _("sine and cosine"),
        "flags": _("0 or 1"),
        "text": _("frequent words"),
    }
    found = {}
    for column in plan.schema.inputs:
        count = len(names.get(column.name, ()))
        numbers = ngettext("{n} number", "{n} numbers", count).format(n=count)
        how = words.get(column.kind, column.kind)
        found[column.name] = how if count == 1 else f"{how}: {numbers}"
    return found


def choices(plan: TrainingPlan) -> list[tuple[str, str, str]]:
    """What was chosen, its value, and the reason."""
    schema, head, recipe = plan.schema, plan.head, plan.recipe
    tasks = {"classification": _("classification"), "regression": _("regression")}
    found = [
        (_("target"), ", ".join(schema.targets), schema.target_reason),
        (_("task"), tasks[schema.task], schema.task_reason),
        (_("output"), f"{head.units} · {head.loss.name}", head.reason),
        (_("quality"), plan.quality.name, plan.quality.reason),
    ]
    labels = {
        "hidden": _("hidden layers"),
        "activation": _("activation"),
        "optimizer": _("optimizer"),
        "learning_rate": _("learning rate"),
        "schedule": _("schedule"),
        "batch_size": _("batch size"),
        "epochs": _("epochs"),
        "patience": _("patience"),
        "l1": _("L1 penalty"),
        "l2": _("L2 penalty"),
        "dropout": _("dropout"),
        "average": _("average of weights"),
    }
    for name, label in labels.items():
        value = getattr(recipe, name)
        if value is None:
            continue
        shown = str(value)
        if isinstance(value, tuple):
            shown = ", ".join(map(str, value)) or _("none")
        elif isinstance(value, float):
            shown = f"{value:g}"
        found.append((label, shown, recipe.reasons.get(name, "")))
    return found


def ending(trained: TrainedTable) -> str:
    """Sentence that says how the training ended."""
    history = trained.history
    count, best = len(history), history.best_epoch
    time = show_duration(history.seconds)
    if history.stopped == "patience" and best:
        text = _(
            "stopped after epoch {count} ({time}): no improvement since epoch {best}, "
            "whose weights were kept"
        )
    elif history.stopped == "diverged":
        text = f"{divergence_message(history)} ({time})"
    elif said := unjudged_message(history):
        text = f"{said} ({time})"
    elif trained.plan.recipe.patience and best:
        text = ngettext(
            "{count} epoch in {time}; the weights of the best, {best}, were kept",
            "{count} epochs in {time}; the weights of the best, {best}, were kept",
            count,
        )
    else:
        text = ngettext(
            "{count} epoch in {time}; the last weights were kept",
            "{count} epochs in {time}; the last weights were kept",
            count,
        )
    return text.format(count=count, best=best, time=time)


def score_table(trained: TrainedTable) -> Table:
    """Loss and accuracy or R² on each part of the rows."""
    parts = {
        "train": _("train"),
        "validation": _("validation"),
        "test": _("test"),
    }
    if trained.by_folds is not None:
        parts["validation"] = _("by folds")
    scores = {part: found for part, found in trained.metrics.items() if found}
    names = list(next(iter(scores.values())))
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    table.add_column(_("rows"))
    labels = {"loss": _("loss"), "accuracy": _("accuracy"), "r2": "R²"}
    for name in names:
        table.add_column(labels.get(name, name.upper()), justify="right")
    for part, found in scores.items():
        table.add_row(parts[part], *(f"{found[name]:.4f}" for name in names))
    return table


def yardstick_table(trained: TrainedTable, found: Comparison) -> Table:
    """Score of each model, the best first, and how far the best is ahead of it."""
    classes = trained.plan.schema.task == "classification"
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    table.add_column(_("model"))
    table.add_column(_("accuracy") if classes else "R²", justify="right")
    table.add_column(_("behind the best"), justify="right")
    for entry in found.entries:
        behind = f"{entry.behind:.4f} ± {entry.behind_error:.4f}"
        table.add_row(
            entry.name,
            f"{entry.score:.4f} ± {entry.error:.4f}",
            behind if entry.behind else "",
        )
    table.caption = _("± one standard error; the second on the same rows, in pairs")
    return table


def ways_table(found: ByFolds) -> Table:
    """What was tried over the folds, how good it was, and how much of it was kept."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    table.add_column(_("tried by folds"))
    table.add_column(_("loss"), justify="right")
    table.add_column(_("share of the answer"), justify="right")
    for way in found.tried:
        table.add_row(way.name, f"{way.loss:.4f}", f"{way.share:.0%}")
    return table
