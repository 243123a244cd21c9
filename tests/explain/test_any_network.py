"""Every side of every line that is written of a network has one value."""

from itertools import cycle

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurona.explain.cost import explain_cost
from neurona.explain.letters import CONVENTIONS
from neurona.explain.matrices import matrix_view
from neurona.explain.reading import read_network
from neurona.nn.layers import LAYERS
from neurona.nn.losses import LOSSES
from tests.explain.matrix_values import check_page_of_matrices
from tests.explain.networks import NETWORKS, ROWS
from tests.explain.random_graphs import examples
from tests.explain.unit_values import Numbers, check_derivation

# Central differences of a step of 1e-5 in float64.
MEASURED = 2e-5


@pytest.mark.parametrize("name", NETWORKS)
def test_every_line_of_a_derivation_holds(name):
    assert check_derivation(NETWORKS[name]()) > 0


@pytest.mark.parametrize(
    ("name", "convention"), list(zip(NETWORKS, cycle(CONVENTIONS), strict=False))
)
def test_every_line_of_matrices_holds(name, convention):
    assert check_page_of_matrices(NETWORKS[name](), ROWS, convention) > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("rows", [1, 2])
def test_every_line_of_matrices_holds_in_either_convention(name, rows, convention):
    assert check_page_of_matrices(NETWORKS[name](), rows, convention) > 0


def is_no_variance(numbers, node):
    letter, _layer, _name = numbers.letters.named[node]
    return letter == "σ²" and not np.all(numbers.arrays[node])


@pytest.mark.parametrize("name", NETWORKS)
def test_the_derivatives_are_those_that_are_measured(name):
    example = NETWORKS[name]()
    numbers = Numbers(
        example, read_network(example.network.architecture, example.losses)
    )
    for node, shift in numbers.shifts.items():
        # A variance of 0 cannot be made smaller.
        if numbers.zeros[shift].size <= 12 and not is_no_variance(numbers, node):
            measured = numbers.by_differences(node)
            assert numbers.grads[node] == pytest.approx(
                measured, rel=MEASURED, abs=MEASURED
            )


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_of_matrices_are_those_that_train(name):
    example = NETWORKS[name]()
    args = example.X, example.y
    view = matrix_view(example.network, *args, loss=example.losses)
    loss, grads = example.network.loss_and_gradients(*args, loss=example.losses)
    assert view.matrices.loss == loss
    for name_of, grad in grads.items():
        found = view.matrices.gradient(view.matrices.parameter(name_of))
        assert np.array_equal(found.reshape(grad.shape), grad)


def test_every_layer_and_every_loss_stands_in_some_network():
    layers, losses = set(), set()
    for build in NETWORKS.values():
        example = build()
        pending = list(example.network.architecture.names)
        while pending:
            layer = pending.pop()
            layers.add(type(layer))
            pending += layer.children()
        losses |= {type(loss) for loss in example.losses.values()}
    assert layers >= set(LAYERS.values())
    assert losses >= set(LOSSES.values())


def check_all(example, rows, convention):
    check_derivation(example)
    check_page_of_matrices(example, rows, convention)
    cost = explain_cost(example.network, example.losses, measure=False)
    assert cost.page().blocks


BUSY = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=60, deadline=None, suppress_health_check=BUSY)
@given(examples(), st.integers(1, 2), st.sampled_from(CONVENTIONS))
def test_random_graphs_are_explained_correctly(example, rows, convention):
    check_all(example, rows, convention)


@pytest.mark.slow
@settings(max_examples=500, deadline=None, suppress_health_check=BUSY)
@given(examples(depth=10), st.integers(1, ROWS), st.sampled_from(CONVENTIONS))
def test_many_random_graphs_are_explained_correctly(example, rows, convention):
    check_all(example, rows, convention)
