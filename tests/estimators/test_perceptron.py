"""The old rule: worked cases of the notes, its bound, its geometry, its bad input."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import ConvergenceWarning

from neurona import Perceptron, ThresholdUnit
from neurona.errors import DataError, OptionError
from neurona.estimators.neurons.margin import widest_margin
from neurona.messages import use_language

# What remains of rounding in a margin found by least squares.
ROUNDING = 1e-9
CORNERS = [(0, 0), (0, 1), (1, 0), (1, 1)]
THREE = [(0, 1), (0, -1), (-1, 0.5)]
LABELS = [1, 1, -1]
GATES = {
    "and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "nand": [1, 1, 1, 0], "xor": [0, 1, 1, 0],
}  # fmt: skip


def in_order(**settings):
    """A perceptron as the notes train it: rows as they come, from zeros, α = 1."""
    return Perceptron(shuffle=False, **settings)


def fit_quietly(model, X, y, **start):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y, **start)


# --- Case G5: three points ------------------------------------------------------------


def test_case_g5_without_a_bias_the_weights_go_round_a_cycle_of_two():
    with pytest.warns(ConvergenceWarning, match=r"not separable \(cycle of length 2\)"):
        model = in_order(fit_intercept=False).fit(THREE, LABELS)
    # Row 3 is answered + at w = 0: w₁ = −(−1, .5). Then row 1 has −.5:
    # w₂ = w₁ + (0, 1); row 2 has −.5: w₃ = w₂ + (0, −1) = w₁.
    path = model.updates_.path()
    assert path.tolist() == [[0, 0], [1, -0.5], [1, 0.5], [1, -0.5]]
    found = model.convergence_
    assert (found.cycle.length, found.margin, found.bound) == (2, 0, math.inf)
    assert not found.converged


def test_case_g5_strict_ties_give_another_cycle():
    model = fit_quietly(in_order(fit_intercept=False, strict=True), THREE, LABELS)
    # At w = 0 no row fires: row 1 is added, (0, 1); row 2 has −1, (0, 0); and again.
    assert model.updates_.path().tolist() == [[0, 0], [0, 1], [0, 0]]
    assert model.convergence_.cycle.length == 2


@pytest.mark.parametrize("strict", [False, True])
def test_case_g5_with_a_bias_three_updates_are_enough(strict):
    model = in_order(strict=strict).fit(THREE, LABELS)
    assert model.coef_.tolist() == [[1, -0.5]]
    assert model.intercept_.tolist() == [1]
    found = model.convergence_
    assert (found.mistakes, found.converged, found.cycle) == (3, True, None)
    # The longest row is (−1, .5, 1): 1 + .25 + 1 = 1.5²; 1.5²/(1/5) = 11.25.
    assert found.radius == 1.5
    assert found.margin == pytest.approx(0.4472136, rel=1e-6)
    assert found.margin == pytest.approx(1 / math.sqrt(5), rel=ROUNDING)
    assert found.bound == pytest.approx(11.25, rel=ROUNDING)


# --- Columns of other scales, and rows on the boundary --------------------------------


def test_a_column_of_large_numbers_does_not_hide_a_small_one():
    X = [[1e10, 0], [1e10, 1], [1.1e10, 0], [1.2e10, 1]]
    model = in_order(max_iter=2000).fit(X, [0, 1, 0, 1])
    found = model.convergence_
    assert model.predict(X).tolist() == [0, 1, 0, 1]
    assert found.converged
    # The second column alone keeps 1/2 from its boundary, at a w of length √5/2.
    assert 1 / math.sqrt(5) <= found.margin <= 1 / 2 + ROUNDING
    assert found.mistakes <= found.bound < math.inf
    with pytest.warns(ConvergenceWarning, match="are linearly separable"):
        in_order(max_iter=20).fit([[1e12, 0], [1e12, 1]], [0, 1])


def test_where_rows_lie_on_the_boundary_it_may_stop_all_the_same():
    model = in_order(fit_intercept=False, strict=True).fit([[0, 0], [1, 0]], [0, 1])
    found = model.convergence_
    assert (found.converged, found.separable, found.mistakes) == (True, False, 1)
    assert "It stopped after 1 mistake, but rows lie on the boundary" in str(found)


# --- Cases G5b, G5c: logic gates ------------------------------------------------------


@pytest.mark.parametrize(("strict", "updates"), [(True, 3), (False, 1)])
def test_case_g5b_and_of_signs(strict, updates):
    X = [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    model = in_order(strict=strict).fit(X, [-1, -1, -1, 1])
    assert len(model.updates_) == updates
    assert model.coef_.tolist() == [[1, 1]]
    assert model.intercept_.tolist() == [-1]
    found = model.convergence_
    assert found.radius == pytest.approx(math.sqrt(3), rel=ROUNDING)
    assert found.margin == pytest.approx(1 / math.sqrt(3), rel=ROUNDING)
    assert found.bound == pytest.approx(9, rel=ROUNDING)


@pytest.mark.parametrize(
    ("gate", "strict", "updates", "weights", "bias"),
    [
        ("and", False, 11, [2, 1], -3),
        ("and", True, 10, [2, 1], -2),
        ("or", False, 5, [1, 1], -1),
        ("or", True, 4, [1, 1], 0),
        ("nand", False, 10, [-2, -1], 2),
        ("nand", True, 11, [-2, -1], 3),
    ],
)
def test_case_g5c_gates_are_learned(gate, strict, updates, weights, bias):
    model = in_order(strict=strict).fit(CORNERS, GATES[gate])
    assert len(model.updates_) == updates
    assert model.coef_.tolist() == [weights]
    assert model.intercept_.tolist() == [bias]
    assert model.predict(CORNERS).tolist() == GATES[gate]
    assert model.convergence_.mistakes <= model.convergence_.bound


def test_case_g5c_the_sixth_epoch_of_and_is_clean():
    model = in_order().fit(CORNERS, GATES["and"])
    assert model.n_iter_ == 6
    assert model.updates_.epochs.max() == 5


@pytest.mark.parametrize(("strict", "bias"), [(False, 0), (True, 1)])
def test_case_g5c_xor_comes_again_at_the_end_of_epoch_three(strict, bias):
    model = fit_quietly(in_order(strict=strict), CORNERS, GATES["xor"])
    assert model.n_iter_ == 3
    assert model.coef_.tolist() == [[-1, 0]]
    assert model.intercept_.tolist() == [bias]
    cycle = model.convergence_.cycle
    assert (cycle.length, cycle.epochs) == (4, 1)


def test_the_cycle_goes_on_for_ever_if_it_is_let():
    model = fit_quietly(in_order(), CORNERS, GATES["xor"])
    again = fit_quietly(
        in_order(), CORNERS, GATES["xor"],
        coef_init=model.coef_, intercept_init=model.intercept_,
    )  # fmt: skip
    assert again.coef_.tolist() == model.coef_.tolist()
    assert len(again.updates_) == 4


# --- Case G6: two e-mails -------------------------------------------------------------

EMAILS, SPAM = [(1, 5), (1, 0)], [1, 0]


@pytest.mark.parametrize(
    ("alpha", "weights", "biases"),
    [
        # z = −1.5 → 0: w + .5·(1, 5), b + .5; the second has −.5 → 0: right.
        (0.5, [(-1, 0), (-0.5, 2.5)], [-0.5, 0]),
        # w = (−.2, 4), b = .3: the second has .1 → 1: w − .8·(1, 0), b − .8.
        (0.8, [(-1, 0), (-0.2, 4), (-1, 4)], [-0.5, 0.3, -0.5]),
    ],
)
def test_case_g6_two_emails(alpha, weights, biases):
    model = in_order(alpha=alpha).fit(EMAILS, SPAM, [[-1, 0]], [-0.5])
    assert model.updates_.path() == pytest.approx(
        np.column_stack([weights, biases]), rel=ROUNDING, abs=ROUNDING
    )
    assert model.convergence_.converged


def test_case_g6_what_the_emails_weigh_at_last():
    model = in_order(alpha=0.5).fit(EMAILS, SPAM, [[-1, 0]], [-0.5])
    # −.5·1 + 2.5·5 + 0 = 12 and −.5.
    assert model.decision_function(EMAILS).tolist() == [12, -0.5]


# --- The threshold unit ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "z", "answer"), [((1, 0, 0), 0, 1), ((1, 1, 0), 1, 1), ((0, 0, 0), -2, 0)]
)
def test_case_g2b_a_threshold_unit_weighs_its_inputs(row, z, answer):
    unit = ThresholdUnit((2, 1, 1), threshold=2)
    assert unit.decision_function([row]).tolist() == [z]
    assert unit.predict([row]).tolist() == [answer]


def test_case_g3_the_sign_of_2x_plus_2y_minus_1():
    X = [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    unit = ThresholdUnit((2, 2), threshold=1)
    assert unit.decision_function(X).tolist() == [-5, -1, -1, 3]
    assert unit.predict(X).tolist() == [0, 0, 0, 1]


def test_a_threshold_unit_learns_as_a_perceptron_whose_bias_is_minus_theta():
    unit = ThresholdUnit(shuffle=False).fit(CORNERS, GATES["and"])
    assert unit.weights_.tolist() == [2, 1]
    assert unit.threshold_ == 3
    assert unit.predict(CORNERS).tolist() == GATES["and"]
    started = ThresholdUnit((-1, 0), 0.5, alpha=0.5, shuffle=False).fit(EMAILS, SPAM)
    assert (started.weights_.tolist(), started.threshold_) == ([-0.5, 2.5], 0)


@pytest.mark.parametrize("weights", [(1,), (1, float("nan")), "ab"])
def test_weights_that_do_not_fit_are_refused(weights):
    with pytest.raises(OptionError, match="weights must be 2 finite numbers"):
        ThresholdUnit(weights).predict(CORNERS)


# --- Laws -----------------------------------------------------------------------------

numbers = st.integers(-4, 4)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(numbers, numbers), min_size=2, max_size=8, unique=True),
    st.integers(1, 254), st.booleans(), st.sampled_from([1.0, 0.3]),
    st.tuples(numbers, numbers, numbers),
)  # fmt: skip
def test_the_rule_never_errs_more_often_than_its_bound(rows, bits, strict, alpha, w):
    y = [bits >> i & 1 for i in range(len(rows))]
    if len({*y}) < 2:
        return
    model = fit_quietly(
        Perceptron(alpha, strict=strict, random_state=0, max_iter=60), rows, y,
        coef_init=w[:2], intercept_init=w[2:],
    )  # fmt: skip
    found = model.convergence_
    assert found.mistakes <= found.bound + ROUNDING
    assert (found.norm <= found.norm_bound + ROUNDING).all()
    if found.separable:
        assert (found.norm >= found.progress_bound - ROUNDING).all()
        assert found.converged or found.mistakes >= 1
    else:
        assert not found.converged
    if found.converged:
        assert model.predict(rows).tolist() == y


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(numbers, numbers), min_size=2, max_size=7), st.integers(0, 127)
)
def test_the_widest_margin_is_not_beaten_by_any_direction(rows, bits):
    X = np.column_stack([np.array(rows, float), np.ones(len(rows))])
    signs = np.array([1.0 if bits >> i & 1 else -1.0 for i in range(len(rows))])
    direction = widest_margin(X, signs)
    best = 0.0 if direction is None else (signs * (X @ direction)).min()
    rng = np.random.default_rng(0)
    tried = rng.normal(size=(2000, 3))
    tried /= np.linalg.norm(tried, axis=1)[:, None]
    reached = (signs[:, None] * (X @ tried.T)).min(axis=0).max()
    assert reached <= best + ROUNDING
    assert direction is None or best > 0


def test_many_rows_have_the_margin_of_their_nearest():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(5000, 3))
    side = X @ [1.0, 2.0, -2.0] / 3
    kept = np.abs(side) > 0.25
    direction = widest_margin(X[kept], np.sign(side[kept]))
    assert (np.sign(side[kept]) * (X[kept] @ direction)).min() > 0.25


def test_alpha_only_scales_a_run_from_zeros():
    whole, half = in_order(), in_order(alpha=0.5)
    whole.fit(CORNERS, GATES["and"])
    half.fit(CORNERS, GATES["and"])
    assert (half.updates_.path() * 2).tolist() == whole.updates_.path().tolist()


# --- Several outputs ------------------------------------------------------------------


def test_several_classes_have_a_unit_each():
    X = [(0, 0), (0, 1), (5, 0), (5, 1), (0, 9), (1, 9)]
    y = ["a", "a", "b", "b", "c", "c"]
    model = Perceptron(random_state=0).fit(X, y)
    assert model.coef_.shape == (3, 2)
    assert model.predict(X).tolist() == y
    assert len(model.convergence_) == 3
    total = sum(found.mistakes for found in model.convergence_)
    assert total == len(model.updates_)


def test_several_questions_are_learned_side_by_side_and_each_has_its_own_convergence():
    y = np.column_stack([GATES["and"], GATES["or"], GATES["xor"]])
    model = fit_quietly(in_order(max_iter=50), CORNERS, y)
    assert model.predict(CORNERS)[:, :2].tolist() == y[:, :2].tolist()
    assert [found.mistakes for found in model.convergence_[:2]] == [11, 5]
    assert [found.converged for found in model.convergence_] == [True, True, False]
    assert model.convergence_[2].cycle.length == 4
    one = fit_quietly(in_order(), CORNERS, GATES["and"])
    assert model.updates_.path(0).tolist() == one.updates_.path().tolist()


# --- What is told ---------------------------------------------------------------------


def test_each_update_turns_the_weights_towards_the_side_of_its_row():
    for turn in in_order().fit(CORNERS, GATES["and"]).updates_:
        assert turn.error == (1 if turn.y else -1)
        assert turn.after.tolist() == (turn.before + turn.error * turn.x).tolist()
        if turn.beta_before is not None:
            # Wrong: on the other side of 90°; and nearer to its own side after.
            assert (turn.beta_before <= 90 + 1e-9) == (turn.y == 0)
            assert (turn.beta_after < turn.beta_before) == (turn.y == 1)


def test_the_four_cases_are_counted_on_any_rows():
    model = in_order().fit(CORNERS, GATES["and"])
    table = model.error_table(CORNERS, GATES["or"])
    assert table.counts == {(1, 1): 1, (0, 0): 1, (1, 0): 2, (0, 1): 0}
    assert table.mistakes == 2
    assert "too small" in str(table)


def test_what_it_prints():
    found = in_order().fit(THREE, LABELS)
    said = " ".join(str(found.convergence_).replace("│", "").split())
    assert "Linearly separable: it stopped after 3 mistakes." in said
    assert "R = 1.5 and γ = 0.44721 allow at most 11.25 mistakes." in said
    assert "71.6°" in str(found.updates_)
    assert "<svg" in found.convergence_._repr_html_()
    with use_language("es"):
        assert "Linealmente separable" in str(found.convergence_)
    model = fit_quietly(in_order(fit_intercept=False), THREE, LABELS)
    assert "Not separable (cycle of length 2)" in str(model.convergence_)


def test_a_shuffled_run_without_a_boundary_says_that_there_is_none():
    with pytest.warns(ConvergenceWarning, match="no line parts the classes; the rule"):
        model = Perceptron(random_state=0, max_iter=5).fit(CORNERS, GATES["xor"])
    assert model.convergence_.cycle is None
    assert "γ = 0" in str(model.convergence_)


def test_a_run_that_was_ended_too_early_is_told_from_one_that_never_ends():
    with pytest.warns(ConvergenceWarning, match="linearly separable, so raise max_it"):
        model = in_order(max_iter=2).fit(CORNERS, GATES["and"])
    assert "ended too early" in str(model.convergence_)


def test_the_line_is_drawn_after_every_update():
    model = in_order().fit(THREE, LABELS)
    picture = model.picture()
    assert picture.svg.count("<line") > 3
    assert picture.svg.count("<circle") == 2
    assert "turned 3 times" in picture.description
    with pytest.raises(DataError, match="two columns, but there is 1"):
        in_order().fit([[0], [1]], [0, 1]).picture()


def test_an_output_that_is_not_there_is_not_drawn():
    unit = Perceptron(shuffle=False).fit([[0.0, 0.0], [1.0, 1.0]], [0, 1])
    with pytest.raises(OptionError, match="a number below 1, from 0, not 5"):
        unit.picture(5)


def test_of_a_long_run_a_few_lines_are_drawn_the_last_among_them():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 2))
    model = fit_quietly(
        Perceptron(random_state=0, max_iter=20), X, X[:, 0] * X[:, 1] > 0
    )
    picture = model.picture()
    assert picture.svg.count('stroke-dasharray="5 4"') <= 12
    assert f">{len(model.updates_)}</text>" in picture.svg


def test_an_update_is_drawn_with_its_angle():
    model = fit_quietly(in_order(fit_intercept=False), THREE, LABELS)
    picture = model.updates_[1].picture()
    # w = (1, −.5) and x = (0, 1): cos β = −.5/√1.25, β = 116.6°.
    assert "β = 117°" in picture.svg
    assert "β goes from 116.6° to 63.4°" in picture.description
    wide = fit_quietly(in_order(max_iter=3), np.eye(4), [1, 0, 1, 0]).updates_[0]
    with pytest.raises(OptionError, match="only rows of two inputs are drawn"):
        wide.picture()


# --- Bad input ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"alpha": 0}, r"alpha must be a number in \(0, 1\], not 0"),
        ({"alpha": 1.5}, r"alpha must be a number in \(0, 1\], not 1.5"),
        ({"alpha": float("nan")}, "alpha must be a number in"),
        ({"max_iter": 0}, "max_iter must be a whole number of at least 1"),
        ({"strict": 1}, "strict must be True or False"),
        ({"shuffle": "no"}, "shuffle must be True or False"),
    ],
)
def test_a_setting_out_of_its_range_is_refused(settings, words):
    with pytest.raises(OptionError, match=words):
        Perceptron(**settings).fit(CORNERS, GATES["and"])


@pytest.mark.parametrize(
    ("X", "y", "words"),
    [
        (CORNERS, [0, 1, float("nan"), 1], "contains NaN"),
        (CORNERS, [1, 1, 1, 1], "only one class: 1"),
        (CORNERS, [0, 1], "inconsistent numbers of samples"),
        (CORNERS, [0.5, 1.5, 0.2, 3.1], "Unknown label type"),
        ([[0, float("inf")]] * 4, GATES["and"], "contains infinity"),
    ],
)
def test_rows_that_cannot_be_learned_from_are_refused(X, y, words):
    with pytest.raises(ValueError, match=words):
        Perceptron().fit(X, y)


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ({"coef_init": [1]}, r"coef_init must be finite numbers of shape \(1, 2\)"),
        ({"intercept_init": [float("nan")]}, "intercept_init must be finite numbers"),
    ],
)
def test_a_start_that_does_not_fit_is_refused(start, words):
    with pytest.raises(OptionError, match=words):
        Perceptron().fit(CORNERS, GATES["and"], **start)
    with pytest.raises(OptionError, match="needs fit_intercept=True"):
        Perceptron(fit_intercept=False).fit(CORNERS, GATES["and"], None, [0])


def test_one_unit_refuses_three_classes():
    with pytest.raises(ValueError, match="Only binary classification is supported"):
        ThresholdUnit().fit(CORNERS, [0, 1, 2, 0])
