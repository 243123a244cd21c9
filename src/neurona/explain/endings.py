"""Where loss and last layer are one formula, such as softmax with cross-entropy.

What trains is the stable form, whose slope in the logits is ŷ − y. What a book writes
first is the loss of ŷ and the slope of ŷ in z: both are computed here from the same
graph, so that the shortcut can be followed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from neurona import graph as g
from neurona.explain.cancel import Match, match_of
from neurona.gradient import backward
from neurona.graph import Graph, Node, copy_node, rebuild
from neurona.nn.losses.logits import ENDINGS, logits_behind

__all__ = ["Ending", "find_endings", "width_of"]


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
        ŷ, the function of the logits: an output of the network where it gives it.
    book : Node
        The whole loss by the textbook's formula of ŷ.
    grad_prediction : Node
        ∂L/∂ŷ by that formula.
    """

    match: Match
    logits: Node
    target: Node
    prediction: Node
    book: Node
    grad_prediction: Node

    @property
    def function(self) -> Literal["softmax", "sigmoid"]:
        """Name of the activation: softmax or sigmoid."""
        return self.match.activation

    @property
    def divisor(self) -> int:
        """How many outputs are averaged."""
        return width_of(self.prediction) if self.match.averaged else 1


def find_endings(loss: Node, outputs: Iterable[Node] = ()) -> dict[Node, Ending]:
    """Losses of a graph that read logits, by the node of the logits.

    Parameters
    ----------
    loss : Node
    outputs : iterable of Node
        What a network gives: logits, or what may be the prediction.

    Examples
    --------
    >>> z, t = g.input("z", (g.BATCH, 2)), g.input("t", (g.BATCH, 2))
    >>> ending = find_endings(g.mean(g.cross_entropy(z, t)))[z]
    >>> from neurona import reference
    >>> feeds = {z: [[0.0, 0.0]], t: [[0.25, 0.75]]}
    >>> reference.evaluate([ending.grad_prediction], feeds)[0].tolist()
    [[-0.5, -1.5]]
    """
    given = list(outputs)
    found: dict[Node, tuple[Match, Node, Node]] = {}

    def replace(node: Node, inputs: tuple[Node, ...]) -> Node:
        match = match_of(node.operation)
        if match is None:
            return copy_node(node, inputs)
        logits, target = inputs
        with g.source(*node.sources):
            prediction = prediction_of(logits, match, given)
            found[logits] = match, target, prediction
            return match.textbook(prediction, target)

    book = rebuild(Graph({"loss": loss}), replace)["loss"]
    predictions = [prediction for _match, _target, prediction in found.values()]
    grads = backward(book, predictions) if predictions else []
    return {
        logits: Ending(match, logits, target, prediction, book, grad)
        for (logits, (match, target, prediction)), grad in zip(
            found.items(), grads, strict=True
        )
    }


def prediction_of(logits: Node, match: Match, outputs: Iterable[Node]) -> Node:
    """The output that is a function of logits, or that function written anew."""
    (ending,) = (name for name in ENDINGS if name == match.activation)
    for output in outputs:
        behind = logits_behind(ending, output)
        if behind is not None and alike(behind, logits):
            return output
    return match.apply(logits)


def alike(a: Node, b: Node) -> bool:
    """Whether two nodes compute the same from the same nodes, whoever made them."""
    return a is b or (a.operation, a.inputs) == (b.operation, b.inputs)


def width_of(node: Node) -> int:
    """Numbers of a row."""
    size = node.shape[1] if len(node.shape) > 1 else 1
    return size if isinstance(size, int) else 1
