"""What stands first on the page of a step: inputs that say something, and bounds."""

import numpy as np

from neurona import Clip, Dense, Network
from neurona.explain import worked_step


def page(row, *layers):
    network = Network([*layers, Dense(1)], n_inputs=len(row), seed=0)
    return worked_step(network, row, [1.0], loss="mse", optimizer="sgd").to_text()


def test_no_zero_is_among_the_largest_inputs():
    row = np.zeros(40)
    row[[3, 30]] = 2.0, -5.0
    text = page(row)
    assert "38 more inputs are not shown" in text
    assert "x₄ " in text
    assert "x₃₁" in text
    assert "39 more inputs are not shown" in page(np.zeros(40))


def test_bounds_are_explained_where_they_stand():
    said = "ℓ and u are the least and the most that a number may be"
    assert said in " ".join(page([1.0], Clip([-1.0], [2.0])).split())
    assert said not in " ".join(page([1.0]).split())
