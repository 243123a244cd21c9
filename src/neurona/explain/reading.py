"""A network and its loss read from their graph: stages [1]..[L], as the notes count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from neurona import graph as g
from neurona.errors import OptionError
from neurona.explain.endings import Ending, find_endings
from neurona.explain.stages import (
    Stage,
    joined_stages,
    nodes_between,
    passed_on,
    with_ending,
)
from neurona.gradient import backward
from neurona.graph import Node
from neurona.lazy import settled_property
from neurona.messages import _
from neurona.network import Network
from neurona.nn.architecture import Architecture, Written
from neurona.nn.losses import Loss, as_loss, ends_in, logits_behind
from neurona.train.examples import LossLike
from neurona.train.step import ROW_WEIGHT, Objective, build_objective, target_name

__all__ = [
    "End",
    "Reading",
    "losses_of",
    "read_network",
    "sizes_in_words",
]


@dataclass(frozen=True, eq=False)
class End:
    """Where a network ends in a loss.

    Parameters
    ----------
    name : str
        Of the output.
    loss : Loss
    stage : Stage
        The one that gives ŷ.
    target : Node
        y as the loss compares it: a class as a row of 0 and 1.
    ending : Ending or None
        Where loss and last stage are one formula.
    """

    name: str
    loss: Loss
    stage: Stage
    target: Node
    ending: Ending | None

    @property
    def per_row(self) -> Node:
        """The loss of each row, from the nodes that are here."""
        output = self.stage.a if self.ending is None else self.ending.logits
        return self.loss.per_row(output, self.given_target)

    @property
    def given_target(self) -> Node:
        """The target as it is given, whole numbers where they are classes."""
        leaves = g.topological_order([self.target])
        return next(node for node in leaves if node.operation == "input")


@dataclass(frozen=True, eq=False)
class Reading:
    """A network with its losses, read from one graph.

    Parameters
    ----------
    architecture : Architecture
    objective : Objective
        The graph that trains.
    stages : tuple of Stage
        In the order of computation.
    ends : tuple of End
        One for each output that has a loss.
    """

    architecture: Architecture
    objective: Objective
    stages: tuple[Stage, ...]
    ends: tuple[End, ...]

    @property
    def written(self) -> Written:
        """The network in its graph."""
        return self.objective.written

    @property
    def inputs(self) -> Mapping[str, Node]:
        """The network's inputs by name."""
        return self.written.inputs

    @settled_property
    def made_by(self) -> Mapping[Node, Stage]:
        """The stage that gives a node."""
        return {stage.a: stage for stage in self.stages}

    @settled_property
    def homes(self) -> Mapping[str, Stage]:
        """The stage where each parameter or state is first used."""
        found: dict[str, Stage] = {}
        known: set[Node] = set(self.inputs.values())
        for stage in self.stages:
            for node in nodes_between([stage.a], known):
                if node.operation == "parameter":
                    found.setdefault(str(node.name), stage)
            known |= {stage.z, stage.a}
        return found

    @settled_property
    def is_chain(self) -> bool:
        """Whether each stage reads but the one before it, the first the only input."""
        before: Iterable[Node] = self.inputs.values()
        for stage in self.stages:
            if stage.reads != tuple(before):
                return False
            before = (stage.a,)
        return len(self.ends) == 1

    @settled_property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of units, inputs first, of the stages with weights."""
        first = sum(entry.size for entry in self.architecture.inputs)
        return (first, *(s.units for s in self.stages if s.is_weighted))

    def readers(self, node: Node) -> tuple[Stage, ...]:
        """The stages that read a node as it is."""
        return tuple(stage for stage in self.stages if node in stage.reads)

    def ends_at(self, stage: Stage) -> tuple[End, ...]:
        """The losses that read what a stage gives."""
        return tuple(end for end in self.ends if end.stage is stage)

    def aside(self, wrt: Iterable[Node]) -> dict[Node, Node]:
        """Gradient of nodes that the loss passes by, as it does the ŷ of logits.

        What trains computes the loss from the logits. The textbook's formula of ŷ gives
        the derivatives of what lies between.
        """
        passed: set[Node] = set()
        endings = [end.ending for end in self.ends if end.ending is not None]
        for ending in endings:
            # Another layer may read such a ŷ: what it sends back is in the book too.
            after = set(g.topological_order([ending.prediction]))
            passed |= after.difference(g.topological_order([ending.logits]))
        asked = [node for node in dict.fromkeys(wrt) if node in passed]
        grads = backward(endings[0].book, asked) if asked else []
        return dict(zip(asked, grads, strict=True))


def read_network(
    architecture: Architecture,
    losses: Mapping[str, Loss],
    data: Mapping[str, np.ndarray[Any, Any]] | None = None,
    *,
    training: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
) -> Reading:
    """Read a network with its losses.

    What a stage gives is read by name; a layer that gives what it reads, as dropout
    does in evaluation, is none. An activation that alone reads a weighted sum belongs
    to it.

    Parameters
    ----------
    architecture : Architecture
    losses : mapping of str to Loss
        By output.
    data : mapping of str to array, optional
        Targets and row weights, where what is read depends on their form.
    training : bool
        Whether dropout masks and batch statistics are in force.
    reduction : {"mean", "sum"}

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> network = Network([Dense(3, "relu"), Dense(2)], n_inputs=4)
    >>> losses = losses_of(network, "cross_entropy")
    >>> for stage in read_network(network.architecture, losses).stages:
    ...     print(stage.number, stage.inputs, stage.units, stage.activation.name)
    1 4 3 relu
    2 3 2 softmax
    """
    given = data or {}
    outputs = architecture.evaluation.outputs
    objective = build_objective(
        architecture,
        losses,
        {
            name: loss.target_spec(outputs[name].spec, given.get(target_name(name)))
            for name, loss in losses.items()
        },
        training=training,
        weighted=ROW_WEIGHT in given,
        reduction=reduction,
    )
    stages = joined_stages(objective.written)
    endings = find_endings(objective.loss, objective.written.outputs.values())
    ends: list[End] = []
    for name, loss in losses.items():
        output = objective.written.outputs[name]
        spec = loss.target_spec(output.spec, given.get(target_name(name)))
        target = g.input(target_name(name), spec.shape, spec.dtype)
        own = {n.operation for n in g.topological_order([loss.per_row(output, target)])}
        found = ending_of(
            output, {z: e for z, e in endings.items() if e.match.loss in own}
        )
        if found is not None:
            stages = with_ending(stages, found, output)
        made = output if found is None else found.prediction
        stage = next((s for s in reversed(stages) if s.a is made), None)
        if stage is None:
            stage = passed_on(objective.written, made)
            stages = [*stages, stage]
        ends.append(End(name, loss, stage, found.target if found else target, found))
    numbered = tuple(replace(s, number=i + 1) for i, s in enumerate(stages))
    by_a = {stage.a: stage for stage in numbered}
    return Reading(
        architecture,
        objective,
        numbered,
        tuple(replace(end, stage=by_a[end.stage.a]) for end in ends),
    )


def ending_of(output: Node, endings: Mapping[Node, Ending]) -> Ending | None:
    """The ending whose logits an output is, or whose prediction."""
    for masked, ending in endings.items():
        logits, target = without_mask(masked), without_mask(ending.target)
        if output is logits:
            made = ending.prediction
            if logits is not masked:
                made = ending.match.apply(logits)
            return replace(ending, logits=logits, target=target, prediction=made)
        if logits_behind(ending.function, output) is logits:
            return replace(ending, logits=logits, target=target, prediction=output)
    return None


def without_mask(node: Node) -> Node:
    """What a loss reads of the rows that have a weight, of all rows."""
    if node.operation != "where":
        return node
    condition, kept, _otherwise = node.inputs
    read = g.topological_order([condition])
    return kept if any(part.name == ROW_WEIGHT for part in read) else node


def losses_of(
    network: Network, loss: LossLike | Mapping[str, LossLike] | None
) -> dict[str, Loss]:
    """Losses that are asked for, else those of the last fit, else what suits the ends.

    Raises
    ------
    OptionError
        One loss is given for several outputs, or a name is no output.

    Examples
    --------
    >>> from neurona import Dense, Network
    >>> losses_of(Network([Dense(3, "softmax")], n_inputs=2), None)
    {'output': CrossEntropy(label_smoothing=0.0)}
    """
    outputs = network.architecture.evaluation.outputs
    if loss is None:
        if network.losses:
            return dict(network.losses)
        usual = {"softmax": "cross_entropy", "sigmoid": "binary_cross_entropy"}
        return {
            name: as_loss(usual.get(ends_in(output) or "", "mse"))
            for name, output in outputs.items()
        }
    if not isinstance(loss, Mapping):
        return {name: as_loss(loss) for name in outputs}
    if set(loss) != set(outputs):
        raise OptionError(
            _("losses are named {given}, but outputs are {outputs}").format(
                given=", ".join(map(str, loss)), outputs=", ".join(outputs)
            )
        )
    return {name: as_loss(loss[name]) for name in outputs}


def sizes_in_words(sizes: Iterable[int]) -> str:
    """Numbers of units as the notes write them.

    Examples
    --------
    >>> sizes_in_words((2, 2, 1))
    '2-2-1'
    """
    return "-".join(map(str, sizes))
