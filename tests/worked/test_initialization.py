"""Worked examples on initialization: how large weights start, and what depth does."""

import math

import numpy as np
import pytest

from neurona import graph as g
from neurona.gradient import backward
from neurona.nn.activations import Sigmoid
from neurona.nn.initializers import GlorotUniform, HeNormal, Normal
from neurona.nn.layers import Dense
from neurona.reference import evaluate
from neurona.reference.random_numbers import stream_of
from tests.nn.cases import Written

SEVEN_DIGITS = 1e-6
DEPTH, WIDTH, ROWS, SEEDS = 10, 256, 200, 5


@pytest.mark.parametrize(
    ("inputs", "outputs", "he", "limit", "glorot"),
    [
        # √(2/5); √(6/21) and √(2/21).
        (5, 16, 0.6324555, 0.5345225, 0.3086067),
        # √(2/16); √(6/32) and √(2/32).
        (16, 16, 0.3535534, 0.4330127, 0.25),
        # √(2/16): He counts the inputs alone; Glorot both, so as the first.
        (16, 5, 0.3535534, 0.5345225, 0.3086067),
    ],
)
def test_case_g21_deviations_and_limits(inputs, outputs, he, limit, glorot):
    variances = [
        kind.variance(inputs, outputs) for kind in (HeNormal(), GlorotUniform())
    ]
    assert math.sqrt(variances[0]) == pytest.approx(he, rel=SEVEN_DIGITS)
    assert math.sqrt(variances[1]) == pytest.approx(glorot, rel=SEVEN_DIGITS)
    # A uniform number in (−l, l) has deviation l/√3.
    assert math.sqrt(3 * variances[1]) == pytest.approx(limit, rel=SEVEN_DIGITS)
    drawn = [
        GlorotUniform().draw((inputs, outputs), 0, stream_of(str(k))) for k in range(40)
    ]
    # 40 draws of at least 80 numbers fill the interval to within a hundredth.
    assert 0.99 * limit < np.abs(drawn).max() <= limit * (1 + SEVEN_DIGITS)


def deviations_by_layer(initializer, activation, seed):
    """Standard deviation of the activations of each of ten layers."""
    a = np.random.default_rng(seed).normal(size=(ROWS, WIDTH))
    found = []
    for layer in range(DEPTH):
        stream = stream_of(f"dense_{layer + 1}.weight")
        written = Written(Dense(WIDTH, activation), (a,))
        weight = written.build.parameters["layer.weight"].node
        written.values[weight] = initializer.draw((WIDTH, WIDTH), seed, stream)
        a = written.value
        found.append(a.std())
    return found


def test_case_g21_he_keeps_the_size_of_relu_activations_through_ten_layers():
    # z has variance 2 (half of the inputs are dropped, He doubles the rest), so a has
    # mean √2·.3989 = .564 and variance 1 − .318: deviation .826 in every layer. One
    # draw wanders about that with depth; the mean of several stays.
    found = [deviations_by_layer(HeNormal(), "relu", seed) for seed in range(SEEDS)]
    for first in np.array(found)[:, 0]:
        assert 0.80 < first < 0.85
    means = np.mean(found, axis=0)
    assert np.all((means > 0.70) & (means < 0.95))
    assert 0.75 < means.mean() < 0.88


def test_case_g21_glorot_lets_tanh_activations_shrink_slowly():
    found = deviations_by_layer(GlorotUniform(), "tanh", seed=0)
    assert found[0] == pytest.approx(0.628, abs=0.01)
    assert found[-1] == pytest.approx(0.229, abs=0.015)
    assert found == sorted(found, reverse=True)


def test_case_g21_weights_too_small_leave_nothing_by_the_sixth_layer():
    # Each layer multiplies the deviation by about √256·.01 = .16: .16⁶ = .000017.
    found = deviations_by_layer(Normal(std=0.01), "tanh", seed=0)
    assert found[0] == pytest.approx(0.16, abs=0.01)
    assert found[5] < 1e-4


@pytest.mark.parametrize("depth", [1, 2, 5, 10])
def test_case_g21_a_chain_of_sigmoids_passes_at_most_a_quarter_each(depth):
    x = g.input("x", (g.BATCH,))
    y = x
    for _ in range(depth):
        y = Sigmoid().apply(y)
    slopes = evaluate(backward(g.sum(y), [x]), {x: np.linspace(-4, 4, 101)})[0]
    assert 0 < slopes.max() <= 0.25**depth
