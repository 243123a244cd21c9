"""Asking for a worked step of a network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Literal

import numpy as np

from neurona.arrays import Array
from neurona.errors import DataError
from neurona.explain.budget import Budget
from neurona.explain.evaluation import say_left_out
from neurona.explain.letters import Convention
from neurona.explain.step.choose import Selection
from neurona.explain.step.numbers import StepRequest
from neurona.explain.step.shown_step import Said
from neurona.explain.step.worked_step import WorkedStep, work_step
from neurona.messages import _
from neurona.model_file import part_from_config
from neurona.network import Network
from neurona.nn.build import Parameter
from neurona.optimize import Optimizer, Schedule, as_optimizer
from neurona.show.notation import format_number
from neurona.train.examples import LossLike, choose_losses, prepare_examples
from neurona.train.solvers import Solver
from neurona.train.step import ROW_WEIGHT, slot_name

__all__ = ["fresh_slots", "one_sample", "trained_settings", "worked_step"]

FLOAT64 = np.dtype(np.float64)


def worked_step(
    network: Network,
    x: Any,
    y: Any,
    *,
    loss: LossLike | Mapping[str, LossLike] | None = None,
    optimizer: str | type[Optimizer] | Optimizer | None = None,
    layers: Sequence[str] = (),
    units: Sequence[int] = (),
    weights: Sequence[str] = (),
    largest: int | None = None,
    members: Sequence[int] = (),
    sample_weight: Any = None,
    l1: float | None = None,
    l2: float | None = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    reduction: Literal["mean", "sum"] | None = None,
    rows: Sequence[int] = (),
    feature_names: Sequence[str] = (),
    class_names: Sequence[str] = (),
    notes: Sequence[Said] = (),
    convention: Convention = "rows",
    budget: Budget | None = None,
) -> WorkedStep:
    """Work one training step of a network through, every number of it.

    The graph that trains is evaluated by the reference in float64, whatever the
    network's own precision, with dropout off and running statistics used.

    Parameters
    ----------
    network : Network
        It stays as it is.
    x : array (d,) or (N, d), or a mapping of them by input
        One sample, or the rows of a mini-batch.
    y : number, or array
        Its target, or one for each row.
    loss : str or Loss, optional
        By default that of the last fit, else what suits the targets.
    optimizer : str or Optimizer, optional
        By default that of the last fit with the memory it was left with and the
        largest learning rate of the run; gradient descent for a network that was never
        trained.
    layers, units, weights, largest
        Which derivatives to explain one by one: those of named layers, of units
        (counted from 1), single weights such as ``dense_1.weight[0,2]``, or the k
        largest. By default all of a small network and the 20 largest of another.
    members : sequence of int
        Of a network that joins many members side by side, those to write out, counted
        from 1; by default the members that have the layers or weights asked for, else
        the first.
    sample_weight, l1, l2, clip_norm, clip_value, reduction
        As for a fit. By default no penalties, which belong to whole batches, and the
        other settings of the last fit where its optimizer is used.
    rows, feature_names, class_names
        What rows, inputs and classes are called.
    notes : sequence of str or callable
        What is to be known of the sample, in sentences.
    convention : {"rows", "columns"}
        Whether the weight from input i to unit j is written w_ij or w_ji.
    budget : Budget, optional
        How much of it a page shows.

    Returns
    -------
    WorkedStep

    Raises
    ------
    DataError
        The sample does not fit the network.
    OptionError
        An option cannot be used, or there is no such layer, unit, weight or
        member.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> network = Network([Dense(1)], n_inputs=1, dtype="float64")
    >>> network.parameters["dense_1.weight"] = [[2.0]]
    >>> step = worked_step(network, [3.0], 5.0, loss="mse", optimizer="sgd")
    >>> step.loss, step.gradients["dense_1.weight"], step.update["dense_1.weight"]
    (1.0, array([[6.]]), array([[1.4]]))
    """
    x, y = one_sample(x, y)
    settings = trained_settings(network) if optimizer is None else {}
    rule = settings.pop("optimizer", None)
    slots = settings.pop("slots", None)
    if rule is None:
        rule = as_optimizer("sgd" if optimizer is None else optimizer)
    losses = network.losses if loss is None and network.losses is not None else None
    if losses is None:
        losses = choose_losses(loss, network.architecture.evaluation.outputs, y)
    data = prepare_examples(network.architecture, losses, x, y, FLOAT64, sample_weight)
    given = {
        "l1": l1,
        "l2": l2,
        "clip_norm": clip_norm,
        "clip_value": clip_value,
        "reduction": reduction,
    }
    settings |= {name: value for name, value in given.items() if value is not None}
    said: list[Said] = [*notes]
    if settings.get("reduction", "mean") == "mean":
        heaviest = float(np.max(data.get(ROW_WEIGHT, 1.0)))
        # Beyond these a sum of products might not be a number.
        if heaviest and not 1e-100 < heaviest < 1e100:
            data[ROW_WEIGHT] = data[ROW_WEIGHT] / heaviest
            said.append(partial(say_scaled_weights, heaviest))
    values = {**network.parameters, **network.states}
    trained = network.architecture.evaluation.build.parameters
    settings.setdefault("learning_rate", rule.learning_rate)
    request = StepRequest(
        network.architecture,
        losses,
        rule,
        {name: np.array(value, dtype=FLOAT64) for name, value in values.items()},
        fresh_slots(rule, trained) if slots is None else slots,
        data,
        **settings,
    )
    if l1 is None and l2 is None and optimizer is None and has_penalty(network):
        said.append(say_penalty)
    replayable = network.training is not None
    said.append(partial(say_left_out, network.architecture, replayable=replayable))
    if optimizer is None:
        said += notes_of_rate(network, request)
    return work_step(
        request,
        selection=Selection(
            tuple(layers), tuple(units), tuple(weights), largest, tuple(members)
        ),
        rows=rows,
        feature_names=feature_names,
        class_names=class_names,
        notes=said,
        convention=convention,
        budget=budget,
    )


def has_penalty(network: Network) -> bool:
    """Whether the last fit had a penalty on every weight."""
    training = network.training or {}
    return bool(training.get("l1") or training.get("l2"))


def say_scaled_weights(largest: float) -> str:
    """That the weights of the rows are shown as shares of the largest."""
    return _(
        "The weights of the rows are divided by their largest, {value}, which leaves a "
        "mean as it is."
    ).format(value=format_number(largest))


def say_penalty() -> str:
    """That the step has no penalty, though the run had."""
    return _("The penalty on the weights, shared by a whole batch, is left out.")


def notes_of_rate(network: Network, request: StepRequest) -> Iterator[Said]:
    """Which learning rate the step has, where the last fit ended with another."""
    history, rate = network.history, request.learning_rate
    if history is None or not history.epochs:
        return
    rule = part_from_config((network.training or {})["optimizer"], "optimizer")
    last = history.epochs[-1].learning_rate
    if isinstance(rule, Solver):
        yield partial(say_solver, rule.name, request.optimizer.name)
    elif last != rate:
        yield partial(say_rate, rate, last)


def say_solver(solver: str, optimizer: str) -> str:
    """That the run took other steps than the one that is shown."""
    said = _(
        "The run chose its steps by {solver}, from all rows at once; the step here is "
        "one of {optimizer}."
    )
    return said.format(solver=solver, optimizer=optimizer)


def say_rate(rate: float, last: float) -> str:
    """That the schedule of the run ended at another learning rate."""
    said = _(
        "The learning rate is the largest of the run, {rate}; its schedule ended at "
        "{last}."
    )
    return said.format(rate=format_number(rate), last=format_number(last))


def one_sample(x: Any, y: Any) -> tuple[Any, Any]:
    """Rows and targets, of which a single sample is the only row.

    Raises
    ------
    DataError
        The inputs are something else.

    Examples
    --------
    >>> x, y = one_sample([1.0, 0.0], 1.0)
    >>> x.shape, y.shape
    ((1, 2), (1,))
    """
    if isinstance(x, Mapping):
        single = all(np.ndim(value) == 1 for value in x.values())
    else:
        single = np.ndim(x) == 1
        if np.ndim(x) not in (1, 2):
            raise DataError(_("a sample is a row of numbers, and a batch some of them"))
    if not single:
        return x, y
    targets = (
        {name: in_a_row(value) for name, value in y.items()}
        if isinstance(y, Mapping)
        else in_a_row(y)
    )
    if isinstance(x, Mapping):
        return {name: np.asarray(value)[None, :] for name, value in x.items()}, targets
    return np.asarray(x)[None, :], targets


def in_a_row(y: Any) -> Array:
    """Target of the only row: (1,) for one number, (1, K) for several."""
    array = np.asarray(y)
    if array.ndim == 0 or array.shape == (1,):
        return array.reshape(1)
    return array[None, :] if array.ndim == 1 else array


def fresh_slots(
    optimizer: Optimizer, parameters: Mapping[str, Parameter]
) -> dict[str, Array]:
    """An optimizer's memory before its first step."""
    return {
        slot_name(slot, name): np.full(() if entry.scalar else p.shape, entry.initial)
        for name, p in parameters.items()
        if p.trainable
        for slot, entry in optimizer.slots().items()
    }


def trained_settings(network: Network) -> dict[str, Any]:
    """Optimizer, its memory and the other settings of a network's last fit.

    Empty where there was none, or one by a solver, which has no rule for a step. The
    step is the one that would come next, at the largest learning rate of the run: where
    a schedule ends nothing moves any more.
    """
    training = network.training
    if training is None:
        return {}
    optimizer: Optimizer | Solver
    optimizer = part_from_config(training["optimizer"], "optimizer")
    if isinstance(optimizer, Solver):
        return {}
    build = network.architecture.evaluation.build
    slots = fresh_slots(optimizer, build.parameters)
    held = network.slots
    found = {
        "optimizer": optimizer,
        "slots": {n: np.array(held.get(n, v), dtype=FLOAT64) for n, v in slots.items()},
        "step": int(training["step"]) + 1,
        "learning_rate": largest_rate(network, optimizer),
    }
    # A penalty is shared by a batch: of a single row it would hide the loss.
    names = ("clip_norm", "clip_value", "reduction")
    return {**found, **{name: training[name] for name in names}}


def largest_rate(network: Network, optimizer: Optimizer) -> float:
    """Largest learning rate of the last fit, at its first step or an epoch's end."""
    training, history = network.training or {}, network.history
    if history is None or not history.epochs:
        return optimizer.learning_rate
    schedule: Schedule = part_from_config(training["schedule"], "schedule")
    # The steps done are those of the best epoch where patience chose one.
    done = history.best_epoch if training["patience"] else len(history.epochs)
    batches = max(1, int(training["step"]) // (done or 1))
    total = batches * int(training["epochs"])
    first = schedule.at(1, batches, total, schedule.start())
    return max(first * optimizer.learning_rate, *history.learning_rate)
