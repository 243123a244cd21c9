"""What is to be explained, and who explains it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from neurona.cli.explain_uses import (
    AVERAGE,
    BY_HAND,
    EXPRESSION,
    MODEL,
    REPLAY,
    ROWS,
    RULE,
    STEP,
    refuse_unused,
)
from neurona.errors import OptionError, unknown_name
from neurona.messages import _

if TYPE_CHECKING:
    from neurona.explain.step.symbols import Convention
    from neurona.explain.step.worked_step import WorkedStep
    from neurona.show.explanation import Explanation

__all__ = ["ExplainRequest", "answer"]

CONVENTIONS: Final[Mapping[str, Convention]] = {"rows": "rows", "columns": "columns"}


@dataclass(frozen=True)
class ExplainRequest:
    """Options of ``neurona explain``, as they were typed."""

    subject: str | None = None
    data: str | None = None
    row: int | None = None
    rows: str | None = None
    network: str | None = None
    activation: str | None = None
    output_activation: str | None = None
    loss: str | None = None
    reduction: str | None = None
    weights: str | None = None
    inputs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    optimizer: str | None = None
    learning_rate: float | None = None
    settings: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    steps: int | None = None
    average: float | None = None
    series: str | None = None
    layers: tuple[str, ...] = ()
    units: tuple[int, ...] = ()
    chosen_weights: tuple[str, ...] = ()
    largest: int | None = None
    at_step: int | None = None
    which_rows: bool = False
    checkpoint: Path | None = None
    validation: float | None = None
    test: float | None = None
    engine: str = "auto"
    seed: int = 0
    convention: str = "rows"
    view: str | None = None
    through: bool = False
    seeds: str | None = None
    lesson: str | None = None

    @property
    def chosen_convention(self) -> Convention:
        """The convention, once it is known to be one."""
        return CONVENTIONS[self.convention]

    @property
    def selection(self) -> dict[str, Any]:
        """Which derivatives to explain one by one."""
        return {
            "layers": self.layers,
            "units": self.units,
            "weights": self.chosen_weights,
            "largest": self.largest,
        }


def answer(request: ExplainRequest) -> Explanation:
    """Explain what was asked for.

    Raises
    ------
    NeuronaError
        It cannot be explained; one sentence says why.
    """
    if request.convention not in CONVENTIONS:
        raise OptionError(
            unknown_name(_("convention"), request.convention, CONVENTIONS)
        )
    if request.view is not None:
        from neurona.cli.explain_views import VIEWS

        view = VIEWS[request.view]
        used = view.by_hand if request.network is not None else view.uses
        refuse_unused(request, used, f"--{request.view}")
        return view.answer(request)
    if request.average is not None or request.series is not None:
        refuse_unused(request, AVERAGE, _("a moving average"))
        return average_of(request)
    if request.at_step is not None:
        return replayed(request, request.at_step)
    if request.network is not None or request.data is not None:
        return step_of(request)
    if request.subject is None:
        raise OptionError(
            _(
                "say what to explain: MODEL DATA, an expression, --network 2-2-1, or "
                "--average 0.9 --series 30,28,31"
            )
        )
    if looks_like_model(request.subject):
        return step_of(request)
    return of_expression(request, request.subject)


def step_of(request: ExplainRequest) -> Explanation:
    """A worked step, or the rows that moved its loss."""
    from neurona.cli.explain_subject import find_subject

    if request.network is not None:
        refuse_unused(request, BY_HAND | STEP, _("a network by hand"))
    else:
        used = MODEL | ROWS | RULE | STEP | {"reduction"}
        refuse_unused(request, used, _("a step of a model"))
    step = find_subject(request).work(request)
    return ranked(step) if request.which_rows else step


def replayed(request: ExplainRequest, at_step: int) -> Explanation:
    """A step of a model's own run."""
    from neurona.cli.explain_run import replay_of_table

    if request.subject is None or request.data is None:
        raise OptionError(
            _("a step is replayed of a model: neurona explain MODEL DATA --at-step 3")
        )
    if request.row is not None or request.rows is not None:
        raise OptionError(
            _("a replayed step has its own rows: leave --row and --rows out")
        )
    refuse_unused(request, REPLAY, _("a replayed step"))
    step = replay_of_table(request, Path(request.subject), at_step)
    return ranked(step) if request.which_rows else step


def ranked(step: WorkedStep) -> Explanation:
    """The rows of a step, those that moved the loss most first."""
    from neurona.study.replay.rank_rows import rank_rows

    return rank_rows(step)


def looks_like_model(subject: str) -> bool:
    """Whether a subject is a file rather than an expression."""
    # Unlike Path.is_file, this one takes what is too long for a name as no file.
    return subject.endswith(".safetensors") or os.path.isfile(subject)


def average_of(request: ExplainRequest) -> Explanation:
    """Moving average of a series."""
    from neurona.cli.explain_settings import read_series
    from neurona.explain.optimizer.average import explain_average

    if request.average is None or request.series is None:
        raise OptionError(
            _("a moving average needs both: --average 0.9 --series 30,28,31")
        )
    return explain_average(read_series(request.series), request.average)


def of_expression(request: ExplainRequest, text: str) -> Explanation:
    """An expression at a point, or an optimizer's steps on it."""
    from neurona.cli.explain_settings import read_optimizer, read_point
    from neurona.explain.optimizer.descent import DESCENT_RATE, explain_descent

    refuse_unused(request, EXPRESSION, _("an expression"))
    point = read_point(request.at)
    rate = request.learning_rate
    if rate is None and (request.optimizer is not None or request.settings):
        rate = DESCENT_RATE
    rule = read_optimizer(request.optimizer, rate, request.settings)
    if rule is None and request.steps is None:
        from neurona.explain.expression import explain_expression

        return explain_expression(text, point)
    return explain_descent(
        text, point, optimizer=rule or "sgd", steps=request.steps or 1
    )
