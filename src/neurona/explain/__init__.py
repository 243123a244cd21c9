"""The explanation: equations, numbers and pictures of what trains.

>>> from neurona import Dense, Network, explain
>>> network = Network([Dense(2, "tanh"), Dense(1)], n_inputs=2)
>>> step = explain.worked_step(network, [1.0, 0.0], 1.0, loss="mse")
>>> sorted(step.gradients)
['dense_1.bias', 'dense_1.weight', 'dense_2.bias', 'dense_2.weight']
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurona.explain.cost import explain_cost
    from neurona.explain.diagnosis import doctor
    from neurona.explain.expression import explain_expression
    from neurona.explain.flow import (
        FlowRecorder,
        compare_activations,
        compare_initializations,
        gradient_flow,
    )
    from neurona.explain.lessons.linear_stack import multiply_out
    from neurona.explain.lessons.loops import time_loops
    from neurona.explain.lessons.remaining import what_remains
    from neurona.explain.lessons.shapes import give_the_shapes
    from neurona.explain.lessons.variance import follow_variances
    from neurona.explain.matrices import matrix_view
    from neurona.explain.optimizer.average import explain_average
    from neurona.explain.optimizer.descent import explain_descent
    from neurona.explain.prediction import explain_prediction
    from neurona.explain.replay.rank_rows import rank_rows
    from neurona.explain.replay.replay_step import replay_step
    from neurona.explain.step.ask import worked_step
    from neurona.explain.symbols import derive_symbols
    from neurona.explain.worksheets import make_worksheets

_HOMES = {
    "FlowRecorder": "neurona.explain.flow",
    "compare_activations": "neurona.explain.flow",
    "compare_initializations": "neurona.explain.flow",
    "derive_symbols": "neurona.explain.symbols",
    "doctor": "neurona.explain.diagnosis",
    "explain_average": "neurona.explain.optimizer.average",
    "explain_cost": "neurona.explain.cost",
    "explain_descent": "neurona.explain.optimizer.descent",
    "explain_expression": "neurona.explain.expression",
    "explain_prediction": "neurona.explain.prediction",
    "follow_variances": "neurona.explain.lessons.variance",
    "give_the_shapes": "neurona.explain.lessons.shapes",
    "gradient_flow": "neurona.explain.flow",
    "make_worksheets": "neurona.explain.worksheets",
    "matrix_view": "neurona.explain.matrices",
    "multiply_out": "neurona.explain.lessons.linear_stack",
    "rank_rows": "neurona.explain.replay.rank_rows",
    "replay_step": "neurona.explain.replay.replay_step",
    "time_loops": "neurona.explain.lessons.loops",
    "what_remains": "neurona.explain.lessons.remaining",
    "worked_step": "neurona.explain.step.ask",
}

__all__ = [
    "FlowRecorder",
    "compare_activations",
    "compare_initializations",
    "derive_symbols",
    "doctor",
    "explain_average",
    "explain_cost",
    "explain_descent",
    "explain_expression",
    "explain_prediction",
    "follow_variances",
    "give_the_shapes",
    "gradient_flow",
    "make_worksheets",
    "matrix_view",
    "multiply_out",
    "rank_rows",
    "replay_step",
    "time_loops",
    "what_remains",
    "worked_step",
]


def __getattr__(name: str) -> Any:
    """Load what is asked for, when it is asked for."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
