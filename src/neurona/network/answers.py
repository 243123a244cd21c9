"""What a network answers: outputs, probabilities, classes, activations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from neurona.arrays import Array
from neurona.errors import (
    OptionError,
    unknown_name,
)
from neurona.graph import Node
from neurona.messages import _
from neurona.network.data import NetworkData, outputs_of
from neurona.nn.layers import Layer
from neurona.nn.losses import Loss
from neurona.train.answers import asks_questions, probabilities
from neurona.train.metrics import predicted_classes
from neurona.train.predict import Predictor

__all__ = [
    "Outputs",
    "predict",
    "predict_class",
    "predict_mean",
    "predict_proba",
    "transform",
]

Outputs: TypeAlias = "Array | dict[str, Array]"


def predict(network: NetworkData, X: Any) -> Outputs:
    """What the output layer gives, row by row.

    Returns
    -------
    array (N, K), or a dict of them where the network has several outputs
    """
    if network._quick is not None:
        found = network._quick(X)
        if found is not None:
            return found
    answers = ask(network, "predict", lambda: outputs_of(network), X)
    if network._predictor is not None:
        network._quick = network._predictor.lean("predict")
    return single(network, answers)


def predict_mean(network: NetworkData, X: Any) -> Array:
    """What a network of one output predicts, through the link of its loss.

    The exponential for ``poisson``, the mean for ``gaussian_nll``, and what the
    output layer gives for the other losses over numbers.
    """
    (name,), (node,) = zip(*outputs_of(network).items(), strict=True)
    losses = network.losses
    linked = node if losses is None else losses[name].link(node)
    return ask(network, "mean", lambda: {name: linked}, X, losses)[name]


def predict_proba(network: NetworkData, X: Any) -> Outputs:
    """Probabilities: the output through the link of the fitted loss.

    Softmax for cross-entropy, sigmoid for binary cross-entropy; a network that
    ends in one of them gives probabilities already. Of several outputs those over
    numbers are left out.

    Raises
    ------
    OptionError
        No output is one of classes.
    """
    return single(network, ask_probabilities(network, X))


def predict_class(network: NetworkData, X: Any) -> Outputs:
    """Class number of the largest probability, or of one of at least ½.

    Returns
    -------
    int array (N,)
        (N, K) of 0 and 1 where each of K outputs is a question of its own.
    """
    found = ask_probabilities(network, X)
    nodes = outputs_of(network)
    return single(
        network,
        {
            name: np.asarray(value >= 0.5).astype(np.int64)
            if value.shape[1] > 1 and asks_questions(name, nodes[name], network.losses)
            else predicted_classes(value)
            for name, value in found.items()
        },
    )


def transform(network: NetworkData, X: Any, layer: str | int | Layer) -> Array:
    """Activations of any layer.

    Parameters
    ----------
    X : array (N, d)
    layer : str, int or Layer
        Its name, its position from 0, or itself.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> network = Network([Dense(2, "relu"), Dense(1)], n_inputs=1)
    >>> network.transform([[1.0], [2.0]], layer="dense_1").shape
    (2, 2)
    """
    names = list(network.architecture.names.values())
    if isinstance(layer, Layer):
        layer = network.architecture.names.get(layer, repr(layer))
    elif isinstance(layer, int) and -len(names) <= layer < len(names):
        layer = names[layer]
    activations = network.architecture.evaluation.build.activations
    if layer not in activations:
        raise OptionError(unknown_name(_("layer"), str(layer), activations))
    name = str(layer)
    found = ask(network, f"layer/{name}", lambda: {name: activations[name]}, X)
    return found[name]


def ask(
    network: NetworkData,
    what: str,
    outputs: Callable[[], Mapping[str, Node]],
    X: Any,
    losses: Mapping[str, Loss] | None = None,
) -> dict[str, Array]:
    """Part of the evaluation graph for all rows, compiled once."""
    if network._predictor is None:
        network._predictor = Predictor(
            network.architecture, network.parameters, network.states, network.dtype
        )
    return network._predictor(what, outputs, X, losses)


def ask_probabilities(network: NetworkData, X: Any) -> dict[str, Array]:
    losses = network.losses
    return ask(
        network, "proba", lambda: probabilities(outputs_of(network), losses), X, losses
    )


def single(network: NetworkData, found: dict[str, Array]) -> Outputs:
    return found if len(outputs_of(network)) > 1 else next(iter(found.values()))
