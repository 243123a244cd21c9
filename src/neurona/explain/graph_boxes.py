"""The boxes of a graph's picture: one for each node, or one for each layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from neurona.graph import LEAVES, Graph, Node, show_shape
from neurona.messages import _, ngettext
from neurona.show.notation.numbers import format_number
from neurona.show.notation.scripts import superscript
from neurona.show.pictures.svg import text_length

__all__ = [
    "GraphBox",
    "is_plain_constant",
    "layer_boxes",
    "leaf_label",
    "node_boxes",
    "show_value",
]

_SIGNS: Final = {
    "add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "negative": "−( )",
    "power": "xʸ", "sqrt": "√", "matmul": "@", "absolute": "| |", "sum": "Σ",
    "sigmoid": "σ", "maximum": "max", "minimum": "min", "transpose": "ᵀ",
    "greater": ">", "greater_equal": "≥", "less": "<", "less_equal": "≤",
    "equal": "=", "not_equal": "≠",
}  # fmt: skip


@dataclass
class GraphBox:
    """One box of the picture: a node, or a whole layer.

    Parameters
    ----------
    label, second : str
        What is written in it, and below that in small.
    above, below : str
        Beside it: value and gradient.
    leaf : bool
    title : str
    reads : list of int
        Numbers of the boxes whose results it takes.
    """

    label: str
    second: str = ""
    above: str = ""
    below: str = ""
    leaf: bool = False
    title: str = ""
    group: str = ""
    reads: list[int] = field(default_factory=list)

    @property
    def width(self) -> float:
        """Width of the box itself."""
        widest = max(text_length(self.label, 12.5), text_length(self.second, 10.5))
        return max(widest + 18, 34.0)

    @property
    def room(self) -> float:
        """Width with what stands above and below."""
        beside = max(text_length(self.above, 11.5), text_length(self.below, 11.5))
        return max(self.width, beside + 8)


def show_value(value: Any, digits: int) -> str:
    """Return a number, a short list of numbers, or the size and range of an array."""
    array = np.asarray(value, dtype=float)
    if array.size == 1:
        return format_number(float(array.ravel()[0]), digits)
    if array.size <= 3:
        return f"[{', '.join(format_number(float(v), digits) for v in array.ravel())}]"
    if not array.size:
        return "[]"
    low, high = float(array.min()), float(array.max())
    return f"{format_number(low, 2)} … {format_number(high, 2)}"


def leaf_label(node: Node, digits: int = 4) -> str | None:
    """Name or number of what reads nothing; None for an operation."""
    if node.operation in ("input", "parameter"):
        return shown_name(str(node.name))
    if node.operation == "constant":
        value = np.asarray(node.attributes["value"])
        if value.size == 1:
            return format_number(float(value.ravel()[0]), digits)
        return f"[{'×'.join(map(str, value.shape))}]"
    return "N" if node.operation == "rows" else None


def shown_name(name: str) -> str:
    """A leaf's name; of the targets, in the reader's language."""
    output = name.removeprefix("target/")
    if output == name:
        return name
    return _("target") if output == "output" else f"{_('target')} {output}"


def group_of(node: Node) -> str:
    """The layer of a node, or the loss, as the reader calls it."""
    return ", ".join(_("loss") if part == "loss" else part for part in node.sources)


def node_boxes(
    graph: Graph, values: Mapping[Node, Any], gradients: Mapping[Node, Any], digits: int
) -> list[GraphBox]:
    """One box for each node; a constant is written into the box that reads it."""
    names: dict[Node, str] = {}
    for name, output in graph.outputs.items():
        names.setdefault(output, name)
    shown = [node for node in graph.nodes if not is_plain_constant(node)]
    number = {node: i for i, node in enumerate(shown)}
    boxes = []
    for node in shown:
        leaf = leaf_label(node, digits)
        label = leaf or with_constants(node)
        second = names.get(node) or (node.name if not leaf else "") or ""
        if node.shape and not second:
            second = show_shape(node.shape)
        box = GraphBox(
            label,
            "" if second == label else second,
            leaf=node.operation in LEAVES,
            title=repr(node),
            group=group_of(node),
            reads=[number[part] for part in node.inputs if part in number],
        )
        if node in values:
            box.above = show_value(values[node], digits)
        if node in gradients:
            box.below = show_value(gradients[node], digits)
        boxes.append(box)
    adopt_leaves(boxes)
    return boxes


def is_plain_constant(node: Node) -> bool:
    """Whether a node is a single number, written where it is used."""
    return node.operation == "constant" and not node.shape


def with_constants(node: Node) -> str:
    """Name of an operation, with the constants that it reads."""
    sign = _SIGNS.get(node.operation) or in_words(node.operation)
    held = [
        leaf_label(part) if is_plain_constant(part) else None for part in node.inputs
    ]
    if node.operation == "power" and len(held) == 2 and held[1]:
        return f"( ){superscript(held[1])}"
    if len(held) == 2 and held[0] and node.operation in _SIGNS:
        return f"{held[0]} {sign}"
    if len(held) == 2 and held[1] and node.operation in _SIGNS:
        return f"{sign} {held[1]}"
    return sign


def in_words(operation: str) -> str:
    """Name of an operation that has no sign."""
    named = {
        "one_hot": _("one-hot"),
        "cross_entropy": _("cross-entropy"),
        "binary_cross_entropy": _("binary cross-entropy"),
        "where": _("choose"),
        "random_mask": _("mask"),
        "broadcast": _("repeat"),
        "cast": _("as a number"),
        "concatenate": _("side by side"),
    }
    return named.get(operation, operation)


def adopt_leaves(boxes: list[GraphBox]) -> None:
    """Leaves of no layer join the one layer that reads them, unless it is the first."""
    groups = [box.group for box in boxes if box.group]
    readers: dict[int, set[str]] = {}
    for box in boxes:
        for i in box.reads:
            readers.setdefault(i, set()).add(box.group)
    for i, box in enumerate(boxes):
        if box.leaf and not box.group and len(readers.get(i, ())) == 1:
            (group,) = readers[i]
            if group != (groups[0] if groups else ""):
                box.group = group


def layer_boxes(graph: Graph) -> list[GraphBox]:
    """One box for each layer, with the shape it gives; inputs first."""
    home: dict[Node, str] = {}
    for node in graph.nodes:
        layer = group_of(node)
        if not layer:
            # What belongs to no layer is an input, or what comes after them all.
            layer = str(leaf_label(node) or _("rest"))
        if not is_plain_constant(node):
            home[node] = layer
    leaves = {home[node]: node for node in home if node.operation in LEAVES}
    working = dict.fromkeys(home[n] for n in home if n.operation not in LEAVES)
    alone = [layer for layer in leaves if layer not in working]
    boxes = {layer: GraphBox(layer, leaf=True) for layer in alone}
    boxes |= {layer: GraphBox(layer) for layer in working}
    number = {layer: i for i, layer in enumerate(boxes)}
    counts = dict.fromkeys(boxes, 0)
    for node, layer in home.items():
        box = boxes[layer]
        if node.operation not in LEAVES or box.leaf:
            box.second = show_shape(node.shape) if node.shape else ""
            counts[layer] += not box.leaf
        if node.operation == "parameter":
            box.title += f"{node.name} {show_shape(node.shape)}\n"
        for part in node.inputs:
            source = home.get(part, layer)
            # Layers that read each other are drawn with the first edge alone.
            if number[source] < number[layer] and number[source] not in box.reads:
                box.reads.append(number[source])
    for layer, count in counts.items():
        if count:
            boxes[layer].above = ngettext(
                "{count} operation", "{count} operations", count
            ).format(count=count)
    return list(boxes.values())
