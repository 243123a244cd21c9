"""What is measured of activation functions, against what is known of them."""

import numpy as np
import pytest

from neurona import Dense
from neurona.nn.activations import ACTIVATIONS
from neurona.study.curves import curve_of
from neurona.study.diagnosis import doctor
from tests.study.diagnosis.ill import fitted


def those(kind):
    """Names of the activations whose curve has a property."""
    curves = {name: curve_of(name) for name in ACTIVATIONS}
    return {name for name, curve in curves.items() if curve and getattr(curve, kind)}


def test_functions_are_told_apart_by_where_they_are_flat():
    assert those("is_step") >= {"heaviside", "sign"}
    assert those("saturates") >= {"sigmoid", "tanh", "arctan"}
    assert those("may_die") >= {"relu", "elu", "selu", "gelu", "silu", "softplus"}
    assert not those("may_die") & (those("is_step") | those("saturates"))
    assert not those("is_step") & those("saturates")
    assert curve_of("identity") is None
    assert curve_of("") is None


@pytest.mark.parametrize(
    ("name", "low", "high", "steepest"),
    [
        ("sigmoid", 0, 1, 0.25),
        ("tanh", -1, 1, 1),
        ("arctan", -np.pi / 2, np.pi / 2, 1),
        ("sine", -1, 1, 1),
        ("relu", 0, np.inf, 1),
        ("leaky_relu", -np.inf, np.inf, 1),
        ("elu", -1, np.inf, 1),
        ("softplus", 0, np.inf, 1),
    ],
)
def test_bounds_and_steepest_slope_are_those_of_the_function(name, low, high, steepest):
    curve = curve_of(name)
    # At a million an arctan is a millionth from its bound.
    assert (curve.low, curve.high) == pytest.approx((low, high), abs=1e-5)
    assert curve.steepest == pytest.approx(steepest, abs=1e-9)


def test_an_end_that_cannot_go_low_enough_is_found_whatever_its_function():
    X = np.linspace(-1, 1, 60)[:, None]
    network = fitted([Dense(4, "tanh"), Dense(1, "elu")], X, 3 * X[:, 0], epochs=2)
    found = doctor(network, X, 3 * X[:, 0], thorough=False)
    (head,) = [f for f in found.findings if f.code == "head_mismatch"]
    assert head.evidence["activation"] == "elu"
