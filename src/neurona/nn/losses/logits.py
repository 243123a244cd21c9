"""Whether an output is probabilities, and the logits that they were made from."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from neurona import graph as g
from neurona.errors import OptionError
from neurona.graph import Node, copy_node, has_batch, make_node
from neurona.messages import _

__all__ = ["ENDINGS", "Ending", "ends_in", "logits_behind", "logits_of", "without_rows"]

Ending: TypeAlias = Literal["softmax", "sigmoid"]

ENDINGS: Final[tuple[Ending, ...]] = ("softmax", "sigmoid")

MIXING: Final = frozenset(
    {"matmul", "contract_rows", "gather", "scatter_add", "one_hot", "sum", "max",
     "log_sum_exp"}
)  # fmt: skip
"""Operations behind which a softmax or sigmoid is one of hidden units."""


def ends_in(output: Node) -> Ending | None:
    """Which function makes an output probabilities; ``None`` where none does.

    Examples
    --------
    >>> z = g.input("z", (g.BATCH, 3))
    >>> ends_in(g.softmax(z)), ends_in(z)
    ('softmax', None)
    """
    for ending in ENDINGS:
        if logits_behind(ending, output) is not None:
            return ending
    return None


def logits_behind(ending: Ending, output: Node) -> Node | None:
    """What a softmax or sigmoid was applied to, where the output is its values.

    A loss is computed from the logits before the probabilities, where nothing
    overflows. Reshaping is seen through, and so is the joining of several sigmoids;
    of several softmaxes it is not, since they do not sum to 1 together.

    Parameters
    ----------
    ending : {"softmax", "sigmoid"}
    output : Node

    Returns
    -------
    Node or None
        In the shape of the output.

    Examples
    --------
    >>> a, b = (g.input(name, (g.BATCH, 1)) for name in "ab")
    >>> logits_behind("sigmoid", g.concatenate([g.sigmoid(a), g.sigmoid(b)]))
    concatenate(a, b, axis=1): float (N, 2)
    >>> logits_behind("sigmoid", g.concatenate([g.sigmoid(a), b])) is None
    True
    """
    made: dict[Node, Node] = {}
    pending = [output]
    while pending:
        node = pending.pop()
        if node in made:
            continue
        if node.operation == ending:
            made[node] = node.inputs[0]
        elif not keeps_values(node, ending):
            return None
        elif all(part in made for part in node.inputs):
            made[node] = copy_node(node, [made[part] for part in node.inputs])
        else:
            pending += [node, *node.inputs]
    return made[output]


def keeps_values(node: Node, ending: Ending) -> bool:
    """Whether a node only lays values out anew, so that they stay what they are."""
    if ending == "sigmoid":
        return node.operation in ("reshape", "concatenate")
    # A softmax sums to 1 over the last axis.
    return node.operation == "reshape" and node.shape[-1:] == node.inputs[0].shape[-1:]


def logits_of(ending: Ending, output: Node) -> Node:
    """Logits of an output: what stands before its ending, else the output itself.

    Raises
    ------
    OptionError
        There is a softmax or sigmoid, but what follows changes its values, so that the
        output is neither probabilities nor logits.
    """
    logits = logits_behind(ending, output)
    if logits is not None:
        return logits
    changed = changed_ending(output)
    if changed is None:
        return output
    raise OptionError(
        _(
            "the values of the network's {ending} are changed by what follows it, so "
            "its output is neither probabilities nor logits: end the network in the "
            "{ending}, or leave it out"
        ).format(ending=changed.operation)
    )


def changed_ending(output: Node) -> Node | None:
    """Softmax or sigmoid from which an output is made without another layer between.

    Behind a matrix product, a lookup or a normalization it is one of hidden units;
    where it is a factor beside another value of the row it is a gate, as in SiLU.
    """
    seen: set[Node] = set()
    pending = [output]
    while pending:
        node = pending.pop()
        if node in seen or node.operation in MIXING or not has_batch(node.shape):
            continue
        seen.add(node)
        if node.operation in ENDINGS:
            return node
        if not (is_normalization(node) or is_gate(node)):
            pending += node.inputs
    return None


def is_normalization(node: Node) -> bool:
    return node.operation == "divide" and node.inputs[1].operation == "sqrt"


def is_gate(node: Node) -> bool:
    return node.operation == "multiply" and all(
        has_batch(part.shape) for part in node.inputs
    )


def without_rows(output: Node, kept: Node) -> Node:
    """Output in which the rows that are not kept are 0, as logits where it has them.

    No gradient passes through such a row, not even the 0 · ∞ of one that overflows.

    Parameters
    ----------
    output : Node
        Shape (N, K).
    kept : Node
        Truth values, shape (N, 1).
    """
    ending = ends_in(output)
    if ending is None:
        return g.where(kept, output, 0.0)
    logits = logits_behind(ending, output)
    assert logits is not None
    return make_node(ending, g.where(kept, logits, 0.0))
