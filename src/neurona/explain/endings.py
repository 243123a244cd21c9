"""Where loss and last layer are one formula, such as softmax with cross-entropy.

What trains is the stable form, whose slope in the logits is ŷ − y. What a book writes
first is the loss of ŷ and the slope of ŷ in z: both are computed here from the same
graph, so that the shortcut can be followed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from neurona import graph as g
from neurona.gradient import backward
from neurona.graph import Graph, Node, copy_node, rebuild

__all__ = ["Ending", "find_endings"]


@dataclass(frozen=True, eq=False)
class Ending:
    """A loss that reads logits, and what it stands for.

    Parameters
    ----------
    function : {"softmax", "sigmoid"}
    logits, target : Node
        In one shape, (N, K).
    prediction : Node
        ŷ, the function of the logits.
    grad_prediction : Node
        ∂L/∂ŷ by the textbook's formula of the loss.
    """

    function: str
    logits: Node
    target: Node
    prediction: Node
    grad_prediction: Node


FUNCTIONS: Final[Mapping[str, str]] = {
    "cross_entropy": "softmax",
    "binary_cross_entropy": "sigmoid",
}


def textbook_loss(operation: str, prediction: Node, target: Node) -> Node:
    """Cross-entropy as a formula of probabilities, where 0 · ln 0 is 0."""
    if operation == "cross_entropy":
        return -g.sum(times_log(target, prediction), -1)
    return -(times_log(target, prediction) + times_log(1.0 - target, 1.0 - prediction))


def times_log(share: Node, probability: Node) -> Node:
    """Term share · ln(probability), and 0 with slope 0 where the share is 0."""
    known = g.where(g.equal(share, 0.0), 1.0, probability)
    return share * g.log(known)


def find_endings(loss: Node) -> dict[Node, Ending]:
    """Losses of a graph that read logits, by the node of the logits.

    Examples
    --------
    >>> z, t = g.input("z", (g.BATCH, 2)), g.input("t", (g.BATCH, 2))
    >>> ending = find_endings(g.mean(g.cross_entropy(z, t)))[z]
    >>> from neurona import reference
    >>> feeds = {z: [[0.0, 0.0]], t: [[0.25, 0.75]]}
    >>> reference.evaluate([ending.grad_prediction], feeds)[0].tolist()
    [[-0.5, -1.5]]
    """
    predictions: dict[Node, Node] = {}
    targets: dict[Node, tuple[str, Node]] = {}

    def replace(node: Node, inputs: tuple[Node, ...]) -> Node:
        function = FUNCTIONS.get(node.operation)
        if function is None:
            return copy_node(node, inputs)
        logits, target = inputs
        with g.source(*node.sources):
            prediction = (
                g.softmax(logits) if function == "softmax" else g.sigmoid(logits)
            )
            predictions[logits] = prediction
            targets[logits] = (function, target)
            return textbook_loss(node.operation, prediction, target)

    written = rebuild(Graph({"loss": loss}), replace)["loss"]
    logits = list(predictions)
    grads = backward(written, [predictions[z] for z in logits]) if logits else []
    return {
        z: Ending(targets[z][0], z, targets[z][1], predictions[z], grad)
        for z, grad in zip(logits, grads, strict=True)
    }
