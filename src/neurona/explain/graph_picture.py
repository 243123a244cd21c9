"""A computation graph as a picture: values above, gradients below each node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from neurona.explain.graph_boxes import (
    GraphBox,
    is_plain_constant,
    layer_boxes,
    leaf_label,
    node_boxes,
    show_value,
)
from neurona.graph import Graph, Node
from neurona.messages import _, ngettext
from neurona.show.notation.box import text_width
from neurona.show.notation.clean import printable
from neurona.show.page.blocks import Picture
from neurona.show.pictures.layered import Layout, lay_out
from neurona.show.pictures.svg import (
    GRID,
    INK,
    MINUS_COLOUR,
    MUTED,
    PAPER,
    PLUS_COLOUR,
    TINT,
    Drawing,
)

__all__ = ["graph_picture"]

MOST_BOXES: Final = 48
"""Above this many nodes each layer becomes one box."""

_ROW: Final = 68
_GAP: Final = 26
_BOX: Final = 32
_MARGIN: Final = 18
_BAND: Final = 24


def graph_picture(
    graph: Graph,
    values: Mapping[Node, Any] | None = None,
    gradients: Mapping[Node, Any] | None = None,
    *,
    digits: int = 4,
    collapse: bool | None = None,
    description: str = "",
) -> Picture:
    """Draw a graph left to right, layers as bands behind their nodes.

    Parameters
    ----------
    graph : Graph
    values : mapping of Node to number or array, optional
        Forward values, written above each node.
    gradients : mapping of Node to number or array, optional
        Derivatives of the output by each node, written below it.
    digits : int
        Significant digits.
    collapse : bool, optional
        Whether each layer is one box; by default so above 48 nodes.
    description : str
        What is seen; by default the number of boxes and what they end in.

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x")
    >>> square = x**2
    >>> picture = graph_picture(graph.Graph({"f": graph.sin(square)}), {square: 4.0})
    >>> print(picture.text)
    x
    %1 = power(x, 2)  = 4
    f = sin(%1)
    """
    values, gradients = values or {}, gradients or {}
    if collapse is None:
        collapse = len(graph.nodes) > MOST_BOXES
    if collapse:
        boxes = layer_boxes(graph)
    else:
        boxes = node_boxes(graph, values, gradients, digits)
    layout = lay_out(
        {i: box.reads for i, box in enumerate(boxes)},
        {i: box.group for i, box in enumerate(boxes)},
    )
    has_numbers = bool(values or gradients) and not collapse
    text = description or graph_description(graph, len(boxes), has_numbers)
    drawing = draw(boxes, layout)
    shown = (
        box_text(boxes) if collapse else graph_text(graph, values, gradients, digits)
    )
    return Picture(drawing.to_svg(text), text, shown)


def graph_description(graph: Graph, count: int, has_numbers: bool) -> str:
    said = ngettext(
        "A graph of {count} node that ends in {outputs}.",
        "A graph of {count} nodes that ends in {outputs}.",
        count,
    )
    sentence = said.format(count=count, outputs=", ".join(graph.outputs))
    if has_numbers:
        sentence += " " + _("Values stand above the nodes, gradients below.")
    return sentence


def columns_of(boxes: list[GraphBox], layout: Layout[int]) -> list[float]:
    """Middle of each column; as wide as its widest box."""
    widths = [40.0] * layout.ranks
    for i, box in enumerate(boxes):
        rank = layout.rank[i]
        widths[rank] = max(widths[rank], box.room)
    middles, x = [], float(_MARGIN)
    for width in widths:
        middles.append(x + width / 2)
        x += width + _GAP
    return middles


def draw(boxes: list[GraphBox], layout: Layout[int]) -> Drawing:
    middles = columns_of(boxes, layout)
    has_groups = any(box.group for box in boxes)
    top = _MARGIN + 22 + (_BAND if has_groups else 0)
    last = max(
        (middles[layout.rank[i]] + box.room / 2 for i, box in enumerate(boxes)),
        default=0.0,
    )
    height = top + layout.tallest * _ROW + _BOX + _MARGIN + 20
    drawing = Drawing(last + _MARGIN, height)
    draw_bands(drawing, boxes, layout, middles)
    centre = {
        i: (middles[layout.rank[i]], top + layout.height[i] * _ROW + _BOX / 2)
        for i in range(len(boxes))
    }
    for (source, target), way in layout.ways.items():
        points = [(middles[r], top + h * _ROW + _BOX / 2) for r, h in way]
        start_x, start_y = centre[source]
        end_x, end_y = centre[target]
        start = (start_x + boxes[source].width / 2, start_y)
        end = (end_x - boxes[target].width / 2, end_y)
        draw_edge(drawing, [start, *points, end])
    for i, box in enumerate(boxes):
        draw_box(drawing, box, *centre[i])
    return drawing


def draw_bands(
    drawing: Drawing, boxes: list[GraphBox], layout: Layout[int], middles: list[float]
) -> None:
    """Draw the ground behind each layer, with its name."""
    reach: dict[str, list[float]] = {}
    for i, box in enumerate(boxes):
        if box.group:
            x, half = middles[layout.rank[i]], box.room / 2 + 12
            ends = reach.setdefault(box.group, [x - half, x + half])
            ends[0], ends[1] = min(ends[0], x - half), max(ends[1], x + half)
    for name, (left, right) in reach.items():
        drawing.rect(
            left, 6, right - left, drawing.height - 12, fill=TINT, stroke=GRID, radius=8
        )
        drawing.text(
            (left + right) / 2, 24, name, anchor="middle", colour=MUTED, weight="600"
        )


def draw_edge(drawing: Drawing, points: list[tuple[float, float]]) -> None:
    """Draw a smooth curve through the points, with an arrowhead at its end."""
    (x, y), end = points[0], points[-1]
    commands: list[tuple[str, tuple[float, ...]]] = [("M", (x, y))]
    for px, py in [*points[1:-1], (end[0] - 5, end[1])]:
        bend = (px - x) / 2
        commands.append(("C", (x + bend, y, px - bend, py, px, py)))
        x, y = px, py
    drawing.path(commands, colour=MUTED, width=1.2)
    wings = [("L", (end[0] - 7, end[1] + side)) for side in (-3.5, 3.5)]
    head = [("M", end), *wings, ("Z", ())]
    drawing.path(head, colour="none", fill=MUTED)


def draw_box(drawing: Drawing, box: GraphBox, x: float, y: float) -> None:
    drawing.rect(
        x - box.width / 2,
        y - _BOX / 2,
        box.width,
        _BOX,
        fill=PAPER,
        stroke=MUTED if box.leaf else INK,
        radius=_BOX / 2 if box.leaf else 5,
        title=box.title,
    )
    write = partial(drawing.text, x, anchor="middle")
    beside = partial(write, size=11.5, halo=True)
    write(y if box.second else y + 4.5, box.label, size=12.5)
    if box.second:
        write(y + 11, box.second, size=9.5, colour=MUTED)
    if box.above:
        beside(y - _BOX / 2 - 5, box.above, colour=PLUS_COLOUR)
    if box.below:
        beside(y + _BOX / 2 + 13, box.below, colour=MINUS_COLOUR, style="italic")


def graph_text(
    graph: Graph, values: Mapping[Node, Any], gradients: Mapping[Node, Any], digits: int
) -> str:
    """One line for each node: what it computes, its value, its gradient."""
    lines: list[tuple[str, str]] = []
    for name, node in named(graph):
        if is_plain_constant(node):
            continue
        parts = []
        if node in values:
            parts.append(f"= {show_value(values[node], digits)}")
        if node in gradients:
            gradient = show_value(gradients[node], digits)
            parts.append(_("gradient {value}").format(value=gradient))
        lines.append((printable(name), "  ".join(parts)))
    room = max((text_width(text) for text, numbers in lines if numbers), default=0)
    return "\n".join(
        f"{text}{' ' * (room - text_width(text) + 2)}{numbers}" if numbers else text
        for text, numbers in lines
    )


def named(graph: Graph) -> Iterator[tuple[str, Node]]:
    """Nodes with the equation that each stands for."""
    given = {node: name for name, node in graph.outputs.items()}
    names: dict[Node, str] = {}
    count = 0
    for node in graph.nodes:
        leaf = leaf_label(node)
        if leaf is not None:
            names[node] = leaf
            yield leaf, node
            continue
        count += 1
        names[node] = given.get(node) or f"%{count}"
        inside = ", ".join(names[part] for part in node.inputs)
        yield f"{names[node]} = {node.operation}({inside})", node


def box_text(boxes: list[GraphBox]) -> str:
    """One line for each layer: its name, the shape it gives, what it reads."""
    lines = []
    for box in boxes:
        reads = ", ".join(boxes[i].label for i in box.reads)
        arrow = f" ← {reads}" if reads else ""
        lines.append(printable(f"{box.label} {box.second}{arrow}"))
    return "\n".join(lines)
