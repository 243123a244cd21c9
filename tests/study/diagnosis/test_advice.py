"""Advice that is tried, on tables with and without something to gain."""

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import log_loss

from neurona.messages import use_language
from neurona.study.diagnosis import Finding
from neurona.study.diagnosis.advise import (
    advised,
    behind_simpler,
    better_settings,
    changes_of_asked,
    joins_several,
    new_file,
)
from neurona.study.diagnosis.say_trial import say_trial
from neurona.study.diagnosis.table import doctor_of_table, doctor_of_trained
from neurona.table.options import TrainOptions
from neurona.table.train import plan_training, train_plan
from neurona.table.trials import (
    Trials,
    TriedChange,
    cross_entropy,
    run_trials,
    seconds_of_one,
)
from neurona.table.yardstick import Yardstick
from tests.tables import alike, constant, gate, panel

ENOUGH = 120.0  # seconds: no trial of these tests is left out on a slow machine


def trained(data, **options):
    asked = {"quality": "fast", **options}
    return train_plan(plan_training(data, TrainOptions(**asked)))


def examined(data, **options):
    return doctor_of_table(trained(data, **options).model, data, seconds=ENOUGH)


def trial(lead, error, **changes):
    return TriedChange(changes, "r2", 0.8 + lead, 0.01, lead, error, 0.8, 0.01)


def test_a_lower_penalty_is_advised_where_it_does_better_on_rows_not_seen():
    found = examined(panel(), target=("value",), epochs=40)
    best = found.trials.best
    assert set(best.options) == {"l2"}
    assert best.score > best.usual_score + 0.01
    (better,) = [f for f in found.findings if best.options in f.tries]
    assert f"--l2 {best.options['l2']:g} gives R²" in better.advice
    assert f"--l2 {best.options['l2']:g}" in found.command
    assert "leakage" not in found.codes()
    # What is advised proves itself in a run of its own, which follows the command.
    options = {"target": ("value",), "epochs": 40, "l2": best.options["l2"]}
    before, after = (
        trained(panel(), **asked).metrics["test"]["r2"]
        for asked in ({**options, "l2": None}, options)
    )
    assert after > before


def test_where_nothing_helps_it_is_said_so():
    found = examined(constant(), target=("y",), hidden=(8,), epochs=20)
    assert found.command is None
    (uneven,) = [f for f in found.findings if f.code == "imbalance"]
    assert uneven.severity == "hint"
    assert uneven.advice.startswith("Nothing that was tried for it is better")
    assert "keep them" in repr(found.page())


def test_different_people_with_the_same_attributes_leak_nothing():
    whole = trained(alike(), target=("survived",), hidden=(8,), epochs=5)
    assert "leakage" not in doctor_of_trained(whole, thorough=True).codes()


@pytest.mark.parametrize("noise", [0.0, 30.0])
def test_products_of_categories_leak_nothing(noise):
    data = panel()
    data["value"] = data["value"] + noise * np.random.default_rng(0).normal(size=400)
    whole = trained(data, target=("value",), hidden=(8,), epochs=5)
    assert "leakage" not in doctor_of_trained(whole, thorough=True).codes()


def test_copies_of_rows_leak_even_among_categories():
    data = panel()
    data["value"] = data["value"] + 0.1 * np.random.default_rng(0).normal(size=400)
    data = {name: np.tile(cells, 2) for name, cells in data.items()}
    whole = trained(data, target=("value",), hidden=(8,), epochs=5)
    found = doctor_of_trained(whole, thorough=True)
    (leak,) = [f for f in found.findings if f.code == "leakage"]
    assert leak.severity == "serious"
    share = leak.evidence["twins"] / leak.evidence["rows"]
    assert f"{share:.0%}" in leak.what


def test_rare_categories_read_as_one_are_no_copies():
    # A hundred different words, of which 69 share a feature, and a coin.
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in np.concatenate([np.arange(100), rng.integers(0, 31, 20)])]
    data = {"word": words * 2, "x": [1, 2] * 120, "y": rng.integers(0, 2, 240)}
    whole = trained(data, target=("y",), hidden=(8,), epochs=5)
    assert any("categories" in note and "'word'" in note for note in whole.plan.notes)
    assert "leakage" not in doctor_of_trained(whole, thorough=True).codes()


def test_an_unlearned_truth_table_is_found_and_what_learns_it_is_tried():
    # Two units stand still at R² 0 here; the rows allow 1.
    data = gate(np.logical_xor)
    options = {"target": ("y",), "task": "regression", "hidden": (2,), "l2": 0.3}
    found = examined(data, **options, seed=1)
    assert found.codes()[0] == "underfitting"
    assert found.findings[0].evidence["least_error"] == 0
    assert found.rows == {"train": 4}
    assert found.trials.rows == 4
    assert "--hidden 4" in found.findings[0].advice
    assert found.trials.best.score > 0.9


def test_a_learned_truth_table_is_well():
    assert examined(gate(np.logical_xor), target=("y",)).codes() == []


def test_following_the_advice_on_rate_or_epochs_comes_to_an_end():
    options = {"hidden": (8,), "epochs": 10, "learning_rate": 1e-3}
    for _step in range(6):
        model = trained("moons", **options).model
        found = doctor_of_table(model, "moons", seconds=ENOUGH)
        if found.trials.best is None:
            break
        options |= found.trials.best.options
    assert found.command is None
    assert not {"learning_rate_too_low", "learning_rate_too_high"} & {
        f.code for f in found.findings if f.severity != "hint"
    }


def test_a_change_helps_from_two_standard_errors_on():
    assert trial(0.021, 0.01, l2=1.0).helps
    assert not trial(0.019, 0.01, l2=1.0).helps
    assert not trial(-0.5, 0.01, l2=1.0).helps


def test_a_change_that_beats_a_constant_helps_where_the_settings_ran_away():
    usual = {"usual_score": -44_762.0, "usual_error": 25_868.0}
    lost = replace(trial(44_762.4, 25_868.0, learning_rate=1e-3), **usual)
    found = replace(lost, score=0.44, error=0.04)
    assert found.lead < 2 * found.lead_error
    assert found.helps
    assert not replace(found, score=0.07).helps
    finding = Finding("x", "serious", "x", "y", {}, ({"learning_rate": 1e-3},))
    told = advised(finding, Trials((found,), 5, 100, 0, 1.0))
    assert told.severity == "serious"
    assert "no better than always the same answer" in told.advice


def test_what_was_asked_for_is_tried_as_the_recipe_would_choose_it():
    asked = {"l2": 1000.0, "patience": 10, "hidden": (64, 64)}
    plan = plan_training("iris", TrainOptions(quality="fast", **asked))
    usual = plan_training("iris", TrainOptions(quality="fast")).recipe
    # The hidden layers are the recipe's own: there is nothing to try.
    changes = sorted(changes_of_asked(plan), key=lambda change: "l2" in change)
    assert changes == [{"patience": 0}, {"l2": usual.l2}]


def test_a_penalty_that_outweighs_the_loss_is_blamed_and_a_lower_one_advised():
    found = examined("iris", hidden=(8,), epochs=20, l2=1000.0)
    assert found.findings[0].code == "penalty_too_strong"
    assert "--l2" in found.findings[0].advice
    serious = [f.code for f in found.findings if f.severity == "serious"]
    assert "learning_rate_too_high" not in serious
    assert "l2" in found.trials.best.options
    assert found.trials.best.score == max(t.score for t in found.trials.trials)


def test_a_small_gain_is_good_to_know_however_little_was_missing():
    gain = replace(trial(0.0009, 0.0001, l2=3.0), usual_score=0.999, score=0.9999)
    finding = Finding("overfitting", "serious", "x", "y", {}, ({"l2": 3.0},))
    assert advised(finding, Trials((gain,), 5, 100, 0, 1.0)).severity == "hint"
    assert better_settings(gain).severity == "hint"
    assert better_settings(trial(0.1, 0.01, l2=3.0)).severity == "serious"


def test_trials_expect_of_a_joined_model_the_time_of_one_network():
    data = {"x": np.arange(60) * 1.5, "y": np.sin(np.arange(60))}
    plan = trained(data, epochs=2).plan
    network = plan.model.network
    spent = network.history.seconds
    assert seconds_of_one(plan) == spent
    ways = [{"penalty": 1.0}, {"penalty": 0.3}, {"penalty": None}]
    members = [{"fold": fold} for fold in (1, 2, 3, None)]
    network.preparation = {"by_folds": {"tried": ways, "members": members}}
    assert seconds_of_one(plan) == pytest.approx(spent / 6)


def test_nothing_is_advised_that_does_not_beat_the_joined_model():
    trials = Trials((trial(0.1, 0.01, l2=3.0),), 5, 100, 0, 1.0, joined=0.95)
    assert trials.best is None
    assert replace(trials, joined=0.85).best is not None


def test_a_command_overwrites_no_model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert new_file() == "better.safetensors"
    (tmp_path / "better.safetensors").touch()
    assert new_file() == "better-2.safetensors"


def test_where_there_is_nothing_to_learn_no_more_training_is_advised():
    rng = np.random.default_rng(0)
    data = {f"x{i}": rng.normal(size=300) for i in range(5)}
    data["y"] = rng.integers(0, 2, 300)
    found = doctor_of_trained(trained(data, target=("y",)))
    assert "nothing_learned" in found.codes()
    advice = " ".join(f.advice for f in found.findings)
    assert "longer" not in advice
    assert "patience" not in advice


def test_a_column_that_gives_the_target_away_is_named():
    rng = np.random.default_rng(0)
    y, x = rng.integers(0, 2, 120), rng.normal(size=120)
    short = {"target": ("y",), "hidden": (4,), "epochs": 3}
    # A plain copy of the target is left out as the table is read.
    for answer in (np.where(y, "on", "off"), 3.0 * y - 1):
        found = doctor_of_trained(trained({"x": x, "copy": answer, "y": y}, **short))
        (away,) = [f for f in found.findings if f.code == "target_in_column"]
        assert away.evidence["column"] == "copy"
    noisy = y ^ (rng.random(120) < 0.05)
    found = doctor_of_trained(trained({"x": x, "copy": noisy, "y": y}, **short))
    assert "target_in_column" not in found.codes()


def test_the_row_of_a_far_target_is_named_and_stands_before_the_rest():
    x = np.random.default_rng(0).normal(size=250)
    y = 3 * x
    y[100] = 1e6
    data = {"x": x, "y": y}
    found = doctor_of_trained(trained(data, target=("y",), hidden=(8,), epochs=5))
    assert found.findings[0].code == "far_target"
    assert found.findings[0].evidence["row"] == 101
    assert all("far from all others" in f.advice for f in found.findings[1:])


def test_a_network_surely_behind_a_simpler_model_is_said_to_be():
    own = Yardstick("network", "the network", 0.8, 0.01, 0.1, 0.027, 1.0, 5, 80, 100,
                    False)  # fmt: skip
    best = replace(own, kind="forest", name="random forest", score=0.9, behind=0.0)
    (found,) = behind_simpler([best, own])
    assert "3.7 standard errors behind" in found.what
    assert "--quality" not in found.advice
    (found,) = behind_simpler([best, own], can_join=True)
    assert "--quality good" in found.advice
    assert list(behind_simpler([best, replace(own, behind_error=0.05)])) == []


@pytest.mark.parametrize(
    ("quality", "rows", "joins"),
    [("fast", 200, True), ("good", 200, False), ("fast", 40, False)],
)
def test_several_networks_are_advised_where_they_would_be_trained(quality, rows, joins):
    data = {"x": np.arange(rows) * 1.5, "y": np.sin(np.arange(rows))}
    plan = plan_training(data, TrainOptions(quality=quality, target=("y",)))
    assert joins_several(plan) == joins


def test_more_right_answers_at_the_price_of_worse_probabilities_are_no_help():
    better = {"measure": "accuracy", "loss_change": -0.1}
    assert replace(trial(0.1, 0.01, l2=1.0), **better).helps
    assert not replace(trial(0.1, 0.01, l2=1.0), **better | {"loss_change": 0.1}).helps


def test_cross_entropy_is_scikit_learns():
    rng = np.random.default_rng(0)
    truth, p = rng.integers(0, 3, 50), rng.dirichlet(np.ones(3), 50)
    assert cross_entropy(truth, p) == pytest.approx(log_loss(truth, p), rel=1e-9)


def test_a_finding_says_what_trying_gave():
    finding = Finding("overfitting", "serious", "x", "y", {}, ({"l2": 3.0},))
    helpful = Trials((trial(0.1, 0.02, l2=3.0),), 5, 100, 0, 1.0)
    assert advised(finding, helpful).advice == (
        "Tried: --l2 3 gives R² 0.900 ± 0.010, against 0.800 ± 0.010 as it is (5 "
        "standard errors)."
    )
    useless = advised(finding, Trials((trial(-0.1, 0.02, l2=3.0),), 5, 100, 0, 1.0))
    assert useless.severity == "hint"
    assert "(--l2 3): keep the settings as they are" in useless.advice
    untried = advised(finding, Trials((), 5, 100, 1, 1.0))
    assert untried.counsel == "May help, not tried yet: y"


def test_what_a_rare_class_costs_the_others_is_said_and_left_to_a_person():
    costly = TriedChange(
        {"class_weight": "balanced"}, "balanced accuracy", 0.7, 0.01, 0.2, 0.01, 0.5,
        0.01, -0.05,
    )  # fmt: skip
    assert costly.helps
    assert Trials((costly,), 5, 100, 0, 1.0).best is None
    assert say_trial(costly).endswith("; plain accuracy changes by -0.050")
    plan = plan_training("iris", TrainOptions(quality="fast", hidden=(8,), epochs=5))
    (found,) = run_trials(plan, [{"class_weight": "balanced"}]).trials
    # Every class has 50 rows: both measures are one.
    assert found.lead == pytest.approx(found.accuracy_lead)


def test_trials_end_in_time():
    plan = plan_training("iris", TrainOptions(quality="fast", hidden=(8,), epochs=5))
    found = run_trials(plan, [{"l2": 1.0}, {"l2": 2.0}], seconds=0.0)
    assert (found.trials, found.left_out) == ((), 2)


def test_nothing_is_tried_where_training_once_takes_too_long():
    plan = trained("iris", hidden=(8,), epochs=5).plan
    once = plan.model.network.history.seconds
    found = run_trials(plan, [{"l2": 1.0}], seconds=7 * once)
    assert (found.folds, found.left_out) == (0, 1)


def test_a_change_that_diverges_does_not_help():
    plan = plan_training(
        "diabetes", TrainOptions(quality="fast", hidden=(8,), epochs=5)
    )
    changes = {"learning_rate": 1e30, "optimizer": "sgd"}
    found = run_trials(plan, [changes], seconds=ENOUGH)
    assert found.best is None


def test_the_diagnosis_of_a_table_is_written_as_json_and_in_spanish():
    found = examined(panel(60), target=("value",), hidden=(8,), epochs=5)
    document = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert document["trials"]["folds"] == 5
    tried = [t["options"] for t in document["trials"]["trials"]]
    assert tried
    assert all(tried)
    with use_language("es"):
        assert "errores estándar" in say_trial(trial(0.1, 0.02, l2=3.0))
