"""Tables with texts, times of day and lists: trained, asked and explained."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from neurona.data.sources.read import read_table
from neurona.study.prediction.explain_row import explain_table_prediction
from neurona.study.prediction.table import explain_table
from neurona.table.model import load_table_model
from neurona.table.options import TrainOptions
from neurona.table.train import plan_training, train_plan

TABLES = Path(__file__).parents[1] / "data" / "tables"
ENOUGH = 0.9
"""Accuracy on rows that the network has not seen: what the cases ask for."""

CASES = {
    "reviews": ("review", "stars", "text"),
    "runs": ("start", "late", "cycle"),
    "dishes": ("tags", "liked", "flags"),
}


def trained(name, seed=0):
    _column, target, _kind = CASES[name]
    options = TrainOptions(
        target=(target,), seed=seed, validation=0.0, test=0.3, quality="fast"
    )
    return train_plan(plan_training(TABLES / f"{name}.csv", options))


@pytest.mark.parametrize("name", CASES)
def test_what_is_learned_holds_for_rows_not_seen(name):
    column, _target, kind = CASES[name]
    scores = []
    for seed in range(3):
        found = trained(name, seed)
        assert found.plan.schema.column(column).kind == kind
        scores.append(found.metrics["test"]["accuracy"])
    assert np.mean(scores) > ENOUGH


@pytest.mark.parametrize("name", CASES)
def test_a_saved_model_reads_evaluates_and_explains_as_before(name, tmp_path):
    column, target, _kind = CASES[name]
    path = TABLES / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    trained(name).model.network.save(tmp_path / "m.neurona")
    model = load_table_model(tmp_path / "m.neurona")
    answers = model.predict(read_table(path)).columns["prediction"]
    right = np.mean(
        [row[target] == answer for row, answer in zip(rows, answers, strict=True)]
    )
    assert right > ENOUGH
    assert model.evaluate(read_table(path)).metrics["accuracy"] == pytest.approx(right)
    why = explain_table_prediction(model, path, 5)
    (contribution,) = why.contributions
    assert (contribution.column, contribution.cell) == (column, rows[5][column])
    assert contribution.value == pytest.approx(why.output - why.baseline_output, 1e-3)
    assert all(part.startswith(column) for part in contribution.features)
    whole = explain_table(model, path)
    assert whole.importances[0].column == column
    assert len(json.dumps(why.to_json(), default=float)) < 1_000_000
