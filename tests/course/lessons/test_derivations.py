"""Normal equations, the perceptron's bound, and coefficients counted."""

import math

import numpy as np
import pytest

from neurona import Dense, Network
from neurona.course.lessons import teach
from neurona.course.lessons.coefficients import count_coefficients
from neurona.course.lessons.normal_equations import solve_at_once
from neurona.course.lessons.perceptron import follow_perceptron
from neurona.errors import DataError, OptionError
from neurona.show.page import to_html

EXACT = 1e-9


def test_xor_solved_at_once_is_case_g1():
    found = solve_at_once("xor").to_json()
    assert found["XtX"] == [[2, 1, 2], [1, 2, 2], [2, 2, 4]]
    inverse = [[1, 0, -0.5], [0, 1, -0.5], [-0.5, -0.5, 0.75]]
    assert np.allclose(found["inverse"], inverse, atol=EXACT)
    assert found["Xty"] == [1, 1, 2]
    assert np.allclose(found["weights"], [0, 0, 0.5], atol=EXACT)
    assert np.allclose(found["predictions"], 0.5, atol=EXACT)
    assert found["mse"] == pytest.approx(0.25)
    assert found["singular_values"] == pytest.approx([2.524338, 1, 0.792287], rel=1e-6)


def test_a_line_through_points_is_case_g24():
    lesson = solve_at_once(X=[[1], [2], [3], [4]], y=[2.1, 3.9, 6.2, 7.8])
    assert lesson.weights == pytest.approx([1.94, 0.15], rel=EXACT)
    assert lesson.mse == pytest.approx(0.0205, rel=EXACT)
    text = teach("normal-equations", table="1:2.1 2:3.9 3:6.2 4:7.8")
    assert text.to_json() == lesson.to_json()


def test_columns_that_follow_from_each_other_have_a_pseudo_inverse():
    lesson = solve_at_once(X=[[1, 2], [2, 4], [3, 6]], y=[1, 2, 3])
    assert not lesson.has_inverse
    assert lesson.mse < EXACT
    assert "pseudo-inverse" in to_html(lesson.page())


def test_only_xor_is_told_to_need_a_hidden_layer():
    assert "hidden layer is needed" in to_html(solve_at_once("xor").page())
    assert "hidden layer is needed" not in to_html(solve_at_once("and").page())


@pytest.mark.parametrize(
    ("X", "y"),
    [([[1]], ["a"]), ([[1], [2]], [1]), ([[math.nan]], [1]), ([[1.0]] * 50, [1] * 50)],
)
def test_rows_that_cannot_be_solved_are_refused(X, y):
    with pytest.raises(DataError):
        solve_at_once(X=X, y=y)


def test_the_three_points_with_a_bias_are_case_g5():
    lesson = follow_perceptron("three-points")
    assert lesson.margin == pytest.approx(1 / math.sqrt(5))
    assert lesson.radius == pytest.approx(1.5)
    assert lesson.bound == pytest.approx(11.25)
    assert len(lesson.updates) == 3
    assert lesson.updates[-1].weights == (1, -0.5, 1)


def test_without_a_bias_they_have_no_margin_and_the_rule_goes_on():
    lesson = follow_perceptron("three-points", bias=False)
    assert lesson.direction is None
    seen = {update.weights for update in lesson.updates}
    assert seen == {(1.0, -0.5), (1.0, 0.5)}
    assert "for ever" in to_html(lesson.page())


def test_and_is_case_g5b():
    lesson = follow_perceptron("and")
    assert lesson.margin == pytest.approx(1 / math.sqrt(3))
    assert lesson.radius == pytest.approx(math.sqrt(3))
    assert lesson.bound == pytest.approx(9)
    assert len(lesson.updates) == 1


def test_both_inequalities_hold_at_every_update():
    rng = np.random.default_rng(0)
    for _trial in range(20):
        X = rng.normal(size=(8, 2))
        y = np.where(X @ rng.normal(size=2) + 0.3 > 0, 1, -1)
        lesson = follow_perceptron(X=X.tolist(), y=y.tolist())
        assert lesson.direction is not None
        for update in lesson.updates:
            assert update.norm_squared <= update.norm_bound + EXACT
            assert update.progress >= update.progress_bound - EXACT


def test_xor_cannot_be_separated():
    assert follow_perceptron("xor").to_json()["bound"] is None


def weights(lesson):
    return [update.weights for update in lesson.updates]


@pytest.mark.parametrize(
    "labels", [(1, 1, -1), (1, 1, 0), ("+", "+", "-"), ("+", "+", "−"), (True, True, 0)]
)
def test_labels_may_be_signs_or_truths_or_numbers(labels):
    points = [[0, 1], [0, -1], [-1, 0.5]]
    same = weights(follow_perceptron())
    assert weights(follow_perceptron(X=points, y=labels)) == same
    assert weights(follow_perceptron((points, labels))) == same


@pytest.mark.parametrize(
    "text",
    ["0,1:+ 0,-1:+ -1,.5:-", "0,1:1; 0,-1:1; -1,.5:0", "0,1:+1 0,-1:+1 −1,.5:−1"],
)
def test_points_may_be_text(text):
    # Case G5: no line through the origin separates them, and two updates alternate.
    lesson = teach("perceptron", points=text, bias=False)
    assert lesson.to_json()["cycle"] == 2
    assert set(weights(lesson)) == {(1, -0.5), (1, 0.5)}
    assert "the same 2 updates" in to_html(lesson.page())
    assert weights(teach("perceptron", points=text)) == weights(follow_perceptron())


def test_a_sum_of_zero_may_count_as_the_other_class():
    # Cases G5 and G5b, with a strict comparison.
    lesson = follow_perceptron(bias=False, strict=True)
    assert (set(weights(lesson)), lesson.cycle) == ({(0, 1), (0, 0)}, 2)
    assert weights(follow_perceptron(strict=True))[-1] == (1, -0.5, 1)
    assert weights(follow_perceptron("and", strict=True))[-1] == (1, 1, -1)


def test_points_that_are_barely_separable_are_followed_to_the_end():
    lesson = follow_perceptron("0,1:+ 1,1.1:- 3,1:- 0.5,1.2:+")
    assert 12 < len(lesson.updates) <= lesson.bound
    page = to_html(lesson.page())
    assert f"stopped after {len(lesson.updates)} updates" in page
    assert "Shown are the first 12 updates" in page


@pytest.mark.parametrize("text", ["0,1:+ 0:-", "0,1 1,0:+", "a,1:+", "0,1:"])
def test_text_that_is_no_points_is_refused_with_an_example(text):
    with pytest.raises(DataError, match=r"such as 0,1:\+"):
        follow_perceptron(text)


@pytest.mark.parametrize("points", ["0,1:2", "0,1:x", [[0, 1]], [1, 2, 3]])
def test_labels_are_of_two_classes(points):
    with pytest.raises(DataError, match="labelled"):
        follow_perceptron(points)


def test_an_unknown_set_of_points_offers_the_nearest():
    with pytest.raises(OptionError, match="xor"):
        follow_perceptron("xnor")


def test_cubic_coefficients_are_case_g8():
    lesson = count_coefficients(3)
    assert [count.polynomial for count in lesson.counts] == [4, 10, 20, 286]
    assert [count.grid for count in lesson.counts] == [4, 16, 64, 1_048_576]


def test_the_networks_count_is_that_of_a_network():
    (count,) = count_coefficients(inputs=[3], hidden=10).counts
    network = Network([Dense(10, "tanh"), Dense(1)], n_inputs=3)
    assert count.network == network.parameters.vector.size


def test_counts_start_at_one():
    with pytest.raises(OptionError):
        count_coefficients(0)
