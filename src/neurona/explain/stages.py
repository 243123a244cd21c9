"""The stages of a network, read from what its layers say of themselves.

Every layer says, where it writes itself, what its inner nodes are and which functions
it applies (:class:`neurona.nn.build.Use`); all else is the graph's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from neurona import graph as g
from neurona.explain.endings import Ending, width_of
from neurona.graph import Node
from neurona.nn.activations import ActivationFunction, Identity, as_activation
from neurona.nn.architecture import Written
from neurona.nn.build import Activated, Use

__all__ = [
    "Stage",
    "joined_stages",
    "nodes_between",
    "passed_on",
    "with_ending",
]

IDENTITY: Final = Identity()


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage of a network: z from what it reads, then a = f(z).

    Parameters
    ----------
    number : int
        l, from 1.
    layer : str
        Full name of the layer, such as ``dense_1``; empty for what the loss applies.
    reads : tuple of Node
        What other stages give, or inputs of the network, in the order of use.
    z : Node
        Weighted sum of what it reads; of a stage without weights what it reads, or, of
        a layer of another kind, what it gives.
    a : Node
        What it gives: the same node as z where f is the identity.
    weight, bias : str
        Names of the parameters of a weighted sum; empty where there are none.
    activation : ActivationFunction
        f.
    inner : mapping of str to Node
        Nodes between, by the letter that the layer gives them.
    gives : str
        Name of the layer whose output is a; empty for what the loss applies.
    by_loss : bool
        Whether f belongs to the loss, which is computed from logits, and not to the
        network.
    """

    number: int
    layer: str
    reads: tuple[Node, ...]
    z: Node
    a: Node
    weight: str = ""
    bias: str = ""
    activation: ActivationFunction = IDENTITY
    inner: Mapping[str, Node] = field(default_factory=dict)
    gives: str = ""
    by_loss: bool = False

    @property
    def inputs(self) -> int:
        """Numbers of a row that it reads."""
        return sum(map(width_of, self.reads))

    @property
    def units(self) -> int:
        """Numbers of a row that it gives."""
        return width_of(self.a)

    @property
    def is_weighted(self) -> bool:
        """Whether z is a weighted sum."""
        return bool(self.weight)

    @property
    def passes_on(self) -> bool:
        """Whether z is what it reads, so that it is but an activation."""
        return self.reads == (self.z,)

    @property
    def has_activation(self) -> bool:
        """Whether f is applied to a z: a weighted sum, or what it reads."""
        return self.is_weighted or self.passes_on

    @property
    def is_elementwise(self) -> bool:
        """Whether each a depends on the z of its own unit alone."""
        return self.activation.elementwise


def nodes_between(outputs: Iterable[Node], known: set[Node]) -> list[Node]:
    """Nodes that outputs are made of, down to nodes that are known, those apart."""
    found: dict[Node, None] = {}
    pending = list(outputs)
    while pending:
        node = pending.pop()
        if node not in known and node not in found:
            found[node] = None
            pending += node.inputs
    return list(found)


def joined_stages(written: Written) -> list[Stage]:
    """Stages of a network, activations joined to the sums that they alone read."""
    known: set[Node] = set(written.inputs.values())
    stages: list[Stage] = []
    for use in written.build.uses:
        if use.output not in known:
            found = stages_of(use, known)
            stages += found
            known |= {stage.a for stage in found}
    readers: dict[Node, int] = {}
    for node in (*(n for s in stages for n in s.reads), *written.outputs.values()):
        readers[node] = readers.get(node, 0) + 1
    kept: list[Stage] = []
    for stage in stages:
        sums = {s.a: i for i, s in enumerate(kept) if s.is_weighted and s.a is s.z}
        place = sums.get(stage.z) if stage.passes_on else None
        if place is not None and readers[stage.z] == 1:
            kept[place] = with_activation(kept[place], stage)
        else:
            kept.append(stage)
    return kept


def with_activation(stage: Stage, after: Stage) -> Stage:
    """A weighted sum with the activation that follows it."""
    return replace(
        stage,
        a=after.a,
        activation=after.activation,
        gives=after.gives,
        by_loss=after.by_loss,
    )


def stages_of(use: Use, known: set[Node]) -> list[Stage]:
    """Stages of one use of a layer, each reading nodes that are known before it.

    A weighted sum and its activation are one, where the activation acts on each unit
    alone or is a softmax; any other function is a stage of its own, as its graph is.
    """
    name = use.name
    found = weighted_sum_of(use.inner.get("z"), known)
    if found is not None:
        x, weight, bias = found
        (applied,) = use.activated
        z, a, function = applied.z, applied.a, applied.function
        if has_form(applied):
            return [Stage(0, name, (x,), z, a, weight, bias, function, gives=name)]
        return [
            Stage(0, name, (x,), z, z, weight, bias),
            Stage(0, name, (z,), a, a, gives=name),
        ]
    for applied in use.activated:
        z, a = applied.z, applied.a
        if z in known and a is use.output and has_form(applied):
            function = applied.function
            return [Stage(0, name, (z,), z, a, activation=function, gives=name)]
    between = set(nodes_between([use.output], known))
    order = [node for node in g.topological_order([use.output]) if node in between]
    read = [part for node in order for part in node.inputs if part in known]
    reads = tuple(dict.fromkeys(read))
    return [Stage(0, name, reads, use.output, use.output, inner=use.inner, gives=name)]


def has_form(applied: Activated) -> bool:
    """Whether the slope of a function is one number for each unit, or the softmax's."""
    return applied.function.elementwise or applied.a.operation == "softmax"


def passed_on(written: Written, node: Node) -> Stage:
    """Stage of an output that is an input as it is, as after a dropout."""
    names = [use.name for use in written.build.uses if use.output is node]
    name = names[-1] if names else str(node.name)
    return Stage(0, name, (node,), node, node, gives=name)


def weighted_sum_of(
    node: Node | None, known: set[Node]
) -> tuple[Node, str, str] | None:
    """What is read, and the names of weight and bias, where a node is x W + b."""
    bias = ""
    if node is not None and node.operation == "add":
        node, added = node.inputs
        bias = str(added.name) if added.operation == "parameter" else "?"
    if node is None or node.operation != "matmul" or bias == "?":
        return None
    x, weight = node.inputs
    if x not in known or weight.operation != "parameter":
        return None
    return x, str(weight.name), bias


def with_ending(stages: list[Stage], ending: Ending, output: Node) -> list[Stage]:
    """Stages with the softmax or sigmoid that a loss computed from logits applies."""
    if any(stage.a is ending.prediction for stage in stages):
        return stages
    applied = Stage(
        0, "", (output,), output, ending.prediction,
        activation=as_activation(ending.function), by_loss=True,
    )  # fmt: skip
    read = any(output in stage.reads for stage in stages)
    for i, stage in enumerate(stages):
        if stage.a is output and stage.a is stage.z and stage.is_weighted and not read:
            return [*stages[:i], with_activation(stage, applied), *stages[i + 1 :]]
    return [*stages, applied]
