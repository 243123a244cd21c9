"""Letters, numbers and values of every line agree, for every kind of layer."""

import numpy as np
import pytest

from neurona import (
    Activation,
    BatchNorm,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    Input,
    LayerNorm,
    Network,
    Residual,
    Scale,
    explain,
)
from neurona.explain.derive import quantities
from neurona.explain.letters import row_shape
from neurona.explain.step.numbers import StepRequest
from neurona.explain.step.worked_step import work_step
from neurona.nn.activations import ACTIVATIONS, SELU_ALPHA, SELU_SCALE
from neurona.show.notation import Number, Symbol
from tests.explain.term_values import value_of

# The same few operations in another order, in float64.
TOLERANCE = 1e-9

SAMPLE = np.array([0.3, -0.8, 1.1])


def sequence(*layers):
    return Network([*layers], n_inputs=3, seed=3, dtype="float64")


def tied():
    layer = Dense(3, "tanh")
    return sequence(layer, LayerNorm(), layer, Dense(1))


def two_headed():
    word, size = Input("word", 2, "integer"), Input("size", 3)
    joined = Concatenate()(Embedding(4, 2)(word()), size())
    hidden = LayerNorm()(Dense(3, "relu")(joined))
    heads = {"price": Dense(1)(hidden), "kind": Dense(3)(hidden)}
    return Network(inputs=[word, size], outputs=heads, seed=3, dtype="float64")


def seen_inside():
    x = Input("x", 3)
    shown = Dense(2, "tanh")(x())
    return Network(
        inputs=[x],
        outputs={"inner": shown, "outer": Dense(1)(shown)},
        seed=3,
        dtype="float64",
    )


STEPS = {
    "norms": (
        sequence(Dense(4), BatchNorm(), Activation("tanh"), LayerNorm(), Dense(2)),
        SAMPLE, [0.5, 1.0], "mse",
    ),
    "residual": (
        sequence(Residual([Dense(3, "relu"), Dropout(0.5), Dense(3)]), Dense(1)),
        SAMPLE, 0.5, "huber",
    ),
    "tied": (tied(), SAMPLE, 0.5, "mae"),
    "scaled": (
        sequence(Scale([0, 1, 0], [1, 2, 3]), Dense(2, "softmax"), Dense(2)),
        SAMPLE, [1.0, 0.0], "mse",
    ),
    "normalized logits": (sequence(Dense(3), LayerNorm()), SAMPLE, 1, "cross_entropy"),
    "normalized answers": (
        sequence(Dense(2), LayerNorm()), SAMPLE, [1.0, 0.0], "binary_cross_entropy",
    ),
    "softmax apart": (
        sequence(Dense(3), BatchNorm(), Activation("softmax"), Dense(1)),
        SAMPLE, 0.5, "mse",
    ),
    "wide": (sequence(Dense(9, "tanh"), LayerNorm(), Dense(1)), SAMPLE, 0.5, "mse"),
    "no sum at all": (
        sequence(LayerNorm(), Activation("tanh")), SAMPLE, SAMPLE, "mse",
    ),
    "deviation": (sequence(Dense(2)), SAMPLE, 0.5, "gaussian_nll"),
    "several": (
        two_headed(),
        {"word": np.array([2, 0]), "size": SAMPLE},
        {"price": 1.0, "kind": 2},
        {"price": "mse", "kind": "cross_entropy"},
    ),
    "seen inside": (
        seen_inside(), SAMPLE, {"inner": [0.5, 1.0], "outer": 2.0},
        {"inner": "mse", "outer": "mae"},
    ),
    **{
        f"{f.name} alone": (
            sequence(Dense(3), LayerNorm(), Activation(f.name), Dense(1)),
            SAMPLE, 0.5, "mse",
        )
        for f in ACTIVATIONS.values()
    },
}  # fmt: skip


def worked(name):
    network, x, y, loss = STEPS[name]
    return explain.worked_step(network, x, y, loss=loss, optimizer="sgd")


def entries_of(node):
    sizes = row_shape(node)
    return [tuple(str(i + 1) for i in index) for index in np.ndindex(sizes)]


def known_values(step):
    """What every letter of a step stands for."""
    letters, figures = step.letters, step.equations.figures
    found = {
        Symbol("N"): 1.0,
        Symbol("λ"): SELU_SCALE,
        Symbol("α"): SELU_ALPHA,
    }
    for stage in step.numbers.reading.stages:
        if stage.is_weighted:
            for at in entries_of(stage.z):
                found[letters.z(stage, *at)] = figures.term(stage.z, *at).value
    for node in letters.named:
        if node not in step.numbers.trace.values:
            continue
        for at in entries_of(node):
            found[letters.term(node, *at)] = figures.term(node, *at).value
            found[letters.slope(node, *at)] = figures.slope(node, *at).value
    return found


def lines_of(step):
    """Every line of the step, of every entry of every named node and parameter."""
    equations, letters = step.equations, step.letters
    derive = equations.in_letters
    for stage in step.numbers.reading.stages:
        for node in quantities(stage):
            for at in entries_of(node):
                if node.operation != "random_mask":
                    yield equations.made(letters.term(node, *at), node, *at)
                if node in step.numbers.trace.gradients:
                    yield equations.arriving(letters.slope(node, *at), node, *at)
    for name in step.gradients:
        node = step.letters.parameters[name]
        assert derive.consumers(node)
        for at in entries_of(node):
            yield equations.arriving(letters.slope(node, *at), node, *at)


def check_lines(step):
    values = known_values(step)
    for line in lines_of(step):
        _left, *sides, value = line.sides
        assert isinstance(value, Number)
        for side in sides:
            # Of a long sum any term is written, or the first few.
            if "Summation" not in repr(side) and "…" not in repr(side):
                found = value_of(side, values)
                assert found == pytest.approx(value.value, rel=TOLERANCE, abs=1e-12)


@pytest.mark.parametrize("name", STEPS)
def test_letters_and_numbers_of_every_line_give_its_value(name):
    check_lines(worked(name))


def test_masks_and_statistics_of_a_step_of_a_run_are_in_its_lines():
    network = sequence(Dense(4, "tanh"), Dropout(0.5), LayerNorm(), Dense(1))
    asked = explain.worked_step(network, SAMPLE, 1.0, loss="mse").numbers.request
    step = work_step(StepRequest(**{**vars(asked), "training": True, "seed": 1}))
    (layer,) = [layer for layer in step.numbers.layers if "m" in layer.inner]
    assert 0 < layer.inner["m"].sum() < 4
    check_lines(step)


@pytest.mark.parametrize("end", [1, 3])
def test_a_weight_of_the_row_hides_no_cancelling(end):
    loss = "cross_entropy" if end > 1 else "binary_cross_entropy"
    step = explain.worked_step(
        sequence(Dense(2, "tanh"), Dense(end)),
        SAMPLE,
        1,
        loss=loss,
        sample_weight=[0.25],
    )
    assert step.numbers.layers[-1].ending is not None
    check_lines(step)


@pytest.mark.parametrize("name", STEPS)
def test_no_layer_is_left_without_a_line(name):
    step = worked(name)
    page = step.to_text()
    assert "v₁" not in page
    assert "residual_1.dense_1.weight[" not in page
    for layer in step.numbers.layers:
        assert f"[{layer.stage.number}]" in page
