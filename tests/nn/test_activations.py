import numpy as np
import pytest

from neurona import graph as g
from neurona.errors import NeuronaError, OptionError
from neurona.gradient import backward, check_gradients
from neurona.graph import BATCH
from neurona.nn import activations as a
from neurona.reference import evaluate
from tests.nn.cases import ACTIVATIONS

POINTS = np.array([[-2.5, -1.3, -0.4], [0.3, 0.9, 2.2]])
# Central differences in float64 leave about 1e-10; the checker's own bound is 1e-6.
KINKED = (a.Heaviside, a.Sign)
FAR = np.array([[-1e4, -800.0, -40.0], [40.0, 800.0, 1e4]])


def written(activation):
    x = g.input("x", (BATCH, 3))
    return x, activation.apply(x)


def slope(activation, points):
    x, y = written(activation)
    return evaluate([backward(g.sum(y), [x])[0]], {x: points})[0]


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_gradients_agree_with_central_differences_to_second_order(activation):
    x, y = written(activation)
    weights = g.constant([0.5, 1.0, -2.0])
    check_gradients(g.sum(y * weights), [x], {x: POINTS}, order=2)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_and_two_gradients_stay_finite_far_from_zero(activation, dtype):
    x, y = written(activation)
    first = backward(g.sum(y), [x])[0]
    second = backward(g.sum(first * first), [x])[0]
    for found in evaluate([y, first, second], {x: FAR}, dtype=dtype):
        assert np.isfinite(found).all()
        assert found.dtype == dtype


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_nan_in_gives_nan_out(activation):
    x, y = written(activation)
    found = evaluate([y], {x: np.full((1, 3), np.nan)})[0]
    assert np.isnan(found).all()


@pytest.mark.parametrize("name", a.ACTIVATIONS)
def test_name_class_and_instance_mean_the_same(name):
    kind = a.ACTIVATIONS[name]
    assert a.as_activation(name) == a.as_activation(kind) == kind()
    assert a.as_activation(name.upper()).name == name
    assert kind().is_plain


@pytest.mark.parametrize(
    ("alias", "kind"),
    [
        ("linear", a.Identity),
        ("step", a.Heaviside),
        ("logistic", a.Sigmoid),
        ("swish", a.SiLU),
        ("leaky-relu", a.LeakyReLU),
    ],
)
def test_aliases(alias, kind):
    assert a.as_activation(alias) == kind()


def test_a_changed_setting_is_another_activation():
    assert a.ELU(alpha=0.5) != a.ELU()
    assert not a.ELU(alpha=0.5).is_plain
    assert a.ELU(alpha=1) == a.ELU()


@pytest.mark.parametrize("value", ["rlu", 3, None, object, g.sum])
def test_anything_else_is_refused(value):
    with pytest.raises(OptionError):
        a.as_activation(value)


def test_unknown_name_offers_the_nearest():
    with pytest.raises(OptionError, match=r"did you mean .*softplus"):
        a.as_activation("softpluss")


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (a.LeakyReLU, {"slope": -0.1}),
        (a.LeakyReLU, {"slope": float("nan")}),
        (a.LeakyReLU, {"slope": True}),
        (a.ELU, {"alpha": 0}),
        (a.ELU, {"alpha": "1"}),
        (a.Heaviside, {"strict": 1}),
    ],
)
def test_settings_that_cannot_be_are_refused(kind, settings):
    with pytest.raises(OptionError, match=next(iter(settings))):
        kind(**settings)


@pytest.mark.parametrize("kind", a.ACTIVATIONS.values())
def test_unknown_settings_are_refused(kind):
    with pytest.raises(TypeError):
        kind(speed=3)


@pytest.mark.parametrize(
    ("activation", "at_zero"),
    [
        (a.Heaviside(), 1.0),
        (a.Heaviside(strict=True), 0.0),
        (a.Sign(), 0.0),
        (a.ReLU(), 0.0),
    ],
)
def test_ties_at_zero(activation, at_zero):
    x, y = written(activation)
    found = evaluate([y], {x: [[0.0, -0.0, 0.0]]})[0]
    assert found.tolist() == [[at_zero] * 3]


@pytest.mark.parametrize("activation", [a.ReLU(), a.Heaviside(), a.Sign()])
def test_slope_at_zero_is_zero_by_convention(activation):
    assert slope(activation, np.zeros((1, 3))).tolist() == [[0.0] * 3]


def test_relu_family_starts_from_he_and_the_others_from_glorot_or_lecun():
    found = {name: kind.initializer for name, kind in a.ACTIVATIONS.items()}
    he = {name for name, start in found.items() if start == "he_normal"}
    assert he >= {"relu", "leaky_relu", "silu", "elu", "gelu", "softplus", "mish"}
    assert found["selu"] == "lecun_normal"
    assert found["tanh"] == found["sigmoid"] == found["identity"] == "glorot_uniform"


def test_softmax_needs_an_axis():
    with pytest.raises(NeuronaError, match="last axis"):
        a.Softmax().apply(g.input("x"))


def test_thresholds_have_no_slope_anywhere():
    for kind in KINKED:
        assert not slope(kind(), POINTS).any()
