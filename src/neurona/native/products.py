"""Lowering of matrix products: what follows them, and over which rows they are cut."""

from __future__ import annotations

from typing import Final

from neurona.graph import Node, has_batch
from neurona.native.prepare import is_zero
from neurona.native.program import Mode
from neurona.native.task import Task, matrix_of
from neurona.native.tasks import Tasks

__all__ = ["lower_contract_rows", "lower_matmul", "lower_transpose"]

LARGE_GRADIENT: Final = 16_384
"""Elements from which a gradient is computed in tiles over all rows of the batch
rather than in one part for each block of rows."""

LARGE_WEIGHT: Final = 98_304
"""Elements from which a matrix is multiplied in tiles over all rows of the batch:
blocks of rows would each read it anew from beyond the near caches."""

SMALL_TRANSPOSE: Final = 8_192
"""Elements up to which every thread transposes a matrix for itself: that takes less
time than to meet and to fetch what others made."""

ACTIVATIONS: Final = {"identity": 0, "relu": 1, "gate": 2}
"""What a product may do to its result, as the engine numbers them."""


def lower_matmul(tasks: Tasks, node: Node) -> None:
    """A product and what follows it: a bias, a ReLU, or the gate of a ReLU's slope.

    Only where nothing else reads the values between.
    """
    a, b = map(tasks.solid, node.inputs)
    rows, columns = matrix_of(b.shape)
    large = rows * columns >= LARGE_WEIGHT
    mode: Mode = "block" if has_batch(node.shape) and not large else "slice"
    after = tasks.only_reader(node)
    gate = gate_of(tasks, node, after)
    if after is not None and gate is not None:
        tasks.absorbed.add(after)
        tasks.add(Task("matmul", after, (a, b, gate), mode, (ACTIVATIONS["gate"],)))
        return
    result, bias, relu = node, None, False
    if after is not None and after.operation == "add" and after.shape == node.shape:
        others = [part for part in after.inputs if part is not node]
        other = tasks.loose(others[0]) if others else node
        is_row = matrix_of(other.shape) == (1, matrix_of(node.shape)[1])
        if other.operation == "parameter" and is_row:
            result, bias = after, other
            last = tasks.only_reader(after)
            if last is not None and last.operation == "maximum":
                if last.inputs[0] is after and is_zero(last.inputs[1]):
                    result, relu = last, True
    if bias is not None:
        # What the instruction does besides is not done again.
        tasks.absorbed |= {n for n in (after, result) if n is not None}
    inputs = (a, b) if bias is None else (a, b, bias)
    numbers = (ACTIVATIONS["relu" if relu else "identity"],)
    tasks.add(Task("matmul", result, inputs, mode, numbers))


def gate_of(tasks: Tasks, node: Node, after: Node | None) -> Node | None:
    """The matrix h of where(h > 0, product, 0), if that is what follows a product."""
    if after is None or after.operation != "where" or after.shape != node.shape:
        return None
    condition, chosen, other = after.inputs
    if chosen is not node or not is_zero(other) or condition.operation != "greater":
        return None
    compared, bound = condition.inputs
    gate = tasks.solid(compared)
    made_before = gate in tasks.producer and gate.shape == node.shape
    if (
        tasks.only_reader(condition) is not after
        or not is_zero(bound)
        or not made_before
    ):
        return None
    slope = tasks.producer.pop(condition, None)
    if slope is not None:
        tasks.tasks.remove(slope)
    tasks.absorbed.add(condition)
    return gate


def lower_contract_rows(tasks: Tasks, node: Node) -> None:
    """A product summed over rows: in parts, unless tiles of all rows are better."""
    a, b = map(tasks.solid, node.inputs)
    rows, columns = matrix_of(node.shape)
    if not has_batch(a.shape):
        tasks.add(Task("contract_rows", node, (a, b), "slice"))
    elif rows * columns >= LARGE_GRADIENT:
        tasks.add(Task("contract_rows", node, (a, b), "slice"))
    else:
        tasks.add_reduction(Task("contract_rows", node, (a, b), "block"))


def lower_transpose(tasks: Tasks, node: Node) -> None:
    """A transpose; a small one every thread makes for itself."""
    part = tasks.solid(node.inputs[0])
    rows, columns = matrix_of(node.shape)
    is_small = rows * columns <= SMALL_TRANSPOSE and node not in tasks.kept
    mode: Mode = "each" if is_small else "slice"
    tasks.add(Task("transpose", node, (part,), mode))
