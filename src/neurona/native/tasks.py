"""Lowering, first part: the tasks of a graph, in the order in which they can run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from neurona.graph import Graph, Node, has_batch
from neurona.messages import _
from neurona.native.program import Mode
from neurona.native.task import CannotLower, Task, matrix_of, spread_of
from neurona.reference import host_scalars

__all__ = ["VIEWS", "Rule", "Tasks"]

VIEWS: Final = frozenset({"reshape", "broadcast", "cast"})
"""Operations that may share the matrix of what they read."""

Rule: TypeAlias = "Callable[[Tasks, Node], None]"
"""What appends the tasks of an operation; leaves and views may have none."""


@dataclass(eq=False)
class Tasks:
    """The tasks of a graph, each after those it reads.

    Parameters
    ----------
    graph : Graph
        Prepared for the engine.
    rules : mapping of str to Rule
        What to append for each operation.
    has_one_block : bool
        Whether every batch is small enough to be one block: then a sum over rows is
        made whole at once.

    Attributes
    ----------
    tasks : list of Task
    host : set of Node
        Run-time scalars, which are computed before a run.
    producer : dict of Node to Task
    """

    graph: Graph
    rules: Mapping[str, Rule]
    has_one_block: bool = False
    tasks: list[Task] = field(default_factory=list)
    producer: dict[Node, Task] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.host = host_scalars(self.graph.nodes)
        self.kept = set(self.graph.outputs.values())
        self.readers: dict[Node, list[Node]] = {}
        for node in self.graph.nodes:
            for part in node.inputs:
                self.readers.setdefault(part, []).append(node)
        self.absorbed: set[Node] = set()
        for node in self.graph.nodes:
            if node not in self.host and node not in self.absorbed:
                self.lower(node)
        self.kept |= {self.solid(node) for node in self.kept - self.host}
        self.drop_unread_targets()

    def add(self, task: Task) -> None:
        """Append a task."""
        self.tasks.append(task)
        self.producer[task.node] = task

    def add_reduction(self, task: Task) -> None:
        """Append a task that combines rows of the batch."""
        task.reduces = not self.has_one_block
        self.add(task)

    def lower(self, node: Node) -> None:
        """Append what computes a node; leaves and views compute nothing."""
        rule = self.rules.get(node.operation)
        if rule is None:
            raise CannotLower(node, lambda: _("there is no rule for it"))
        rule(self, node)

    def map(self, node: Node, operation: str, inputs: Iterable[Node]) -> None:
        """Append an elementwise operation, broadcasting what it reads."""
        parts = tuple(self.loose(part) for part in inputs)
        whole = matrix_of(node.shape)
        for part in parts:
            if spread_of(matrix_of(part.shape), whole) is None:
                raise CannotLower(node, lambda: _("it broadcasts along a middle axis"))
        mode: Mode = "block" if has_batch(node.shape) else "slice"
        self.add(Task("map", node, parts, mode, operation=operation))

    def drop(self, node: Node) -> None:
        """Take back a task that another one makes needless."""
        self.tasks.remove(self.producer.pop(node))

    def drop_unread_targets(self) -> None:
        """Leave out one-hot targets of which all readers take the class itself."""
        read = {part for task in self.tasks for part in task.inputs} | self.kept
        for node in [t.node for t in self.tasks if t.code == "one_hot"]:
            if node not in read:
                self.drop(node)

    def loose(self, node: Node) -> Node:
        """What an elementwise operation may read in place of a view."""
        while (
            node not in self.producer
            and node not in self.host
            and node.operation in VIEWS
        ):
            (inner,) = node.inputs
            if spread_of(matrix_of(inner.shape), matrix_of(node.shape)) is None:
                return self.solid(node)
            node = inner
        return node

    def solid(self, node: Node) -> Node:
        """What any operation may read in place of a view: the same matrix."""
        if node in self.producer:
            return node
        if node in self.host:
            self.add(Task("map", node, (node,), "slice", operation="copy"))
            return node
        if node.operation not in VIEWS:
            return node
        (inner,) = node.inputs
        if matrix_of(inner.shape) == matrix_of(node.shape):
            return self.solid(inner)
        if node.operation == "reshape":
            read = self.solid(inner)
            mode: Mode = "block" if has_batch(node.shape) else "single"
            self.add(Task("reshape", node, (read,), mode))
        else:
            self.map(node, "copy", node.inputs)
        return node

    def only_reader(self, node: Node) -> Node | None:
        """The single node that reads a node which nothing else needs."""
        readers = self.readers.get(node, [])
        return readers[0] if len(readers) == 1 and node not in self.kept else None

    def row_mode(self, node: Node) -> Mode:
        """Mode of an operation that treats each row alone."""
        return "block" if has_batch(node.shape) else "single"
