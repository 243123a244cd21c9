"""Errors on data, training, statistics and initialization."""

from __future__ import annotations

from typing import Final

from neurona.errata.erratum import Erratum
from neurona.messages import _
from neurona.show.notation import (
    Call,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Root,
    Sum,
    Summation,
    Surrounded,
    Symbol,
    Term,
    Transpose,
)
from neurona.show.notation.compose import (
    difference,
    exactly,
    minus,
    power_of,
    product_of,
    quotient_of,
    sum_of,
)
from neurona.show.wording import fill

__all__ = ["errors_on_learning"]

ONE, TWO = exactly(1), exactly(2)
N, ETA, BETA, LAMBDA = Symbol("N"), Symbol("η"), Symbol("β"), Symbol("λ")
SIGMA, COVARIANCE = Symbol("σ"), Symbol("Σ")
RESIDUAL: Final = difference(
    Symbol("y", bold=True),
    product_of(Symbol("X", bold=True), Symbol("w", bold=True), sign=""),
)


def errors_on_learning() -> tuple[Erratum, ...]:
    """Errata on data and training, in the reader's language."""
    return (
        Erratum(
            "moving-average",
            "S2:1193",
            "moving_average momentum",
            _("The first value of a moving average"),
            printed=first_average(3.0, 0.3),
            correct=first_average(30.0, 3.0),
            why=_(
                "The first temperature is 30, and a tenth of it is 3. Divided by "
                "1 − 0.9 the average is 30 again: that is the bias correction."
            ),
        ),
        Erratum(
            "bias-correction",
            "S2:1225",
            "moving_average momentum adam",
            _("What the bias correction divides"),
            printed=Relation((corrected(), average())),
            correct=fill(
                _("{average}, and then, apart from it, {corrected}"),
                average=Relation((Symbol("V", "t"), average())),
                corrected=Relation((Symbol("V", "t", accent="hat"), corrected())),
            ),
            why=_(
                "The average itself goes on uncorrected. The corrected value is "
                "read and never fed back into the next average."
            ),
        ),
        Erratum(
            "normalization",
            "S2:1804",
            "normalization data",
            _("What a column is divided by"),
            printed=Quotient(centred(), power_of(SIGMA, TWO)),
            correct=Quotient(centred(), SIGMA),
            why=fill(
                _(
                    "Divided by {sigma} a column has a standard deviation of 1. "
                    "Divided by {variance} it has one of {wrong}, so that columns in "
                    "other units still differ."
                ),
                sigma=SIGMA,
                variance=power_of(SIGMA, TWO),
                wrong=quotient_of(ONE, SIGMA),
            ),
        ),
        Erratum(
            "split-shares",
            "S2:1586",
            "split data",
            _("Shares of a split"),
            printed=_("a split into 78 %, 11 % and 1 %"),
            correct=_("shares that add up to 100 %, such as 98 %, 1 % and 1 %"),
            why=_(
                "The printed shares add up to 90 %: a tenth of the rows would be "
                "in no part."
            ),
        ),
        Erratum(
            "low-errors",
            "S2:1623",
            "fitting split",
            _("When both errors are low"),
            printed=_("that low training and validation errors mean underfitting"),
            correct=_("they mean a good fit"),
            why=_(
                "Underfitting shows as a high training error. If the test error "
                "is high though both are low, the model fits the validation set, "
                "which was used to choose it."
            ),
        ),
        Erratum(
            "features-suffice",
            "S3:19",
            "features logistic_regression",
            _("Are quadratic features enough?"),
            printed=_("that a linear model of quadratic features always works"),
            correct=_("it works where the boundary is a conic section"),
            why=_(
                "Circles and XOR are separated so, a spiral is not: there its "
                "accuracy stays at 57 %. A hidden layer learns the features that "
                "the problem needs."
            ),
        ),
        Erratum(
            "gradient-sign",
            "S4:140",
            "linear_regression derivative",
            _("The sign of a gradient"),
            printed=Relation((gradient(), share(residual_product()))),
            correct=Relation((gradient(), minus(share(residual_product())))),
            why=fill(
                _(
                    "The inner derivative of {residual} is {inner}. The minimum is "
                    "the same, but a descent with the printed sign climbs."
                ),
                residual=RESIDUAL,
                inner=minus(Symbol("X", bold=True)),
            ),
        ),
        Erratum(
            "log-likelihood",
            "S4:318",
            "likelihood loss",
            _("The Gaussian log-likelihood"),
            printed=likelihood(minus_before=False),
            correct=likelihood(minus_before=True),
            why=_(
                "The density is divided by the root of |Σ|, so that its logarithm "
                "falls as Σ grows, and its exponent has a factor of one half. With "
                "the printed sign the likelihood would grow without bound."
            ),
        ),
        Erratum(
            "weight-decay",
            "S4:652 S4:654",
            "adam weight_decay regularization",
            _("Weight decay and Adam"),
            printed=fill(
                _("Adam(weight_decay=…) for {rule}"),
                rule=Relation(
                    (
                        Symbol("w"),
                        Sum(
                            (
                                Symbol("w"),
                                minus(product_of(ETA, Symbol("∇J"), sign="")),
                                minus(product_of(ETA, LAMBDA, Symbol("w"), sign="")),
                            )
                        ),
                    )
                ),
            ),
            correct=_("AdamW, which takes the decay apart from the gradient"),
            why=fill(
                _(
                    "Adam(weight_decay=…) adds {decay} to the gradient, which Adam "
                    "then divides by its own size, so that large and small weights "
                    "decay alike. AdamW subtracts {step} from the weight itself."
                ),
                decay=product_of(LAMBDA, Symbol("w"), sign=""),
                step=product_of(ETA, LAMBDA, Symbol("w"), sign=""),
            ),
        ),
        Erratum(
            "weights-close-to-one",
            "S4:753",
            "initialization",
            _("What should be close to 1 at the start"),
            printed=_("that weights should start close to 1"),
            correct=_("activations should start with a standard deviation close to 1"),
            why=fill(
                _(
                    "The variance of {z} is n times that of the weights: for He's rule "
                    "the weights have a standard deviation of {he}, which is 0.088 "
                    "with 256 inputs. Weights of 1 would make every layer 16 times "
                    "larger than the one before."
                ),
                z=Symbol("z"),
                he=Root(quotient_of(TWO, Symbol("n"))),
            ),
        ),
    )


def first_average(value: float, result: float) -> Relation:
    weight = difference(ONE, exactly(0.9))
    terms = Sum(
        (Product((exactly(0.9), exactly(0))), Product((weight, exactly(value))))
    )
    return Relation((Symbol("V", "1"), terms, Number(result)))


def average() -> Term:
    return sum_of(
        product_of(BETA, Symbol("V", "t−1"), sign=""),
        product_of(difference(ONE, BETA), Symbol("θ", "t"), sign=""),
    )


def corrected() -> Term:
    return quotient_of(Symbol("V", "t"), difference(ONE, power_of(BETA, Symbol("t"))))


def centred() -> Term:
    return difference(Symbol("x"), Symbol("μ"))


def gradient() -> Term:
    return Product((Symbol("∇"), Symbol("J")), "")


def residual_product() -> Term:
    return Product((Transpose(Symbol("X", bold=True)), RESIDUAL), "")


def share(term: Term) -> Term:
    return Product((quotient_of(ONE, N), term), "")


def likelihood(*, minus_before: bool) -> Relation:
    """The log-likelihood as printed, or with its signs and factor."""
    size = Call("log", (Surrounded(COVARIANCE, "|"),))
    log = Product((quotient_of(N, TWO), size), "")
    r = Symbol("r", "n", bold=True)
    square = Product((Transpose(r), Power(COVARIANCE, minus(ONE)), r), "")
    squares: Term = Summation(square, Symbol("n"))
    if minus_before:
        squares = Product((quotient_of(ONE, TWO), squares), "")
    terms = (Symbol("C"), minus(log) if minus_before else log, minus(squares))
    return Relation((Symbol("ℓ"), Sum(terms)))
