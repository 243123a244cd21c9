"""Worked examples on activation functions and single layers."""

import math

import numpy as np
import pytest

from neurona import graph as g
from neurona.gradient import backward
from neurona.nn import activations as a
from neurona.nn.layers import Dense
from neurona.reference import evaluate
from tests.nn.cases import Written

# The numbers below are rounded to ten digits.
TEN_DIGITS = 1e-9


@pytest.mark.parametrize(
    ("activation", "z", "value", "slope"),
    [
        # 1 − tanh²: tanh 1 = .7615941560, tanh 2 = .9640275801.
        (a.Tanh(), 1, 0.7615941560, 0.4199743416),
        (a.Tanh(), 2, 0.9640275801, 0.0706508249),
        # σ(1 − σ): .7310585786·.2689414214, and at 0 .5·.5.
        (a.Sigmoid(), 1, 0.7310585786, 0.1966119332),
        (a.Sigmoid(), 0, 0.5, 0.25),
        # z σ(z); slope σ + z σ(1 − σ) = .7310585786 + .1966119332.
        (a.SiLU(), 1, 0.7310585786, 0.9276705119),
        # z tanh(ln(1 + e^z)); slope tanh + z (1 − tanh²) σ(z)
        # = .8650983883 + .2516047834·.7310585786.
        (a.Mish(), 1, 0.8650983883, 1.0490362200),
        # 1/(1 + z²) = 1/2.
        (a.Arctan(), 1, math.pi / 4, 0.5),
        # .01·(−2.5).
        (a.LeakyReLU(), -2.5, -0.025, 0.01),
        # By convention: ReLU has no slope at 0, and Heaviside none anywhere.
        (a.ReLU(), 0, 0.0, 0.0),
        (a.Heaviside(), 3, 1.0, 0.0),
        (a.Heaviside(), 0, 1.0, 0.0),
        (a.Heaviside(strict=True), 0, 0.0, 0.0),
    ],
    ids=str,
)
def test_case_g12_values_and_slopes(activation, z, value, slope):
    x = g.input("x")
    y = activation.apply(x)
    found = evaluate([y, *backward(y, [x])], {x: z})
    assert [float(f) for f in found] == pytest.approx([value, slope], rel=TEN_DIGITS)


def test_case_g22_the_row_form_is_the_transpose_of_the_column_form():
    # Row 1 of X W + b: (1·1 + 5·0, 1·(−1) + 5·.2 + .1, 1·.5 + 5·(−.1) − .2)
    #                 = (1, .1, −.2); row 2 is W's first row + b = (1, −.9, .3).
    weight = np.array([[1.0, -1.0, 0.5], [0.0, 0.2, -0.1]])
    written = Written(Dense(3), (np.array([[1.0, 5.0], [1.0, 0.0]]),))
    parameters = written.build.parameters
    written.values[parameters["layer.weight"].node] = weight
    written.values[parameters["layer.bias"].node] = np.array([0.0, 0.1, -0.2])
    expected = np.array([[1.0, 1.0], [0.1, -0.9], [-0.2, 0.3]]).T
    assert written.value == pytest.approx(expected, rel=TEN_DIGITS)
