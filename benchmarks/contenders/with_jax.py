"""JAX: the whole stretch as one compiled scan, with optax's optimizers."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import optax
from works import Work

ACTIVATIONS = {"relu": jax.nn.relu, "tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid}
OPTIMIZERS = {"adam": optax.adam, "adamw": optax.adamw, "sgd": optax.sgd}


def prepare(work: Work, threads: int) -> Callable[[], None]:
    X, y = work.data()
    shape = (work.steps, work.batch)
    batches = jnp.asarray(X).reshape(*shape, -1), jnp.asarray(y).reshape(shape)
    rng = np.random.default_rng(0)
    parameters = [
        {
            "weight": jnp.asarray(rng.normal(0, 0.5, (a, b)), jnp.float32),
            "bias": jnp.zeros(b),
            "scale": jnp.ones(b),
            "shift": jnp.zeros(b),
        }
        for a, b in zip(work.widths, work.widths[1:], strict=False)
    ]
    running = [(jnp.zeros(b), jnp.ones(b)) for b in work.widths[1:-1]]
    rate: object = work.learning_rate
    if work.cosine:
        rate = optax.cosine_decay_schedule(work.learning_rate, work.total_steps)
    optimizer = OPTIMIZERS[work.optimizer](rate)
    activate = ACTIVATIONS[work.activation]

    def loss(parameters, running, key, X, y):  # type: ignore[no-untyped-def]
        found = []
        for layer, (mean, spread) in zip(parameters[:-1], running, strict=True):
            X = X @ layer["weight"] + layer["bias"]
            if work.batch_norm:
                m, v = X.mean(0), X.var(0)
                X = (X - m) / jnp.sqrt(v + 1e-5) * layer["scale"] + layer["shift"]
                found.append((0.9 * mean + 0.1 * m, 0.9 * spread + 0.1 * v))
            else:
                found.append((mean, spread))
            X = activate(X)
            if work.dropout:
                key, own = jax.random.split(key)
                kept = jax.random.bernoulli(own, 1 - work.dropout, X.shape)
                X = jnp.where(kept, X / (1 - work.dropout), 0)
        logits = X @ parameters[-1]["weight"] + parameters[-1]["bias"]
        if work.widths[-1] > 1:
            rows = optax.softmax_cross_entropy_with_integer_labels(logits, y)
        else:
            rows = optax.sigmoid_binary_cross_entropy(logits[:, 0], y)
        return rows.mean(), found

    def step(state, batch):  # type: ignore[no-untyped-def]
        parameters, slots, running, key = state
        key, own = jax.random.split(key) if work.dropout else (key, key)
        slopes, running = jax.grad(loss, has_aux=True)(parameters, running, own, *batch)
        updates, slots = optimizer.update(slopes, slots, parameters)
        parameters = optax.apply_updates(parameters, updates)
        return (parameters, slots, running, key), None

    run = jax.jit(lambda state, batches: jax.lax.scan(step, state, batches)[0])
    state = [(parameters, optimizer.init(parameters), running, jax.random.key(0))]

    def stretch() -> None:
        state[0] = run(state[0], batches)
        jax.block_until_ready(state[0])

    return stretch
