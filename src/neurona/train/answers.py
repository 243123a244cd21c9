"""What outputs stand for: classes, questions of yes or no, or plain numbers."""

from __future__ import annotations

from collections.abc import Mapping

from neurona.errors import OptionError
from neurona.graph import Node
from neurona.messages import _
from neurona.nn.losses import Loss, ends_in

__all__ = ["asks_questions", "probabilities"]


def asks_questions(name: str, node: Node, losses: Mapping[str, Loss] | None) -> bool:
    """Whether an output answers questions of yes or no.

    Parameters
    ----------
    name : str
        Of the output.
    node : Node
    losses : mapping of str to Loss, or None
        Of the last fit.
    """
    ending = ends_in(node)
    if ending is not None or losses is None:
        return ending == "sigmoid"
    return losses[name].head == "binary"


def probabilities(
    outputs: Mapping[str, Node], losses: Mapping[str, Loss] | None
) -> dict[str, Node]:
    """Probabilities that the outputs give, those over plain numbers left out.

    Parameters
    ----------
    outputs : mapping of str to Node
    losses : mapping of str to Loss, or None
        Of the last fit: its link turns an output into probabilities.

    Raises
    ------
    OptionError
        No output is one of classes.
    """
    found = {}
    for name, node in outputs.items():
        if ends_in(node) is not None:
            found[name] = node
        elif losses is not None and losses[name].head != "real":
            found[name] = losses[name].link(node)
    if found:
        return found
    if losses is None:
        raise OptionError(
            _(
                "{output} gives plain numbers: fit the network with a loss over "
                "classes first, or end it in softmax or sigmoid"
            ).format(output=next(iter(outputs)))
        )
    raise OptionError(
        _("{loss} predicts numbers, not classes: use predict").format(
            loss=next(iter(losses.values())).name
        )
    )
