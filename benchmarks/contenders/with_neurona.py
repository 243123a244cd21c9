"""neurona's native engine: the steps of one call, as a fit makes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from works import Work

from neurona import Dense, Network
from neurona.graph import BATCH, Spec
from neurona.nn import layers
from neurona.nn.losses import as_loss
from neurona.optimize import SGD, Adam, AdamW, Optimizer
from neurona.train.engines import make_runner
from neurona.train.runner import Sums
from neurona.train.step import StepOptions, build_step


def make_network(work: Work) -> Network:
    """The network of a work."""
    found: list[Any] = []
    for width in work.widths[1:-1]:
        if work.batch_norm:
            found += [Dense(width), layers.BatchNorm(), layers.Activation("tanh")]
        else:
            found.append(Dense(width, work.activation))
        if work.dropout:
            found.append(layers.Dropout(work.dropout))
    return Network([*found, Dense(work.widths[-1])], n_inputs=work.widths[0])


def make_optimizer(work: Work) -> Optimizer:
    """The optimizer of a work."""
    kinds = {"adam": Adam, "adamw": AdamW, "sgd": SGD}
    return kinds[work.optimizer](learning_rate=work.learning_rate)


def loss_name(work: Work) -> str:
    """Loss of a work, computed from logits."""
    return "cross_entropy" if work.widths[-1] > 1 else "binary_cross_entropy"


def prepare(work: Work, threads: int) -> Callable[[], None]:
    X, y = work.data()
    network = make_network(work)
    kind = "integer" if work.widths[-1] > 1 else "float"
    shape = (BATCH,) if work.widths[-1] > 1 else (BATCH, 1)
    options = StepOptions(
        losses={"output": as_loss(loss_name(work))},
        targets={"output": Spec(shape, kind)},
        optimizer=make_optimizer(work),
    )
    step = build_step(network.architecture, options)
    runner = make_runner(step, "native", np.float32, work.batch, threads)
    slots = {k: v.astype(np.float32) for k, v in step.slots.items()}
    states = {k: v.copy() for k, v in network.states.items()}
    values = {**{k: v.copy() for k, v in network.parameters.items()}, **states, **slots}
    data = {"x": X, "target/output": y.reshape(-1, *shape[1:])}
    order = np.arange(len(X))
    angles = np.linspace(0, np.pi, work.steps) if work.cosine else np.zeros(work.steps)
    rates: Any = work.learning_rate * (1 + np.cos(angles)) / 2
    return lambda: runner.run(values, data, order, work.batch, rates, 1, 0, Sums())


def train(work: Work) -> None:
    """Train from arrays in memory to a model, as a user writes it."""
    X, y, epochs = work.epoch()
    make_network(work).fit(
        X,
        y,
        loss=loss_name(work),
        optimizer=make_optimizer(work),
        schedule="cosine" if work.cosine else None,
        batch_size=work.batch,
        epochs=epochs,
    )
