"""Losses between probabilities, computed from logits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from neurona import graph as g
from neurona.errors import OptionError
from neurona.graph import BATCH, Node, Spec
from neurona.messages import _
from neurona.nn.losses.logits import ends_in, logits_behind, logits_of
from neurona.nn.losses.loss import Loss, output_count
from neurona.nn.losses.targets import class_targets, real_targets, refuse
from neurona.settings import Share

__all__ = ["BinaryCrossEntropy", "CrossEntropy"]


def class_count(output: Spec) -> int:
    count = output_count(output)
    if count < 2:
        raise OptionError(
            _(
                "cross_entropy needs one output per class, at least 2: for a single "
                "output use binary_cross_entropy"
            )
        )
    return count


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """−ln of the probability given to the true class, from logits.

    Targets are class numbers (N,), or a distribution over the classes (N, C).

    Parameters
    ----------
    label_smoothing : float
        ε in [0, 1): the target becomes (1 − ε)·t + ε/C.

    Notes
    -----
    Math: l = ln Σⱼ e^zⱼ − Σⱼ tⱼ zⱼ, ∂l/∂z = softmax(z) − t.
    Variant: with class weights the whole smoothed loss of a row is multiplied by the
    weight of its own class, and the mean is over Σw. PyTorch's
    ``cross_entropy(weight=…)`` weighs each term of the smoothed target by the class of
    that term instead; the two agree where ε = 0 or all weights are equal.
    Source of the smoothing: C. Szegedy et al., "Rethinking the inception
    architecture", 2016, section 7.

    Examples
    --------
    >>> from neurona import reference
    >>> z, t = g.input("z", (BATCH, 3)), g.input("t", (BATCH,), "integer")
    >>> loss = CrossEntropy().per_row(z, t)
    >>> reference.evaluate([loss], {z: np.log([[0.7, 0.2, 0.1]]), t: [1]})[0].round(7)
    array([1.6094379])
    """

    name: ClassVar[str] = "cross_entropy"
    head: ClassVar[Literal["classes", "binary", "real"]] = "classes"
    label_smoothing: Share = 0.0

    def target_spec(
        self, output: Spec, target: np.ndarray[Any, Any] | None = None
    ) -> Spec:
        """Class numbers (N,), unless the target holds distributions."""
        count = class_count(output)
        if target is not None and target.ndim == 2:
            return Spec((BATCH, count))
        return Spec((BATCH,), "integer")

    def per_row(self, output: Node, target: Node) -> Node:
        """Cross-entropy of each row."""
        count = class_count(output.spec)
        if ends_in(output) == "sigmoid":
            raise OptionError(
                _(
                    "cross_entropy reads logits or a softmax, but the network ends in "
                    "a sigmoid: use binary_cross_entropy, or end in a softmax"
                )
            )
        if target.dtype == "integer":
            target = g.one_hot(target, count)
        if self.label_smoothing:
            target = (1.0 - self.label_smoothing) * target + (
                self.label_smoothing / count
            )
        return g.cross_entropy(logits_of("softmax", output), target)

    def link(self, output: Node) -> Node:
        """Probabilities of the classes."""
        known = logits_behind("softmax", output) is not None
        return output if known else g.softmax(output)

    def prepare_target(
        self, y: np.ndarray[Any, Any], output: Spec
    ) -> np.ndarray[Any, Any]:
        """Class numbers as int64 (N,), or distributions as float64 (N, C)."""
        return class_targets(y, class_count(output))


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """−(t ln p + (1 − t) ln(1 − p)) with p = σ(z), averaged over outputs.

    Targets are in [0, 1]; each output answers a question of its own.

    Parameters
    ----------
    label_smoothing : float
        ε in [0, 1): the target becomes (1 − ε)·t + ε/2.

    Notes
    -----
    Math: l = softplus(z) − t z, ∂l/∂z = σ(z) − t.
    """

    name: ClassVar[str] = "binary_cross_entropy"
    head: ClassVar[Literal["classes", "binary", "real"]] = "binary"
    label_smoothing: Share = 0.0

    def per_row(self, output: Node, target: Node) -> Node:
        """Mean of the binary cross-entropies of each row."""
        if ends_in(output) == "softmax":
            raise OptionError(
                _(
                    "binary_cross_entropy reads logits or a sigmoid, but the network "
                    "ends in a softmax: use cross_entropy, or end in a sigmoid"
                )
            )
        if self.label_smoothing:
            target = (1.0 - self.label_smoothing) * target + 0.5 * self.label_smoothing
        logits = logits_of("sigmoid", output)
        return g.mean(g.binary_cross_entropy(logits, target), -1)

    def link(self, output: Node) -> Node:
        """Probability of yes, for each output."""
        known = logits_behind("sigmoid", output) is not None
        return output if known else g.sigmoid(output)

    def prepare_target(
        self, y: np.ndarray[Any, Any], output: Spec
    ) -> np.ndarray[Any, Any]:
        """Numbers in [0, 1], (N, K)."""
        targets = real_targets(y, output_count(output))
        refuse(targets, (targets < 0) | (targets > 1), _("in [0, 1]"))
        return targets
