"""A table model answers in the file's own words and units."""

import numpy as np
import pytest

from neurona import Dense, Network
from neurona.errors import DataError, ModelFileError, OptionError
from neurona.table.model import load_table_model
from neurona.table.options import TrainOptions
from neurona.table.train import plan_training, train_plan

RNG = np.random.default_rng(0)
X = RNG.normal(size=120)
FAST = {"quality": "fast", "hidden": (8,), "epochs": 3}
SAME = 1e-6  # float32 of the same sums


def trained(data, **options):
    return train_plan(plan_training(data, TrainOptions(**{**FAST, **options}))).model


@pytest.mark.parametrize("classes", [["no", "yes"], [0, 1], [3, 5, 9]])
def test_classes_come_back_as_they_were(classes):
    data = {"x": X, "y": np.array(classes)[np.arange(120) % len(classes)]}
    found = trained(data, target=("y",)).predict(data, probabilities=True)
    words = [str(c) for c in classes]
    assert list(found.columns) == ["prediction", *(f"probability_{w}" for w in words)]
    assert set(found.columns["prediction"]) <= set(words)
    total = sum(found.columns[f"probability_{w}"] for w in words)
    np.testing.assert_allclose(total, 1, atol=SAME)


def test_a_regression_answers_in_its_own_unit():
    data = {"x": X, "y": 1e6 + 1e3 * X}
    found = trained(data, epochs=60).predict(data).columns["prediction"]
    assert np.corrcoef(found, data["y"])[0, 1] > 0.9
    assert abs(found.mean() - 1e6) < 1e3


def test_counts_answer_with_the_mean():
    data = {"x": X, "y": RNG.poisson(np.exp(1 + X / 2)).astype(float)}
    model = trained(data, loss="poisson", target=("y",))
    assert model.task == "regression"
    assert (model.predict(data).columns["prediction"] > 0).all()


def test_an_evaluation_without_answers_is_refused():
    data = {"x": X, "y": X + 1.5}
    model = trained(data, target=("y",))
    with pytest.raises(DataError, match="no row"):
        model.evaluate({"x": X, "y": np.full(120, None)})


def test_a_saved_model_answers_the_same(tmp_path):
    data = {"x": X, "y": np.where(X > 0, "up", "down")}
    model = trained(data)
    model.network.save(tmp_path / "m.safetensors")
    again = load_table_model(tmp_path / "m.safetensors")
    for name, values in model.predict(data, probabilities=True).columns.items():
        found = again.predict(data, probabilities=True).columns[name]
        np.testing.assert_array_equal(found, values)


def test_only_models_of_a_table_are_opened(tmp_path):
    path = tmp_path / "plain.safetensors"
    Network([Dense(1)], n_inputs=1).save(path)
    with pytest.raises(ModelFileError, match="not trained on a table"):
        load_table_model(path)
    with pytest.raises(OptionError, match=r"did you mean .*plain.safetensors"):
        load_table_model(tmp_path / "plan.safetensors")
