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
        typer.Option(
            "--row",
            help=_("Row of the table, counted from 0."),
            rich_help_panel=_("Which rows, units and weights"),
        ),
    ] = None,
    rows: Annotated[
        str | None,
        typer.Option(
            "--rows",
            metavar="0:4",
            help=_("Rows of a mini-batch, counted from 0."),
            rich_help_panel=_("Which rows, units and weights"),
        ),
    ] = None,
    network: Annotated[
        str | None,
        typer.Option(
            "--network",
            metavar="2-2-1",
            help=_("A network by hand: inputs, hidden units, outputs."),
            rich_help_panel=_("A network by hand"),
        ),
    ] = None,
    activation: Annotated[
        str | None,
        typer.Option(
            "--activation",
            metavar="NAME",
            help=_("Of the hidden layers; by default sigmoid."),
            rich_help_panel=_("A network by hand"),
        ),
    ] = None,
    output_activation: Annotated[
        str | None,
        typer.Option(
            "--output",
            metavar="NAME",
            help=_("Of the last layer; by default the identity."),
            rich_help_panel=_("A network by hand"),
        ),
    ] = None,
    loss: Annotated[
        str | None,
        typer.Option(
            "--loss",
            metavar="NAME",
            help=_("What is minimized."),
            rich_help_panel=_("A network by hand"),
        ),
    ] = None,
    reduction: Annotated[
        str | None,
        typer.Option(
            "--reduction",
            metavar="mean|sum",
            help=_("Of the losses of a batch."),
            rich_help_panel=_("Which rows, units and weights"),
        ),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(
            "--weights",
            metavar="FILE",
            help=_("JSON of the weights by name; without it a seed draws them."),
            rich_help_panel=_("A network by hand"),
        ),
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            metavar="1,0",
            help=_("What the network by hand reads; repeat it for a batch."),
            rich_help_panel=_("A network by hand"),
        ),
    ] = None,
    targets: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            metavar="1",
            help=_("What it should give; a class is a number from 0."),
            rich_help_panel=_("A network by hand"),
        ),
    ] = None,
    optimizer: Annotated[
        str | None,
        typer.Option(
            "--optimizer",
            metavar="NAME",
            help=_("The rule of a step."),
            rich_help_panel=_("A network by hand"),
        ),
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(
            "--learning-rate",
            help=_("How far a step goes."),
            rich_help_panel=_("A network by hand"),
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help=_("Another setting of the optimizer, such as beta_1=0.9."),
            rich_help_panel=_("A network by hand"),
        ),
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at",
            metavar="x=1",
            help=_("Where an expression is looked at."),
            rich_help_panel=_("An expression, a series"),
        ),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(
            "--steps",
            help=_("Steps of an optimizer on an expression."),
            rich_help_panel=_("An expression, a series"),
        ),
    ] = None,
    average: Annotated[
        float | None,
        typer.Option(
            "--average",
            metavar="0.9",
            help=_("Moving average of a series, with β."),
            rich_help_panel=_("An expression, a series"),
        ),
    ] = None,
    series: Annotated[
        str | None,
        typer.Option(
            "--series",
            metavar="30,28,31",
            help=_("The series."),
            rich_help_panel=_("An expression, a series"),
        ),
    ] = None,
    layer: Annotated[
        list[str] | None,
        typer.Option(
            "--layer",
            metavar="NAME",
            help=_("Explain this layer's weights."),
            rich_help_panel=_("Which rows, units and weights"),
        ),
    ] = None,
    unit: Annotated[
        list[int] | None,
        typer.Option(
            "--unit",
            help=_("Explain this unit, counted from 1."),
            rich_help_panel=_("Which rows, units and weights"),
        ),
    ] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(
            "--weight",
            metavar="NAME[i,j]",
            help=_("Explain this weight, such as dense_1.weight[0,2]."),
            rich_help_panel=_("Which rows, units and weights"),
        ),
    ] = None,
    largest: Annotated[
        int | None,
        typer.Option(
            "--largest",
            help=_("Explain the k largest derivatives."),
            rich_help_panel=_("Which rows, units and weights"),
        ),
    ] = None,
    at_step: Annotated[
        int | None,
        typer.Option(
            "--at-step",
            help=_("Replay this step of the model's run."),
            rich_help_panel=_("A step of a past run"),
        ),
    ] = None,
    which_rows: Annotated[
        bool,
        typer.Option(
            "--which-rows",
            help=_("Rank the rows that moved the loss most at that step."),
            rich_help_panel=_("A step of a past run"),
        ),
    ] = False,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint",
            metavar="DIR",
            help=_("Checkpoint of the run replayed."),
            rich_help_panel=_("A step of a past run"),
        ),
    ] = None,
    validation: Annotated[
        float | None,
        typer.Option(
            "--validation",
            help=_("Share of rows held out in that run, where no model records it."),
            rich_help_panel=_("A step of a past run"),
        ),
    ] = None,
    test: Annotated[
        float | None,
        typer.Option(
            "--test",
            help=_("Share of rows kept for the test in that run, likewise."),
            rich_help_panel=_("A step of a past run"),
        ),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            "--engine",
            metavar="auto|native|reference",
            help=_("What computed that run."),
            rich_help_panel=_("A step of a past run"),
        ),
    ] = "auto",
    seed: Annotated[
        int,
        typer.Option(
            "--seed",
            help=_("Of the weights of a network by hand."),
            rich_help_panel=_("A network by hand"),
        ),
    ] = 0,
    matrices: Annotated[
        bool,
        typer.Option(
            "--matrices",
            help=_("The same in matrices: shapes, products, Jacobians."),
            rich_help_panel=_("Other views"),
        ),
    ] = False,
    symbols: Annotated[
        bool,
        typer.Option(
            "--symbols",
            help=_("The derivation alone, without numbers."),
            rich_help_panel=_("Other views"),
        ),
    ] = False,
    cost: Annotated[
        bool,
        typer.Option(
            "--cost",
            help=_("Operations counted, forward and backward."),
            rich_help_panel=_("Other views"),
        ),
    ] = False,
    picture: Annotated[
        bool,
        typer.Option(
            "--picture",
            help=_("The network and its graph, drawn."),
            rich_help_panel=_("Other views"),
        ),
    ] = False,
    flow: Annotated[
        bool,
        typer.Option(
            "--flow",
            help=_(
                "What flows through each layer of a model; without one, see --lesson "
                "initializations and --lesson activations."
            ),
            rich_help_panel=_("Other views"),
        ),
    ] = False,
    through: Annotated[
        bool,
        typer.Option(
            "--through",
            help=_("With --flow: at each epoch of the model's training, run again."),
            rich_help_panel=_("Other views"),
        ),
    ] = False,
    prediction: Annotated[
        bool,
        typer.Option(
            "--prediction",
            help=_("Why the model answers so: one row, or the whole table."),
            rich_help_panel=_("Other views"),
        ),
    ] = False,
    blank: Annotated[
        bool,
        typer.Option(
            "--blank",
            help=_("Exercises with blanks, and their answers."),
            rich_help_panel=_("Other views"),
        ),
    ] = False,
    errata: Annotated[
        bool,
        typer.Option(
            "--errata",
            help=_("What the course notes print wrong, on one topic or all."),
            rich_help_panel=_("Other views"),
        ),
    ] = False,
    seeds: Annotated[
        str | None,
        typer.Option(
            "--seeds",
            metavar="1:30",
            help=_("Of the exercises."),
            rich_help_panel=_("Other views"),
        ),
    ] = None,
    answers: Annotated[
        bool,
        typer.Option(
            "--answers",
            help=_("Fill in the blanks of an exercise."),
            rich_help_panel=_("Other views"),
        ),
    ] = False,
    lesson: Annotated[
        str | None,
        typer.Option(
            "--lesson",
            metavar="NAME",
            help=_(
                "A small derivation or exercise: linear-stack, loops, variance, "
                "initializations, activations, shapes, remaining, normal-equations, "
                "perceptron, coefficients."
            ),
            rich_help_panel=_("Other views"),
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="text|html|latex|json",
            help=_("How it is written; by default as the file is called, else text."),
            rich_help_panel=_("How it is shown"),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help=_("Where it is written; by default, standard output."),
            rich_help_panel=_("How it is shown"),
        ),
    ] = None,
    digits: Annotated[
        int,
        typer.Option(
            "--digits",
            help=_("Significant digits of the numbers."),
            rich_help_panel=_("How it is shown"),
        ),
    ] = 5,
    details: Annotated[
        bool,
        typer.Option(
            "--details",
            help=_("Show what is folded, too."),
            rich_help_panel=_("How it is shown"),
        ),
    ] = False,
    convention: Annotated[
        str,
        typer.Option(
            "--convention",
            metavar="rows|columns",
            help=_("Whether samples are rows or columns."),
            rich_help_panel=_("Which rows, units and weights"),
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
        through=through,
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
