"""The graph: nodes, operations, shape rules, and passes that need no values.

>>> from neurona import graph
>>> x = graph.input("x", shape=())
>>> y = graph.exp(graph.sin(x**2))
>>> print(graph.show(graph.Graph({"y": y})))
input x: float ()
%1 = power(x, 2.0): float ()
%2 = sin(%1): float ()
%3 = exp(%2): float ()
return y=%3
"""

from neurona.graph import functions as _functions
from neurona.graph.drop_unused import drop_unused
from neurona.graph.expand import EXPANSIONS, expand
from neurona.graph.functions import *  # noqa: F403 — its own __all__ says which
from neurona.graph.merge_duplicates import merge_duplicates
from neurona.graph.node import (
    Node,
    NodeLike,
    as_node,
    constant,
    make_node,
    row_kind,
    source,
)
from neurona.graph.operations import LEAVES, OPERATIONS, Operation
from neurona.graph.shape import (
    BATCH,
    Batch,
    DType,
    Shape,
    Spec,
    broadcast_shapes,
    element_count,
    has_batch,
    show_shape,
)
from neurona.graph.show import show, show_dot, show_expression
from neurona.graph.simplify import simplify
from neurona.graph.stable_forms import stable_forms
from neurona.graph.verify import verify
from neurona.graph.walk import Graph, copy_node, rebuild, topological_order

__all__ = [
    *_functions.__all__,
    "BATCH",
    "EXPANSIONS",
    "LEAVES",
    "OPERATIONS",
    "Batch",
    "DType",
    "Graph",
    "Node",
    "NodeLike",
    "Operation",
    "Shape",
    "Spec",
    "as_node",
    "broadcast_shapes",
    "constant",
    "copy_node",
    "drop_unused",
    "element_count",
    "expand",
    "has_batch",
    "make_node",
    "merge_duplicates",
    "rebuild",
    "row_kind",
    "show",
    "show_dot",
    "show_expression",
    "show_shape",
    "simplify",
    "source",
    "stable_forms",
    "topological_order",
    "verify",
]
