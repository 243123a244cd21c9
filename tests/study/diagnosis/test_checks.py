"""Each check on a network made ill on purpose, and on its healthy twin."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

from neurona import Dense
from neurona import graph as g
from neurona.errors import DivergenceWarning
from neurona.nn.activations import ActivationFunction
from neurona.nn.initializers import Constant, Normal
from neurona.nn.layers import Scale
from neurona.optimize import SGD, Adam
from neurona.study.diagnosis import diagnose, doctor
from neurona.study.diagnosis.examination import Examination
from neurona.study.rows import Part
from tests.study.diagnosis.ill import fitted, moons, untrained, waves


def finding(code, network, X, y, **options):
    options.setdefault("thorough", False)
    found = doctor(network, X, y, **options)
    matching = [entry for entry in found.findings if entry.code == code]
    assert matching, found.codes()
    return matching[0]


def codes(network, X, y, **options):
    return doctor(network, X, y, **{"thorough": False, **options}).codes()


# Scale ------------------------------------------------------------------------------


def test_large_inputs_are_found_and_named():
    X, y = moons()
    X = X * [1, 1000]
    network = untrained([Dense(4, "relu"), Dense(1)], X)
    found = finding("inputs_not_scaled", network, X, y)
    assert found.evidence["columns"] == ["column 1"]
    assert "1 column of 2 is large" in found.what


def test_inputs_that_hardly_vary_are_found():
    X, y = moons()
    network = untrained([Dense(4, "relu"), Dense(1)], X)
    assert finding("inputs_not_scaled", network, X / 1000, y)


def test_inputs_scaled_by_a_layer_are_scaled():
    X, y = moons()
    X = X * 1000
    network = untrained([Scale.of(X), Dense(4, "relu"), Dense(1)], X)
    assert "inputs_not_scaled" not in codes(network, X, y)


def test_a_target_in_thousands_is_found():
    X, y = waves()
    network = untrained([Dense(4, "relu"), Dense(1)], X)
    found = finding("target_not_scaled", network, X, 5000 + 300 * y)
    assert found.evidence["deviation"] == pytest.approx(300, rel=0.05)
    assert "target_not_scaled" not in codes(network, X, y)


# Learning rate ----------------------------------------------------------------------


def test_a_loss_that_leaves_the_finite_numbers_is_laid_to_the_rate():
    X, y = waves()
    with pytest.warns(Warning, match="learning rate"):
        network = fitted(
            [Dense(8, "relu"), Dense(1)], X, y, optimizer=SGD(learning_rate=1e4)
        )
    assert finding("learning_rate_too_high", network, X, y).severity == "serious"


def test_a_loss_that_jumps_is_laid_to_the_rate():
    X, y = moons()
    layers = [Dense(16, "tanh"), Dense(1)]
    network = fitted(layers, X, y, optimizer=Adam(learning_rate=5.0))
    found = finding("learning_rate_too_high", network, X, y, thorough=True)
    assert found.evidence["suggestion"] < 1
    assert "range test" in found.advice


def test_a_loss_still_falling_is_laid_to_a_low_rate():
    X, y = moons()
    layers = [Dense(16, "relu"), Dense(1)]
    network = fitted(layers, X, y, optimizer=SGD(learning_rate=1e-4), epochs=20)
    found = finding("learning_rate_too_low", network, X, y, thorough=True)
    assert found.evidence["late_share"] == pytest.approx(0.5, abs=0.1)
    assert found.evidence["suggestion"] > 1e-3


def test_too_few_epochs_are_named_where_the_rate_is_a_fair_one():
    X, y = moons()
    layers = [Dense(16, "relu"), Dense(1)]
    network = fitted(layers, X, y, optimizer=Adam(learning_rate=0.006), epochs=6)
    found = finding("too_few_epochs", network, X, y, thorough=True)
    assert found.what.startswith("6 epochs were too few")
    assert found.tries == ({"epochs": 24},)
    assert "learning_rate_too_low" not in codes(network, X, y, thorough=True)


def test_a_rate_is_never_too_high_and_too_low_at_once():
    X, y = moons()
    for rate in 10.0 ** np.arange(-6, 3):
        layers = [Dense(8, "relu"), Dense(1)]
        network = fitted(layers, X, y, optimizer=SGD(learning_rate=rate), epochs=8)
        found = codes(network, X, y, thorough=True)
        rates = {"learning_rate_too_high", "learning_rate_too_low", "too_few_epochs"}
        assert len(rates.intersection(found)) <= 1


def test_epochs_are_named_as_the_cause_of_underfitting():
    X, y = waves(400)
    network = fitted(
        [Dense(16, "tanh"), Dense(1)], X, y, optimizer=SGD(learning_rate=0.02),
        epochs=8,
    )  # fmt: skip
    found = finding("underfitting", network, X, y, rows=np.arange(400))
    assert found.advice.startswith("Train for more epochs: the loss was still falling")
    assert found.tries[0] == {"epochs": 32}


def test_patience_that_ended_too_soon_is_named():
    X, y = moons(400)
    rows = {"rows": np.arange(300), "validation": np.arange(300, 400)}
    network = fitted([Dense(16, "relu"), Dense(1)], X, y, epochs=60, patience=5, **rows)
    network.history.stopped = "patience"
    found = finding("underfitting", network, X, y, **rows)
    assert "patience ended it" in found.advice
    assert found.tries[0] == {"patience": 0}


def test_a_low_rate_is_seen_through_a_schedule_that_ends_in_tiny_steps():
    X, y = moons()
    network = fitted(
        [Dense(16, "relu"), Dense(1)], X, y, optimizer=Adam(learning_rate=1e-5),
        schedule="cosine", epochs=20,
    )  # fmt: skip
    assert finding("learning_rate_too_low", network, X, y)


def test_a_rate_that_saturates_the_units_comes_before_them():
    X, y = waves()
    layers = [Dense(8, "tanh"), Dense(1)]
    network = fitted(layers, X, y, optimizer=Adam(learning_rate=5.0))
    found = doctor(network, X, y, rows=np.arange(200), thorough=False)
    assert found.codes()[0] == "learning_rate_too_high"
    assert "dead_units" not in found.codes()
    assert "saturated_units" in found.codes()
    assert all("Learning rate too high" in f.advice for f in found.findings[1:])


def test_a_rate_far_above_the_range_test_is_to_blame_for_dead_units():
    X, y = moons()
    layers = [Dense(8, "relu"), Dense(1)]
    network = fitted(layers, X, y, optimizer=SGD(learning_rate=30.0), schedule="cosine")
    found = doctor(network, X, y, rows=np.arange(200))
    assert found.codes()[:2] == ["learning_rate_too_high", "dead_units"]
    assert found.findings[0].evidence["suggestion"] < 3


def test_units_that_saturate_at_a_fair_rate_are_not_laid_to_their_start():
    X, y = moons()
    network = fitted([Dense(4, "tanh"), Dense(1)], X, y, epochs=2)
    weight = np.array(network.parameters["dense_1.weight"])
    network.parameters["dense_1.weight"] = weight * 1000
    found = finding("saturated_units", network, X, y)
    assert "Start from smaller weights" not in found.advice


# Units and gradients ----------------------------------------------------------------


def test_dead_relus_are_counted():
    X, y = moons()
    network = fitted([Dense(16, "relu"), Dense(1)], X, y, epochs=3)
    bias = np.array(network.parameters["dense_1.bias"])
    bias[:12] = -100
    network.parameters["dense_1.bias"] = bias
    found = finding("dead_units", network, X, y)
    assert found.evidence["dead"] == 12
    assert "12 of 16" in found.what


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_saturated_units_are_found(activation):
    X, y = moons()
    wide = Dense(16, activation, initializer=Normal(std=100.0))
    assert finding("saturated_units", untrained([wide, Dense(1)], X), X, y)
    healthy = untrained([Dense(16, activation), Dense(1)], X)
    assert "saturated_units" not in codes(healthy, X, y)


def test_threshold_units_have_no_slope():
    X, y = moons()
    network = untrained([Dense(8, "heaviside"), Dense(1)], X)
    found = finding("zero_slope", network, X, y)
    assert found.evidence["layers"] == ["dense_1"]
    assert "dead_units" not in codes(network, X, y)


def test_threshold_units_alone_explain_a_loss_that_falls_slowly():
    X, y = moons()
    layers = [Dense(8, "heaviside"), Dense(1)]
    network = fitted(layers, X, y, optimizer=Adam(learning_rate=1e-4), epochs=10)
    assert codes(network, X, y, rows=np.arange(200)) == ["zero_slope"]


def test_a_single_dead_unit_is_said_in_the_singular():
    X, y = moons()
    network = untrained([Dense(1, "relu"), Dense(1)], X)
    network.parameters["dense_1.bias"] = np.array([-100.0], np.float32)
    assert "1 unit of 1" in finding("dead_units", network, X, y).what


def test_units_that_start_equal_are_found():
    X, y = moons()
    same = Constant(0.1)
    layers = [Dense(8, "tanh", initializer=same), Dense(1, initializer=same)]
    network = fitted(layers, X, y, epochs=5)
    assert finding("identical_units", network, X, y).evidence["units"] == 8


def test_gradients_vanish_through_many_sigmoids():
    X, y = moons()
    deep = [Dense(16, "sigmoid") for _ in range(8)]
    found = finding("vanishing_gradients", untrained([*deep, Dense(1)], X), X, y)
    # At best σ′ = 1/4 a layer.
    assert found.evidence["ratio"] < 0.25**7 * 10
    assert "relu" in found.advice


def test_gradients_explode_through_large_weights():
    X, y = moons()
    deep = [Dense(32, "relu", initializer=Normal(std=1.0)) for _ in range(8)]
    found = finding("exploding_gradients", untrained([*deep, Dense(1)], X), X, y)
    assert found.evidence["ratio"] > 1e3


def test_gradients_pass_through_many_relus_that_start_as_he_says():
    X, y = moons()
    deep = [Dense(32, "relu") for _ in range(8)]
    network = untrained([*deep, Dense(1)], X)
    assert not {"vanishing_gradients", "exploding_gradients"} & set(
        codes(network, X, y)
    )


# Fit --------------------------------------------------------------------------------


def test_a_line_through_moons_underfits():
    X, y = moons(400)
    network = fitted([Dense(1)], X, y, optimizer=Adam(learning_rate=0.05))
    found = finding("underfitting", network, X, y, rows=np.arange(400))
    assert "hidden layer" in found.advice
    assert found.evidence["simple_model"]["error"] < 0.1


@pytest.mark.parametrize("l2", [0.0, 0.01])
def test_hidden_layers_without_a_curve_need_one(l2):
    X, y = moons(400)
    network = fitted(
        [Dense(8, "identity"), Dense(8, "identity"), Dense(1)], X, y, l2=l2,
        optimizer=Adam(learning_rate=0.05),
    )  # fmt: skip
    found = finding("underfitting", network, X, y, rows=np.arange(400))
    assert "relu" in found.advice
    assert "penalties" not in found.advice


def test_a_large_network_on_few_noisy_rows_overfits():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 10))
    y = (X[:, 0] + rng.normal(0, 1.0, 200) > 0).astype(int)
    network = fitted(
        [Dense(64, "relu"), Dense(1)], X, y, epochs=80,
        optimizer=Adam(learning_rate=0.01),
        rows=np.arange(80), validation=np.arange(80, 200),
    )  # fmt: skip
    found = finding("overfitting", network, X, y, validation=np.arange(80, 200))
    assert found.evidence["train"]["error"] < 0.05
    assert "patience" in found.advice


def test_a_rising_validation_loss_is_found_without_the_rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 10))
    y = (X[:, 0] + rng.normal(0, 1.0, 200) > 0).astype(int)
    network = fitted(
        [Dense(64, "relu"), Dense(1)], X, y, epochs=80,
        optimizer=Adam(learning_rate=0.01),
        rows=np.arange(80), validation=np.arange(80, 200),
    )  # fmt: skip
    found = finding("validation_loss_rises", network, X, y, rows=np.arange(80))
    best = found.evidence["best_validation_loss"]
    assert found.evidence["last_validation_loss"] > best


def test_a_network_chosen_by_its_validation_rows_fails_the_test():
    # What is fitted to the validation rows too does well on them, and only on them.
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(300, 20)), rng.integers(0, 2, 300)
    network = fitted(
        [Dense(64, "relu"), Dense(1)], X, y, epochs=60,
        optimizer=Adam(learning_rate=0.02), rows=np.arange(200),
    )  # fmt: skip
    found = finding(
        "overfit_to_validation", network, X, y,
        validation=np.arange(100, 200), test=np.arange(200, 300),
    )  # fmt: skip
    assert found.evidence["distance_ratio"] < 1.5
    assert "validation rows alone" in found.what


def test_a_test_part_unlike_the_others_is_called_hard():
    X, y = waves(300)
    X = np.array(X)
    X[200:, 0] += 4
    network = fitted(
        [Dense(16, "relu"), Dense(1)], X, y, epochs=60,
        optimizer=Adam(learning_rate=0.01), rows=np.arange(150),
    )  # fmt: skip
    found = finding(
        "overfit_to_validation", network, X, y,
        validation=np.arange(150, 200), test=np.arange(200, 300),
    )  # fmt: skip
    assert found.evidence["distance_ratio"] > 1.5
    assert "hard one" in found.what


def test_noise_teaches_nothing():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(400, 3)), rng.normal(size=400)
    network = fitted([Dense(2, "tanh"), Dense(1)], X, y, epochs=3)
    assert finding("nothing_learned", network, X, y, rows=np.arange(400))


def test_a_few_rows_of_a_rare_class_do_not_show_that_nothing_was_learned():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(460, 20)), (rng.random(460) < 0.1).astype(int)
    layers = [Dense(64, "relu"), Dense(1)]
    network = fitted(layers, X[:400], y[:400], optimizer=Adam(0.02), epochs=150)
    few, many = np.arange(400, 460), np.arange(460, 860)
    noise = np.concatenate([X, rng.normal(size=(400, 20))])
    rare = np.concatenate([y, (rng.random(400) < 0.1).astype(int)])
    held = {"rows": np.arange(400)}
    assert "nothing_learned" not in codes(network, noise, rare, test=few, **held)
    assert "nothing_learned" in codes(network, noise, rare, test=many, **held)


def test_of_networks_side_by_side_neither_steps_nor_depth_are_blamed():
    X, y = moons()
    parts = {"train": Part(X, y, np.arange(len(y)))}
    deep = [Dense(16, "sigmoid") for _ in range(8)]
    for layers, code in (
        ([Dense(16, "relu"), Dense(1)], "too_few_epochs"),
        ([*deep, Dense(1)], "vanishing_gradients"),
    ):
        network = fitted(layers, X, y, optimizer=Adam(learning_rate=0.006), epochs=6)
        found = Examination(network, network.losses, parts)
        assert code in diagnose(found).codes()
        assert code not in diagnose(replace(found, joined=True)).codes()


def test_xor_learned_by_half_is_found():
    # A network of which one unit is left answers 0, 2/3, 2/3, 2/3: R² 1/3.
    X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([0, 1, 1, 0.0])
    network = fitted([Dense(1, "relu"), Dense(1)], X, y, loss="mse", epochs=300,
                     optimizer=Adam(learning_rate=0.05))  # fmt: skip
    found = finding("underfitting", network, X, y, rows=np.arange(4))
    assert found.evidence["least_error"] == 0
    assert found.evidence["train"]["error"] > 0.3
    assert "0 can be reached" in found.what


def test_rows_that_contradict_each_other_allow_no_less_error():
    # Each case once with 0 and once with 1: no function is better than a constant.
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]] * 2)
    y = np.array([0, 1, 1, 0, 1, 0, 0, 1.0])
    network = fitted([Dense(4, "tanh"), Dense(1)], X, y, loss="mse", epochs=300,
                     optimizer=Adam(learning_rate=0.05))  # fmt: skip
    assert "underfitting" not in codes(network, X, y, rows=np.arange(8))


@pytest.mark.parametrize("held", [1, 4])
def test_a_few_rows_held_out_do_not_prove_overfitting(held):
    X, y = waves(60)
    y = np.where(np.arange(60) >= 60 - held, y + 10, y)
    network = fitted(
        [Dense(16, "tanh"), Dense(1)], X, y, epochs=60,
        optimizer=Adam(learning_rate=0.02), rows=np.arange(60 - held),
    )  # fmt: skip
    found = doctor(network, X, y, test=np.arange(60 - held, 60), thorough=False)
    assert "overfitting" not in found.codes()
    # Of a single row nobody knows the spread.
    assert np.isinf(found.errors["test"].standard_error) == (held == 1)


def test_errors_are_numbers_and_not_hundreds_of_percent():
    X, y = waves(60)
    y = np.where(np.arange(60) >= 40, y + 10, y)
    network = fitted(
        [Dense(16, "tanh"), Dense(1)], X, y, epochs=60,
        optimizer=Adam(learning_rate=0.02), rows=np.arange(40),
    )  # fmt: skip
    found = finding("overfitting", network, X, y, test=np.arange(40, 60))
    assert found.evidence["test"]["error"] > 4
    assert "%" not in found.what


# Rows and target --------------------------------------------------------------------


def test_rows_that_stand_in_both_parts_leak():
    X, y = moons(100)
    X, y = np.concatenate([X, X[:30]]), np.concatenate([y, y[:30]])
    network = untrained([Dense(8, "relu"), Dense(1)], X)
    found = finding("leakage", network, X, y, test=np.arange(90, 130))
    assert found.evidence["twins"] == 30
    assert found.evidence["rows"] == 40
    assert "leakage" not in codes(network, X, y, test=np.arange(60, 100))


def test_rows_with_the_same_inputs_and_another_target_are_no_copies():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 6, (200, 2)).astype(float)
    y = X.sum(axis=1, keepdims=True) + rng.normal(size=(200, 1))
    network = untrained([Dense(8, "relu"), Dense(1)], X)
    assert "leakage" not in codes(network, X, y, test=np.arange(150, 200))


def test_a_rare_class_that_is_never_found_is_named():
    rng = np.random.default_rng(0)
    y = (np.arange(400) < 20).astype(int)
    X = rng.normal(size=(400, 2)) + y[:, None]
    network = fitted([Dense(1)], X, y, epochs=20, optimizer=Adam(learning_rate=0.02))
    found = finding("imbalance", network, X, y)
    assert found.evidence["counts"] == {"0": 380, "1": 20}
    assert "balanced" in found.advice


def test_uneven_classes_that_are_all_found_are_well():
    rng = np.random.default_rng(0)
    y = (np.arange(400) < 20).astype(int)
    X = rng.normal(size=(400, 2)) + 6 * y[:, None]
    network = fitted([Dense(1)], X, y, epochs=40, optimizer=Adam(learning_rate=0.1))
    assert "imbalance" not in codes(network, X, y)


# Head -------------------------------------------------------------------------------


def test_class_numbers_are_no_quantities():
    X, y = moons()
    network = untrained([Dense(8, "relu"), Dense(1)], X)
    found = finding("head_mismatch", network, X, y + (X[:, 0] > 1), loss="mse")
    assert found.evidence["classes"] == 3
    assert "cross_entropy" in found.advice


def test_a_sigmoid_with_squared_error_is_found():
    X, y = moons()
    network = untrained([Dense(8, "relu"), Dense(1, "sigmoid")], X)
    found = finding("head_mismatch", network, X, y, loss="mse")
    assert found.evidence["ending"] == "sigmoid"
    assert "head_mismatch" not in codes(network, X, y)


def test_numbers_beyond_a_sigmoid_are_no_classes():
    X, _y = waves()
    y = 3 * X[:, :1]
    network = fitted([Dense(8, "relu"), Dense(1, "sigmoid")], X, y, loss="mse")
    found = finding("head_mismatch", network, X, y)
    assert found.evidence["activation"] == "sigmoid"
    assert "−" in found.what
    assert "imbalance" not in codes(network, X, y)


def test_an_open_end_of_a_range_is_written_as_infinity():
    X, y = waves()
    network = untrained([Dense(8, "relu"), Dense(1, "relu")], X)
    assert "0 to ∞" in finding("head_mismatch", network, X, y, loss="mse").what


@pytest.mark.parametrize("kind", [int, float])
def test_a_yes_or_no_with_squared_error_is_found(kind):
    X, y = moons()
    network = fitted([Dense(8, "relu"), Dense(1)], X, y.astype(kind), loss="mse")
    found = finding("head_mismatch", network, X, y.astype(kind))
    assert "binary_cross_entropy" in found.advice


def test_separate_questions_about_exclusive_classes_are_found():
    X, y = moons()
    hot = np.eye(3)[y + (X[:, 0] > 1)]
    network = untrained([Dense(8, "relu"), Dense(3, "sigmoid")], X)
    found = finding("head_mismatch", network, X, hot, loss="binary_cross_entropy")
    assert "cross_entropy" in found.advice


def test_targets_beyond_the_last_activation_are_found():
    X, y = waves()
    network = untrained([Dense(8, "relu"), Dense(1, "relu")], X)
    found = finding("head_mismatch", network, X, y, loss="mse")
    assert found.evidence["outside"] == pytest.approx((y < 0).mean())
    plain = untrained([Dense(8, "relu"), Dense(1)], X)
    assert "head_mismatch" not in codes(plain, X, y, loss="mse")


def test_counts_are_no_classes():
    X, y = moons()
    network = untrained([Dense(8, "relu"), Dense(1)], X)
    assert "head_mismatch" not in codes(network, X, y + 0, loss="poisson")


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_few_rows_prove_nothing(rows):
    X, y = waves()
    network = fitted([Dense(4, "relu"), Dense(1)], X[:rows], y[:rows], epochs=2)
    assert codes(network, X[:rows], y[:rows]) == []


def test_a_target_that_never_changes_is_not_underfitted():
    X, _y = waves()
    network = untrained([Dense(4, "relu"), Dense(1)], X)
    assert codes(network, X, np.zeros(len(X))) == []


# Numbers that are none ---------------------------------------------------------------


@dataclass(frozen=True)
class Root(ActivationFunction):
    """√z where z > 0, else 0; guarded, with a choice in the branch as well."""

    name: ClassVar[str] = "root"
    guarded: bool = False

    def apply(self, x):
        above = x > 0.0
        return g.where(above, g.sqrt(g.where(above, x, 1.0) if self.guarded else x), 0)


def test_a_slope_that_a_choice_hides_is_found_in_its_layer():
    X, y = waves()
    X[7] = 0.0
    for guarded in (False, True):
        network = untrained([Dense(4, "relu"), Dense(3, Root(guarded)), Dense(1)], X)
        _loss, gradients = network.loss_and_gradients(X, y, loss="mse")
        lost = np.isnan(gradients["dense_2.weight"]).any()
        assert lost == (not guarded)
        if guarded:
            assert "hidden_slope" not in codes(network, X, y, loss="mse")
        else:
            found = finding("hidden_slope", network, X, y, loss="mse")
            assert found.evidence == {"where": ["dense_2"]}
            assert "dense_2" in found.what
            assert found.severity == "serious"


def test_a_training_lost_to_its_target_does_not_blame_the_rate():
    X, y = waves()
    with pytest.warns(DivergenceWarning):
        network = fitted(
            [Dense(8, "relu"), Dense(1)], X, 1e25 * y, optimizer="sgd", loss="mse"
        )
    found = finding("diverged", network, X, 1e25 * y)
    assert found.evidence["name"] == "y"
    assert "subtract its mean and divide" in found.advice
    assert "learning_rate_too_high" not in codes(network, X, 1e25 * y)


def test_a_training_lost_to_its_rate_blames_the_rate():
    X, y = waves()
    with pytest.warns(DivergenceWarning):
        network = fitted([Dense(8, "relu"), Dense(1)], X, y, optimizer=SGD(1e4))
    assert "learning_rate_too_high" in codes(network, X, y)
    assert "diverged" not in codes(network, X, y)
