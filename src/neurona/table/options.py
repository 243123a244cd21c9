"""What a person may ask of a training run on a table."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from neurona.data.fractions import check_fractions
from neurona.errors import OptionError
from neurona.messages import _, defer
from neurona.settings import Count, Options, Positive, Share, like, option, options_of
from neurona.train.options import FIT

if TYPE_CHECKING:
    from neurona.data.columns.schema_file import SchemaFile

__all__ = ["TrainOptions", "read_hidden"]

OF_A_RUN = ("checkpoint", "resume", "threads")
"""Options that say where a run is kept and how it is shared out, not what it finds."""

WITH_MOMENTUM = ("sgd", "momentum", "nesterov")


def read_hidden(text: str) -> tuple[int, ...]:
    """Hidden layers as a person writes them: ``64,64``, or ``none``.

    Raises
    ------
    OptionError

    Examples
    --------
    >>> read_hidden("64,32"), read_hidden("none")
    ((64, 32), ())
    """
    if text.strip().lower() == "none":
        return ()
    try:
        sizes = tuple(int(part) for part in text.split(","))
    except ValueError:
        sizes = ()
    if not sizes or any(size < 1 for size in sizes):
        raise OptionError(
            _(
                "hidden layers are written as whole numbers of at least 1, such as "
                "64,64, or none; not {text!r}"
            ).format(text=text)
        )
    return sizes


def _plain(value: Any) -> Any:
    """As a file can hold it."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Mapping):
        return dict(value)
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return list(value) if is_list else value


def check_activation(name: str) -> None:
    from neurona.nn.activations import as_activation

    as_activation(name)


def check_initializer(name: str) -> None:
    from neurona.nn.initializers import as_initializer

    as_initializer(name)


def check_loss(name: str) -> None:
    from neurona.nn.losses import as_loss

    as_loss(name)


def check_schedule(name: str) -> None:
    from neurona.optimize import as_schedule

    as_schedule(name)


def check_optimizer(name: str) -> None:
    from neurona.train.solvers import Solver, as_rule

    rule = as_rule(name)
    if isinstance(rule, Solver):
        raise OptionError(
            _(
                "{name} is offered in Python alone, with "
                "network.fit(X, y, optimizer={name!r}): choose an optimizer that "
                "takes steps over batches, such as adam"
            ).format(name=rule.name)
        )


# What a name stands for is loaded where one is given: a run without any says at once
# what it reads.
CHECKS: Final[Mapping[str, Callable[[str], None]]] = MappingProxyType(
    {
        "activation": check_activation,
        "output_activation": check_activation,
        "initializer": check_initializer,
        "loss": check_loss,
        "schedule": check_schedule,
        "optimizer": check_optimizer,
    }
)
"""What refuses a name that stands for nothing, by the option that takes it."""


def read_kinds(text: str) -> dict[str, str]:
    """Kinds of columns as a person writes them, by name.

    Raises
    ------
    OptionError

    Examples
    --------
    >>> read_kinds("zip=category,id=ignore")
    {'zip': 'category', 'id': 'ignore'}
    """
    from neurona.data.columns.asked_kinds import read_columns

    return read_columns(text)


@dataclass(frozen=True, kw_only=True)
class TrainOptions(Options):
    """Settings of a training run; ``None`` leaves the choice to the recipe.

    What it shares with a fit it means as :class:`neurona.train.options.FitOptions`
    does. The command ``neurona train`` offers each of them.
    """

    target: Sequence[str] = option(
        (),
        tuple[str],
        defer("Column to predict; repeat it for several."),
        "Found in the data where empty.",
        metavar="COLUMN",
    )
    task: str = option(
        "auto",
        Literal["auto", "classification", "regression"],
        defer("Classification, regression, or auto."),
        metavar="TASK",
    )
    missing: Sequence[str] = option(
        (),
        tuple[str],
        defer("Text that means missing; repeat it."),
        "These alone do, and an empty cell; where none is given, NA, null, ? and such.",
        metavar="TEXT",
    )
    columns: Mapping[str, str] | None = option(
        None,
        object,
        defer("Kinds, as in zip=category,id=ignore."),
        "They stand. A mapping in Python; number, category, date, text, ignore, …",
        metavar="NAME=KIND,…",
        reader=read_kinds,
    )
    schema: str | os.PathLike[str] | None = option(
        None,
        str | os.PathLike,
        defer("Kinds, in a file of columns --out."),
        metavar="FILE",
    )
    hidden: Sequence[int] | None = option(
        None,
        tuple[Count],
        defer("Units of the hidden layers, or none."),
        metavar="64,64|none",
        reader=read_hidden,
    )
    activation: str | None = option(
        None, str, defer("Of the hidden layers."), metavar="NAME"
    )
    output_activation: str | None = option(
        None, str, defer("Of the last layer."), metavar="NAME"
    )
    loss: str | None = like(FIT["loss"], kind=str)
    initializer: str | None = option(
        None, str, defer("How the weights start."), metavar="NAME"
    )
    optimizer: str | None = like(FIT["optimizer"], kind=str)
    learning_rate: float | None = option(None, Positive, defer("How far a step goes."))
    schedule: str | None = like(FIT["schedule"], kind=str)
    momentum: float | None = option(
        None, Share, defer("For sgd, momentum and nesterov: in [0, 1).")
    )
    l1: float | None = like(FIT["l1"])
    l2: float | None = like(FIT["l2"])
    dropout: float | None = option(
        None, Share, defer("Share of hidden units left out: in [0, 1).")
    )
    batch_size: int | str | None = like(FIT["batch_size"])
    epochs: int | None = like(FIT["epochs"])
    patience: int | None = like(
        FIT["patience"], meaning=defer("Epochs without gain; 0: no early stopping.")
    )
    class_weight: str = like(
        FIT["class_weight"],
        "none",
        kind=Literal["none", "balanced"],
        meaning=defer("How much rare classes weigh."),
    )
    quality: str = option(
        "good",
        Literal["fast", "good", "best"],
        defer("One network, or several."),
        "They are chosen and weighed on rows that folds hold out. ``good`` takes at "
        "most 20 times as long as ``fast``; ``best`` as long as is allowed.",
        metavar="fast|good|best",
    )
    seconds: float | None = option(
        None,
        Positive | None,
        defer("Until when good and best go on."),
        "By default 60 and 600.",
    )
    validation: float = option(0.1, Share, defer("Share of rows to stop by."))
    test: float = option(0.1, Share, defer("Share of rows to judge by."))
    seed: int = like(FIT["seed"], 0)
    dtype: str = option("float32", Literal["float32", "float64"], defer("Precision."))
    engine: str = like(FIT["engine"], "auto")
    threads: int | None = like(FIT["threads"])
    checkpoint: str | os.PathLike[str] | None = like(FIT["checkpoint"])
    resume: bool = like(FIT["resume"], False)

    def told(self) -> SchemaFile:
        """What is said of the table, here or in the schema file; here goes first.

        Raises
        ------
        OptionError, DataError
            The schema file cannot be read.
        """
        from neurona.data.columns.schema_file import SchemaFile, read_schema_file

        file = SchemaFile() if self.schema is None else read_schema_file(self.schema)
        return SchemaFile(
            {**file.columns, **(self.columns or {})},
            tuple(self.target) or file.target,
            file.task if self.task == "auto" and not self.target else self.task,
            tuple(self.missing) or file.missing,
        )

    def of_checkpoint(self) -> dict[str, Any]:
        """Options that a run must have again to be resumed, as the command names them.

        Examples
        --------
        >>> TrainOptions(test=0.2).of_checkpoint()["--test"]
        0.2
        """
        known = options_of(TrainOptions)
        named = {name: getattr(self, name) for name in known if not known[name].free}
        return {
            f"--{name.replace('_', '-')}": _plain(value)
            for name, value in named.items()
        }

    def asked(self) -> dict[str, Any]:
        """What was asked for otherwise than it stands by default, as plain values.

        Examples
        --------
        >>> TrainOptions(l2=0.1, hidden=(8,)).asked()
        {'hidden': [8], 'l2': 0.1}
        """
        given = ((f.name, getattr(self, f.name), f.default) for f in fields(self))
        return {
            name: _plain(value)
            for name, value, usual in given
            if value != usual and name not in OF_A_RUN
        }

    def of_fit(self) -> dict[str, Any]:
        """What a fit is asked for in the same words; without what is left open."""
        shared = {name: getattr(self, name) for name in FIT if hasattr(self, name)}
        return {name: value for name, value in shared.items() if value is not None}

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.columns, str):
            object.__setattr__(self, "columns", read_kinds(self.columns))
        if not isinstance(self.columns, Mapping | None):
            raise OptionError(
                _("columns must be a mapping of names to kinds, not {found!r}").format(
                    found=self.columns
                )
            )
        if self.schema is not None:
            object.__setattr__(self, "schema", os.fspath(self.schema))
        if self.batch_size == "auto":
            object.__setattr__(self, "batch_size", None)
        for name, check in CHECKS.items():
            value = getattr(self, name)
            if value is not None:
                check(value)
        if self.momentum is not None and self.optimizer not in (None, *WITH_MOMENTUM):
            raise OptionError(
                _("{name} has no momentum to set: use sgd, momentum or nesterov")
                .format(name=self.optimizer)
            )  # fmt: skip
        check_fractions(self.validation, self.test)
