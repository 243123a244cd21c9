"""Every option of a fit, written once: its kind, its default and its meaning."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from neurona.messages import defer
from neurona.settings import (
    Count,
    Natural,
    NonNegative,
    Options,
    Positive,
    ProperShare,
    Seed,
    checked,
    like,
    option,
    options_of,
)

if TYPE_CHECKING:
    # Of these a command's help page knows nothing: it comes at once.
    from neurona.nn.losses import LossLike
    from neurona.optimize import Optimizer, Schedule
    from neurona.train.callback import CallbackLike
    from neurona.train.metrics import Metric
    from neurona.train.solvers import RuleLike

__all__ = [
    "FIT",
    "EvaluateOptions",
    "FitOptions",
    "GradientOptions",
    "RangeTestOptions",
    "check_options",
    "check_seed",
    "kept_settings",
    "with_defaults",
]


@dataclass(frozen=True, kw_only=True)
class FitOptions(Options):
    """How a network is trained on arrays.

    What :meth:`neurona.Network.fit` takes, what a command offers, what a model file
    remembers and what a run that resumes must have again, all read this record.

    Examples
    --------
    >>> FitOptions(epochs=3).epochs, FitOptions().batch_size
    (3, 'auto')
    """

    loss: LossLike | Mapping[str, LossLike] | None = option(
        None,
        object,
        defer("What is minimized."),
        "A name or a loss, or a mapping of them by output. By default that of the last "
        "fit; else, where ``y`` is of a type of whole numbers, cross-entropy if the "
        "network gives several numbers per row and ``y`` has one per row or rows of "
        "zeros and a single 1, and binary cross-entropy if it gives one and ``y`` is 0 "
        "or 1; and the mean squared error otherwise. A softmax or sigmoid at the end "
        "decides by itself.",
        metavar="NAME",
    )
    optimizer: RuleLike = option(
        "adam",
        object,
        defer("The rule of a step."),
        "``adam``, ``sgd``, …; or a solver that looks at all rows and chooses its "
        "steps itself: ``lbfgs``, ``cg`` (conjugate gradients) or ``gradient_descent`` "
        "(with a line search).",
        metavar="NAME",
    )
    batch_size: int | Literal["auto", "full"] | None = option(
        "auto",
        Count | Literal["auto", "full"] | None,
        defer("Rows of a step."),
        'The last batch of an epoch may be shorter. "auto" means 32, and all rows for '
        'a solver, as "full" and None do for an optimizer.',
    )
    epochs: int = option(
        10,
        Count,
        defer("Passes over the training rows, at most."),
        "Iterations of a solver, which may end earlier.",
        free=True,
    )
    validation: Any = option(
        None,
        object,
        defer("Rows that decide when to stop."),
        "A tuple (X, y) or (X, y, sample_weight), or an array of rows of X that are "
        "held out: numbers, or a flag for each.",
        kept=False,
    )
    sample_weight: Any = option(
        None,
        object,
        defer("How much each row counts."),
        "An array (N,): losses become Σwᵢlᵢ/Σwᵢ over a batch, whatever the scale of "
        "the weights.",
        kept=False,
    )
    class_weight: Literal["balanced"] | Mapping[int, float] | None = option(
        None,
        object,
        defer("balanced: rare classes weigh as much in all as common ones."),
        "Or a mapping of class number to weight. Multiplies the weights of the "
        "training rows.",
    )
    shuffle: bool = option(
        True, bool, defer("Whether each epoch visits the rows in another order.")
    )
    engine: str = option(
        "auto",
        Literal["auto", "native", "reference"],
        defer("What computes."),
        '"auto" is the native engine where it was built.',
        free=True,
        kept=False,
    )
    threads: int | None = option(
        None,
        Count | None,
        defer("At most so many; the bits stay the same."),
        "Of the native engine; by default the number that turns out fastest.",
        free=True,
        kept=False,
    )
    seed: int | None = option(
        None,
        Seed,
        defer("Of everything random."),
        "Of order and masks; by default the network's.",
    )
    schedule: str | Schedule | None = option(
        None,
        object,
        defer("How the learning rate changes."),
        "Constant by default.",
        metavar="NAME",
    )
    patience: int | None = option(
        None,
        Natural | None,
        defer("Epochs without improvement before stopping; 0: no early stopping."),
        "Of the validation loss (without validation rows: of the training loss). The "
        "best weights are then restored, also where all epochs are done. By default, "
        "and with 0, all epochs are done and the last weights kept.",
    )
    min_change: float = option(
        0.0,
        NonNegative,
        defer("How much lower a loss must be to count as an improvement."),
    )
    l1: float = option(
        0.0,
        NonNegative,
        defer("Strength of the L1 penalty."),
        "λ/N·Σ|w| on weights, not biases; N is the number of rows of the batch.",
    )
    l2: float = option(
        0.0,
        NonNegative,
        defer("Strength of the L2 penalty."),
        "λ/(2N)·Σw² on weights, not biases; N is the number of rows of the batch.",
    )
    clip_norm: float | None = option(
        None, Positive | None, defer("Limit on the norm of the whole gradient.")
    )
    clip_value: float | None = option(
        None, Positive | None, defer("Limit on each entry of the gradient.")
    )
    average: float | None = option(
        None,
        ProperShare | None,
        defer("Decay of an exponential moving average of the weights."),
        "The average is then what is validated and kept.",
    )
    reduction: Literal["mean", "sum"] = option(
        "mean",
        Literal["mean", "sum"],
        defer("Whether the loss of a batch is the mean of its rows or their sum."),
    )
    metrics: Iterable[str | Metric] | str | None = option(
        None,
        object,
        defer("Figures of how good the predictions are."),
        "Names or functions of (y, prediction): ``accuracy``, ``r2``, ``mae``, "
        "``rmse``; on the validation rows where there are any, else on the training "
        "rows. They ignore sample weights.",
    )
    statistics: bool = option(
        False,
        bool,
        defer("Whether each epoch ends with a look at every layer."),
        "Over a fixed sample of training rows, kept in the history: mean and deviation "
        "of its activations, share of dead or saturated units, norm of its gradient.",
        free=True,
        kept=False,
    )
    callbacks: Iterable[CallbackLike] | CallbackLike | None = option(
        None,
        object,
        defer("What watches the fit, and may stop it."),
        "Functions of (epoch, history) or Callback objects. A function that returns "
        "True stops the fit. When it is called the network has the weights of that "
        "epoch, and can predict.",
        free=True,
        kept=False,
    )
    checkpoint: str | os.PathLike[str] | None = option(
        None,
        str | os.PathLike | None,
        defer("Folder to save the state of the run in."),
        "A run can resume from it; it is made if need be.",
        free=True,
        kept=False,
        metavar="DIR",
    )
    checkpoint_options: Mapping[str, Any] | None = option(
        None,
        object,
        defer("Options of whoever calls, such as a command's."),
        "A mapping of names to JSON values: compared first, under these names, when a "
        "run resumes.",
        free=True,
        kept=False,
    )
    resume: bool = option(
        False,
        bool,
        defer("Go on from the checkpoint, if there is one."),
        "The network must start from the weights that the run began with, or have "
        "those that it left. A run that its epochs or a callback ended goes on only "
        "where ``epochs`` is more than it was; one that patience ended has ended. A "
        "schedule over all epochs, such as cosine, is laid over the new number from "
        "there on; with any other the bits are those of a run of so many epochs.",
        free=True,
        kept=False,
    )
    rows: Any = option(
        None,
        object,
        defer("Rows of X and y to train on."),
        "An int array: numbers, or a flag for each; by default all that are not held "
        "out. Nothing is copied.",
        kept=False,
    )


FIT: Final = options_of(FitOptions)


@dataclass(frozen=True, kw_only=True)
class EvaluateOptions(Options):
    """How good a network is over rows."""

    loss: LossLike | Mapping[str, LossLike] | None = like(FIT["loss"])
    metrics: Iterable[str | Metric] | str | None = like(FIT["metrics"])
    sample_weight: Any = like(FIT["sample_weight"])


@dataclass(frozen=True, kw_only=True)
class GradientOptions(Options):
    """Of which loss a gradient is."""

    loss: LossLike | Mapping[str, LossLike] | None = like(FIT["loss"])
    sample_weight: Any = like(FIT["sample_weight"])
    class_weight: Literal["balanced"] | Mapping[int, float] | None = like(
        FIT["class_weight"]
    )
    l1: float = like(FIT["l1"], 0.0)
    l2: float = like(FIT["l2"], 0.0)
    reduction: Literal["mean", "sum"] = like(FIT["reduction"], "mean")
    training: bool = option(
        False, bool, defer("Whether masks and batch statistics are in force.")
    )
    seed: int | None = like(FIT["seed"])
    step: int = option(1, Natural, defer("Of which step the masks are."))


@dataclass(frozen=True, kw_only=True)
class RangeTestOptions(Options):
    """Which learning rates are tried; the optimizer's own is not used."""

    loss: LossLike | Mapping[str, LossLike] | None = like(FIT["loss"])
    optimizer: str | Optimizer | type[Optimizer] = like(FIT["optimizer"], "adam")
    low: float = option(1e-5, float, defer("The first rate."))
    high: float = option(
        10.0,
        float,
        defer("The last rate."),
        "Each is the same multiple of the one before.",
    )
    steps: int = option(
        500, int, defer("How many times the rate is multiplied: once a step.")
    )
    batch_size: int | Literal["full"] | None = like(
        FIT["batch_size"], 32, kind=Count | Literal["full"] | None
    )
    seed: int | None = like(FIT["seed"])


def check_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a fit as their kinds, by name.

    Raises
    ------
    OptionError
        A value is of another kind; the message names the option.

    Examples
    --------
    >>> check_options({"epochs": 3, "l1": 0})
    {'epochs': 3, 'l1': 0.0}
    """
    return {name: FIT[name].check(value) for name, value in given.items()}


def kept_settings() -> tuple[str, ...]:
    """Names of the options that a model file remembers."""
    return tuple(name for name, entry in FIT.items() if entry.kept)


def with_defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a file, with those that were no options yet when it was written.

    Law: the default of a new option means what fits did before there was one.

    Examples
    --------
    >>> with_defaults({"epochs": 3})["l1"]
    0.0
    """
    plain = (name for name in kept_settings() if FIT[name].is_plain)
    missing = {name: FIT[name].default for name in plain if name not in settings}
    return {**settings, **missing}


def check_seed(seed: Any) -> int:
    """Seed as a whole number that random streams can be made from.

    Raises
    ------
    OptionError
        It is something else, or outside 0 .. 2⁶³ − 1.
    """
    whole: int = checked("seed", seed, Seed)
    return whole
