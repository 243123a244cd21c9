"""Where loss and last layer are one formula, such as softmax with cross-entropy.

What trains is the stable form, whose slope in the logits is ŷ − y. What a book writes
first is the loss of ŷ and the slope of ŷ in z: both are computed here from the same
graph, so that the shortcut can be followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from neurona import graph as g
from neurona.explain.cancel import Match, match_of
from neurona.gradient import backward
from neurona.graph import Graph, Node, copy_node, rebuild

__all__ = ["Ending", "find_endings"]


@dataclass(frozen=True, eq=False)
class Ending:
    """A loss that reads logits, and what it stands for.

    Parameters
    ----------
    match : Match
        The activation and the loss.
    logits, target : Node
        In one shape, (N, K).
    prediction : Node
        ŷ, the function of the logits.
    grad_prediction : Node
        ∂L/∂ŷ by the textbook's formula of the loss.
    """

    match: Match
    logits: Node
    target: Node
    prediction: Node
    grad_prediction: Node

    @property
    def function(self) -> Literal["softmax", "sigmoid"]:
        """Name of the activation: softmax or sigmoid."""
        return self.match.activation


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
    found: dict[Node, tuple[Match, Node, Node]] = {}

    def replace(node: Node, inputs: tuple[Node, ...]) -> Node:
        match = match_of(node.operation)
        if match is None:
            return copy_node(node, inputs)
        logits, target = inputs
        with g.source(*node.sources):
            prediction = match.apply(logits)
            found[logits] = match, target, prediction
            return match.textbook(prediction, target)

    written = rebuild(Graph({"loss": loss}), replace)["loss"]
    predictions = [prediction for _match, _target, prediction in found.values()]
    grads = backward(written, predictions) if predictions else []
    return {
        logits: Ending(match, logits, target, prediction, grad)
        for (logits, (match, target, prediction)), grad in zip(
            found.items(), grads, strict=True
        )
    }
