"""What is shown is what the reference computes, bit for bit."""

import math

import numpy as np
import pytest
from hypothesis import given, settings

from neurona import explain
from neurona.explain.step.ask import fresh_slots
from neurona.optimize import as_optimizer
from neurona.reference import Executable
from neurona.train.examples import choose_losses, prepare_examples, target_specs
from neurona.train.step import StepOptions, build_step
from tests.explain.step.random_networks import steps

PRODUCT = 1e-12
"""Factors are multiplied in another order than backpropagation multiplies them."""


def reference_step(network, x, y, loss, optimizer):
    """Gradients of the network itself, and parameters after the step that trains."""
    _loss, gradients = network.loss_and_gradients(x, y, loss=loss)
    architecture = network.architecture
    losses = choose_losses(loss, architecture.evaluation.outputs, y)
    data = prepare_examples(architecture, losses, x, y, np.dtype("float64"))
    rule = as_optimizer(optimizer)
    options = StepOptions(
        losses=losses,
        targets=target_specs(architecture, losses, data),
        optimizer=rule,
    )
    step = build_step(architecture, options)
    parameters = architecture.evaluation.build.parameters
    feeds = {
        **network.parameters,
        **fresh_slots(rule, parameters),
        **data,
        "learning_rate": rule.learning_rate,
        "step": 1.0,
    }
    new = Executable(step.graph)(feeds, rows=len(x))
    return gradients, new


def check_step(example):
    network, x, y, loss, optimizer = example
    gradients, new = reference_step(network, x, y, loss, optimizer)
    step = explain.worked_step(network, x, y, loss=loss, optimizer=optimizer)
    for name, grad in gradients.items():
        assert step.gradients[name].tobytes() == grad.tobytes()
        assert step.update[name].tobytes() == new[name].tobytes()
    for name, index in step.entries:
        chains = step.chain(name, index)
        found = float(gradients[name][index])
        parts = [chain.product for chain in chains]
        size = max(map(abs, parts))
        assert math.isclose(sum(parts), found, rel_tol=PRODUCT, abs_tol=PRODUCT * size)
        if len(parts) == 1:
            assert math.isclose(parts[0], found, rel_tol=PRODUCT, abs_tol=0.0)


@given(steps())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_worked_step_is_the_step_that_trains(example):
    check_step(example)


@pytest.mark.slow
@given(steps())
@settings(max_examples=1000, deadline=None)
def test_a_thousand_worked_steps_are_steps_that_train(example):
    check_step(example)
