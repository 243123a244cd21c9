"""Large pages stay light enough to be sent."""

from __future__ import annotations

from neurona import Dense, Network
from neurona.explain import worked_step

LARGEST = 110_000
"""Bytes, for the 794 formulas of a step of 2-8-1."""


def test_a_step_of_eight_hidden_units_is_light():
    network = Network([Dense(8, "sigmoid"), Dense(1)], n_inputs=2, seed=0)
    page = worked_step(network, [1.0, 0.0], 1.0, loss="mse").to_html()
    assert page.count("<math>") == 794
    assert len(page.encode()) <= LARGEST
