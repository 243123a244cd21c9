"""Predictions of a model on a table, by the table's own columns."""

import json

import numpy as np
import polars as pl
import pytest

from neurona.errors import DataError, OptionError
from neurona.study.flow.table import flow_of_table
from neurona.study.prediction import explain_table, explain_table_prediction
from neurona.table.options import TrainOptions
from neurona.table.train import plan_training, train_plan

COMPLETE = 1e-6


def people(rows=120):
    """A table whose answer hangs on age and city; the day and member are noise."""
    rng = np.random.default_rng(0)
    age = rng.normal(40, 10, rows).round(1)
    city = rng.choice(["Rome", "Paris", "Lima"], rows)
    good = age + 8 * (city == "Rome") > 42
    return pl.DataFrame(
        {
            "age": [None if i % 17 == 3 else a for i, a in enumerate(age.tolist())],
            "city": city.tolist(),
            "joined": [f"202{i % 5}-0{1 + i % 9}-1{i % 10}" for i in range(rows)],
            "member": rng.choice(["yes", "no"], rows).tolist(),
            "income": (1000 + 50 * age + 300 * (city == "Rome")).tolist(),
            "answer": np.where(good, "good", "bad").tolist(),
        }
    )


def trained(target, epochs=30):
    frame = people().drop("income" if target == "answer" else "answer")
    options = TrainOptions(
        target=(target,),
        epochs=epochs,
        hidden=(16,),
        engine="reference",
        quality="fast",
    )
    return train_plan(plan_training(frame, options)).model, frame


@pytest.fixture(scope="module")
def classifier():
    return trained("answer")


@pytest.fixture(scope="module")
def regressor():
    return trained("income", epochs=60)


def test_contributions_are_of_the_columns_and_add_up(classifier):
    model, frame = classifier
    found = explain_table_prediction(model, frame, 3)
    columns = {entry.column: entry for entry in found.contributions}
    assert set(columns) == {"age", "city", "joined", "member"}
    assert columns["age"].cell == "missing"
    assert columns["city"].cell == frame["city"][3]
    assert abs(found.gap) < COMPLETE * max(1, abs(found.output))
    # A word is one of several numbers to the network, and one column to the reader.
    assert len(columns["city"].features) == 3
    assert columns["city"].value == pytest.approx(
        sum(columns["city"].features.values())
    )
    assert found.prediction == model.predict(frame).columns["prediction"][3]
    document = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert document["sum"] == pytest.approx(
        document["output"] - document["baseline_output"], abs=COMPLETE * 10
    )


def test_another_class_may_be_explained(classifier):
    model, frame = classifier
    good = explain_table_prediction(model, frame, 0, answer="good")
    bad = explain_table_prediction(model, frame, 0, answer="bad")
    assert good.output == pytest.approx(-bad.output)
    with pytest.raises(OptionError, match="good"):
        explain_table_prediction(model, frame, 0, answer="goof")
    with pytest.raises(DataError, match="no row 999"):
        explain_table_prediction(model, frame, 999)


@pytest.mark.parametrize("baseline", ["zero", "mean"])
def test_a_regression_is_explained_in_its_own_unit(regressor, baseline):
    model, frame = regressor
    found = explain_table_prediction(model, frame, 1, baseline=baseline)
    predicted = float(np.ravel(model.predict(frame).columns["prediction"])[1])
    assert found.prediction == pytest.approx(predicted, rel=1e-4)
    assert found.output == pytest.approx(predicted, rel=1e-4)
    assert abs(found.gap) < COMPLETE * abs(found.output)
    assert found.explained == "income"


def test_importance_finds_the_columns_that_matter(classifier):
    model, frame = classifier
    found = explain_table(model, frame)
    named = {entry.column: entry for entry in found.importances}
    assert found.importances[0].column == "age"
    assert named["age"].drop > named["city"].drop > named["member"].drop - 0.02
    assert found.metric == "accuracy"
    assert found.importances == explain_table(model, frame).importances
    json.dumps(found.to_json(), allow_nan=False)


def test_dependence_goes_over_quantiles_categories_and_dates(classifier):
    model, frame = classifier
    curves = {entry.column: entry for entry in explain_table(model, frame).dependences}
    age = curves["age"]
    assert list(age.places) == sorted(age.places)
    (chances,) = age.means.values()
    assert chances[-1] - chances[0] > 0.5
    assert set(curves["city"].values) == {"Rome", "Paris", "Lima"}
    by_city = dict(
        zip(curves["city"].values, *curves["city"].means.values(), strict=True)
    )
    assert max(by_city, key=by_city.get) == "Rome"
    assert curves["joined"].places is None
    assert curves["joined"].values[0] < curves["joined"].values[-1]


def test_pages_hold_pictures_and_sentences(classifier, regressor):
    for model, frame in (classifier, regressor):
        page = explain_table(model, frame, columns=2).page()
        kinds = [type(block).__name__ for block in page.blocks]
        assert kinds.count("Section") == 2
        assert "Picture" in kinds
        row = explain_table_prediction(model, frame, 0).page()
        assert "kind='good'" in repr(row)


def test_the_flow_of_a_model_is_measured_on_its_table(classifier):
    model, frame = classifier
    flow = flow_of_table(model, frame)
    assert [layer.name for layer in flow.layers] == ["dense_1", "dense_2"]
    assert flow.loss > 0
