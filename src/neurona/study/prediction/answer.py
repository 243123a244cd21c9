"""Which number of a network is explained: a class's logit, or a value."""

from __future__ import annotations

from neurona import graph as g
from neurona.errors import OptionError, unknown_name
from neurona.graph import Node
from neurona.messages import _
from neurona.network import Network
from neurona.nn.losses import ends_in, logits_behind

__all__ = ["answer_node", "is_classifier", "output_named"]


def output_named(network: Network, name: str | None) -> str:
    """Name of an output, by default of the first.

    Raises
    ------
    OptionError
        There is no such output.
    """
    outputs = network.architecture.evaluation.outputs
    if name is not None and name not in outputs:
        raise OptionError(unknown_name(_("output"), name, outputs))
    return next(iter(outputs)) if name is None else name


def is_classifier(network: Network, output: str) -> bool:
    """Whether an output answers with classes."""
    if ends_in(network.architecture.evaluation.outputs[output]) is not None:
        return True
    losses = network.losses
    return losses is not None and losses[output].head != "real"


def answer_node(network: Network, output: str, number: int) -> Node:
    """Logit of a class, or one of the numbers of a regression.

    Parameters
    ----------
    network : Network
    output : str
    number : int
        Of the class or of the target, from 0.

    Returns
    -------
    Node
        Shape (N, 1).

    Notes
    -----
    Logits rather than probabilities, since they add up: of one output z, class 1 is
    spoken for by z and class 0 by −z.

    Raises
    ------
    OptionError
        There is no such class or target.
    """
    node = network.architecture.evaluation.outputs[output]
    if is_classifier(network, output):
        ending = ends_in(node)
        if ending is not None:
            behind = logits_behind(ending, node)
            assert behind is not None
            node = behind
        if node.shape[1] == 1:
            return node if number else -node
    elif network.losses is not None:
        node = network.losses[output].link(node)
    width = node.shape[1]
    assert isinstance(width, int)
    if not 0 <= number < width:
        raise OptionError(
            _("there is no answer {number}: they are counted from 0 to {last}").format(
                number=number, last=width - 1
            )
        )
    return g.slice_axis(node, number, number + 1)
