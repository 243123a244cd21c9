"""Layers that are not fully connected: their operations, values and gradients."""

from __future__ import annotations

from typing import Final

import numpy as np

from neurona.explain.equations import write_equation
from neurona.explain.step.numbers import OperationNumbers
from neurona.explain.step.worked_step import WorkedStep
from neurona.graph import Node, has_batch
from neurona.messages import _
from neurona.show.notation import Number, Symbol, Term
from neurona.show.notation.compose import measured
from neurona.show.page.blocks import Block, Inline, Section, Table

__all__ = ["write_operations"]

MOST_OPERATIONS: Final = 40
"""Operations that are listed."""

MOST_VALUES: Final = 4
"""Numbers of one operation that are listed."""


def write_operations(step: WorkedStep) -> list[Block]:
    """Section of the layers that are no fully connected ones, if there are any."""
    operations = step.numbers.operations
    if not operations:
        return []
    names: dict[Node, Term] = {}
    for layer in step.numbers.layers:
        names[layer.units.a] = Symbol("a", layer=str(layer.units.number), bold=True)
    for name, node in step.numbers.objective.written.inputs.items():
        names[node] = Symbol("x", "" if name == "x" else name, bold=True)
    for i, operation in enumerate(operations):
        names.setdefault(operation.node, Symbol("v", str(i + 1)))
    rows = [line_of(operation, names) for operation in operations[:MOST_OPERATIONS]]
    headings: tuple[Inline, ...] = (
        (_("value"),),
        (_("layer"),),
        (_("operation"),),
        (_("numbers"),),
        (_("gradient"),),
    )
    caption = _("Of the first row, the first numbers of each.")
    return [
        Section((_("Other layers"),), (Table(headings, tuple(rows), caption),)),
    ]


def line_of(operation: OperationNumbers, names: dict[Node, Term]) -> tuple[Inline, ...]:
    node = operation.node
    terms = [term_of(part, names) for part in node.inputs]
    return (
        (names[node],),
        (node.sources[-1],),
        (write_equation(node, terms),),
        first_numbers(operation.value, node),
        ("",)
        if operation.gradient is None
        else first_numbers(operation.gradient, node),
    )


def term_of(node: Node, names: dict[Node, Term]) -> Term:
    """Letter of a value, a leaf as it is called, or dots."""
    if node in names:
        return names[node]
    if node.inputs:
        return Symbol("…")
    written = write_equation(node)
    if isinstance(written, Number):
        # Computed from a setting, as 1/(1 − p) is: no more digits than the others.
        return measured(written.value)
    return written


def first_numbers(
    array: np.ndarray[tuple[int, ...], np.dtype[np.float64]], node: Node
) -> Inline:
    """The first numbers of a value, of its first row where it has rows."""
    row = array[0] if has_batch(node.shape) and array.ndim else array
    flat = np.ravel(row)
    parts: list[str | Term] = []
    for value in flat[:MOST_VALUES]:
        shown = bool(value) if flat.dtype.kind == "b" else float(value)
        parts += [measured(shown), "  "]
    if flat.size > MOST_VALUES:
        parts.append("…")
    return tuple(parts) if flat.size > MOST_VALUES else tuple(parts[:-1])
