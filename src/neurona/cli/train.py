"""``neurona train``: from a table to a saved model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neurona.cli.say import say
from neurona.messages import _
from neurona.table.options import TrainOptions

__all__ = ["train"]


def train(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA",
            help=_(
                "A file (.csv, .xlsx, .parquet, .json, .db, …), FILE::NAME for a part "
                "of it, - for standard input, or a bundled set such as iris, digits or "
                "moons."
            ),
        ),
    ],
    *,
    options: TrainOptions,
    options_file: Annotated[
        Path | None,
        typer.Option(
            "--options",
            metavar="FILE",
            help=_("TOML of options by these names."),
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help=_("Where the model is saved."))
    ] = Path("model.safetensors"),
    as_json: Annotated[
        bool,
        typer.Option("--json", help=_("Print one JSON document and nothing else.")),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help=_("Print only errors."))
    ] = False,
) -> int:
    """Train a network on a table and save it."""
    # What trains is loaded once it is said what is read, so that a line comes at once.
    from neurona.cli.busy import busy
    from neurona.cli.inputs import keep_inputs
    from neurona.errors import OptionError
    from neurona.files import check_writable

    checkpoint = None if options.checkpoint is None else Path(options.checkpoint)
    if options.resume and checkpoint is None:
        raise OptionError(_("--resume needs --checkpoint DIR to resume from"))
    keep_inputs(out, data, *([] if options_file is None else [options_file]))
    check_writable(out)
    if checkpoint is not None:
        check_checkpoint(checkpoint, options, quiet=quiet)
    with busy(_("reading {data}").format(data=data), quiet=quiet, at_once=True):
        from neurona.cli.train_report import TrainReport
        from neurona.table.train import plan_training, train_plan

        plan = plan_training(data, options)
    report = TrainReport(quiet=quiet or as_json, silent=quiet)
    report.show_plan(data, plan)
    trained = train_plan(plan, [report.progress])
    trained.model.network.save(out)
    if trained.history.stopped == "interrupted":
        report.show_interrupted(trained, out, checkpoint)
        return 130
    diverged = trained.history.stopped == "diverged"
    if diverged:
        from neurona.network import divergence_message

        say(_("error: {message}").format(message=divergence_message(trained.history)))
    if quiet and not as_json:
        return int(diverged)
    report.show_result(trained)
    # scikit-learn takes a second to load: the model is shown and saved before.
    with busy(_("fitting simpler models to compare with"), quiet=quiet):
        from neurona.table.compare import compare

        found = compare(trained)
    report.show_yardsticks(trained, found)
    from neurona.study.diagnosis.table import doctor_of_trained

    diagnosis = doctor_of_trained(trained)
    report.show_findings(diagnosis, data, out)
    report.show_saved(out)
    if as_json:
        from neurona.cli.document import print_document
        from neurona.cli.train_document import write_json

        print_document(write_json(trained, found, diagnosis, out))
    return int(diverged)


def check_checkpoint(checkpoint: Path, options: TrainOptions, *, quiet: bool) -> None:
    """Refuse a checkpoint of another run, or one that cannot be written.

    Raises
    ------
    CheckpointError, OutputError
    """
    from neurona.files import check_writable
    from neurona.train.state import check_caller_options, find_checkpoint

    begun = find_checkpoint(checkpoint)
    if quiet:
        pass
    elif begun is not None and not options.resume:
        say(_("note: the checkpoint in {path} is replaced").format(path=checkpoint))
    elif options.resume and begun is None:
        say(
            _("note: there is no checkpoint in {path} yet: from the beginning")
            .format(path=checkpoint)
        )  # fmt: skip
    is_folder = checkpoint.is_dir()
    check_writable(checkpoint / "checkpoint.safetensors" if is_folder else checkpoint)
    if options.resume and begun is not None:
        check_caller_options(begun, options.of_checkpoint())
