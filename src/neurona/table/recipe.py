"""How to train on a table unless told otherwise, with a reason for each setting."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from neurona.data.batches import rows_per_batch
from neurona.errors import OptionError, unknown_name
from neurona.messages import _, ngettext
from neurona.train.options import FIT

__all__ = ["Recipe", "choose_recipe"]

FEW_ROWS: Final = 1_000
ENOUGH_TO_JUDGE: Final = 10_000
"""Below this, the validation rows judge an epoch too coarsely to stop by it."""

MANY_ROWS: Final = 100_000

WIDE_TABLE: Final = 32
"""Features above which layers are wider."""

ROWS_PER_FEATURE: Final = 500
"""Below this, a network learns the classes of single rows by heart."""

SMALL_BATCH: Final = 32
LARGE_BATCH: Final = 1_024
BATCHES_PER_EPOCH: Final = 64
"""A batch grows with the table beyond this many small batches an epoch."""

STEPS_FOR_FEW_ROWS: Final = 1_000
EPOCHS_BY_ROWS: Final = ((10_000, 40), (100_000, 30), (1_000_000, 12))
EPOCHS_FOR_MOST_ROWS: Final = 6

RATES: Final[Mapping[str, float]] = {
    "sgd": 10.0,
    "momentum": 2.0,
    "nesterov": 2.0,
    "adagrad": 10.0,
    "rmsprop": 0.3,
    "lion": 0.1,
}
"""Learning rate of an optimizer as a multiple of Adam's."""


@dataclass(frozen=True)
class Recipe:
    """Settings of a training run on a table.

    Parameters
    ----------
    hidden, activation, optimizer, learning_rate, momentum, schedule, batch_size
    epochs, patience, l1, l2, dropout
        As :class:`neurona.table.options.TrainOptions` has them: a patience of 0 and a
        momentum of ``None`` mean none, and the rule's own.
    average : float or None
        As :class:`neurona.train.options.FitOptions` has it.
    reasons : mapping of str to str
        One sentence for each setting, by its name, in the reader's language.
    """

    hidden: tuple[int, ...]
    activation: str
    optimizer: str
    learning_rate: float
    momentum: float | None
    schedule: str
    batch_size: int | Literal["full"]
    epochs: int
    patience: int
    l1: float
    l2: float
    dropout: float
    average: float | None
    reasons: Mapping[str, str]

    def of_fit(self) -> dict[str, Any]:
        """What a fit is asked for in the same words."""
        return {name: value for name, value in vars(self).items() if name in FIT}


def choose_recipe(
    task: Literal["classification", "regression"],
    *,
    rows: int,
    features: int,
    outputs: int = 1,
    asked: Mapping[str, Any] | None = None,
) -> Recipe:
    """Choose every setting by the task and the size of the table.

    Parameters
    ----------
    task : {"classification", "regression"}
    rows : int
        Rows to train on, at least 1.
    features : int
        Numbers per encoded row, at least 1.
    outputs : int
        Numbers that the last layer gives.
    asked : mapping of str to object, optional
        Settings given by a person; they stand as they are, and what depends on them
        is chosen to suit. ``None`` as a value means not given.

    Returns
    -------
    Recipe

    Raises
    ------
    OptionError
        A setting that no recipe has.

    Notes
    -----
    Measured in ``docs/design/003-defaults.md``. Laws: the same arguments give the same
    recipe; a setting that was asked for is returned unchanged, with that as its reason.

    Examples
    --------
    >>> recipe = choose_recipe("classification", rows=120, features=4, outputs=3)
    >>> recipe.hidden, recipe.batch_size, recipe.epochs, recipe.patience
    ((64, 64), 32, 200, 0)
    >>> recipe.reasons["patience"]
    'so few rows to validate on judge an epoch too coarsely: all are done'
    >>> choose_recipe(
    ...     "classification", rows=120, features=4, asked={"epochs": 5}
    ... ).reasons["epochs"]
    'as asked'
    """
    given = {name: value for name, value in (asked or {}).items() if value is not None}
    for name in given:
        if name not in RULES:
            raise OptionError(unknown_name(_("setting"), name, RULES))
    problem = _Problem(task, rows, features, outputs)
    values: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    for name, choose in RULES.items():
        if name in given:
            values[name], reasons[name] = given[name], _("as asked")
        else:
            values[name], reasons[name] = choose(problem, {**values, **given})
    return Recipe(**values, reasons=reasons)


@dataclass(frozen=True)
class _Problem:
    """What a rule may look at."""

    task: str
    rows: int
    features: int
    outputs: int

    @property
    def is_small(self) -> bool:
        return self.rows < FEW_ROWS

    @property
    def is_wide(self) -> bool:
        return self.features > WIDE_TABLE and not self.is_small


Values = Mapping[str, Any]
Chosen = tuple[Any, str]


def choose_hidden(problem: _Problem, values: Values) -> Chosen:
    if problem.is_wide:
        width = 128
        reason = _("{features} features and {rows} rows can use a wider network")
    else:
        width = 64
        reason = _("two layers bend enough for {features} features and {rows} rows")
    # A layer narrower than the output could not tell all classes apart.
    width = max(width, min(problem.outputs, 512))
    return (width, width), reason.format(features=problem.features, rows=problem.rows)


def choose_activation(problem: _Problem, values: Values) -> Chosen:
    return "relu", _("quick, and its slope does not vanish as layers are added")


def choose_optimizer(problem: _Problem, values: Values) -> Chosen:
    if values.get("momentum") is not None:
        return "momentum", _("a momentum was asked for")
    return "adam", _("it adapts the step of each weight, so one learning rate suits")


def choose_learning_rate(problem: _Problem, values: Values) -> Chosen:
    name = values["optimizer"]
    rate = 0.01 if problem.is_small else 0.003 if problem.rows < MANY_ROWS else 0.002
    rate = float(f"{rate * RATES.get(name, 1.0):.2g}")
    if problem.is_small:
        reason = _("large steps for {optimizer}, since few rows make few of them")
    else:
        reason = _("moderate steps for {optimizer}, since there are many of them")
    return rate, reason.format(optimizer=name)


def choose_momentum(problem: _Problem, values: Values) -> Chosen:
    return None, _("the optimizer's own")


def choose_schedule(problem: _Problem, values: Values) -> Chosen:
    return "cosine", _("falls to zero over the epochs, so that the weights settle")


def choose_batch_size(problem: _Problem, values: Values) -> Chosen:
    wanted = problem.rows / BATCHES_PER_EPOCH
    if wanted <= SMALL_BATCH:
        return SMALL_BATCH, _("small batches make more steps out of few rows")
    size = min(2 ** round(math.log2(wanted)), LARGE_BATCH)
    return size, _("with {rows} rows, larger batches make an epoch faster").format(
        rows=problem.rows
    )


def choose_epochs(problem: _Problem, values: Values) -> Chosen:
    if not problem.is_small:
        enough = (epochs for limit, epochs in EPOCHS_BY_ROWS if problem.rows < limit)
        return next(enough, EPOCHS_FOR_MOST_ROWS), _(
            "the more rows, the fewer passes over them are needed"
        )
    batches = math.ceil(
        problem.rows / rows_per_batch(problem.rows, values["batch_size"])
    )
    epochs = min(max(math.ceil(STEPS_FOR_FEW_ROWS / batches), 50), 200)
    steps = epochs * batches
    return epochs, ngettext(
        "few rows are seen many times: {steps} step in all",
        "few rows are seen many times: {steps} steps in all",
        steps,
    ).format(steps=steps)


def choose_patience(problem: _Problem, values: Values) -> Chosen:
    if problem.rows < ENOUGH_TO_JUDGE:
        return 0, _(
            "so few rows to validate on judge an epoch too coarsely: all are done"
        )
    # Not of the epochs asked for: those may change when a run is resumed.
    usual = choose_epochs(problem, values)[0]
    return max(3, usual // 4), _(
        "a quarter of the epochs without improvement is enough to see the end"
    )


def choose_dropout(problem: _Problem, values: Values) -> Chosen:
    if not values["hidden"]:
        return 0.0, _("there is no hidden layer")
    if problem.is_small:
        return 0.0, _("with few rows the L2 penalty does its work more evenly")
    if problem.task == "regression":
        return 0.0, _("the L2 penalty smooths a curve better")
    if problem.rows < ROWS_PER_FEATURE * problem.features:
        return 0.2, _(
            "fewer than {count} rows for each feature: it stops units from learning "
            "rows by heart"
        ).format(count=ROWS_PER_FEATURE)
    return 0.0, _("there are enough rows for each feature")


def choose_l1(problem: _Problem, values: Values) -> Chosen:
    return 0.0, _("no weight needs to be exactly 0")


def choose_l2(problem: _Problem, values: Values) -> Chosen:
    crowding = problem.features / problem.rows
    reason = _("the more features for each row, the simpler the network should be")
    if problem.task == "regression":
        strength = min(60 * crowding, 3.0)
        reason = _(
            "the more features for each row, the simpler the network should be, and "
            "numbers are noisier than classes"
        )
    else:
        strength = min(10 * crowding, 1.0)
    if values["dropout"]:
        strength = min(strength, 0.1)
    # The penalty is divided by the rows of a batch: its strength must not depend on it.
    strength *= rows_per_batch(problem.rows, values["batch_size"]) / SMALL_BATCH
    return float(f"{strength:.2g}"), reason


def choose_average(problem: _Problem, values: Values) -> Chosen:
    return None, _("the falling learning rate averages already")


RULES: Final[Mapping[str, Callable[[_Problem, Values], Chosen]]] = {
    "hidden": choose_hidden,
    "activation": choose_activation,
    "optimizer": choose_optimizer,
    "learning_rate": choose_learning_rate,
    "momentum": choose_momentum,
    "schedule": choose_schedule,
    "batch_size": choose_batch_size,
    "epochs": choose_epochs,
    "patience": choose_patience,
    "dropout": choose_dropout,
    "l1": choose_l1,
    "l2": choose_l2,
    "average": choose_average,
}
"""Rule of each setting; a rule sees what the rules before it chose."""
