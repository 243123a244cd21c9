"""The page of the argument on variances."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from neurona.errata import note_for
from neurona.messages import _, language
from neurona.show.notation import (
    Call,
    Number,
    Product,
    Relation,
    Summation,
    Symbol,
    Term,
)
from neurona.show.notation.compose import exactly, power_of, quotient_of, sum_of
from neurona.show.page import (
    Block,
    Formulas,
    Inline,
    Note,
    Page,
    Paragraph,
    Section,
    Table,
)
from neurona.show.pictures import line_chart
from neurona.show.wording import fill

if TYPE_CHECKING:
    from neurona.course.lessons.variance import VarianceArgument

__all__ = ["write_variance_page"]

ONE, TWO = exactly(1), exactly(2)
HALF: Final = quotient_of(ONE, TWO)
N, M, W, Z, A, DELTA = (Symbol(letter) for letter in "nmwzaδ")

DRIFT: Final = 2.0
"""A change of size through all layers, either way, that is no cause to act."""


def write_variance_page(lesson: VarianceArgument) -> Page:
    """Write the argument and its numbers."""
    start = Paragraph(
        (
            _(
                "A signal keeps its size through many layers only if the weights start "
                "with the right variance. Here {rows} random rows of variance 1 go "
                "through {depth} layers and random gradients come back; beside each "
                "claim stands what was measured."
            ).format(rows=lesson.rows, depth=len(lesson.layers)),
        )
    )
    sections = (
        Section((_("The argument"),), (Formulas(argument()),)),
        Section((_("The weights"),), weights(lesson)),
        Section((_("Forward, layer by layer"),), forward(lesson)),
        Section((_("Backward, from the last layer"),), backward(lesson)),
        Section((_("What follows"),), conclusion(lesson)),
    )
    return Page(_("The variance of the weights"), (start, *sections), language())


def argument() -> tuple[tuple[Term, str], ...]:
    """The derivation, each line with its reason."""
    before = Symbol("x")
    unit = Summation(
        Product((Symbol("w", "ij"), Symbol("x", "i")), ""), Symbol("i"), ONE, N
    )
    return (
        (Relation((Symbol("z", "j"), unit)), _("a unit with n inputs and no bias yet")),
        (
            Relation((variance(Z), Product((N, variance(W), mean_square(before)), ""))),
            _("weights of mean 0, independent of each other and of the inputs"),
        ),
        (
            Relation((mean_square(A), Product((HALF, variance(Z)), ""))),
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
        (Relation((Product((N, variance(W)), ""), ONE)), _("Glorot, forward")),
        (
            Relation((Product((M, variance(W)), ""), ONE)),
            _("Glorot, backward: m units send a gradient to each input"),
        ),
        (
            Relation((variance(W), quotient_of(TWO, sum_of(N, M)))),
            _("Glorot: between the two"),
        ),
    )


def weights(lesson: VarianceArgument) -> tuple[Block, ...]:
    """Variances of the weights, what the rule promises beside what was drawn."""
    rows = tuple(
        (
            (str(k),),
            (f"{layer.inputs} → {layer.units}",),
            claim(layer.weight_claim),
            (Number(layer.weight_variance),),
            (Number(layer.inputs * layer.weight_variance),),
            (Number(layer.units * layer.weight_variance),),
        )
        for k, layer in enumerate(lesson.layers, start=1)
    )
    headings: tuple[Inline, ...] = (
        (_("layer"),),
        (_("size"),),
        fill(_("{symbol} by the rule"), symbol=variance(W)),
        fill(_("{symbol} measured"), symbol=variance(W)),
        (Product((N, variance(W)), ""),),
        (Product((M, variance(W)), ""),),
    )
    said = (
        _("Drawn by {rule}.").format(rule=lesson.initializer)
        if lesson.initializer
        else _("The weights that the network has now.")
    )
    return (Paragraph((said,)), Table(headings, rows))


def forward(lesson: VarianceArgument) -> tuple[Block, ...]:
    """Var(z) and E[a²] of each layer."""
    rows = tuple(
        (
            (str(k),),
            (Number(layer.z_claim),),
            (Number(layer.z_variance),),
            claim(layer.a_claim),
            (Number(layer.a_square),),
            (Number(math.sqrt(layer.a_square)),),
        )
        for k, layer in enumerate(lesson.layers, start=1)
    )
    headings: tuple[Inline, ...] = (
        (_("layer"),),
        fill(_("{symbol} claimed"), symbol=variance(Z)),
        fill(_("{symbol} measured"), symbol=variance(Z)),
        fill(_("{symbol} claimed"), symbol=mean_square(A)),
        fill(_("{symbol} measured"), symbol=mean_square(A)),
        (_("size of a"),),
    )
    caption = _(
        "Each claim starts from the measurement before it, so that errors do not "
        "add up."
    )
    return (Table(headings, rows, caption),)


def backward(lesson: VarianceArgument) -> tuple[Block, ...]:
    """E[δ²] of each layer, the last first."""
    numbered = list(enumerate(lesson.layers, start=1))
    rows = tuple(
        ((str(k),), claim(layer.delta_claim), (Number(layer.delta_square),))
        for k, layer in reversed(numbered)
    )
    headings: tuple[Inline, ...] = (
        (_("layer"),),
        fill(_("{symbol} claimed"), symbol=mean_square(DELTA)),
        fill(_("{symbol} measured"), symbol=mean_square(DELTA)),
    )
    rule = Relation(
        (
            mean_square(DELTA),
            Product(
                (
                    M,
                    variance(W),
                    mean_square(Symbol("δ", accent="prime")),
                    mean_square(Call(Symbol("f", accent="prime"), (Z,))),
                ),
                "",
            ),
        )
    )
    reason = _("δ′ and m are of the layer after; with ReLU the last factor is ½")
    return (Formulas(((rule, reason),)), Table(headings, rows))


def conclusion(lesson: VarianceArgument) -> tuple[Block, ...]:
    """The sizes as a picture, and what to make of them."""
    layers = lesson.layers
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
        said: Inline = (_("Nothing comes through: every activation is 0."),)
    elif steady:
        said = fill(
            _(
                "From the first layer to the last the activations change by a factor "
                "of {factor}: the signal keeps its size."
            ),
            factor=Number(growth),
        )
    elif growth < 1:
        said = fill(
            _(
                "From the first layer to the last the activations shrink to {factor} "
                "of their size: weights of a larger variance would keep them."
            ),
            factor=Number(growth),
        )
    else:
        said = fill(
            _(
                "From the first layer to the last the activations grow by a factor of "
                "{factor}: weights of a smaller variance would keep them."
            ),
            factor=Number(growth),
        )
    note = Note(said, "good" if steady else "warning")
    return (picture, note, *note_for("initialization"))


def variance(term: Term) -> Term:
    return Call("Var", (term,))


def mean_square(term: Term) -> Term:
    return Call("E", (power_of(term, TWO),))


def claim(value: float) -> Inline:
    return ("–",) if math.isnan(value) else (Number(value),)
