"""``neurona train``: from a table to a saved model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neurona.messages import _

__all__ = ["train"]


def train(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA",
            help=_(
                "A file (.csv, .tsv, .parquet, .arrow, .feather, .jsonl, also .gz) or "
                "a bundled set: iris, wine, breast_cancer, digits, diabetes, xor, and, "
                "or, moons, circles, gauss, spiral, plane, particle, fish, emails."
            ),
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
    task: Annotated[
        str,
        typer.Option(
            "--task",
            metavar="TASK",
            help=_("classification, regression, or auto."),
        ),
    ] = "auto",
    hidden: Annotated[
        str | None,
        typer.Option(
            "--hidden",
            metavar="64,64|none",
            help=_("Units of the hidden layers, or none."),
        ),
    ] = None,
    activation: Annotated[
        str | None,
        typer.Option("--activation", metavar="NAME", help=_("Of the hidden layers.")),
    ] = None,
    output_activation: Annotated[
        str | None,
        typer.Option(
            "--output-activation", metavar="NAME", help=_("Of the last layer.")
        ),
    ] = None,
    loss: Annotated[
        str | None, typer.Option("--loss", metavar="NAME", help=_("What is minimized."))
    ] = None,
    initializer: Annotated[
        str | None,
        typer.Option("--initializer", metavar="NAME", help=_("How the weights start.")),
    ] = None,
    optimizer: Annotated[
        str | None,
        typer.Option("--optimizer", metavar="NAME", help=_("The rule of a step.")),
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option("--learning-rate", help=_("How far a step goes."))
    ] = None,
    schedule: Annotated[
        str | None,
        typer.Option(
            "--schedule", metavar="NAME", help=_("How the learning rate changes.")
        ),
    ] = None,
    momentum: Annotated[
        float | None,
        typer.Option(
            "--momentum", help=_("For sgd, momentum and nesterov: in [0, 1).")
        ),
    ] = None,
    l1: Annotated[
        float | None, typer.Option("--l1", help=_("Strength of the L1 penalty."))
    ] = None,
    l2: Annotated[
        float | None, typer.Option("--l2", help=_("Strength of the L2 penalty."))
    ] = None,
    dropout: Annotated[
        float | None,
        typer.Option("--dropout", help=_("Share of hidden units left out: in [0, 1).")),
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option("--batch-size", help=_("Rows of a step."))
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option("--epochs", help=_("Passes over the training rows, at most.")),
    ] = None,
    patience: Annotated[
        int | None,
        typer.Option(
            "--patience",
            help=_("Epochs without improvement, then stop; 0: never."),
        ),
    ] = None,
    class_weight: Annotated[
        str,
        typer.Option(
            "--class-weight",
            metavar="none|balanced",
            help=_("balanced: rare classes weigh as much in all as common ones."),
        ),
    ] = "none",
    validation: Annotated[
        float,
        typer.Option(
            "--validation", help=_("Share of rows that decides when to stop.")
        ),
    ] = 0.1,
    test: Annotated[
        float,
        typer.Option("--test", help=_("Share of rows kept for the final judgement.")),
    ] = 0.1,
    seed: Annotated[int, typer.Option("--seed", help=_("Of everything random."))] = 0,
    dtype: Annotated[
        str, typer.Option("--dtype", metavar="float32|float64", help=_("Precision."))
    ] = "float32",
    engine: Annotated[
        str,
        typer.Option(
            "--engine", metavar="NAME", help=_("What computes: native or reference.")
        ),
    ] = "auto",
    threads: Annotated[
        int | None,
        typer.Option("--threads", help=_("At most so many; the bits stay the same.")),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help=_("Where the model is saved."))
    ] = Path("model.safetensors"),
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint",
            metavar="DIR",
            help=_("Folder to save the state of the run in."),
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help=_("Go on from the checkpoint, if there is one.")),
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help=_("Print one JSON document and nothing else.")),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help=_("Print only errors."))
    ] = False,
) -> int:
    """Train a network on a table and save it."""
    # What trains is loaded when it trains, so that help comes at once.
    from neurona.cli.busy import busy
    from neurona.cli.document import print_document
    from neurona.cli.inputs import keep_inputs
    from neurona.cli.say import say
    from neurona.cli.train_report import TrainReport, write_json
    from neurona.errors import OptionError
    from neurona.files import check_writable
    from neurona.network import divergence_message
    from neurona.study.diagnosis.table import doctor_of_trained
    from neurona.table.compare import compare
    from neurona.table.options import TrainOptions, read_hidden
    from neurona.table.train import plan_training, train_plan
    from neurona.train.state import check_caller_options, find_checkpoint

    if resume and checkpoint is None:
        raise OptionError(_("--resume needs --checkpoint DIR to resume from"))
    keep_inputs(out, data)
    check_writable(out)
    begun = None
    if checkpoint is not None:
        begun = find_checkpoint(checkpoint)
        if quiet:
            pass
        elif begun is not None and not resume:
            say(_("note: the checkpoint in {path} is replaced").format(path=checkpoint))
        elif resume and begun is None:
            say(
                _("note: there is no checkpoint in {path} yet: from the beginning")
                .format(path=checkpoint)
            )  # fmt: skip
        is_folder = checkpoint.is_dir()
        check_writable(
            checkpoint / "checkpoint.safetensors" if is_folder else checkpoint
        )
    options = TrainOptions(
        target=tuple(target or ()),
        task=task,
        hidden=None if hidden is None else read_hidden(hidden),
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
        class_weight=class_weight,
        validation=validation,
        test=test,
        seed=seed,
        dtype=dtype,
        engine=engine,
        threads=threads,
        checkpoint=checkpoint,
        resume=resume,
    )
    if resume and begun is not None:
        check_caller_options(begun, options.of_checkpoint())
    report = TrainReport(quiet=quiet or as_json, silent=quiet)
    with busy(_("reading {data}").format(data=data), quiet=quiet):
        plan = plan_training(data, options)
    report.show_plan(data, plan)
    trained = train_plan(plan, [report.progress])
    trained.model.network.save(out)
    if trained.history.stopped == "interrupted":
        report.show_interrupted(out, checkpoint)
        return 130
    diverged = trained.history.stopped == "diverged"
    if diverged:
        say(_("error: {message}").format(message=divergence_message(trained.history)))
    if quiet and not as_json:
        return int(diverged)
    report.show_result(trained)
    with busy(_("fitting simpler models to compare with"), quiet=quiet):
        found = compare(trained)
    report.show_yardsticks(trained, found)
    diagnosis = doctor_of_trained(trained)
    report.show_findings(diagnosis, data, out)
    report.show_saved(out)
    if as_json:
        print_document(write_json(trained, found, diagnosis, out))
    return int(diverged)
