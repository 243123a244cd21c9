"""Every loss and every activation is explained in every view, none being named."""

import numpy as np
import pytest

from neurona import Dense, Input, Network
from neurona.explain import derive_symbols, explain_cost, matrix_view, worked_step
from neurona.graph import has_batch
from neurona.nn.activations import ACTIVATIONS
from neurona.nn.losses import LOSSES, as_loss

X = np.array([[0.5, -1.0], [1.5, 2.0], [-0.25, 0.75]])

VIEWS = {
    "step": lambda network, y, loss: worked_step(network, X, y, loss=loss),
    "rows": lambda network, y, loss: matrix_view(network, X, y, loss=loss),
    "columns": lambda network, y, loss: matrix_view(
        network, X, y, loss=loss, convention="columns"
    ),
    "symbols": lambda network, y, loss: derive_symbols(network, loss, weights="all"),
    "cost": lambda network, y, loss: explain_cost(network, loss, measure=False),
}
views = pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())


def target_of(network, name):
    (output,) = network.architecture.evaluation.outputs.values()
    spec = as_loss(name).target_spec(output.spec)
    assert has_batch(spec.shape)
    places = np.add.outer(np.arange(len(X)), np.arange(*spec.shape[1:] or (1,))) % 2
    return places if len(spec.shape) > 1 else places[:, 0]


def said_in_full(explained):
    return explained.to_json() and explained.to_text()


@views
@pytest.mark.parametrize("name", sorted(LOSSES))
def test_every_loss_is_explained(name, view):
    network = Network([Dense(3, "tanh"), Dense(2)], n_inputs=2, seed=1)
    assert said_in_full(view(network, target_of(network, name), name))


@views
@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_every_activation_is_explained_within_and_at_the_end(name, view):
    network = Network([Dense(3, name), Dense(2, name)], n_inputs=2, seed=1)
    assert said_in_full(view(network, target_of(network, "mse"), "mse"))


@views
def test_an_output_that_is_given_twice_is_explained(view):
    x = Input("x", 2)
    same = Dense(2, "softmax")(x)
    network = Network(inputs=[x], outputs={"one": same, "two": same})
    y = dict.fromkeys(("one", "two"), np.full((3, 2), 0.5))
    losses = {"one": "cross_entropy", "two": "mae"}
    assert said_in_full(view(network, y, losses))


def test_no_short_form_stands_for_a_sum_of_two_losses():
    x = Input("x", 2)
    same = Dense(2, "softmax")(x)
    network = Network(inputs=[x], outputs={"one": same, "two": same})
    found = derive_symbols(network, {"one": "cross_entropy", "two": "mae"})
    (delta,) = (part for part in found.parts if part.kind == "delta")
    assert "multiplied out" not in {rule for _equation, rule in delta.lines}
    assert all("a cancels" not in rule for _equation, rule in delta.lines)
