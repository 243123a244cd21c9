"""What teaches a network: fits, their rehearsal, and what measures them."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Mapping
from typing import Any

from neurona.arrays import Array
from neurona.errors import (
    DivergenceWarning,
    ValidationWarning,
)
from neurona.model_file import (
    part_to_config,
)
from neurona.network.data import NetworkData, outputs_of, take_values, values_of
from neurona.nn.losses import Loss
from neurona.optimize import (
    as_optimizer,
)
from neurona.train import gradients
from neurona.train.callback import as_callbacks
from neurona.train.evaluate import Evaluator
from neurona.train.examples import (
    choose_losses,
    prepare_examples,
    target_specs,
    weigh_classes,
)
from neurona.train.history import History, divergence_message, unjudged_message
from neurona.train.learning_rate_range import RangeTest, run_range_test
from neurona.train.metrics import as_metrics
from neurona.train.option_names import taking
from neurona.train.options import (
    EvaluateOptions,
    FitOptions,
    GradientOptions,
    RangeTestOptions,
)
from neurona.train.plan import Learner, plan_fit
from neurona.train.row_weights import weigh
from neurona.train.rows import Rows
from neurona.train.step import (
    ROW_WEIGHT,
    StepOptions,
)

__all__ = ["evaluate", "fit", "learning_rate_test", "loss_and_gradients"]


@taking(FitOptions)
def fit(network: NetworkData, X: Any, y: Any, options: FitOptions) -> History:
    """Train on arrays, taken as they are.

    A second fit goes on from the present weights with fresh optimizer slots.

    Parameters
    ----------
    X : array (N, d) or mapping of str to array
        A mapping where the network has several named inputs.
    y : array or mapping of str to array
        Class numbers 0..C−1, or real numbers; never re-encoded or scaled.
    {options}

    Returns
    -------
    History

    Raises
    ------
    DataError
        Values that cannot be trained on; the message says which row.
    OptionError
        An option cannot be used, or there is no such option.
    CheckpointError
        The checkpoint to resume from is damaged, or of another run; the message
        names the option that differs.
    OutputError
        The checkpoint cannot be written; found before training.
    KeyboardInterrupt
        After Ctrl-C, with the checkpoint saved and the weights kept.

    Warns
    -----
    DivergenceWarning
        The loss left the finite numbers; the best finite weights were kept.
    ValidationWarning
        No validation loss was a finite number; the last weights were kept.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import Dense, Network
    >>> X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    >>> network = Network([Dense(8, "tanh"), Dense(2)], n_inputs=2, seed=0)
    >>> history = network.fit(X, y, optimizer="adam", epochs=500, batch_size=4)
    >>> network.predict_class(X)
    array([0, 1, 1, 0])
    """
    losses = losses_for(network, options.loss, y)
    learner = Learner(
        architecture=network.architecture,
        dtype=network.dtype,
        seed=network.seed,
        losses=losses,
        loss_configs={k: part_to_config(v) for k, v in losses.items()},
    )
    plan = plan_fit(learner, X, y, options)
    before = {name: value.copy() for name, value in values_of(network).items()}
    publish = functools.partial(take_values, network)
    try:
        state = plan.run_from(before, as_callbacks(options.callbacks), publish)
    except BaseException:
        # Callbacks may have seen weights of epochs that now count for nothing.
        take_values(network, before)
        raise
    take_values(network, {name: state.best[name] for name in before})
    network.losses = losses
    network.history = state.history
    network.training = {**plan.settings, "step": state.best_step}
    network._slots = {k: v for k, v in state.best.items() if k not in before}
    if state.history.stopped == "diverged":
        warnings.warn(divergence_message(state.history), DivergenceWarning, 3)
    if said := unjudged_message(state.history):
        warnings.warn(said, ValidationWarning, 3)
    if state.history.stopped == "interrupted":
        raise KeyboardInterrupt
    return state.history


@taking(RangeTestOptions)
def learning_rate_test(
    network: NetworkData, X: Any, y: Any, options: RangeTestOptions
) -> RangeTest:
    """Train a copy at rising learning rates, to see which of them suits.

    The network itself stays as it is.

    Parameters
    ----------
    X, y
        As for :meth:`fit`.
    {options}

    Returns
    -------
    RangeTest
        Rates, the loss that each step met, and the rate at which it fell fastest.

    Raises
    ------
    OptionError
        The loss never fell, or an option cannot be used.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import Dense, Network
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(256, 2))
    >>> network = Network([Dense(8, "tanh"), Dense(1)], n_inputs=2)
    >>> test = network.learning_rate_test(X, X[:, 0] * X[:, 1], steps=100)
    >>> 1e-4 < test.suggestion < 1
    True
    """
    losses = losses_for(network, options.loss, y)
    data = prepare(network, X, y, losses)
    step = StepOptions(
        losses=losses,
        targets=target_specs(network.architecture, losses, data),
        optimizer=as_optimizer(options.optimizer),
    )
    return run_range_test(
        network.architecture,
        step,
        values_of(network),
        data,
        low=options.low,
        high=options.high,
        steps=options.steps,
        batch_size=options.batch_size,
        seed=network.seed if options.seed is None else options.seed,
        dtype=network.dtype,
    )


@taking(GradientOptions)
def loss_and_gradients(
    network: NetworkData, X: Any, y: Any, options: GradientOptions
) -> tuple[float, dict[str, Array]]:
    """Loss over all rows as one batch, and its gradient in every parameter.

    Parameters
    ----------
    X, y
        As for :meth:`fit`.
    {options}

    Returns
    -------
    loss : float
    gradients : dict of str to array
        By parameter name, in the parameter's shape; frozen layers are absent.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> network = Network([Dense(1)], n_inputs=1, dtype="float64")
    >>> network.parameters["dense_1.weight"] = [[2.0]]
    >>> loss, gradients = network.loss_and_gradients([[3.0]], [5.0], loss="mse")
    >>> loss, gradients["dense_1.weight"]
    (1.0, array([[6.]]))
    """
    losses = losses_for(network, options.loss, y)
    data = prepare(network, X, y, losses, options.sample_weight)
    weights: Any = options.class_weight
    if weights is not None:
        weigh_classes(
            data, losses, outputs_of(network), weights, None,
            network.dtype, options.reduction,
        )  # fmt: skip
    weighed = weigh(Rows(data), network.dtype, "batch", options.reduction)
    return gradients.loss_and_gradients(
        network.architecture,
        losses,
        values_of(network),
        weighed.data,
        network.dtype,
        l1=options.l1,
        l2=options.l2,
        reduction=options.reduction,
        training=options.training,
        seed=network.seed if options.seed is None else options.seed,
        step=options.step,
    )


@taking(EvaluateOptions)
def evaluate(
    network: NetworkData, X: Any, y: Any, options: EvaluateOptions
) -> dict[str, float]:
    """Loss and metrics over rows, as the network predicts.

    Parameters
    ----------
    X, y
        As for :meth:`fit`.
    {options}

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> network = Network([Dense(1)], n_inputs=1)
    >>> network.evaluate([[0.0]], [1.0], loss="mse")
    {'loss': 1.0}
    """
    losses = losses_for(network, options.loss, y)
    rows = Rows(prepare(network, X, y, losses, options.sample_weight))
    data = weigh(rows, network.dtype, "evaluation").data
    evaluate = Evaluator(
        network.architecture,
        losses,
        target_specs(network.architecture, losses, data),
        as_metrics(options.metrics),
        network.dtype,
        weighted=ROW_WEIGHT in data,
    )
    scores = evaluate(values_of(network), data, rows.count)
    return {"loss": scores.loss, **scores.metrics}


def losses_for(network: NetworkData, loss: Any, y: Any) -> Mapping[str, Loss]:
    if loss is None and network.losses is not None:
        return network.losses
    return choose_losses(loss, outputs_of(network), y)


def prepare(
    network: NetworkData,
    X: Any,
    y: Any,
    losses: Mapping[str, Loss],
    sample_weight: Any = None,
) -> dict[str, Array]:
    return prepare_examples(
        network.architecture, losses, X, y, network.dtype, sample_weight
    )
