"""Worked examples on bare graphs, with the arithmetic that a student can follow."""

import math

import numpy as np
import pytest

from neurona import graph as g
from neurona.gradient import backward
from neurona.graph import BATCH
from neurona.reference import evaluate

# The numbers below are rounded to ten digits.
TEN_DIGITS = 1e-9
# Where the source prints seven digits or fewer.
SEVEN_DIGITS = 1e-6


def assert_close(found, wanted, relative=TEN_DIGITS):
    wanted = np.asarray(wanted, np.float64)
    assert np.shape(found) == wanted.shape
    # Ten decimals are given: zeros and small numbers are held to half of the last.
    np.testing.assert_allclose(found, wanted, rtol=relative, atol=1e-10)


def values(outputs, feeds):
    return evaluate(list(outputs), feeds)


@pytest.mark.parametrize(
    ("at", "f", "slope"),
    [
        # x = .5: x² = .25, sin .25 = .2474039593, e^.2474039593 = 1.2806963574;
        #         slope 2·.5·cos(.25)·f = .9689124217·1.2806963574.
        (0.5, 1.2806963574, 1.2408826092),
        # x = 1: sin 1 = .8414709848; slope 2·cos(1)·f = 1.0806046117·2.3197768247.
        (1.0, 2.3197768247, 2.5067615350),
        # x = 2: sin 4 = −.7568024953; slope 4·cos(4)·f = −2.6145744835·.4691641859.
        (2.0, 0.4691641859, -1.2266647089),
    ],
)
def test_case_g7_the_chain_rule_on_exp_of_sin_of_a_square(at, f, slope):
    """f = e^(sin x²), f' = 2x · cos(x²) · f."""
    x = g.input("x", shape=())
    y = g.exp(g.sin(x**2))
    dy = backward(y, [x])[0]
    found, found_slope = values([y, dy], {x: at})
    assert_close(found, f)
    assert_close(found_slope, slope)


def test_case_g11_the_gradient_of_a_sum_of_tanh():
    """J = Σ tanh xᵢ on 200 points from −2 to 2: ∂J/∂xᵢ = 1 − tanh² xᵢ."""
    points = np.linspace(-2, 2, 200)
    # The sixth point: −2 + 5·4/199.
    assert_close(points[5], -1.8994974874)
    x = g.input("x", (BATCH,))
    total = g.sum(g.tanh(x))
    found, slopes = values([total, *backward(total, [x])], {x: points})
    # The points lie symmetrically and tanh is odd: the sum cancels.
    assert abs(float(found)) < 1e-13
    # tanh(−1.8994974874) = −.9561944174, its square .9143077638, and 1 less that.
    assert_close(slopes[5], 0.0856922362)
    # The trapezoid of 1 − tanh² over a step of 4/199 is about 2·tanh 2/(4/199) = 95.92.
    assert_close(slopes.sum(), 95.9909387, SEVEN_DIGITS)


def relu(x):
    return g.maximum(x, 0.0)


@pytest.mark.parametrize(
    ("function", "at", "value", "slope"),
    [
        # tanh' = 1 − tanh²: 1 − .7615941560² and 1 − .9640275801².
        (g.tanh, 1.0, 0.7615941560, 0.4199743416),
        (g.tanh, 2.0, 0.9640275801, 0.0706508249),
        # σ(1) = 1/(1 + .3678794412); σ' = σ(1 − σ), at most ¼, at 0.
        (g.sigmoid, 1.0, 0.7310585786, 0.1966119332),
        (g.sigmoid, 0.0, 0.5, 0.25),
        # x σ(x): slope σ + x σ' = .73105857863 + .19661193324.
        (lambda x: x * g.sigmoid(x), 1.0, 0.7310585786, 0.9276705119),
        # arctan 1 is an eighth of a turn; 1/(1 + 1²).
        (g.arctan, 1.0, math.pi / 4, 0.5),
        # A hundredth of −2.5, slope .01.
        (lambda x: g.maximum(x, 0.01 * x), -2.5, -0.025, 0.01),
        (relu, 3.0, 3.0, 1.0),
        (relu, -3.0, 0.0, 0.0),
        # By convention; any number from 0 to 1 would be a subgradient.
        (relu, 0.0, 0.0, 0.0),
        # The slope is 0 wherever it exists, so nothing can be learned through it.
        (g.heaviside, 0.0, 1.0, 0.0),
        (g.heaviside, -1.0, 0.0, 0.0),
        (g.heaviside, 2.0, 1.0, 0.0),
        (g.sign, 0.0, 0.0, 0.0),
    ],
)
def test_case_g12_activations_and_their_slopes(function, at, value, slope):
    x = g.input("x")
    y = function(x)
    found, found_slope = values([y, backward(y, [x])[0]], {x: at})
    assert_close(found, value)
    assert_close(found_slope, slope)


@pytest.mark.parametrize(
    ("target", "loss"),
    # −ln .7, −ln .2, −ln .1: only the true class's probability counts.
    [(0, 0.3566749), (1, 1.6094379), (2, 2.3025851)],
)
def test_case_g13_cross_entropy_of_three_classes(target, loss):
    """Logits ln ŷ give back ŷ = (.7, .2, .1), since softmax(ln ŷ) = ŷ where Σŷ = 1."""
    z = g.input("z", (BATCH, 3))
    label = g.input("label", (BATCH,), "integer")
    total = g.sum(g.cross_entropy(z, g.one_hot(label, 3)))
    shares = np.array([[0.7, 0.2, 0.1]])
    feeds = {z: np.log(shares), label: [target]}
    found, probability, slope = values(
        [total, g.softmax(z), *backward(total, [z])], feeds
    )
    assert_close(found, loss, SEVEN_DIGITS)
    assert_close(probability, shares)
    # s − y; for the second class (.7, .2 − 1, .1) = (.7, −.8, .1).
    assert_close(slope, shares - np.eye(3)[[target]])


def test_case_g13_softmax_takes_the_largest_out_before_the_exponential():
    """softmax(1000, 1001, 1002) = softmax(−2, −1, 0), and e^1002 is never formed.

    e^−2, e^−1, e^0 = .1353353, .3678794, 1 with sum 1.5032147.
    """
    z = g.input("z", (BATCH, 3))
    found, textbook = values(
        [g.softmax(z), g.exp(z) / g.sum(g.exp(z), 1, keepdims=True)],
        {z: [[1000.0, 1001.0, 1002.0]]},
    )
    assert_close(found, [[0.0900306, 0.2447285, 0.6652410]], SEVEN_DIGITS)
    assert np.isnan(textbook).all()


@pytest.mark.parametrize(
    ("probability", "target", "loss", "slope_a", "slope_z"),
    [
        # −ln .9; slopes −1/.9 and .9 − 1.
        (0.9, 1.0, 0.1053605, -1 / 0.9, -0.1),
        # −ln(1 − .9); dL/da = 1/(1 − .9) = 10, times σ' = .9·.1 gives dL/dz = .9.
        (0.9, 0.0, 2.3025851, 10.0, 0.9),
        # ln 2; slopes −1/.5 and .5 − 1.
        (0.5, 1.0, 0.6931472, -2.0, -0.5),
    ],
)
def test_case_g14_binary_cross_entropy(probability, target, loss, slope_a, slope_z):
    """By the formula in a, and in the stable form from the logit z = ln(a/(1 − a))."""
    a, z, t = g.input("a"), g.input("z"), g.input("t")
    formula = -(t * g.log(a) + (1 - t) * g.log(1 - a))
    stable = g.binary_cross_entropy(z, t)
    logit = math.log(probability / (1 - probability))
    found = values(
        [formula, stable, *backward(formula, [a]), *backward(stable, [z])],
        {a: probability, z: logit, t: target},
    )
    assert_close(found[0], loss, SEVEN_DIGITS)
    assert_close(found[1], loss, SEVEN_DIGITS)
    assert_close(found[2], slope_a)
    assert_close(found[3], slope_z)


def test_case_g22_a_layer_by_columns_and_by_rows():
    """Z = WᵀX + b with samples as columns is the transpose of XW + b with rows.

    First sample (1, 5):  1·1 + 5·0 + 0 = 1,  1·(−1) + 5·.2 + .1 = .1,
                          1·.5 + 5·(−.1) − .2 = −.2.
    Second sample (1, 0): 1 + 0 = 1,  −1 + .1 = −.9,  .5 − .2 = .3.
    """
    weight = g.parameter("W", (2, 3))
    columns = g.parameter("X", (2, 2))
    samples = g.input("samples", (BATCH, 2))
    bias = g.parameter("b", (3,))
    by_columns = g.transpose(weight) @ columns + g.reshape(bias, (3, 1))
    by_rows = samples @ weight + bias
    x = np.array([[1.0, 5.0], [1.0, 0.0]])
    feeds = {
        weight: [[1.0, -1.0, 0.5], [0.0, 0.2, -0.1]],
        bias: [0.0, 0.1, -0.2],
        samples: x,
        columns: x.T,
    }
    found_columns, found_rows = values([by_columns, by_rows], feeds)
    wanted = np.array([[1.0, 1.0], [0.1, -0.9], [-0.2, 0.3]])
    assert_close(found_columns, wanted)
    assert_close(found_rows, wanted.T)


def test_case_g23_two_inputs_one_tanh_one_sigmoid():
    """One row through a 2-1-1 network with binary cross-entropy.

    z1 = 1·.5 + 2·(−.25) + .1 = .1,         a1 = tanh .1 = .0996679946
    z2 = .8·.0996679946 − .2 = −.1202656043, a2 = σ(z2) = .4699697862
    L  = −ln .4699697862 = .7550868711
    dz2 = a2 − 1 = −.5300302138 = dc,        dv = dz2·a1 = −.0528270485
    dz1 = dz2·.8·(1 − a1²) = −.4240241710·.9900662909 = −.4198120383 = db
    dw  = dz1·x = (−.4198120383, −.8396240766)
    """
    x, y = g.input("x", (BATCH, 2)), g.input("y", (BATCH, 1))
    w, b = g.parameter("w", (2, 1)), g.parameter("b", (1,))
    v, c = g.parameter("v", (1, 1)), g.parameter("c", (1,))
    a1 = g.tanh(x @ w + b)
    z2 = a1 @ v + c
    loss = g.mean(g.binary_cross_entropy(z2, y))
    feeds = {
        x: [[1.0, 2.0]],
        y: [[1.0]],
        w: [[0.5], [-0.25]],
        b: [0.1],
        v: [[0.8]],
        c: [-0.2],
    }
    outputs = [a1, g.sigmoid(z2), loss, *backward(loss, [v, c, w, b])]
    found = values(outputs, feeds)
    assert_close(found[0], [[0.0996679946]])
    assert_close(found[1], [[0.4699697862]])
    assert_close(found[2], 0.7550868711)
    assert_close(found[3], [[-0.0528270485]])
    assert_close(found[4], [-0.5300302138])
    assert_close(found[5], [[-0.4198120383], [-0.8396240766]])
    assert_close(found[6], [-0.4198120383])


class Xor221:
    """The 2-2-1 network of case G9; weights are stored (inputs, outputs).

    Rows of the case's W1 are hidden units, so that it stands here transposed.
    """

    def __init__(self):
        self.x, self.y = g.input("x", (BATCH, 2)), g.input("y", (BATCH, 1))
        self.w1, self.b1 = g.parameter("w1", (2, 2)), g.parameter("b1", (2,))
        self.w2, self.b2 = g.parameter("w2", (2, 1)), g.parameter("b2", (1,))
        self.parameters = [self.w1, self.b1, self.w2, self.b2]
        self.a = g.sigmoid(self.x @ self.w1 + self.b1)
        self.z = self.a @ self.w2 + self.b2
        self.feeds = {
            self.x: [[1.0, 0.0]],
            self.y: [[1.0]],
            self.w1: np.array([[0.1, 0.2], [0.3, 0.4]]).T,
            self.b1: np.array([0.1, -0.1]),
            self.w2: np.array([[0.5], [-0.5]]),
            self.b2: np.array([0.2]),
        }


def test_case_g9_a_step_of_gradient_descent_on_squared_error():
    """One row of XOR, (1, 0) → 1, sigmoid hidden units and a linear output.

    z = (.1·1 + .1, .3·1 − .1) = (.2, .2), so a = σ(.2) = .5498339973 twice
    ŷ = .5·a − .5·a + .2 = .2,  L = (1 − .2)² = .64
    dŷ = −2·(1 − .2) = −1.6 = db2,  dw2 = −1.6·.5498339973 = −.8797343957
    σ'(.2) = .5498339973·.4501660027 = .2475165727
    dz = −1.6·(±.5)·.2475165727 = ∓.1980132582 = db1; dW1 likewise for the input 1
    and 0 for the input 0.
    """
    net = Xor221()
    loss = g.sum((net.y - net.z) ** 2)
    grads = backward(loss, net.parameters)
    a, prediction, found, dw1, db1, dw2, db2 = values(
        [net.a, net.z, loss, *grads], net.feeds
    )
    assert_close(a, [[0.5498339973, 0.5498339973]])
    assert_close(prediction, [[0.2]])
    assert_close(found, 0.64)
    assert_close(dw2, [[-0.8797343957], [-0.8797343957]])
    assert_close(db2, [-1.6])
    assert_close(dw1.T, [[-0.1980132582, 0.0], [0.1980132582, 0.0]])
    assert_close(db1, [-0.1980132582, 0.1980132582])

    # θ − .1·dθ, itself a graph.
    stepped = values(
        [p - 0.1 * grad for p, grad in zip(net.parameters, grads, strict=True)],
        net.feeds,
    )
    w1, b1, w2, b2 = stepped
    assert_close(w1.T, [[0.1198013258, 0.2], [0.2801986742, 0.4]])
    assert_close(b1, [0.1198013258, -0.1198013258])
    assert_close(w2, [[0.5879734396], [-0.4120265604]])
    assert_close(b2, [0.36])
    again = dict(zip(net.parameters, stepped, strict=True))
    (lower,) = values([loss], net.feeds | again)
    assert_close(lower, 0.2845803795)


def test_case_g9_the_same_network_with_a_sigmoid_output_and_cross_entropy():
    """ŷ = σ(.2) = .5498339973, L = −ln ŷ = .5981388694, dz2 = ŷ − 1 = −.4501660027.

    dw2 = dz2·a = −.4501660027·.5498339973 = −.2475165727
    dθ11 = dz2·.5·.2475165727 = −.0557117731, dθ21 the same with −.5.
    """
    net = Xor221()
    loss = g.sum(g.binary_cross_entropy(net.z, net.y))
    found = values([g.sigmoid(net.z), loss, *backward(loss, net.parameters)], net.feeds)
    assert_close(found[0], [[0.5498339973]])
    assert_close(found[1], 0.5981388694)
    assert_close(found[2].T, [[-0.0557117731, 0.0], [0.0557117731, 0.0]])
    assert_close(found[3], [-0.0557117731, 0.0557117731])
    assert_close(found[4], [[-0.2475165727], [-0.2475165727]])
    assert_close(found[5], [-0.4501660027])


@pytest.mark.parametrize(
    ("label", "loss", "dy", "dh", "dz", "dx"),
    [
        # Class 1: −ln .75; dy = s − (1, 0) = (−.25, .25);
        # dh = Ω1ᵀ dy = (1·(−.25), .5·(−.25), .25·.25);
        # dz = dh where z > 0: z = (−1, 1, 2) shuts the first unit;
        # dx = Ω0ᵀ dz = (.0625, −.125, −.125 − .0625).
        (0, 0.2876820725, (-0.25, 0.25), (-0.25, -0.125, 0.0625),
         (0.0, -0.125, 0.0625), (0.0625, -0.125, -0.1875)),
        # Class 2: −ln .25; dy = (.75, −.75); dh = (.75, .375, −.1875);
        # dx = (−.1875, .375, .375 + .1875).
        (1, 1.3862943611, (0.75, -0.75), (0.75, 0.375, -0.1875),
         (0.0, 0.375, -0.1875), (-0.1875, 0.375, 0.5625)),
    ],
)  # fmt: skip
def test_case_g10_backpropagation_through_relu_and_softmax(label, loss, dy, dh, dz, dx):
    """z = Ω0 x = (1 − 2, 2 − 1, 1 + 1) = (−1, 1, 2), h = ReLU(z) = (0, 1, 2).

    y = Ω1 h + (ln 3, 0) = (.5 + ln 3, .5): s = (3e^.5, e^.5)/(4e^.5) = (.75, .25).
    ds/dy = s₁(1 − s₁) = .1875 on the diagonal and −s₁s₂ = −.1875 beside it.
    Ω is stored transposed, (inputs, outputs), as every weight here.
    """
    x, target = g.input("x", (BATCH, 3)), g.input("label", (BATCH,), "integer")
    omega0, beta0 = g.parameter("omega0", (3, 3)), g.parameter("beta0", (3,))
    omega1, beta1 = g.parameter("omega1", (3, 2)), g.parameter("beta1", (2,))
    z = x @ omega0 + beta0
    h = relu(z)
    y = h @ omega1 + beta1
    s = g.softmax(y)
    total = g.mean(g.cross_entropy(y, g.one_hot(target, 2)))
    feeds = {
        x: [[1.0, 2.0, -1.0]],
        target: [label],
        omega0: np.array([[1.0, -1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 0.0, -1.0]]).T,
        beta0: np.zeros(3),
        omega1: np.array([[1.0, 0.5, 0.0], [0.0, 0.0, 0.25]]).T,
        beta1: [math.log(3), 0.0],
    }
    found = values([z, h, s, total], feeds)
    assert_close(found[0], [[-1.0, 1.0, 2.0]])
    assert_close(found[1], [[0.0, 1.0, 2.0]])
    assert_close(found[2], [[0.75, 0.25]])
    assert_close(found[3], loss)

    # Each column of ds/dy by one backward pass through one entry of s.
    jacobian = [
        values(backward(g.sum(g.slice_axis(s, i, i + 1)), [y]), feeds)[0][0]
        for i in range(2)
    ]
    assert_close(jacobian, [[0.1875, -0.1875], [-0.1875, 0.1875]])

    wrt = [y, h, z, x, omega1, omega0, beta1, beta0]
    grads = values(backward(total, wrt), feeds)
    for gradient, wanted in zip(grads, (dy, dh, dz, dx), strict=False):
        assert_close(gradient, [wanted])
    # The weights' gradients are outer products: dΩ1 = dy hᵀ, dΩ0 = dz xᵀ.
    assert_close(grads[4].T, np.outer(dy, [0.0, 1.0, 2.0]))
    assert_close(grads[5].T, np.outer(dz, [1.0, 2.0, -1.0]))
    assert_close(grads[6], dy)
    assert_close(grads[7], dz)
    if label == 0:
        assert_close(grads[4].T, [[0.0, -0.25, -0.5], [0.0, 0.25, 0.5]])
        assert_close(
            grads[5].T,
            [[0.0, 0.0, 0.0], [-0.125, -0.25, 0.125], [0.0625, 0.125, -0.0625]],
        )
