"""Every gradient, against central differences in float64; random graphs too."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona import gradient
from neurona import graph as g
from neurona.graph import BATCH, Graph
from neurona.reference import evaluate
from tests.cases import CASES

# Central differences with a step of 2^-17 err by about 1e-10; the demand is 1e-6.
TOLERANCE = 1e-6


def weighted(output, feeds, seed=0):
    """Scalar that weighs every entry of the output differently."""
    (value,) = evaluate([output], feeds)
    weight = g.input("weight", output.shape)
    draws = np.random.default_rng(seed).uniform(0.5, 1.5, value.shape)
    return g.sum(output * weight), {**feeds, weight: draws}


def floats_of(feeds):
    return [node for node in feeds if node.dtype == "float"]


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.order], ids=lambda case: case.name
)
def test_gradients_of_every_case(case):
    output, feeds = case.make()
    wrt = floats_of(feeds)
    total, feeds = weighted(output, feeds)
    gradient.check_gradients(
        total, wrt, feeds, order=case.order, tolerance=TOLERANCE, seed=1
    )


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.slopes is not None], ids=lambda case: case.name
)
def test_slopes_at_ties_and_jumps_are_the_convention_s(case):
    output, feeds = case.make()
    grads = gradient.backward(g.sum(output), floats_of(feeds))
    for found, wanted in zip(evaluate(grads, feeds), case.slopes, strict=True):
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_gradient_graphs_are_well_formed_and_have_the_variable_s_shape(case):
    output, feeds = case.make()
    if output.dtype != "float" or not floats_of(feeds):
        return
    wrt = floats_of(feeds)
    grads = gradient.backward(g.sum(output), wrt)
    g.verify(Graph.of(*grads))
    for node, value in zip(wrt, evaluate(grads, feeds), strict=True):
        assert value.shape == feeds[node].shape


SMOOTH = [
    g.sin,
    g.cos,
    g.tanh,
    g.sigmoid,
    g.softplus,
    g.arctan,
    g.erf,
    lambda a: g.exp(g.tanh(a)),
    lambda a: g.log(1.5 + g.sin(a)),
    lambda a: g.log1p(a * a),
    lambda a: g.expm1(g.tanh(a)),
    lambda a: g.sqrt(1.0 + a**2),
    lambda a: -a,
    lambda a: a**3 / 10.0,
    lambda a: g.softmax(a),
    lambda a: a - g.reshape(g.log_sum_exp(a), (BATCH, 1)),
    lambda a: a - g.mean(a, 0),
    lambda a: a - g.mean(a, 1, keepdims=True),
    lambda a: g.concatenate([g.slice_axis(a, 1, 3), g.slice_axis(a, 0, 1)]),
    lambda a: g.slice_axis(g.pad(a, 2, 1), 1, 4),
    lambda a: g.reshape(g.sum(g.reshape(a, (BATCH, 3, 1)), 2), (BATCH, 3)),
]
JOINING = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * g.tanh(b),
    lambda a, b: a / (2.0 + g.sin(b)),
    lambda a, b: (1.5 + g.sin(a)) ** g.cos(b),
    lambda a, b: g.binary_cross_entropy(a, b) / 4.0,
    lambda a, b: a @ (g.contract_rows(a, b) / (4.0 * g.rows())),
    lambda a, b: a + g.sum(b, 0) / g.rows(),
    lambda a, b: g.reshape(g.cross_entropy(a, g.softmax(b)), (BATCH, 1)) + a,
    lambda a, b: g.where(g.greater(g.sin(b), 2.0), a, b),
]


@st.composite
def random_graphs(draw):
    """A graph of smooth operations on values of shape (N, 3), and a point."""
    n_rows = draw(st.integers(1, 3))
    x = g.input("x", (BATCH, 3))
    weight, bias, scale = (
        g.parameter("weight", (3, 3)),
        g.parameter("bias", (3,)),
        g.parameter("scale"),
    )
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    feeds = {
        x: rng.uniform(-1.5, 1.5, (n_rows, 3)),
        weight: rng.uniform(-1, 1, (3, 3)),
        bias: rng.uniform(-1, 1, 3),
        scale: rng.uniform(0.5, 1.5),
    }
    made = [x, g.tanh(x @ weight + bias), x * scale]
    for _ in range(draw(st.integers(1, 8))):
        first = draw(st.sampled_from(made))
        if draw(st.booleans()):
            made.append(draw(st.sampled_from(SMOOTH))(first))
        else:
            second = draw(st.sampled_from(made))
            made.append(draw(st.sampled_from(JOINING))(first, second))
    # Bounded, so that cubes of cubes leave the differences their digits.
    return g.mean(g.tanh(made[-1] / 4.0) + g.tanh(made[1])), feeds


@settings(deadline=None, max_examples=60)
@given(random_graphs())
def test_gradients_of_random_graphs(drawn):
    output, feeds = drawn
    gradient.check_gradients(output, list(feeds), feeds, tolerance=TOLERANCE)


@settings(deadline=None, max_examples=15)
@given(random_graphs())
def test_second_order_gradients_of_random_graphs(drawn):
    output, feeds = drawn
    gradient.check_gradients(output, list(feeds), feeds, order=2, tolerance=1e-5)


@settings(deadline=None, max_examples=30)
@given(random_graphs())
def test_the_order_of_second_derivatives_does_not_matter(drawn):
    """∂/∂b (∂f/∂s) summed over b is the slope of Σ ∂f/∂b in s."""
    output, feeds = drawn
    nodes = {node.name: node for node in feeds}
    bias, scale = nodes["bias"], nodes["scale"]
    by_bias, by_scale = gradient.backward(output, [bias, scale])
    one = gradient.backward(g.sum(by_bias), [scale])[0]
    other = g.sum(gradient.backward(by_scale, [bias])[0])
    first, second = evaluate([one, other], feeds)
    assert float(first) == pytest.approx(float(second), rel=1e-9, abs=1e-12)
