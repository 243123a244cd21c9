"""Predictions on the engine: equal to the reference, whatever the way they are cut."""

import copy
import pickle
import sys
import threading
import tracemalloc

import numpy as np
import pytest

from neurona import BatchNorm, Concatenate, Dense, Embedding, Input, Network
from neurona.errors import DataError, EngineWarning
from neurona.graph import Graph
from neurona.messages import use_language
from neurona.native import rows as row_programs
from neurona.native.rows import RowPredictor
from neurona.native.task import CannotLower
from neurona.network.data import outputs_of, values_of
from neurona.network.training import losses_for, prepare
from neurona.reference import Executable
from neurona.train.engines import resolve_engine
from neurona.train.evaluate import NATIVE_CHUNK_ROWS, Evaluator, run_in_chunks
from neurona.train.examples import target_specs
from neurona.train.structures import StructureCache
from tests.train.runs import X, Y, everything

pytestmark = pytest.mark.skipif(
    resolve_engine("auto") != "native", reason="the engine is not built"
)

ROUNDING = {"float32": 1e-5, "float64": 1e-12}
"""A few operations in other orders, in norm relative to the answer."""

LARGE = np.random.default_rng(1).normal(size=(2 * NATIVE_CHUNK_ROWS + 77, 3))


def plain(dtype="float32"):
    layers = [Dense(9, "tanh"), BatchNorm(), Dense(4, "relu"), Dense(3)]
    return Network(layers, n_inputs=3, seed=3, dtype=dtype)


def by_reference(network, X):
    run = Executable(Graph(dict(outputs_of(network))), network.dtype)
    data = {"x": np.asarray(X, network.dtype)}
    return run_in_chunks(run, values_of(network), data, len(X))["output"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rows", [0, 1, 31, 33, len(LARGE)])
def test_predictions_equal_those_of_the_reference(dtype, rows):
    network = plain(dtype)
    name = network.architecture.inputs[0].name
    assert name == "x"
    found, wanted = network.predict(LARGE[:rows]), by_reference(network, LARGE[:rows])
    assert found.shape == wanted.shape
    assert found.dtype == np.dtype(dtype)
    distance = np.linalg.norm(found - wanted)
    assert distance <= ROUNDING[dtype] * np.linalg.norm(wanted)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_row_has_the_same_bits_alone_and_among_others(dtype):
    network = plain(dtype)
    whole = network.predict(LARGE)
    for start, stop in ((0, 1), (5, 40), (1000, 1100), (2047, 2120)):
        assert (network.predict(LARGE[start:stop]) == whole[start:stop]).all()


def test_the_number_of_threads_does_not_matter(monkeypatch):
    network, found = plain(), []
    for threads in (1, 2, 5):
        monkeypatch.setattr("neurona.native.rows.allowed_threads", lambda n=threads: n)
        found.append(network.predict(LARGE.astype("f4")).tobytes())
    assert len(set(found)) == 1


def test_the_next_answer_sees_what_was_changed_in_place():
    network = plain()
    x = LARGE[:2].astype("f4")
    before = network.predict(x)
    network.parameters["dense_3.bias"][...] += 1
    assert network.predict(x) == pytest.approx(before + 1, rel=1e-5)
    network.states["batch_norm_1.mean"][...] += 100
    assert (network.predict(x) != before + 1).any()


def test_what_is_no_plain_matrix_is_checked_as_ever():
    network = plain()
    x = LARGE[:4].astype("f4")
    wanted = network.predict(x)
    assert (network.predict(x.tolist()) == wanted).all()
    assert (network.predict(np.asfortranarray(x)) == wanted).all()
    assert (network.predict(x.astype("f8")) == wanted).all()
    for value in (np.nan, np.inf):
        bad = x.copy()
        bad[2, 1] = value
        with pytest.raises(DataError, match="row 2, column 1"):
            network.predict(bad)
    with pytest.raises(DataError, match="columns"):
        network.predict(x[:, :2])
    with pytest.raises(DataError, match="shape"):
        network.predict(x[0])


def test_probabilities_follow_the_loss_of_the_last_fit():
    network = Network([Dense(2)], n_inputs=3, seed=0)
    network.fit(X, (Y > 0).astype(int), loss="cross_entropy", epochs=1)
    soft = network.predict_proba(X)
    assert soft.sum(axis=1) == pytest.approx(1, abs=1e-6)
    both = np.stack([Y > 0, Y > 1], axis=1).astype(int)
    network.fit(X, both, loss="binary_cross_entropy", epochs=1)
    again = network.predict_proba(X)
    assert (abs(again.sum(axis=1) - 1) > 1e-3).any()
    assert network.predict_class(X).shape == (len(X), 2)


def test_several_inputs_and_outputs():
    city, size = Input("city", 1, dtype="integer"), Input("size", 2)
    joined = Concatenate()(Embedding(4, 3)(city), size)
    hidden = Dense(5, "relu")(joined)
    network = Network(outputs={"a": Dense(2)(hidden), "b": Dense(1)(hidden)}, seed=1)
    count = NATIVE_CHUNK_ROWS + 5
    rows = {"city": np.arange(count) % 4, "size": LARGE[:count, :2]}
    found = network.predict(rows)
    run = Executable(Graph(dict(outputs_of(network))), "float32")
    data = {"city": rows["city"][:, None], "size": rows["size"].astype("f4")}
    wanted = run_in_chunks(run, values_of(network), data, count)
    for name in ("a", "b"):
        assert found[name] == pytest.approx(wanted[name], abs=1e-6)


def test_threads_may_ask_the_same_network_at_once():
    network, rows = plain(), LARGE.astype("f4")
    wanted, wrong = network.predict(rows), []

    def ask():
        for start in range(0, 2000, 37):
            part = network.predict(rows[start : start + 300])
            if (part != wanted[start : start + 300]).any():
                wrong.append(start)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_threads_that_ask_after_another_fit_get_the_answers_of_its_losses():
    network = Network([Dense(3, "tanh"), Dense(1)], n_inputs=3, seed=0)
    rows, y, answers = LARGE[:50], (LARGE[:50, 0] > 0).astype(int), []
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for loss in ["poisson", "mse"] * 12:
            network.fit(rows, y, loss=loss, epochs=1)
            start, found = threading.Barrier(6), []

            def ask(start=start, found=found):
                start.wait()
                found.append(network.predict_mean(rows).tobytes())

            threads = [threading.Thread(target=ask) for _ in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            answers.append((found, network.predict_mean(rows).tobytes()))
    finally:
        sys.setswitchinterval(before)
    assert all(found == [wanted] * 6 for found, wanted in answers)


def test_copies_predict_by_themselves():
    network = plain()
    before = network.predict(X)
    for other in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        assert (other.predict(X) == before).all()
        other.parameters["dense_3.bias"][...] += 1
        assert (network.predict(X) == before).all()


def test_a_hundred_thousand_rows_need_memory_for_their_answers_alone():
    network = plain()
    rows = np.zeros((100_000, 3), np.float32)
    network.predict(rows)
    tracemalloc.start()
    found = network.predict(rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < found.nbytes + 100_000


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("metrics", [None, "accuracy"])
def test_evaluation_equals_the_reference(weighted, metrics):
    network = everything("float64")
    x, y = LARGE, np.arange(len(LARGE)) % 3
    weight = np.linspace(0, 1, len(x)) if weighted else None
    losses = losses_for(network, "cross_entropy", y)
    data = prepare(network, x, y, losses, weight)
    targets = target_specs(network.architecture, losses, data)
    index = np.random.default_rng(0).permutation(len(x))[:1500]
    found = {}
    for engine in ("native", "reference"):
        from neurona.train.metrics import as_metrics

        evaluate = Evaluator(
            network.architecture, losses, targets, as_metrics(metrics), network.dtype,
            weighted=weighted, engine=engine,
        )  # fmt: skip
        for rows in (None, index):
            count = len(x) if rows is None else len(rows)
            scores = evaluate(values_of(network), data, count, rows)
            found[engine, rows is None] = scores
    for whole in (True, False):
        native, reference = found["native", whole], found["reference", whole]
        assert native.loss == pytest.approx(reference.loss, rel=1e-12)
        assert native.metrics == reference.metrics


def test_the_lean_way_is_taken_where_there_is_one_input_and_one_output():
    network = plain()
    network.predict(X)
    assert isinstance(network._predictor.lean("predict"), RowPredictor)


def test_what_the_engine_cannot_run_is_predicted_by_the_reference(monkeypatch):
    network = plain()
    wanted = by_reference(network, X)

    def refuse(graph, **_options):
        raise CannotLower(graph.nodes[-1], lambda: "it is a test")

    monkeypatch.setattr("neurona.train.compiled.lower_graph_to_program", refuse)
    monkeypatch.setattr("neurona.train.evaluate.PROGRAMS", StructureCache())
    with pytest.warns(EngineWarning, match="add .* it is a test.* predictions"):
        found = network.predict(X)
    assert (found == wanted).all()
    # The reason is remembered, not the language of whoever asked first.
    with use_language("es"), pytest.warns(EngineWarning, match="no se puede"):
        plain().predict(X)
    # Once is enough.
    assert (network.predict(X) == wanted).all()


def test_long_predictions_are_cut_into_calls_to_the_same_bits(monkeypatch):
    whole = plain().predict(LARGE.astype("f4"))
    network, found = plain(), []
    data = np.tile(LARGE.astype("f4"), (4, 1))
    predict = RowPredictor._run

    def counted(self, engine, X, out, threads):
        found.append(len(X))
        return predict(self, engine, X, out, threads)

    monkeypatch.setattr(RowPredictor, "_run", counted)
    # Each call is found to be too long, so that Ctrl-C can be heard after a chunk.
    monkeypatch.setattr(row_programs, "CALL_SECONDS", 0.0)
    assert network.predict(data).tobytes() == np.tile(whole, (4, 1)).tobytes()
    assert found == [4 * NATIVE_CHUNK_ROWS, *[NATIVE_CHUNK_ROWS] * 4, 4 * 77]


def test_a_loss_is_summed_in_several_calls_to_the_same_bits(monkeypatch):
    y = LARGE[:, 0].repeat(4).reshape(-1, 1)
    data = LARGE.repeat(4, axis=0)
    network = Network([Dense(5, "tanh"), Dense(1)], n_inputs=3, seed=2)
    once = network.evaluate(data, y, loss="mse")
    monkeypatch.setattr(row_programs, "CALL_SECONDS", 0.0)
    assert network.evaluate(data, y, loss="mse") == once
    monkeypatch.setattr(row_programs, "FIRST_CHUNKS", 100)
    assert network.evaluate(data, y, loss="mse") == once


def test_a_wrong_number_far_down_is_named_by_its_row():
    network, data = plain(), np.tile(LARGE.astype("f4"), (4, 1))
    network.predict(data)
    data[-5, 2] = np.nan
    with pytest.raises(DataError, match=f"row {len(data) - 5}, column 2"):
        network.predict(data)
