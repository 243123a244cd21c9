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
    from neurona.explain.diagnosis.table import doctor_of_table
    from neurona.explain.errata import errata_page
    from neurona.explain.explanation import Explanation
    from neurona.explain.expression import explain_expression, parse_expression
    from neurona.explain.flow import (
        FlowRecorder,
        compare_activations,
        compare_initializations,
        gradient_flow,
    )
    from neurona.explain.flow.table import flow_of_table
    from neurona.explain.lessons.teach import LESSONS, teach
    from neurona.explain.matrices import matrix_view
    from neurona.explain.optimizer.average import explain_average
    from neurona.explain.optimizer.descent import explain_descent
    from neurona.explain.prediction import (
        explain_prediction,
        explain_table,
        explain_table_prediction,
    )
    from neurona.explain.replay.rank_rows import rank_rows
    from neurona.explain.replay.replay_step import replay_step
    from neurona.explain.step.ask import worked_step
    from neurona.explain.symbols import derive_symbols
    from neurona.explain.worksheets import make_worksheets, practice_step

_HOMES = {
    "Explanation": "neurona.explain.explanation",
    "FlowRecorder": "neurona.explain.flow",
    "LESSONS": "neurona.explain.lessons.teach",
    "compare_activations": "neurona.explain.flow",
    "compare_initializations": "neurona.explain.flow",
    "derive_symbols": "neurona.explain.symbols",
    "doctor": "neurona.explain.diagnosis",
    "doctor_of_table": "neurona.explain.diagnosis.table",
    "errata_page": "neurona.explain.errata",
    "explain_average": "neurona.explain.optimizer.average",
    "explain_cost": "neurona.explain.cost",
    "explain_descent": "neurona.explain.optimizer.descent",
    "explain_expression": "neurona.explain.expression",
    "explain_prediction": "neurona.explain.prediction",
    "explain_table": "neurona.explain.prediction",
    "explain_table_prediction": "neurona.explain.prediction",
    "flow_of_table": "neurona.explain.flow.table",
    "gradient_flow": "neurona.explain.flow",
    "make_worksheets": "neurona.explain.worksheets",
    "matrix_view": "neurona.explain.matrices",
    "parse_expression": "neurona.explain.expression",
    "practice_step": "neurona.explain.worksheets",
    "rank_rows": "neurona.explain.replay.rank_rows",
    "replay_step": "neurona.explain.replay.replay_step",
    "teach": "neurona.explain.lessons.teach",
    "worked_step": "neurona.explain.step.ask",
}

__all__ = [
    "LESSONS",
    "Explanation",
    "FlowRecorder",
    "compare_activations",
    "compare_initializations",
    "derive_symbols",
    "doctor",
    "doctor_of_table",
    "errata_page",
    "explain_average",
    "explain_cost",
    "explain_descent",
    "explain_expression",
    "explain_prediction",
    "explain_table",
    "explain_table_prediction",
    "flow_of_table",
    "gradient_flow",
    "make_worksheets",
    "matrix_view",
    "parse_expression",
    "practice_step",
    "rank_rows",
    "replay_step",
    "teach",
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
