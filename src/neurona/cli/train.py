"""``neurona train``: from a table to a saved model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from neurona.messages import _

__all__ = ["train"]


def train() -> Callable[..., int]:
    """The command, its help in the language in use."""

    def option(default: Any, *names: str, help: str, metavar: str | None = None) -> Any:
        return typer.Option(default, *names, help=help, metavar=metavar)

    data_help = _("A file (.csv, .tsv, .parquet, .arrow, .feather, .jsonl, .gz) or a "
                  "bundled set: iris, wine, breast_cancer, digits, diabetes, xor, and, "
                  "or, moons, circles, gauss, spiral, plane, particle, fish, emails.")  # fmt: skip

    def command(
        data: str = typer.Argument(..., help=data_help, metavar="DATA"),
        target: list[str] = option(
            [], "--target", help=_("Column to predict; repeat it for several."),
            metavar="COLUMN"),
        task: str = option(
            "auto", "--task", help=_("What is predicted: classes or numbers."),
            metavar="auto|classification|regression"),
        hidden: str = option(
            "", "--hidden", help=_("Units of the hidden layers, or none."),
            metavar="64,64|none"),
        activation: str = option(
            None, "--activation", help=_("Of the hidden layers."), metavar="NAME"),
        output_activation: str = option(
            None, "--output-activation", help=_("Of the last layer."), metavar="NAME"),
        loss: str = option(
            None, "--loss", help=_("What is minimized."), metavar="NAME"),
        initializer: str = option(
            None, "--initializer", help=_("Where the weights start."), metavar="NAME"),
        optimizer: str = option(
            None, "--optimizer", help=_("The rule of a step."), metavar="NAME"),
        learning_rate: float = option(
            None, "--learning-rate", help=_("How far a step goes.")),
        schedule: str = option(
            None, "--schedule", help=_("How the learning rate changes."),
            metavar="NAME"),
        momentum: float = option(
            None, "--momentum", help=_("For sgd, momentum and nesterov: in [0, 1).")),
        l1: float = option(None, "--l1", help=_("Strength of the L1 penalty.")),
        l2: float = option(None, "--l2", help=_("Strength of the L2 penalty.")),
        dropout: float = option(
            None, "--dropout", help=_("Share of hidden units left out: in [0, 1).")),
        batch_size: int = option(
            None, "--batch-size", help=_("Rows of a step.")),
        epochs: int = option(
            None, "--epochs", help=_("Passes over the training rows, at most.")),
        patience: int = option(
            None, "--patience", help=_("Epochs without improvement before stopping; "
                                       "0: no early stopping.")),
        validation: float = option(
            0.1, "--validation", help=_("Share of rows that decides when to stop.")),
        test: float = option(
            0.1, "--test", help=_("Share of rows kept for the final judgement.")),
        seed: int = option(0, "--seed", help=_("Of everything random.")),
        dtype: str = option(
            "float32", "--dtype", help=_("Precision."), metavar="float32|float64"),
        engine: str = option(
            "auto", "--engine", help=_("What computes."), metavar="auto|reference"),
        out: Path = option(
            Path("model.safetensors"), "--out", help=_("Where the model is saved."),
            metavar="FILE"),
        checkpoint: Path = option(
            None, "--checkpoint", help=_("Folder to save the run's state in."),
            metavar="DIR"),
        resume: bool = typer.Option(
            False, "--resume", help=_("Go on from the checkpoint, if there is one.")),
        as_json: bool = typer.Option(
            False, "--json", help=_("Print one JSON document and nothing else.")),
        quiet: bool = typer.Option(False, "--quiet", help=_("Print only errors.")),
    ) -> int:  # fmt: skip
        # What trains is loaded when it trains, so that help comes at once.
        from neurona.cli.train_report import TrainReport, write_json
        from neurona.errors import OptionError
        from neurona.files import check_writable
        from neurona.table.options import TrainOptions, read_hidden
        from neurona.table.train import plan_training, train_plan

        if resume and checkpoint is None:
            raise OptionError(_("--resume needs --checkpoint DIR to resume from"))
        check_writable(out)
        if checkpoint is not None:
            check_writable(checkpoint / "checkpoint.safetensors"
                           if checkpoint.is_dir() else checkpoint)  # fmt: skip
        options = TrainOptions(
            target=tuple(target),
            task=task,
            hidden=read_hidden(hidden) if hidden else None,
            activation=activation,
            output_activation=output_activation,
            loss=loss,
            initializer=initializer,
            optimizer=optimizer,
            learning_rate=learning_rate,
            schedule=schedule,
            momentum=momentum,
            l1=l1,
            l2=l2,
            dropout=dropout,
            batch_size=batch_size,
            epochs=epochs,
            patience=patience,
            validation=validation,
            test=test,
            seed=seed,
            dtype=dtype,
            engine=engine,
            checkpoint=checkpoint,
            resume=resume,
        )
        report = TrainReport(quiet=quiet or as_json)
        plan = plan_training(data, options)
        report.show_plan(data, plan)
        trained = train_plan(plan, [report.progress])
        trained.model.network.save(out)
        if trained.history.stopped == "interrupted":
            report.show_interrupted(out, checkpoint)
            return 130
        report.show_result(trained)
        report.show_yardsticks(trained)
        report.show_saved(out)
        if as_json:
            print(json.dumps(write_json(trained, out), ensure_ascii=False, indent=2))
        return 0

    return command
