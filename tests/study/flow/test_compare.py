"""Case G21: signals through many layers, by initialization and activation."""

import numpy as np
import pytest

from neurona.study.flow import compare_activations, compare_initializations

ROWS = 32
SEEDS = range(3)
# A layer's factor is drawn with its weights, so one network wanders; over a few seeds
# the mean square stays where He's argument puts it.
WANDERING = 0.15
TANH_TOLERANCE = 0.02


def test_he_keeps_relu_activations_at_their_size_over_ten_layers():
    squares = np.mean(
        [
            np.square(
                compare_initializations(
                    initializers=["he_normal"], rows=ROWS, seed=seed
                ).activation_deviations()["he_normal"]
            )
            for seed in SEEDS
        ],
        axis=0,
    )
    found = np.sqrt(squares)
    # z ~ N(0, 2): max(z, 0) has mean 1/√π and mean square 1, so deviation √(1 − 1/π).
    assert found[0] == pytest.approx(np.sqrt(1 - 1 / np.pi), abs=0.03)
    assert found == pytest.approx(np.full(10, 0.825), abs=WANDERING)


def test_tanh_shrinks_slowly_with_glorot_and_vanishes_with_tiny_weights():
    found = compare_initializations("tanh", rows=64).activation_deviations()
    assert found["Glorot"][0] == pytest.approx(0.628, abs=TANH_TOLERANCE)
    assert found["Glorot"][-1] == pytest.approx(0.229, abs=TANH_TOLERANCE)
    assert found["N(0, 0.01²)"][5] < 1e-4
    # Too large: nearly every unit is at −1 or 1.
    assert found["N(0, 1)"][-1] > 0.95


def test_the_slopes_of_the_sigmoid_bound_what_is_left_of_a_gradient():
    found = compare_activations(["sigmoid", "relu"], depth=6, width=64, rows=32)
    assert found.chain_bounds() == {
        "sigmoid": pytest.approx([0.25**k for k in range(1, 7)])
    }
    gradients = found.gradient_deviations()
    # Five layers lie between the last and the first; Glorot's weights keep the size.
    assert gradients["sigmoid"][0] < 2 * 0.25**5
    assert 0.3 < gradients["relu"][0] < 3


def test_the_page_names_what_is_compared():
    found = compare_initializations(depth=3, width=16, rows=16)
    written = repr(found.page())
    assert all(name in written for name in ("He", "Glorot", "N(0, 1)"))
