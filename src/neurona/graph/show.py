"""A graph as text, one line per node, and as a Graphviz drawing."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from neurona.graph.node import Node
from neurona.graph.notebook import text_of
from neurona.graph.operations import LEAVES
from neurona.graph.shape import show_shape
from neurona.graph.walk import Graph, topological_order

__all__ = ["show", "show_dot", "show_expression"]

EXPRESSION_NODES = 40
"""Above this many nodes an expression is cut short with an ellipsis."""


def show_value(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"array{value.shape}" if value.size > 4 else repr(value.tolist())
    return repr(value)


def show_leaf(node: Node) -> str | None:
    if node.operation in ("input", "parameter"):
        return str(node.name)
    if node.operation == "constant":
        return show_value(node.attributes["value"])
    return "N" if node.operation == "rows" else None


def show_call(node: Node, inputs: list[str]) -> str:
    settings = [
        f"{key}={show_value(value)}" for key, value in sorted(node.attributes.items())
    ]
    return f"{node.operation}({', '.join([*inputs, *settings])})"


@text_of.register
def text_of_node(node: Node) -> str:
    """Node as one expression, with its kind and shape."""
    return f"{show_expression(node)}: {node.spec}"


def show_expression(node: Node) -> str:
    """Node as one nested expression, cut short where it would not be read.

    Examples
    --------
    >>> from neurona import graph
    >>> show_expression(graph.exp(graph.sin(graph.input("x") ** 2)))
    'exp(sin(power(x, 2.0)))'
    """
    order = topological_order([node])
    text: dict[Node, str] = {}
    cut = set(order[:-EXPRESSION_NODES])
    for part in order:
        leaf = show_leaf(part)
        if leaf is None and part in cut:
            leaf = "…"
        full = leaf or show_call(part, [text[i] for i in part.inputs])
        text[part] = full if len(full) <= 200 or part is node else "…"
    return text[node]


def numbered(graph: Graph) -> dict[Node, str]:
    """Leaves by their own names, every other node by its place among the rest."""
    count = itertools.count(1)
    names: dict[Node, str] = {}
    for node in graph.nodes:
        leaf = show_leaf(node)
        names[node] = f"%{next(count)}" if leaf is None else leaf
    return names


@text_of.register
def show(graph: Graph) -> str:
    """Graph as text: one line per operation, its shape, and the layer it is from.

    Examples
    --------
    >>> from neurona import graph
    >>> x = graph.input("x")
    >>> print(show(graph.Graph({"y": graph.exp(graph.sin(x**2))})))
    input x: float ()
    %1 = power(x, 2.0): float ()
    %2 = sin(%1): float ()
    %3 = exp(%2): float ()
    return y=%3
    """
    names = numbered(graph)
    lines = []
    for node in graph.nodes:
        if node.operation in ("input", "parameter"):
            lines.append(f"{node.operation} {names[node]}: {node.spec}")
        elif node.operation not in LEAVES:
            call = show_call(node, [names[part] for part in node.inputs])
            comment = [*([node.name] if node.name else []), *node.sources]
            note = f"  # {', '.join(comment)}" if comment else ""
            lines.append(f"{names[node]} = {call}: {node.spec}{note}")
    results = ", ".join(f"{k}={names[v]}" for k, v in graph.outputs.items())
    return "\n".join([*lines, f"return {results}"])


def escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def show_dot(graph: Graph) -> str:
    r"""Graph in Graphviz's language, left to right, layers as boxes around their nodes.

    Examples
    --------
    >>> from neurona import graph
    >>> print(show_dot(graph.Graph({"y": graph.exp(graph.input("x"))})))
    digraph neurona {
      rankdir=LR;
      node [shape=box, style=rounded, fontname="sans-serif"];
      n0 [label="x\n()", shape=ellipse];
      n1 [label="exp\n()"];
      n0 -> n1;
      out0 [label="y", shape=plaintext];
      n1 -> out0;
    }
    """
    number = {node: f"n{i}" for i, node in enumerate(graph.nodes)}
    lines = [
        "digraph neurona {",
        "  rankdir=LR;",
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
    ]
    layers: dict[str, list[str]] = {}
    for node in graph.nodes:
        leaf = show_leaf(node)
        label = f"{escape(leaf or node.name or node.operation)}\\n"
        label += show_shape(node.shape)
        form = ", shape=ellipse" if leaf else ""
        line = f'{number[node]} [label="{label}"{form}];'
        layers.setdefault(", ".join(node.sources), []).append(line)
    for i, (layer, members) in enumerate(layers.items()):
        if layer:
            lines.append(f"  subgraph cluster_{i} {{")
            lines.append(f'    label="{escape(layer)}";')
            lines += [f"    {member}" for member in members]
            lines.append("  }")
        else:
            lines += [f"  {member}" for member in members]
    for node in graph.nodes:
        lines += [f"  {number[part]} -> {number[node]};" for part in node.inputs]
    for i, (name, node) in enumerate(graph.outputs.items()):
        lines.append(f'  out{i} [label="{escape(name)}", shape=plaintext];')
        lines.append(f"  {number[node]} -> out{i};")
    return "\n".join([*lines, "}"])
