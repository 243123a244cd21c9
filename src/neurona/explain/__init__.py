"""The explanation: equations and numbers of what trains, read from its graph.

>>> from neurona import Dense, Network, explain
>>> network = Network([Dense(2, "tanh"), Dense(1)], n_inputs=2)
>>> step = explain.worked_step(network, [1.0, 0.0], 1.0, loss="mse")
>>> sorted(step.gradients)
['dense_1.bias', 'dense_1.weight', 'dense_2.bias', 'dense_2.weight']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.lazy import lazy_names

if TYPE_CHECKING:
    from neurona.explain.cost import explain_cost
    from neurona.explain.expression import explain_expression, parse_expression
    from neurona.explain.matrices import matrix_view
    from neurona.explain.optimizer.average import explain_average
    from neurona.explain.optimizer.descent import explain_descent
    from neurona.explain.step.ask import worked_step
    from neurona.explain.symbols import derive_symbols
    from neurona.show.explanation import Explanation

__all__ = [
    "Explanation",
    "derive_symbols",
    "explain_average",
    "explain_cost",
    "explain_descent",
    "explain_expression",
    "matrix_view",
    "parse_expression",
    "worked_step",
]

_HOMES = {
    "neurona.explain.cost": ("explain_cost",),
    "neurona.explain.expression": (
        "explain_expression",
        "parse_expression",
    ),
    "neurona.explain.matrices": ("matrix_view",),
    "neurona.explain.optimizer.average": ("explain_average",),
    "neurona.explain.optimizer.descent": ("explain_descent",),
    "neurona.explain.step.ask": ("worked_step",),
    "neurona.explain.symbols": ("derive_symbols",),
    "neurona.show.explanation": ("Explanation",),
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
