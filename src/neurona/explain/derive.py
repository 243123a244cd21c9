"""How one named node depends on others, and what it sends back to them.

Between two named nodes lies a piece of the graph, cut out at the names. Its gradient is
what ``backward`` gives of it: no derivative is written from anything else, but for the
textbook's form of an activation or a loss where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from neurona import graph as g
from neurona.explain.collect import collected, put_in
from neurona.explain.entries import Entry, EntryWriter
from neurona.explain.letters import Letters, row_shape
from neurona.explain.reading import End, Reading
from neurona.explain.stages import Stage
from neurona.explain.textbook.activations import write_slope
from neurona.explain.textbook.losses import (
    LOSS_EQUATIONS,
    OUTPUTS,
    loss_rule,
    write_loss_slope,
)
from neurona.gradient import backward
from neurona.graph import Graph, Node, copy_node
from neurona.lazy import settled_property
from neurona.messages import _
from neurona.nn.losses import Loss
from neurona.show.notation.compose import ONE, exactly, product_of
from neurona.show.notation.terms import Term

__all__ = [
    "Derive",
    "Piece",
    "cut",
    "in_book",
    "indices_of",
    "paths_in_words",
    "quantities",
    "rule_of_loss",
]


@dataclass(frozen=True, eq=False)
class Piece:
    """A node made of others, cut out of its graph at them.

    Parameters
    ----------
    node : Node
        In the whole graph.
    root : Node
        The same, of the leaves alone.
    leaves : mapping of Node to Node
        By what they stand for in the whole graph; a parameter stands for itself.
    seed : Node
        What stands for the derivative in the root.
    """

    node: Node
    root: Node
    leaves: Mapping[Node, Node]
    seed: Node

    def share(self, of: Node) -> Node:
        """What the node sends back to another, given what arrives at the seed."""
        grad = backward(self.root, [self.leaves[of]], self.seed)[0]
        return g.simplify(Graph({"share": grad}))["share"]


def cut(node: Node, known: set[Node]) -> Piece:
    """Cut a node out of its graph at those that are known, itself apart.

    Examples
    --------
    >>> x = g.input("x")
    >>> z = x * x
    >>> piece = cut(g.sin(z), {x, z})
    >>> list(piece.leaves) == [z], piece.root.operation
    (True, 'sin')
    """
    made: dict[Node, Node] = {}
    leaves: dict[Node, Node] = {}
    pending = list(node.inputs[::-1])
    # Down to the names alone: the graph below them may be deep.
    while pending:
        part = pending[-1]
        missing = [] if part in known else [p for p in part.inputs if p not in made]
        if part not in made and missing:
            pending += missing[::-1]
            continue
        pending.pop()
        if part in made:
            continue
        if part in known:
            name = f"known {len(made)}"
            made[part] = leaves[part] = g.input(name, part.shape, part.dtype)
        elif part.operation == "parameter":
            made[part] = leaves[part] = part
        else:
            made[part] = copy_node(part, tuple(made[p] for p in part.inputs))
    root = copy_node(node, tuple(made[part] for part in node.inputs))
    return Piece(node, root, leaves, g.input("arriving", node.shape))


class Derive:
    """Equations of single numbers of a network: how each is made, what it sends back.

    Parameters
    ----------
    reading : Reading
    letters : Letters
    writer : callable
        From what nodes are called to a writer of entries.
    """

    def __init__(
        self,
        reading: Reading,
        letters: Letters,
        writer: Callable[[Mapping[Node, Entry]], EntryWriter] = EntryWriter,
    ) -> None:
        self.reading, self.letters, self.writer = reading, letters, writer
        self.known: Mapping[Node, Entry] = {
            node: partial(letters.term, node) for node in letters.named
        }
        self._pieces: dict[Node, Piece] = {}

    @settled_property
    def stage_of(self) -> Mapping[Node, Stage]:
        """The stage that a named node belongs to."""
        found: dict[Node, Stage] = {}
        for stage in self.reading.stages:
            for node in quantities(stage):
                found[node] = stage
        return found

    @settled_property
    def named(self) -> set[Node]:
        """Every node between which pieces lie."""
        return {*self.reading.inputs.values(), *self.stage_of}

    def piece(self, node: Node) -> Piece:
        """A named node made of other named nodes and parameters."""
        if node not in self._pieces:
            self._pieces[node] = cut(node, self.named)
        return self._pieces[node]

    def made_of(self, node: Node, *indices: str) -> Term:
        """How an entry of a named node is made."""
        piece = self.piece(node)
        return self.writer(self.known_in(piece)).open(piece.root, *indices)

    def known_in(self, piece: Piece) -> dict[Node, Entry]:
        """What the nodes of a piece are called."""
        letters = self.letters
        known: dict[Node, Entry] = {
            leaf: partial(letters.term, whole) for whole, leaf in piece.leaves.items()
        }
        known[piece.seed] = partial(letters.slope, piece.node)
        return known

    @settled_property
    def made_into(self) -> Mapping[Node, list[Node]]:
        """The named nodes that are made of another, in the order of computation."""
        found: dict[Node, list[Node]] = {}
        for other in self.stage_of:
            for leaf in self.piece(other).leaves:
                found.setdefault(leaf, []).append(other)
        return found

    def consumers(self, node: Node) -> list[Node]:
        """The named nodes that are made of another."""
        return self.made_into.get(node, [])

    def share(self, node: Node, of: Node, *indices: str) -> Term:
        """What a node sends back to an entry of another that it is made of."""
        stage = self.stage_of.get(node)
        if (
            stage is not None
            and (node, of) == (stage.a, stage.z)
            and stage.is_elementwise
        ):
            z, a = (self.letters.term(n, *indices) for n in (of, node))
            slope = write_slope(stage.activation, z, a)
            return product_of(self.letters.slope(node, *indices), slope, sign="")
        piece = self.piece(node)
        known = self.known_in(piece)
        known[piece.root] = partial(self.letters.term, node)
        return self.writer(known).write(piece.share(of), *indices)

    def counted(self, end: End, term: Term) -> Term:
        """A term of a loss, n being a number where outputs have not as many units."""
        units = {e.stage.units for e in self.reading.ends} - {1}
        if len(units) < 2:
            return term
        return put_in(term, OUTPUTS, exactly(end.stage.units))

    def loss_share(self, end: End, index: str) -> Term:
        """∂L/∂ŷ of an output, of its own loss."""
        stage, letters = end.stage, self.letters
        a, y = letters.term(stage.a, index), partial(letters.term, end.target)
        if end.loss.name in LOSS_EQUATIONS:
            slope = write_loss_slope(end.loss, a, y(index), stage.units)
            return self.counted(end, slope)
        piece = self.loss_piece(end)
        known: dict[Node, Entry] = {**self.known_in(piece), piece.seed: lambda: ONE}
        return self.writer(known).write(piece.share(stage.a), index)

    def loss_of(self, end: End) -> Term:
        """How the loss of an output is made of its units."""
        piece = self.loss_piece(end)
        return self.writer(self.known_in(piece)).open(piece.root)

    def loss_piece(self, end: End) -> Piece:
        """The loss of a row, cut out at what the network gives and the target."""
        return cut(end.per_row, {end.stage.a, end.target})

    def arriving(self, node: Node, *indices: str) -> Term:
        """All that arrives at an entry of a node: from its loss and from consumers."""
        stage = self.reading.made_by.get(node)
        ends = self.reading.ends_at(stage) if stage is not None else ()
        shares = [self.loss_share(end, *indices) for end in ends]
        shares += [self.share(p, node, *indices) for p in self.consumers(node)]
        return collected(*shares)


def quantities(stage: Stage) -> list[Node]:
    """The named nodes of a stage, in the order of computation."""
    nodes = [*stage.inner.values(), *([stage.z] if stage.is_weighted else []), stage.a]
    return list(dict.fromkeys(nodes))


def indices_of(node: Node) -> tuple[str, ...]:
    """Indices of any entry of a row: j, or 1 where there is one alone."""
    return tuple("j" if size > 1 else "1" for size in row_shape(node))


def in_book(loss: Loss) -> bool:
    """Whether a textbook's formula is all of a loss, its constants included."""
    return loss.name in LOSS_EQUATIONS and not getattr(loss, "full", False)


def rule_of_loss(loss: Loss) -> str:
    """Name of the rule that gives the slope of a loss."""
    if loss.name in LOSS_EQUATIONS:
        return loss_rule(loss)
    return _("derivative of the loss {name}").format(name=loss.name)


def paths_in_words(count: int) -> str:
    """Rule by which a slope is made of so many shares."""
    if count == 0:
        return _("nothing depends on it")
    if count == 1:
        return _("chain rule")
    return _("chain rule: {count} paths meet and are added").format(count=count)
