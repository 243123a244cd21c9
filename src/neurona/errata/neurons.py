"""Errors on neurons, thresholds and perceptrons, and on the network for XOR."""

from __future__ import annotations

from typing import Final

from neurona.errata.erratum import Erratum
from neurona.messages import _
from neurona.show.notation import DOTS, Call, Relation, Symbol
from neurona.show.notation.compose import exactly, minus, product_of, sum_of
from neurona.show.wording import fill

__all__ = ["errors_on_neurons"]

THETA, ETA, Z, W_2 = Symbol("θ"), Symbol("η"), Symbol("z"), Symbol("w", "2")
ERROR: Final = sum_of(Symbol("y"), minus(Symbol("y", accent="hat")))
WEIGHTED: Final = (product_of(Symbol("w", "1"), Symbol("x", "1"), sign=""), DOTS)


def errors_on_neurons() -> tuple[Erratum, ...]:
    """Errata on neurons and small networks, in the reader's language."""
    return (
        Erratum(
            "nine-parameters",
            "S0:131",
            "xor parameters",
            _("The parameters of the network for XOR"),
            printed=fill(
                _("a vector of ten parameters, in which {w} stands twice"),
                w=Symbol("w", "11", "2"),
            ),
            correct=_("nine parameters"),
            why=fill(
                _(
                    "A layer of O units on I inputs has {count} parameters, and 3 · 2 "
                    "+ 3 · 1 is 9."
                ),
                count=product_of(Symbol("O"), sum_of(Symbol("I"), exactly(1)), sign=""),
            ),
        ),
        Erratum(
            "xor-epochs",
            "S0:138",
            "xor training learning_rate",
            _("How long XOR takes"),
            printed=_("a training of 100 epochs for XOR"),
            correct=_("about 5000 epochs, with a learning rate of 0.1"),
            why=_(
                "With the learning rates 0.1 and 0.01 of the notes, 100 epochs "
                "solve XOR from none of ten initial weights, drawn uniform or "
                "normal: near its start the loss is almost flat."
            ),
        ),
        Erratum(
            "sigma-twice",
            "S1:156",
            "xor activation",
            _("One activation too many"),
            printed=fill(
                _("an output of {output}, though {z} is already a value of σ"),
                output=output_of(Call(Symbol("σ"), (Symbol("z", "1"),))),
                z=Symbol("z", "1"),
            ),
            correct=output_of(Symbol("z", "1")),
            why=_(
                "For the sign function a second application changes nothing. A "
                "step or a sigmoid applied twice no longer computes XOR."
            ),
        ),
        Erratum(
            "three-points",
            "S1:284",
            "perceptron separability bias",
            _("Three points and no bias"),
            printed=_(
                "that three points can be separated by a line through the origin"
            ),
            correct=_("they can be separated only with a bias"),
            why=fill(
                _(
                    "The points (0, 1) and (0, −1) are of one class, so that without a "
                    "bias {w} and {negative} would both have to be positive. The rule "
                    "then alternates between two weight vectors for ever; with a bias "
                    "it stops after 3 updates."
                ),
                w=W_2,
                negative=minus(W_2),
            ),
        ),
        Erratum(
            "and-threshold",
            "S2:90",
            "mcculloch_pitts logic",
            _("The threshold of AND"),
            printed=fill(_("{threshold} for AND"), threshold=threshold_of(0)),
            correct=threshold_of(2),
            why=_(
                "The sum of two inputs reaches 2 only where both are 1. With a "
                "threshold of 0 the neuron fires on all four rows, since a sum of "
                "0 reaches it."
            ),
        ),
        Erratum(
            "threshold-values",
            "S2:142",
            "mcculloch_pitts perceptron heaviside",
            _("When a threshold unit fires"),
            printed=fill(_("0 where {fires}, and 1 elsewhere"), fires=fires()),
            correct=fill(_("1 where {fires}, and 0 elsewhere"), fires=fires()),
            why=_(
                "A neuron fires when its sum reaches the threshold, as line 72 of "
                "the same notes has it."
            ),
        ),
        Erratum(
            "bias-sign",
            "S2:164",
            "perceptron bias",
            _("From the threshold to the bias"),
            printed=Relation((Z, sum_of(*WEIGHTED, THETA))),
            correct=Relation((Z, sum_of(*WEIGHTED, minus(THETA)))),
            why=fill(
                _(
                    "The neuron fires where {reached}. What moves to the other side "
                    "changes its sign, so that the bias is {bias}."
                ),
                reached=Relation((sum_of(*WEIGHTED), THETA), "≥"),
                bias=minus(THETA),
            ),
        ),
        Erratum(
            "perceptron-update",
            "S2:253-260",
            "perceptron learning_rate",
            _("One update of the perceptron"),
            printed=fill(
                _("{rate} and 0.8 in one step, which changes the first weight alone"),
                rate=Relation((ETA, exactly(0.5))),
            ),
            correct=fill(
                _("with {rate} the weights become −0.5 and 2.5, and the bias 0"),
                rate=Relation((ETA, exactly(0.5))),
            ),
            why=fill(
                _(
                    "The rule adds {change} to every weight, and {bias} to the bias, "
                    "whose input is 1. After this update both e-mails are classified "
                    "right."
                ),
                change=product_of(ETA, ERROR, Symbol("x", "i"), sign=""),
                bias=product_of(ETA, ERROR, sign=""),
            ),
        ),
    )


def output_of(first: Call | Symbol) -> Call:
    """The output of the network for XOR, whose first input is given."""
    return Call(Symbol("σ"), (sum_of(product_of(exactly(20), first, sign=""), DOTS),))


def threshold_of(value: float) -> Relation:
    return Relation((THETA, exactly(value)))


def fires() -> Relation:
    return Relation((Z, THETA), "≥")
