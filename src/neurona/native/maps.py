"""Lowering, third part: chains of elementwise tasks become one map instruction."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field

from neurona.graph import Node
from neurona.native.engine_words import engine_words
from neurona.native.program import Buffer, Instruction
from neurona.native.task import Matrix, Task, matrix_of, spread_of

__all__ = ["build_map", "connected", "spread_in_map"]


def connected(members: Sequence[Task], host: Container[Node]) -> list[list[Task]]:
    """Groups of tasks that pass values to each other or read the same array.

    Each group keeps the order of the tasks. Run-time scalars, in ``host``, tie nothing.
    """
    group_of: dict[object, int] = {}
    groups: dict[int, list[Task]] = {}
    for number, task in enumerate(members):
        ties = [task.node, *(p for p in task.inputs if p not in host)]
        found = sorted({group_of[tie] for tie in ties if tie in group_of})
        merged = [t for i in found for t in groups.pop(i)]
        groups[number] = [*merged, task]
        for tie in ties:
            group_of[tie] = number
        for old in merged:
            for tie in (old.node, *old.inputs):
                if tie in group_of:
                    group_of[tie] = number
    order = {task: i for i, task in enumerate(members)}
    return [sorted(group, key=order.__getitem__) for group in groups.values()]


def spread_in_map(buffer: Buffer, matrix: Matrix, whole: Matrix) -> str:
    """How a map reads a buffer: a run-time scalar is always spread from its number."""
    spread = "number" if buffer.place == "scalar" else spread_of(matrix, whole)
    assert spread is not None
    return spread


@dataclass
class _Places:
    """Where the values of a map stand: operands in memory, temporaries in the cache.

    An operand is a number from 0; a temporary is −1, −2, … until the number of operands
    is known.
    """

    whole: Matrix
    operands: list[tuple[Buffer, str]] = field(default_factory=list)
    known: dict[tuple[int, str], int] = field(default_factory=dict)
    free: list[int] = field(default_factory=list)
    temporaries: int = 0

    def operand(self, buffer: Buffer, matrix: Matrix) -> int:
        spread = spread_in_map(buffer, matrix, self.whole)
        key = (id(buffer), spread)
        if key not in self.known:
            self.known[key] = len(self.operands)
            self.operands.append((buffer, spread))
        return self.known[key]

    def temporary(self) -> int:
        if not self.free:
            self.temporaries += 1
            self.free.append(-self.temporaries)
        return self.free.pop()

    def number(self, place: int) -> int:
        return place if place >= 0 else len(self.operands) - 1 - place


def build_map(
    group: Sequence[Task],
    buffer_of: Callable[[Node], Buffer],
    operand_of: Callable[[Node], Buffer],
    is_stored: Callable[[Node], bool],
) -> Instruction:
    """Map instruction that runs some elementwise tasks in order.

    Parameters
    ----------
    group : sequence of Task
        All of one shape and mode.
    buffer_of : callable
        Buffer that a result is stored in.
    operand_of : callable
        Buffer of something read from outside the group.
    is_stored : callable
        Whether a result is needed outside the group.
    """
    places = _Places(group[0].matrix)
    inside = {task.node for task in group}
    last_use = {
        part: i
        for i, task in enumerate(group)
        for part in task.inputs
        if part in inside and part is not task.node
    }
    stored = {t.node: buffer_of(t.node) for t in group if is_stored(t.node)}
    made: dict[Node, int] = {}
    steps: list[tuple[str, int, list[int]]] = []
    for i, task in enumerate(group):
        used = [
            made[part]
            if part in made
            else places.operand(operand_of(part), matrix_of(part.shape))
            for part in task.inputs
        ]
        for part in dict.fromkeys(task.inputs):
            if part in made and made[part] < 0 and last_use[part] == i:
                places.free.append(made[part])
        if task.node in stored:
            made[task.node] = places.operand(stored[task.node], task.matrix)
        else:
            made[task.node] = places.temporary()
        steps.append((task.operation, made[task.node], used))
    return Instruction(
        "map",
        group[0].mode,
        (next(iter(stored.values())),),
        operands=tuple(places.operands),
        steps=tuple(
            (
                operation,
                places.number(target),
                *padded(operation, list(map(places.number, used))),
            )
            for operation, target, used in steps
        ),
        temporaries=places.temporaries,
    )


def padded(operation: str, places: Sequence[int]) -> tuple[int, int, int, int, int]:
    """Three places of arrays and two of numbers, the first for those that lack.

    Examples
    --------
    >>> padded("add", [4, 7]), padded("scaled_difference", [4, 7, 2])
    ((4, 7, 4, 4, 4), (4, 7, 4, 2, 2))
    """
    arrays = engine_words().operations[operation].arrays
    rest = [places[0]] * 3
    a, b, c = (*places[:arrays], *rest)[:3]
    numbers = places[arrays:]
    s, t = (*numbers, *numbers, *rest)[:2]
    return a, b, c, s, t
