"""What the engine makes of a random network is what the reference makes of it.

Both run one whole training step from the same numbers: forward, loss, penalties,
gradients, clipping and rule, over every kind of layer, loss and optimizer.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurona import Network
from neurona.graph import Graph
from neurona.native import engine_available
from neurona.nn.layers import (
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    LayerNorm,
    Residual,
)
from neurona.nn.losses import LOSSES
from neurona.optimize import OPTIMIZERS
from neurona.reference import Executable
from neurona.train.step import StepOptions, build_gradients, build_objective, build_step
from tests.native.executors import run_natively

pytestmark = pytest.mark.skipif(
    not engine_available(), reason="the engine is not built"
)

GRADIENT = {"float32": 1e-5, "float64": 1e-12}
"""Largest ‖native − reference‖ / ‖reference‖ of a parameter's gradient: some tens of
roundings, since a gradient is a sum over at most a few hundred products."""

STEP = {"float32": 1e-4, "float64": 1e-10}
"""Likewise of a parameter after a step: rules divide by roots of small numbers."""

EPSILON = np.finfo("float32").eps
TIMES = 10
"""How many times the reference's own error in the same precision is allowed where sums
nearly cancel, so that no relative bound can hold: both add in different orders.
Batches have eight rows or more: batch norm over two rows leaves a gradient of rounding
errors alone."""

HIDDEN = ["arctan", "sigmoid", "tanh", "relu", "leaky_relu", "silu", "elu",
          "selu", "gelu", "softplus", "sine"]  # fmt: skip
SHARES = st.sampled_from([0.0, 0.0, 0.1])


@st.composite
def hidden_layers(draw):
    layers = []
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["plain", "batch", "layer", "dropout", "residual"]))
        # Under batch norm a bias has a gradient of 0, whose rounding errors Adam and
        # its kin would blow up to whole steps in either direction.
        function = "identity" if kind == "batch" else draw(st.sampled_from(HIDDEN))
        dense = Dense(draw(st.integers(1, 40)), function, bias=kind != "batch")
        if kind == "residual":
            width = dense.units
            layers += [dense, Residual([Dense(width, "tanh"), Dense(width, "arctan")])]
        else:
            layers.append(dense)
            if kind == "batch":
                layers += [BatchNorm(), Activation("tanh")]
            elif kind == "layer":
                layers.append(LayerNorm())
            elif kind == "dropout":
                layers.append(Dropout(0.3))
    return layers


@st.composite
def works(draw):
    """A network, the options of its step, and numbers for every leaf."""
    loss = LOSSES[draw(st.sampled_from(sorted(LOSSES)))]()
    classes = {"classes": 3, "binary": 1}.get(loss.head, 2)
    layers = [*draw(hidden_layers()), Dense(classes)]
    network = Network([*layers], n_inputs=draw(st.integers(1, 30)))
    architecture = network.architecture
    output = architecture.evaluation.outputs["output"].spec
    options = StepOptions(
        losses={"output": loss},
        targets={"output": loss.target_spec(output)},
        optimizer=OPTIMIZERS[draw(st.sampled_from(sorted(OPTIMIZERS)))](),
        l1=draw(SHARES),
        l2=draw(SHARES),
        clip_norm=draw(st.sampled_from([None, None, 0.5])),
        clip_value=draw(st.sampled_from([None, None, 0.1])),
    )
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return architecture, options, draw(st.integers(8, 90)), rng


def numbers_for(graph, updates, rows, head, rng):
    """Values of every leaf, exact in float32 so that both see the same."""
    found = {}
    for name, node in graph.leaves.items():
        if name == "learning_rate":
            found[name] = 0.01
        elif name in ("step", "mask_step"):
            found[name] = 1
        elif name == "seed":
            found[name] = 0
        elif name in updates.slots:
            found[name] = updates.slots[name]
        else:
            shape = [s if isinstance(s, int) else rows for s in node.shape]
            if name.startswith("target/"):
                values = rng.random(shape) + 0.5
                if node.dtype == "integer":
                    values = rng.integers(0, 3, shape)
                elif head == "binary":
                    values = rng.integers(0, 2, shape)
            elif name in updates.parameters:
                fan = shape[0] if len(shape) == 2 else 4
                values = rng.standard_normal(shape) / np.sqrt(fan)
            elif node.operation == "parameter":
                values = rng.random(shape) + 0.5
            else:
                values = rng.standard_normal(shape)
            whole = node.dtype == "integer"
            found[name] = values if whole else np.float32(values).astype("f8")
    return found


def roughness(graph, values, expected, rows, rng):
    """How far the reference itself is off in float32, every number off by a rounding.

    Where a sum nearly cancels, its relative error is large in any arithmetic.
    """
    run = Executable(graph, "float32")
    found = dict.fromkeys(expected, 0.0)
    for _ in range(3):
        near = {
            name: value * (1 + rng.choice([-1, 1], np.shape(value)) * EPSILON / 2)
            if np.asarray(value).dtype == np.float64
            else value
            for name, value in values.items()
        }
        for name, value in run(near, rows=rows).items():
            error = np.linalg.norm(value.astype("f8") - expected[name])
            found[name] = max(found[name], error)
    return found


def check(work, dtype):
    architecture, options, rows, rng = work
    objective = build_objective(
        architecture, options.losses, options.targets, training=True, weighted=False
    )
    gradients = build_gradients(objective, l1=options.l1, l2=options.l2)
    gradients = Graph({f"gradient/{k}": node for k, node in gradients.outputs.items()})
    updates = build_step(architecture, options)
    head = options.losses["output"].head
    values = numbers_for(updates.graph, updates, rows, head, rng)
    empty = compare(gradients, values, rows, rng, dtype, GRADIENT[dtype])
    # Where a gradient is all rounding (a bias before a batch norm), so is what an
    # optimizer divides by its size.
    compare(updates.graph, values, rows, rng, dtype, STEP[dtype], leaving_out=empty)


def compare(graph, values, rows, rng, dtype, limit, leaving_out=()):
    """Hold every output of the native engine within the limit; what is all rounding?"""
    values = {name: values[name] for name in graph.leaves}
    expected = Executable(graph, "float64")(values, rows=rows)
    rough = roughness(graph, values, expected, rows, rng)
    feeds = {graph.leaves[name]: value for name, value in values.items()}
    native = run_natively(graph, feeds, dtype=dtype, rows=rows)
    all_rounding = set()
    for name, value in native.items():
        error = np.linalg.norm(value.astype("f8") - expected[name])
        size = np.linalg.norm(expected[name])
        if size <= TIMES * rough[name]:
            all_rounding.add(name.removeprefix("gradient/"))
        if any(name == part or name.endswith(f"/{part}") for part in leaving_out):
            continue
        own = TIMES * rough[name] * np.finfo(dtype).eps / EPSILON
        assert error <= limit * size + own, name
    return all_rounding


SETTINGS = {"deadline": None, "derandomize": True,
            "suppress_health_check": [HealthCheck.too_slow]}  # fmt: skip


@settings(max_examples=40, **SETTINGS)
@given(works(), st.sampled_from(["float32", "float64"]))
def test_a_step_of_a_random_network_is_the_references(work, dtype):
    check(work, dtype)


@pytest.mark.slow
@settings(max_examples=500, **SETTINGS)
@given(works(), st.sampled_from(["float32", "float64"]))
def test_steps_of_500_random_networks_are_the_references(work, dtype):
    check(work, dtype)
