"""``neurona explain``: every equation and every number."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neurona.errors import OptionError
from neurona.messages import _

__all__ = ["explain"]


def explain(
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL|EXPRESSION",
            help=_("A saved model, or an expression such as 'exp(sin(x**2))'."),
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Argument(
            metavar="DATA", help=_("The table of the rows: a file, or a bundled set.")
        ),
    ] = None,
    row: Annotated[
        int | None,
        typer.Option("--row", help=_("Row of the table, counted from 0.")),
    ] = None,
    rows: Annotated[
        str | None,
        typer.Option(
            "--rows", metavar="0:4", help=_("Rows of a mini-batch, counted from 0.")
        ),
    ] = None,
    network: Annotated[
        str | None,
        typer.Option(
            "--network",
            metavar="2-2-1",
            help=_("A network by hand: inputs, hidden units, outputs."),
        ),
    ] = None,
    activation: Annotated[
        str,
        typer.Option("--activation", metavar="NAME", help=_("Of the hidden layers.")),
    ] = "sigmoid",
    output_activation: Annotated[
        str,
        typer.Option("--output", metavar="NAME", help=_("Of the last layer.")),
    ] = "identity",
    loss: Annotated[
        str | None,
        typer.Option("--loss", metavar="NAME", help=_("What is minimized.")),
    ] = None,
    reduction: Annotated[
        str | None,
        typer.Option(
            "--reduction", metavar="mean|sum", help=_("Of the losses of a batch.")
        ),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(
            "--weights",
            metavar="FILE",
            help=_("JSON of the weights by name; without it a seed draws them."),
        ),
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            metavar="1,0",
            help=_("What the network by hand reads; repeat it for a batch."),
        ),
    ] = None,
    targets: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            metavar="1",
            help=_("What it should give; a class is a number from 0."),
        ),
    ] = None,
    optimizer: Annotated[
        str | None,
        typer.Option("--optimizer", metavar="NAME", help=_("The rule of a step.")),
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option("--learning-rate", help=_("How far a step goes."))
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help=_("Another setting of the optimizer, such as beta_1=0.9."),
        ),
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at", metavar="x=1", help=_("Where an expression is looked at.")
        ),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option("--steps", help=_("Steps of an optimizer on an expression.")),
    ] = None,
    average: Annotated[
        float | None,
        typer.Option(
            "--average", metavar="0.9", help=_("Moving average of a series, with β.")
        ),
    ] = None,
    series: Annotated[
        str | None,
        typer.Option("--series", metavar="30,28,31", help=_("The series.")),
    ] = None,
    layer: Annotated[
        list[str] | None,
        typer.Option(
            "--layer", metavar="NAME", help=_("Explain this layer's weights.")
        ),
    ] = None,
    unit: Annotated[
        list[int] | None,
        typer.Option("--unit", help=_("Explain this unit, counted from 1.")),
    ] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(
            "--weight",
            metavar="NAME[i,j]",
            help=_("Explain this weight, such as dense_1.weight[0,2]."),
        ),
    ] = None,
    largest: Annotated[
        int | None,
        typer.Option("--largest", help=_("Explain the k largest derivatives.")),
    ] = None,
    at_step: Annotated[
        int | None,
        typer.Option("--at-step", help=_("Replay this step of the model's run.")),
    ] = None,
    which_rows: Annotated[
        bool,
        typer.Option(
            "--which-rows",
            help=_("Rank the rows that moved the loss most at that step."),
        ),
    ] = False,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint", metavar="DIR", help=_("Checkpoint of the run replayed.")
        ),
    ] = None,
    validation: Annotated[
        float,
        typer.Option("--validation", help=_("Share of rows held out in that run.")),
    ] = 0.1,
    test: Annotated[
        float,
        typer.Option("--test", help=_("Share of rows kept for the test in that run.")),
    ] = 0.1,
    engine: Annotated[
        str,
        typer.Option(
            "--engine",
            metavar="auto|native|reference",
            help=_("What computed that run."),
        ),
    ] = "auto",
    seed: Annotated[
        int, typer.Option("--seed", help=_("Of the weights of a network by hand."))
    ] = 0,
    matrices: Annotated[
        bool,
        typer.Option(
            "--matrices", help=_("The same in matrices: shapes, products, Jacobians.")
        ),
    ] = False,
    symbols: Annotated[
        bool,
        typer.Option("--symbols", help=_("The derivation alone, without numbers.")),
    ] = False,
    cost: Annotated[
        bool,
        typer.Option("--cost", help=_("Operations counted, forward and backward.")),
    ] = False,
    picture: Annotated[
        bool, typer.Option("--picture", help=_("The network and its graph, drawn."))
    ] = False,
    flow: Annotated[
        bool,
        typer.Option("--flow", help=_("What flows through each layer of a model.")),
    ] = False,
    prediction: Annotated[
        bool,
        typer.Option(
            "--prediction",
            help=_("Why the model answers so: one row, or the whole table."),
        ),
    ] = False,
    blank: Annotated[
        bool,
        typer.Option("--blank", help=_("Exercises with blanks, and their answers.")),
    ] = False,
    errata: Annotated[
        bool,
        typer.Option(
            "--errata",
            help=_("What the course notes print wrong, on one topic or all."),
        ),
    ] = False,
    seeds: Annotated[
        str | None,
        typer.Option("--seeds", metavar="1:30", help=_("Of the exercises.")),
    ] = None,
    answers: Annotated[
        bool, typer.Option("--answers", help=_("Fill in the blanks of an exercise."))
    ] = False,
    lesson: Annotated[
        str | None,
        typer.Option(
            "--lesson",
            metavar="NAME",
            help=_(
                "A small derivation: linear-stack, loops, variance, shapes, remaining."
            ),
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="text|html|latex|json",
            help=_("How it is written; by default as the file is called, else text."),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help=_("Where it is written; by default, standard output."),
        ),
    ] = None,
    digits: Annotated[
        int, typer.Option("--digits", help=_("Significant digits of the numbers."))
    ] = 5,
    details: Annotated[
        bool, typer.Option("--details", help=_("Show what is folded, too."))
    ] = False,
    convention: Annotated[
        str,
        typer.Option(
            "--convention",
            metavar="rows|columns",
            help=_("Whether samples are rows or columns."),
        ),
    ] = "rows",
) -> int:
    """Show every equation and every number of a training step."""
    from neurona.cli.explain_output import choose_output, write_explanation
    from neurona.cli.explain_request import ExplainRequest, answer
    from neurona.cli.inputs import keep_inputs
    from neurona.files import check_writable

    output = choose_output(format, out, digits, details=details, answers=answers)
    if out is not None:
        keep_inputs(out, *(str(x) for x in (subject, data, weights) if x is not None))
        check_writable(out)
    request = ExplainRequest(
        subject=subject,
        data=data,
        row=row,
        rows=rows,
        network=network,
        activation=activation,
        output_activation=output_activation,
        loss=loss,
        reduction=reduction,
        weights=weights,
        inputs=tuple(inputs or ()),
        targets=tuple(targets or ()),
        optimizer=optimizer,
        learning_rate=learning_rate,
        settings=tuple(settings or ()),
        at=tuple(at or ()),
        steps=steps,
        average=average,
        series=series,
        layers=tuple(layer or ()),
        units=tuple(unit or ()),
        chosen_weights=tuple(weight or ()),
        largest=largest,
        at_step=at_step,
        which_rows=which_rows,
        checkpoint=checkpoint,
        validation=validation,
        test=test,
        engine=engine,
        seed=seed,
        convention=convention,
        view=only_view(
            matrices=matrices,
            symbols=symbols,
            cost=cost,
            picture=picture,
            flow=flow,
            prediction=prediction,
            blank=blank,
            errata=errata,
            lesson=lesson is not None,
        ),
        seeds=seeds,
        lesson=lesson,
    )
    write_explanation(answer(request), output)
    return 0


def only_view(**asked: bool) -> str | None:
    """The one view that was asked for, if any.

    Raises
    ------
    OptionError
        There are several.
    """
    chosen = [name for name, wanted in asked.items() if wanted]
    if len(chosen) > 1:
        raise OptionError(
            _("one view at a time: --{first} or --{second}").format(
                first=chosen[0], second=chosen[1]
            )
        )
    return chosen[0] if chosen else None
