"""The exercises on shapes and on what backward still has to compute."""

import numpy as np
import pytest

from neurona import Dense, Network
from neurona.course.lessons import LESSONS, teach
from neurona.course.lessons.remaining import what_remains
from neurona.course.lessons.shapes import give_the_shapes
from neurona.errors import OptionError
from neurona.explain.step.ask import worked_step
from neurona.show.notation import show_text
from neurona.show.page import to_html
from tests.course.lessons.small import SMALL


def shapes(exercise):
    return {show_text(q.symbol): q.shape for q in exercise.quantities}


def test_shapes_are_those_of_the_networks_arrays():
    network = Network([Dense(4, "relu"), Dense(3, "tanh"), Dense(2)], n_inputs=5)
    X = np.zeros((7, 5))
    step = worked_step(network, X, np.zeros((7, 2)), loss="mse")
    found = shapes(give_the_shapes(network))
    for k, layer in enumerate(step.numbers.layers, start=1):
        sign = "⁽" + "⁰¹²³"[k] + "⁾"
        weight = step.gradients[f"dense_{k}.weight"]
        assert found[f"W{sign}"] == weight.shape
        assert found[f"∂J/∂W{sign}"] == weight.shape
        rows, units = layer.z.shape
        assert (rows, found[f"Z{sign}"]) == (7, ("N", units))
        assert found[f"Δ{sign}"] == ("N", layer.delta.shape[1])


def test_columns_are_the_transpose_of_rows():
    rows = shapes(give_the_shapes("2-3-1"))
    columns = shapes(give_the_shapes("2-3-1", convention="columns"))
    assert {name: shape[::-1] for name, shape in rows.items()} == columns


def test_samples_stand_in_rows_or_columns():
    with pytest.raises(OptionError, match="convention must be 'rows' or 'columns'"):
        give_the_shapes(convention="row")


@pytest.mark.parametrize(
    ("network", "count"),
    [("2-2-1", 9), ("5-16-16-5", 453), ("3-3-2", 20), ("2-3-3-1", 25)],
)
def test_parameters_are_counted_as_case_g8_has_them(network, count):
    assert give_the_shapes(network).parameter_count == count


def test_after_the_first_weight_the_second_needs_one_new_factor():
    # The notes' own exercise: ∂L/∂θ₁₂ after ∂L/∂θ₁₁ of a 2-2-1 network.
    exercise = what_remains("2-2-1")
    tasks = {task.entry: task for task in exercise.tasks}
    first, second = tasks["dense_1.weight", (0, 0)], tasks["dense_1.weight", (1, 0)]
    assert [show_text(f) for f in first.new][-1] == "∂z₁⁽¹⁾/∂w₁₁⁽¹⁾"
    assert [show_text(f) for f in second.new] == ["∂z₁⁽¹⁾/∂w₂₁⁽¹⁾"]


def test_every_derivative_has_something_new():
    for network in ("2-2-1", "3-3-2", "2-3-3-1"):
        assert all(task.new for task in what_remains(network).tasks)


def test_any_loss_and_function_can_be_asked_about():
    exercise = what_remains("3-2-3", activation="relu", loss="cross_entropy")
    assert "Answers" in to_html(exercise.page())


def test_a_wide_network_is_asked_about_in_part():
    assert len(what_remains("20-30-10").tasks) == 16


def test_every_lesson_becomes_a_page_and_json():
    for name in LESSONS:
        lesson = teach(name, **SMALL.get(name, {}))
        assert to_html(lesson.page())
        assert lesson.to_json()
