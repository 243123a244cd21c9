"""The verdict on whole tables, and which rows it rests on."""

import numpy as np
import pytest

from neurona.table import yardstick
from neurona.table.again import train_again
from neurona.table.compare import compare
from neurona.table.options import TrainOptions
from neurona.table.train import plan_training, train_plan
from tests.tables import alike, constant, gate


@pytest.fixture(autouse=True)
def _few_trees(monkeypatch):
    monkeypatch.setattr(yardstick, "TREES", 10)
    monkeypatch.setattr("neurona.table.compare.SECONDS", 60.0)


def trained(data, **options):
    options = {"quality": "fast", "hidden": (8,), "epochs": 5, **options}
    return train_plan(plan_training(data, TrainOptions(**options)))


def test_where_nothing_can_be_learned_the_constant_is_named():
    found = compare(trained(constant(), target=("y",)))
    assert found.sentence.startswith("There is nothing to learn here")
    assert "the constant (majority class)" in found.sentence
    assert "use the line" not in found.sentence
    assert found.entries[0].score == pytest.approx(1 - 38 / 300)


def test_few_rows_are_all_answered_in_folds():
    found = compare(trained(alike(), target=("survived",)))
    assert {(e.folds, e.test_rows) for e in found.entries} == {(5, 400)}


def test_a_slow_network_is_judged_on_the_rows_held_out_alone(monkeypatch):
    monkeypatch.setattr("neurona.table.compare.SECONDS", 0.0)
    found = compare(trained("iris"))
    assert {(e.folds, e.test_rows) for e in found.entries} == {(1, 15)}


@pytest.mark.parametrize("rule", [np.logical_and, np.logical_or, np.logical_xor])
def test_a_full_truth_table_holds_nothing_out_and_says_so(rule):
    plan = plan_training(gate(rule), TrainOptions(target=("y",)))
    assert plan.split.train.tolist() == [0, 1, 2, 3]
    assert any("every case there can be" in note for note in plan.notes)
    found = compare(trained(gate(rule), target=("y",)))
    assert found.entries == ()
    assert "every case" in found.sentence


def test_a_truth_table_with_a_case_twice_is_split_as_any_other():
    data = {name: np.append(cells, cells[:4]) for name, cells in gate(np.fmax).items()}
    plan = plan_training(data, TrainOptions(target=("y",)))
    assert not plan.holds_every_case


def test_training_again_leaves_the_plan_as_it_is():
    first = trained("iris")
    before = first.model.network.parameters.vector.copy()
    rows = np.arange(0, 150, 2)
    again = train_again(first.plan, rows, {"l2": 0.5})
    assert again.plan.recipe.l2 == 0.5
    assert again.plan.recipe.epochs == 5
    assert again.plan.split.train.tolist() == rows.tolist()
    assert (first.model.network.parameters.vector == before).all()


def test_patience_takes_its_validation_rows_from_those_that_train():
    again = train_again(trained("iris", patience=2).plan, np.arange(90))
    assert len(again.plan.split.validation) == 10
    assert len(again.plan.split.train) == 80


def test_networks_of_folds_are_not_trained_again(monkeypatch):
    def never(*_arguments):
        raise AssertionError

    found = trained("iris", quality="good")
    monkeypatch.setattr("neurona.table.compare.train_again", never)
    entries = {entry.kind: entry for entry in compare(found).entries}
    assert {(e.folds, e.test_rows) for e in entries.values()} == {(5, 135)}
    assert entries["network"].score == pytest.approx(found.by_folds.metrics["accuracy"])
