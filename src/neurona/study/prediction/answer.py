"""Which number of a network is explained: a class's logit, or a value."""

from __future__ import annotations

from dataclasses import dataclass

from neurona import graph as g
from neurona.errors import OptionError
from neurona.graph import Node
from neurona.messages import _
from neurona.network import Network
from neurona.nn.losses import ends_in, logits_behind

__all__ = ["Answer", "answer_node", "is_classifier"]


@dataclass(frozen=True, eq=False)
class Answer:
    """A number of each row that a network gives.

    Parameters
    ----------
    node : Node
        Shape (N, 1).
    sign : int
        −1 where it speaks for the other class.
    """

    node: Node
    sign: int = 1


def single_output(network: Network) -> Node:
    """Output of a network that has but one.

    Raises
    ------
    OptionError
    """
    outputs = network.architecture.evaluation.outputs
    if len(outputs) > 1:
        raise OptionError(
            _("a prediction is explained for one output, but there are {names}").format(
                names=", ".join(outputs)
            )
        )
    return next(iter(outputs.values()))


def is_classifier(network: Network) -> bool:
    """Whether a network answers with classes."""
    output = single_output(network)
    if ends_in(output) is not None:
        return True
    losses = network.losses
    return losses is not None and next(iter(losses.values())).head != "real"


def answer_node(network: Network, number: int) -> Answer:
    """Logit of a class, or one of the numbers of a regression.

    Parameters
    ----------
    network : Network
        With one output.
    number : int
        Of the class or of the target, from 0.

    Notes
    -----
    Logits rather than probabilities, since they add up: of one output z, class 1 is
    spoken for by z and class 0 by −z.
    """
    output = single_output(network)
    if is_classifier(network):
        ending = ends_in(output)
        if ending is not None:
            behind = logits_behind(ending, output)
            assert behind is not None
            output = behind
        width = output.shape[1]
        if width == 1:
            return Answer(output, 1 if number else -1)
    elif network.losses is not None:
        output = next(iter(network.losses.values())).link(output)
    width = output.shape[1]
    assert isinstance(width, int)
    if not 0 <= number < width:
        raise OptionError(
            _("there is no answer {number}: they are counted from 0 to {last}").format(
                number=number, last=width - 1
            )
        )
    return Answer(g.slice_axis(output, number, number + 1))
