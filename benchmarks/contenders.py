"""Who trains: each makes itself ready once, then trains a stretch of steps a call."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable

import numpy as np
from works import Work

__all__ = ["CONTENDERS", "versions"]

Stretch = Callable[[], None]


def neurona(work: Work, threads: int) -> Stretch:
    """The native engine: the steps of one call, as a fit makes them."""
    from neurona import Dense, Network
    from neurona.graph import BATCH, Spec
    from neurona.nn.losses import as_loss
    from neurona.optimize import as_optimizer
    from neurona.train.engines import make_runner
    from neurona.train.runner import Sums
    from neurona.train.step import StepOptions, build_step

    X, y = work.data()
    layers = [Dense(w, "relu") for w in work.widths[1:-1]] + [Dense(work.widths[-1])]
    network = Network(layers, n_inputs=work.widths[0])
    options = StepOptions(
        losses={"output": as_loss("cross_entropy")},
        targets={"output": Spec((BATCH,), "integer")},
        optimizer=as_optimizer("adam"),
    )
    step = build_step(network.architecture, options)
    runner = make_runner(step, "native", np.float32, work.batch, threads)
    slots = {k: v.astype(np.float32) for k, v in step.slots.items()}
    values = {**{k: v.copy() for k, v in network.parameters.items()}, **slots}
    data = {"x": X, "target/output": y}
    order, rates = np.arange(len(X)), [1e-3] * work.steps
    return lambda: runner.run(values, data, order, work.batch, rates, 1, 0, Sums())


def torch(work: Work, threads: int) -> Stretch:
    """PyTorch, eager, with its fused Adam."""
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    X, y = work.data()
    inputs, classes = torch.from_numpy(X), torch.from_numpy(y)
    layers: list[nn.Module] = []
    for a, b in zip(work.widths[:-2], work.widths[1:-1], strict=True):
        layers += [nn.Linear(a, b), nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(work.widths[-2], work.widths[-1]))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    loss = nn.CrossEntropyLoss()

    def stretch() -> None:
        torch.set_num_threads(threads)
        for start in range(0, len(X), work.batch):
            optimizer.zero_grad()
            rows = slice(start, start + work.batch)
            loss(model(inputs[rows]), classes[rows]).backward()
            optimizer.step()

    return stretch


def scikit_learn(work: Work, threads: int) -> Stretch:
    """scikit-learn's MLPClassifier, one epoch a call."""
    from sklearn.neural_network import MLPClassifier

    X, y = work.data()
    model = MLPClassifier(
        work.widths[1:-1], batch_size=work.batch, alpha=0.0, shuffle=False
    )
    model.partial_fit(X, y, classes=np.arange(work.widths[-1]))
    return lambda: model.partial_fit(X, y) and None


def jax(work: Work, threads: int) -> Stretch:
    """JAX: the whole stretch as one compiled scan, with optax's Adam."""
    import jax
    import jax.numpy as jnp
    import optax

    X, y = work.data()
    shape = (work.steps, work.batch)
    batches = jnp.asarray(X).reshape(*shape, -1), jnp.asarray(y).reshape(shape)
    rng = np.random.default_rng(0)
    parameters = [
        (jnp.asarray(rng.normal(0, 0.1, (a, b)), jnp.float32), jnp.zeros(b))
        for a, b in zip(work.widths, work.widths[1:], strict=False)
    ]
    optimizer = optax.adam(1e-3)

    def loss(parameters, X, y):  # type: ignore[no-untyped-def]
        for weight, bias in parameters[:-1]:
            X = jax.nn.relu(X @ weight + bias)
        weight, bias = parameters[-1]
        logits = X @ weight + bias
        return optax.softmax_cross_entropy_with_integer_labels(logits, y).mean()

    def step(state, batch):  # type: ignore[no-untyped-def]
        parameters, slots = state
        slopes = jax.grad(loss)(parameters, *batch)
        updates, slots = optimizer.update(slopes, slots)
        return (optax.apply_updates(parameters, updates), slots), None

    run = jax.jit(lambda state, batches: jax.lax.scan(step, state, batches)[0])
    state = [(parameters, optimizer.init(parameters))]

    def stretch() -> None:
        state[0] = run(state[0], batches)
        jax.block_until_ready(state[0])

    return stretch


CONTENDERS: dict[str, tuple[str, Callable[[Work, int], Stretch]]] = {
    "neurona": ("neurona", neurona),
    "PyTorch eager": ("torch", torch),
    "JAX scan": ("jax", jax),
    "scikit-learn": ("sklearn", scikit_learn),
}


def versions() -> dict[str, str]:
    """Version of each contender that is installed."""
    found = {}
    for name, (module, _make) in CONTENDERS.items():
        try:
            found[name] = importlib.import_module(module).__version__
        except ImportError:
            continue
    return found


def thread_counts(name: str) -> tuple[int, ...]:
    """Numbers of threads to try: each contender is given its best."""
    most = len(os.sched_getaffinity(0))
    return (1, most) if name in ("neurona", "PyTorch eager") and most > 1 else (most,)
