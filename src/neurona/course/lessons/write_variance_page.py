"""The page of the argument on variances."""

from __future__ import annotations

import math
from typing import Final

from neurona.course.lessons.variance_numbers import LayerVariance
from neurona.errata import note_for
from neurona.messages import _
from neurona.show.notation import Call, Relation, Summation, Symbol, Term
from neurona.show.notation.compose import (
    ONE,
    exactly,
    power_of,
    quotient_of,
    side_by_side,
    sum_of,
)
from neurona.show.page import Block, Formulas, Inline, Page, Section, Table
from neurona.show.pictures import line_chart
from neurona.show.wording import fill, note, say, tabulate

__all__ = ["write_variance_page"]

NONE: Final = "–"
"""Where a rule promises nothing."""

TWO: Final = exactly(2)
HALF: Final = quotient_of(ONE, TWO)
N, M, W, Z, A, DELTA = (Symbol(letter) for letter in "nmwzaδ")

DRIFT: Final = 2.0
"""A change of size through all layers, either way, that is no cause to act."""


def write_variance_page(
    layers: tuple[LayerVariance, ...], rows: int, initializer: str
) -> Page:
    """Write the argument and its numbers.

    Parameters
    ----------
    layers : tuple of LayerVariance
    rows : int
        That went through them.
    initializer : str
        Empty where the weights are a network's own.
    """
    start = _(
        "A signal keeps its size through many layers only if the weights start with "
        "the right variance. Here {rows} random rows of variance 1 go through {depth} "
        "layers and random gradients come back; beside each claim stands what was "
        "measured."
    )
    drawn = (
        _("Drawn by {rule}.")
        if initializer
        else _("The weights that the network has now.")
    )
    parts = (
        (_("The argument"), (Formulas(argument()),)),
        (_("The weights"), (say(drawn, rule=initializer), weights(layers))),
        (_("Forward, layer by layer"), (forward(layers),)),
        (_("Backward, from the last layer"), backward(layers)),
        (_("What follows"), conclusion(layers)),
    )
    sections = (Section((heading,), blocks) for heading, blocks in parts)
    begin = say(start, rows=str(rows), depth=str(len(layers)))
    return Page(_("The variance of the weights"), (begin, *sections))


def argument() -> tuple[tuple[Term, str], ...]:
    """The derivation, each line with its reason."""
    before = Symbol("x")
    unit = Summation(
        side_by_side(Symbol("w", "ij"), Symbol("x", "i")), Symbol("i"), ONE, N
    )
    return (
        (Relation((Symbol("z", "j"), unit)), _("a unit with n inputs and no bias yet")),
        (
            Relation((variance(Z), side_by_side(N, variance(W), mean_square(before)))),
            _("weights of mean 0, independent of each other and of the inputs"),
        ),
        (
            Relation((mean_square(A), side_by_side(HALF, variance(Z)))),
            _("ReLU cuts off one half of a symmetric z"),
        ),
        (
            Relation((variance(W), quotient_of(TWO, N))),
            _("He: then a has the mean square that x had"),
        ),
        (
            Relation((mean_square(A), variance(Z)), "≈"),
            _("tanh near 0, where its slope is 1"),
        ),
        (Relation((side_by_side(N, variance(W)), ONE)), _("Glorot, forward")),
        (
            Relation((side_by_side(M, variance(W)), ONE)),
            _("Glorot, backward: m units send a gradient to each input"),
        ),
        (
            Relation((variance(W), quotient_of(TWO, sum_of(N, M)))),
            _("Glorot: between the two"),
        ),
    )


def weights(layers: tuple[LayerVariance, ...]) -> Table:
    """Variances of the weights, what the rule promises beside what was drawn."""
    spread = variance(W)
    return tabulate(
        [
            _("layer"),
            _("size"),
            fill(_("{symbol} by the rule"), symbol=spread),
            fill(_("{symbol} measured"), symbol=spread),
            side_by_side(N, spread),
            side_by_side(M, spread),
        ],
        [
            [
                str(k),
                f"{layer.inputs} → {layer.units}",
                layer.weight_claim,
                layer.weight_variance,
                layer.inputs * layer.weight_variance,
                layer.units * layer.weight_variance,
            ]
            for k, layer in enumerate(layers, start=1)
        ],
        missing=NONE,
    )


def forward(layers: tuple[LayerVariance, ...]) -> Table:
    """Var(z) and E[a²] of each layer."""
    return tabulate(
        [
            _("layer"),
            *claimed_and_measured(variance(Z)),
            *claimed_and_measured(mean_square(A)),
            _("size of a"),
        ],
        [
            [
                str(k),
                layer.z_claim,
                layer.z_variance,
                layer.a_claim,
                layer.a_square,
                math.sqrt(layer.a_square),
            ]
            for k, layer in enumerate(layers, start=1)
        ],
        _(
            "Each claim starts from the measurement before it, so that errors do not "
            "add up."
        ),
        NONE,
    )


def backward(layers: tuple[LayerVariance, ...]) -> tuple[Block, ...]:
    """E[δ²] of each layer, the last first."""
    table = tabulate(
        [_("layer"), *claimed_and_measured(mean_square(DELTA))],
        [
            [str(k), layer.delta_claim, layer.delta_square]
            for k, layer in reversed(list(enumerate(layers, start=1)))
        ],
        missing=NONE,
    )
    slope = Call(Symbol("f", accent="prime"), (Z,))
    after = mean_square(Symbol("δ", accent="prime"))
    right = side_by_side(M, variance(W), after, mean_square(slope))
    reason = _("δ′ and m are of the layer after; with ReLU the last factor is ½")
    return (Formulas(((Relation((mean_square(DELTA), right)), reason),)), table)


def conclusion(layers: tuple[LayerVariance, ...]) -> tuple[Block, ...]:
    """The sizes as a picture, and what to make of them."""
    picture = line_chart(
        {
            _("size of a, forward"): [math.sqrt(layer.a_square) for layer in layers],
            _("size of δ, backward"): [
                math.sqrt(layer.delta_square) for layer in layers
            ],
        },
        x=list(range(1, len(layers) + 1)),
        x_label=_("layer"),
        y_label=_("root of the mean square"),
        log=True,
    )
    growth = math.sqrt(layers[-1].a_square / (layers[0].a_square or math.nan))
    steady = 1 / DRIFT <= growth <= DRIFT
    if math.isnan(growth):
        said = _("Nothing comes through: every activation is 0.")
    elif steady:
        said = _(
            "From the first layer to the last the activations change by a factor of "
            "{factor}: the signal keeps its size."
        )
    elif growth < 1:
        said = _(
            "From the first layer to the last the activations shrink to {factor} of "
            "their size: weights of a larger variance would keep them."
        )
    else:
        said = _(
            "From the first layer to the last the activations grow by a factor of "
            "{factor}: weights of a smaller variance would keep them."
        )
    end = note(said, "good" if steady else "warning", factor=growth)
    return (picture, end, *note_for("initialization"))


def claimed_and_measured(symbol: Term) -> tuple[Inline, Inline]:
    """Headings of what the argument says, and of what was found."""
    return (
        fill(_("{symbol} claimed"), symbol=symbol),
        fill(_("{symbol} measured"), symbol=symbol),
    )


def variance(term: Term) -> Term:
    return Call("Var", (term,))


def mean_square(term: Term) -> Term:
    return Call("E", (power_of(term, TWO),))
