"""Statistics of the layers: what they count, and where they are kept."""

import numpy as np
import pytest

import neurona
from neurona import Activation, BatchNorm, Dense, Dropout, Embedding, Input, Network
from neurona.errors import ModelFileError, OptionError
from neurona.nn.layers import Residual
from neurona.train.engines import resolve_engine
from neurona.train.history import History
from neurona.train.statistics import SAMPLE_ROWS
from tests.train.runs import X, Y, everything, options, record

ENGINES = ["reference"] + ["native"] * (resolve_engine("auto") == "native")


def fitted(network, X, y, **changes):
    changes = {"epochs": 2, "loss": "mse", "statistics": True, **changes}
    network.fit(X, y, **changes)
    return network.history.epochs[-1].statistics


@pytest.mark.parametrize("engine", ENGINES)
def test_dead_units_are_those_that_give_zero_for_every_row(engine):
    network = Network([Dense(4, "relu"), Dense(1)], n_inputs=1, seed=0)
    network.parameters["dense_1.weight"] = [[1.0, -1.0, 1.0, -1.0]]
    network.parameters["dense_1.bias"] = [0.0, 0.0, -5.0, 10.0]
    x = np.linspace(0.5, 1.5, 20)[:, None]
    found = fitted(network, x, x, engine=engine, optimizer=neurona.SGD(1e-9))
    # −x and x − 5 are below 0 in every row.
    assert found["dense_1"].dead == 0.5
    assert found["dense_1"].saturated is None
    assert found["dense_2"].dead is None


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("function", ["sigmoid", "tanh"])
def test_saturated_units_are_mostly_near_a_bound(engine, function):
    network = Network([Dense(3), Activation(function), Dense(1)], n_inputs=1, seed=0)
    network.parameters["dense_1.weight"] = [[0.1, 50.0, 50.0]]
    # The second unit is near a bound for all but the middle rows, the third in half.
    network.parameters["dense_1.bias"] = [0.0, 0.0, 0.0]
    x = np.concatenate([np.linspace(-3, -1, 50), np.linspace(1, 3, 50)])[:, None]
    found = fitted(network, x, x, engine=engine, optimizer=neurona.SGD(1e-9))
    assert found["activation_1"].saturated == pytest.approx(2 / 3)
    assert found["activation_1"].gradient_norm is None


@pytest.mark.parametrize("engine", ENGINES)
def test_moments_and_gradients_are_those_of_the_sample(engine):
    network = everything("float64")
    found = fitted(network, X, Y, loss="cross_entropy", engine=engine, l2=0.3)
    assert set(found) == {"dense_1", "batch_norm_1", "dropout_1", "dense_2"}
    hidden = network.transform(X, "dense_1")
    assert found["dense_1"].mean == pytest.approx(hidden.mean(), rel=1e-12)
    assert found["dense_1"].deviation == pytest.approx(hidden.std(), rel=1e-12)
    _loss, grads = network.loss_and_gradients(X, Y, l2=0.3)
    for layer in ("dense_1", "batch_norm_1", "dense_2"):
        parts = [g.ravel() for name, g in grads.items() if name.startswith(layer)]
        wanted = np.linalg.norm(np.concatenate(parts))
        assert found[layer].gradient_norm == pytest.approx(wanted, rel=1e-9)


def test_watching_the_layers_changes_no_bits():
    plain, watched = everything(), everything()
    plain.fit(X, Y, **options())
    watched.fit(X, Y, **options(statistics=True))
    plain_record, watched_record = record(plain), record(watched)
    for epoch in watched_record["epochs"]:
        assert set(epoch.pop("statistics")) == {
            "dense_1", "batch_norm_1", "dropout_1", "dense_2"
        }  # fmt: skip
    assert watched_record == plain_record


def test_layers_in_blocks_and_of_whole_numbers_are_watched_too():
    city = Input("city", 1, dtype="integer")
    block = Residual([Dense(3, "relu"), Dropout(0.2), Dense(3)])
    network = Network(outputs=Dense(1)(block(Embedding(4, 3)(city))), seed=1)
    found = fitted(network, np.arange(40)[:, None] % 4, np.ones(40))
    assert found["residual_1.dense_1"].dead is not None
    assert found["embedding_1"].gradient_norm > 0


def test_a_large_sample_is_a_part_of_the_rows():
    x = np.random.default_rng(0).normal(size=(5 * SAMPLE_ROWS, 2))
    network = Network([BatchNorm(), Dense(1)], n_inputs=2, dtype="float64")
    found = fitted(network, x, x[:, 0], epochs=1, batch_size=512)
    chosen = x[np.linspace(0, len(x) - 1, SAMPLE_ROWS).astype(int)]
    wanted = network.transform(chosen, "batch_norm_1").mean()
    assert found["batch_norm_1"].mean == pytest.approx(wanted, abs=1e-12)


def test_a_solver_keeps_them_too():
    network = Network([Dense(3, "tanh"), Dense(3)], n_inputs=3)
    network.fit(
        X, Y, loss="cross_entropy", optimizer="lbfgs", epochs=4, statistics=True
    )
    course = network.history.statistics["dense_2"]
    assert len(course) == len(network.history)
    assert course[-1].gradient_norm < course[0].gradient_norm


def test_files_keep_them(tmp_path):
    network = everything()
    network.fit(X, Y, **options(statistics=True))
    network.save(tmp_path / "model.safetensors")
    again = neurona.load(tmp_path / "model.safetensors")
    assert again.history.epochs == network.history.epochs
    assert again.history.statistics == network.history.statistics


@pytest.mark.parametrize(
    "spoil",
    [
        lambda entry: entry.update(statistics=3),
        lambda entry: entry.update(statistics={"dense_1": {"mean": 1.0}}),
        lambda entry: entry["statistics"]["dense_1"].update(mean=None),
        lambda entry: entry["statistics"]["dense_1"].update(deviation="much"),
        lambda entry: entry["statistics"].pop("dense_1"),
    ],
)
def test_a_damaged_record_of_them_is_refused(spoil):
    network = everything()
    network.fit(X, Y, **options(statistics=True))
    told = network.history.to_json()
    spoil(told["epochs"][1])
    with pytest.raises(ModelFileError, match="damaged"):
        History.from_json(told)


def test_whether_to_watch_is_yes_or_no():
    with pytest.raises(OptionError, match="statistics"):
        everything().fit(X, Y, statistics="all")
