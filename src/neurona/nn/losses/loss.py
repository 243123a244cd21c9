"""What a loss is: a number for each row, and how rows are summed into one."""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np

from neurona import graph as g
from neurona.errors import OptionError, unknown_name
from neurona.graph import BATCH, Node, Spec
from neurona.messages import _
from neurona.nn.losses.logits import without_rows
from neurona.nn.losses.targets import real_targets
from neurona.settings import Choice

__all__ = [
    "Loss",
    "Reduction",
    "output_count",
    "reduce",
    "row_losses",
    "weighted_rows",
]

Reduction: TypeAlias = Literal["mean", "sum"]


def output_count(output: Spec) -> int:
    """Number of outputs per row.

    Raises
    ------
    OptionError
        The output is not rows of numbers.
    """
    if len(output.shape) == 2 and output.dtype == "float":
        count = output.shape[1]
        if isinstance(count, int):
            return count
    raise OptionError(
        _("a loss reads rows of numbers, (N, outputs), not {found}").format(
            found=output
        )
    )


@dataclass(frozen=True)
class Loss(Choice):
    """How far an output is from its target, row by row."""

    head: ClassVar[Literal["classes", "binary", "real"]] = "real"
    """What the output stands for: one of several classes, one or more yes-or-no
    questions, or real numbers."""

    def target_spec(
        self, output: Spec, target: np.ndarray[Any, Any] | None = None
    ) -> Spec:
        """What the target looks like in the graph.

        Parameters
        ----------
        output : Spec
            Of the network.
        target : array, optional
            As :meth:`prepare_target` gave it, for losses that accept two forms.
        """
        return Spec((BATCH, output_count(output)))

    @abc.abstractmethod
    def per_row(self, output: Node, target: Node) -> Node:
        """Loss of each row: (N, K) and its target give (N,)."""

    def told_per_row(self, output: Node, target: Node) -> Node:
        """Loss of each row as it is reported: what is minimized, unless said."""
        return self.per_row(output, target)

    def link(self, output: Node) -> Node:
        """What the network predicts, from what its last layer gives."""
        return output

    def prepare_target(
        self, y: np.ndarray[Any, Any], output: Spec
    ) -> np.ndarray[Any, Any]:
        """Targets checked and brought to the form that the graph reads.

        Parameters
        ----------
        y : array
            (N,) is accepted where there is one output.
        output : Spec
            Of the network.

        Raises
        ------
        DataError
            A value cannot be a target; the message names the first and its row,
            counted from 0.
        """
        return real_targets(y, output_count(output))


def row_losses(
    loss: Loss, output: Node, target: Node, weight: Node | None, *, told: bool = False
) -> Node:
    """Loss of each row, a row of weight 0 being left out of value and gradient.

    Parameters
    ----------
    loss : Loss
    output : Node
        Of the network, shape (N, K).
    target : Node
        As the loss reads it.
    weight : Node or None
        wᵢ ≥ 0, shape (N,).
    told : bool
        Whether the losses are those that are reported.

    Returns
    -------
    Node
        lᵢ, shape (N,); where wᵢ = 0, the loss of zeros.

    Notes
    -----
    Laws: where wᵢ = 0 the gradient in the output is 0, also where the loss or its slope
    would overflow: 0 · ∞ is never computed.

    Examples
    --------
    >>> from neurona import reference
    >>> from neurona.gradient import backward
    >>> from neurona.nn.losses import Poisson
    >>> z, t = g.input("z", (BATCH, 1)), g.input("t", (BATCH, 1))
    >>> w = g.input("w", (BATCH,))
    >>> loss = reduce(row_losses(Poisson(), z, t, w), w)
    >>> feeds = {z: [[1e4], [0.0]], t: [[1.0], [3.0]], w: [0.0, 1.0]}
    >>> value, slope = reference.evaluate([loss, *backward(loss, [z])], feeds)
    >>> float(value), slope.ravel().tolist()
    (1.0, [0.0, -2.0])
    """
    per_row = loss.told_per_row if told else loss.per_row
    if weight is None:
        return per_row(output, target)
    kept = g.reshape(weight, (BATCH, 1)) > 0.0
    if target.dtype == "float":
        target = g.where(kept, target, 0.0)
    return per_row(without_rows(output, kept), target)


def weighted_rows(per_row: Node, weight: Node) -> Node:
    """Loss of each row times its weight: 0 where the weight is 0, whatever the loss.

    Parameters
    ----------
    per_row, weight : Node
        lᵢ and wᵢ ≥ 0, shape (N,).

    Returns
    -------
    Node
        wᵢ lᵢ, shape (N,); 0 where wᵢ = 0, though lᵢ be infinite or NaN.
    """
    return g.where(weight > 0.0, weight * per_row, 0.0)


def reduce(per_row: Node, weight: Node | None, reduction: Reduction = "mean") -> Node:
    """Loss of a batch from those of its rows.

    Parameters
    ----------
    per_row : Node
        lᵢ, shape (N,).
    weight : Node or None
        wᵢ ≥ 0, shape (N,).
    reduction : {"mean", "sum"}

    Returns
    -------
    Node
        Scalar: Σwᵢlᵢ/Σwᵢ, or Σwᵢlᵢ; without weights, Σlᵢ/N or Σlᵢ.

    Notes
    -----
    Laws: doubling every weight leaves the mean as it is; where Σw = 0 both the value
    and the gradient are 0; a row of weight 0 counts for nothing, though its loss be
    infinite.

    Examples
    --------
    >>> from neurona import reference
    >>> losses, weights = (g.input(n, (BATCH,)) for n in ("losses", "weights"))
    >>> total = reduce(losses, weights)
    >>> [
    ...     float(reference.evaluate([total], {losses: [1, 4], weights: w})[0])
    ...     for w in ([1, 2], [0, 0])
    ... ]
    [3.0, 0.0]
    """
    if reduction not in ("mean", "sum"):
        raise OptionError(unknown_name(_("reduction"), reduction, ["mean", "sum"]))
    if weight is None:
        return g.mean(per_row) if reduction == "mean" else g.sum(per_row)
    weighted = g.sum(weighted_rows(per_row, weight))
    if reduction == "sum":
        return weighted
    total = g.sum(weight)
    return weighted / g.where(g.equal(total, 0.0), 1.0, total)
