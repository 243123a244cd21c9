"""One list of optimizers drives the suite; each law names the rules it holds for."""

import json
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona import graph as g
from neurona.errors import ModelFileError, OptionError
from neurona.gradient import backward
from neurona.model_file import part_from_config
from neurona.optimize import (
    OPTIMIZERS,
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    Lion,
    Momentum,
    Nadam,
    Nesterov,
    Optimizer,
    RMSProp,
    as_optimizer,
    make_clock,
)
from neurona.reference import Executable

# The expected digits are given to 9 or more decimals.
DIGITS = 1e-9
# A float32 has a relative spacing of 1.2e-7; ten steps of a dozen operations each.
SINGLE = 2e-5
# ε keeps the first step of an adaptive rule from being exact.
EPSILON_EFFECT = 1e-5

ALL = [
    SGD(0.1),
    SGD(0.1, weight_decay=0.5),
    Momentum(0.1),
    Momentum(0.1, form="average"),
    Momentum(0.1, convention="keras"),
    Momentum(0.1, form="average", convention="keras"),
    Nesterov(0.1),
    Nesterov(0.1, convention="keras"),
    AdaGrad(0.1),
    AdaGrad(0.1, convention="keras"),
    RMSProp(0.1),
    RMSProp(0.1, convention="keras", epsilon=1e-8),
    Adam(0.1),
    Adam(0.1, convention="keras"),
    Adam(0.1, bias_correction=False, weight_decay=1.0),
    AdamW(0.1, weight_decay=1.0),
    AdamW(0.1, convention="keras"),
    AMSGrad(0.1),
    AMSGrad(0.1, convention="keras"),
    Nadam(0.1),
    Nadam(0.1, convention="keras"),
    Lion(0.1),
    Lion(0.1, weight_decay=0.5),
]
every_optimizer = pytest.mark.parametrize("optimizer", ALL, ids=repr)


def descend(optimizer, start, rates, *, slope=2.0, dtype=np.float64):
    """Parameter after each step on f = slope/2 · w², one step per learning rate."""
    start = np.asarray(start, dtype=dtype)
    w, clock = g.parameter("w", start.shape), make_clock()
    (grad,) = backward(g.sum(slope / 2 * w**2), [w])
    kinds = optimizer.slots()
    shapes = {k: () if slot.scalar else w.shape for k, slot in kinds.items()}
    slots = {k: g.parameter(k, shape) for k, shape in shapes.items()}
    new, new_slots = optimizer.update(w, grad, slots, clock)
    assert set(new_slots) == set(kinds)
    run = Executable(g.verify(g.Graph({"w": new, **new_slots})), dtype)
    values = {"w": start}
    for name, slot in kinds.items():
        values[name] = np.full(shapes[name], slot.initial, dtype)
    path = []
    for t, rate in enumerate(rates, start=1):
        values = run({**values, "learning_rate": rate, "step": t})
        path.append(values["w"])
    return path


# Case G16: f = w², g = 2w, w₀ = 1, η = 0.1, three steps.
#   gradient descent     w − .1·2w = .8w                      .8, .64, .512
#   classical momentum   v = 2,               w = 1 − .2 = .8
#                        v = 1.8 + 1.6 = 3.4, w = .8 − .34 = .46
#                        v = 3.06 + .92 = 3.98, w = .46 − .398 = .062
#   average form         v = .1·2 = .2,          w = 1 − .02 = .98
#                        v = .18 + .196 = .376,  w = .98 − .0376 = .9424
#                        v = .3384 + .18848 = .52688, w = .889712
#   Nesterov             v = 2,    w = 1 − .1(2 + 1.8) = .62
#                        v = 3.04, w = .62 − .1(1.24 + 2.736) = .2224
#                        v = 3.1808, w = .2224 − .1(.4448 + 2.86272) = −.108352
#   RMSProp, first step  s = .1·4 = .4: w = 1 − .2/(√.4 + 1e-8)  = .683772238983
#                        or 1 − .2/√(.4 + 1e-8) = .683772237936
#                        or 1 − .2/√(.4 + 1e-7) = .683772273512
#   Adam, first step     m = .2, s = .004, c₁ = .1, c₂ = .001: w = 1 − .1·2/(2 + 1e-8)
#   Keras's ε            1 − (.1·√.001/.1)·.2/(√.004 + 1e-7) = .9000001581
#   without correction   1 − .1·.2/(√.004 + 1e-8) = .6837722840
#   Adam + L2, λ = 1     g = 2 + 1 = 3: w = 1 − .1·3/(3 + 1e-8) = .9000000003
#   AdamW, λ = 1         .9·1 − .1·2/(2 + 1e-8) = .8000000005
CASE_G16 = [
    (SGD(0.1), [0.8, 0.64, 0.512]),
    (Momentum(0.1, form="average"), [0.98, 0.9424, 0.889712]),
    (Momentum(0.1), [0.8, 0.46, 0.062]),
    (Nesterov(0.1), [0.62, 0.2224, -0.108352]),
    (RMSProp(0.1), [0.683772238983, 0.498870613507, 0.369180560292]),
    (
        RMSProp(0.1, convention="keras", epsilon=1e-8),
        [0.683772237936, 0.498870611836, 0.369180558335],
    ),
    (
        RMSProp(0.1, convention="keras"),
        [0.683772273512, 0.498870656292, 0.369180604957],
    ),
    (Adam(0.1), [0.9000000005, 0.8004122287, 0.7015862729]),
    (Adam(0.1, convention="keras"), [0.9000001581, 0.8004125019, 0.7015866431]),
    (
        Adam(0.1, bias_correction=False),
        [0.6837722840, 0.2702060685, -0.1621413432],
    ),
    (Adam(0.1, weight_decay=1.0), [0.9000000003, 0.8004122284, 0.7015862724]),
    (AdamW(0.1, weight_decay=1.0), [0.8000000005, 0.6211874206, 0.4624570827]),
]


@pytest.mark.parametrize(("optimizer", "expected"), CASE_G16, ids=repr)
def test_three_steps_on_a_parabola_give_the_digits_of_case_g16(optimizer, expected):
    path = descend(optimizer, 1.0, [0.1] * 3)
    np.testing.assert_allclose(path, expected, rtol=DIGITS, atol=0)


def test_adagrad_divides_by_the_root_of_all_past_squares():
    # g = 2, s = 4, w = 1 − .1·2/2 = .9; g = 1.8, s = 7.24, w = .9 − .18/√7.24
    path = descend(AdaGrad(0.1), 1.0, [0.1] * 2)
    np.testing.assert_allclose(path, [0.9, 0.9 - 0.18 / np.sqrt(7.24)], rtol=DIGITS)


def test_adagrad_of_keras_starts_its_sum_at_a_tenth():
    # s = .1 + 4 = 4.1, w = 1 − .1·2/√(4.1 + 1e-7)
    (found,) = descend(AdaGrad(0.1, convention="keras"), 1.0, [0.1])
    np.testing.assert_allclose(found, 1 - 0.2 / np.sqrt(4.1 + 1e-7), rtol=DIGITS)


def test_nadam_looks_ahead_by_the_next_momentum():
    # Keras's ψ = 1 and ε = 1e-7; g = 2, m = .2, s/(1 − β₂) = 4
    # μ₁ = .9(1 − .5·.96) = .468, μ₂ = .9(1 − .5·.96²) = .48528, P = .468
    now, then = 0.468, 0.48528
    ahead = (1 - now) / (1 - now) * 2 + then / (1 - now * then) * 0.2
    (found,) = descend(Nadam(0.1, convention="keras"), 1.0, [0.1])
    np.testing.assert_allclose(found, 1 - 0.1 * ahead / (2 + 1e-7), rtol=DIGITS)


def test_lion_moves_every_weight_by_the_learning_rate():
    # u = sign(.1·g) = ±1; decay λ = .5 takes .1·.5·w more: 4 → 3.7, −2 → −1.8
    start = [4.0, -2.0, 0.0]
    np.testing.assert_allclose(
        descend(Lion(0.1), start, [0.1])[0], [3.9, -1.9, 0], rtol=DIGITS
    )
    np.testing.assert_allclose(
        descend(Lion(0.1, weight_decay=0.5), start, [0.1])[0], [3.7, -1.8, 0]
    )


def test_lion_decides_by_one_average_and_keeps_another():
    # w = .05: g = .1, m = .001, w = −.05; then g = −.1 and
    # u = sign(.9·.001 − .1·.1) = −1, so w is back at .05
    path = descend(Lion(0.1), 0.05, [0.1] * 2)
    np.testing.assert_allclose(path, [-0.05, 0.05], rtol=DIGITS)


def test_amsgrad_takes_smaller_steps_than_adam_once_slopes_shrink():
    betas = {"beta_1": 0.0, "beta_2": 0.5}
    adam, amsgrad = (
        descend(rule(0.3, **betas), 1.0, [0.3] * 2) for rule in (Adam, AMSGrad)
    )
    # Slopes 2 and then 1.4. s: 2, then .5·2 + .5·1.96 = 1.98; AMSGrad keeps u = 2.
    # w = .7 − .3·1.4/√(s/.75)
    np.testing.assert_allclose(adam[0], amsgrad[0], rtol=0)
    np.testing.assert_allclose(adam[1], 0.7 - 0.42 / np.sqrt(1.98 / 0.75), rtol=1e-7)
    np.testing.assert_allclose(amsgrad[1], 0.7 - 0.42 / np.sqrt(2 / 0.75), rtol=1e-7)


@every_optimizer
def test_a_zero_gradient_at_zero_weight_changes_nothing(optimizer):
    path = descend(optimizer, np.zeros(3), [0.1] * 4)
    np.testing.assert_array_equal(path, np.zeros((4, 3)))


@pytest.mark.parametrize(
    "optimizer",
    [rule for rule in ALL if not getattr(rule, "weight_decay", 0.0)],
    ids=repr,
)
def test_without_decay_a_zero_gradient_leaves_the_parameter(optimizer):
    path = descend(optimizer, [1.5, -2.0], [0.1] * 2, slope=0.0)
    np.testing.assert_array_equal(path, [[1.5, -2.0]] * 2)


@every_optimizer
def test_float32_stays_close_to_float64(optimizer):
    # Far from zero, so that no sign flips on a rounding error.
    start, rates = [8.0, -6.0, 3.0], np.full(10, 0.01)
    double = descend(optimizer, start, rates)
    single = descend(optimizer, start, rates, dtype=np.float32)
    assert all(value.dtype == np.float32 for value in single)
    np.testing.assert_allclose(single, double, rtol=SINGLE)


@every_optimizer
def test_each_element_moves_on_its_own(optimizer):
    start, rates = np.array([[1.0, -2.0], [0.3, 5.0]]), [0.1, 0.05, 0.02]
    together = descend(optimizer, start, rates)[-1]
    alone = [descend(optimizer, value, rates)[-1] for value in start.ravel()]
    np.testing.assert_array_equal(together.ravel(), alone)


@every_optimizer
def test_a_falling_learning_rate_ends_near_the_minimum(optimizer):
    # AdaGrad is the slowest: its own rate falls beside the schedule's.
    path = descend(optimizer, [1.0, -0.5], 0.1 * 0.98 ** np.arange(200))
    assert np.abs(path[-1]).max() < 0.2


@pytest.mark.parametrize("rule", [Momentum, Nesterov])
def test_conventions_of_momentum_agree_while_the_learning_rate_stays(rule):
    rates = [0.1] * 5
    torch, keras = (
        descend(rule(0.1, convention=name), [1.0, -3.0], rates)
        for name in ("torch", "keras")
    )
    np.testing.assert_allclose(torch, keras, rtol=1e-13)
    changed = [0.1, 0.05]
    torch, keras = (
        descend(rule(0.1, convention=name), 1.0, changed)[-1]
        for name in ("torch", "keras")
    )
    assert abs(torch - keras) > 0.01


@pytest.mark.parametrize("rule", [Momentum, Nesterov])
def test_momentum_zero_is_gradient_descent(rule):
    rates = [0.1, 0.3]
    found = descend(rule(0.1, momentum=0.0), [1.0, -3.0], rates)
    np.testing.assert_allclose(found, descend(SGD(), [1.0, -3.0], rates), rtol=1e-15)


def test_adamw_without_decay_is_adam():
    rates = [0.1, 0.3, 0.2]
    found = descend(AdamW(weight_decay=0.0), [1.0, -3.0], rates)
    np.testing.assert_array_equal(found, descend(Adam(), [1.0, -3.0], rates))


@given(slope=st.floats(0.01, 1e4), start=st.floats(0.1, 100.0))
def test_the_first_step_of_adam_is_the_learning_rate_in_size(slope, start):
    (found,) = descend(Adam(), start, [0.01], slope=slope)
    np.testing.assert_allclose(start - found, 0.01, rtol=EPSILON_EFFECT)


def test_the_bias_correction_keeps_its_digits_in_float32():
    # 1 − β₂ᵗ = 1e-7 would have one digit, were it computed in float32.
    (found,) = descend(Adam(beta_2=1 - 1e-7), 1.0, [0.5], dtype=np.float32)
    np.testing.assert_allclose(found, 0.5, rtol=1e-6)


@every_optimizer
def test_config_survives_json(optimizer):
    config = json.loads(json.dumps(optimizer.to_config()))
    assert part_from_config(config, "optimizer") == optimizer


def test_equal_settings_are_equal_whatever_numbers_they_came_from():
    assert SGD(1) == SGD(np.float64(1)) == SGD(1.0)
    assert type(SGD(1).learning_rate) is float


def test_config_of_numpy_numbers_is_json():
    config = SGD(np.float32(0.5)).to_config()
    assert json.loads(json.dumps(config))["learning_rate"] == 0.5


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_name_class_and_instance_give_the_same_optimizer(name):
    kind = OPTIMIZERS[name]
    assert as_optimizer(name) == as_optimizer(kind) == as_optimizer(kind()) == kind()
    assert as_optimizer(kind(), learning_rate=0.5) == kind(learning_rate=0.5)


def test_every_rule_is_in_the_suite():
    assert {rule.name for rule in ALL} == set(OPTIMIZERS)


@pytest.mark.parametrize(
    ("value", "overrides", "message"),
    [
        ("adamm", {}, "unknown optimizer 'adamm'; did you mean adam"),
        ("adam", {"beta1": 0.5}, "did you mean beta_1"),
        (SGD(), {"momentum": 0.9}, "unknown setting of sgd 'momentum'"),
        (Optimizer, {}, "optimizer must be a name, a class or an instance"),
        (7, {}, "optimizer must be a name, a class or an instance"),
    ],
)
def test_what_is_no_optimizer_is_refused(value, overrides, message):
    with pytest.raises(OptionError, match=message):
        as_optimizer(value, **overrides)


BAD_VALUES = {
    "learning_rate": [0, -1, float("nan"), float("inf"), "fast", True, None, 10**400],
    "weight_decay": [-0.1, float("nan")],
    "momentum": [1.0, -0.1],
    "beta_1": [1.0, "x"],
    "beta_2": [1.0, -0.1],
    "rho": [1.0, -0.5],
    "epsilon": [0.0, -1e-8],
    "initial_accumulator": [-1.0],
    "momentum_decay": [-1.0],
    "bias_correction": [1, "yes"],
    "form": ["clasical"],
    "convention": ["jax", 3],
}


@pytest.mark.parametrize(
    ("name", "option", "value"),
    [
        (name, field.name, value)
        for name, kind in OPTIMIZERS.items()
        for field in fields(kind)
        for value in BAD_VALUES[field.name]
    ],
)
def test_a_setting_outside_its_range_is_refused_by_name(name, option, value):
    with pytest.raises(OptionError, match=option):
        as_optimizer(name, **{option: value})
    config = as_optimizer(name).to_config()
    with pytest.raises(ModelFileError, match=option):
        part_from_config({**config, option: value}, "optimizer")


@pytest.mark.parametrize(
    "config",
    [
        None,
        [],
        {},
        {"type": 3},
        {"type": "os.system"},
        {"type": "optimizer.system"},
        {"type": "optimizer.adam"},
        {"type": "schedule.constant"},
        {**Adam().to_config(), "beta_3": 0.5},
        {**Adam().to_config(), "beta_1": Adam().to_config()},
        {**Adam().to_config(), "beta_1": SGD().to_config()},
        {**Adam().to_config(), "beta_1": {}},
    ],
)
def test_a_config_that_was_not_written_here_is_a_model_file_error(config):
    with pytest.raises(ModelFileError):
        part_from_config(config, "optimizer")
