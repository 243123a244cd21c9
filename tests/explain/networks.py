"""Small networks of every kind, with rows, targets and losses.

What is explained of a network is held against numbers; here stand the networks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona import (
    Add,
    BatchNorm,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    Input,
    LayerNorm,
    Network,
    Residual,
)
from neurona.nn.layers import Activation, Clip, Scale
from neurona.nn.losses import (
    BinaryCrossEntropy,
    CrossEntropy,
    GaussianNLL,
    Huber,
    Loss,
    MeanSquaredError,
    Poisson,
    as_loss,
)

ROWS = 3


@dataclass(frozen=True, eq=False)
class Example:
    """A network with rows that it reads, their targets, and a loss of each output."""

    network: Network
    X: Mapping[str, np.ndarray]
    y: Mapping[str, np.ndarray]
    losses: Mapping[str, Loss]

    def rows(self, count: int) -> Example:
        """The first rows alone."""
        X = {name: value[:count] for name, value in self.X.items()}
        y = {name: value[:count] for name, value in self.y.items()}
        return Example(self.network, X, y, self.losses)


def example(
    network: Network, losses: Any = "mse", *, seed: int = 0, size: float = 1.0
) -> Example:
    """A network with numbers drawn for all that it holds and reads."""
    rng = np.random.default_rng(seed)
    # Parameters and states away from 0 and from each other; deviations above 0.
    for values in (network.parameters, network.states):
        for name, value in values.items():
            drawn = size * rng.normal(size=value.shape)
            spread = name.endswith((".variance", ".deviation"))
            values[name] = np.abs(drawn) + 0.5 if spread else drawn
    outputs = network.architecture.evaluation.outputs
    if not isinstance(losses, Mapping):
        losses = dict.fromkeys(outputs, losses)
    chosen = {name: as_loss(loss) for name, loss in losses.items()}
    tables = [e.categories for e in embeddings(network)]
    X = {
        entry.name: rng.normal(size=(ROWS, entry.size))
        if entry.dtype == "float"
        else rng.integers(0, min(tables, default=2), (ROWS, entry.size))
        for entry in network.architecture.inputs
    }
    y = {n: target(loss, outputs[n].spec, rng) for n, loss in chosen.items()}
    return Example(network, X, y, chosen)


def embeddings(network: Network) -> list[Any]:
    """What looks categories up, wherever it stands."""
    pending, found = list(network.architecture.names), []
    while pending:
        layer = pending.pop()
        pending += layer.children()
        if hasattr(layer, "categories"):
            found.append(layer)
    return found


def target(loss: Loss, output: Any, rng: np.random.Generator) -> np.ndarray:
    """Targets that a loss accepts."""
    spec = loss.target_spec(output)
    if spec.dtype == "integer":
        return rng.integers(0, output.shape[1], ROWS)
    if loss.head == "binary":
        return rng.uniform(0.1, 0.9, (ROWS, *spec.shape[1:]))
    return rng.uniform(0.2, 3.0, (ROWS, *spec.shape[1:]))


NETWORKS: dict[str, Callable[[], Example]] = {}
"""Function that makes an example, by the name of the network."""


def case(build: Callable[[], Example]) -> Callable[[], Example]:
    NETWORKS[build.__name__.replace("_", " ")] = build
    return build


def chain(layers: Any, n_inputs: int, losses: Any = "mse", **inputs: Any) -> Example:
    """Layers one after the other."""
    return example(Network(layers, n_inputs=n_inputs, dtype="float64"), losses)


def joined(inputs: Any, outputs: Any, losses: Any = "mse") -> Example:
    """Layers that were called on inputs."""
    return example(Network(inputs=inputs, outputs=outputs, dtype="float64"), losses)


# --- Dense layers and what stands beside them -----------------------------------------


@case
def one_dense_layer() -> Example:
    return chain([Dense(1)], 1)


@case
def dense_without_bias() -> Example:
    return chain([Dense(3, "tanh", bias=False), Dense(2, bias=False)], 2)


@case
def widths_below_the_limits() -> Example:
    return chain([Dense(4, "tanh"), Dense(4, "sigmoid"), Dense(4)], 4)


@case
def widths_at_and_above_the_limits() -> Example:
    return chain([Dense(9, "sigmoid"), Dense(5, "tanh"), Dense(8)], 5)


@case
def softmax_hidden_in_the_middle() -> Example:
    return chain([Dense(3, "softmax"), Dense(5, "softmax"), Dense(2)], 2)


@case
def activations_as_layers() -> Example:
    layers = [
        Dense(3), Activation("tanh"), Activation("sigmoid"), BatchNorm(),
        Activation("silu"), Activation("softmax"), Dense(1), Activation("softplus"),
    ]  # fmt: skip
    return chain(layers, 2)


@case
def an_activation_alone() -> Example:
    return chain([Activation("tanh")], 2)


@case
def dropout_alone() -> Example:
    return chain([Dropout(0.2)], 2)


@case
def dropout_between() -> Example:
    return chain([Dropout(0.2), Dense(3, "tanh"), Dropout(0.5), Dense(1)], 2)


@case
def frozen_layers() -> Example:
    layers = [
        Dense(3, "tanh", trainable=False), BatchNorm(trainable=False),
        LayerNorm(trainable=False), Dense(1),
    ]  # fmt: skip
    return chain(layers, 2)


# --- Normalization --------------------------------------------------------------------


@case
def batch_norm() -> Example:
    return chain([Dense(3, "tanh"), BatchNorm(), Dense(2)], 2)


@case
def batch_norm_first_and_last() -> Example:
    return chain([BatchNorm(), Dense(2, "tanh"), BatchNorm()], 3)


@case
def layer_norm() -> Example:
    return chain([Dense(3, "tanh"), LayerNorm(), Dense(2)], 2)


@case
def layer_norm_of_many() -> Example:
    return chain([LayerNorm(), Dense(9, "tanh"), LayerNorm()], 6)


@case
def norms_of_a_single_unit() -> Example:
    return chain([Dense(1), BatchNorm(), Dense(1, "tanh"), LayerNorm(), Dense(1)], 1)


@case
def scale() -> Example:
    return chain([Scale([1.0, -2.0], [0.5, 3.0]), Dense(2, "tanh"), Dense(1)], 2)


@case
def clip() -> Example:
    return chain([Clip([-0.5, -2.0], [0.5, 3.0]), Dense(2, "tanh"), Dense(1)], 2)


@case
def clip_of_the_output() -> Example:
    return chain([Dense(2, "tanh"), Dense(2), Clip([-0.5, 0.0], [0.5, 0.1])], 2)


# --- Residual blocks ------------------------------------------------------------------


@case
def residual() -> Example:
    layers = [Dense(3, "tanh"), Residual([Dense(2, "relu"), Dense(3)]), Dense(1)]
    return chain(layers, 2)


@case
def residual_of_residuals() -> Example:
    inner = Residual([LayerNorm(), Residual([Dense(2, "silu")]), Activation("tanh")])
    return chain([Residual([Dense(2, "sigmoid"), inner]), Dense(2)], 2)


@case
def residual_at_either_end() -> Example:
    return chain([Residual([Dense(5, "tanh")]), Residual([Activation("sine")])], 5)


@case
def residual_before_a_softmax() -> Example:
    layers = [Dense(3, "tanh"), Residual([Dense(3)]), Activation("softmax")]
    return chain(layers, 2, "cross_entropy")


# --- Several inputs and outputs -------------------------------------------------------


@case
def inputs_joined() -> Example:
    a, b, c = Input("a", 2), Input("b", 1), Input("c", 3)
    whole = Concatenate()(a, b, c)
    return joined([a, b, c], Dense(1)(Dense(3, "tanh")(whole)))


@case
def three_parts_joined() -> Example:
    x = Input("x", 2)
    hidden = Dense(3, "tanh")(x)
    parts = Concatenate()(Dense(2, "sigmoid")(hidden), hidden, Dense(1)(x))
    return joined([x], Dense(2)(parts))


@case
def the_same_joined_twice() -> Example:
    x = Input("x", 2)
    hidden = Dense(2, "tanh")(x)
    return joined([x], Dense(1)(Concatenate()(hidden, hidden, hidden)))


@case
def a_line_beside_a_curve() -> Example:
    x = Input("x", 2)
    return joined([x], Add()(Dense(2)(Dense(3, "tanh")(x)), Dense(2)(x)))


@case
def members_with_weights() -> Example:
    x = Input("x", 2)
    members = [
        Dense(3)(Dense(2, "tanh")(x)),
        Dense(3)(Dense(4, "relu")(x)),
        Dense(3)(x),
    ]
    return joined([x], Add([0.5, 0.2, 0.3])(*members), "cross_entropy")


@case
def a_sum_of_one_and_the_same() -> Example:
    x = Input("x", 2)
    hidden = Dense(2, "tanh")(x)
    return joined([x], Dense(1)(Add([2.0, -1.0, 0.5])(hidden, hidden, x)))


@case
def joined_wide() -> Example:
    a, b = Input("a", 6), Input("b", 5)
    return joined([a, b], Dense(2)(Concatenate()(a, Dense(6, "tanh")(b))))


@case
def an_embedding() -> Example:
    color = Input("color", 1, dtype="integer")
    return joined([color], Dense(1)(Embedding(3, 2)(color)))


@case
def an_embedding_of_columns() -> Example:
    colors, x = Input("colors", 3, dtype="integer"), Input("x", 1)
    found = Embedding(4, 2)(colors)
    return joined([colors, x], Dense(2)(Dense(2, "tanh")(Concatenate()(found, x))))


@case
def an_embedding_of_many_columns() -> Example:
    words = Input("words", 5, dtype="integer")
    return joined([words], Dense(1)(LayerNorm()(Embedding(3, 2)(words))))


@case
def two_embeddings_frozen_and_wide() -> Example:
    a, b = Input("a", 1, dtype="integer"), Input("b", 2, dtype="integer")
    frozen = Embedding(3, 2, trainable=False)(a)
    return joined([a, b], Dense(1)(Concatenate()(frozen, Embedding(9, 5)(b))))


@case
def a_shared_embedding() -> Example:
    a, b = Input("a", 1, dtype="integer"), Input("b", 1, dtype="integer")
    table = Embedding(3, 2)
    return joined([a, b], Dense(1)(Concatenate()(table(a), table(b))))


@case
def a_shared_layer() -> Example:
    x, other = Input("x", 2), Input("other", 2)
    shared = Dense(2, "sigmoid")
    return joined([x, other], Dense(1)(Concatenate()(shared(x), shared(other))))


@case
def a_layer_after_itself() -> Example:
    x, shared = Input("x", 2), Dense(2, "tanh")
    return joined([x], Dense(1)(shared(shared(x))))


@case
def shared_norms() -> Example:
    x, other = Input("x", 2), Input("other", 2)
    norm, batch = LayerNorm(), BatchNorm()
    parts = Concatenate()(norm(batch(x)), batch(norm(other)))
    return joined([x, other], Dense(1)(parts))


@case
def two_outputs() -> Example:
    x = Input("x", 2)
    hidden = Dense(3, "tanh")(x)
    outputs = {"price": Dense(1)(hidden), "kind": Dense(2, "softmax")(hidden)}
    return joined([x], outputs, {"price": "mse", "kind": "cross_entropy"})


@case
def outputs_of_different_widths() -> Example:
    x = Input("x", 2)
    hidden = Dense(3, "tanh")(x)
    outputs = {
        "a": Dense(3)(hidden),
        "b": Dense(2, "sigmoid")(hidden),
        "c": Dense(5, "softmax")(hidden),
        "d": Dense(1)(hidden),
    }
    losses = {"a": "mse", "b": "binary_cross_entropy", "c": "huber", "d": "mae"}
    return joined([x], outputs, losses)


@case
def an_output_that_is_read() -> Example:
    x = Input("x", 2)
    kind = Dense(3, "softmax")(x)
    outputs = {"kind": kind, "price": Dense(1)(kind)}
    return joined([x], outputs, {"price": "huber", "kind": "cross_entropy"})


@case
def logits_that_are_read() -> Example:
    x = Input("x", 2)
    logits = Dense(2)(x)
    outputs = {"kind": logits, "price": Dense(1)(Activation("tanh")(logits))}
    return joined([x], outputs, {"price": "mae", "kind": "cross_entropy"})


@case
def sigmoids_joined_before_the_loss() -> Example:
    x = Input("x", 2)
    answers = Concatenate()(Dense(1, "sigmoid")(x), Dense(2, "sigmoid")(x))
    return joined([x], answers, "binary_cross_entropy")


@case
def a_sigmoid_that_is_read() -> Example:
    x = Input("x", 2)
    answer = Dense(1, "sigmoid")(x)
    outputs = {"answer": answer, "price": Dense(1)(Concatenate()(answer, x))}
    losses = {"answer": "binary_cross_entropy", "price": "mse"}
    return joined([x], outputs, losses)


# --- Losses ---------------------------------------------------------------------------

LOSSES: dict[str, tuple[Any, Any, int]] = {
    "gaussian nll": (GaussianNLL(), "identity", 4),
    "gaussian nll of one": (GaussianNLL(full=False), "tanh", 2),
    "gaussian nll of many": (GaussianNLL(), "identity", 10),
    "half a square": (MeanSquaredError(half=True), "identity", 3),
    "huber": (Huber(delta=0.5), "softplus", 3),
    "mae": ("mae", "identity", 2),
    "minkowski": ("minkowski", "identity", 2),
    "poisson": ("poisson", "identity", 2),
    "poisson in full": (Poisson(full=True), "identity", 2),
    "label smoothing": (CrossEntropy(label_smoothing=0.2), "softmax", 3),
    "binary smoothing": (BinaryCrossEntropy(label_smoothing=0.2), "sigmoid", 2),
    "logits": ("cross_entropy", "identity", 3),
    "logits of many": ("cross_entropy", "tanh", 6),
    "binary logits": ("binary_cross_entropy", "identity", 1),
    "a softmax and a square": ("mse", "softmax", 3),
    "a sigmoid and a square": ("mse", "sigmoid", 1),
    "a softmax of many and huber": (Huber(), "softmax", 5),
}
"""Loss, last activation, units."""


def ending_in(loss: Any, ending: Any, units: int) -> Callable[[], Example]:
    return lambda: chain([Dense(2, "tanh"), Dense(units, ending)], 2, loss)


for _name, _loss in LOSSES.items():
    NETWORKS[f"loss {_name}"] = ending_in(*_loss)
