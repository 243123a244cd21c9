"""Worked steps by hand: what ``neurona explain`` says of the cases of the notes."""

import json
import math

import numpy as np
import pytest

from neurona.cli.asked import Asked
from neurona.cli.explain.views import VIEWS

TEN_DIGITS = 1e-9
# The numbers of these cases are written with seven digits.
SEVEN_DIGITS = 1e-6

XOR_ROWS = ["0,0;0,1;1,0;1,1"]


def explained(view="step", weights=None, **options):
    if weights is not None:
        weights = json.dumps(weights)
    document = VIEWS[view].answer(Asked(weights=weights, **options)).to_json()
    # What is said must be what JSON can say.
    return json.loads(json.dumps(document, allow_nan=False))


def near(value, digits=TEN_DIGITS):
    """Allow for rounding, relative to each number, and to 1 where it is 0."""
    return pytest.approx(np.asarray(value), rel=digits, abs=digits)


def unit(weights, bias):
    return {"dense_1.weight": [[w] for w in weights], "dense_1.bias": [bias]}


def test_a_linear_unit_gives_a_half_for_every_row_of_xor():
    # G1: w = (0, 0, ½): ŷ = ½ four times, MSE = ((½)² · 4)/4 = ¼; at w = 0 the
    # gradient is 2/N Xᵀ(Xw − y) = −½ (1, 1, 2).
    case = {"subject": "2-1", "input": XOR_ROWS, "target": ("0;1;1;0",)}
    best = explained(weights=unit([0, 0], 0.5), **case)
    assert best["forward"][0]["a"] == [[0.5]] * 4
    assert best["loss"] == near(0.25)
    assert explained(weights=unit([0, 0], 0.5), loss="half_mse", **case)[
        "loss"
    ] == near(0.125)
    assert explained(weights=unit([0, 0], 0.5), reduction="sum", **case)[
        "loss"
    ] == near(1)
    for extra, factor in (
        ({}, 1.0),
        ({"reduction": "sum"}, 4.0),
        ({"loss": "half_mse"}, 0.5),
    ):
        start = explained(weights=unit([0, 0], 0), **case, **extra)
        assert start["gradients"]["dense_1.weight"] == near(
            [[-0.5 * factor], [-0.5 * factor]]
        )
        assert start["gradients"]["dense_1.bias"] == near([-1.0 * factor])


def test_logistic_regression_on_xor_stays_at_ln_2():
    # G1: at w = 0 every p is ½, so the loss is ln 2, and its gradient is 0.
    found = explained(
        subject="2-1",
        output="sigmoid",
        weights=unit([0, 0], 0),
        input=XOR_ROWS,
        target=("0;1;1;0",),
    )
    assert found["loss"] == near(math.log(2))
    assert found["gradients"]["dense_1.weight"] == near([[0], [0]])


def test_mcculloch_pitts_units_count_to_their_threshold():
    # G2: z = Σx, fires where z ≥ θ; the bias is −θ.
    found = explained(
        subject="4-1",
        output="heaviside",
        weights=unit([1, 1, 1, 1], -2),
        input=("1,0,0,1",),
        target=("1",),
    )
    assert found["forward"][0]["z"] == near([0])
    assert found["forward"][0]["a"] == [1.0]
    for threshold, answers in ((2, "0001"), (1, "0111"), (0, "1111")):
        gate = explained(
            subject="2-1",
            output="heaviside",
            weights=unit([1, 1], -threshold),
            input=XOR_ROWS,
            target=("0;0;0;1",),
        )
        assert "".join(str(int(a)) for (a,) in gate["forward"][0]["a"]) == answers


def test_a_threshold_unit_may_fire_above_its_threshold_alone():
    # G2b: the plain unit with w = (2, 1, 1), θ = 2: 1,0,0 gives z = 2 − 2 = 0.
    case = {
        "subject": "3-1",
        "weights": unit([2, 1, 1], -2),
        "input": ("1,0,0",),
        "target": ("1",),
    }
    plain = explained(output="heaviside", **case)
    strict = explained(output="strict_heaviside", **case)
    assert (plain["output"], strict["output"]) == ([1.0], [0.0])


def test_a_sign_unit_computes_and_of_signs():
    # G3: sign(2x + 2y − 1) at (−,−), (−,+), (+,−), (+,+).
    found = explained(
        subject="2-1",
        output="sign",
        weights=unit([2, 2], -1),
        input=("-1,-1;-1,1;1,-1;1,1",),
        target=("-1;-1;-1;1",),
    )
    assert found["forward"][0]["z"] == [[-5], [-1], [-1], [3]]
    assert found["forward"][0]["a"] == [[-1], [-1], [-1], [1]]


@pytest.mark.parametrize(
    ("function", "third", "answers"),
    [
        ("sign", [-30, 10, 10, -30], [-1, 1, 1, -1]),
        ("heaviside", [-10, 10, 10, -10], [0, 1, 1, 0]),
        ("sigmoid", None, [4.543910e-5, 0.9999545195, 0.9999545195, 4.543910e-5]),
    ],
)
def test_a_network_with_set_weights_computes_xor(function, third, answers):
    # G4: OR and NAND of the inputs, and AND of these.
    found = explained(
        subject="2-2-1",
        activation=function,
        output=function,
        loss="mse",
        weights={
            "dense_1.weight": [[20, -20], [20, -20]],
            "dense_1.bias": [-10, 30],
            "dense_2.weight": [[20], [20]],
            "dense_2.bias": [-30],
        },
        input=XOR_ROWS,
        target=("0;1;1;0",),
    )
    hidden, output = found["forward"]
    assert hidden["z"] == [[-10, 30], [10, 10], [10, 10], [30, -10]]
    if third is not None:
        assert output["z"] == [[z] for z in third]
    assert [a for (a,) in output["a"]] == near(answers, SEVEN_DIGITS)


def test_the_perceptron_learns_the_emails_by_its_own_rule():
    # G6: z = −1 · 1 + 0 · 5 − ½ = −1.5 → 0, but y = 1: w ← w + ½ · 1 · x.
    case = {
        "subject": "2-1",
        "output": "heaviside",
        "input": ("1,5;1,0",),
        "target": ("1;0",),
    }
    found = explained(weights=unit([-1, 0], -0.5), learning_rate=0.5, **case)
    assert found["gradients"]["dense_1.weight"] == [[0.0], [0.0]]
    rule = found["perceptron_rule"]
    assert rule["z"] == near([-1.5, -0.5])
    assert rule["prediction"] == [0, 0]
    assert rule["update"]["dense_1.weight"] == near([[-0.5], [2.5]])
    assert rule["update"]["dense_1.bias"] == near([0])
    # The next pass errs nowhere.
    again = explained(weights=rule["update"], learning_rate=0.5, **case)
    assert again["perceptron_rule"]["z"] == near([12, -0.5])
    assert again["perceptron_rule"]["error"] == [0, 0]
    # With η = 0.8 the second e-mail is wrong too, and mends it.
    far = explained(weights=unit([-1, 0], -0.5), learning_rate=0.8, **case)
    assert far["perceptron_rule"]["weights"] == near([[-0.2, 4], [-1, 4]])
    assert far["perceptron_rule"]["biases"] == near([0.3, -0.5])


def test_the_same_emails_by_gradient_descent():
    # G6b: both rows have z = −1.5, p = σ(−1.5); δ = (p − y)/2.
    found = explained(
        subject="2-1",
        output="sigmoid",
        weights=unit([-1, 0], -0.5),
        input=("1,5;1,0",),
        target=("1;0",),
        learning_rate=0.5,
    )
    p = 0.1824255
    assert found["output"] == near([[p], [p]], SEVEN_DIGITS)
    assert found["loss"] == near(0.9514133, SEVEN_DIGITS)
    assert found["gradients"]["dense_1.weight"] == near(
        [[-0.3175745], [-2.0439362]], SEVEN_DIGITS
    )
    assert found["update"]["dense_1.weight"] == near(
        [[-0.8412128], [1.0219681]], SEVEN_DIGITS
    )
    assert found["update"]["dense_1.bias"] == near([-0.3412128], SEVEN_DIGITS)
    assert found["loss_after"] == near(0.1434406, SEVEN_DIGITS)
    # A chain has one product per row, and they add up.
    chain = found["chains"]["dense_1.weight"]["1,0"]
    assert [term["row"] for term in chain["terms"]] == [0, 1]
    assert [term["product"] for term in chain["terms"]] == near(
        [(p - 1) / 2 * 5, 0], SEVEN_DIGITS
    )
    assert chain["product"] == near(-2.0439362, SEVEN_DIGITS)


XOR_NETWORK = {
    "subject": "2-2-1",
    "input": ("1,0",),
    "target": ("1",),
    # Rows are inputs here and hidden units in the notes.
    "weights": {
        "dense_1.weight": [[0.1, 0.3], [0.2, 0.4]],
        "dense_1.bias": [0.1, -0.1],
        "dense_2.weight": [[0.5], [-0.5]],
        "dense_2.bias": [0.2],
    },
}


def test_the_nine_derivatives_of_2_2_1():
    # G9: z = (0.2, 0.2), a = σ(0.2) both, ŷ = 0.5a − 0.5a + 0.2 = 0.2, L = 0.8².
    found = explained(loss="mse", optimizer="sgd", learning_rate=0.1, **XOR_NETWORK)
    a = 0.5498339973124778
    hidden, output = found["forward"]
    assert (found["input"], found["target"]) == ([1, 0], [1])
    assert hidden["z"] == near([0.2, 0.2])
    assert hidden["a"] == near([a, a])
    assert output["a"] == near([0.2])
    assert found["loss"] == near(0.64)
    # ∂L/∂ŷ = 2 (0.2 − 1) = −1.6; times ±0.5, times a (1 − a), times x.
    d = 1.6 * 0.5 * a * (1 - a)
    grads = found["gradients"]
    assert grads["dense_2.weight"] == near([[-1.6 * a], [-1.6 * a]])
    assert grads["dense_2.weight"][0][0] == near(-0.8797343957)
    assert grads["dense_2.bias"] == near([-1.6])
    assert grads["dense_1.weight"] == near([[-d, d], [0, 0]])
    assert grads["dense_1.bias"] == near([-0.1980132582, 0.1980132582])
    for name, checks in found["checks"].items():
        assert checks == near(grads[name], 1e-7)  # central differences round
    update = found["update"]
    assert update["dense_2.weight"] == near([[0.5879734396], [-0.4120265604]])
    assert update["dense_2.bias"] == near([0.36])
    assert update["dense_1.weight"] == near([[0.1198013258, 0.2801986742], [0.2, 0.4]])
    assert update["dense_1.bias"] == near([0.1198013258, -0.1198013258])
    assert found["loss_after"] == near(0.2845803795)
    assert found["optimizer"]["name"] == "sgd"


def test_a_chain_of_2_2_1_goes_from_the_loss_to_the_weight():
    # G9: −1.6 · 1 · 0.5 · a(1 − a) · 1; of nine chains 24 factors were known already.
    found = explained(loss="mse", learning_rate=0.1, **XOR_NETWORK)
    chain = found["chains"]["dense_1.weight"]["0,0"]
    values = [factor["value"] for factor in chain["factors"]]
    assert values == near([-1.6, 1, 0.5, 0.2475165727, 1])
    assert chain["factors"][0]["symbol"] == "∂L/∂ŷ"
    assert chain["product"] == near(-0.1980132582)
    assert found["reused"] == 24


def test_2_2_1_with_a_sigmoid_and_binary_cross_entropy():
    # G9: ŷ = σ(0.2) = 0.5498, L = −ln ŷ, δ = ŷ − 1.
    found = explained(output="sigmoid", **XOR_NETWORK)
    assert found["output"] == near([0.5498339973])
    assert found["loss"] == near(0.5981388694)
    grads = found["gradients"]
    assert grads["dense_1.weight"][0] == near([-0.0557117731, 0.0557117731])
    assert grads["dense_2.weight"] == near([[-0.2475165727], [-0.2475165727]])
    assert grads["dense_2.bias"] == near([-0.4501660027])
    delta = found["chains"]["dense_2.bias"]["0"]["factors"][0]
    assert delta["value"] == near(-0.4501660027)


SOFTMAX_NETWORK = {
    "subject": "3-3-2",
    "activation": "relu",
    "output": "softmax",
    "input": ("1,2,-1",),
    # The notes' Ω has a row for each unit.
    "weights": {
        "dense_1.weight": [[1, 0, 1], [-1, 1, 0], [0, 1, -1]],
        "dense_1.bias": [0, 0, 0],
        "dense_2.weight": [[1, 0], [0.5, 0], [0, 0.25]],
        "dense_2.bias": [math.log(3), 0],
    },
}


def test_3_3_2_with_relu_softmax_and_cross_entropy():
    # G10: z = (−1, 1, 2), h = (0, 1, 2), logits (ln 3 + ½, ½), s = (¾, ¼).
    found = explained(target=("0",), **SOFTMAX_NETWORK)
    hidden, output = found["forward"]
    assert hidden["z"] == near([-1, 1, 2])
    assert hidden["a"] == near([0, 1, 2])
    assert output["a"] == near([0.75, 0.25])
    assert found["target"] == 0
    assert found["loss"] == near(0.2876820725)
    first, last = found["backward"]
    assert last["delta"] == near([-0.25, 0.25])
    assert first["grad_a"] == near([-0.25, -0.125, 0.0625])
    assert first["delta"] == near([0, -0.125, 0.0625])
    assert found["input_gradient"] == near([0.0625, -0.125, -0.1875])
    grads = found["gradients"]
    assert np.transpose(grads["dense_2.weight"]) == near(
        [[0, -0.25, -0.5], [0, 0.25, 0.5]]
    )
    assert np.transpose(grads["dense_1.weight"]) == near(
        [[0, 0, 0], [-0.125, -0.25, 0.125], [0.0625, 0.125, -0.0625]]
    )


def test_3_3_2_where_the_other_class_is_the_true_one():
    # G10: L = −ln ¼, δ = s − (0, 1) = (¾, −¾).
    found = explained(target=("1",), **SOFTMAX_NETWORK)
    first, last = found["backward"]
    assert found["loss"] == near(1.3862943611)
    assert last["delta"] == near([0.75, -0.75])
    assert first["delta"] == near([0, 0.375, -0.1875])
    assert found["input_gradient"] == near([-0.1875, 0.375, 0.5625])


def test_a_chain_of_3_3_2_begins_with_the_sum_of_its_paths():
    # G10: ∂L/∂h₂ = δ₁ w₂₁ + δ₂ w₂₂ = −¼ · ½ + ¼ · 0.
    found = explained(target=("0",), **SOFTMAX_NETWORK)
    first, slope, last = found["chains"]["dense_1.weight"]["1,1"]["factors"]
    assert (first["value"], slope["value"], last["value"]) == near((-0.125, 1, 2))
    assert [way["values"] for way in first["sum"]] == near([[-0.25, 0.5], [0.25, 0]])


@pytest.mark.parametrize(
    ("target", "loss", "delta"),
    [
        (0, 0.3566749, (-0.3, 0.2, 0.1)),
        (1, 1.6094379, (0.7, -0.8, 0.1)),
        (2, 2.3025851, (0.7, 0.2, -0.9)),
    ],
)
def test_cross_entropy_is_minus_the_logarithm_of_the_true_share(target, loss, delta):
    # G13: ŷ = (0.7, 0.2, 0.1), made by logits that are their logarithms.
    found = explained(
        subject="1-3",
        output="softmax",
        weights={
            "dense_1.weight": [[0, 0, 0]],
            "dense_1.bias": np.log([0.7, 0.2, 0.1]).tolist(),
        },
        input=("0",),
        target=(str(target),),
    )
    assert found["loss"] == near(loss, SEVEN_DIGITS)
    assert found["backward"][0]["delta"] == near(delta)


def test_softmax_of_a_thousand_does_not_overflow():
    # G13: softmax(1000, 1001, 1002) = softmax(0, 1, 2).
    found = explained(
        subject="1-3",
        output="softmax",
        weights={"dense_1.weight": [[0, 0, 0]], "dense_1.bias": [1000, 1001, 1002]},
        input=("0",),
        target=("0",),
    )
    assert found["output"] == near([0.0900306, 0.2447285, 0.6652410], SEVEN_DIGITS)


@pytest.mark.parametrize(
    ("p", "target", "loss", "grad_p", "delta"),
    [
        (0.9, 1, 0.1053605, -1 / 0.9, -0.1),
        (0.9, 0, 2.3025851, 10, 0.9),
        (0.5, 1, 0.6931472, -2, -0.5),
    ],
)
def test_binary_cross_entropy_and_its_two_slopes(p, target, loss, grad_p, delta):
    # G14: dL/dŷ = −1/ŷ or 1/(1 − ŷ), and dL/dz = ŷ − y.
    found = explained(
        subject="1-1",
        output="sigmoid",
        weights=unit([0], math.log(p / (1 - p))),
        input=("0",),
        target=(str(target),),
    )
    assert found["loss"] == near(loss, SEVEN_DIGITS)
    assert found["backward"][0]["grad_prediction"] == near([grad_p])
    assert found["backward"][0]["delta"] == near([delta])


def test_a_moving_average_and_its_correction():
    # G15: V₁ = 0.9 · 0 + 0.1 · 30 = 3, and 3/(1 − 0.9) = 30.
    found = explained("average", subject="30,28,31,29,33", beta=0.9)
    assert found["values"] == near([3, 5.5, 8.05, 10.145, 12.43051], SEVEN_DIGITS)
    assert found["corrected"] == near(
        [30, 28.9473684, 29.7047970, 29.4998546, 30.3545701], SEVEN_DIGITS
    )
    assert found["weights"][:3] == near([0.1, 0.09, 0.081])
    assert found["memory"] == {"steps": near(10), "left": near(0.9**10)}
    constant = explained("average", subject="20,20,20", beta=0.9)
    assert constant["corrected"] == near([20, 20, 20])


VARIANTS = [
    ("sgd", (), (0.8, 0.64, 0.512)),
    ("momentum", ("form=average",), (0.98, 0.9424, 0.889712)),
    ("momentum", (), (0.8, 0.46, 0.062)),
    ("nesterov", (), (0.62, 0.2224, -0.108352)),
    ("rmsprop", (), (0.683772238983, 0.498870613507, 0.369180560292)),
    (
        "rmsprop",
        ("convention=keras", "epsilon=1e-8"),
        (0.683772237936, 0.498870611836, 0.369180558335),
    ),
    (
        "rmsprop",
        ("convention=keras",),
        (0.683772273512, 0.498870656292, 0.369180604957),
    ),
    ("adam", (), (0.9000000005, 0.8004122287, 0.7015862729)),
    ("adam", ("convention=keras",), (0.9000001581, 0.8004125019, 0.7015866431)),
    (
        "adam",
        ("bias_correction=false",),
        (0.6837722840, 0.2702060685, -0.1621413432),
    ),
    ("adam", ("weight_decay=1",), (0.9000000003, 0.8004122284, 0.7015862724)),
    ("adamw", ("weight_decay=1",), (0.8000000005, 0.6211874206, 0.4624570827)),
]


@pytest.mark.parametrize(("optimizer", "settings", "expected"), VARIANTS)
def test_three_steps_on_a_square(optimizer, settings, expected):
    # G16: f = w², w₀ = 1, η = 0.1; the first slope is 2.
    found = explained(
        "descent",
        subject="w**2",
        at=("w=1",),
        optimizer=optimizer,
        learning_rate=0.1,
        set=settings,
        steps=3,
    )
    assert [step["after"]["w"] for step in found["steps"]] == near(expected)
    assert found["steps"][0]["gradients"]["w"] == 2.0
    assert found["steps"][0]["checks"]["w"] == near(2.0)


def test_weights_times_columns_are_the_transpose_of_rows_times_weights():
    # G22: the columns (1, 5) and (1, 0) are the rows here.
    found = explained(
        subject="2-3",
        weights={
            "dense_1.weight": [[1, -1, 0.5], [0, 0.2, -0.1]],
            "dense_1.bias": [0, 0.1, -0.2],
        },
        input=("1,5;1,0",),
        target=("0,0,0;0,0,0",),
    )
    columns = np.transpose(found["forward"][0]["z"])
    assert columns == near([[1, 1], [0.1, -0.9], [-0.2, 0.3]])


def test_one_hidden_unit_with_tanh_and_a_sigmoid():
    # G23: z = ½ · 1 − ¼ · 2 + 0.1 = 0.1; ŷ = σ(0.8 tanh 0.1 − 0.2).
    found = explained(
        subject="2-1-1",
        activation="tanh",
        output="sigmoid",
        weights={
            "dense_1.weight": [[0.5], [-0.25]],
            "dense_1.bias": [0.1],
            "dense_2.weight": [[0.8]],
            "dense_2.bias": [-0.2],
        },
        input=("1,2",),
        target=("1",),
    )
    hidden, output = found["forward"]
    assert hidden["a"] == near([0.0996679946])
    assert output["a"] == near([0.4699697862])
    assert found["loss"] == near(0.7550868711)
    grads = found["gradients"]
    assert grads["dense_2.weight"] == near([[-0.0528270485]])
    assert grads["dense_2.bias"] == near([-0.5300302138])
    assert grads["dense_1.weight"] == near([[-0.4198120383], [-0.8396240766]])
    assert grads["dense_1.bias"] == near([-0.4198120383])
    # One path from each weight: δ, w, 1 − a², and what the weight reads.
    values = [f["value"] for f in found["chains"]["dense_1.weight"]["1,0"]["factors"]]
    assert values == near([-0.5300302138, 0.8, 1 - 0.0996679946**2, 2])
