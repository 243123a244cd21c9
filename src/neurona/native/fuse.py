"""Lowering: a few elementwise operations that follow each other become one.

A map reads and writes the near cache for every operation. The rules of optimizers are
made of a few patterns, with run-time scalars s and t, that are worth an operation each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace

from neurona.graph import Node
from neurona.native.task import Task

__all__ = ["fuse"]


def fuse(
    group: Sequence[Task], host: Container[Node], is_stored: Callable[[Node], bool]
) -> list[Task]:
    """Tasks of a map, patterns among them replaced by single operations.

    Parameters
    ----------
    group : sequence of Task
        Elementwise, each after those it reads.
    host : container of Node
        Run-time scalars.
    is_stored : callable
        Whether a result is needed outside the group: then it is not fused away.
    """
    uses = Counter(part for task in group for part in task.inputs)
    hidden = {t.node: t for t in group if uses[t.node] == 1 and not is_stored(t.node)}
    patterns = _Patterns(hidden, host, uses)
    replaced: dict[Task, Task] = {}
    gone: set[Task] = set()
    for task in group:
        found = patterns.match(task)
        if found is not None:
            operation, inputs, inner = found
            replaced[task] = replace(task, operation=operation, inputs=inputs)
            gone.update(inner)
    return [replaced.get(task, task) for task in group if task not in gone]


@dataclass(frozen=True)
class _Scaled:
    """A product s x of a run-time scalar."""

    number: Node
    rest: Node
    task: Task


Found = tuple[str, tuple[Node, ...], list[Task]]


@dataclass(frozen=True)
class _Patterns:
    """What may be fused: results that one task of the group reads, once."""

    hidden: dict[Node, Task]
    host: Container[Node]
    uses: Counter[Node]

    def match(self, task: Task) -> Found | None:
        if task.operation == "add":
            return (
                self.weighted_sum(task)
                or self.shifted_root(task)
                or self.multiply_add(task)
            )
        if task.operation == "subtract":
            return self.quotient_step(task) or self.scaled_difference(task)
        return None

    def inner(self, node: Node, operation: str) -> Task | None:
        task = self.hidden.get(node)
        return task if task is not None and task.operation == operation else None

    def scaled(self, node: Node) -> _Scaled | None:
        task = self.inner(node, "multiply")
        if task is None:
            return None
        a, b = task.inputs
        if a in self.host and b not in self.host:
            return _Scaled(a, b, task)
        if b in self.host and a not in self.host:
            return _Scaled(b, a, task)
        return None

    def weighted_sum(self, task: Task) -> Found | None:
        """S x + t y, or s x + t (y y)."""
        first, second = (self.scaled(part) for part in task.inputs)
        if first is None or second is None:
            return None
        tasks = [first.task, second.task]
        numbers = (first.number, second.number)
        square = self.hidden.get(second.rest)
        if square is not None and square.operation == "multiply":
            y, other = square.inputs
            if y is other and y not in self.host:
                parts = (first.rest, y, *numbers)
                return "weighted_square_sum", parts, [*tasks, square]
        return "weighted_sum", (first.rest, second.rest, *numbers), tasks

    def shifted_root(self, task: Task) -> Found | None:
        """√x / s + t."""
        quotient, shift = task.inputs
        division = self.inner(quotient, "divide")
        if division is None or shift not in self.host:
            return None
        root = self.inner(division.inputs[0], "sqrt")
        scale = division.inputs[1]
        if root is None or scale not in self.host or root.inputs[0] in self.host:
            return None
        parts = (root.inputs[0], scale, shift)
        return "shifted_root", parts, [division, root]

    def multiply_add(self, task: Task) -> Found | None:
        """X y + z of three arrays."""
        for part, z in (task.inputs, task.inputs[::-1]):
            product = self.inner(part, "multiply")
            if product is None or z in self.host or z is part:
                continue
            if not any(x in self.host for x in product.inputs):
                return "multiply_add", (*product.inputs, z), [product]
        return None

    def quotient_step(self, task: Task) -> Found | None:
        """X − (s y) / z."""
        x, quotient = task.inputs
        division = self.inner(quotient, "divide")
        product = None if division is None else self.scaled(division.inputs[0])
        if division is None or product is None or x in self.host:
            return None
        z = division.inputs[1]
        if z in self.host:
            return None
        parts = (x, product.rest, z, product.number)
        return "quotient_step", parts, [division, product.task]

    def scaled_difference(self, task: Task) -> Found | None:
        """X − s y."""
        x, part = task.inputs
        product = self.scaled(part)
        if product is None or x in self.host:
            return None
        return "scaled_difference", (x, product.rest, product.number), [product.task]
