"""What a trained network does: flow, diagnosis, predictions, replayed steps.

>>> from neurona import Dense, Network, study
>>> network = Network([Dense(2, "tanh"), Dense(1)], n_inputs=2, seed=0)
>>> flow = study.gradient_flow(network, [[1.0, 0.0]], [1.0], loss="mse")
>>> [layer.name for layer in flow.layers]
['dense_1', 'dense_2']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.lazy import lazy_names

if TYPE_CHECKING:
    from neurona.study.diagnosis import doctor
    from neurona.study.diagnosis.table import doctor_of_table
    from neurona.study.flow import (
        FlowRecorder,
        compare_activations,
        compare_initializations,
        gradient_flow,
    )
    from neurona.study.flow.table import flow_of_table
    from neurona.study.prediction import (
        explain_prediction,
        explain_table,
        explain_table_prediction,
    )
    from neurona.study.replay.rank_rows import rank_rows
    from neurona.study.replay.replay_step import replay_step

__all__ = [
    "FlowRecorder",
    "compare_activations",
    "compare_initializations",
    "doctor",
    "doctor_of_table",
    "explain_prediction",
    "explain_table",
    "explain_table_prediction",
    "flow_of_table",
    "gradient_flow",
    "rank_rows",
    "replay_step",
]

_HOMES = {
    "neurona.study.diagnosis": ("doctor",),
    "neurona.study.diagnosis.table": ("doctor_of_table",),
    "neurona.study.flow": (
        "FlowRecorder",
        "compare_activations",
        "compare_initializations",
        "gradient_flow",
    ),
    "neurona.study.flow.table": ("flow_of_table",),
    "neurona.study.prediction": (
        "explain_prediction",
        "explain_table",
        "explain_table_prediction",
    ),
    "neurona.study.replay.rank_rows": ("rank_rows",),
    "neurona.study.replay.replay_step": ("replay_step",),
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
